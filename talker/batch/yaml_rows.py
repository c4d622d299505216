"""The rows of a YAML manifest, read as they are asked for: a list, or `defaults:` and `jobs:`."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import yaml

from talker.batch.rows import NOT_UTF8, Row, row_of
from talker.errors import UsageError

_FORM = "Write a list of jobs, each as lines of: text: Good evening."
_JOBS, _DEFAULTS = "jobs", "defaults"
# The C reader is ten times as fast; both give the same events.
_READER: Any = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
_REPLACED = "\ufffd"
_EMPTY = ("", "~", "null")


def yaml_defaults(manifest: Path) -> Row:
    """What the manifest says for all rows.

    Raises:
        UsageError: It is no YAML of jobs as far as that, or says what holds for all after the jobs.
    """
    for row in _read(manifest, rows=False):
        return row
    return Row(0, 1)


def yaml_rows(manifest: Path) -> Iterator[Row]:
    """The jobs; the last row is a bad one where the manifest is no YAML from there on."""
    yield from _read(manifest, rows=True)


def _read(manifest: Path, *, rows: bool) -> Iterator[Row]:
    # The C reader takes no bytes that are no UTF-8; what stands in their place is told later.
    with manifest.open(encoding="utf-8-sig", errors="replace") as stream:
        events = _Events(stream)
        number = 0
        try:
            root = events.root()
            if isinstance(root, yaml.MappingStartEvent):
                for name in events.names():
                    if name == _JOBS:
                        break
                    if name != _DEFAULTS:
                        raise UsageError(
                            f"There is no '{name}' in a manifest ('{manifest}').",
                            "Its parts are: defaults, jobs.",
                        )
                    defaults = events.row(0)
                    if not rows:
                        yield defaults
                        return
                root = events.next()
            if not isinstance(root, yaml.SequenceStartEvent):
                raise UsageError(f"'{manifest}' holds no list of jobs.", _FORM)
            if not rows:
                return
            while not events.is_at_end_of_list():
                number += 1
                yield events.row(number)
        except yaml.YAMLError as error:
            if not rows:
                return  # told with the rows
            reason = getattr(error, "problem", None) or "it cannot be read"
            problem = (f"It is no YAML from here on ({reason}).", _FORM)
            yield Row(number + 1, events.line, problem=problem)


class _Events:
    """The stream's events, one ahead."""

    def __init__(self, stream: Any) -> None:
        self._events: Iterator[Any] = iter(yaml.parse(stream, _READER))
        self._ahead: Any = None
        self.line = 1

    def next(self) -> Any:
        event, self._ahead = self._ahead or next(self._events), None
        self.line = event.start_mark.line + 1
        return event

    def root(self) -> Any:
        """The first event of what the document holds."""
        while True:
            event = self.next()
            if not isinstance(event, yaml.StreamStartEvent | yaml.DocumentStartEvent):
                return event

    def names(self) -> Iterator[str]:
        """The names of a mapping; whoever asks reads the values."""
        while not isinstance(event := self.next(), yaml.MappingEndEvent):
            yield str(getattr(event, "value", ""))

    def is_at_end_of_list(self) -> bool:
        self._ahead = self._ahead or next(self._events)
        return isinstance(self._ahead, yaml.SequenceEndEvent)

    def row(self, number: int) -> Row:
        """A mapping of names and single values."""
        start = self.next()
        line = self.line
        if not isinstance(start, yaml.MappingStartEvent):
            self._skip(start)
            return Row(number, line, problem=("It holds no names and values.", _FORM))
        pairs: list[tuple[str, object]] = []
        while not isinstance(name := self.next(), yaml.MappingEndEvent):
            value = self.next()
            plain = _text_of(value)
            self._skip(value)
            pairs.append((str(getattr(name, "value", "")), plain))
        if any(_REPLACED in str(value) for _, value in pairs):
            return Row(number, line, problem=NOT_UTF8)
        return row_of(number, line, pairs)

    def _skip(self, start: Any) -> None:
        """Reads to the end of what has begun."""
        depth = isinstance(start, yaml.CollectionStartEvent)
        while depth:
            event = self.next()
            depth += isinstance(event, yaml.CollectionStartEvent)
            depth -= isinstance(event, yaml.CollectionEndEvent)


def _text_of(event: Any) -> object:
    """The text of a single value as it stands there, "" for none; a list for all else."""
    if not isinstance(event, yaml.ScalarEvent):
        return []
    is_plain = event.implicit[0]
    return "" if is_plain and event.value in _EMPTY else event.value
