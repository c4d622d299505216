"""Films given to a runner until all are made: what failed is tried again, then set aside."""

from __future__ import annotations

import shutil
import signal
import threading
import time
from collections.abc import Callable, Generator
from contextlib import contextmanager
from pathlib import Path
from types import FrameType

from talker.batch.folder import Folder
from talker.batch.ledger import Entry, Ledger
from talker.batch.outcome import Outcome
from talker.batch.runners.runner import Ended, Event, Runner, Task
from talker.progress import Advance, Reporter

_WAIT_S = 0.5
_FIRST_BACK_OFF_S, _MOST_BACK_OFF_S, _BACK_OFF_GROWS = 1.0, 60.0, 4.0
_TOLD_EVERY_S = 60.0


class Progress:
    """How far a batch is: seconds of film, as the films are expected to be."""

    def __init__(self) -> None:
        self._advance: Advance = lambda amount: None
        self._expected: dict[str, float] = {}
        self._told: dict[str, float] = {}

    def follow(self, advance: Advance) -> None:
        """Takes the function that is told of what is done."""
        self._advance = advance

    def begin(self, name: str, expected_s: float) -> None:
        """Notes that a film is begun."""
        self._expected[name], self._told[name] = expected_s, 0.0

    def hear(self, name: str, share: float) -> None:
        """Notes how much of a film is rendered; it never goes back."""
        if name in self._expected:
            done_s = share * self._expected[name]
            if done_s > self._told[name]:
                self._advance(done_s - self._told[name])
                self._told[name] = done_s

    def end(self, name: str, *, is_over: bool) -> None:
        """Notes that an attempt has ended, and whether another may follow."""
        if is_over:
            self.hear(name, 1.0)
        elif name in self._expected:
            self._advance(-self._told[name])
        self._expected.pop(name, None)
        self._told.pop(name, None)


class Stopping:
    """Whether the user wants to stop.

    Args:
        reporter: Told so once, by `tell`; None for nobody.
    """

    def __init__(self, reporter: Reporter | None = None) -> None:
        self.is_asked = False
        self._reporter = reporter

    def tell(self) -> None:
        """Tells that the user has asked, the first time after it.

        Not from the signal's handler: that may run while a library is being kept quiet, and what
        is told then is lost.
        """
        if self.is_asked and self._reporter is not None:
            self._reporter.note(
                "Stopping when the films that are begun are done; Ctrl-C again stops now."
            )
            self._reporter = None


@contextmanager
def stopping(reporter: Reporter) -> Generator[Stopping]:
    """Lets the first Ctrl-C wait for the films that are being made; the second does not wait."""
    state = Stopping(reporter)

    def asked(number: int, frame: FrameType | None) -> None:
        del number, frame
        if state.is_asked:
            raise KeyboardInterrupt
        state.is_asked = True

    if threading.current_thread() is not threading.main_thread():
        yield state
        return
    before = signal.signal(signal.SIGINT, asked)
    try:
        yield state
    finally:
        signal.signal(signal.SIGINT, before)


class Dispatcher:
    """Gives the films that are due to a runner, and writes down what comes of them.

    Args:
        ledger: What is to be made.
        folder: Where it goes.
        runner: What makes it.
        retries: Attempts after the first that fails for a reason that may pass.
        reporter: Told of failures.
        progress: Told how far all is.
    """

    def __init__(
        self,
        ledger: Ledger,
        folder: Folder,
        runner: Runner,
        retries: int,
        reporter: Reporter,
        progress: Progress,
    ) -> None:
        self._ledger = ledger
        self._folder = folder
        self._runner = runner
        self._retries = retries
        self._reporter = reporter
        self._progress = progress
        self._under_way: dict[str, tuple[Entry, Path]] = {}
        self.made = 0
        """Films that came to their place."""
        self.length_s = 0.0
        """Seconds of them."""

    def run(self, wanted: Stopping, now: Callable[[], float] = time.monotonic) -> None:
        """Makes all that is due, until it is done or the user wants to stop.

        Raises:
            TalkerError: The runner cannot run at all.
        """
        told_s = now()
        try:
            while True:
                wanted.tell()
                self._fill(wanted)
                if not self._under_way:
                    if wanted.is_asked or not self._waits():
                        return
                    time.sleep(_WAIT_S)
                for event in self._runner.events(_WAIT_S):
                    self._hear(event, wanted)
                if now() - told_s > _TOLD_EVERY_S:
                    told_s = now()
                    self._tell()
        finally:
            self._runner.close()
            for entry, _ in self._under_way.values():
                self._ledger.give_up(entry.order.name)

    def _waits(self) -> bool:
        """Whether films wait for another attempt."""
        return self._ledger.waiting() > 0

    def _fill(self, wanted: Stopping) -> None:
        """Gives every free slot a film."""
        while not wanted.is_asked and len(self._under_way) < self._runner.slots:
            if not self._begin():
                return

    def _begin(self) -> bool:
        entry = self._ledger.next_due()
        if entry is None:
            return False
        name, folder = entry.order.name, self._folder.new_attempt()
        self._under_way[name] = entry, folder
        self._progress.begin(name, entry.order.expected_s)
        worker = self._runner.give(Task(entry.order, folder))
        self._ledger.begin(name, worker, folder.name)
        return True

    def _hear(self, event: Event, wanted: Stopping) -> None:
        entry, folder = self._under_way.pop(event.name)
        # Whoever is free now works on while what came of it is written down.
        self._fill(wanted)
        if isinstance(event, Ended):
            if event.outcome.is_good:
                self._keep(entry, folder, event.outcome)
            else:
                outcome = event.outcome
                self._fail(entry, outcome.problem, outcome.remedy, "failed", outcome.may_pass)
        else:
            remedy = "Make it alone with talker say, or give it more room: --workers 1"
            self._fail(entry, event.reason, remedy, event.result, may_pass=True)
        shutil.rmtree(folder, ignore_errors=True)

    def _keep(self, entry: Entry, folder: Path, outcome: Outcome) -> None:
        name = entry.order.name
        self._ledger.verify(name, outcome)
        if not self._folder.place(folder, outcome):
            self._fail(
                entry,
                "The film was lost between its making and its place.",
                "Look whether the disk is sound.",
                "failed",
                may_pass=True,
            )
            return
        self._ledger.finish(name, self._folder.stamps(outcome))
        self.made += 1
        self.length_s += float(outcome.figures.get("length_s") or 0)
        self._progress.end(name, is_over=True)

    def _fail(self, entry: Entry, problem: str, remedy: str, result: str, may_pass: bool) -> None:
        name = entry.order.name
        again = may_pass and entry.tries < self._retries
        wait_s = min(_MOST_BACK_OFF_S, _FIRST_BACK_OFF_S * _BACK_OFF_GROWS**entry.tries)
        self._ledger.fail(
            name, problem, remedy, again_in_s=wait_s if again else None, result=result
        )
        self._progress.end(name, is_over=not again)
        if again:
            self._reporter.warn(f"{name}: {problem} It is tried again in {wait_s:.0f} s.")
        else:
            self._reporter.warn(f"{name} ({entry.order.place}) failed: {problem} {remedy}")

    def _tell(self) -> None:
        counts = self._ledger.counts()
        done, failed = counts.get("done", 0), counts.get("failed", 0)
        told = f", {failed} failed" if failed else ""
        self._reporter.note(f"{done} of {sum(counts.values())} films are done{told}.")
