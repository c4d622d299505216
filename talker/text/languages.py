"""Which language a stretch of text is in, told by its script."""

from __future__ import annotations

import re
from collections.abc import Mapping
from types import MappingProxyType

from talker.errors import UsageError

_RANGES: Mapping[str, str] = MappingProxyType(
    {
        "Latin": "A-Za-zªºÀ-ÖØ-öø-ɏɐ-ʯḀ-ỿ",
        "Han": "々〇\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff\U00020000-\U0003ffff",
        "Kana": "ぁ-ゟ゠-ヺー-ヿㇰ-ㇿｦ-ﾟ",
        "Hangul": "가-힣ᄀ-ᇿ㄰-㆏",
        "Cyrillic": "Ѐ-ԯ",
        "Greek": "Ͱ-ͽͿ-Ͽἀ-῿",
        "Arabic": "ؠ-ٟٮ-ۓە-ۯۺ-ۿݐ-ݿ",
        "Hebrew": "֑-ֽא-ײ",
        "Devanagari": "ऀ-ॣॱ-ॿ",
        "Bengali": "ঀ-৥",
        "Gurmukhi": "਀-੥",
        "Gujarati": "઀-૥",
        "Tamil": "஀-௥",
        "Telugu": "ఀ-౥",
        "Kannada": "ಀ-೥",
        "Malayalam": "ഀ-൥",
        "Sinhala": "඀-෥",
        "Thai": "ก-ฺเ-๎",
        "Lao": "ກ-ໍ",
        "Burmese": "က-ဿ",
        "Georgian": "Ⴀ-ჿ",
        "Armenian": "Ա-֏",
        "Ethiopic": "ሀ-፟",
        "Khmer": "ក-៓",
    }
)
"""Regular-expression ranges of each script's letters."""

_LANGUAGE_OF_SCRIPT: Mapping[str, str] = MappingProxyType(
    {
        "Latin": "en",
        "Han": "zh",
        "Kana": "ja",
        "Hangul": "ko",
        "Cyrillic": "ru",
        "Greek": "el",
        "Arabic": "ar",
        "Hebrew": "he",
        "Devanagari": "hi",
        "Bengali": "bn",
        "Gurmukhi": "pa",
        "Gujarati": "gu",
        "Tamil": "ta",
        "Telugu": "te",
        "Kannada": "kn",
        "Malayalam": "ml",
        "Sinhala": "si",
        "Thai": "th",
        "Lao": "lo",
        "Burmese": "my",
        "Georgian": "ka",
        "Armenian": "hy",
        "Ethiopic": "am",
        "Khmer": "km",
    }
)

_SCRIPTS_OF: Mapping[str, frozenset[str]] = MappingProxyType(
    {language: frozenset({script}) for script, language in _LANGUAGE_OF_SCRIPT.items()}
    | {"ja": frozenset({"Kana", "Han"}), "yue": frozenset({"Han"})}
    | dict.fromkeys(("uk", "bg", "be", "mk", "kk", "ky", "mn", "tg", "tt"), frozenset({"Cyrillic"}))
    | dict.fromkeys(("fa", "ur", "ps", "sd", "ug"), frozenset({"Arabic"}))
    | dict.fromkeys(("mr", "ne", "sa", "kok"), frozenset({"Devanagari"}))
    | {"as": frozenset({"Bengali"}), "sr": frozenset({"Cyrillic", "Latin"})}
)

UNSPACED = frozenset({"zh", "yue", "ja", "th", "lo", "km", "my"})
"""Languages that write no spaces between words."""

_SAME: Mapping[str, str] = MappingProxyType({"cmn": "zh", "eng": "en", "zho": "zh", "jpn": "ja"})

_TAG = re.compile(r"[A-Za-z]{2,3}(?:[-_][A-Za-z0-9]{1,8})*")
_RUNS = re.compile("|".join(f"(?P<{name}>[{ranges}]+)" for name, ranges in _RANGES.items()))

SCRIPTS = tuple(_RANGES)
"""The scripts whose letters are told apart."""

HAN = _RANGES["Han"]
"""Regular-expression ranges of the Han characters."""

LATIN = _RANGES["Latin"]
"""Regular-expression ranges of the Latin letters."""

_SAMPLE = 20_000


def primary(tag: str) -> str:
    """The language of a BCP 47 tag, without script and region: "zh" for "zh-Hans-CN".

    Raises:
        UsageError: What is no such tag.
    """
    if not _TAG.fullmatch(tag):
        raise UsageError(
            f"'{tag}' is no language.", "Give a language tag such as zh, en, fr or pt-BR."
        )
    language = re.split("[-_]", tag)[0].lower()
    return _SAME.get(language, language)


def main_language(text: str) -> str:
    """The language that most of a text is in, as far as its scripts tell; "en" for Latin.

    A Latin word counts as much as a Han character. Only the first 20 000 characters are read.
    """
    counts = dict.fromkeys(_RANGES, 0)
    for run in _RUNS.finditer(text[:_SAMPLE]):
        script = run.lastgroup or ""
        length = run.end() - run.start()
        counts[script] += length if script in ("Han", "Kana") else 1
    if counts["Kana"] * 10 >= counts["Kana"] + counts["Han"] > 0:
        counts["Kana"] += counts.pop("Han")
    best = max(counts, key=lambda script: counts[script])
    return _LANGUAGE_OF_SCRIPT[best] if counts[best] else "en"


def sentence_language(sentence: str, main: str) -> str:
    """The language of a sentence inside a text that is mainly in `main`.

    It is the main one, unless the sentence has none of its letters and is plainly in another:
    a few Latin names inside a Chinese text are not.
    """
    scripts = {run.lastgroup or "" for run in _RUNS.finditer(sentence[:_SAMPLE])}
    if not scripts or scripts & _SCRIPTS_OF.get(main, frozenset({"Latin"})):
        return main
    words = re.findall(r"\b[A-Za-z]+\b", sentence[:_SAMPLE])
    has_plain_word = any(word.islower() and len(word) > 1 for word in words)
    if scripts <= {"Latin", "Greek"} and not (has_plain_word and len(words) >= 3):
        return main
    return main_language(sentence)


def script_of(char: str) -> str | None:
    """The script that a letter belongs to, such as "Han"; None for what is no letter of ours."""
    letters = _RUNS.match(char)
    return letters.lastgroup if letters else None


def language_of_script(script: str, main: str) -> str:
    """The language of letters of a script inside a text that is mainly in `main`.

    Latin letters belong to the main language where that is written in Latin, and are English
    otherwise; letters of any other script belong to the main language where it uses them.
    """
    if script in _SCRIPTS_OF.get(main, frozenset({"Latin"})):
        return main
    return _LANGUAGE_OF_SCRIPT[script]


def word_pattern(script: str) -> re.Pattern[str]:
    """What matches one word in a script: letters with their combining marks and apostrophes.

    Scripts that put no spaces between words give the whole run; no match is longer than 60
    characters or so.
    """
    letters = _RANGES[script] + (_RANGES["Han"] if script == "Kana" else "")
    marks = "\u0300-\u036f\u200c\u200d"
    return re.compile(
        f"[{letters}][{letters}{marks}]{{0,58}}(?:['’ʼ][{letters}{marks}]{{1,20}}){{0,3}}"
    )
