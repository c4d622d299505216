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
        Rule("chang2", before="[太很更最真挺好多么较]"),
        Rule("zhang3", before="[校班部市县省院局科处队社乡村镇家组团排连营师首船酋族店]"),
        Rule("zhang3", after="[高大出得满成胖壮肉毛草虫芽]|了|着|在|起来"),
        Rule("zhang3", before="[刚正已]|正在|已经", after="."),
        Rule("chang2"),
    ),
    "得": (
        Rule("de2", after="[了过第]|冠军|奖|分|病|到|来[不的]"),
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
        Rule("zhong4", after="[了着在下出上]|[树花菜地田草瓜豆粮]|水稻|玉米|庄稼|小麦"),
        Rule("zhong3"),
    ),
    "数": (
        Rule("shu3", before="[来先再要会能请]|慢慢", after="."),
        Rule("shu3", before="数[一了]|就|从[一二三四五六七八九十]"),
        Rule("shu3", after="[了着一到钱数清来得]|人数|星星|不"),
    ),
    "教": (
        Rule("jiao4", before="[佛道信宗传受]"),
        Rule("jiao1", after=f"{_PERSON}|[了过着书会得不课]|{_SUBJECTS}|的?$"),
        Rule("jiao1", before=f"{_PERSON}|[在来去谁手想]"),
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
    "铺": (Rule("pu4", before="[店床药当]"), Rule("pu1")),
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
    "量": (Rule("liang2", after="[一了着量过]|体温|身高|尺寸|血压"),),
    "盛": (Rule("cheng2", after="[饭汤满水菜粥着了不得]|[一两半]碗|在[^，。]{0,4}[盘碗锅盆杯]"),),
    "挑": (Rule("tiao3", after="[起战衅拨]"), Rule("tiao1")),
    "调": (
        Rule("diao4", after="[走到来去回任动]"),
        Rule("tiao2", after="[高低大小好整一慢快准亮暗]"),
    ),
    "转": (
        Rule("zhuan4", after="[圈了着][^身头]|圈|来转|动|个?不停|[一两三几]圈|得[很飞]"),
        Rule("zhuan4", before="[绕围]着?[^，。]{1,6}|[还在不飞空]", after="$"),
    ),
    "吐": (
        Rule("tu3", before="[皮核痰沫籽刺]"),
        Rule("tu4", before="[想要呕又都]", after="$|了"), Rule("tu4", after="了|血"),
    ),
    "钻": (Rule("zuan1"),),
    "缝": (Rule("feng4", before="[门墙裂牙条道丝]"), Rule("feng2")),
    "为": (
        Rule("wei4", after="的是|[了此何]|什么|祖国|客户|用户|社会|国家"),
        Rule("wei2", before="[列视评变化设定选约沦升降增减译作成认称誉改转换]"),
        Rule("wei2", before="[合立任封尊奉推举命名均皆仅乃共]"),
        Rule("wei2", after="[^，。]{1,8}所[^有以在]"),
        Rule("wei4", after=_PERSON),
        Rule("wei2", after="[零〇负正每第一二三四五六七八九十百千万两半多]"),
        Rule("wei2", before="[率度量数值价额长高重宽深距速温压号址名号级别者质色形积时间期称]"),
    ),
    "空": (
        Rule("kong4", before="[没有抽得]", after="$|[^气中白]"),
        Rule("kong4", before="[个些]", after="$"),
        Rule("kong4", after="了?[一两三几][行格个天]|[出着]了?[一两三几]"),
    ),
    "血": (Rule("xue4"),),
    "露": (Rule("lou4", after="了?一手|马脚|脸|怯|馅"),),
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
    "扇": (Rule("shan1", after="[了着风]|耳光|扇子"), Rule("shan4")),
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
        Rule("ji4", after="[紧好住着]|上(?:[^课学的]|$)"),
        Rule("ji4", after="[一条根个]{0,2}(?:[鞋领腰皮丝]带|安全带|[扣围绳丝])"),
    ),
    "中": (
        Rule("zhong1", after="[国文药医午东华央餐式方]"),
        Rule("zhong4", before="[猜选射说投抽言砸切踩考]"),
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
    "剥": (Rule("bo1", after="[削夺离]"), Rule("bao1")),
    "曾": (Rule("zeng1", after="祖|孙"), Rule("ceng2")),
    "哄": (Rule("hong3", after=f"{_PERSON}|[着好得睡]"),),
    "折": (Rule("she2", before="[枝腿杆骨断]", after="$|了"),),
    "圈": (Rule("juan4", after="里的?[猪羊牛马鸡]"),),
    "咳": (Rule("hai1", before="^", after="$"),),
    "禁": (Rule("jin1", before="[很挺更不]", after="[穿用磨]|$"),),
    "卷": (Rule("juan4", before="第.+|[上中下试考画两几一二三]"), Rule("juan3")),
    "当": (Rule("dang4", before="铺", after="了|$"),),
    "逮": (Rule("dei3", after="[住着到]|老鼠"),),
    "胖": (Rule("pan2", before="心[广宽]体|^体", after="$"),),
    "似": (Rule("shi4", after="的"), Rule("si4")),
}  # fmt: skip
"""For each character its rules, the first that holds counting; none holding, the dictionary's."""

