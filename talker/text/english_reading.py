"""How English reads what stands at a place in a text: words, names, numbers, symbols."""

from __future__ import annotations

import re

from talker.text import addresses, english, english_dates
from talker.text import english_numbers as numbers
from talker.text.english_abbreviations import expansion
from talker.text.english_words import SYMBOLS, is_initialism, roman_numeral
from talker.text.languages import LATIN, word_pattern
from talker.text.part import Part, first_reading
from talker.text.quantities import UNITS

_WORD = word_pattern("Latin")
_DOTTED = re.compile(
    r"(?:[A-Z]\.){2,12}(?:[A-Z](?![A-Za-z]))?(?:['’]s\b)?|Ph\.\s?D\.?|[a-z]\.\s?[a-z]\.(?![a-z])"
)
_COMPOUND = re.compile(r"[A-Z]?[a-z]{1,30}(?:-[A-Z]?[a-z]{2,30}){1,5}(?![\w'’])(?!-\w)")
_WITH = re.compile(r"w/(?:(o)\b|(?=\s|[a-z]{2}))")
_INITIAL = re.compile(r"[A-Z]\.(?=\s+(?:[A-Z]\.\s?){0,6}[A-Z])")
_NUMBER_START = re.compile(
    rf"[\d+\-.('’‘$€£¥₹₩₽₿₫₺₱฿]|[vV]\.?\d|(?<![{LATIN}])(?:(?:{english_dates.MONTH})\b|[A-Z]{{1,3}}[$¥]?\s?\d)"
)
_CALLED_A = re.compile(
    r"\b(?:vitamin|plan|type|grade|hepatitis|class|group|team|series|level|section|exhibit|option|"
    r"schedule|influenza|appendix|serie)\s$",
    re.IGNORECASE,
)

LETTER_A_IPA = "ˈeɪ"
"""How the letter A is called; without it an engine takes it for the article."""


def read(text: str, start: int) -> tuple[int, tuple[Part, ...]] | None:
    """The reading of what begins at a place.

    Returns:
        The end of it and its parts; None for what is neither a word, a number nor a symbol that
        English says.
    """
    found = first_reading(addresses.RULES, text, start) if text[start].isalnum() else None
    if not found and _NUMBER_START.match(text, start):
        found = first_reading(english.RULES, text, start)
    if found:
        end, reading = found
        return end, (Part(text[start:end], reading),) if isinstance(reading, str) else reading
    return _word(text, start) or _symbol(text, start)


def is_letter_a(source: str, text: str, start: int) -> bool:
    """Whether an "A" is the letter and not the article."""
    preceding, following = text[max(0, start - 16) : start], text[start + 1 : start + 3]
    if source == "a":
        return bool(re.match(r"\d", following))
    if source.rstrip("-.") != "A":
        return False
    return bool(
        source.endswith(".")
        or re.match(r"[-&/+\d]|$", following)
        or (preceding and re.search(rf"[\d&/.-]$|[^\s{LATIN}\"'“‘(\[]$", preceding))
        or (following and re.match(rf"[^\s{LATIN}\"'“‘(\[]", following))
        or _CALLED_A.search(preceding)
    )


def _word(text: str, start: int) -> tuple[int, tuple[Part, ...]] | None:
    """The reading of a word in Latin letters, whatever the language of the text around it."""
    preceding = text[max(0, start - 40) : start]
    dotted = _DOTTED.match(text, start)
    if dotted:
        return dotted.end(), (Part(dotted[0], _said_dotted(dotted[0])),)
    initial = _INITIAL.match(text, start)
    if initial and not preceding[-1:].isalnum():
        return initial.end(), (Part(initial[0], initial[0][0]),)
    match = _WORD.match(text, start)
    if not match:
        return None
    word, end = match[0], match.end()
    short = _WITH.match(text, start)
    if short:
        return short.end(), (Part(short[0], "without" if short[1] else "with"),)
    following = text[end : end + 40]
    compound = _COMPOUND.match(text, start)
    if compound and compound.end() > end:
        return compound.end(), (Part(compound[0], compound[0].replace("’", "'")),)
    full = expansion(word, preceding, following)
    if full:
        spoken, takes_stop = full
        end += takes_stop
        return end, (Part(text[start:end], spoken),)
    return end, (Part(word, _said(word, preceding, following)),)


def _said_dotted(dotted: str) -> str:
    phrase = {"e.g.": "for example", "i.e.": "that is"}.get(dotted.replace(" ", ""))
    initials, apostrophe, ending = dotted.replace("’", "'").partition("'")
    letters = re.sub("[^A-Za-z]", "", initials).upper()
    return phrase or ".".join(letters) + apostrophe + ending


def _said(word: str, preceding: str, following: str) -> str:
    stem, apostrophe, ending = word.replace("’", "'").replace("ʼ", "'").partition("'")
    touches_digit = preceding[-1:].isdigit() or re.match(r"-?\d", following) is not None
    if stem in UNITS and re.search(r"[\d½¼¾]\s?$", preceding) and len(stem) > 1:
        return UNITS[stem].many
    if re.search(r"\d[A-Za-z]?/$", preceding) and stem.islower():
        return f"per {UNITS[stem].one if stem in UNITS else word}"
    numeral = roman_numeral(stem, preceding, following)
    if numeral:
        value, is_ordinal = numeral
        said = numbers.ordinal(str(value)) if is_ordinal else numbers.cardinal(str(value))
        return f"{'the ' if is_ordinal else ''}{said}{apostrophe}{ending}"
    is_code = touches_digit and (stem.isupper() or len(stem) <= 2) and not _is_plain_word(stem)
    if len(stem) > 1 and (is_code or is_initialism(stem, preceding, following)):
        return f"{'.'.join(stem.upper())}{apostrophe}{ending}"
    return f"{stem}{apostrophe}{ending}"


def _is_plain_word(stem: str) -> bool:
    return len(stem) > 4 or stem in ("in", "on", "of", "to", "by", "or", "an", "at", "is", "COVID")


def _symbol(text: str, start: int) -> tuple[int, tuple[Part, ...]] | None:
    char, following = text[start], text[start + 1 : start + 3]
    preceding = text[max(0, start - 2) : start]
    if char == "#":
        spoken = _hash(preceding[-1:], following[:1])
        return (start + 1, (Part(char, spoken),)) if spoken else None
    if char in "~∼" and following[:1].isdigit():
        return start + 1, (Part(char, "about"),)
    if char in "<>" and re.search(r"[\w)]\s?$", preceding) and re.match(r"\s?[\w$(]", following):
        return start + 1, (Part(char, "less than" if char == "<" else "greater than"),)
    spoken = SYMBOLS.get(char)
    if char in "½¼¾" and preceding[-1:].isdigit():
        spoken = {"½": "and a half", "¼": "and a quarter", "¾": "and three quarters"}[char]
    return (start + 1, (Part(char, spoken),)) if spoken else None


def _hash(before: str, after: str) -> str | None:
    """What # is called between two characters, either of which may be missing."""
    if before.isalpha():
        return "sharp"
    if after.isdigit():
        return "number"
    return "hashtag" if after.isalnum() else None
