"""How tones change beside each other in spoken Mandarin.

Rules from Duanmu, The Phonology of Standard Chinese (2007), chapter 11, and the usual teaching of
一 and 不. The voice was trained on labels that have these changes in them.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

_LONGEST_FOOT = 3
_DIGITS = frozenset("零〇一二两三四五六七八九十幺")
_BEFORE_ORDINAL = ("第", "初", "周", "星期", "礼拜", "十", "百零", "千零", "万零")
_AFTER_NAME_OF_DAY = frozenset("月日号")


@dataclass(frozen=True, slots=True)
class ToneSyllable:
    """A syllable in its word.

    Attributes:
        char: The Han character.
        base: Pinyin without tone, ü written v.
        tone: 1 to 4, 5 for neutral.
        word: Index of its word in the phrase.
    """

    char: str
    base: str
    tone: int
    word: int


def spoken_tones(syllables: Sequence[ToneSyllable]) -> list[ToneSyllable]:
    """Syllables of a phrase with the tones they have in it.

    Args:
        syllables: In order, with their dictionary tones.
    """
    changed = _third_tones(list(syllables))
    return _yi_and_bu(changed)


def _third_tones(syllables: list[ToneSyllable]) -> list[ToneSyllable]:
    """A third tone before a third is a second: inside words first, then between them."""
    words: dict[int, list[int]] = {}
    for index, syllable in enumerate(syllables):
        words.setdefault(syllable.word, []).append(index)
    for places in words.values():
        # A word of three third tones is mostly two and one: 展览馆 is zhan2 lan2 guan3.
        for place in places[:-1]:
            if syllables[place].tone == 3 and syllables[place + 1].tone == 3:
                syllables[place] = replace(syllables[place], tone=2)
    run: list[int] = []
    for index in range(len(syllables) + 1):
        if index < len(syllables) and syllables[index].tone == 3:
            run.append(index)
            continue
        for place in _raised(run):
            syllables[place] = replace(syllables[place], tone=2)
        run = []
    return syllables


def _raised(run: list[int]) -> list[int]:
    """Which syllables of a run of third tones rise: up to three are one foot, more are pairs."""
    return run[:-1] if len(run) <= _LONGEST_FOOT else run[-2::-2]


def _yi_and_bu(syllables: list[ToneSyllable]) -> list[ToneSyllable]:
    text = "".join(syllable.char for syllable in syllables)
    result = list(syllables)
    for index, syllable in enumerate(syllables):
        after = syllables[index + 1] if index + 1 < len(syllables) else None
        if syllable.char == "不" and syllable.base == "bu" and after is not None:
            between = index > 0 and text[index - 1] == after.char
            result[index] = replace(syllable, tone=5 if between else 2 if after.tone == 4 else 4)
        elif syllable.char == "一" and syllable.base == "yi":
            result[index] = replace(syllable, tone=_tone_of_yi(text, index, syllables))
    return result


def _tone_of_yi(text: str, index: int, syllables: Sequence[ToneSyllable]) -> int:
    before, after = text[:index], text[index + 1 : index + 2]
    ends_word = (
        index > 0
        and syllables[index - 1].word == syllables[index].word
        and (not after or syllables[index + 1].word != syllables[index].word)
    )
    counted = after in _DIGITS or (before[-1:] in _DIGITS and after not in tuple("百千万亿"))
    ordinal = before.endswith(_BEFORE_ORDINAL) or after in _AFTER_NAME_OF_DAY
    if not after or ends_word or counted or ordinal:
        return 1
    if before[-1:] == after:
        return 5
    return 2 if syllables[index + 1].tone == 4 or after == "个" else 4
