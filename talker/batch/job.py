"""What can be asked of a batch, and what comes back."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from talker.batch.order import BadRow

RUNNERS = ("auto", "here", "pool", "ray")
"""In this process, in processes of their own, or on the machines of a Ray cluster."""


@dataclass(frozen=True, slots=True)
class BatchJob:
    """Many films are made from one manifest.

    Attributes:
        manifest: A table, lines of JSON, YAML, or a folder of texts.
        folder: Where the films go; made if need be.
        defaults: Values by column, for rows that do not give them.
        name: Template of the films' names; None for the usual one.
        runner: One of `RUNNERS`; "auto" for a pool where it is of use.
        workers: Films that are made at a time; None for as many as the machine has room for.
        address: Of a Ray cluster; None for this machine alone.
        shares_folders: Whether all machines of the cluster see the same folders.
        retries: Attempts after the first that fails for a reason that may pass.
        stall_s: Seconds without progress after which a worker counts as hung.
        only_failed: Whether only films are made that failed before, or were not in the manifest.
        overwrite: Whether files of the folder are replaced that are not of this batch.
    """

    manifest: Path
    folder: Path
    defaults: Mapping[str, str] = field(default_factory=dict[str, str])
    name: str | None = None
    runner: str = "auto"
    workers: int | None = None
    address: str | None = None
    shares_folders: bool = False
    retries: int = 2
    stall_s: float = 300.0
    only_failed: bool = False
    overwrite: bool = False


@dataclass(frozen=True, slots=True)
class Failure:
    """A film that was set aside.

    Attributes:
        name: Of the film.
        place: Where its row stands.
        problem: Why the last attempt failed.
        remedy: What to do about it.
    """

    name: str
    place: str
    problem: str
    remedy: str


@dataclass(frozen=True, slots=True)
class BatchResult:
    """What became of a batch.

    Attributes:
        folder: Where the films are.
        report: For a reader, as HTML.
        report_json: The same for a program.
        ledger: What is known of every film.
        films: How many the manifest asks for, bad rows left out.
        done: How many of them are there.
        made: How many of those were made by this run.
        failed: Those that were set aside.
        bad_rows: What is wrong with rows that cannot be made.
        left: How many are still to be made.
        was_stopped: Whether the user stopped it before it was through.
        length_s: Seconds of film that this run made.
        runner: What ran it.
        taken_s: Seconds that the run took.
        rerun: The command that makes what is missing.
    """

    folder: Path
    report: Path
    report_json: Path
    ledger: Path
    films: int
    done: int
    made: int
    failed: Sequence[Failure]
    bad_rows: Sequence[BadRow]
    left: int
    was_stopped: bool
    length_s: float
    runner: str
    taken_s: float
    rerun: str

    @property
    def is_whole(self) -> bool:
        """Whether everything that the manifest asks for is there."""
        return not (self.failed or self.bad_rows or self.left)

    @property
    def wrong(self) -> int:
        """How many rows cannot be made."""
        return len({row.place for row in self.bad_rows})

    @property
    def speed(self) -> float:
        """Seconds of film made a second."""
        return self.length_s / self.taken_s if self.taken_s else 0.0
