"""How Chinese reads numbers, money, quantities and telephone numbers."""

from __future__ import annotations

import re
from collections.abc import Mapping
from types import MappingProxyType

from talker.text import chinese_dates, chinese_times
from talker.text import chinese_numbers as numbers
from talker.text.chinese_numbers import DASH, to
from talker.text.part import Part, Reading, Rule, after, before
from talker.text.quantities import CURRENCIES, CURRENCY, NUMBER, SCALES, UNIT, UNITS, any_of

_MINUS = r"(?P<minus>(?<![A-Za-z\d)）.])[-−])?"
_MEASURES = (
    "个名人家次天周年岁元块米吨只条张件位种项场部辆架艘台套间座所对双副根支枚颗粒片份册本篇"
    "首句段道门头匹群队组批股款处成倍秒斤克升亩度维者国万亿千架点股栋幢届层步盘杯瓶桶箱包袋"
    "口把节则封具轮波笔尊棵朵滴顿趟回阵番代"
)
_MEASURE = (
    rf"(?:[{_MEASURES}]|小时|分钟|公里|千米|厘米|毫米|公斤|平方|立方|"
    "美元|欧元|英镑|日元|个半|刻钟|成半)"
)
_TELEPHONE_BEFORE = re.compile(
    r"(?:拨打|热线|电话|致电|报警|拨|手机|客服|号码|传真|微信|QQ|邮编|邮政编码|区号|[学工编账卡房]号|密码|"
    r"验证码)[^，。]{0,6}$|转\s?$"
)
_CODES = [code for code in CURRENCIES if code.isalpha()]


def _percent(match: re.Match[str]) -> str:
    base = {"%": "百分之", "‰": "千分之"}[match["sign"]]
    minus = "负" if match["minus"] in ("-", "−") else "正" if match["minus"] else ""
    first, last = match["first"], match["last"]
    words = f"{minus}{base}{numbers.cardinal(first)}"
    if last:
        words += f"到{base if match['both'] else ''}{numbers.cardinal(last.lstrip('+'))}"
    return words


def _money(match: re.Match[str]) -> str:
    sign = match["currency"]
    name = "元" if sign in ("¥", "RMB", "CNY") else CURRENCIES[sign].chinese
    if sign in ("RMB", "CNY"):
        name = "元人民币"
    amount, last = (re.sub(r"\.0+$", "", match[end] or "") for end in ("amount", "last"))
    scale, han = match["scale"], match["han"] or ""
    if scale and not han:
        factor = SCALES[scale][1]
        said = [numbers.scaled(number, factor) for number in (amount, last) if number]
    else:
        said = [numbers.counted(number) if han or number != "2" else "两"
                for number in (amount, last) if number]  # fmt: skip
    return ("负" if match["minus"] else "") + "到".join(said) + han + name


def _degrees(match: re.Match[str]) -> str:
    unit = UNITS[match["unit"]].chinese if match["unit"] in UNITS else match["unit"]
    minus, first, last = match["minus"], match["first"], match["last"]
    words = ("零下" if minus else "") + numbers.cardinal(first)
    if last:
        is_below = last[0] in "-−"
        words += "到" + ("零下" if is_below else "零上" if minus else "")
        words += numbers.cardinal(last.lstrip("-−"))
    return words + unit


def _quantity(match: re.Match[str]) -> Reading:
    sign, first, last = match["unit"], match["first"], match["last"]
    chinese = UNITS[sign].chinese
    if sign in ("W", "V", "h", "s", "g", "m") and re.match("-", after(match)):
        return None
    number = "到".join(numbers.counted(n) for n in (first, last) if n)
    number = ("负" if match["minus"] else "") + number
    if not chinese:
        letters = Part(sign, ".".join(re.sub("[^A-Z]", "", sign.upper())), "en")
        return (Part(match[0][: -len(sign)], number), letters)
    if sign in ("km/h", "kmh", "kph"):
        return f"{number}公里" if before(match).rstrip().endswith("时速") else f"每小时{number}公里"
    if sign == "m/s":
        return f"每秒{number}米"
    return number + chinese


def _mobile(match: re.Match[str]) -> tuple[Part, ...]:
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


