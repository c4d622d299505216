"""How English reads numbers, money, quantities and scores."""

from __future__ import annotations

import re

from talker.text import english_dates
from talker.text import english_numbers as numbers
from talker.text.english_dates import is_called
from talker.text.part import Part, Rule, after, before
from talker.text.quantities import CURRENCIES, CURRENCY, NUMBER, SCALES, UNIT, UNITS, Unit, any_of

_SCALE_WORD = any_of(scale for scale in SCALES if len(scale) > 1)
_SCALE_LETTER = any_of(scale for scale in SCALES if len(scale) == 1)
_CODES = [code for code in CURRENCIES if code.isalpha()]
_DASH = r"(?:[-–—−~～]|\s[-–]\s)"
_FOLLOWS_LETTER = re.compile("[A-Za-z]-?$")
_STREET_AFTER = re.compile(
    r"\s(?:[NSEW]\.?\s)?(?:[A-Z]\w+\s){1,3}(?:St|Ave|Blvd|Rd|Dr|Ln|Street|Avenue|Boulevard|Road|Drive|"
    r"Lane|Way|Place)\b"
)
_NOUN_AFTER = re.compile(
    r"\s(?!(?:of|to|in|a|per|and|or|for|from|each|on|at|is|was|were|are|as|by|more|less|that|it|with|"
    r"when|which|he|she|they|we|had|has|have|above|below|over|under|into|than|before|after)\b)[a-z]"
)


def _money(match: re.Match[str]) -> str:
    currency = CURRENCIES[match["currency"]]
    amount, last, scale = match["amount"], match["last"], match["scale"] or match["letter"]
    sign = "minus " if match["minus"] else ""
    is_adjective = _is_adjective(match)
    if last:
        scale_word = f" {SCALES[scale][0]}" if scale else ""
        return (
            f"{sign}{numbers.cardinal(amount)} to {numbers.cardinal(last)}{scale_word} "
            f"{currency.many}"
        )
    if scale:
        name = currency.one if is_adjective else currency.many
        return f"{sign}{numbers.cardinal(amount)} {SCALES[scale][0]} {name}"
    whole, _, cents = amount.replace(",", "").partition(".")
    if cents and (len(cents) != 2 or not currency.cent):
        return f"{sign}{numbers.cardinal(amount)} {currency.many}"
    main = currency.one if int(whole) == 1 or is_adjective else currency.many
    parts = [f"{numbers.cardinal(amount.partition('.')[0])} {main}"] if int(whole) else []
    if cents and int(cents):
        minor = currency.cent if cents == "01" else currency.cents
        parts.append(f"{numbers.cardinal(str(int(cents)))} {minor}")
    return sign + (" and ".join(parts) or f"zero {currency.many}")


def _is_adjective(match: re.Match[str]) -> bool:
    """Whether an amount stands before its noun, as in "a $5 bill" or "a 12 kg box"."""
    if re.match("-[a-z]", after(match)):
        return True
    has_article = re.search(
        r"\b(?:an?|the|this|that|his|her|its|their)\s$", before(match), re.IGNORECASE
    )
    return bool(has_article and _NOUN_AFTER.match(after(match)))


def _cents(match: re.Match[str]) -> str:
    return f"{numbers.cardinal(match['amount'])} {'cent' if match['amount'] == '1' else 'cents'}"


def _quantity(match: re.Match[str]) -> str | None:
    sign, amount, last = match["unit"], match["amount"], match["last"]
    is_letter = len(sign) == 1 and sign.isalpha()
    if is_letter and (_FOLLOWS_LETTER.search(before(match)) or re.match("[-'’&]", after(match))):
        return None
    is_adjective = match["hyphen"] == "-" or _is_adjective(match)
    words = _signed(match["sign"]) + numbers.cardinal(amount)
    if last:
        words += f" to {numbers.cardinal(last)}"
    return _measured(words, last or amount, UNITS[sign], adjective=is_adjective)


def _measured(words: str, amount: str, unit: Unit, *, adjective: bool = False) -> str:
    return f"{words} {unit.one if amount in ('1', '01') or adjective else unit.many}"


def _feet_inches(match: re.Match[str]) -> str:
    inches = match["inches"]
    words = f"{numbers.cardinal(match['feet'])} {'foot' if inches else 'feet'}"
    return f"{words} {numbers.cardinal(inches)}" if inches else words


