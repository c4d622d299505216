"""When somebody speaks, told from how loud it is against its own surroundings."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from talker.speech.listening.acoustics import STEP_S

_SILENT_DB = -62.0
"""Level that is silence whatever surrounds it."""
_SURROUNDINGS_S = 4.0
_FLOOR_PERCENTILE = 8
_SPEECH_PERCENTILE = 95
_RISE_SHARE = 0.33  # of the way from the floor to the level of speech
_RISE_MIN_DB, _RISE_MAX_DB = 4.0, 13.0
_STEADY_DB = 6.0  # floor and speech this close: one steady sound, which is noise or a long vowel
_VOWEL_VOICING = 0.5
_SHORTEST_SPEECH_S = 0.05
_SHORTEST_PAUSE_S = 0.15  # anything shorter is the closure of a plosive


def speech_spans(
    level_db: NDArray[np.float64], voicing: NDArray[np.float64]
) -> list[tuple[int, int]]:
    """Stretches of speech.

    Args:
        level_db: Level of each frame, shape (n,).
        voicing: Periodicity of each frame in [0, 1], shape (n,).

    Returns:
        First frame and the one after the last of each stretch, in order.
    """
    from scipy.ndimage import percentile_filter, uniform_filter1d

    smooth = uniform_filter1d(np.maximum(level_db, -90.0), 3, mode="nearest")
    coarse = uniform_filter1d(smooth, 5, mode="nearest")[::5]
    around = max(1, round(2 * _SURROUNDINGS_S / (5 * STEP_S)))
    frames = np.arange(len(smooth))
    floor, speech = (
        np.interp(
            frames,
            np.arange(len(coarse)) * 5,
            percentile_filter(coarse, rank, size=around, mode="nearest"),
        )
        for rank in (_FLOOR_PERCENTILE, _SPEECH_PERCENTILE)
    )
    rise = np.clip(_RISE_SHARE * (speech - floor), _RISE_MIN_DB, _RISE_MAX_DB)
    heard = smooth > floor + rise
    steady = speech - floor < _STEADY_DB
    heard[steady] = (uniform_filter1d(voicing, 15, mode="nearest") > _VOWEL_VOICING)[steady]
    heard &= smooth > _SILENT_DB
    return _spans(heard)


def _spans(heard: NDArray[np.bool_]) -> list[tuple[int, int]]:
    """Runs of frames, after bridging short gaps and dropping short blips."""
    edges = np.flatnonzero(np.diff(np.concatenate([[0], heard.astype(np.int8), [0]])))
    runs = [(int(start), int(end)) for start, end in edges.reshape(-1, 2)]
    bridged: list[tuple[int, int]] = []
    for start, end in runs:
        if bridged and (start - bridged[-1][1]) * STEP_S < _SHORTEST_PAUSE_S:
            bridged[-1] = (bridged[-1][0], end)
        else:
            bridged.append((start, end))
    return [(start, end) for start, end in bridged if (end - start) * STEP_S >= _SHORTEST_SPEECH_S]
