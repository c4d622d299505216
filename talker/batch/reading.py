"""Manifests of every kind, opened."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from talker.batch.json_rows import json_defaults, json_rows
from talker.batch.rows import Row, Rows
from talker.batch.tables import table_header, table_rows
from talker.batch.yaml_rows import yaml_defaults, yaml_rows
from talker.errors import UsageError

TABLES = (".csv", ".tsv")
LINES = (".jsonl", ".ndjson")
TREES = (".yaml", ".yml")
TEXTS = (".txt", ".text", ".md")
"""Of a folder's files, those that are said."""

_FENCE = "---"


def read_rows(manifest: Path) -> Rows:
    """Opens a manifest: a table, lines of JSON, YAML, or a folder of texts.

    Raises:
        UsageError: There is no such file, it is of no such kind, or its header is wrong.
    """
    if manifest.is_dir():
        return Rows(Row(0, 0), _of_folder(manifest), manifest.absolute())
    suffix, folder = manifest.suffix.lower(), manifest.absolute().parent
    if not manifest.is_file():
        raise UsageError(
            f"There is no manifest '{manifest}'.", "Name a .csv, .jsonl or .yaml file, or a folder."
        )
    if suffix in TABLES:
        return Rows(Row(0, 1), table_rows(manifest, *table_header(manifest)), folder)
    if suffix in LINES:
        defaults, skipped = json_defaults(manifest)
        return Rows(defaults, json_rows(manifest, skipped), folder)
    if suffix in TREES:
        return Rows(yaml_defaults(manifest), yaml_rows(manifest), folder)
    raise UsageError(
        f"'{manifest}' is no manifest.",
        f"Give a folder of texts, or a file that ends with one of: "
        f"{', '.join((*TABLES, *LINES, *TREES))}.",
    )


def _of_folder(folder: Path) -> Iterator[Row]:
    files = sorted(file for file in folder.iterdir() if file.suffix.lower() in TEXTS)
    for number, file in enumerate(files, 1):
        column = "script" if _is_script(file) else "text_file"
        yield Row(number, 0, {column: str(file.absolute())}, place=file.name)


def _is_script(file: Path) -> bool:
    """Whether a text begins as a script does; one that cannot be read is told later."""
    if file.suffix.lower() != ".md":
        return False
    try:
        with file.open(encoding="utf-8-sig", errors="replace") as stream:
            return stream.readline().rstrip() == _FENCE
    except OSError:
        return False
