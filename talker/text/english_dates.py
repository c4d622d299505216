"""How English reads dates, years and times of day."""

from __future__ import annotations

import re

from talker.text import english_numbers as numbers
from talker.text.english_abbreviations import MONTHS
from talker.text.part import Rule, after, before
from talker.text.quantities import any_of

_CALENDAR = (
    "January", "February", "March", "April", "May", "June",
    "July", "August", "September", "October", "November", "December",
)  # fmt: skip
_MONTH_NAMES = {**MONTHS, **{name: name for name in _CALENDAR}}
MONTH = any_of(_MONTH_NAMES)
"""Regular expression for a month, abbreviated or not."""

_DASH = "[-–—−~～]"
_YEAR_BEFORE = re.compile(
    r"(?:\b(?:in|since|by|until|till|from|before|after|during|of|circa|ca?|A\.D|early|late|mid|year|spring|"
    r"summer|autumn|fall|winter|to|through|and|or|Q[1-4]|FY|"
    + MONTH
    + r")\.?[\s-]+|[(/©]|\d,?\s)$",
    re.IGNORECASE,
)
_COUNT_BEFORE = re.compile(
    r"\b(?:about|around|nearly|almost|over|than|some|roughly|approximately|least|most|all|only|"
    r"exactly|another|every|these|those|with)\s$",
    re.IGNORECASE,
)
_CALLED_BEFORE = re.compile(
    r"\b(?:Boeing|Airbus|Flight|Route|Interstate|Highway|Room|Area|RTX|GTX|Ryzen|Model|Unit|Gate|Apt|Seat|Platform|"
    r"Terminal|Suite|Pier|Bus|Exit|Apartment)\s$",
    re.IGNORECASE,
)
_HALF = r"(?:[aApP]\.\s?[mM]\.?|[aApP][mM]\b)"
_TIME = rf"\d{{1,2}}(?::\d{{2}})?(?:\s?{_HALF})?"
_CLOCK = r"(?P<hour>\d{1,2})(?::(?P<minute>\d{2})(?::(?P<second>\d{2}))?)?"
_CLOCK_TIME = re.compile(rf"{_CLOCK}\s?(?P<half>{_HALF})?")


def is_called(preceding: str) -> bool:
    """Whether a number is a name, as behind "Boeing" or "Flight", given the text before it."""
    return _CALLED_BEFORE.search(preceding) is not None


def _month_day(match: re.Match[str]) -> str | None:
    if int(match["day"]) > 31:
        return None
    words = f"{_MONTH_NAMES[match['month']]} {numbers.ordinal(match['day'])}"
    return f"{words} to {numbers.ordinal(match['last'])}" if match["last"] else words


def _day_month(match: re.Match[str]) -> str | None:
    if int(match["day"]) > 31:
        return None
    article = "" if re.search(r"\bthe\s$", before(match), re.IGNORECASE) else "the "
    first = numbers.ordinal(match["day"])
    last = f" to {numbers.ordinal(match['last'])}" if match["last"] else ""
    return f"{article}{first}{last} of {_MONTH_NAMES[match['month']]}"


def _month_year(match: re.Match[str]) -> str:
    return f"{_MONTH_NAMES[match['month']]} {numbers.year(match['year'])}"


def _numeric_date(match: re.Match[str]) -> str | None:
    month, day = int(match["month"]), int(match["day"])
    if month > 12 and day <= 12:
        month, day = day, month
    if not (1 <= month <= 12 and 1 <= day <= 31):
        return None
    written = match["year"]
    year = numbers.year(written if len(written) == 4 else f"20{written}")
    return f"{_CALENDAR[month - 1]} {numbers.ordinal(str(day))} {year}"


def _decade(match: re.Match[str]) -> str:
    return numbers.plural(numbers.year(match["year"]))


def _short_decade(match: re.Match[str]) -> str:
    return numbers.plural(numbers.cardinal(match["year"]))


def _time(match: re.Match[str]) -> str | None:
    hour, minute, second = int(match["hour"]), int(match["minute"] or 0), match["second"]
    if hour > 24 or minute > 59:
        return None
    half = (match["half"] or "").upper().replace(".", "").replace(" ", "")
    words = numbers.cardinal(str(hour))
    if minute:
        words += (" oh " if minute < 10 else " ") + numbers.cardinal(str(minute))
    elif match["minute"] and not half:
        words += " o'clock" if 1 <= hour <= 12 else " hundred"
    if second:
        words += f" and {numbers.cardinal(str(int(second)))} seconds"
    return f"{words} {'.'.join(half)}" if half else words


