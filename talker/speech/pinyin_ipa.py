"""IPA of the initials and finals of Mandarin, cut into segments that lips can follow.

The split follows Duanmu, The Phonology of Standard Chinese (2007): a glide, a nucleus, a coda.
A final's time goes to its parts in the shares given here: glides are short, a nucleus is longer
than a coda.
"""

from __future__ import annotations

INITIALS = {
    "b": "p", "p": "pʰ", "m": "m", "f": "f", "d": "t", "t": "tʰ", "n": "n", "l": "l",
    "g": "k", "k": "kʰ", "h": "x", "j": "tɕ", "q": "tɕʰ", "x": "ɕ",
    "zh": "ʈʂ", "ch": "ʈʂʰ", "sh": "ʂ", "r": "ɻ", "z": "ts", "c": "tsʰ", "s": "s",
}  # fmt: skip
"""IPA of every initial of the voice; "^", the missing initial, has none."""

_GLIDE, _CODA = 0.2, 0.4

FINALS: dict[str, tuple[tuple[str, float], ...]] = {
    "a": (("a", 1.0),),
    "o": (("w", _GLIDE), ("o", 0.8)),
    "e": (("ɤ", 1.0),),
    "ai": (("a", 0.6), ("i", _CODA)),
    "ei": (("e", 0.6), ("i", _CODA)),
    "ao": (("a", 0.6), ("u", _CODA)),
    "ou": (("o", 0.6), ("u", _CODA)),
    "an": (("a", 0.6), ("n", _CODA)),
    "en": (("ə", 0.6), ("n", _CODA)),
    "ang": (("a", 0.6), ("ŋ", _CODA)),
    "eng": (("ə", 0.6), ("ŋ", _CODA)),
    "ong": (("ʊ", 0.6), ("ŋ", _CODA)),
    "er": (("ɚ", 1.0),),
    "i": (("i", 1.0),),
    "ii": (("ɹ̩", 1.0),),
    "iii": (("ɻ̩", 1.0),),
    "ia": (("j", _GLIDE), ("a", 0.8)),
    "ie": (("j", _GLIDE), ("ɛ", 0.8)),
    "iao": (("j", _GLIDE), ("a", 0.45), ("u", 0.35)),
    "iou": (("j", _GLIDE), ("o", 0.4), ("u", 0.4)),
    "ian": (("j", _GLIDE), ("ɛ", 0.45), ("n", 0.35)),
    "in": (("i", 0.6), ("n", _CODA)),
    "iang": (("j", _GLIDE), ("a", 0.45), ("ŋ", 0.35)),
    "ing": (("i", 0.6), ("ŋ", _CODA)),
    "iong": (("j", _GLIDE), ("ʊ", 0.45), ("ŋ", 0.35)),
    "u": (("u", 1.0),),
    "ua": (("w", _GLIDE), ("a", 0.8)),
    "uo": (("w", _GLIDE), ("o", 0.8)),
    "uai": (("w", _GLIDE), ("a", 0.45), ("i", 0.35)),
    "uei": (("w", _GLIDE), ("e", 0.45), ("i", 0.35)),
    "uan": (("w", _GLIDE), ("a", 0.45), ("n", 0.35)),
    "uen": (("w", _GLIDE), ("ə", 0.45), ("n", 0.35)),
    "uang": (("w", _GLIDE), ("a", 0.45), ("ŋ", 0.35)),
    "ueng": (("w", _GLIDE), ("ə", 0.45), ("ŋ", 0.35)),
    "v": (("y", 1.0),),
    "ve": (("ɥ", _GLIDE), ("ɛ", 0.8)),
    "van": (("ɥ", _GLIDE), ("ɛ", 0.45), ("n", 0.35)),
    "vn": (("y", 0.6), ("n", _CODA)),
}
"""For every final of the voice, its IPA segments and their shares of its time."""
