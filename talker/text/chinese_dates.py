"""How Chinese reads dates and years."""

from __future__ import annotations

import re

from talker.text import chinese_numbers as numbers
from talker.text.chinese_numbers import DASH, to
from talker.text.part import Rule, after, before

_LIVED_AFTER = re.compile(
    r"\d{1,2}月|出生|毕业|春|夏|秋|冬|初|底|世界杯|奥运|抗洪|洪水|高考|入伍|参军|结婚|下岗|考上|那年"
)


def _date(match: re.Match[str]) -> str | None:
    if not (1 <= int(match["month"]) <= 12 and 1 <= int(match["day"]) <= 31):
        return None
    month, day = (numbers.cardinal(str(int(match[part]))) for part in ("month", "day"))
    return f"{numbers.digits(match['year'])}年{month}月{day}日"


def _month_day(match: re.Match[str]) -> str | None:
    if not (1 <= int(match["month"]) <= 12):
        return None
    pieces = re.split(r"(\d+)", match[0])
    said = [
        numbers.cardinal(str(int(piece)))
        if piece.isdigit()
        else re.sub(DASH, lambda dash: to(dash[0]), piece)
        for piece in pieces
    ]
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
            or (len(number) == 3 and number[1:] != "00"
                and re.search(r"(?:^|[^一-鿿])前$", before(match)))
            or (number > "30" and len(number) == 2
                and _LIVED_AFTER.match(rest))
        )  # fmt: skip
    return f"{numbers.digits(number)}年" if is_year else None


def _named_year(match: re.Match[str]) -> str:
    last = match["last"]
    return numbers.digits(match["year"]) + (f"至{numbers.digits(last)}" if last else "")


def _decade(match: re.Match[str]) -> str:
    number = match["year"]
    words = numbers.digits(number) if len(number) == 4 else numbers.cardinal(number)
    return f"{words}年代"


RULES: tuple[Rule, ...] = (
    (
        re.compile(r"(?P<year>\d{4})([-/.])(?P<month>\d{1,2})\2(?P<day>\d{1,2})(?!\d|\.\d)"),
        _date,
    ),
    (
        re.compile(r"(?P<month>\d{1,2})(/)(?P<day>\d{1,2})/(?P<year>(?:19|20)\d{2})(?!\d)"),
        _date,
    ),
    (re.compile(rf"(?P<year>\d{{4}})年?{DASH}(?P<last>\d{{4}}|\d{{2}})年(?!代)"), _year),
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
        re.compile(
            rf"(?P<month>\d{{1,2}})月\s?\d{{1,2}}(?:[日号]?{DASH}(?:\d{{1,2}}月)?\d{{1,2}})?[日号]"
        ),
        _month_day,
    ),
)
"""Tried in order where a number may begin."""