def _short_number(match: re.Match[str]) -> str | None:
    is_called = _TELEPHONE_BEFORE.search(before(match)) or re.match(
        "次(?:列车|高铁|动车)", after(match)
    )
    is_known = match[0] in ("12306", "12345", "10086", "10010", "12315", "12110")
    is_emergency = match[0] in ("110", "119", "120", "122") and re.match(
        "报警|急救|指挥|民警|救护|接警|电话|热线|平台", after(match)
    )
    is_room = len(match[0]) <= 4 and re.match("室|号?房", after(match))
    is_bank = re.fullmatch(r"95\d{3}", match[0]) and not re.match(_MEASURE, after(match))
    is_train = re.search(r"[GDCZTK]$", before(match)) and re.match("次", after(match))
    if is_called or is_known or is_emergency or is_room or is_bank or is_train:
        return numbers.digits(match[0], telephone=True)
    return None


def _version(match: re.Match[str]) -> tuple[Part, ...]:
    pieces = match["parts"].split(".")
    read = numbers.digits if len(pieces) == 4 else numbers.cardinal
    said = "点".join(read(piece) for piece in pieces)
    letter = (Part(match["v"], "V", "en"),) if match["v"] else ()
    return (*letter, Part(match["parts"], said))


def _fraction(match: re.Match[str]) -> str | None:
    top, bottom = int(match["top"]), int(match["bottom"])
    if (top, bottom) == (9, 11):
        return "九一一"
    if not 0 < top < bottom <= 1000:
        return None
    return f"{numbers.cardinal(match['bottom'])}分之{numbers.cardinal(match['top'])}"


def _ordinal(match: re.Match[str]) -> str:
    last = match["last"]
    return f"第{numbers.cardinal(match['number'])}" + (
        f"{to(match['dash'])}{numbers.cardinal(last)}" if last else ""
    )


def _range(match: re.Match[str]) -> str | None:
    first, last = match["first"], match["last"]
    if match["dash"] in "-–—−" and float(first.replace(",", "")) >= float(last.replace(",", "")):
        return f"{numbers.cardinal(first)}杠{numbers.cardinal(last)}"
    is_measured = re.match(rf"\s?{_MEASURE}", after(match))
    if not is_measured and all(
        re.fullmatch("1[89]\\d\\d|20\\d\\d", year) for year in (first, last)
    ):
        return f"{numbers.digits(first)}{to(match['dash'])}{numbers.digits(last)}"
    read = numbers.counted if is_measured else numbers.cardinal
    return f"{read(first)}{to(match['dash'])}{read(last)}"


def _one_by_one(match: re.Match[str]) -> str:
    return numbers.digits(match[0])


def _listed(match: re.Match[str]) -> str:
    if all(len(piece) <= 2 for piece in match[0].split("-")):
        return "".join(numbers.cardinal(piece) for piece in match[0].split("-"))
    return numbers.digits(match[0])


def _negative(match: re.Match[str]) -> str | None:
    preceding = before(match, 3)
    if (
        preceding
        and re.search(r"[一-鿿]$", preceding)
        and not re.search("[为是到至达跌于约在低温升降得]$", preceding)
    ):
        return None
    return numbers.cardinal(match[0])


def _cardinal(match: re.Match[str]) -> str:
    number, preceding, following = match[0], before(match), after(match)
    is_model = re.search(r"[A-Z][A-Za-z]*\s$", preceding) and len(number) in (3, 4)
    if is_model and number.isdigit() and not re.match(rf"\s?{_MEASURE}|[百千万亿]", following):
        return numbers.model(number)
    if number == "618" and re.match("大促|购物|促销|电商", following):
        return numbers.digits(number)
    if re.search(r"[A-Za-z]-?$|(?:波音|空客|航班|歼|轰|运|直)-?$", preceding) and number.isdigit():
        return numbers.model(number)
    if number.isdigit() and number.startswith("20") and len(number) == 4 and re.match(
        r"\s?(?:财年|年度|赛季|款|版|届|级)", following
    ):  # fmt: skip
        return numbers.digits(number)
    is_measured = re.match(rf"\s?{_MEASURE}", following)
    if number == "2" and is_measured and not re.search("[第初十]$", preceding):
        return "两"
    if number.isdigit() and len(number) >= 8 and not number.endswith("000") and not is_measured:
        return numbers.digits(number)
    return numbers.cardinal(number)


_SCALE = any_of(SCALES)

