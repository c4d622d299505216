"""Tables as manifests: CSV and its like, row by row."""

from __future__ import annotations

import csv
from collections.abc import Iterator
from pathlib import Path

from talker.batch.columns import COLUMNS, column_of, unknown_column
from talker.batch.rows import NOT_UTF8, Row, is_broken, row_of
from talker.errors import MediaError, UsageError


def table_header(manifest: Path) -> tuple[list[str], str]:
    """The columns of a table, and what stands between them.

    Raises:
        UsageError: A column that there is not; all of them are named.
    """
    with manifest.open(encoding="utf-8-sig", errors="surrogateescape", newline="") as stream:
        lines = [line for line in (stream.readline(), stream.readline()) if line.strip()]
    if not lines:
        raise UsageError(f"The manifest '{manifest}' is empty.", "Begin it with: text,out")
    if is_broken(lines[0]):
        raise MediaError(f"'{manifest}': {NOT_UTF8[0]}", NOT_UTF8[1])
    delimiter = max(",;\t", key=lambda sign: _known(lines[0], sign))
    names = next(csv.reader([lines[0]], delimiter=delimiter))
    columns = [column_of(name) for name in names]
    wrong = [name for name, column in zip(names, columns, strict=True) if column not in COLUMNS]
    if wrong:
        told = " ".join(unknown_column(name)[0] for name in wrong)
        raise UsageError(f"In line 1 of '{manifest}': {told}", unknown_column(wrong[0])[1])
    double = next((column for column in columns if columns.count(column) > 1), None)
    if double is not None:
        raise UsageError(
            f"In line 1 of '{manifest}': the column '{double}' is there twice.", "Keep one of them."
        )
    return columns, delimiter


def _known(header: str, delimiter: str) -> int:
    names = next(csv.reader([header], delimiter=delimiter), [])
    return sum(column_of(name) in COLUMNS for name in names)


def table_rows(manifest: Path, columns: list[str], delimiter: str) -> Iterator[Row]:
    """The rows below the header."""
    with manifest.open(encoding="utf-8-sig", errors="surrogateescape", newline="") as stream:
        reader = csv.reader(stream, delimiter=delimiter, strict=True)
        number, line = 0, 1
        while True:
            line = reader.line_num + 1
            try:
                cells = next(reader)
            except StopIteration:
                return
            except csv.Error as error:
                number += 1
                yield Row(number, line, problem=_of_csv(error))
                continue
            if line == 1 or not any(cell.strip() for cell in cells):
                continue
            number += 1
            if any(is_broken(cell) for cell in cells):
                yield Row(number, line, problem=NOT_UTF8)
            elif len(cells) > len(columns):
                problem = f"The row has {len(cells)} values for {len(columns)} columns."
                remedy = f'Put text that has a {delimiter!r} in it in "quotes".'
                yield Row(number, line, problem=(problem, remedy))
            else:
                yield row_of(number, line, zip(columns, cells, strict=False))


def _of_csv(error: csv.Error) -> tuple[str, str]:
    remedy = 'Close every quotation mark, and write one inside a "text" as two: "".'
    if "unexpected end" in str(error) or "field larger" in str(error):
        return "A quotation mark is opened in it and never closed.", remedy
    return f"It is no row of a table ({error}).", remedy
