"""How far each IPA phone opens the lips, by the phonetics book and not by our engine.

Vowels by height (close 0.25 to open 1), consonants low, bilabials and silence 0.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray
from scipy.ndimage import gaussian_filter1d

from talker.speech.timeline import Mark

OPEN_VOWEL = 0.8
"""Openness from which a vowel counts as open."""

_BY_PHONE = {
    **dict.fromkeys("pbm", 0.0),
    **dict.fromkeys("fvɸβʋ", 0.08),
    **dict.fromkeys("wʍɥ", 0.12),
    **dict.fromkeys("szʃʒʂʐɕʑ", 0.15),
    **dict.fromkeys("tdnʈɖɳɲcɟçʝ", 0.2),
    **dict.fromkeys("θðlɹrɾɫɻɭʎɬɮʀʁ", 0.22),
    **dict.fromkeys("kɡgŋxɣqɢχħʕʔhɦ", 0.25),
    **dict.fromkeys("j", 0.22),
    **dict.fromkeys("iyɨʉɯuɿʅ", 0.3),
    **dict.fromkeys("ɪʏʊ", 0.38),
    **dict.fromkeys("eøɘɵɤo", 0.5),
    **dict.fromkeys("əɚɝ", 0.5),
    **dict.fromkeys("ɛœɜɞʌɔᵻ", 0.68),
    **dict.fromkeys("æɐɒ", 0.9),
    **dict.fromkeys("aɶɑ", 1.0),
}
_VOWELS = frozenset("iyɨʉɯuɿʅɪʏʊeøɘɵɤoəɚɝɛœɜɞʌɔᵻæɐɒaɶɑ")
_UNKNOWN = 0.3
_RATE = 200


def openness(phone: str) -> float:
    """Openness in [0, 1] of one IPA phone; length, tone, stress and other signs are ignored."""
    for sign in phone:
        if sign in _BY_PHONE:
            return _BY_PHONE[sign]
    return _UNKNOWN


def is_bilabial(phone: str) -> bool:
    """Whether the lips must meet: p, b and m with any diacritic."""
    return phone.lstrip("ˈˌ")[:1] in {"p", "b", "m"}


def is_open_vowel(phone: str) -> bool:
    """Whether the mouth must not be shut: open and near-open vowels."""
    first = phone.lstrip("ˈˌ")[:1]
    return first in _VOWELS and openness(first) >= OPEN_VOWEL


def openness_curve(
    phones: Sequence[Mark], times_s: NDArray[np.float64], smoothing_s: float = 0.035
) -> NDArray[np.float64]:
    """Openness of the phones at some times.

    Args:
        phones: Phone marks; everything outside them is silence.
        times_s: Times on the clock of the marks, shape (n,); may lie outside the speech.
        smoothing_s: Sigma of the Gaussian that stands for coarticulation.

    Returns:
        Openness in [0, 1], shape (n,).
    """
    end_s = max((mark.end_s for mark in phones), default=0.0)
    steps = np.zeros(int((end_s + 2) * _RATE) + 1)
    for mark in phones:
        first, last = (round((at_s + 1) * _RATE) for at_s in (mark.start_s, mark.end_s))
        steps[first:last] = openness(mark.label)
    smooth = gaussian_filter1d(steps, smoothing_s * _RATE)
    return np.interp(times_s, np.arange(len(steps)) / _RATE - 1, smooth)
