"""Pinyin syllables taken apart: initial and final, as Mandarin phone sets name them.

Orthography hides what is said: "you" is the final iou without an initial, "xue" is x and ve, and
the i of "zi" and "zhi" is another one than that of "ji". The names are those of the PaddleSpeech
and Baker phone sets: ü is v, the i after z, c, s is ii, after zh, ch, sh, r it is iii.
"""

from __future__ import annotations

INITIALS = (
    *("zh", "ch", "sh", "b", "p", "m", "f", "d", "t", "n", "l", "g", "k", "h", "j", "q", "x"),
    *("r", "z", "c", "s"),
)
"""Those of two letters first."""

_SPELT_ALONE = {
    "yi": "i", "ya": "ia", "yo": "io", "ye": "ie", "yai": "iai", "yao": "iao", "you": "iou",
    "yan": "ian", "yin": "in", "yang": "iang", "ying": "ing", "yong": "iong",
    "yu": "v", "yue": "ve", "yuan": "van", "yun": "vn",
    "wu": "u", "wa": "ua", "wo": "uo", "wai": "uai", "wei": "uei", "wan": "uan", "wen": "uen",
    "wang": "uang", "weng": "ueng", "wong": "ueng",
}  # fmt: skip
"""Syllables without an initial that are spelt with one."""

_SHORTENED = {"iu": "iou", "ui": "uei", "un": "uen", "ue": "ve"}
_SYLLABIC = {"m": "mu", "hm": "heng", "n": "en", "ng": "en", "hng": "heng", "ê": "ei", "eh": "ei"}
"""Syllables without a vowel, by the nearest with one."""

_NEAREST_FINALS = {"io": "iou", "iai": "ia", "ueng": "uen", "o": "uo"}


def parts(base: str) -> tuple[str, str]:
    """Initial, empty where there is none, and final of a syllable.

    Args:
        base: Pinyin without tone, ü written v.
    """
    base = _SYLLABIC.get(base, base)
    if base in _SPELT_ALONE:
        return "", _SPELT_ALONE[base]
    initial = next((known for known in INITIALS if base.startswith(known)), "")
    final = base[len(initial) :]
    if not final:
        return initial, "e"
    if final == "i" and initial in ("z", "c", "s"):
        final = "ii"
    elif final == "i" and initial in ("zh", "ch", "sh", "r"):
        final = "iii"
    elif initial in ("j", "q", "x") and final.startswith("u"):
        final = f"v{final[1:]}"
    return initial, _SHORTENED.get(final, final)


def nearest_final(final: str) -> str:
    """A final that every phone set has, for one that some lack."""
    return _NEAREST_FINALS.get(final, final)
