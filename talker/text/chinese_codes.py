"""How Chinese reads the numbers that name a thing: its digits one by one."""

from __future__ import annotations

import re

from talker.text import chinese_numbers as numbers
from talker.text.chinese_numbers import MEASURE
from talker.text.languages import HAN
from talker.text.part import Part, Reading, Rule, after, before

_CALLED_BEFORE = re.compile(
    r"(?:拨打|热线|电话|致电|报警|拨|客服)[^，。]{0,6}$|转\s?$|航班\s?[A-Z\d]{2}\s?$|"
    r"(?:手机|号码|传真|微信|QQ|邮编|邮政编码|区号|尾号|[学工编账卡房证]号|密码|验证码)"
    r"[号码]{0,2}\s?(?:[是为：:]|改[成为]|设[成为])?\s?$"
)
_CALLED_AFTER = re.compile(
    r"次(?:列车|高铁|动车|航班)|航班|(?:会议|教|办公|值班|号)?室|号?(?:病?房|包[间厢]|宿舍)|[国省县]道|"
    r"路(?:公交|电车|汽车|车|[，。、；！？]|$)"
)
_HOTLINES = ("12306", "12345", "10086", "10010", "12315", "12110")
_EMERGENCIES = ("110", "119", "120", "122")
_EMERGENCY_BEFORE = re.compile(
    "(?:[打拨][了过个]?|消防|急救|火警|报警|[匪交]警|救护车?)[:：是]?\\s?$"
)
_EMERGENCY_AFTER = re.compile("报警|急救|指挥|民警|救护|接警|电话|热线|平台|火警")
_NAMED = re.compile(
    "315(?=晚会|消费|打假|曝光)|618(?=大促|购物|促销|电商|活动)|911(?=事件|恐怖|袭击)|"
    "(?:985|211)(?=高校|工程|大学|院校|毕业|[/、和与])|996(?=工作|加班|[，。、]|模式|制度)|"
    "7[0-8]7(?=客机|飞机|型|机型)|3[1-8]0(?=客机|飞机|机型)|30[1-9](?=医院)|"
    "360(?=软件|搜索|浏览器|杀毒|安全卫士)|(?:163|126)(?=邮箱)|520(?=表白|情人节|快乐)|1314(?!\\d)(?=[，。！]|$)"
)
_DAY_NAMED = re.compile(
    r"\d{1,2}[·•]\d{1,2}(?!\d)|\d{1,2}\.\d{1,2}(?=大促|事件|购物|地震|运动|事变|惨案|特大|促销|电商|狂欢)|"
    "9/11(?!\\d)"
)
_GENERATION = re.compile("(?:[5-9][05]|[01]0)(?=后(?!天|来|面|期|半|卫|台|续|退))")
_LIFE_SPAN = re.compile(
    r"(?:(?<=[（(约前])|(?<=公元))(?P<born>\d{3,4})年?\s?[-–—~～]{1,2}\s?"
    r"(?P<before>前|公元)?(?P<died>\d{3,4})年?(?=[)）])"
)
_PAST_THE_METRE = re.compile(rf"(?<=\d米)\d{{2}}(?!\s?(?:[.\d]|{MEASURE}))")
_QUARTER = re.compile(r"(?:19|20)\d\d(?=\s?年?[QH][1-4](?!\d))")
_ROMAN = "(?P<roman>X{0,3}(?:IX|IV|V?I{0,3}))(?![A-Za-z])"
_RULERS = (
    "路易|查理|亨利|乔治|爱德华|腓力|菲利普|威廉|拿破仑|尼古拉|亚历山大|弗里德里希|约翰|保罗|"
    "詹姆斯|理查|伊丽莎白"
)
_AFTER_RULER = "(?:" + "|".join(f"(?<={ruler})" for ruler in _RULERS.split("|")) + ")"
_ROMAN_DIGITS = {"I": 1, "V": 5, "X": 10}
_REIGN = re.compile(rf"(?<=[{HAN}]){_ROMAN}(?=\s?[世章卷部期型类册代篇节级区])")
_RULER = re.compile(rf"{_AFTER_RULER}{_ROMAN}")
_LINES = re.compile(r"(?P<lines>480|576|720|1080|1440|2160|4320)(?P<scan>[pPi])(?![A-Za-z\d])")
_NUMBER_SIGN = re.compile(r"(?:N[oO]\.?|№)\s?(?P<number>\d{1,6})号?")
_TELEPHONE = re.compile(
    r"(?:\+?86[- ]?)?1[3-9]\d([- ]?)\d{4}\1\d{4}(?!\d)"
    r"|[(（]?0\d{2,3}[)）]?[- ]?(?:\d{7,8}|\d{3,4}[- ]\d{4})(?:-\d{1,5})?(?!\d)"
    r"|[48]00-?\d{3,4}-?\d{3,4}(?!\d)"
    r"|\+\d{1,3}[- ]?\d{2,4}[- ]?\d{3,4}[- ]?\d{3,4}(?!\d)"
)


