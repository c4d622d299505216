"""Phone marks put in order: no overlaps, no holes."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from talker.speech.timeline import Mark, sorted_marks

SHORTEST_PAUSE_S = 0.06
_SHORTEST_PHONE_S = 0.01
_FIRST_SHARE = 0.55  # of a diphthong's time that its first vowel takes


def tiled(phones: Sequence[Mark], duration_s: float) -> list[Mark]:
    """Phones with pauses between them, from 0 to the end of the sound without holes.

    A phone that begins within another takes over from it; a hole shorter than
    `SHORTEST_PAUSE_S` is given to the phone before it.
    """
    tiles: list[Mark] = []
    for mark in sorted_marks(phones):
        at_s = tiles[-1].end_s if tiles else 0.0
        start_s, end_s = max(mark.start_s, at_s), min(mark.end_s, duration_s)
        if end_s - start_s < _SHORTEST_PHONE_S:
            continue
        if start_s - at_s >= SHORTEST_PAUSE_S:
            tiles.append(Mark("pause", "", at_s, start_s))
        elif tiles:
            tiles[-1] = replace(tiles[-1], end_s=start_s)
        else:
            start_s = 0.0
        tiles.append(replace(mark, start_s=start_s, end_s=end_s))
    at_s = tiles[-1].end_s if tiles else 0.0
    if tiles and duration_s - at_s < SHORTEST_PAUSE_S:
        tiles[-1] = replace(tiles[-1], end_s=duration_s)
    elif duration_s > at_s:
        tiles.append(Mark("pause", "", at_s, duration_s))
    return tiles


def spread(labels: Sequence[str], start_s: float, end_s: float) -> list[Mark]:
    """Marks of the one or two labels of a phone over its time."""
    if len(labels) < 2:
        return [Mark("phone", label, start_s, end_s) for label in labels]
    middle_s = start_s + _FIRST_SHARE * (end_s - start_s)
    return [
        Mark("phone", labels[0], start_s, middle_s),
        Mark("phone", labels[1], middle_s, end_s),
    ]


def clipped(marks: Sequence[Mark], spans: Sequence[tuple[float, float]]) -> list[Mark]:
    """The parts of marks that lie in any of some stretches of time, both in order."""
    parts: list[Mark] = []
    first = 0
    for mark in marks:
        while first < len(spans) and spans[first][1] <= mark.start_s:
            first += 1
        for start_s, end_s in spans[first:]:
            if start_s >= mark.end_s:
                break
            parts.append(
                replace(mark, start_s=max(mark.start_s, start_s), end_s=min(mark.end_s, end_s))
            )
    return parts


def gaps(marks: Sequence[Mark], span: tuple[float, float]) -> list[tuple[float, float]]:
    """The parts of a stretch of time that no mark covers."""
    at_s, end_s = span
    holes: list[tuple[float, float]] = []
    for mark in marks:
        if mark.end_s <= at_s or mark.start_s >= end_s:
            continue
        if mark.start_s > at_s:
            holes.append((at_s, mark.start_s))
        at_s = mark.end_s
    return [*holes, (at_s, end_s)] if at_s < end_s else holes
