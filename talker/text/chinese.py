"""How Chinese reads numbers, money, quantities and telephone numbers."""

from __future__ import annotations

import re
from collections.abc import Mapping
from types import MappingProxyType

from talker.text import chinese_codes, chinese_dates, chinese_times
from talker.text import chinese_numbers as numbers
from talker.text.chinese_numbers import DASH, MEASURE, to
from talker.text.part import Part, Reading, Rule, after, before
from talker.text.quantities import CURRENCIES, CURRENCY, NUMBER, SCALES, UNIT, UNITS, any_of

_MINUS = r"(?P<minus>(?<![A-Za-z\d)）.])[-−])?"
_PER_HOUR_BEFORE = re.compile(r"时速[^，。；\d]{0,6}$")
_MINUS_BEFORE = re.compile("[为是到至达跌于约在低温升降得拔值额润率差数距记余负说等]$")
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
    minus, first, last, both = match["minus"], match["first"], match["last"], match["both"]
    words = ("零下" if minus else "") + numbers.cardinal(first) + (unit if both else "")
    if last:
        is_below = last[0] in "-−"
        words += "到" + ("零下" if is_below else "零上" if minus and not both else "")
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
        return f"{number}公里" if _PER_HOUR_BEFORE.search(before(match)) else f"每小时{number}公里"
    if sign == "m/s":
        return f"每秒{number}米"
    return number + chinese


def _version(match: re.Match[str]) -> tuple[Part, ...]:
    pieces = match["parts"].split(".")
    read = numbers.digits if len(pieces) == 4 else numbers.cardinal
    said = "点".join(read(piece) for piece in pieces)
    letter = (Part(match["v"], "V", "en"),) if match["v"] else ()
    return (*letter, Part(match["parts"], said))


def _fraction(match: re.Match[str]) -> str | None:
    top, bottom = int(match["top"]), int(match["bottom"])
    if not (0 < top < bottom and (bottom <= 1000 or bottom % 1000 == 0)):
        return None
    return f"{numbers.cardinal(match['bottom'])}分之{numbers.cardinal(match['top'])}"


def _ordinal(match: re.Match[str]) -> str:
    last = match["last"]
    return f"第{numbers.cardinal(match['number'])}" + (
        f"{to(match['dash'])}{numbers.cardinal(last)}" if last else ""
    )


def _power(match: re.Match[str]) -> str:
    return numbers.cardinal(match["base"]) + {"²": "的平方", "³": "的立方"}[match["power"]]


def _speed(match: re.Match[str]) -> str:
    speed = numbers.counted(match["first"]) + match["unit"]
    return speed if _PER_HOUR_BEFORE.search(before(match)) else f"每{match['time']}{speed}"


def _range(match: re.Match[str]) -> str | None:
    first, last = match["first"], match["last"]
    if match["dash"] in "-–−" and re.match(r"\s?=", after(match)):
        return f"{numbers.cardinal(first)}减{numbers.cardinal(last)}"
    if match["dash"] in "-–" and first == last and len(first) <= 2:
        return f"{numbers.cardinal(first)}比{numbers.cardinal(last)}"
    if match["dash"] in "-–—−" and float(first.replace(",", "")) >= float(last.replace(",", "")):
        return f"{numbers.cardinal(first)}杠{numbers.cardinal(last)}"
    is_measured = re.match(rf"\s?{MEASURE}", after(match))
    if not is_measured and all(
        re.fullmatch("1[89]\\d\\d|20\\d\\d", year) for year in (first, last)
    ):
        return f"{numbers.digits(first)}{to(match['dash'])}{numbers.digits(last)}"
    read = numbers.counted if is_measured else numbers.cardinal
    return f"{read(first)}{to(match['dash'])}{read(last)}"


def _listed(match: re.Match[str]) -> str:
    if all(len(piece) <= 2 for piece in match[0].split("-")):
        return "".join(numbers.cardinal(piece) for piece in match[0].split("-"))
    return numbers.digits(match[0])


def _negative(match: re.Match[str]) -> str | None:
    preceding = before(match, 3)
    if preceding and re.search(r"[一-鿿]$", preceding) and not _MINUS_BEFORE.search(preceding):
        return None
    return numbers.cardinal(match[0])


def _cardinal(match: re.Match[str]) -> str:
    number, preceding, following = match[0], before(match), after(match)
    is_model = re.search(r"[A-Z][A-Za-z]*\s$", preceding) and len(number) in (3, 4)
    if is_model and number.isdigit() and not re.match(rf"\s?{MEASURE}|[百千万亿]", following):
        return numbers.model(number)
    if re.search(r"[A-Za-z]-?$|(?:波音|空客|航班|歼|轰|运|直)-?$", preceding) and number.isdigit():
        return numbers.model(number)
    if number.isdigit() and number.startswith("20") and len(number) == 4 and re.match(
        r"\s?(?:财年|年度|赛季|款|版|届|级)", following
    ):  # fmt: skip
        return numbers.digits(number)
    is_measured = re.match(rf"\s?{MEASURE}", following)
    is_lasting = re.match(r"\s?(?:时(?![代候])|分(?=\d)|[室房]\s?[\d一两][厅室])", following)
    if (
        number == "2"
        and (is_measured or is_lasting)
        and not re.search("[第初十点时负]$", preceding)
    ):
        return "两"
    if number.isdigit() and len(number) >= 8 and not number.endswith("000") and not is_measured:
        return numbers.digits(number)
    return numbers.cardinal(number)


_SCALE = any_of(SCALES)

RULES: tuple[Rule, ...] = (
    *chinese_dates.RULES,
    *chinese_codes.TELEPHONES,
    *chinese_codes.EARLY,
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
            rf"{_MINUS}(?P<first>{NUMBER})(?:\s?(?P<both>°C|℃|°)?\s?{DASH}\s?(?P<last>[-−]?{NUMBER}))?"
            r"\s?(?P<unit>°C|℃|摄氏度|°F|℉|华氏度|°|(?<=\d)度(?=[，。、；]|$))"
        ),
        _degrees,
    ),
    (
        re.compile(
            rf"{_MINUS}(?P<first>{NUMBER})(?:\s?{DASH}\s?(?P<last>{NUMBER}))?\s?"
            rf"(?P<unit>{UNIT})(?![A-Za-z0-9²³]|/[A-Za-z])"
        ),
        _quantity,
    ),
    (
        re.compile(
            rf"(?P<first>{NUMBER})\s?(?P<unit>公里|千米|海里|英里|米)/(?P<time>小时|分钟|秒)钟?"
        ),
        _speed,
    ),
    (re.compile(rf"(?P<base>{NUMBER})(?P<power>[²³])"), _power),
    (re.compile(r"(?P<v>[vV]?)(?P<parts>\d{1,9}(?:\.\d{1,9}){2,9})(?![A-Za-z\d])"), _version),
    (re.compile(r"(?P<v>[vV])(?P<parts>\d{1,9}(?:\.\d{1,9}){0,9})(?![A-Za-z\d])"), _version),
    (re.compile(r"(?P<top>\d{1,3})[/⁄](?P<bottom>\d{1,8})(?![\d/])"), _fraction),
    (
        re.compile(rf"第\s?(?P<number>\d{{1,12}})(?:(?P<dash>{DASH})(?P<last>\d{{1,12}}))?"),
        _ordinal,
    ),
    *chinese_codes.RULES,
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