_NUMERAL = "[一二两三四五六七八九十百几]"
_AFTER_WEARING_HANDS = (
    "手[里中上心的]|眼[睛泪前]|力气|重[物重]|陆地|家[乡里人]|火[把车苗]|凉[风水]|急忙"
)
IN_TEXT = (
    (f"第{_NUMERAL}+(行)", "hang2"),
    (f"{_NUMERAL}(行)(?:[字诗文泪]|代码)", "hang2"),
    ("[这那干每哪][一几]?(行)(?:$|[竞的业吃赚很都也不有就最太]|业)(?!人|为|动|走)", "hang2"),
    ("[排成](?:[一两三四五六七八九十几]+)(行)", "hang2"),
    ("(会)计[算较划时]", "hui4"),
    ("[上地](铺)[着了满好]", "pu1"),
    ("(长)长了", "zhang3"),
    ("班(长)", "zhang3"),
    ("(为)人民", "wei4"),
    (f"(着)(?:{_AFTER_WEARING_HANDS})", "zhe5"),
    ("(处)(?:理|置|于|在|罚|境|方|决|死|世|女|暑)", "chu3"),
    ("(散)了", "san4"),
    ("(?<![佛道])(教)书(?!籍)", "jiao1"),
    ("(落)下[来去帷]", "luo4"),
    ("(?:后|^|[的在])(背)上(?![书了包行])", "bei4"),
    ("(参)差不齐", "cen1"),
    ("参(差)不齐", "ci1"),
    ("(笼)罩", "long3"),
    ("(重)(?:返|申|启|温|组|逢|新|复|叠|塑|振|建)", "chong2"),
    ("(?:一路|结伴)同(行)", "xing2"),
    ("(?:天天|无人|没人)不?(应)$", "ying4"),
    ("有(只)[小大老花黑白]?[猫狗鸟鸡鸭羊猴虎兔鼠虫手]", "zhi1"),
    ("[一几](?:只)(只)", "zhi1"),
    ("(乐)毅", "yue4"),
    ("老虎(跑)", "pao3"),
    ("[这那每各哪几](种)", "zhong3"),
    ("(转)转", "zhuan4"),
    ("转(转)", "zhuan4"),
    ("(看)(?:门道|热闹)", "kan4"),
    ("[看打说选投射抽猜相](中)(?:国|文|药|医|午|东[地部]|华|央|餐|式|方)", "zhong1"),
    ("人(中)了", "zhong4"),
    ("(?:[很太最不]|^)(中)意(?:$|[的他她我你])", "zhong4"),
    ("(?<![其集])(中)举(?!行|办|起|手|例|出|国)", "zhong4"),
    ("[又很太争性](好)强(?![大烈壮])", "hao4"),
    ("[我他她你的个](发)小(?:$|[，和是叫])", "fa4"),
    ("多(重)(?:身份|标准|考验|压力|保障|因素|意义|选择|人格|角色|影响|打击|含义)", "chong2"),
    ("(挑)起了?(?:重?担|扁担|大梁|水桶)", "tiao1"),
    ("(和)面(?:[粉条包对前临积部试料膜具馆食孔])", "he2"),
    ("(和)诗$", "he4"),
    ("(和)牌(?:$|[了，])", "hu2"),
    ("不(干)[你我他她]们?的?事", "gan1"),
    ("[们也](都)会", "dou1"),
)
"""Where words are cut wrongly: what the text is around a character, and its reading."""


def readings_in(text: str) -> dict[int, str]:
    """Readings of characters by their places in a clause that `IN_TEXT` settles."""
    return {
        found.start(1): reading
        for pattern, reading in IN_TEXT
        for found in re.finditer(pattern, text)
    }


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
