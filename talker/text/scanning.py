"""One sentence cut into tokens: what is said for each, in which language."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator
from dataclasses import replace

from talker.text import chinese, chinese_numbers, english_numbers, english_reading, other_numbers
from talker.text.glyphs import MARKS
from talker.text.languages import (
    HAN,
    LATIN,
    SCRIPTS,
    language_of_script,
    script_of,
    sentence_language,
    word_pattern,
)
from talker.text.lexicon import Lexicon
from talker.text.part import Part, first_reading
from talker.text.quantities import UNITS
from talker.text.sentence import Token

_BETWEEN_DIGITS = re.compile(r"(?<=\d)\*(?=\d)")
_MARK_RUN = re.compile(r"[.…⋯]{2,}|[!?！？]{2,}|[—–―─]{2,}|--+|(?:(?<=\s)|^)-(?=\s)")
_JOINT = re.compile(rf"(?:[/_·•・‧]|(?<![{HAN}])-|-(?!\d))(?=[^\W_])")
_TO = re.compile(r"(?<![A-Za-z]\d)(?<![A-Za-z]\d\d)(?<![A-Za-z]\d{3})(?<=\d)[-–—~](?=\d)")
_PER = re.compile(
    rf"(?:(?<=\d)|(?<=[元币镑次人吨克升米])|(?<=公里)|(?<=\d[mkcμ][gLlm]))/(?=[{HAN}])"
)
_CHINESE_NUMBER_START = re.compile(
    r"[\d+\-(（$€£¥₹₩₽₿₫₺₱฿]|第\s?\d|[vV]\d|(?<![A-Za-z])[A-Z]{1,3}[$¥]?\s?\d"
    r"|(?<![A-Za-z])(?:(?:N[oO]\.?|№)\s?\d|[IVX]{1,5}(?![A-Za-z]))"
)
_NUMBER_START = re.compile(r"\d|[+\-.$€£¥₹₩₽₿₫₺₱฿(（'’‘]\s?[\d.$€£¥(]")
_ENGLISH_BEFORE = re.compile(r"[a-z]{2,}[,.]?\s+[\"'“‘(]?$")
_ENGLISH_AFTER = re.compile(r"[$€£¥+-]?[\d.,:%/+-]*\s+[\"'“‘(]?[a-z]{2,}")
_ENGLISH_RUN_BEFORE = re.compile(
    r"[A-Za-z]+[\s,.'’]+(?:(?<![A-Za-z])[a-z]{2,}|[A-Z][a-z]{2,8}\.?\s+\d{1,2}),?\s+[\"'“‘(]?$"
)
_TOUCHES_HAN = re.compile(rf"[$€£¥+-]{{0,2}}[\d.,:%/~-]{{0,40}}\s?[{HAN}]")
_WORDS = {script: word_pattern(script) for script in SCRIPTS}


def tokens_in(
    source: str, folded: str, main: str, lexicon: Lexicon | None = None
) -> Iterator[Token]:
    """The tokens of a sentence, in order; their sources join to it but for white space.

    Args:
        source: As the user wrote it.
        folded: The same length, full-width letters and digits in ASCII.
        main: Main language of the whole text.
        lexicon: The user's own pronunciations.
    """
    context = sentence_language(folded, main)
    position = 0
    while position < len(folded):
        if folded[position].isspace():
            position += 1
            continue
        for part in _with_joint(_parts(folded, position, context, main, lexicon), folded, position):
            end = position + len(part.source)
            yield _token(part, source, folded, position, end, context)
            position = end


def _token(part: Part, source: str, folded: str, start: int, end: int, context: str) -> Token:
    written = source[start:end]
    visible_end = start + len(written.rstrip())
    language = part.language or context
    pronunciation = part.pronunciation
    if language == "en" and part.spoken in ("A", "a") and (
        context != "en" or english_reading.is_letter_a(written, folded, start)
    ):  # fmt: skip
        pronunciation = pronunciation or english_reading.LETTER_A_IPA
    return Token(
        source=written.strip(),
        spoken=part.spoken,
        language=language,
        kind=part.kind,
        pronunciation=pronunciation,
        space_after=bool(written.strip()) and source[visible_end : visible_end + 1].isspace(),
    )


def _with_joint(parts: tuple[Part, ...], text: str, start: int) -> tuple[Part, ...]:
    """Parts with the hyphen or slash that ties the last one to the next; a last stop apart."""
    last = parts[-1]
    end = start + sum(len(part.source) for part in parts)
    if last.kind != "word":
        return parts
    if _JOINT.match(text, end) and not (_TO.match(text, end) or _PER.match(text, end)):
        return (*parts[:-1], replace(last, source=last.source + text[end]))
    if last.source.endswith(".") and len(last.source) > 1 and _is_over(text, end):
        bare = replace(last, source=last.source[:-1])
        return (*parts[:-1], bare, Part(".", ".", last.language, "punctuation"))
    return parts


def _is_over(text: str, end: int) -> bool:
    return len(text) - end < 8 and not re.search(r"\w", text[end:])


def _parts(
    text: str, start: int, context: str, main: str, lexicon: Lexicon | None
) -> tuple[Part, ...]:
    entry = lexicon.match(text, start) if lexicon else None
    if entry:
        word = text[start : start + len(entry.word)]
        script = "Han" if entry.is_chinese else script_of(word[0]) or "Latin"
        language = language_of_script(script, main)
        return (Part(word, word, language, pronunciation=entry.pronunciation),)
    return (
        _number(text, start, context)
        or _word(text, start, context, main)
        or _mark(text, start, context)
    )


def _number(text: str, start: int, context: str) -> tuple[Part, ...] | None:
    language = _number_language(text, start, context)
    begins = _CHINESE_NUMBER_START if language in ("zh", "yue") else _NUMBER_START
    if not begins.match(text, start):
        return None
    if language in ("zh", "yue"):
        found = first_reading(chinese.RULES, text, start)
        if not found:
            return None
        end, reading = found
        parts = (Part(text[start:end], reading),) if isinstance(reading, str) else reading
    elif language == "en":
        read = english_reading.read(text, start)
        parts = read[1] if read else ()
    else:
        match = other_numbers.number_pattern(language).match(text, start)
        parts = (Part(match[0], other_numbers.cardinal(match[0], language)),) if match else ()
    return tuple(_in_language(part, language) for part in parts) or None


def _number_language(text: str, start: int, context: str) -> str:
    """The language that reads a number: its neighbours' where they are plainly in another."""
    preceding = text[max(0, start - 24) : start]
    if context in ("zh", "yue"):
        is_inside = _ENGLISH_BEFORE.search(preceding) and _ENGLISH_AFTER.match(text, start)
        is_last = _ENGLISH_RUN_BEFORE.search(preceding) and not _TOUCHES_HAN.match(text, start)
        return "en" if is_inside or is_last else context
    if context == "en":
        is_han = re.search(f"[{HAN}]$", preceding) or _TOUCHES_HAN.match(text, start)
        return "zh" if is_han else context
    return context


