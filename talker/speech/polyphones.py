"""Characters of several readings that no word settles: what stands around them does.

Dictionaries of words read 银行 and 行走; in 三行字, 很长 or 教我 the character is a word by itself,
and dictionaries give its commonest reading or another. The rules are those of usage: 现代汉语词典
distinguishes readings by meaning and part of speech.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from talker.speech.surnames import surname_reading

_NUMBER = "[一二两三四五六七八九十百千万几每这那半多]"
_PERSON = "[我你他她它您咱谁俺]|[我你他她咱它]们|大家|别人|人家|孩子|学生|小孩|妈妈|爸爸|老师"
_SUBJECTS = "数学|语文|英语|物理|化学|历史|地理|音乐|美术|体育|小学|中学|初中|高中|大学"
_NEITHER_NOR = "[够找睡见管摸吃听看猜用犯买打碰数捞][不得]"
_DRIED = "衣服|头发|河水?|湖水|池塘|油漆|地面|嘴唇|泪水?|墨水?|汗水?|毛巾|被子|嗓子|皮肤|血迹"
_FALLING = "[摔跌绊推病晕昏累卧击扳吹砸压撞拉树墙楼屋]"


@dataclass(frozen=True, slots=True)
class Rule:
    """When a lone character has a reading.

    Attributes:
        reading: Pinyin with a tone digit.
        before: What ends right before it; "" for anything.
        after: What begins right after it; "" for anything.
    """

    reading: str
    before: str = ""
    after: str = ""

    def holds(self, before: str, after: str) -> bool:
        """Whether the text around the character is such."""
        return (not self.before or re.search(f"(?:{self.before})$", before) is not None) and (
            not self.after or re.match(f"(?:{self.after})", after) is not None
        )


RULES: dict[str, tuple[Rule, ...]] = {
    "长": (
        Rule("chang2", before="(?:时间|日子|距离|路|绳子?|线|期限|寿命|周期)越"),
        Rule("zhang3", before="越", after="越"),
        Rule("chang2", before="[太很更最真挺好多么较]"),
        Rule("zhang3", before="[校班部市县省院局科处队社乡村镇家组团排连营师首船酋族店]"),
        Rule("zhang3", after="[高大出得满成胖壮肉毛草虫芽]|了|着|在|起来"),
        Rule("zhang3", before="[刚正已]|正在|已经", after="."),
        Rule("chang2"),
    ),
    "得": (
        Rule("de2", after="[了过第出名]|冠军|奖|分|病|到|来[不的]"),
        Rule("dei3", before="必须|[这那]"),
        Rule("dei3", after="赶[快紧]|马上|立[刻即]|尽[快早]|想办法|按时|及时|重新|去|花|靠"),
        Rule("dei3", before="^|[我你他她它们咱您谁就还都也总又才必只可非真]"),
        Rule("de5"),
    ),
    "地": (
        Rule("de5", before="[^这那土草空陆大块片每各]{2}", after="[^上里下方面位点区铁图主]"),
        Rule("de5", before="[慢快轻静悄渐偷紧狠深远高好]", after="[^上里下方面]"),
    ),
    "种": (
        Rule("zhong3", before="[这那每各哪某几多此两品]"),
        Rule("zhong4", before="[难能会要去来]"),
        Rule("zhong4", before=_PERSON, after="的|出"),
        Rule("zhong4", after="[了着在下出上满]|[树花菜地田草瓜豆粮]|水稻|玉米|庄稼|小麦"),
        Rule("zhong3"),
    ),
    "数": (
        Rule("shu3", before="[来先再要会能请]|慢慢", after="."),
        Rule("shu3", before="数[一了]|就|从[一二三四五六七八九十]"),
        Rule("shu3", after="[了着一到钱数清来得]|人数|星星|不"),
    ),
    "教": (
        Rule("jiao4", before="[佛道信宗传受督毒尼神满主东新邪异国]"),
        Rule("jiao1", after=f"{_PERSON}|[了过着书会得不课]|{_SUBJECTS}|的$"),
        Rule("jiao1", before=f"{_PERSON}|[在来去谁手想难么样都]"),
    ),
    "干": (
        Rule("gan1", before="[晒擦晾吹烘烤弄喝风抹很太变口好拧榨沥果肉]"),
        Rule("gan1", before=f"(?:{_DRIED})[都也已经快还没全]*"),
        Rule("gan4"),
    ),
    "落": (Rule("la4", after="[在]了?(?:家|车|学校)"), Rule("luo4")),
    "切": (Rule("qie1"),),
    "冲": (
        Rule("chong4", after=f"着(?:{_PERSON})"),
        Rule("chong4", before="[很太真最]|味道", after="$|[^了到过出进]"),
    ),
    "弹": (Rule("dan4", before="[子炮炸导]"), Rule("tan2")),
    "卡": (Rule("qia3", after="[住在壳了着]"), Rule("ka3")),
    "铺": (
        Rule("pu4", before="[吃货饼果粉面茶肉菜鞋布米花点]", after="$|[里的老前门很]"),
        Rule("pu4", before="[店床药当]"),
        Rule("pu1"),
    ),
    "背": (Rule("bei1", after="[着起了上]|书?包|孩子|小孩"), Rule("bei4")),
    "结": (Rule("jie1", after="[了出满着][^，。]{0,4}[果瓜子籽穗]"),),
    "嚼": (Rule("jiao2"),),
    "行": (Rule("hang2", before=_NUMBER, after="$|[^不了]"),),
    "只": (Rule("zhi1", before=_NUMBER, after="[^有是能要会好]"),),
    "石": (Rule("dan4", before=_NUMBER, after="[米粮谷麦重]"),),
    "重": (
        Rule("chong2", after="[写做来读看装说走念抄画译拍印录算学唱]|新"),
        Rule("chong2", before=_NUMBER, after="[山门天关]"),
        Rule("zhong4"),
    ),
    "还": (
        Rule("huan2", before=".", after="$"),
        Rule("huan2", after="[了过完](?!不)|[清给][^，。]{0,4}[钱书债款]"),
        Rule("huan2", after="[书钱给债款清贷账礼]|[你我他]的?(?:钱|书|人情)"),
        Rule("huan2", before="[要该没来去]", after="$|[了]"),
        Rule("hai2"),
    ),
    "倒": (
        Rule("dao3", before=f"{_FALLING}[也都全又]*", after="$|[了下在地得]"),
        Rule("dao4", after="[水茶酒掉车出影着垃满了]|是|也"),
    ),
    "尽": (Rule("jin3", after="[着快早量先]|可能"), Rule("jin4")),
    "率": (
        Rule("shuai4", after="[兵军队众部团领先]|[^，。的]{1,6}[队军团部众]"),
        Rule("lv4"),
    ),
    "晕": (
        Rule("yun4", after="[车船机血针场]"),
        Rule("yun4", before="[日月红光墨]"),
        Rule("yun1"),
    ),
    "看": (
        Rule("kan1", before="[在家帮你替我给来人]", after="孩子$"),
        Rule("kan1", after="(?:店|仓库|摊|大门|场子|病房|犯人|行李|家[狗犬])"),
    ),
    "露": (Rule("lou4", after="了?一手|马脚|[脸头怯馅富底]|出马脚"),),
    "假": (Rule("jia4", before="放[了个完过]?|请[了个完过]?|休[了个完过]?"), Rule("jia3")),
    "喝": (Rule("he4", before="大", after="一声"), Rule("he1")),
    "蒙": (Rule("meng1", after="[对错中人]"), Rule("meng2")),
    "撒": (Rule("sa3", after="[盐种籽药粉胡糖]|了?一[地层]"),),
    "量": (
        Rule("liang2", before="量[一了]"),
        Rule("liang2", after="[一了着量过]|体温|身高|尺寸|血压"),
    ),
    "盛": (
        Rule("cheng2", before=f"给(?:{_PERSON})"),
        Rule("cheng2", after="[饭汤满水菜粥着了不得点些几好碗]|[一两半]碗"),
        Rule("cheng2", after="在[^，。]{0,4}[盘碗锅盆杯]"),
    ),
    "挑": (Rule("tiao3", after="[起战衅拨明事破]"), Rule("tiao1")),
    "调": (
        Rule("tiao2", before="[上下]", after="[利税费价工指预存关至]"),
        Rule("diao4", after="[走到来去回任动]"),
        Rule("tiao2", after="[得高低大小好整一慢快准亮暗]"),
    ),
    "转": (
        Rule("zhuan4", after="[圈了着][^身头]|圈|来转|动|个?不停|[一两三几]圈|得[很飞]"),
        Rule("zhuan4", before="[绕围]着?[^，。]{1,6}|[还在不飞空]", after="了?$|得"),
    ),
    "吐": (
        Rule("tu3", before="[皮核痰沫籽刺]"),
        Rule("tu4", before="[都全]", after="出|了"),
        Rule("tu4", before="[想要呕又都]", after="$|了"), Rule("tu4", after="了|血"),
    ),
    "钻": (Rule("zuan1"),),
    "缝": (Rule("feng4", before="[门墙裂牙条道丝]"), Rule("feng2")),
    "为": (
        Rule("wei4", after="的是|[了此何]|什么|祖国|客户|用户|社会|国家"),
        Rule("wei2", before="[列视评变化设定选约沦升降增减译作成认称誉改转换]"),
        Rule("wei2", before="[合立任封尊奉推举命名均皆仅乃共]"),
        Rule("wei2", before="以[^，。]{1,6}", after=".{1,2}$|[主辅例准本]"),
        Rule("wei2", after="[^，。]{1,8}所[^有以在]"),
        Rule("wei4", after=_PERSON),
        Rule("wei2", after="[零〇负正每第一二三四五六七八九十百千万两半多]"),
        Rule("wei2", before="[率度量数值价额长高重宽深距速温压号址名号级别者质色形积时间期称]"),
    ),
    "空": (
        Rule("kong4", before="[没有抽得]", after="$|[^气中白]"),
        Rule("kong4", before="[个些]", after="$"),
        Rule("kong4", after="[出着]$|[出下]"),
        Rule("kong4", after="了?[一两三几][行格个天]|[出着]了?[一两三几]"),
    ),
    "血": (Rule("xue4"),),
    "好": (
        Rule("hao4", before="[爱喜]"),
        Rule("hao4", after="吃懒|学好问|问$"),
        Rule("hao4", before="所", after="$"),
    ),
    "担": (Rule("dan4", before=_NUMBER), Rule("dan1")),
    "朝": (Rule("zhao1", before=_NUMBER, after="$|[^向着]"), Rule("chao2")),
    "藏": (Rule("zang4", before="[西青川入进]"), Rule("cang2")),
    "降": (
        Rule("xiang2", before="[投招受]|[死誓]不"),
        Rule("xiang2", after="[龙妖]"),
        Rule("jiang4"),
    ),
    "间": (Rule("jian1"),),
    "号": (Rule("hao4"),),
    "乐": (Rule("yue4", before="[音奏声器]"), Rule("le4")),
    "奔": (Rule("ben4", after="[着向往]"), Rule("ben1")),
    "磨": (Rule("mo4", before="[石推拉]|豆腐"), Rule("mo2")),
    "扇": (Rule("shan1", after="[了着风得]|耳光|扇子"), Rule("shan4")),
    "涨": (Rule("zhang4", after="红|得?满|得[^，。]{0,3}[红疼痛]"), Rule("zhang3")),
    "闷": (Rule("men1", before="[很太真又]", after="热"), Rule("men4")),
    "应": (Rule("ying4", before="[答响反适相]"), Rule("ying1")),
    "着": (
        Rule("zhao2", before=_NEITHER_NOR),
        Rule("zhao2", before="[没不]", after="家|凉|急|火"),
        Rule("zhao2", before="[猜睡找点逮]", after="$|了"),
        Rule("zhao1", before="高[一几两]|[这那]一|[一二三]招[一二三]", after="$|棋"),
        Rule("zhuo2", after="实[^在际验现]"),
    ),
    "系": (
        Rule("ji4", before="[没未忘]|忘了", after="$"),
        Rule("ji4", after="[紧好住着]|上(?:[^课学的]|$)"),
        Rule("ji4", after="[一条根个]{0,2}(?:[鞋领腰皮丝]带|安全带|[扣围绳丝])"),
    ),
    "中": (
        Rule("zhong1", after="[国文药医午东华央餐式方]"),
        Rule("zhong4", before="[猜选射说投抽言砸切踩考没未]"),
        Rule("zhong4", after="了|头?奖|大奖|彩票|标|[弹枪箭计]$|[一二三四五六七八九十两]+[枪箭弹]"),
    ),
    "炸": (
        Rule("zha2", before="[油酥煎]"),
        Rule("zha2", after="[鸡鱼虾糕串丸茄肉酱]|薯条|油条|春卷|豆腐|年糕|蘑菇|排骨|土豆|馒头"),
    ),
    "挣": (Rule("zheng1", after="扎"), Rule("zheng4")),
    "散": (Rule("san3", after="着"), Rule("san3", before="[太很松]"), Rule("san4")),
    "甸": (Rule("dian4"),),
    "削": (Rule("xue1", after="[减弱职]"), Rule("xiao1")),
    "剥": (Rule("bo1", before="盘"), Rule("bo1", after="[削夺离]"), Rule("bao1")),
    "曾": (Rule("zeng1", after="祖|孙"), Rule("ceng2")),
    "哄": (Rule("hong3", after=f"{_PERSON}|[着好得睡]"),),
    "折": (Rule("she2", before="[枝腿杆骨断]", after="$|了"),),
    "圈": (Rule("juan4", after="里的?[猪羊牛马鸡]"),),
    "咳": (Rule("hai1", before="^", after="$"),),
    "禁": (Rule("jin1", before="[很挺更不]", after="[穿用磨]|$"),),
    "卷": (
        Rule("juan3", before="成[一两几]", after="$"),
        Rule("juan3", after="[纸布]|胶带|地毯|铁丝|起|成|好|入"),
        Rule("juan4", before="第[^，。]{1,3}|[上中下试考画答案开闭两几一二三]"),
        Rule("juan3"),
    ),
    "当": (
        Rule("dang4", before="铺", after="了|$"),
        Rule("dang4", before="把[^，。]{1,5}"),
        Rule("dang4", after="回事|真的?$"),
    ),
    "逮": (Rule("dei3", after="[住着到]|老鼠"),),
    "胖": (Rule("pan2", before="心[广宽]体|^体", after="$"),),
    "子": (Rule("zi3", before="[瓜棋电离原粒质核]"),),
    "似": (Rule("shi4", after="的"), Rule("si4")),
}  # fmt: skip
"""For each character its rules, the first that holds counting; none holding, the dictionary's."""


def lone_reading(char: str, before: str, after: str) -> str | None:
    """The reading of a character that is a word by itself; None where the dictionary's stands.

    Args:
        char: It.
        before: The text before it, back to the clause's beginning.
        after: The text after it, up to the clause's end.
    """
    surname = surname_reading(char, before, after)
    if surname:
        return surname
    for rule in RULES.get(char, ()):
        if rule.holds(before, after):
            return rule.reading
    return None
