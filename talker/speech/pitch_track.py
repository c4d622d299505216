"""The fundamental frequency of speech over time, and where there is one.

Boersma, "Accurate short-term analysis of the fundamental frequency and the harmonics-to-noise
ratio of a sampled sound" (1993): the autocorrelation of each window, divided by that of the window
itself, has its peaks at the periods; the best way through the peaks of all windows is found by
dynamic programming, so that no single window can fall into another octave.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray
from scipy.signal import resample_poly

STEP_S = 0.005
"""Time from frame to frame; frame i stands at i steps."""

LOWEST_HZ, HIGHEST_HZ = 55.0, 550.0

_WORKING_RATE = 6000
"""About: harmonics above half of it only add noise to the autocorrelation."""
_WINDOW_S = 0.045
_FINER = 4
"""Lags a working sample, by a longer inverse transform."""
_CANDIDATES = 6
_BLOCK = 1024
"""Frames at once, to keep memory flat."""

# Section 3 of the paper, as strengths in [0, 1]. Quiet ends of words count as voiced here: left
# at their old pitch they would be heard as a second voice.
_VOICING = 0.43
_SILENCE = 0.008
_OCTAVE = 0.02
_OCTAVE_JUMP = 0.5
_VOICING_CHANGE = 0.2


def track_pitch(samples: NDArray[np.float32], rate: int) -> NDArray[np.float64]:
    """The fundamental frequency of a stretch of speech.

    Args:
        samples: float32 mono, shape (n,), n at least 1.
        rate: Samples a second, 8000 or more.

    Returns:
        Hertz in [`LOWEST_HZ`, `HIGHEST_HZ`] every `STEP_S` from the first sample on, shape
        (frames,); 0 where the sound is not voiced.
    """
    decimation = max(1, rate // _WORKING_RATE)
    working = np.asarray(resample_poly(samples.astype(np.float64), 1, decimation), np.float64)
    hertz, strengths = _candidates(working - working.mean(), rate / decimation)
    path = _best_path(hertz, strengths)
    return hertz[np.arange(len(hertz)), path]


def _candidates(
    samples: NDArray[np.float64], rate: float
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Frequencies and strengths, shape (frames, 1 + `_CANDIDATES`); the first is "unvoiced"."""
    half = round(_WINDOW_S * rate / 2)
    frames = int(len(samples) / (STEP_S * rate)) + 1
    starts = np.rint(np.arange(frames) * STEP_S * rate).astype(np.intp)
    padded = np.pad(samples, half + 1)
    windows = np.lib.stride_tricks.sliding_window_view(padded, 2 * half + 1)
    loudest = np.abs(samples).max() + 1e-9
    hertz = np.zeros((frames, 1 + _CANDIDATES))
    strengths = np.zeros_like(hertz)
    for begin in range(0, frames, _BLOCK):
        block = slice(begin, begin + _BLOCK)
        chosen = windows[np.minimum(starts[block], len(windows) - 1)]
        chosen = chosen - chosen.mean(axis=1, keepdims=True)
        loudness = np.abs(chosen).max(axis=1) / loudest
        quiet = np.maximum(0, 2 - loudness * (1 + _VOICING) / _SILENCE)
        strengths[block, 0] = _VOICING + quiet
        hertz[block, 1:], strengths[block, 1:] = _peaks(chosen, rate)
    return hertz, strengths


def _peaks(
    windows: NDArray[np.float64], rate: float
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """The highest peaks of the autocorrelation of each window: frequency and strength."""
    taper = np.hanning(windows.shape[1])
    size = 1 << (2 * windows.shape[1]).bit_length()
    lags = _FINER * size
    own = np.fft.irfft(np.abs(np.fft.rfft(taper, size)) ** 2, lags)
    power = np.abs(np.fft.rfft(windows * taper, size)) ** 2
    first = int(_FINER * rate / HIGHEST_HZ)
    last = int(_FINER * rate / LOWEST_HZ) + 1
    likeness = np.fft.irfft(power, lags)
    likeness = likeness[:, first - 1 : last + 2] / (likeness[:, :1] + 1e-12)
    likeness /= own[first - 1 : last + 2] / own[0]
    middle = likeness[:, 1:-1]
    is_peak = (middle > likeness[:, :-2]) & (middle >= likeness[:, 2:]) & (middle > 0)
    shortness = _OCTAVE * np.log2(last / np.arange(first, last + 1))
    heights = np.where(is_peak, np.minimum(middle, 1.0) + shortness, -1.0)
    places = np.argpartition(heights, -_CANDIDATES, axis=1)[:, -_CANDIDATES:]
    missing = np.take_along_axis(heights, places, axis=1) < 0
    # A parabola through each peak: between two lags, a short period would seem the weaker one.
    before, here, after = (np.take_along_axis(likeness, places + i, axis=1) for i in range(3))
    bend = np.minimum(before - 2 * here + after, -1e-12)
    shift = np.clip(0.5 * (before - after) / bend, -0.5, 0.5)
    found = here - 0.25 * (before - after) * shift
    hertz = _FINER * rate / (places + first + shift)
    strengths = np.minimum(found, 1.0) + _OCTAVE * np.log2(hertz / LOWEST_HZ)
    return np.where(missing, LOWEST_HZ, hertz), np.where(missing, -1.0, strengths)


def _best_path(hertz: NDArray[np.float64], strengths: NDArray[np.float64]) -> NDArray[np.intp]:
    """The candidate of each frame on the strongest path with the fewest and smallest jumps."""
    frames = len(hertz)
    # The paper's costs are for steps of 10 ms.
    scale = 0.01 / STEP_S
    octaves = np.log2(np.maximum(hertz, 1.0))
    came_from = np.zeros(hertz.shape, np.intp)
    total = strengths[0]
    columns = np.arange(hertz.shape[1])
    for frame in range(1, frames):
        cost = _OCTAVE_JUMP * np.abs(octaves[frame - 1][:, None] - octaves[frame])
        cost[0, :] = cost[:, 0] = _VOICING_CHANGE
        cost[0, 0] = 0.0
        sums = total[:, None] - scale * cost
        came_from[frame] = sums.argmax(axis=0)
        total = sums[came_from[frame], columns] + strengths[frame]
    path = np.zeros(frames, np.intp)
    path[-1] = int(total.argmax())
    for frame in range(frames - 1, 0, -1):
        path[frame - 1] = came_from[frame, path[frame]]
    return path
