"""A recording as the listener hears it: 16 kHz, a stretch at a time, measured from end to end."""

from __future__ import annotations

import itertools
from collections.abc import Sequence
from dataclasses import fields

import numpy as np
from numpy.typing import NDArray

from talker.speech.listening.acoustics import LISTENING_RATE, STEP_S, Acoustics, analyse

_STRETCH_FRAMES = 2000
_MARGIN_FRAMES = 5
_LONGEST_PIECE_S = 25.0
_SHORTEST_PIECE_S = 10.0
_SPEECH_LEVEL = 0.1


class Recording:
    """Sound at any rate, heard at 16 kHz.

    Args:
        samples: float32 mono, shape (n,).
        sample_rate: Samples a second.
    """

    def __init__(self, samples: NDArray[np.float32], sample_rate: int) -> None:
        self.duration_s = len(samples) / sample_rate
        self.frames = int(np.ceil(self.duration_s / STEP_S - 1e-6))
        self._samples = samples
        self._rate = sample_rate

    def heard(self, first: int, last: int) -> NDArray[np.float32]:
        """Sound of the frames from `first` up to, not with, `last`; zeros outside the recording.

        Returns:
            float32 mono at 16 kHz, 160 samples a frame.
        """
        import soxr

        start = round((first - _MARGIN_FRAMES) * STEP_S * self._rate)
        end = round((last + _MARGIN_FRAMES) * STEP_S * self._rate)
        inside = self._samples[max(0, start) : max(0, end)]
        padded = np.pad(inside, (max(0, -start), max(0, end - max(start, 0) - len(inside))))
        sound = soxr.resample(padded, self._rate, LISTENING_RATE).astype(np.float32)
        step = round(STEP_S * LISTENING_RATE)
        sound = sound[_MARGIN_FRAMES * step :][: (last - first) * step]
        return np.pad(sound, (0, (last - first) * step - len(sound)))

    def acoustics(self) -> Acoustics:
        """Features of the whole recording, measured stretch by stretch."""
        parts: list[Acoustics] = []
        for first in range(0, self.frames, _STRETCH_FRAMES):
            last = min(first + _STRETCH_FRAMES, self.frames)
            wide = analyse(self.heard(first - _MARGIN_FRAMES, last + _MARGIN_FRAMES))
            kept = slice(_MARGIN_FRAMES, _MARGIN_FRAMES + last - first)
            parts.append(
                Acoustics(*(getattr(wide, field.name)[kept] for field in fields(Acoustics)))
            )
        return Acoustics(
            *(
                np.concatenate([getattr(part, field.name) for part in parts])
                for field in fields(Acoustics)
            )
        )


def loudness_gain(level_db: NDArray[np.float64]) -> float:
    """Factor that brings speech to the level that the recogniser knows."""
    loud = 10 ** (float(np.percentile(level_db, 95)) / 20)
    return min(_SPEECH_LEVEL / max(loud, 1e-6), 200.0)


def pieces(
    spans: Sequence[tuple[int, int]], level_db: NDArray[np.float64]
) -> list[tuple[int, int]]:
    """Cuts a recording into pieces of at most 25 s, in pauses where there are any.

    Args:
        spans: Stretches of speech in frames, as the gate gives them.
        level_db: Level of each frame, shape (n,).

    Returns:
        First frame and the one after the last of each piece; they tile all frames.
    """
    frames = len(level_db)
    longest, shortest = (round(s / STEP_S) for s in (_LONGEST_PIECE_S, _SHORTEST_PIECE_S))
    pauses = [
        (after[0] - before[1], (after[0] + before[1]) // 2)
        for before, after in itertools.pairwise(spans)
    ]
    cuts = [0]
    while frames - cuts[-1] > longest:
        low, high = cuts[-1] + shortest, cuts[-1] + longest
        inside = [pause for pause in pauses if low <= pause[1] <= high]
        quietest = low + int(np.argmin(level_db[low:high]))
        cuts.append(max(inside)[1] if inside else quietest)
    return list(zip(cuts, [*cuts[1:], frames], strict=True))
