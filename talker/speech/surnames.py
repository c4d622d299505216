"""Surnames whose character is read otherwise in other words."""

from __future__ import annotations

import re

SURNAMES = {
    "单": "shan4", "查": "zha1", "区": "ou1", "解": "xie4", "仇": "qiu2", "任": "ren2",
    "曾": "zeng1", "朴": "piao2", "盖": "ge3", "折": "she2", "繁": "po2", "华": "hua4",
    "葛": "ge3", "燕": "yan1", "纪": "ji3", "那": "na1", "员": "yun4", "缪": "miao4",
    "黑": "he4", "秘": "bi4", "冼": "xian3", "覃": "qin2", "尹": "yin3", "乐": "yue4",
    "宁": "ning4", "召": "shao4", "哈": "ha3", "晟": "cheng2", "洗": "xian3", "种": "chong2",
}  # fmt: skip

_BEFORE_NAMES_TOO = frozenset("单查区解仇任曾朴盖华葛燕缪冼覃尹乐")
"""Those that begin a full name more often than a sentence with their other reading."""

_TITLE = (
    "先生|女士|小姐|太太|老师|教授|医生|大夫|经理|主任|同学|同志|师傅|律师|校长|院长|局长|总|某|"
    "氏|博士|书记|部长|市长|省长|处长|科长|厂长|队长|会计|护士|工程师|董事长|教练|导演|阿姨|叔叔"
)
_GIVEN = (
    "伟芳娜敏静丽强磊军洋勇艳杰涛明超秀兰霞平刚桂英华玉萍红玲芬燕彬丹鹏志文建国庆永春梅林峰海波宁东"
    "辉亮宏俊浩宇晨欣怡婷雪琳佳颖雨涵梓轩子博思昊天泽瑞嘉诗琪晓小雅芝良正荣德福贵祥成龙凤仁义礼智信"
    "光耀宗祖先贤哲凯翔飞云霄兴旺昌盛世家豪毅然若冰洁清莹莉莎珊珍珠瑶琴琼瑾瑜佩芸菲菁蕾薇蓉莲"
)
_NAMED_BEFORE = (
    "^|[、和与跟同叫是由向让请对被把给找]|名为|作家|诗人|导演|演员|教练|院士|记者|学者|画家"
)


def surname_reading(char: str, before: str, after: str) -> str | None:
    """The reading of a lone character that is a surname where it stands, else None.

    It is one after 姓, before a title, and before characters that given names are made of.

    Args:
        char: It.
        before: The text before it, back to the clause's beginning.
        after: The text after it, up to the clause's end.
    """
    if char not in SURNAMES:
        return None
    if re.search("(?:姓|(?:^|[和跟找叫请是])[老小])$", before) and not re.match("[^，。]", after):
        return SURNAMES[char]
    if before.endswith("姓") or re.match(_TITLE, after):
        return SURNAMES[char]
    is_name = (
        char in _BEFORE_NAMES_TOO
        and re.search(f"(?:{_NAMED_BEFORE})$", before)
        and re.match(f"[{_GIVEN}]{{2}}|[{_GIVEN}](?:$|[是在和与说担曾当出])", after)
        and (before or re.match(f"[{_GIVEN}]{{2}}", after))
    )
    return SURNAMES[char] if is_name else None
