"""The one convention for phone labels, whichever engine makes the phones.

A label is one IPA segment:

- no stress marks, tone marks, syllable dots or language flags;
- the length mark may follow a segment ("iː"), and so may its diacritics ("n̩", "tʰ");
- an affricate is one label ("tʃ", "dʒ", "ts", "tɕʰ", "ʈʂ");
- a diphthong is two marks ("aɪ" becomes "a" and "ɪ"), a rhotic vowel with a consonant too
  ("ɑːɹ" becomes "ɑː" and "ɹ"), in the share of time that `segments` gives;
- a plosive or affricate covers its closure and its release.
"""

from __future__ import annotations

import re
import unicodedata

VOWELS = frozenset("aeiouyæøœɶɐɑɒɔəɘɚɛɜɝɞɤɪɨɵɯʉʊʌʏᵻᵊ")
MODIFIERS = "ːʰʱʲʷˠˤʼ˞ⁿˡ"
"""Letters that lengthen or colour the segment before them."""

AFFRICATES = frozenset(
    ["tʃ", "dʒ", "ts", "dz", "tɕ", "dʑ", "ʈʂ", "ɖʐ", "pf", "cç", "kx"],
)

_SILENT = re.compile(r"\([\w-]*\)|[ˈˌ'.,\-_|‿ˑ0-9˥˦˧˨˩↗↘ꜛꜜ]")
_TIE_BARS = re.compile("[\u0361\u035c]")
_SEGMENT = re.compile(rf"[^\W{MODIFIERS}](?:[\u0300-\u036f{MODIFIERS}]+)?")
_SAME = {"g": "ɡ", "ᵻ": "ɪ", "ᵊ": "ə", "ɫ": "l"}


def segments(label: str) -> tuple[tuple[str, float], ...]:
    """Splits what an engine calls a phone into labels of the convention.

    Args:
        label: IPA of one phone, a diphthong or a syllable part, with or without stress and tone.

    Returns:
        Pairs of a label and its share of the time; the shares sum to 1. Empty where the label
        holds no segment (a language flag, a bare stress mark).
    """
    labels = split_ipa(label)
    if not labels:
        return ()
    weights = [_weight(labels, index) for index in range(len(labels))]
    total = sum(weights)
    return tuple((part, weight / total) for part, weight in zip(labels, weights, strict=True))


def split_ipa(text: str) -> tuple[str, ...]:
    """Labels of the convention in a string of IPA, in order, without times."""
    text = _TIE_BARS.sub("", _SILENT.sub("", _decomposed(text))).replace(":", "ː")
    found = [_SAME.get(part, part) for part in (m.group() for m in _SEGMENT.finditer(text))]
    merged: list[str] = []
    for part in found:
        if merged and bare(merged[-1]) == merged[-1] and merged[-1] + part[0] in AFFRICATES:
            merged[-1] += part
        else:
            merged.append(part)
    return tuple(unicodedata.normalize("NFC", part) for part in merged)


def bare(label: str) -> str:
    """A label without length, aspiration and diacritics."""
    return "".join(
        char
        for char in _decomposed(label)
        if char not in MODIFIERS and not unicodedata.combining(char)
    )


def is_vowel(label: str) -> bool:
    """Whether a label is a vowel."""
    return bare(label)[:1] in VOWELS


def _decomposed(text: str) -> str:
    """Letters apart from their diacritics; the cedilla of ç is none, since c is another sound."""
    return unicodedata.normalize("NFD", text).replace("c\u0327", "\u00e7")


def _weight(labels: tuple[str, ...], index: int) -> float:
    """Time of a part against its neighbours: the first vowel, and a long one, take half again."""
    label = labels[index]
    vowels = [place for place, part in enumerate(labels) if is_vowel(part)]
    if not vowels:
        return 1.0
    long = 1.5 if "ː" in label else 1.0
    if index == vowels[0]:
        return 1.5 * long
    return long