def _telephone(match: re.Match[str]) -> tuple[Part, ...]:
    parts: list[Part] = []
    for piece in re.finditer(r"(\+?)(\d+)([^\d+]*)", match[0]):
        plus, group, gap = piece.groups()
        words = "eight hundred" if group == "800" else numbers.digits(group)
        parts.append(Part(f"{plus}{group}", f"plus {words}" if plus else words))
        if gap:
            parts.append(Part(gap, ",", kind="punctuation"))
    opening = match[0][: match[0].index(parts[0].source)]
    return (Part(opening, "", kind="punctuation"), *parts) if opening else tuple(parts)


def _version(match: re.Match[str]) -> str:
    pieces = match["parts"].split(".")
    if len(pieces) == 4:
        return " dot ".join(numbers.digits(piece) for piece in pieces)
    numbered = " point ".join(numbers.cardinal(piece) for piece in pieces)
    is_announced = re.search(r"\bversions?\s$", before(match), re.IGNORECASE)
    return f"version {numbered}" if match["v"] and not is_announced else numbered


def _plan(match: re.Match[str]) -> str:
    return f"{numbers.pairs(match['number'])} {match['letter']}"


def _ordinal(match: re.Match[str]) -> str:
    words = numbers.ordinal(match["number"])
    return numbers.plural(words) if match["many"] else words


def _fraction(match: re.Match[str]) -> str | None:
    whole, top, bottom = match["whole"], match["top"], match["bottom"]
    if (top, bottom) in (("9", "11"), ("24", "7")):
        return f"{numbers.cardinal(top)} {numbers.cardinal(bottom)}"
    if int(top) >= int(bottom) or int(bottom) > 100:
        return None
    words = numbers.fraction(top, bottom)
    if not whole:
        return words
    if top == "1" and int(bottom) in (2, 4):
        words = "a" + words.removeprefix("one")
    return f"{numbers.cardinal(whole)} and {words}"


def _slashed(match: re.Match[str]) -> str:
    pieces = match[0].split("/")
    said = [numbers.cardinal(piece) for piece in pieces]
    if len(pieces) != 2 or pieces[0] == pieces[1]:
        return " ".join(said)
    return (" to " if len(pieces[1]) == 1 else " over ").join(said)


def _range(match: re.Match[str]) -> str | None:
    first, last = match["first"], match["last"]
    if (first, last) == ("50", "50"):
        return "fifty fifty"
    is_model = is_called(before(match)) or re.match("[A-Z]", after(match))
    if is_model and first.isdigit() and last.isdigit():
        return f"{numbers.pairs(first)} {numbers.pairs(last)}"
    is_spaced = re.search(r"\s", match[0]) is not None
    if is_spaced and float(first.replace(",", "")) >= float(last.replace(",", "")):
        return None
    return f"{numbers.cardinal(first)} to {numbers.cardinal(last)}"


def _score(match: re.Match[str]) -> str:
    return " to ".join(numbers.cardinal(side) for side in re.split("[:：]", match[0]))


def _each_number(match: re.Match[str]) -> str:
    if all(len(piece) <= 2 for piece in match[0].split("-")):
        return " ".join(numbers.cardinal(piece) for piece in match[0].split("-"))
    return numbers.digits(match[0])


def _scaled(match: re.Match[str]) -> str | None:
    letter = match["scale"]
    is_name = letter == "K" and len(match["amount"]) == 1
    if is_name or is_called(before(match)) or _FOLLOWS_LETTER.search(before(match)):
        return None
    return f"{numbers.cardinal(match['amount'])} {SCALES[letter][0]}"


def _times(match: re.Match[str]) -> str:
    last = match["last"]
    first = numbers.cardinal(match["first"])
    if not last:
        return f"{first} times"
    words = f"{first} by {numbers.cardinal(last)}"
    words = numbers.plural(words) if match["some"] else words
    return f"{words} {UNITS[match['unit']].many}" if match["unit"] else words


def _signed(sign: str | None) -> str:
    return "" if not sign else "plus " if sign == "+" else "minus "


def _cardinal(match: re.Match[str]) -> str:
    number = match["number"]
    sign = _signed(match["sign"])
    if match["some"]:
        return numbers.plural(sign + numbers.cardinal(number))
    if _FOLLOWS_LETTER.search(before(match)) or (is_called(before(match)) and number.isdigit()):
        return sign + (numbers.pairs(number) if number.isdigit() else numbers.cardinal(number))
    is_service = re.search(r"\b(?:call|dial|text|or)\s$", before(match), re.IGNORECASE)
    if number == "911" or (is_service and number in ("211", "311", "411", "511", "811", "988")):
        return numbers.digits(number)
    if re.search(r"\b[A-Z]\.?[A-Z]\.?\s$", before(match)) and re.fullmatch(r"\d{5}", number):
        return numbers.digits(number)
    if re.fullmatch(r"\d{3,4}", number) and _STREET_AFTER.match(after(match, 48)):
        return numbers.pairs(number)
    if number.isdigit() and len(number) >= 8 and not number.endswith("000"):
        return sign + numbers.digits(number)
    return sign + numbers.cardinal(number)


