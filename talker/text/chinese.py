"""How Chinese reads numbers, dates, money, times and scores."""

from __future__ import annotations

import re

from talker.text import chinese_numbers as numbers
from talker.text.part import Part, Reading, Rule, after, before
from talker.text.quantities import CURRENCIES, CURRENCY, SCALES, UNIT, UNITS, any_of

NUMBER = r"(?:\d{1,3}(?:,\d{3}){1,12}(?!\d)|\d{1,40})(?:\.\d{1,40})?"
"""A number with its thousands separators and decimals."""

_DASH = "[-–—−~～〜至到]"
_MINUS = r"(?P<minus>(?<![A-Za-z\d)）.])[-−])?"
_MEASURES = (
    "个名人家次天周年岁元块米吨只条张件位种项场部辆架艘台套间座所对双副根支枚颗粒片份册本篇"
    "首句段道门头匹群队组批股款处成倍秒斤克升亩度维者国万亿千架点股栋幢届层步盘杯瓶桶箱包袋"
    "口把节则封具轮波笔尊棵朵滴顿趟回阵番代"
)
_MEASURE = rf"(?:[{_MEASURES}]|小时|分钟|公里|千米|厘米|毫米|公斤|平方|立方|美元|欧元|英镑|日元|个半|刻钟|成半)"
_SCORE_BEFORE = re.compile(
    r"(?:比分|以|战胜|击败|大胜|险胜|逆转|领先|不敌|负于|战平|打平|取胜|局)[^，。]{0,6}$"
)
_SCORE_AFTER = re.compile(
    r"\s*[^，。]{0,3}(?:战胜|击败|大胜|完胜|险胜|逆转|领先|不敌|负于|战平|打平|取胜|获胜|落后|的比分|拿下|淘汰|横扫|力克)"
)
_TELEPHONE_BEFORE = re.compile(
    r"(?:拨打|热线|电话|致电|报警|拨|手机|客服|号码|传真|微信|QQ)[^，。]{0,6}$"
)
_BELOW_ZERO = re.compile(r"(?:气温|温度|低温|高温|体感|降至|跌至|最低|最高|在|到|至|~|～)?$")
_CODES = [code for code in CURRENCIES if code.isalpha()]


def _date(match: re.Match[str]) -> str | None:
    if not (1 <= int(match["month"]) <= 12 and 1 <= int(match["day"]) <= 31):
        return None
    month, day = (numbers.cardinal(str(int(match[part]))) for part in ("month", "day"))
    return f"{numbers.digits(match['year'])}年{month}月{day}日"


def _month_day(match: re.Match[str]) -> str | None:
    if not (1 <= int(match["month"]) <= 12):
        return None
    pieces = re.split(r"(\d+)", match[0])
    said = [numbers.cardinal(str(int(p))) if p.isdigit() else _to(p) for p in pieces]
    return "".join(said).replace(" ", "")


def _year(match: re.Match[str]) -> str | None:
    number, last, rest = match["year"], match["last"], after(match)
    if last:
        return f"{numbers.digits(number)}至{numbers.digits(last)}年"
    is_span = re.match("历史|的历史|以上|之久|多|左右", rest) or (
        number.endswith("000") and re.match("前|来|间|以来|后", rest)
    )
    if len(number) == 4:
        is_year = 1000 <= int(number) <= 2199 and not (is_span and number.endswith("00"))
    else:
        is_year = bool(
            re.search(r"(?:公元前?|['’‘])$", before(match))
            or (number > "30" and len(number) == 2
                and re.match(r"\d{1,2}月|出生|毕业|春|夏|秋|冬|初|底|世界杯|奥运", rest))
        )  # fmt: skip
    return f"{numbers.digits(number)}年" if is_year else None


def _named_year(match: re.Match[str]) -> str:
    last = match["last"]
    return numbers.digits(match["year"]) + (f"至{numbers.digits(last)}" if last else "")


def _decade(match: re.Match[str]) -> str:
    number = match["year"]
    words = numbers.digits(number) if len(number) == 4 else numbers.cardinal(number)
    return f"{words}年代"


def _time(match: re.Match[str]) -> str | None:
    hour, minute, second = int(match["hour"]), int(match["minute"]), match["second"]
    if hour > 24 or minute > 59:
        return None
    if not second and _is_score(match):
        return _score(match)
    words = numbers.counted(str(hour)) + "点"
    if minute:
        words += ("零" if minute < 10 else "") + numbers.cardinal(str(minute)) + "分"
    elif not second:
        words += "整"
    return words + (f"{numbers.cardinal(str(int(second)))}秒" if second else "")


def _is_score(match: re.Match[str]) -> bool:
    return bool(_SCORE_BEFORE.search(before(match)) or _SCORE_AFTER.match(after(match)))


def _score(match: re.Match[str]) -> str:
    return "比".join(numbers.cardinal(side) for side in re.split("[-–:：]", match[0]))


def _dashed_score(match: re.Match[str]) -> str | None:
    return _score(match) if _is_score(match) else None


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
    is_train = re.search(r"[GDCZTK]$", before(match)) and re.match("次", after(match))
    if is_called or is_known or is_emergency or is_train:
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
        f"{_to(match['dash'])}{numbers.cardinal(last)}" if last else ""
    )


def _range(match: re.Match[str]) -> str | None:
    first, last = match["first"], match["last"]
    if match["dash"] in "-–—−" and float(first.replace(",", "")) >= float(last.replace(",", "")):
        return f"{numbers.cardinal(first)}杠{numbers.cardinal(last)}"
    is_measured = re.match(rf"\s?{_MEASURE}", after(match))
    read = numbers.counted if is_measured else numbers.cardinal
    return f"{read(first)}{_to(match['dash'])}{read(last)}"


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


