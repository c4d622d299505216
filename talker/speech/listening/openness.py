"""How open the mouth sounds, and the vowel that says so."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from talker.speech.ipa import bare
from talker.speech.listening.acoustics import Acoustics

_FRONT = {"i": 0.3, "ɪ": 0.38, "e": 0.5, "ɛ": 0.68, "æ": 0.9}
_CENTRAL = {"ɨ": 0.3, "ə": 0.5, "ʌ": 0.68, "a": 1.0}
_BACK = {"u": 0.3, "ʊ": 0.38, "o": 0.5, "ɔ": 0.68, "ɑ": 1.0}
_ROW_OF = {vowel: row for row in (_FRONT, _CENTRAL, _BACK) for vowel in row}
_BACK_F2, _FRONT_F2 = 0.78, 1.18  # against the speaker's median
_ACTIVE_DB = 25.0


def estimated_openness(acoustics: Acoustics) -> NDArray[np.float64]:
    """Openness of the mouth in each frame, by ear.

    A linear fit on synthetic voices whose phones are known (English, three voices): an open mouth
    radiates the middle of the spectrum, a closed one murmurs and a narrow one hisses.

    Returns:
        Shape (frames,), about 0 for closed lips to 1 for an open vowel; not clipped.
    """
    from scipy.ndimage import gaussian_filter1d

    peak_db = np.percentile(acoustics.body_db, 95)
    active = acoustics.body_db > peak_db - _ACTIVE_DB
    body = np.clip((acoustics.body_db - peak_db) / 30, -1.2, 0.1)
    murmur_db = acoustics.murmur_db - np.median(acoustics.murmur_db[active])
    f1 = _against_median(acoustics.f1_hz, active)
    features = np.stack(
        [
            body,
            np.clip(murmur_db / 10, -1.5, 2),
            np.clip(acoustics.hiss_db / 10, -3, 1.5),
            np.clip(f1, 0.5, 2),
        ]
    )
    smooth = gaussian_filter1d(features, 1.5, axis=1)
    return np.array([0.32, -0.05, -0.037, 0.12]) @ smooth + 0.31


def relative_f2(acoustics: Acoustics) -> NDArray[np.float64]:
    """Second formant of each frame against the speaker's median, 1 where there is none."""
    peak_db = np.percentile(acoustics.body_db, 95)
    return _against_median(acoustics.f2_hz, acoustics.body_db > peak_db - _ACTIVE_DB)


def vowel_for(openness: float, f2: float) -> str:
    """The vowel of an openness in [0, 1] and of a second formant against the median."""
    row = _FRONT if f2 > _FRONT_F2 else _BACK if f2 < _BACK_F2 else _CENTRAL
    return _nearest(row, openness)


def adjusted_vowel(label: str, heard: float) -> str:
    """A vowel of the same place, half-way from its own openness to the one that is heard."""
    plain = bare(label)
    row = _ROW_OF.get(plain)
    return _nearest(row, (row[plain] + heard) / 2) if row else label


def mean_between(values: Sequence[float] | NDArray[np.float64], first: float, last: float) -> float:
    """Mean of frame values over a stretch of (fractional) frames, at least one frame long."""
    start = min(int(first), len(values) - 1)
    end = max(start + 1, min(round(last), len(values)))
    return float(np.mean(values[start:end]))


def _nearest(row: dict[str, float], openness: float) -> str:
    return min(row, key=lambda vowel: abs(row[vowel] - openness))


def _against_median(hertz: NDArray[np.float64], active: NDArray[np.bool_]) -> NDArray[np.float64]:
    known = active & np.isfinite(hertz)
    if not known.any():
        return np.ones(len(hertz))
    return np.where(np.isfinite(hertz), hertz / np.median(hertz[known]), 1.0)