def _word(text: str, start: int, context: str, main: str) -> tuple[Part, ...] | None:
    char = text[start]
    script = script_of(char)
    if script is None:
        return None
    language = language_of_script(script, main)
    if script == "Han" and language != "ja":
        return (Part(char, "零" if char == "〇" else char, language),)
    if language == "en":
        read = english_reading.read(text, start)
        if read:
            return tuple(_in_language(part, "en") for part in read[1])
    if script == "Greek" and language not in (main, context):
        letter = unicodedata.name(char, "").rpartition("LETTER ")[2].split(" WITH")[0].lower()
        if letter and not (text[start + 1 : start + 2] and script_of(text[start + 1]) == "Greek"):
            return (Part(char, letter.removeprefix("final "), "en"),)
    match = _WORDS["Kana" if language == "ja" else script].match(text, start)
    word = match[0] if match else char
    return (Part(word, word, language),)


def _mark(text: str, start: int, context: str) -> tuple[Part, ...]:
    """The reading of a symbol or a punctuation mark."""
    char = text[start]
    if _TO.match(text, start) and context in ("en", "zh", "yue"):
        return (Part(char, "to" if context == "en" else "到", context),)
    if _PER.match(text, start):
        return (Part(char, "每", "zh"),)
    if char == "*" and _BETWEEN_DIGITS.match(text, start) and context in ("en", "zh", "yue"):
        return (Part(char, "times" if context == "en" else "乘", context),)
    run = _MARK_RUN.match(text, start)
    if run:
        spoken = "?" if set(run[0]) & set("?？") else MARKS.get(char, ",")
        return (Part(run[0], "," if spoken == "." else spoken, kind="punctuation"),)
    if char in MARKS:
        return (Part(char, MARKS[char], kind="punctuation"),)
    symbol = _symbol(text, start, context)
    if symbol:
        return symbol
    if unit := UNITS.get(char):
        is_chinese = context in ("zh", "yue")
        return (
            Part(char, unit.chinese if is_chinese else unit.many, "zh" if is_chinese else "en"),
        )
    value = unicodedata.numeric(char, None)
    if value is not None and value == int(value):
        read_number = english_numbers if context == "en" else chinese_numbers
        return (Part(char, read_number.cardinal(str(int(value))), context),)
    folded = unicodedata.normalize("NFKC", char)
    if folded != char and re.search(r"[^\W_]", folded) and char not in "™℠":
        said = [token for token in tokens_in(folded, folded, context) if token.spoken]
        return (Part(char, " ".join(token.spoken for token in said), said[0].language),)
    return (Part(char, "", kind="punctuation"),)


def _symbol(text: str, start: int, context: str) -> tuple[Part, ...] | None:
    char = text[start]
    before, after = text[max(0, start - 2) : start].strip(), text[start + 1 : start + 3]
    is_relation = context in ("zh", "yue") and char in "=<>≤≥≠≈×÷±"
    if context == "en" or (re.search(f"[{LATIN}+&]$", before) and not is_relation):
        read = english_reading.read(text, start)
        return tuple(_in_language(part, "en") for part in read[1]) if read else None
    if context in ("zh", "yue"):
        if char == "@":
            return (Part(char, "at", "en"),)
        is_operator = char in "<>=+-"
        if char == "+" and re.search(r"[\d百千万亿岁元]$", before):
            return (Part(char, "加", context),)
        if char in chinese.SYMBOLS and (not is_operator or (before and re.match(r"\s?\w", after))):
            return (Part(char, chinese.SYMBOLS[char], context),)
        return None
    return (Part(char, char, context),) if char in "%€$£¥+&=°" else None


def _in_language(part: Part, language: str) -> Part:
    return part if part.language else replace(part, language=language)
