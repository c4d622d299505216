"""Pitch marks: one moment in every period of voiced speech, at the same phase of each."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray
from scipy.signal import butter, sosfiltfilt

from talker.speech.pitch_track import STEP_S

_LOW_PASS_HZ = 350.0
"""Keeps the swing of each period, without the formants that ripple on it."""
_SHORTEST, _LONGEST = 0.7, 1.45
"""Of the tracked period: how near and how far the next mark may be."""
_UNEVENNESS = 12.0
"""Cost of a period an octave off the tracked one, in peaks of no height."""
_FEWEST = 3
"""Marks of a voiced stretch; what is shorter has no pitch to hear."""


def pitch_marks(
    samples: NDArray[np.float32], rate: int, pitch_hz: NDArray[np.float64]
) -> list[NDArray[np.float64]]:
    """Finds the marks of every voiced stretch.

    A mark is the strongest peak of a period of the low-passed sound, on the side where its peaks
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
    sections = butter(2, min(_LOW_PASS_HZ, 0.45 * rate), fs=rate, output="sos")
    smooth = np.asarray(sosfiltfilt(sections, samples.astype(np.float64), padlen=0), np.float64)
    # Speech is skewed to the side of its glottal pulses.
    if float((smooth**3).sum()) < 0:
        smooth = -smooth
    step = STEP_S * rate
    changes = np.flatnonzero(np.diff(np.concatenate([[False], pitch_hz > 0, [False]])))
    found: list[NDArray[np.float64]] = []
    for first, after in changes.reshape(-1, 2):
        frames = np.arange(first, after)
        begin = max(0, int((first - 0.5) * step))
        end = min(len(smooth), int((after - 0.5) * step) + 1)
        places, heights = _peaks(smooth[begin:end])
        periods = rate / np.interp(places + begin, frames * step, pitch_hz[first:after])
        marks = _follow(places, _relative(places, heights, periods), periods, end - begin)
        if len(marks) >= _FEWEST:
            found.append(marks + begin)
    return found


def _peaks(smooth: NDArray[np.float64]) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Places, with fractions by a parabola, and heights of the peaks above zero."""
    before, here, after = smooth[:-2], smooth[1:-1], smooth[2:]
    at = np.flatnonzero((here > before) & (here >= after) & (here > 0))
    bend = before[at] - 2 * here[at] + after[at]
    shift = 0.5 * (before[at] - after[at]) / np.minimum(bend, -1e-12)
    return at + 1 + np.clip(shift, -0.5, 0.5), here[at]


def _relative(
    places: NDArray[np.float64], heights: NDArray[np.float64], periods: NDArray[np.float64]
) -> NDArray[np.float64]:
    """Heights against the highest peak within a period on either side, in (0, 1]."""
    low = np.searchsorted(places, places - periods)
    high = np.searchsorted(places, places + periods, side="right")
    tops = [heights[first:last].max() for first, last in zip(low, high, strict=True)]
    return heights / np.asarray(tops) if tops else heights


def _follow(
    places: NDArray[np.float64],
    heights: NDArray[np.float64],
    periods: NDArray[np.float64],
    length: int,
) -> NDArray[np.float64]:
    """The cheapest chain of peaks from the first period of a stretch to its last."""
    count = len(places)
    if count < _FEWEST:
        return places[:0]
    total = np.full(count, np.inf)
    came_from = np.full(count, -1, np.intp)
    low = np.searchsorted(places, places - _LONGEST * periods)
    high = np.searchsorted(places, places - _SHORTEST * periods, side="right")
    total[places <= places[0] + periods[0]] = 0.0
    for index in range(count):
        choices = slice(low[index], high[index])
        if high[index] > low[index]:
            ratios = (places[index] - places[choices]) / periods[index]
            costs = total[choices] + _UNEVENNESS * np.log2(ratios) ** 2
            best = int(costs.argmin())
            if costs[best] < total[index]:
                total[index], came_from[index] = costs[best], low[index] + best
        total[index] += 1.0 - heights[index]
    last = np.flatnonzero(places >= min(length, places[-1]) - 1.2 * periods[-1])
    at = int(last[total[last].argmin()])
    chain: list[int] = []
    while at >= 0 and np.isfinite(total[at]):
        chain.append(at)
        at = int(came_from[at])
    return places[chain[::-1]]
