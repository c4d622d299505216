"""Plosives whose sound starts at the burst, given the silence before it as their closure."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from talker.speech.ipa import bare
from talker.speech.timeline import Mark

_PLOSIVES = frozenset("pbtdʈɖcɟkɡqɢʔ")
_LONGEST_CLOSURE_S = 0.09
_SILENT_LEVEL = 0.004
"""Of full scale; espeak-ng's closures are silent but for rounding."""
_CLOSURE_AFTER_PAUSE_S = 0.05


def with_closures(
    samples: NDArray[np.float32], rate: int, phones: Sequence[Mark], pauses: Sequence[Mark]
) -> tuple[list[Mark], list[Mark]]:
    """Moves the start of every plosive back over the silence before it.

    Args:
        samples: float32 mono, shape (n,).
        rate: Samples a second.
        phones: Phones in order.
        pauses: Pauses in order; phones and pauses together follow each other without gaps.

    Returns:
        Phones and pauses, again without gaps.
    """
    timeline = sorted([*phones, *pauses], key=lambda mark: mark.start_s)
    for index in range(1, len(timeline)):
        before, mark = timeline[index - 1], timeline[index]
        if mark.kind != "phone" or bare(mark.label)[:1] not in _PLOSIVES:
            continue
        if before.kind == "pause":
            start_s = max(before.start_s, mark.start_s - _CLOSURE_AFTER_PAUSE_S)
        else:
            start_s = max(_silent_from(samples, rate, before, mark.start_s), before.start_s)
        timeline[index - 1] = replace(before, end_s=start_s)
        timeline[index] = replace(mark, start_s=start_s)
    return (
        [mark for mark in timeline if mark.kind == "phone"],
        [mark for mark in timeline if mark.kind == "pause" and mark.end_s > mark.start_s],
    )


def _silent_from(samples: NDArray[np.float32], rate: int, before: Mark, end_s: float) -> float:
    """Where the silence that ends at `end_s` begins; half of the phone before it is kept."""
    earliest_s = max(end_s - _LONGEST_CLOSURE_S, (before.start_s + before.end_s) / 2)
    stretch = samples[round(earliest_s * rate) : round(end_s * rate)]
    loud = np.flatnonzero(np.abs(stretch) > _SILENT_LEVEL)
    silent = len(stretch) - (int(loud[-1]) + 1 if len(loud) else 0)
    return end_s - silent / rate