RULES: tuple[Rule, ...] = (
    *chinese_dates.RULES,
    (
        re.compile(
            r"(?:\+?86[- ]?)?1[3-9]\d([- ]?)\d{4}\1\d{4}(?!\d)"
            r"|[(（]?0\d{2,3}[)）]?[- ]?(?:\d{7,8}|\d{3,4}[- ]\d{4})(?:-\d{1,5})?(?!\d)"
            r"|[48]00-?\d{3,4}-?\d{3,4}(?!\d)"
            r"|\+\d{1,3}[- ]?\d{2,4}[- ]?\d{3,4}[- ]?\d{3,4}(?!\d)"
        ),
        _mobile,
    ),
    *chinese_times.RULES,
    (
        re.compile(
            rf"(?P<minus>(?<![\d%])[-−+])?(?P<first>{NUMBER})"
            rf"(?:\s?(?P<both>[%‰])?\s?{DASH}\s?(?P<last>[-−+]?{NUMBER}))?\s?(?P<sign>[%‰])"
        ),
        _percent,
    ),
    (
        re.compile(
            rf"(?P<minus>(?<!\w)[-−])?(?P<currency>(?<![A-Za-z]){CURRENCY})\s?(?P<amount>{NUMBER})"
            rf"(?:\s?{DASH}\s?(?:{CURRENCY})?(?P<last>{NUMBER}))?"
            rf"(?:(?P<han>百万|千万|十亿|百亿|千亿|万亿|[千万亿])|\s?(?P<scale>{_SCALE})(?![A-Za-z]))?"
            r"(?:元(?![宵旦月年素首]))?"
        ),
        _money,
    ),
    (
        re.compile(
            rf"(?P<minus>(?<!\w)[-−])?(?P<amount>{NUMBER})(?P<last>)"
            rf"(?:(?P<han>万亿|[千万亿])|\s?(?P<scale>{_SCALE}))?\s?"
            rf"(?P<currency>€|£|\$|(?:{any_of(_CODES)})(?![A-Za-z]))"
        ),
        _money,
    ),
    (
        re.compile(
            rf"{_MINUS}(?P<first>{NUMBER})(?:\s?(?:°C|℃|°)?\s?{DASH}\s?(?P<last>[-−]?{NUMBER}))?"
            r"\s?(?P<unit>°C|℃|摄氏度|°F|℉|华氏度|°|(?<=\d)度(?=[，。、；]|$))"
        ),
        _degrees,
    ),
    (
        re.compile(
            rf"{_MINUS}(?P<first>{NUMBER})(?:\s?{DASH}\s?(?P<last>{NUMBER}))?\s?"
            rf"(?P<unit>{UNIT})(?![A-Za-z0-9²³/])"
        ),
        _quantity,
    ),
    (re.compile(r"(?P<v>[vV]?)(?P<parts>\d{1,9}(?:\.\d{1,9}){2,9})(?![A-Za-z\d])"), _version),
    (re.compile(r"(?P<v>[vV])(?P<parts>\d{1,9}(?:\.\d{1,9}){0,9})(?![A-Za-z\d])"), _version),
    (re.compile(r"(?P<top>\d{1,3})[/⁄](?P<bottom>\d{1,4})(?![\d/])"), _fraction),
    (re.compile(r"\d{1,2}[·•]\d{1,2}(?!\d)"), _one_by_one),
    (re.compile(r"[016789]0(?=后(?!天|来|面|期|半|卫|台|续))"), _one_by_one),
    (
        re.compile(rf"第\s?(?P<number>\d{{1,12}})(?:(?P<dash>{DASH})(?P<last>\d{{1,12}}))?"),
        _ordinal,
    ),
    (re.compile(r"\d{3,8}(?![\d.,])"), _short_number),
    (re.compile(r"\d{1,20}(?:-\d{1,20}){2,9}"), _listed),
    (re.compile(rf"(?P<first>{NUMBER})\s?(?P<dash>{DASH})\s?(?P<last>{NUMBER})(?![-\d])"), _range),
    (re.compile(rf"(?<![A-Za-z\d)）])[-−]{NUMBER}"), _negative),
    (re.compile(NUMBER), _cardinal),
)
"""Tried in order where a number, a sign of money or 第 may begin."""

SYMBOLS: Mapping[str, str] = MappingProxyType(
    {
        "+": "加",
        "=": "等于",
        "×": "乘以",
        "÷": "除以",
        "±": "正负",
        "≈": "约等于",
        "≠": "不等于",
        "≤": "小于等于",
        "≥": "大于等于",
        "<": "小于",
        ">": "大于",
        "%": "百分号",
        "°": "度",
        "℃": "摄氏度",
        "&": "和",
        "½": "二分之一",
        "¼": "四分之一",
        "¾": "四分之三",
        "²": "平方",
        "³": "立方",
        "√": "根号",
        "∞": "无穷",
        "№": "号",
        "$": "美元",
        "€": "欧元",
        "£": "英镑",
        "¥": "元",
    }
)
"""Symbols that are said when they stand alone."""
