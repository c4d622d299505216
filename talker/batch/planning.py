"""How a manifest is taken up into the ledger, and the ledger's tables."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Iterable
from dataclasses import asdict

from talker.batch.order import BadRow, Order

NEVER = 1e18
"""A time, in seconds, that does not come."""

TABLES = """
CREATE TABLE IF NOT EXISTS films (
    name TEXT PRIMARY KEY,
    planned INTEGER NOT NULL,
    number INTEGER NOT NULL,
    made_of TEXT NOT NULL,
    the_order TEXT NOT NULL,
    expected_s REAL NOT NULL,
    state TEXT NOT NULL CHECK (state IN ('pending', 'running', 'verified', 'done', 'failed')),
    tries INTEGER NOT NULL DEFAULT 0,
    due_s REAL NOT NULL DEFAULT 0,
    folder TEXT,
    outcome TEXT,
    files TEXT NOT NULL DEFAULT '[]',
    engine TEXT,
    taken_s REAL,
    ended_s REAL,
    problem TEXT NOT NULL DEFAULT '',
    remedy TEXT NOT NULL DEFAULT ''
) WITHOUT ROWID;
CREATE INDEX IF NOT EXISTS films_by_state ON films (planned, state, due_s, number);
CREATE TABLE IF NOT EXISTS attempts (
    id INTEGER PRIMARY KEY,
    name TEXT NOT NULL,
    worker TEXT NOT NULL,
    began_s REAL NOT NULL,
    ended_s REAL,
    result TEXT,
    problem TEXT NOT NULL DEFAULT ''
);
CREATE INDEX IF NOT EXISTS attempts_by_name ON attempts (name);
CREATE TABLE IF NOT EXISTS bad_rows (
    planned INTEGER NOT NULL,
    number INTEGER NOT NULL,
    bad_row TEXT NOT NULL
);
CREATE TABLE IF NOT EXISTS facts (key TEXT PRIMARY KEY, value TEXT NOT NULL) WITHOUT ROWID;
"""


class Plan:
    """A manifest that is being taken up; see `Ledger.planning`."""

    def __init__(self, db: sqlite3.Connection, number: int) -> None:
        self._db = db
        self.number = number

    def take(self, order: Order, *, is_put_off: bool = False) -> None:
        """Plans a film: one that is done stays done where it is made of the same.

        Args:
            order: The film.
            is_put_off: Whether it is to wait for another run where it was known, and not begun.
        """
        made_of = order.made_of
        row = self._db.execute("SELECT state FROM films WHERE name = ?", [order.name]).fetchone()
        if row is None:
            self._db.execute(
                "INSERT INTO films (name, planned, number, made_of, the_order, expected_s, state) "
                "VALUES (?, ?, ?, ?, ?, ?, 'pending')",
                [order.name, self.number, order.number, made_of, order.to_json(), order.expected_s],
            )
            return
        self._db.execute(
            "UPDATE films SET planned = ?, number = ?, the_order = ?, expected_s = ?, "
            "made_of = ?, tries = 0, due_s = ?, "
            "state = CASE WHEN made_of = ? THEN state ELSE 'pending' END WHERE name = ?",
            [
                *(self.number, order.number, order.to_json(), order.expected_s),
                *(made_of, NEVER if is_put_off and row["state"] == "pending" else 0),
                *(made_of, order.name),
            ],
        )

    def refuse(self, number: int, rows: Iterable[BadRow]) -> None:
        """Notes what is wrong with a row."""
        for row in rows:
            told = json.dumps(asdict(row), ensure_ascii=False)
            self._db.execute("INSERT INTO bad_rows VALUES (?, ?, ?)", [self.number, number, told])
