"""How tones change beside each other in spoken Mandarin.

Rules from Duanmu, The Phonology of Standard Chinese (2007), chapter 11, and the usual teaching of
一 and 不. The voice was trained on labels that have these changes in them.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace

from talker.speech.third_tone_words import THIRD_TONE_WORDS

_LONGEST_FOOT = 3
_DIGITS = frozenset("零〇一二两三四五六七八九十幺")
_BEFORE_ORDINAL = ("第", "初", "周", "星期", "礼拜", "十", "百零", "千零", "万零")
_NUMBER_IN_ITSELF = re.compile(
    r"(?:分之|[统唯惟划逐之]|[零〇一二三四五六七八九十百千万亿][比点]|等于|[加减乘除]以?)$"
)
_NAME_BEFORE = re.compile(
    r"[月号]|楼|年级|单元|等于|[比到至][零一二三四五六七八九十百千万]|[加减乘除][以零一二三四五六七八九十]"
)
_KEPT_BETWEEN = frozenset({("不", "而"), ("独", "无"), ("说", "不")})
_COUNTED_AFTER = frozenset("个只条张件位次天年刻块点些下会倍百千万亿")
_REPEATED = frozenset(
    "看听说想试走坐写问聊谈玩找笑洗擦瞧猜算尝闻摸逛歇改练管读查讲跑劝教学修翻扫念转"
)
"""Verbs that are said twice for doing a little of it: the second time without a tone."""


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
    return _yi_and_bu(_repeated_verbs(changed))


def _third_tones(syllables: list[ToneSyllable]) -> list[ToneSyllable]:
    """A third tone before a third is a second: inside words first, then between them."""
    words: dict[int, list[int]] = {}
    for index, syllable in enumerate(syllables):
        words.setdefault(syllable.word, []).append(index)
    text = "".join(syllable.char or "?" for syllable in syllables)
    pairs = [
        (place, place + 1)
        for place in range(len(text) - 1)
        if text[place : place + 2] in THIRD_TONE_WORDS and text[place - 1 : place] != text[place]
    ]
    for places in (*pairs, *words.values()):
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


def _repeated_verbs(syllables: list[ToneSyllable]) -> list[ToneSyllable]:
    """The second of 看看 and 想想 is neutral; that of 说说笑笑 and of 看看看 is not."""
    text = "".join(syllable.char or "?" for syllable in syllables)
    for index in range(1, len(text)):
        char = text[index]
        if char not in _REPEATED or text[index - 1] != char or text[index - 2 : index - 1] == char:
            continue
        if (
            text[index + 1 : index + 2] not in ("", char)
            and text[index + 1] == text[index + 2 :][:1]
        ):
            continue
        syllables[index] = replace(syllables[index], tone=5)
    return syllables


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
    ordinal = (
        (before[-1:], after) in _KEPT_BETWEEN
        or before.endswith(_BEFORE_ORDINAL)
        or (_NUMBER_IN_ITSELF.search(before) and after not in _COUNTED_AFTER)
        or (after == "日" and before[-1:] in tuple("月十"))
        or (before[-1:] == "从" and after in tuple("数到"))
        or _NAME_BEFORE.match(text[index + 1 :])
    )
    if not after or ends_word or counted or ordinal:
        return 1
    if before[-1:] == after and before[-2:-1] != "一":
        return 5
    return 2 if syllables[index + 1].tone == 4 or after == "个" else 4
