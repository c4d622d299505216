"""CMU's phone set, as pocketsphinx writes it, to IPA and back."""

from __future__ import annotations

from collections.abc import Iterable

from talker.speech.ipa import bare

_IPA = {
    "AA": "ɑ", "AE": "æ", "AH": "ʌ", "AO": "ɔ", "EH": "ɛ", "ER": "ɝ", "IH": "ɪ", "IY": "i",
    "UH": "ʊ", "UW": "u", "B": "b", "CH": "tʃ", "D": "d", "DH": "ð", "F": "f", "G": "ɡ",
    "HH": "h", "JH": "dʒ", "K": "k", "L": "l", "M": "m", "N": "n", "NG": "ŋ", "P": "p",
    "R": "ɹ", "S": "s", "SH": "ʃ", "T": "t", "TH": "θ", "V": "v", "W": "w", "Y": "j",
    "Z": "z", "ZH": "ʒ",
}  # fmt: skip
_DIPHTHONGS = {
    "AW": ("a", "ʊ"), "AY": ("a", "ɪ"), "EY": ("e", "ɪ"), "OW": ("o", "ʊ"), "OY": ("ɔ", "ɪ"),
}  # fmt: skip
_NEAREST = {
    "a": "AA", "ɐ": "AH", "ə": "AH", "ɚ": "ER", "ɜ": "ER", "e": "EH", "o": "OW", "ɒ": "AA",
    "ɾ": "D", "r": "R", "g": "G", "ʍ": "W", "x": "K", "ʔ": "T", "y": "UW", "ø": "ER",
    "œ": "ER", "ɲ": "N", "ʎ": "L", "ɬ": "L", "β": "V", "ɣ": "G", "ç": "HH", "ts": "T",
    **{label: phone for phone, label in _IPA.items()},
}  # fmt: skip


def to_ipa(phone: str) -> tuple[str, ...]:
    """IPA labels of one ARPABET phone, two for a diphthong.

    Args:
        phone: Such as "AY"; a word that stands for silence or noise ("SIL", "+NSN+") is no phone.

    Returns:
        Labels; empty where it is not a phone.
    """
    if phone in _DIPHTHONGS:
        return _DIPHTHONGS[phone]
    return (_IPA[phone],) if phone in _IPA else ()


def from_ipa(labels: Iterable[str]) -> list[str]:
    """ARPABET of IPA labels; what English does not have becomes its nearest sound."""
    phones: list[str] = []
    labels = list(labels)
    index = 0
    while index < len(labels):
        pair = tuple(bare(label) for label in labels[index : index + 2])
        diphthong = next((name for name, parts in _DIPHTHONGS.items() if parts == pair), None)
        if diphthong:
            phones.append(diphthong)
            index += 2
            continue
        label = pair[0]
        nearest = _NEAREST.get(label) or _NEAREST.get(label[:1])
        if nearest:
            phones.append(nearest)
        index += 1
    return phones
