"""Cantonese text to syllables of jyutping, and what the lips do in each.

The sounds follow Zee, Chinese (Hong Kong Cantonese), in the Handbook of the IPA (1999).
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from talker.errors import LanguageError, UsageError
from talker.text.sentence import Token

_INITIALS = {
    "b": ("p",), "p": ("pʰ",), "m": ("m",), "f": ("f",), "d": ("t",), "t": ("tʰ",), "n": ("n",),
    "l": ("l",), "g": ("k",), "k": ("kʰ",), "ng": ("ŋ",), "h": ("h",), "gw": ("k", "w"),
    "kw": ("kʰ", "w"), "w": ("w",), "z": ("ts",), "c": ("tsʰ",), "s": ("s",), "j": ("j",),
}  # fmt: skip
_NUCLEI = {
    "aa": "aː", "a": "ɐ", "e": "ɛː", "i": "iː", "o": "ɔː", "u": "uː", "oe": "œː", "eo": "ɵ",
    "yu": "yː", "m": "m̩", "ng": "ŋ̍",
}  # fmt: skip
_CODAS = {"i": "i", "u": "u", "m": "m", "n": "n", "ng": "ŋ", "p": "p", "t": "t", "k": "k"}
_LAX = {"i": "ɪ", "u": "ʊ"}
"""Before ng and k."""

_WORDS: dict[str, str | list[str] | None] = {
    "二六": "ji6 luk6",
    "行长": "hong4 zoeng2",
    "行長": "hong4 zoeng2",
}
"""Readings that the dictionary has otherwise, or not at all."""

_SYLLABLE = re.compile(
    "(?P<initial>ng(?!\\d)|[gk]w|[bpmfdtnlgkhwzcsj](?!\\d))?"
    "(?P<nucleus>aa|a|eo|e|i|oe|o|yu|u|m|ng)(?P<coda>ng|[iumnptk])?(?P<tone>[1-6])"
)
_INITIAL_WEIGHT, _LONG, _SHORT, _CODA_WEIGHT = 1.0, 1.6, 1.0, 0.8


@dataclass(frozen=True, slots=True)
class Jyutping:
    """A syllable as it is spoken.

    Attributes:
        text: With its tone, such as "gwok3".
        owner: Index of its token.
    """

    text: str
    owner: int


@dataclass(frozen=True, slots=True)
class Sound:
    """An IPA segment of a syllable.

    Attributes:
        label: See `talker.speech.ipa`.
        at: The letter of the syllable that it begins with.
        weight: Its share of the time, against the syllable's others.
    """

    label: str
    at: int
    weight: float


def syllables(tokens: Sequence[Token]) -> list[Jyutping]:
    """Syllables of Cantonese words.

    Args:
        tokens: Of one clause; marks are passed over. A pronunciation of the lexicon is jyutping.

    Raises:
        LanguageError: A character that has no reading.
        UsageError: A lexicon pronunciation that is no jyutping.
    """
    # A word of the lexicon is read by itself, and parts those around it.
    words = [(index, token) for index, token in enumerate(tokens) if token.kind == "word"]
    text = "".join("，" if token.pronunciation else token.spoken for _, token in words)
    readings = iter(_reader().get_jyutping_list(text))
    found: list[Jyutping] = []
    for owner, token in words:
        if token.pronunciation:
            next(readings)
            found += [Jyutping(part, owner) for part in _from_lexicon(token.pronunciation)]
            continue
        taken = ""
        while len(taken) < len(token.spoken):
            chars, reading = next(readings)
            taken += chars
            if reading is None:
                if chars.isspace():
                    continue
                raise LanguageError(
                    f"The Cantonese voice has no reading for {chars!r}.",
                    "Give its jyutping in a lexicon (--lexicon), or write the text without it.",
                )
            found += [Jyutping(part, owner) for part in reading.split()]
    return found


def sounds(syllable: str) -> tuple[Sound, ...]:
    """What is heard in a syllable of jyutping with its tone.

    Raises:
        UsageError: Text that is no such syllable.
    """
    match = _SYLLABLE.fullmatch(syllable)
    if match is None:
        raise UsageError(
            f"{syllable!r} is no syllable of jyutping.",
            "Write jyutping with its tone and spaces in the lexicon: gwong2 dung1.",
        )
    initial, nucleus, coda = match["initial"], match["nucleus"], match["coda"]
    found = [Sound(label, 0, _INITIAL_WEIGHT) for label in _INITIALS[initial]] if initial else []
    lax = _LAX.get(nucleus) if coda in ("ng", "k") else None
    vowel = lax or _NUCLEI[nucleus]
    found.append(Sound(vowel, match.start("nucleus"), _LONG if "ː" in vowel else _SHORT))
    if coda:
        rounded = "y" if nucleus == "eo" and coda == "i" else _CODAS[coda]
        found.append(Sound(rounded, match.start("coda"), _CODA_WEIGHT))
    return tuple(found)


def _from_lexicon(pronunciation: str) -> list[str]:
    parts = pronunciation.lower().split()
    for part in parts:
        sounds(part)
    return parts


@lru_cache(maxsize=1)
def _reader() -> Any:
    import ToJyutping

    return ToJyutping.customize(_WORDS)
