"""A row of a manifest as it stands there, whatever kind of file that is."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import Path

from talker.batch.columns import COLUMNS, column_of

NOT_UTF8 = (
    "It is no text in UTF-8.",
    "Save the manifest as UTF-8; an old Chinese one is turned with: iconv -f GB18030 -t UTF-8",
)
"""What is wrong with bytes that are none, and the remedy."""


@dataclass(frozen=True, slots=True)
class Row:
    """A row as it was given.

    Attributes:
        number: From 1.
        line: Number of the line on which it begins; 0 where there are no lines.
        values: Text by column; what is empty is left out.
        unknown: Columns that there are not, as they were written, with their values.
        problem: Why it cannot be read, and the remedy; None where it can.
        place: Where it stands, if not in a line.
    """

    number: int
    line: int
    values: Mapping[str, str] = field(default_factory=dict[str, str])
    unknown: Mapping[str, str] = field(default_factory=dict[str, str])
    problem: tuple[str, str] | None = None
    place: str = ""

    @property
    def where(self) -> str:
        """Where it stands, for a reader."""
        return self.place or f"line {self.line}"


@dataclass(frozen=True, slots=True)
class Rows:
    """A manifest being read.

    Attributes:
        defaults: What its header says for all rows.
        rows: Read as they are asked for.
        folder: From where it names files.
    """

    defaults: Row
    rows: Iterable[Row]
    folder: Path


def row_of(number: int, line: int, pairs: Iterable[tuple[str, object]]) -> Row:
    """A row of names and values; what is no plain value makes it a bad one."""
    values: dict[str, str] = {}
    unknown: dict[str, str] = {}
    for name, value in pairs:
        plain = _plain(value)
        if plain is None:
            problem = f"The value of '{name}' is a list or a table."
            return Row(number, line, problem=(problem, "Give one text, number, true or false."))
        column = column_of(name)
        if column in values:
            problem = (f"The row gives '{column}' twice.", "Keep one of them.")
            return Row(number, line, problem=problem)
        if column not in COLUMNS:
            unknown[name] = plain
        elif plain.strip():
            values[column] = plain.strip()
    return Row(number, line, values, unknown)


def _plain(value: object) -> str | None:
    """A value as text; None for what is no single value."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, str | int | float):
        return str(value)
    return None


def is_broken(text: str) -> bool:
    """Whether bytes of it were no UTF-8; they were read as lone surrogates."""
    try:
        text.encode()
    except UnicodeEncodeError:
        return True
    return False
