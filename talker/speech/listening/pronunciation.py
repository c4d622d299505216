"""How to say the English words that a pronouncing dictionary does not have."""

from __future__ import annotations

from collections.abc import Iterable

from talker.errors import AssetError, MissingExtraError
from talker.speech.ipa import split_ipa
from talker.speech.listening.arpabet import from_ipa

_CLUSTERS = {
    "tch": "CH", "sch": "SH", "igh": "AY", "ch": "CH", "sh": "SH", "th": "TH", "ph": "F",
    "wh": "W", "ck": "K", "ng": "NG", "qu": "K W", "ee": "IY", "ea": "IY", "oo": "UW",
    "ou": "AW", "ow": "OW", "oa": "OW", "ai": "EY", "ay": "EY", "ei": "AY", "ey": "IY",
    "oi": "OY", "oy": "OY", "au": "AO", "aw": "AO", "er": "ER", "ir": "ER", "ur": "ER",
    "ar": "AA R", "or": "AO R",
}  # fmt: skip
_LETTERS = {
    "a": "AE", "b": "B", "c": "K", "d": "D", "e": "EH", "f": "F", "g": "G", "h": "HH",
    "i": "IH", "j": "JH", "k": "K", "l": "L", "m": "M", "n": "N", "o": "AA", "p": "P",
    "q": "K", "r": "R", "s": "S", "t": "T", "u": "AH", "v": "V", "w": "W", "x": "K S",
    "y": "IY", "z": "Z",
}  # fmt: skip


def pronunciations(words: Iterable[str]) -> dict[str, list[str]]:
    """ARPABET phones of words.

    espeak-ng says them where its extra is installed; otherwise they are spelled out by a small
    table of letter groups, which is enough to place a word in a sentence.

    Args:
        words: Lower-case words.
    """
    return {word: _by_espeak(word) or _by_letters(word) for word in words}


def _by_espeak(word: str) -> list[str]:
    from talker.speech.espeak_library import espeak_library

    try:
        spoken = espeak_library().speak(word, "en-us")
    except (MissingExtraError, AssetError):
        return []
    return from_ipa(label for phone in spoken.phones for label in split_ipa(phone.label))


def _by_letters(word: str) -> list[str]:
    phones: list[str] = []
    at = 0
    while at < len(word):
        for length in (3, 2, 1):
            group = word[at : at + length]
            said = _CLUSTERS.get(group) or _LETTERS.get(group)
            if said:
                phones += said.split()
                break
        at += len(group)
    return [p for i, p in enumerate(phones) if i == 0 or p != phones[i - 1]] or ["AH"]