def _to(dash: str) -> str:
    return dash if dash in "至到" or not re.fullmatch(_DASH, dash) else "到"


_SCALE = any_of(SCALES)

RULES: tuple[Rule, ...] = (
    (
        re.compile(r"(?P<year>\d{4})([-/.])(?P<month>\d{1,2})\2(?P<day>\d{1,2})(?!\d|\.\d)"),
        _date,
    ),
    (
        re.compile(
            r"(?P<month>\d{1,2})(/)(?P<day>\d{1,2})/(?P<year>(?:19|20)\d{2})(?!\d)"
        ),
        _date,
    ),
    (
        re.compile(
            r"(?:\+?86[- ]?)?1[3-9]\d([- ]?)\d{4}\1\d{4}(?!\d)"
            r"|[(（]?0\d{2,3}[)）]?[- ]?\d{7,8}(?:-\d{1,5})?(?!\d)|[48]00-?\d{3,4}-?\d{3,4}(?!\d)"
            r"|\+\d{1,3}[- ]?\d{2,4}[- ]?\d{3,4}[- ]?\d{3,4}(?!\d)"
        ),
        _mobile,
    ),
    (re.compile(rf"(?P<year>\d{{4}})年?{_DASH}(?P<last>\d{{4}}|\d{{2}})年(?!代)"), _year),
    (re.compile(r"(?P<year>\d{2,4})(?P<last>)年(?!代|级|龄)"), _year),
    (re.compile(r"(?P<year>\d{4}|\d0)\s?年代"), _decade),
    (
        re.compile(
            r"(?P<year>(?:19|20)\d\d)(?:[-–/](?P<last>\d{4}|\d{2}))?"
            r"(?=\s?(?:财年|年度|赛季|学年|款|版|届))"
        ),
        _named_year,
    ),
    (
        re.compile(rf"(?P<month>\d{{1,2}})月\s?\d{{1,2}}(?:[日号]?{_DASH}(?:\d{{1,2}}月)?\d{{1,2}})?[日号]"),
        _month_day,
    ),
    (
        re.compile(r"(?P<hour>\d{1,2})[:：](?P<minute>[0-5]\d)(?:[:：](?P<second>[0-5]\d))?(?!\d|[:：]\d)"),
        _time,
    ),
    (re.compile(r"\d{1,3}[:：]\d{1,3}(?!\d)"), _score),
    (re.compile(r"\d{1,3}[-–]\d{1,3}(?![-\d.%])"), _dashed_score),
    (
        re.compile(
            rf"(?P<minus>(?<![\d%])[-−+])?(?P<first>{NUMBER})"
            rf"(?:\s?(?P<both>[%‰])?\s?{_DASH}\s?(?P<last>[-−+]?{NUMBER}))?\s?(?P<sign>[%‰])"
        ),
        _percent,
    ),
    (
        re.compile(
            rf"(?P<minus>(?<!\w)[-−])?(?P<currency>(?<![A-Za-z]){CURRENCY})\s?(?P<amount>{NUMBER})"
            rf"(?:\s?{_DASH}\s?(?:{CURRENCY})?(?P<last>{NUMBER}))?"
            rf"(?:(?P<han>百万|千万|十亿|百亿|千亿|万亿|[千万亿])|\s?(?P<scale>{_SCALE})(?![A-Za-z]))?"
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
            rf"{_MINUS}(?P<first>{NUMBER})(?:\s?(?:°C|℃|°)?\s?{_DASH}\s?(?P<last>[-−]?{NUMBER}))?"
            r"\s?(?P<unit>°C|℃|摄氏度|°F|℉|华氏度|°|(?<=\d)度(?=[，。、；]|$))"
        ),
        _degrees,
    ),
    (
        re.compile(
            rf"{_MINUS}(?P<first>{NUMBER})(?:\s?{_DASH}\s?(?P<last>{NUMBER}))?\s?"
            rf"(?P<unit>{UNIT})(?![A-Za-z0-9²³/])"
        ),
        _quantity,
    ),
    (re.compile(r"(?P<v>[vV]?)(?P<parts>\d{1,9}(?:\.\d{1,9}){2,9})(?![A-Za-z\d])"), _version),
    (re.compile(r"(?P<v>[vV])(?P<parts>\d{1,9}(?:\.\d{1,9}){0,9})(?![A-Za-z\d])"), _version),
    (re.compile(r"(?P<top>\d{1,3})[/⁄](?P<bottom>\d{1,4})(?![\d/])"), _fraction),
    (re.compile(r"\d{1,2}[·•]\d{1,2}(?!\d)"), _one_by_one),
    (re.compile(r"[016789]0(?=后(?!天|来|面|期|半|卫|台|续))"), _one_by_one),
    (re.compile(rf"第\s?(?P<number>\d{{1,12}})(?:(?P<dash>{_DASH})(?P<last>\d{{1,12}}))?"), _ordinal),
    (re.compile(r"\d{3,5}(?![\d.,])"), _short_number),
    (re.compile(r"\d{1,20}(?:-\d{1,20}){2,9}"), _listed),
    (re.compile(rf"(?P<first>{NUMBER})\s?(?P<dash>{_DASH})\s?(?P<last>{NUMBER})(?![-\d])"), _range),
    (re.compile(rf"(?<![A-Za-z\d)）])[-−]{NUMBER}"), _negative),
    (re.compile(NUMBER), _cardinal),
)  # fmt: skip
"""Tried in order where a number, a sign of money or 第 may begin."""

SYMBOLS = {
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
"""Symbols that are said when they stand alone."""
