"""The ledger of a batch: one row a film, in SQLite, true at every instant."""

from __future__ import annotations

import json
import sqlite3
import time
from collections.abc import Callable, Generator, Iterable, Iterator, Sequence
from contextlib import closing, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from talker.batch.order import BadRow, Order
from talker.batch.outcome import Figure, Outcome
from talker.batch.planning import NEVER, TABLES, Plan
from talker.errors import UsageError

State = Literal["pending", "running", "verified", "done", "failed"]
"""Pending: to be made. Running: somebody makes it. Verified: made and found good, and on its way to
its place. Done: in its place. Failed: set aside after the last attempt."""

LEDGER = "ledger.sqlite"

_VERSION = 1


@dataclass(frozen=True, slots=True)
class Entry:
    """A film of the ledger.

    Attributes:
        order: What is to be made.
        state: How far it is.
        tries: Attempts of this run that failed.
        folder: Where the last attempt worked, in the folder of attempts.
        outcome: What came of the last that was good; None before.
        problem: Why the last attempt failed; empty where it did not.
        remedy: What to do about it.
    """

    order: Order
    state: State
    tries: int
    folder: str
    outcome: Outcome | None
    problem: str
    remedy: str


class Ledger:
    """What is known of every film of an output folder; every change is on the disk at once.

    Args:
        path: Its file, made if need be.

    Raises:
        UsageError: The file is no ledger, or that of a newer talker.
    """

    def __init__(self, path: Path) -> None:
        self._path = path
        self._db = sqlite3.connect(path, isolation_level=None, timeout=30)
        self._db.row_factory = sqlite3.Row
        try:
            self._db.execute("PRAGMA journal_mode=WAL")
            # A row must outlive a power cut as soon as the film has its name.
            self._db.execute("PRAGMA synchronous=FULL")
            self._db.executescript(TABLES)
            version = self._fact("version")
            if version is None:
                self._set_fact("version", str(_VERSION))
        except sqlite3.DatabaseError as error:
            self._db.close()
            raise UsageError(
                f"'{path}' is no ledger of a batch ({error}).", "Choose another folder with --out."
            ) from error
        if version not in (None, str(_VERSION)):
            self._db.close()
            raise UsageError(
                f"'{path}' is the ledger of another version of talker.",
                "Choose another folder with --out.",
            )

    def close(self) -> None:
        """Lets go of the file; nothing can be lost by not calling it."""
        self._db.close()

    @contextmanager
    def planning(self) -> Generator[Plan]:
        """Takes up a manifest: what the ledger says afterwards is of that, whole or not at all."""
        plan = Plan(self._db, int(self._fact("planned") or 0) + 1)
        self._db.execute("BEGIN IMMEDIATE")
        try:
            yield plan
            self._set_fact("planned", str(plan.number))
            self._db.execute("DELETE FROM bad_rows WHERE planned <> ?", [plan.number])
        except BaseException:
            self._db.execute("ROLLBACK")
            raise
        self._db.execute("COMMIT")

    @property
    def planned(self) -> int:
        """Number of the manifest that the ledger is about."""
        return int(self._fact("planned") or 0)

    def entries(self, *states: State) -> Iterator[Entry]:
        """The films of the manifest in its order, those in some states or all."""
        marks = ",".join("?" * len(states))
        where = f"AND state IN ({marks})" if states else ""
        rows = self._db.execute(
            f"SELECT * FROM films WHERE planned = ? {where} ORDER BY number",  # noqa: S608
            [self.planned, *states],
        )
        return map(_entry, rows)

    def unfinished(self) -> list[Entry]:
        """Films that somebody was making, of this manifest or an earlier one."""
        sql = "SELECT * FROM films WHERE state IN ('running', 'verified') ORDER BY number"
        return list(map(_entry, self._db.execute(sql)))

    def bad_rows(self) -> list[BadRow]:
        """What is wrong with the manifest's other rows."""
        sql = "SELECT bad_row FROM bad_rows WHERE planned = ? ORDER BY number, rowid"
        rows = self._db.execute(sql, [self.planned])
        return [BadRow(**json.loads(row["bad_row"])) for row in rows]

    def counts(self) -> dict[State, int]:
        """How many films of the manifest are in each state."""
        sql = "SELECT state, count(*) AS many FROM films WHERE planned = ? GROUP BY state"
        return {row["state"]: row["many"] for row in self._db.execute(sql, [self.planned])}

    def expected_s(self, *states: State) -> float:
        """Seconds of film that are expected of those in some states."""
        marks = ",".join("?" * len(states))
        sql = f"SELECT total(expected_s) FROM films WHERE planned = ? AND state IN ({marks})"  # noqa: S608
        return float(self._db.execute(sql, [self.planned, *states]).fetchone()[0])

    def next_due(self) -> Entry | None:
        """The first film that is to be made and need not wait."""
        sql = (
            "SELECT * FROM films WHERE planned = ? AND state = 'pending' AND due_s <= ? "
            "ORDER BY number LIMIT 1"
        )
        row = self._db.execute(sql, [self.planned, time.time()]).fetchone()
        return None if row is None else _entry(row)

    def waiting(self) -> int:
        """How many films are to be made in this run, at once or later."""
        sql = "SELECT count(*) FROM films WHERE planned = ? AND state = 'pending' AND due_s < ?"
        return int(self._db.execute(sql, [self.planned, NEVER]).fetchone()[0])

    def begin(self, name: str, worker: str, folder: str) -> None:
        """Notes that somebody makes a film."""
        with self._at_once():
            self._db.execute(
                "UPDATE films SET state = 'running', folder = ?, problem = '', remedy = '' "
                "WHERE name = ?",
                [folder, name],
            )
            self._db.execute(
                "INSERT INTO attempts (name, worker, began_s) VALUES (?, ?, ?)",
                [name, worker, time.time()],
            )

    def verify(self, name: str, outcome: Outcome) -> None:
        """Notes that a film was made and found good: it is put in its place next."""
        self._db.execute(
            "UPDATE films SET state = 'verified', outcome = ?, engine = ?, taken_s = ? "
            "WHERE name = ?",
            [outcome.to_json(), outcome.figures.get("engine"), outcome.taken_s, name],
        )

    def finish(self, name: str, stamps: Sequence[tuple[str, int, int]]) -> None:
        """Notes that a film is in its place.

        Args:
            name: Of the film.
            stamps: Name, size and time (ns) of every file, to see later whether it is still that.
        """
        with self._at_once():
            self._db.execute(
                "UPDATE films SET state = 'done', files = ?, ended_s = ?, folder = NULL "
                "WHERE name = ?",
                [json.dumps(stamps), time.time(), name],
            )
            self._end_attempt(name, "done", "")

    def fail(
        self, name: str, problem: str, remedy: str, *, again_in_s: float | None, result: str
    ) -> None:
        """Notes that an attempt failed.

        Args:
            name: Of the film.
            problem: Why.
            remedy: What to do about it.
            again_in_s: Seconds until the next attempt; None to set the film aside.
            result: In one word, for the list of attempts.
        """
        state = "failed" if again_in_s is None else "pending"
        with self._at_once():
            self._db.execute(
                "UPDATE films SET state = ?, tries = tries + 1, due_s = ?, problem = ?, "
                "remedy = ?, ended_s = ?, folder = NULL WHERE name = ?",
                [state, time.time() + (again_in_s or 0), problem, remedy, time.time(), name],
            )
            self._end_attempt(name, result, problem)

    def give_up(self, name: str) -> None:
        """Notes that an attempt was broken off and says nothing about the film."""
        with self._at_once():
            self._db.execute(
                "UPDATE films SET state = 'pending', folder = NULL WHERE name = ?", [name]
            )
            self._end_attempt(name, "broken off", "")

    def again(self, names: Iterable[str]) -> None:
        """Has films made once more."""
        with self._at_once():
            for name in names:
                self._db.execute(
                    "UPDATE films SET state = 'pending', tries = 0, due_s = 0 WHERE name = ?",
                    [name],
                )

    def stamps(self, name: str) -> list[tuple[str, int, int]]:
        """What `finish` was told of a film's files; empty where it never was in its place."""
        row = self._db.execute("SELECT files FROM films WHERE name = ?", [name]).fetchone()
        return [] if row is None else [(file, size, ns) for file, size, ns in json.loads(row[0])]

    def attempts(self) -> list[dict[str, Figure]]:
        """All attempts at the manifest's films, in the order in which they began."""
        sql = (
            "SELECT attempts.* FROM attempts JOIN films USING (name) WHERE planned = ? "
            "ORDER BY attempts.id"
        )
        return [dict(row) for row in self._db.execute(sql, [self.planned])]

    def _end_attempt(self, name: str, result: str, problem: str) -> None:
        self._db.execute(
            "UPDATE attempts SET ended_s = ?, result = ?, problem = ? "
            "WHERE name = ? AND ended_s IS NULL",
            [time.time(), result, problem, name],
        )

    @contextmanager
    def _at_once(self) -> Generator[None]:
        self._db.execute("BEGIN IMMEDIATE")
        try:
            yield
        except BaseException:
            self._db.execute("ROLLBACK")
            raise
        self._db.execute("COMMIT")

    def _fact(self, key: str) -> str | None:
        row = self._db.execute("SELECT value FROM facts WHERE key = ?", [key]).fetchone()
        return None if row is None else row["value"]

    def _set_fact(self, key: str, value: str) -> None:
        self._db.execute("INSERT OR REPLACE INTO facts VALUES (?, ?)", [key, value])


def done_of(path: Path) -> Callable[[Order], bool]:
    """Whether a film is done as it is ordered now, by a ledger that may not be there."""
    if not path.is_file():
        return lambda order: False
    with closing(sqlite3.connect(f"{path.absolute().as_uri()}?mode=ro", uri=True)) as db:
        try:
            rows = db.execute("SELECT name, made_of FROM films WHERE state = 'done'").fetchall()
        except sqlite3.DatabaseError:
            rows = []
    done: dict[str, str] = dict(rows)
    return lambda order: done.get(order.name) == order.made_of


def _entry(row: sqlite3.Row) -> Entry:
    return Entry(
        order=Order.from_json(row["the_order"]),
        state=row["state"],
        tries=row["tries"],
        folder=row["folder"] or "",
        outcome=None if row["outcome"] is None else Outcome.from_json(row["outcome"]),
        problem=row["problem"],
        remedy=row["remedy"],
    )
