"""Mandarin text to syllables: pinyin as it is spoken, with its tones."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from talker.errors import LanguageError, UsageError
from talker.speech.common_words import COMMON_WORDS
from talker.speech.g2pw import fetched_reader
from talker.speech.neutral_tones import neutral_at
from talker.speech.polyphone_words import WORDS
from talker.speech.polyphones import lone_reading
from talker.speech.tone_sandhi import ToneSyllable, spoken_tones
from talker.speech.word_boundaries import readings_in
from talker.text.sentence import Token

_SYLLABLE = re.compile(r"([a-zvêü:]+)([1-5])?")

# 儿 after these is a syllable of its own ("child"), after any other character of a word it
# curls the vowel before it.
_CHILD_AFTER = frozenset("女婴幼孤胎少生育小患健宠男混托弃侄")
_CHILD_BEFORE = frozenset("子童女科媳孙歌")


@dataclass(frozen=True, slots=True)
class Syllable:
    """A syllable as it is spoken.

    Attributes:
        base: Pinyin without tone, ü written v, such as "lv".
        tone: 1 to 4, 5 for neutral.
        owner: Index of its token.
        curls: Whether it is a 儿 that curls the syllable before it, and none of its own.
    """

    base: str
    tone: int
    owner: int
    curls: bool = False


def syllables(tokens: Sequence[Token]) -> list[Syllable]:
    """Syllables of a clause.

    Args:
        tokens: Words of one clause, in order; punctuation is passed over.

    Raises:
        LanguageError: A character that has no reading.
        UsageError: A lexicon pronunciation that is no pinyin.
    """
    chars = [
        (char, index)
        for index, token in enumerate(tokens)
        if token.kind == "word" and token.pronunciation is None
        for char in token.spoken
        if not char.isspace()
    ]
    text = "".join(char for char, _ in chars)
    read = iter(_read(text))
    phrase: list[ToneSyllable] = []
    owner: list[int] = []
    fixed: list[bool] = []
    for index, token in enumerate(tokens):
        if token.kind != "word":
            continue
        if token.pronunciation is not None:
            for base, tone in from_pinyin(token.pronunciation):
                phrase.append(ToneSyllable("", base, tone, -1 - index))
                owner.append(index)
                fixed.append(True)
            continue
        for char in token.spoken:
            if not char.isspace():
                phrase.append(next(read))
                owner.append(index)
                fixed.append(False)
    changed = spoken_tones(phrase)
    result: list[Syllable] = []
    for place, (index, kept) in enumerate(zip(owner, fixed, strict=True)):
        spoken = phrase[place] if kept else changed[place]
        curls = not kept and _curls(phrase, place)
        result.append(Syllable(spoken.base, 5 if curls else spoken.tone, index, curls))
    return result


def from_pinyin(text: str) -> list[tuple[str, int]]:
    """Reads pinyin with tone digits, such as "chong2 qing4".

    Raises:
        UsageError: Text that is no pinyin.
    """
    result: list[tuple[str, int]] = []
    for part in text.lower().replace("ü", "v").replace("u:", "v").split():
        match = _SYLLABLE.fullmatch(part)
        if match is None:
            raise UsageError(
                f"The pronunciation {text!r} holds {part!r}, which is no pinyin syllable.",
                "Write pinyin with tone digits and spaces in the lexicon: chong2 qing4.",
            )
        result.append((match[1], int(match[2] or 5)))
    return result


def _read(text: str) -> list[ToneSyllable]:
    """Dictionary readings of Han characters, a syllable each."""
    if not text:
        return []
    from pypinyin import Style

    readings = [found[0] for found in _reader().pinyin(text, style=Style.TONE3)]
    if len(readings) != len(text):
        # A character that is no Han swallows its neighbours; read what can be read alone.
        readings = [_reader().pinyin(char, style=Style.TONE3)[0][0] for char in text]
    neutral = set(neutral_at(text))
    words = _words(text)
    lone = [index for index, word in enumerate(words) if words.count(word) == 1]
    network = fetched_reader()
    settled = (network.readings(text, lone) if network else {}) | readings_in(text)
    result: list[ToneSyllable] = []
    for index, (char, reading, word) in enumerate(zip(text, readings, words, strict=True)):
        if index in settled:
            reading = settled[index]
        elif index in lone:
            reading = lone_reading(char, text[:index], text[index + 1 :]) or reading
        match = _SYLLABLE.fullmatch(reading.replace("ü", "v"))
        if match is None:
            raise LanguageError(
                f"The Mandarin voice has no reading for {char!r}.",
                "Give its pinyin in a lexicon (--lexicon), or write the text without it.",
            )
        tone = 5 if index in neutral else int(match[2] or 5)
        result.append(ToneSyllable(char, match[1], tone, word))
    return result


def _words(text: str) -> list[int]:
    """The word of every character."""
    from pypinyin.seg.mmseg import seg

    result: list[int] = []
    for index, word in enumerate(seg.cut(text)):
        result += [index] * len(word)
    return result


def _curls(phrase: Sequence[ToneSyllable], place: int) -> bool:
    if place == 0 or phrase[place].char != "儿" or not phrase[place - 1].char:
        return False
    after = phrase[place + 1].char if place + 1 < len(phrase) else ""
    return phrase[place - 1].char not in _CHILD_AFTER and (not after or after not in _CHILD_BEFORE)


@lru_cache(maxsize=1)
def _reader() -> Any:
    """The dictionary, with neutral tones written 5; the change of tones is ours (`tone_sandhi`)."""
    from pypinyin import Style, load_phrases_dict, pinyin
    from pypinyin.contrib.neutral_tone import NeutralToneWith5Mixin
    from pypinyin.converter import DefaultConverter
    from pypinyin.core import Pinyin

    load_phrases_dict(
        {word: [pinyin(char, style=Style.TONE)[0] for char in word] for word in COMMON_WORDS}
    )
    spelt = {word: [[part] for part in reading.split()] for word, reading in WORDS.items()}
    load_phrases_dict(spelt, style="tone2")

    class Converter(NeutralToneWith5Mixin, DefaultConverter):
        pass

    return Pinyin(Converter())
