"""The contract that every runner keeps."""

from __future__ import annotations

from abc import abstractmethod
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import ClassVar

from talker.batch.order import Order
from talker.batch.outcome import Outcome
from talker.closing import Closing

Heard = Callable[[str, float], None]
"""Told the name of a film and how much of it is rendered, 0 to 1."""


@dataclass(frozen=True, slots=True)
class Task:
    """An attempt at an order.

    Attributes:
        order: The film.
        folder: Where its files are to be afterwards; empty, and of this attempt alone.
    """

    order: Order
    folder: Path


@dataclass(frozen=True, slots=True)
class Ended:
    """An attempt came to its end, a good one or not."""

    name: str
    outcome: Outcome


@dataclass(frozen=True, slots=True)
class Lost:
    """Who made an attempt is no more, and says nothing about it.

    Attributes:
        name: Of the film.
        result: "crashed" or "hung".
        reason: What is known, as a sentence.
    """

    name: str
    result: str
    reason: str


Event = Ended | Lost


class Runner(Closing):
    """Makes attempts at orders, some at a time; a context manager, at whose end none goes on.

    A runner knows nothing of the ledger, of retries and of names: it is given a task where it has
    a free slot, and tells of each task once what came of it. Whoever makes a film dies or hangs:
    the runner replaces it and tells of a lost attempt.
    """

    name: ClassVar[str]

    @property
    @abstractmethod
    def slots(self) -> int:
        """Tasks that it takes at a time."""

    @abstractmethod
    def give(self, task: Task) -> str:
        """Takes a task; returns who makes it, for a reader."""

    @abstractmethod
    def events(self, timeout_s: float) -> Sequence[Event]:
        """What came of tasks since the last call; waits for something to tell, for so long."""

    @abstractmethod
    def close(self) -> None:
        """Ends every attempt that goes on; nothing is told of it."""
