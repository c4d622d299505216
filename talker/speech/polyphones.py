"""Characters of several readings that no word settles: what stands around them does.

Dictionaries of words read 银行 and 行走; in 三行字, 很长 or 教我 the character is a word by itself,
and dictionaries give its commonest reading or another. The rules are those of usage: 现代汉语词典
distinguishes readings by meaning and part of speech.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

_NUMBER = "[一二两三四五六七八九十百千万几每这那半多]"
_PERSON = "[我你他她它您咱谁俺]|[我你他她咱它]们|大家|别人|人家|孩子|学生|小孩|妈妈|爸爸|老师"
_TITLE = (
    "先生|女士|小姐|太太|老师|教授|医生|大夫|经理|主任|同学|同志|师傅|律师|校长|院长|局长|总|某"
)


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
        Rule("de2", after="[了过第]|冠军|奖|分|病|到"),
        Rule("dei3", before="^|[我你他她它们咱您谁就还都也总又才必只可非真]"),
        Rule("de5"),
    ),
    "地": (
        Rule("de5", before="[^这那土草空陆大块片每各]{2}", after="[^上里下方面位点区铁图主]"),
        Rule("de5", before="[慢快轻静悄渐偷紧狠深远高好]", after="[^上里下方面]"),
    ),
    "种": (
        Rule("zhong4", before="[难能会要去来]"),
        Rule("zhong4", after="[了着在下出上]|[树花菜地田草瓜豆粮]|水稻|玉米|庄稼|小麦"),
        Rule("zhong3"),
    ),
    "数": (
        Rule("shu3", before="[来先再要会能请]|慢慢", after="."),
        Rule("shu3", after="[了着一到钱数清]|人数|星星|不"),
    ),
    "教": (Rule("jiao4", before="[佛道信宗]"), Rule("jiao1", after=f"{_PERSON}|[了过着书会得]")),
    "干": (
        Rule("gan1", before="[晒擦晾吹烘烤弄喝风抹很太变口好]"),
        Rule("gan4"),
    ),
    "落": (Rule("la4", after="[在]了?(?:家|车|学校)"), Rule("luo4")),
    "切": (Rule("qie1"),),
    "冲": (Rule("chong4", before="[很太真最]|味道", after="$|[^了到过]"),),
    "弹": (Rule("dan4", before="[子炮炸导]"), Rule("tan2")),
    "卡": (Rule("qia3", after="[住在壳了着]"), Rule("ka3")),
    "铺": (Rule("pu4", before="[店床药当]"), Rule("pu1")),
    "背": (Rule("bei1", after="[着起了上]|书?包|孩子|小孩"), Rule("bei4")),
    "结": (Rule("jie1", after="[了出满着][^，。]{0,4}[果瓜子籽穗]"),),
    "嚼": (Rule("jiao2"),),
    "行": (Rule("hang2", before=_NUMBER, after="$|[^不了]"),),
    "只": (Rule("zhi1", before=_NUMBER, after="[^有是能要会好]"),),
    "石": (Rule("dan4", before=_NUMBER, after="[米粮谷麦]"),),
    "重": (
        Rule("chong2", after="[写做来读看装说走念抄画译拍印录算学唱]|新"),
        Rule("chong2", before=_NUMBER, after="[山门天关]"),
        Rule("zhong4"),
    ),
    "还": (
        Rule("huan2", after="[书钱给债款清贷账礼]|[你我他]的?(?:钱|书|人情)"),
        Rule("huan2", before="[要该没来去]", after="$|[了]"),
        Rule("hai2"),
    ),
    "倒": (Rule("dao4", after="[水茶酒掉车出影着垃满了]|是|也"),),
    "量": (Rule("liang2", after="[一了着量过]|体温|身高|尺寸|血压"),),
    "盛": (Rule("cheng2", after="[饭汤满水菜粥着了]|一碗"),),
    "挑": (Rule("tiao3", after="[起战衅拨]"), Rule("tiao1")),
    "调": (
        Rule("diao4", after="[走到来去回任动]"),
        Rule("tiao2", after="[高低大小好整一慢快准亮暗]"),
    ),
    "转": (Rule("zhuan4", after="[圈了着][^身头]|圈|来转|动"),),
    "吐": (Rule("tu4", before="[想要呕又都]", after="$|了"), Rule("tu4", after="了|血")),
    "钻": (Rule("zuan1"),),
    "缝": (Rule("feng4", before="[门墙裂牙]"), Rule("feng2")),
    "为": (
        Rule("wei4", after=f"(?:{_PERSON}|什么|何|此|了|祖国|人民|客户|用户|社会|国家)"),
    ),
    "空": (Rule("kong4", before="[没有抽得]", after="$|[^气中白]"),),
    "血": (Rule("xue4"),),
    "露": (Rule("lou4", after="了?一手|马脚|脸|怯|馅"),),
    "好": (Rule("hao4", before="[爱喜]"), Rule("hao4", after="[吃]懒")),
    "担": (Rule("dan4", before=_NUMBER), Rule("dan1")),
    "朝": (Rule("zhao1", before=_NUMBER, after="$|[^向着]"), Rule("chao2")),
    "藏": (Rule("zang4", before="[西青川入进]"), Rule("cang2")),
    "降": (Rule("xiang2", before="[投招受]"), Rule("jiang4")),
    "间": (Rule("jian1"),),
    "号": (Rule("hao4"),),
    "乐": (Rule("yue4", before="[音奏声器]"), Rule("le4")),
    "奔": (Rule("ben4", after="[着向往]"), Rule("ben1")),
    "磨": (Rule("mo4", before="[石推拉]|豆腐"), Rule("mo2")),
    "扇": (Rule("shan1", after="[了着风]|耳光|扇子"), Rule("shan4")),
    "涨": (Rule("zhang4", after="红|满"), Rule("zhang3")),
    "闷": (Rule("men1", before="[很太真又]", after="热"), Rule("men4")),
    "应": (Rule("ying4", before="[答响反适相]"), Rule("ying1")),
    "似": (Rule("shi4", after="的"), Rule("si4")),
}  # fmt: skip
"""For each character its rules, the first that holds counting; none holding, the dictionary's."""

