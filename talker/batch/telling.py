"""What a batch has to say to whoever ran it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict

from talker.batch.job import BatchResult
from talker.batch.order import BadRow
from talker.batch.preflight import Preflight
from talker.batch.reporting import plain_facts
from talker.progress import Cell

INTERRUPTED = 130


def bad_row_table(rows: Sequence[BadRow]) -> list[dict[str, Cell]]:
    """What is wrong with rows, for a table."""
    return [
        {
            "row": row.place,
            "column": row.column,
            "value": row.value,
            "what is wrong": row.problem,
            "what to do": row.remedy,
        }
        for row in rows
    ]


def summary(result: BatchResult) -> dict[str, Cell]:
    """The result for a reader, in few lines."""
    many = f"{result.made} made now" if result.made != result.done else ""
    failed = [failure.name for failure in result.failed]
    return {
        "films": f"{result.done} of {result.films} done" + (f", {many}" if many else ""),
        "folder": str(result.folder),
        "failed": failed or None,
        "wrong rows": result.wrong or None,
        "still to make": result.left or None,
        "length": f"{result.length_s:.1f} s made at {result.speed:.2f} x real time",
        "time": f"{result.taken_s:.1f} s",
        "report": str(result.report),
        "go on with": None if result.is_whole else result.rerun,
    }


def exit_code(result: BatchResult) -> int:
    """0 where all is there, 130 after Ctrl-C, else 1."""
    if result.was_stopped:
        return INTERRUPTED
    return 0 if result.is_whole else 1


def facts(result: BatchResult) -> dict[str, object]:
    """The result for a program."""
    return plain_facts(result)


def plan_facts(found: Preflight) -> dict[str, object]:
    """What a batch would do, for a program."""
    return {**found.facts, "bad_rows": [asdict(row) for row in found.bad_rows]}
