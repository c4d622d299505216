"""The runner that makes films in worker processes, which keep their models loaded."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Iterator, Sequence
from contextlib import suppress
from pathlib import Path
from queue import Empty, SimpleQueue
from typing import IO, Any, ClassVar

import talker
from talker.batch.outcome import Outcome
from talker.batch.runners.crew import Post
from talker.batch.runners.runner import Ended, Event, Heard, Lost, Runner, Task
from talker.errors import TalkerError

MODULE = "talker.batch.runners.worker"

_SILENCE_S = 60.0  # without a beat: stopped, or stuck where no other thread can run
_MOST_FALSE_STARTS = 3
_TAIL_BYTES = 2_000


class PoolRunner(Runner):
    """Makes films in processes of their own.

    Args:
        posts: What each of them may use.
        logs: Folder for what they print.
        stall_s: Seconds without any progress after which a worker counts as hung.
        heard: Told how far the films are.
        silence_s: Seconds without a sign of life after which a worker counts as hung.
    """

    name: ClassVar[str] = "pool"

    def __init__(
        self,
        posts: Sequence[Post],
        logs: Path,
        stall_s: float,
        heard: Heard,
        silence_s: float = _SILENCE_S,
    ) -> None:
        self._heard = heard
        self._stall_s = stall_s
        self._silence_s = silence_s
        self._inbox: SimpleQueue[tuple[_Worker, dict[str, Any] | None]] = SimpleQueue()
        self._logs = logs
        self._posts = list(posts)
        self._workers: list[_Worker | None] = [None] * len(posts)
        self._false_starts = 0

    @property
    def slots(self) -> int:
        """One a worker."""
        return len(self._posts)

    @property
    def processes(self) -> tuple[int, ...]:
        """Process ids of the workers that live."""
        return tuple(worker.process.pid for worker in self._living())

    def give(self, task: Task) -> str:
        """See `Runner.give`; a worker is started where none is free."""
        for number, post in enumerate(self._posts):
            worker = self._workers[number]
            if worker is None:
                worker = _Worker(post, self._logs / f"worker-{number + 1}.log", self._inbox)
                self._workers[number] = worker
            if worker.task is None:
                worker.give(task)
                return f"{post.title}, process {worker.process.pid}"
        raise AssertionError("no worker is free")

    def events(self, timeout_s: float) -> Sequence[Event]:
        """See `Runner.events`."""
        events: list[Event] = []
        deadline_s = time.monotonic() + timeout_s
        while not events:
            events += self._hung()
            left_s = deadline_s - time.monotonic()
            if events or left_s <= 0:
                break
            with suppress(Empty):
                worker, told = self._inbox.get(timeout=min(left_s, 0.5))
                events += self._took(worker, told)
        while True:
            try:
                worker, told = self._inbox.get_nowait()
            except Empty:
                return events
            events += self._took(worker, told)

    def close(self) -> None:
        """Kills the workers; half-made films are in their attempts' folders alone."""
        for worker in self._living():
            worker.kill()
        self._workers = [None] * len(self._posts)

    def _living(self) -> list[_Worker]:
        return [worker for worker in self._workers if worker is not None]

    def _took(self, worker: _Worker, told: dict[str, Any] | None) -> Iterator[Event]:
        """What a line of a worker means; None for its end."""
        if worker not in self._workers:  # killed, and already told of
            return
        if told is None:
            yield from self._lost(worker, "crashed", worker.last_words())
        elif "ready" in told:
            self._false_starts = 0
            worker.seen()
        elif "beat" in told:
            worker.seen(told["steps"])
            if worker.task is not None:
                self._heard(worker.task.order.name, told["beat"])
        elif worker.task is not None:
            task, worker.task = worker.task, None
            yield Ended(task.order.name, Outcome.from_json(told["end"]))

    def _hung(self) -> Iterator[Event]:
        for worker in self._living():
            silent_s, still_s = worker.quiet_s
            if worker.task is None:
                continue
            if silent_s > self._silence_s:
                yield from self._lost(worker, "hung", f"It gave no sign for {silent_s:.0f} s.")
            elif still_s > self._stall_s:
                yield from self._lost(worker, "hung", f"It got no further for {still_s:.0f} s.")

    def _lost(self, worker: _Worker, result: str, reason: str) -> Iterator[Event]:
        """Puts a worker away; the next task finds another in its place."""
        worker.kill()
        self._workers[self._workers.index(worker)] = None
        if not worker.was_ready:
            self._false_starts += 1
        if self._false_starts >= _MOST_FALSE_STARTS:
            raise TalkerError(
                f"No worker comes up: {reason}", "See talker doctor, or use --runner here."
            )
        if worker.task is not None:
            yield Lost(worker.task.order.name, result, reason)