SURNAMES = {
    "单": "shan4", "查": "zha1", "区": "ou1", "解": "xie4", "仇": "qiu2", "任": "ren2",
    "曾": "zeng1", "朴": "piao2", "盖": "ge3", "折": "she2", "繁": "po2", "华": "hua4",
    "葛": "ge3", "燕": "yan1", "纪": "ji3", "那": "na1", "员": "yun4", "缪": "miao4",
    "黑": "he4", "秘": "bi4", "冼": "xian3", "覃": "qin2", "尹": "yin3", "乐": "yue4",
}  # fmt: skip
"""Readings as a surname: after 姓, and before a title."""

WORDS = {
    "白发": "bai2 fa4", "大夫": "dai4 fu5", "蒙古": "meng3 gu3", "柏林": "bo2 lin2",
    "色子": "shai3 zi5", "校对": "jiao4 dui4", "唱片儿": "chang4 pian1 er2",
    "闷热": "men1 re4", "银行卡": "yin2 hang2 ka3", "单于": "chan2 yu2", "结了果": "jie1 le5 guo3",
}  # fmt: skip
"""Words that the dictionary lacks or reads otherwise."""


_NUMERAL = "[一二两三四五六七八九十百几]"
IN_TEXT = (
    (f"第{_NUMERAL}+(行)", "hang2"), (f"{_NUMERAL}(行)(?:[字诗文泪]|代码)", "hang2"),
    ("(会)计[算较划时]", "hui4"), ("[上地](铺)[着了满好]", "pu1"), ("(长)长了", "zhang3"),
    ("班(长)", "zhang3"), ("(为)人民", "wei4"),
)  # fmt: skip
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
    if char in SURNAMES and (before.endswith("姓") or re.match(_TITLE, after)):
        return SURNAMES[char]
    for rule in RULES.get(char, ()):
        if rule.holds(before, after):
            return rule.reading
    return None
