"""Sound and what is said when: the value that speech engines hand to the lips."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Literal

import numpy as np
from numpy.typing import NDArray

MarkKind = Literal["phone", "word", "line", "pause"]

SAMPLE_RATE = 24_000
"""Samples a second of every finished `Speech`, whichever engines made its parts."""


@dataclass(frozen=True, slots=True)
class Mark:
    """A named stretch of time on the speech clock.

    Attributes:
        kind: "phone" (label is IPA), "word" or "line" (label is the source text as the user
            wrote it) or "pause" (label is empty).
        label: What is said.
        start_s: Seconds from the first sample.
        end_s: Seconds from the first sample, never before `start_s`.
    """

    kind: MarkKind
    label: str
    start_s: float
    end_s: float


@dataclass(frozen=True, slots=True)
class Speech:
    """A stretch of speech with its timeline.

    Attributes:
        samples: float32 mono in [-1, 1], shape (n,), read-only.
        sample_rate: Samples a second.
        marks: Sorted by start; all inside the sound. Empty where the maker knows no timing.
        language: BCP 47 language of most of the speech, such as "zh" or "en".
        text: The source text, as the user wrote it.
    """

    samples: NDArray[np.float32]
    sample_rate: int
    marks: tuple[Mark, ...]
    language: str
    text: str

    def __post_init__(self) -> None:
        if self.samples.ndim != 1 or self.samples.dtype != np.float32:
            raise ValueError(
                f"samples must be float32 of shape (n,), not {self.samples.dtype} "
                f"of shape {self.samples.shape}"
            )
        self.samples.flags.writeable = False

    @property
    def duration_s(self) -> float:
        """Length of the sound in seconds."""
        return len(self.samples) / self.sample_rate

    def of_kind(self, kind: MarkKind) -> tuple[Mark, ...]:
        """The marks of one kind, in order."""
        return tuple(mark for mark in self.marks if mark.kind == kind)


def sorted_marks(marks: Iterable[Mark]) -> tuple[Mark, ...]:
    """Marks by start, the longer first where two start together."""
    return tuple(sorted(marks, key=lambda mark: (mark.start_s, -mark.end_s)))


def pauses_between(phones: Sequence[Mark], length_s: float) -> list[Mark]:
    """Pauses wherever no phone is, from 0 to the end of the sound.

    Args:
        phones: In order.
        length_s: Seconds of the sound.
    """
    gaps: list[Mark] = []
    at_s = 0.0
    for phone in phones:
        if phone.start_s > at_s + 1e-9:
            gaps.append(Mark("pause", "", at_s, phone.start_s))
        at_s = phone.end_s
    if length_s > at_s + 1e-9:
        gaps.append(Mark("pause", "", at_s, length_s))
    return gaps
