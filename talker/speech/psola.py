"""Pitch by itself: the periods of voiced speech laid closer together or farther apart.

TD-PSOLA (Moulines and Charpentier 1990): every period is cut out with its neighbours' halves under
a window of two periods, and the same pieces are added up again at the new distance. What is inside
a period, and so the formants, stays; so does the time of everything.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray
from scipy.signal import resample_poly

from talker.speech.epochs import pitch_marks
from talker.speech.pitch_track import track_pitch

_FINER = 4
"""Places a sample at which a piece can lie: whole samples would be heard as roughness."""


def repitched(samples: NDArray[np.float32], rate: int, ratio: float) -> NDArray[np.float32]:
    """Speech at another pitch.

    What is not voiced stays as it is, to the last bit.

    Args:
        samples: float32 mono, shape (n,).
        rate: Samples a second.
        ratio: New pitch by old, in [0.5, 2].

    Returns:
        As many samples.
    """
    if ratio == 1.0 or not samples.any():
        return samples
    stretches = pitch_marks(samples, rate, track_pitch(samples, rate))
    finer = np.asarray(resample_poly(samples.astype(np.float64), _FINER, 1), np.float64)
    result = samples.astype(np.float64)
    for marks in stretches:
        _relay(result, finer, marks, ratio)
    return result.astype(np.float32)


def _relay(
    result: NDArray[np.float64],
    finer: NDArray[np.float64],
    marks: NDArray[np.float64],
    ratio: float,
) -> None:
    """Replaces a voiced stretch, in place.

    The first and the last mark stay where they are, so that both ends meet the sound around them
    in phase; the number of periods between is the nearest whole one.
    """
    old = len(marks) - 1
    new = max(1, round(old * ratio))
    index = np.arange(new + 1) * (old / new)
    places = np.interp(index, np.arange(old + 1), marks)
    gaps = np.diff(marks)
    before = np.concatenate([gaps[:1], gaps])
    after = np.concatenate([gaps, gaps[-1:]])
    first = max(0, int(marks[0] - before[0]))
    last = min(len(result), int(marks[-1] + after[-1]) + 1)
    kept = _kept(np.arange(first, last), marks, before[0], after[-1])
    stretch = np.zeros(last - first)
    for place, source in zip(places, np.rint(index).astype(np.intp), strict=True):
        shift = round((place - marks[source]) * _FINER)
        centre = marks[source] + shift / _FINER
        begin = max(first, int(np.ceil(centre - before[source])))
        end = min(last, int(centre + after[source]) + 1)
        # A shift may ask for what lies before the first sample or after the last.
        begin = max(begin, -(-shift // _FINER))
        end = min(end, (len(finer) - 1 + shift) // _FINER + 1)
        if begin >= end:
            continue
        away = np.arange(begin, end) - centre
        phase = np.where(away < 0, away / before[source], away / after[source])
        window = 0.5 + 0.5 * np.cos(np.pi * np.clip(phase, -1, 1))
        piece = finer[begin * _FINER - shift : (end - 1) * _FINER - shift + 1 : _FINER]
        stretch[begin - first : end - first] += window * piece
    voiced = result[first:last] * (1 - kept)
    loudness = ((voiced**2).sum() / ((stretch**2).sum() + 1e-12)) ** 0.5
    result[first:last] += stretch * np.clip(loudness, 0.5, 2) - voiced


def _kept(
    at: NDArray[np.intp], marks: NDArray[np.float64], before: float, after: float
) -> NDArray[np.float64]:
    """How much of the old sound stays: all that the windows at the old distance leave of it."""
    into = np.clip((at - (marks[0] - before)) / before, 0, 1)
    out = np.clip((at - marks[-1]) / after, 0, 1)
    return 1 + 0.5 * np.cos(np.pi * into) - 0.5 * np.cos(np.pi * out)
