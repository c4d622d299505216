"""Sound made evenly loud, without clicks and without clipping."""

from __future__ import annotations

import math
from collections.abc import Iterable, Iterator

import numpy as np
from numpy.typing import NDArray

from talker.speech.loudness import PEAK_REACH, chunks_of, integrated_loudness, peaks_over

_TARGET_LUFS = -20.0
CEILING_DBTP = -1.5
"""Half a decibel under what is promised, for what a lossy codec adds."""

_LOOK_AHEAD_S = 0.004
_HIGHEST_GAIN_DB = 30.0


def levelled(samples: NDArray[np.float32], rate: int) -> NDArray[np.float32]:
    """A stretch of speech at the target loudness; silence stays silence.

    Args:
        samples: float32 mono, shape (n,).
        rate: Samples a second.
    """
    return samples * _gain(samples, rate)


def finish(samples: NDArray[np.float32], rate: int) -> None:
    """Brings a whole text to the target loudness and its true peak under the ceiling, in place.

    Args:
        samples: float32 mono, shape (n,), writeable.
        rate: Samples a second.
    """
    samples *= _gain(samples, rate)
    limit_peaks(samples, rate)


def limit_peaks(samples: NDArray[np.float32], rate: int) -> None:
    """Turns the sound down around its true peaks, in place.

    The gain that each sample needs is held over a look-ahead on both sides and then averaged over
    the same span, so that it is smooth and nowhere higher than needed.

    Args:
        samples: float32 mono, shape (n,), writeable.
        rate: Samples a second.
    """
    ceiling = 10 ** (CEILING_DBTP / 20)
    reach = round(_LOOK_AHEAD_S * rate)
    over, peaks = peaks_over(samples, ceiling)
    gain = np.float32(ceiling) / peaks
    if not len(over):
        return
    breaks = np.flatnonzero(np.diff(over) > 4 * reach + 2) + 1
    for group, values in zip(np.split(over, breaks), np.split(gain, breaks), strict=True):
        low, high = int(group[0]) - 2 * reach, int(group[-1]) + 2 * reach + 2
        curve = np.ones(high - low, np.float32)
        curve[group - low] = values
        curve[group - low + 1] = np.minimum(curve[group - low + 1], values)
        curve = _averaged(_lowest(curve, reach), reach)
        begin, end = max(0, low), min(len(samples), high)
        samples[begin:end] *= curve[begin - low : end - low]


def limited(blocks: Iterable[NDArray[np.float32]], rate: int) -> Iterator[NDArray[np.float32]]:
    """As `limit_peaks`, of a sound that comes in blocks; the same to the last bit or so.

    Args:
        blocks: float32 mono, shape (n,), any n.
        rate: Samples a second.

    Yields:
        float32 in blocks that join to the same length.
    """
    # What a sample's gain depends on, and as much again, so that the edges of a stretch, beyond
    # which it looks silent, are out of reach.
    context = 4 * round(_LOOK_AHEAD_S * rate) + 4 * PEAK_REACH
    held = np.zeros(0, np.float32)
    given = 0
    for block in chunks_of(blocks, rate):
        held = np.concatenate([held, block])
        ready = len(held) - context
        if ready > given:
            sound = held.copy()
            limit_peaks(sound, rate)
            yield sound[given:ready]
            kept = max(0, ready - context)
            held, given = held[kept:], ready - kept
    limit_peaks(held, rate)
    yield held[given:]


def faded(samples: NDArray[np.float32], rate: int, fade_s: float) -> NDArray[np.float32]:
    """A copy that rises from nothing and falls to nothing over `fade_s` at either end."""
    length = min(round(fade_s * rate), len(samples) // 2)
    result = samples.copy()
    if length:
        ramp = (0.5 - 0.5 * np.cos(np.pi * (np.arange(length) + 0.5) / length)).astype(np.float32)
        result[:length] *= ramp
        result[-length:] *= ramp[::-1]
    return result


def _gain(samples: NDArray[np.float32], rate: int) -> np.float32:
    """Factor to the target loudness; 1 for what is too quiet to have one."""
    loudness = integrated_loudness(samples, rate)
    if not math.isfinite(loudness):
        return np.float32(1)
    return np.float32(10 ** (min(_TARGET_LUFS - loudness, _HIGHEST_GAIN_DB) / 20))


def _lowest(values: NDArray[np.float32], reach: int) -> NDArray[np.float32]:
    """Minimum over `reach` neighbours on either side."""
    padded = np.pad(values, reach, constant_values=1.0)
    return np.lib.stride_tricks.sliding_window_view(padded, 2 * reach + 1).min(axis=1)


def _averaged(values: NDArray[np.float32], reach: int) -> NDArray[np.float32]:
    """Mean over `reach` neighbours on either side, the near ones weighing most."""
    window = np.hanning(2 * reach + 3)[1:-1]
    padded = np.pad(values, reach, constant_values=1.0)
    return np.convolve(padded, window / window.sum(), mode="valid").astype(np.float32)