def _time_range(match: re.Match[str]) -> str | None:
    first, last = (_CLOCK_TIME.fullmatch(match[end]) for end in ("first", "last"))
    if not (first and last) or not (last["half"] or (first["minute"] and last["minute"])):
        return None
    said = [_time(first), _time(last)]
    return " to ".join(words for words in said if words) if all(said) else None


def _years(match: re.Match[str]) -> str | None:
    first, last = match["first"], match["last"]
    if len(last) == 2 and int(last) <= int(first[2:]):
        return None
    end = numbers.year(last) if len(last) == 4 else numbers.cardinal(str(int(last)))
    return f"{numbers.year(first)} to {end}"


def _year(match: re.Match[str]) -> str | None:
    number, preceding = match[0], before(match)
    if is_called(preceding):
        return None
    if _YEAR_BEFORE.search(preceding) and not _COUNT_BEFORE.search(preceding):
        return numbers.year(number)
    if re.match(r"\s(?:AD|BC|BCE|CE|A\.D|B\.C)\b", after(match)):
        return numbers.year(number)
    counts = re.match(r"[\s-](?:[a-z]+[^s\W]\s)?[a-z]+s\b", after(match))
    is_recent = 1900 <= int(number) < 2100
    return numbers.year(number) if is_recent and not _COUNT_BEFORE.search(preceding) and (
        not counts or number.startswith("20")
    ) else None  # fmt: skip


RULES: tuple[Rule, ...] = (
    (
        re.compile(r"(?P<year>\d{4})([-/.])(?P<month>\d{1,2})\2(?P<day>\d{1,2})(?!\d)"),
        _numeric_date,
    ),
    (
        re.compile(r"(?P<month>\d{1,2})([/.-])(?P<day>\d{1,2})\2(?P<year>\d{4})(?!\d)"),
        _numeric_date,
    ),
    (re.compile(r"(?P<month>\d{1,2})/(?P<day>\d{1,2})/(?P<year>\d{2})(?!\d)"), _numeric_date),
    (
        re.compile(
            rf"(?P<month>{MONTH})\b\.?\s+(?P<day>\d{{1,2}})(?:st|nd|rd|th)?"
            rf"(?:\s?{_DASH}\s?(?P<last>\d{{1,2}})(?:st|nd|rd|th)?)?(?![\d:%,]*\d|\w|\.\d)"
        ),
        _month_day,
    ),
    (
        re.compile(rf"(?P<month>{MONTH})\b\.?\s+(?P<year>1[1-9]\d\d|20\d\d)(?![\d,]*\d)"),
        _month_year,
    ),
    (
        re.compile(
            rf"(?P<day>\d{{1,2}})(?:st|nd|rd|th)?(?:\s?{_DASH}\s?(?P<last>\d{{1,2}})"
            rf"(?:st|nd|rd|th)?)?\s+(?:of\s+)?(?P<month>{MONTH})\b(?:\.(?=,?\s+[a-z\d(]))?"
        ),
        _day_month,
    ),
    (
        re.compile(rf"(?P<first>{_TIME})\s?[-–—]\s?(?P<last>{_TIME})(?![\d:])"),
        _time_range,
    ),
    (re.compile(rf"{_CLOCK}\s?(?P<half>{_HALF})"), _time),
    (
        re.compile(
            r"(?P<hour>\d{1,2}):(?P<minute>\d{2})(?::(?P<second>\d{2}))?(?P<half>)(?![\d:])"
        ),
        _time,
    ),
    (re.compile(r"(?P<year>1\d\d0|20\d0)['’]?s\b"), _decade),
    (re.compile(r"['’‘]?(?P<year>[2-9]0)['’]?s\b"), _short_decade),
)
"""Tried in order where a number or a month may begin."""

YEAR_SPAN: Rule = (
    re.compile(rf"(?P<first>1[1-9]\d\d|20\d\d){_DASH}(?P<last>1[1-9]\d\d|20\d\d|\d\d)(?![\d-])"),
    _years,
)
"""Two years with a dash."""

YEAR: Rule = (
    re.compile(r"(?<![\w.,])(?:1[1-9]\d\d|20\d\d)(?!\w|[.,]\d|%)"),
    _year,
)
"""A bare number that is a year as far as its neighbours tell."""