def worker_command(post: Post) -> list[str]:
    """The command of a worker; -P keeps what lies in the working folder out of its imports."""
    return [sys.executable, "-P", "-m", MODULE, json.dumps({"threads": post.threads})]


def _where_we_are() -> dict[str, str]:
    """What lets a new process find this very talker."""
    known = os.environ.get("PYTHONPATH")
    home = str(Path(talker.__file__).parents[1])
    return {"PYTHONPATH": f"{home}{os.pathsep}{known}" if known else home}


class _Worker:
    """A process and what it is doing."""

    def __init__(
        self, post: Post, log: Path, inbox: SimpleQueue[tuple[_Worker, dict[str, Any] | None]]
    ) -> None:
        self.task: Task | None = None
        self.was_ready = False
        self._log = log
        self._inbox = inbox
        self._seen_s = self._moved_s = time.monotonic()
        self._steps = -1
        with log.open("wb") as stream:
            self.process = subprocess.Popen(  # noqa: S603 - our own module
                worker_command(post),
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=stream,
                env={**os.environ, **_where_we_are(), **post.environment},
                start_new_session=True,
            )
        threading.Thread(target=self._listen, daemon=True).start()

    def give(self, task: Task) -> None:
        """Sends a task; where the worker is gone, that is heard with its end."""
        self.task = task
        self._steps = -1
        self._seen_s = self._moved_s = time.monotonic()
        line = json.dumps({"order": task.order.to_json(), "folder": str(task.folder)})
        pipe: IO[bytes] | None = self.process.stdin
        if pipe is not None:
            with suppress(OSError):
                pipe.write(line.encode() + b"\n")
                pipe.flush()

    def seen(self, steps: int | None = None) -> None:
        """Notes a sign of life, and whether it got further."""
        self._seen_s = time.monotonic()
        if steps is None:
            self.was_ready = True
        if steps != self._steps:
            self._steps = -1 if steps is None else steps
            self._moved_s = self._seen_s

    @property
    def quiet_s(self) -> tuple[float, float]:
        """Seconds since the last sign of life, and since it got further."""
        now_s = time.monotonic()
        return now_s - self._seen_s, now_s - self._moved_s

    def kill(self) -> None:
        """Ends the process, whatever it is doing."""
        with suppress(OSError):
            self.process.kill()
        self.process.wait()
        for pipe in (self.process.stdin, self.process.stdout):
            if pipe is not None:
                with suppress(OSError):
                    pipe.close()

    def last_words(self) -> str:
        """How it ended, and the last line that it printed."""
        code = self.process.wait()
        how = f"signal {-code} ({_signal(-code)})" if code < 0 else f"exit code {code}"
        with suppress(OSError), self._log.open("rb") as stream:
            stream.seek(max(0, self._log.stat().st_size - _TAIL_BYTES))
            lines = stream.read().decode(errors="replace").strip().splitlines()
            if lines and code >= 0:
                return f"The worker ended with {how}: {lines[-1][:300]}."
        hint = " The system may have run out of memory." if code == -9 else ""
        return f"The worker ended with {how}.{hint}"

    def _listen(self) -> None:
        """Hands on the lines of the process; None when it ends."""
        pipe = self.process.stdout
        with suppress(OSError, ValueError):
            for line in pipe or ():
                self._inbox.put((self, json.loads(line)))
        self._inbox.put((self, None))


def _signal(number: int) -> str:
    try:
        return signal.Signals(number).name
    except ValueError:
        return "unknown"