_SIGN = r"(?P<sign>(?<![\w)])[-−+])?"

RULES: tuple[Rule, ...] = (
    *english_dates.RULES,
    (
        re.compile(
            rf"(?P<minus>(?<!\w)[-−])?(?P<currency>(?<![A-Za-z]){CURRENCY})\s?(?P<amount>{NUMBER})"
            rf"(?:{_DASH}(?:{CURRENCY})?(?P<last>{NUMBER}))?"
            rf"(?:[\s-]?(?P<scale>{_SCALE_WORD})\b|(?P<letter>{_SCALE_LETTER})\b)?"
        ),
        _money,
    ),
    (
        re.compile(
            rf"(?P<minus>(?<!\w)[-−])?(?P<amount>{NUMBER})(?P<last>)(?P<letter>)"
            rf"(?:\s(?P<scale>{_SCALE_WORD}))?\s?(?P<currency>€|£|(?:{any_of(_CODES)})\b)"
        ),
        _money,
    ),
    (re.compile(rf"(?P<amount>{NUMBER})¢"), _cents),
    (re.compile(r"(?P<number>\d{3})\((?P<letter>[a-z])\)"), _plan),
    (
        re.compile(
            r"\+?\d{1,3}[- .]\(?\d{2,4}\)?[- .]\d{3,4}[- .]\d{3,4}(?!\d)"
            r"|\(\d{3}\)\s?\d{3}[- .]\d{4}(?!\d)|\d{3}[-.]\d{3}[-.]\d{4}(?!\d)"
            r"|1-8\d\d(?=-[A-Z])|\d{3}-\d{4}(?![-\d])|\+\d{7,15}(?!\d)"
        ),
        _telephone,
    ),
    (re.compile(r"(?P<v>[vV]\.?)(?P<parts>\d{1,9}(?:\.\d{1,9}){0,9})(?![\w])"), _version),
    (re.compile(r"(?P<v>)(?P<parts>\d{1,9}(?:\.\d{1,9}){2,9})(?!\w)"), _version),
    (
        re.compile(r"(?P<number>\d{1,3}(?:,\d{3}){0,12}|\d{1,30})(?:st|nd|rd|th)(?P<many>s?)\b"),
        _ordinal,
    ),
    (
        re.compile(
            rf"{_SIGN}(?P<amount>{NUMBER})(?:\s?%?{_DASH}(?P<last>{NUMBER}))?"
            rf"(?P<hyphen>[\s-]?)(?P<unit>{UNIT})(?![A-Za-z0-9²³/])(?:\.(?=\s+[a-z(]))?"
        ),
        _quantity,
    ),
    (re.compile(r"(?P<feet>\d{1,2})['’′](?P<inches>\d{1,2})?(?:[\"”″]|''|(?![\w]))"), _feet_inches),
    (
        re.compile(r"(?:(?P<whole>\d{1,3})\s)?(?P<top>\d{1,3})[/⁄](?P<bottom>\d{1,3})(?![\d/])"),
        _fraction,
    ),
    (re.compile(r"\d{1,20}(?:/\d{1,20}){1,9}"), _slashed),
    english_dates.YEAR_SPAN,
    (re.compile(r"\d{1,20}(?:-\d{1,20}){2,9}"), _each_number),
    (re.compile(rf"(?P<first>{NUMBER}){_DASH}(?P<last>{NUMBER})(?!-?\d)"), _range),
    (re.compile(r"\d{1,9}[:：]\d{1,9}(?![\d:])"), _score),
    english_dates.YEAR,
    (re.compile(rf"(?P<amount>{NUMBER})(?P<scale>[kKMB]|bn|mn|tn)(?!\w)"), _scaled),
    (
        re.compile(
            rf"(?P<first>{NUMBER})\s?[x×]\s?(?P<last>{NUMBER})"
            r"(?P<some>s\b)?(?:\s?(?P<unit>km|cm|mm|m|ft)\b)?"
        ),
        _times,
    ),
    (re.compile(rf"(?P<first>{NUMBER})[x×](?P<last>)(?P<some>)(?P<unit>)(?!\w)"), _times),
    (
        re.compile(rf"{_SIGN}(?P<number>{NUMBER}|\.\d{{1,40}})(?P<some>s\b)?"),
        _cardinal,
    ),
)
"""Tried in order where a number, a sign of money, a month or a version may begin."""