def _telephone(match: re.Match[str]) -> tuple[Part, ...]:
    parts: list[Part] = []
    for piece in re.finditer(r"(\+?)(\d+)(\D*)", match[0]):
        plus, number, gap = piece.groups()
        groups = (number[:3], number[3:7], number[7:]) if len(number) == 11 else (number,)
        for group in groups:
            said = numbers.digits(group, telephone=True)
            parts.append(Part(plus + group, f"加{said}" if plus else said))
            plus = ""
        if gap:
            parts.append(Part(gap, ",", kind="punctuation"))
    opening = match[0][: match[0].index(parts[0].source)]
    return (Part(opening, "", kind="punctuation"), *parts) if opening else tuple(parts)


def _called(match: re.Match[str]) -> str | None:
    number, preceding, following = match[0], before(match), after(match)
    is_train = re.search(r"[GDCZTK]$", preceding) and re.match("次", following)
    if not is_train and re.match(rf"\s?(?:(?!国道){MEASURE}|号(?!码))", following):
        is_called = bool(re.match(r"次(?:列车|高铁|动车|航班)", following))
    elif re.match("[多余来几]", following):
        is_called = False
    else:
        is_called = (
            is_train
            or _CALLED_BEFORE.search(preceding)
            or (len(number) <= 4 and not number.endswith("00") and _CALLED_AFTER.match(following))
            or (len(number) in (3, 4) and re.search(r"[栋幢座]\s?$|单元\s?$|号楼\s?$", preceding))
            or number in _HOTLINES
            or (number in _EMERGENCIES and _EMERGENCY_AFTER.match(following))
            or (number in _EMERGENCIES and _EMERGENCY_BEFORE.search(preceding))
            or re.fullmatch(r"95\d{3}", number)
        )
    return numbers.digits(number, telephone=True) if is_called else None


def _one_by_one(match: re.Match[str]) -> str:
    return numbers.digits(match[0])


def _life_span(match: re.Match[str]) -> str:
    era = match["before"] or ""
    year = "年" if match[0].endswith("年") else ""
    return f"{numbers.digits(match['born'])}到{era}{numbers.digits(match['died'])}{year}"


def _roman(match: re.Match[str]) -> str | None:
    values = [_ROMAN_DIGITS[char] for char in match["roman"]]
    if not values:
        return None
    following = [*values[1:], 0]
    total = sum(-one if one < other else one for one, other in zip(values, following, strict=True))
    return numbers.cardinal(str(total))


def _lines(match: re.Match[str]) -> Reading:
    scan = Part(match["scan"], match["scan"].upper(), "en")
    return (Part(match["lines"], numbers.digits(match["lines"])), scan)


def _number_sign(match: re.Match[str]) -> str:
    number = match["number"]
    return "第一" if number == "1" else f"{numbers.cardinal(number)}号"


TELEPHONES: tuple[Rule, ...] = ((_TELEPHONE, _telephone),)
"""Tried before dates and times, which telephone numbers look like."""

EARLY: tuple[Rule, ...] = (
    (_LIFE_SPAN, _life_span),
    (_QUARTER, _one_by_one),
    (_PAST_THE_METRE, _one_by_one),
    (_LINES, _lines),
    (_DAY_NAMED, _one_by_one),
    (_REIGN, _roman),
    (_RULER, _roman),
    (_GENERATION, _one_by_one),
)
"""Tried before quantities and fractions."""

RULES: tuple[Rule, ...] = (
    (_NUMBER_SIGN, _number_sign),
    (_NAMED, _one_by_one),
    (re.compile(r"\d{3,20}(?![\d.,])"), _called),
)
"""Tried where any number may begin, before it is taken for an amount."""
