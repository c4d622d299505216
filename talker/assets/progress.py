"""How the store tells what it is doing, and how it is told to stop."""

from __future__ import annotations

import threading
from dataclasses import dataclass
from typing import Protocol


class Progress(Protocol):
    """Receives the progress of a pull; never called by two threads at once."""

    def __call__(self, entry: str, done: int, total: int | None) -> None:
        """Take one report.

        Args:
            entry: The entry that is being fetched.
            done: Bytes so far of what is being fetched now; falls back when another source is
                tried.
            total: Bytes in all, None while unknown. An entry is finished at its last report, where
                `done` equals `total`; an entry that was there already reports nothing.
        """
        ...


class StoppedError(Exception):
    """The pull is being given up from outside; carries no message for a user."""


@dataclass(frozen=True, slots=True)
class Watch:
    """One entry's line to the caller of a pull."""

    entry: str
    progress: Progress | None
    speaking: threading.Lock
    stop: threading.Event

    def report(self, done: int, total: int | None) -> None:
        """Tell the caller how far the entry is, in bytes."""
        if self.progress is not None:
            with self.speaking:
                self.progress(self.entry, done, total)

    def give_up(self) -> None:
        """Raise StoppedError once the pull has been given up."""
        if self.stop.is_set():
            raise StoppedError
