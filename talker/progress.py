"""What talker tells whoever waits for it: progress, and values to show."""

from __future__ import annotations

from collections.abc import Callable, Generator, Sequence
from contextlib import contextmanager
from typing import Literal

Unit = Literal["bytes", "characters", "frames", "seconds", "steps"]

Advance = Callable[[float], None]
"""Takes how much was done since the last call, in the unit of the stage."""


class ByteCount(int):
    """A number of bytes; a table shows it as "63.2 MB"."""


Cell = str | bool | int | float | Sequence[str] | None
"""A value of a table or a report, plain enough for JSON; None is left out."""


class Reporter:
    """Hears of the stages of a job; this one keeps silent."""

    def note(self, line: str) -> None:
        """Takes one line worth knowing."""

    def warn(self, line: str) -> None:
        """Takes one line about something that will look or sound worse than it could."""

    @contextmanager
    def stage(self, name: str, total: float | None, unit: Unit) -> Generator[Advance]:
        """Opens a stage of the job for as long as the context lasts.

        Args:
            name: What is being done, such as "Speaking".
            total: How much there is to do, in `unit`; None where it is not known.
            unit: What is counted.

        Yields:
            A function that is told how much was done.
        """
        yield lambda amount: None


class WithinStage(Reporter):
    """Hears of what is done within a stage of another reporter: hands on notes, shows no stages."""

    def __init__(self, outer: Reporter) -> None:
        self._outer = outer

    def note(self, line: str) -> None:
        """Hands on the line."""
        self._outer.note(line)

    def warn(self, line: str) -> None:
        """Hands on the line."""
        self._outer.warn(line)


def size_of(count: float) -> str:
    """Bytes for a reader, in powers of a thousand."""
    for unit in ("B", "kB", "MB"):
        if count < 1000:
            return f"{count:.0f} {unit}" if unit == "B" else f"{count:.1f} {unit}"
        count /= 1000
    return f"{count:.1f} GB"
