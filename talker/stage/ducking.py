"""Music that makes way for speech: how much quieter it is when."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Iterable

import numpy as np
from numpy.typing import NDArray

_DOWN_S, _UP_S = 0.35, 0.9
_HELD_S = 1.2
"""A shorter gap in the speech does not bring the music back."""

Span = tuple[float, float]
"""Start and end in seconds."""


class Ducking:
    """The envelope of music under speech that is known beforehand.

    Down before somebody speaks, so that it is down when they begin, and up again after them; in
    decibels it moves as half a cosine.

    Args:
        spans: When somebody speaks, in any order.
        depth_db: By how much quieter the music is then.
    """

    def __init__(self, spans: Iterable[Span], depth_db: float) -> None:
        self._spans = _merged(spans)
        self._starts = [start for start, _ in self._spans]
        self._ends = [end for _, end in self._spans]
        self._depth_db = depth_db

    def gain(self, first: int, count: int, rate: int) -> NDArray[np.float32]:
        """Factors of consecutive samples, float32 of shape (count,)."""
        # Spans before these have been left for long, those after them are still far away.
        low = bisect_left(self._ends, first / rate - _UP_S)
        high = bisect_right(self._starts, (first + count) / rate + _DOWN_S)
        near = self._spans[low:high]
        if not near:
            return np.ones(count, np.float32)
        if any(start <= first / rate and (first + count) / rate <= end for start, end in near):
            return np.full(count, 10 ** (-self._depth_db / 20), np.float32)
        times_s = (first + np.arange(count)) / rate
        depth = np.zeros(count)
        for start_s, end_s in near:
            down = 1 - np.clip((start_s - times_s) / _DOWN_S, 0, 1)
            up = 1 - np.clip((times_s - end_s) / _UP_S, 0, 1)
            np.maximum(depth, 0.5 - 0.5 * np.cos(np.pi * np.minimum(down, up)), out=depth)
        return (10 ** (-self._depth_db * depth / 20)).astype(np.float32)


def _merged(spans: Iterable[Span]) -> list[Span]:
    """Spans in order, those with little between them made one."""
    merged: list[Span] = []
    for start_s, end_s in sorted(spans):
        if merged and start_s - merged[-1][1] < _HELD_S:
            merged[-1] = (merged[-1][0], max(merged[-1][1], end_s))
        else:
            merged.append((start_s, end_s))
    return merged
