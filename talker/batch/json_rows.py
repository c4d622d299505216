"""Lines of JSON as manifests, row by row; the first may say what holds for all."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any, cast

from talker.batch.rows import NOT_UTF8, Row, is_broken, row_of

_DEFAULTS = "defaults"


def json_defaults(manifest: Path) -> tuple[Row, int]:
    """What the first line says for all, and how many lines that takes."""
    with manifest.open(encoding="utf-8-sig", errors="surrogateescape") as stream:
        first = stream.readline()
    try:
        told: Any = json.loads(first)
    except ValueError:
        return Row(0, 1), 0
    if isinstance(told, dict) and set(cast("dict[str, Any]", told)) == {_DEFAULTS}:
        given: Any = told[_DEFAULTS]
        if isinstance(given, dict):
            return row_of(0, 1, cast("dict[str, Any]", given).items()), 1
    return Row(0, 1), 0


def json_rows(manifest: Path, skipped: int) -> Iterator[Row]:
    """The rows after so many lines."""
    number = 0
    with manifest.open(encoding="utf-8-sig", errors="surrogateescape") as stream:
        for line, written in enumerate(stream, 1):
            if line <= skipped or not written.strip():
                continue
            number += 1
            yield _of_line(number, line, written)


def _of_line(number: int, line: int, written: str) -> Row:
    if is_broken(written):
        return Row(number, line, problem=NOT_UTF8)
    try:
        told: Any = json.loads(written)
    except (ValueError, RecursionError) as error:
        reason = error.msg if isinstance(error, json.JSONDecodeError) else "it cannot be read"
        problem = (f"The line is no JSON ({reason}).", 'Write {"text": "Good evening."}')
        return Row(number, line, problem=problem)
    if not isinstance(told, dict):
        problem = ("The line holds no names and values.", 'Write {"text": "Good evening."}')
        return Row(number, line, problem=problem)
    return row_of(number, line, cast("dict[str, Any]", told).items())
