"""IPA written in espeak-ng's own phoneme names, for the lexicon's pronunciations."""

from __future__ import annotations

import re

from talker.errors import UsageError

_NAMES = {
    "tʃ": "tS", "dʒ": "dZ", "eɪ": "eI", "aɪ": "aI", "ɔɪ": "OI", "aʊ": "aU", "oʊ": "oU",
    "əʊ": "oU", "ɪə": "i@", "ɛə": "e@", "ʊə": "U@", "iː": "i:", "uː": "u:", "ɑː": "A:",
    "ɔː": "O:", "ɜː": "3:", "ɪ": "I", "i": "i", "ʊ": "U", "u": "u:", "ɛ": "E", "e": "E",
    "æ": "a", "a": "a", "ʌ": "V", "ɑ": "A:", "ɒ": "0", "ɔ": "O:", "o": "oU", "ə": "@",
    "ɚ": "3", "ɝ": "3:", "ɜ": "3:", "ɐ": "a#", "ɨ": "I", "ᵻ": "I2", "y": "y", "ø": "Y", "œ": "W",
    "θ": "T", "ð": "D", "ʃ": "S", "ʒ": "Z", "ŋ": "N", "ɹ": "r", "r": "r", "ɾ": "t", "ʁ": "r",
    "j": "j", "w": "w", "h": "h", "x": "x", "ç": "C", "ɡ": "g", "g": "g", "l": "l", "ɫ": "l",
    "p": "p", "b": "b", "t": "t", "d": "d", "k": "k", "f": "f", "v": "v", "s": "s", "z": "z",
    "m": "m", "n": "n", "ɲ": "n^", "ʎ": "l^", "ʔ": "?", "q": "q", "ˈ": "'", "ˌ": ",",
    "ː": ":", "ʰ": "", ".": "", " ": " ",
}  # fmt: skip

_SYMBOL = re.compile("|".join(sorted(map(re.escape, _NAMES), key=len, reverse=True)) + "|.")


def mnemonics(ipa: str) -> str:
    """Writes IPA in espeak-ng's phoneme names.

    Args:
        ipa: A pronunciation such as "ˈtɔːkə".

    Raises:
        UsageError: A symbol that no phoneme of espeak-ng stands for.
    """
    return "".join(_name(symbol, ipa) for symbol in _SYMBOL.findall(ipa))


def _name(symbol: str, ipa: str) -> str:
    if symbol not in _NAMES:
        raise UsageError(
            f"The pronunciation {ipa!r} holds {symbol!r}, which espeak-ng cannot say.",
            "Write it with plainer IPA symbols in the lexicon.",
        )
    return _NAMES[symbol]
