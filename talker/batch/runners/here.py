"""The runner that makes the films in this very process, one after the other."""

from __future__ import annotations

from collections.abc import Sequence
from typing import ClassVar

from talker.batch.runners.runner import Ended, Event, Heard, Runner, Task
from talker.batch.working import work_off
from talker.studio import Studio


class HereRunner(Runner):
    """Makes films in this process.

    Args:
        studio: What the films share.
        heard: Told how far they are.
    """

    name: ClassVar[str] = "here"

    def __init__(self, studio: Studio, heard: Heard) -> None:
        self._studio = studio
        self._heard = heard
        self._task: Task | None = None

    @property
    def slots(self) -> int:
        """One."""
        return 1

    def give(self, task: Task) -> str:
        """See `Runner.give`."""
        self._task = task
        return "this process"

    def events(self, timeout_s: float) -> Sequence[Event]:
        """Makes the film, however long that takes."""
        del timeout_s
        task, self._task = self._task, None
        if task is None:
            return ()
        name = task.order.name
        outcome = work_off(
            task.order, task.folder, self._studio, lambda share: self._heard(name, share)
        )
        return (Ended(name, outcome),)

    def close(self) -> None:
        """Forgets a task that has not begun."""
        self._task = None
