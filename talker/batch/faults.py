"""What is wrong with a row, gathered until all of it is known."""

from __future__ import annotations

from collections.abc import Callable, Hashable
from typing import Generic, ParamSpec, TypeVar

from talker.batch.order import BadRow
from talker.batch.rows import Row
from talker.errors import TalkerError

Value = TypeVar("Value")
Given = ParamSpec("Given")

_SHOWN = 60
_REMEMBERED = 512


class Faults:
    """Gathers what is wrong with one row."""

    def __init__(self, row: Row) -> None:
        self._row = row
        self.found: list[BadRow] = []

    def add(self, column: str, problem: str, remedy: str, value: str | None = None) -> None:
        """Notes something that is wrong."""
        given = self._row.values.get(column, "") if value is None else value
        shown = given if len(given) <= _SHOWN else f"{given[: _SHOWN - 1]}…"
        row = self._row
        self.found.append(BadRow(row.where, row.line, column, shown, problem, remedy))

    def tried(self, column: str, make: Callable[[], Value]) -> Value | None:
        """What a function returns; None where it says what is wrong with a column."""
        try:
            return make()
        except TalkerError as error:
            self.add(column, error.problem, error.remedy)
            return None


class Remembered(Generic[Given, Value]):
    """A function whose last answers, and errors, are remembered by what it was asked."""

    def __init__(self, ask: Callable[Given, Value]) -> None:
        self._ask = ask
        self._answers: dict[Hashable, Value | TalkerError] = {}

    def __call__(self, *given: Given.args, **named: Given.kwargs) -> Value:
        """The answer."""
        key = (*given, *named.items())
        if key not in self._answers:
            if len(self._answers) >= _REMEMBERED:
                self._answers.clear()
            try:
                self._answers[key] = self._ask(*given, **named)
            except TalkerError as error:
                self._answers[key] = error
        answer = self._answers[key]
        if isinstance(answer, TalkerError):
            raise answer
        return answer
