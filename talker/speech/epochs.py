"""Pitch marks: one moment in every period of voiced speech, at the same phase of each."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray
from scipy.signal import butter, sosfiltfilt

from talker.speech.pitch_track import STEP_S

_BAND_HZ = (50.0, 350.0)
"""Keeps the swing of each period, without the formants that ripple on it."""
_SHORTEST, _LONGEST = 0.6, 2.2
"""Of the tracked period: how near and how far the next mark may be."""
_UNEVENNESS = 12.0
"""Cost of a period an octave off the tracked one, in peaks of no height."""
_UNMARKED = 2.0
"""Cost of a period without a mark at either end of a stretch."""
_FEWEST = 3
"""Marks of a voiced stretch."""
_BRIEFEST_S = 0.035
"""Of voiced stretches: what is shorter has no pitch to hear, and may be a hiss."""


def pitch_marks(
    samples: NDArray[np.float32], rate: int, pitch_hz: NDArray[np.float64]
) -> list[NDArray[np.float64]]:
    """Finds the marks of every voiced stretch.

    A mark is the strongest peak of a period in the sound's lowest band, on the side where its peaks
    are sharper. Which peaks belong together is found by dynamic programming over a whole stretch:
    high peaks at even distances (Talkin 1989).

    Args:
        samples: float32 mono, shape (n,).
        rate: Samples a second.
        pitch_hz: As `talker.speech.pitch_track.track_pitch` gives it.

    Returns:
        A rising array a stretch, each of at least three marks, in samples with fractions.
    """
    if not pitch_hz.any():
        return []
    sections = butter(2, _BAND_HZ, "bandpass", fs=rate, output="sos")
    smooth = np.asarray(sosfiltfilt(sections, samples.astype(np.float64), padlen=0), np.float64)
    # Speech is skewed to the side of its glottal pulses.
    if float((smooth**3).sum()) < 0:
        smooth = -smooth
    step = STEP_S * rate
    changes = np.flatnonzero(np.diff(np.concatenate([[False], pitch_hz > 0, [False]])))
    found: list[NDArray[np.float64]] = []
    for first, after in changes.reshape(-1, 2):
        if (after - first) * STEP_S < _BRIEFEST_S:
            continue
        frames = np.arange(first, after)
        begin = max(0, int((first - 0.5) * step))
        end = min(len(smooth), int((after - 0.5) * step) + 1)
        places, heights = _peaks(smooth[begin:end])
        periods = rate / np.interp(places + begin, frames * step, pitch_hz[first:after])
        marks = _follow(places, _relative(places, heights, periods), periods)
        if len(marks) >= _FEWEST:
            found.append(marks + begin)
    return found


def _peaks(smooth: NDArray[np.float64]) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Places, with fractions by a parabola, and heights, 0 or more, of the peaks."""
    before, here, after = smooth[:-2], smooth[1:-1], smooth[2:]
    at = np.flatnonzero((here > before) & (here >= after))
    bend = before[at] - 2 * here[at] + after[at]
    shift = 0.5 * (before[at] - after[at]) / np.minimum(bend, -1e-12)
    return at + 1 + np.clip(shift, -0.5, 0.5), np.maximum(here[at], 0.0)


def _relative(
    places: NDArray[np.float64], heights: NDArray[np.float64], periods: NDArray[np.float64]
) -> NDArray[np.float64]:
    """Heights against the highest peak within a period on either side, in [0, 1]."""
    low = np.searchsorted(places, places - periods)
    high = np.searchsorted(places, places + periods, side="right")
    tops = [heights[first:last].max() for first, last in zip(low, high, strict=True)]
    return heights / (np.asarray(tops) + 1e-12) if tops else heights


def _follow(
    places: NDArray[np.float64],
    heights: NDArray[np.float64],
    periods: NDArray[np.float64],
) -> NDArray[np.float64]:
    """The cheapest chain of peaks through a stretch."""
    count = len(places)
    if count < _FEWEST:
        return places[:0]
    total = _UNMARKED * (places - places[0]) / periods
    came_from = np.full(count, -1, np.intp)
    low = np.searchsorted(places, places - _LONGEST * periods)
    high = np.searchsorted(places, places - _SHORTEST * periods, side="right")
    for index in range(count):
        choices = slice(low[index], high[index])
        if high[index] > low[index]:
            ratios = (places[index] - places[choices]) / periods[index]
            costs = total[choices] + _UNEVENNESS * np.log2(ratios) ** 2
            best = int(costs.argmin())
            if costs[best] < total[index]:
                total[index], came_from[index] = costs[best], low[index] + best
        total[index] += 1.0 - heights[index]
    at = int((total + _UNMARKED * (places[-1] - places) / periods).argmin())
    chain: list[int] = []
    while at >= 0:
        chain.append(at)
        at = int(came_from[at])
    return places[chain[::-1]]
