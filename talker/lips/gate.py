"""When somebody speaks, as the mouth has to know it: eased, and open a little before the sound."""

from __future__ import annotations

import itertools

import numpy as np
from numpy.typing import NDArray

from talker.speech.timeline import Speech

ATTACK_S = 0.06
"""Seconds before a sound in which the mouth gets ready for it."""

RELEASE_S = 0.15
"""Seconds after a sound in which the mouth comes to rest."""

_BRIDGED_S = 0.15
"""A shorter pause is the closure of a plosive, or no time to close the mouth in."""

_SILENT_DB = -62.0
_UNDER_SPEECH_DB = 32.0
_SHORTEST_S = 0.03
_STEP_S = 0.01


class SpeechGate:
    """Tells for each point in time how far somebody speaks.

    Phones say when, where they are known and heard; without them it is how loud the sound is
    against its own loud parts.

    Args:
        speech: What is said.
    """

    def __init__(self, speech: Speech) -> None:
        spans = _heard_phones(speech)
        if not speech.of_kind("phone"):
            spans = _loud_spans(speech)
        self._spans = np.array(_bridged(spans), np.float64).reshape(-1, 2)

    def at(self, times_s: NDArray[np.float64]) -> NDArray[np.float32]:
        """How far somebody speaks at points in time.

        Args:
            times_s: Seconds on the speech clock, in any order, shape (n,); may lie outside it.

        Returns:
            0 in silence to 1 in speech, float32, shape (n,).
        """
        times_s = np.asarray(times_s, np.float64)
        if not len(self._spans):
            return np.zeros(len(times_s), np.float32)
        starts, ends = self._spans[:, 0], self._spans[:, 1]
        after = np.searchsorted(starts, times_s, side="right")
        until = starts[np.minimum(after, len(starts) - 1)] - times_s
        rising = np.where(after < len(starts), 1.0 - until / ATTACK_S, 0.0)
        since = times_s - ends[np.maximum(after - 1, 0)]
        falling = np.where(after > 0, 1.0 - since / RELEASE_S, 0.0)
        share = np.clip(np.maximum(rising, falling), 0.0, 1.0)
        return (share * share * (3.0 - 2.0 * share)).astype(np.float32)


def _heard_phones(speech: Speech) -> list[tuple[float, float]]:
    """Spans of the phones, without stretches of them in which there is no sound at all."""
    phones = [(mark.start_s, mark.end_s) for mark in speech.of_kind("phone")]
    return [span for span in _bridged(phones) if _loudest_db(speech, *span) > _SILENT_DB]


def _loudest_db(speech: Speech, start_s: float, end_s: float) -> float:
    rate = speech.sample_rate
    part = speech.samples[int(start_s * rate) : max(int(end_s * rate), int(start_s * rate) + 1)]
    return float(20.0 * np.log10(np.abs(part).max(initial=0.0) + 1e-9))


def _loud_spans(speech: Speech) -> list[tuple[float, float]]:
    """Spans in which the sound is about as loud as where it is loud."""
    step = max(1, round(_STEP_S * speech.sample_rate))
    if not len(speech.samples):
        return []
    starts = np.arange(0, len(speech.samples), step)
    energy = np.add.reduceat(np.square(speech.samples, dtype=np.float64), starts)
    lengths = np.diff(np.append(starts, len(speech.samples)))
    level_db = 10.0 * np.log10(energy / lengths + 1e-12)
    bar_db = max(_SILENT_DB, float(np.percentile(level_db, 95)) - _UNDER_SPEECH_DB)
    loud = np.concatenate([[0], level_db > bar_db, [0]]).astype(np.int8)
    edges = np.flatnonzero(np.diff(loud)).reshape(-1, 2) * (step / speech.sample_rate)
    return [(start, end) for start, end in edges.tolist() if end - start >= _SHORTEST_S]


def _bridged(spans: list[tuple[float, float]]) -> list[tuple[float, float]]:
    """Spans with the short gaps between them filled."""
    joined = spans[:1]
    for (_, end_s), (start_s, next_end_s) in itertools.pairwise(spans):
        first_s, last_s = joined[-1]
        if start_s - end_s < _BRIDGED_S:
            joined[-1] = first_s, max(last_s, next_end_s)
        else:
            joined.append((start_s, next_end_s))
    return joined
