"""Phones from the acoustics alone: rough, but lips meet, part and round where they should."""

from __future__ import annotations

from itertools import groupby, pairwise

import numpy as np
from numpy.typing import NDArray

from talker.speech.listening.acoustics import STEP_S, Acoustics
from talker.speech.listening.openness import mean_between, vowel_for
from talker.speech.timeline import Mark

_VOWEL, _HISS, _NASAL, _CLOSURE = range(4)

_HISS_DB = -2.0
_WEAK_HISS_DB = 22.0  # /f θ/ are this much under the loudest vowels, /s ʃ/ are not
_NO_HISS_DB = 34.0  # what is softer still is breath or noise
_S_CENTROID_HZ = 4300.0
_DIP_DB = 14.0
_NASAL_DIP_DB = 7.0
_NASAL_MURMUR_DB = 9.0
_AROUND = 15  # frames on either side in which a closure's vowels are looked for
_LABIAL_RELEASE = 0.9  # second formant after the release, against the speaker's median
_LONGEST_CLOSURE = 16
_SHORTEST = 3
_LONGEST_VOWEL = 12


def phones_by_ear(
    acoustics: Acoustics,
    openness: NDArray[np.float64],
    f2: NDArray[np.float64],
    span: tuple[int, int],
) -> list[Mark]:
    """Phones of one stretch of speech.

    Args:
        acoustics: Of the whole recording.
        openness: Estimated openness of each frame of the recording.
        f2: Second formant of each frame against the median.
        span: First frame of the stretch and the one after its last.

    Returns:
        Phone marks that tile the stretch.
    """
    from scipy.ndimage import maximum_filter1d, median_filter

    first, last = span
    around = slice(max(0, first - _AROUND), last + _AROUND)
    body = acoustics.body_db[around]
    dip = (maximum_filter1d(body, 2 * _AROUND + 1) - body)[first - around.start :][: last - first]
    inside = slice(first, last)
    peak_db = float(np.percentile(acoustics.body_db, 95))
    kinds = np.full(last - first, _VOWEL)
    nasal = (acoustics.murmur_db[inside] > _NASAL_MURMUR_DB) & (dip > _NASAL_DIP_DB)
    kinds[nasal] = _NASAL
    kinds[dip > _DIP_DB] = _CLOSURE
    is_heard = acoustics.level_db[inside] > peak_db - _NO_HISS_DB
    kinds[(acoustics.hiss_db[inside] > _HISS_DB) & is_heard] = _HISS
    kinds = median_filter(kinds, 3, mode="nearest")
    marks: list[Mark] = []
    for kind, start, end in _runs(kinds):
        start, end = start + first, end + first
        if kind == _VOWEL:
            marks += _vowels(openness, f2, start, end)
        else:
            label = _consonant(kind, acoustics, f2, start, end, peak_db)
            marks.append(_mark(label, start, end))
    return marks


def _consonant(
    kind: int,
    acoustics: Acoustics,
    f2: NDArray[np.float64],
    start: int,
    end: int,
    peak_db: float,
) -> str:
    if kind == _HISS:
        if mean_between(acoustics.level_db, start, end) < peak_db - _WEAK_HISS_DB:
            return "f"
        return "s" if mean_between(acoustics.centroid_hz, start, end) > _S_CENTROID_HZ else "ʃ"
    labial = mean_between(f2, end, end + 3) < _LABIAL_RELEASE
    if end - start > _LONGEST_CLOSURE:
        return "n"
    if kind == _NASAL:
        return "m" if labial else "n"
    return "b" if labial else "d"


def _vowels(
    openness: NDArray[np.float64], f2: NDArray[np.float64], start: int, end: int
) -> list[Mark]:
    """A run of vowel frames, in parts short enough to follow a diphthong."""
    count = max(1, round((end - start) / _LONGEST_VOWEL))
    edges = np.linspace(start, end, count + 1).round().astype(int)
    marks: list[Mark] = []
    for low, high in pairwise(edges.tolist()):
        heard = float(np.clip(mean_between(openness, low, high), 0.3, 1.0))
        label = vowel_for(heard, mean_between(f2, low, high))
        if marks and marks[-1].label == label:
            marks[-1] = _mark(label, round(marks[-1].start_s / STEP_S), high)
        else:
            marks.append(_mark(label, low, high))
    return marks


def _runs(kinds: NDArray[np.int64]) -> list[tuple[int, int, int]]:
    """Runs of equal kinds as (kind, start, end); the short ones go to the run before them."""
    runs: list[tuple[int, int, int]] = []
    at = 0
    for kind, group in groupby(kinds.tolist()):
        length = len(list(group))
        if runs and (length < _SHORTEST or runs[-1][0] == kind):
            runs[-1] = (runs[-1][0], runs[-1][1], at + length)
        else:
            runs.append((kind, at, at + length))
        at += length
    return runs


def _mark(label: str, start: int, end: int) -> Mark:
    return Mark("phone", label, start * STEP_S, end * STEP_S)
