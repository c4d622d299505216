"""What a user sees: progress, tables and error panels. The only module that knows rich."""

from __future__ import annotations

import json
import sys
import time
import traceback
from collections.abc import Generator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any, NoReturn

from rich import box
from rich.console import Console
from rich.markup import escape
from rich.panel import Panel
from rich.progress import (
    BarColumn,
    Progress,
    ProgressColumn,
    SpinnerColumn,
    Task,
    TextColumn,
    TimeRemainingColumn,
)
from rich.table import Table
from rich.text import Text

from talker.errors import TalkerError
from talker.progress import Advance, Reporter, Unit, size_of

INTERRUPTED = 130
"""Exit code after Ctrl-C: 128 and the number of SIGINT."""


@dataclass(frozen=True, slots=True)
class Manner:
    """How a command speaks to its user.

    Attributes:
        quiet: No progress and no result, errors only.
        json: One JSON value on standard output, everything else on standard error.
        debug: A traceback with every error.
    """

    quiet: bool = False
    json: bool = False
    debug: bool = False


@contextmanager
def job(manner: Manner) -> Generator[Reporter]:
    """Runs a command: its progress goes to standard error, its failure into one red panel.

    Args:
        manner: How to speak.

    Yields:
        The reporter to hand to the library.

    Raises:
        SystemExit: With 1 or 2 for a failed job, 130 after Ctrl-C.
    """
    try:
        yield reporter_for(manner)
    except TalkerError as error:
        fail(error, manner)
    except KeyboardInterrupt:
        err().print(Text("Stopped. No half-made file is left.", style="yellow"))
        sys.exit(INTERRUPTED)
    except Exception as error:
        fault = TalkerError(
            f"A fault in talker itself: {type(error).__name__}: {error}",
            "Run the command again with --debug and report what it prints.",
        )
        fault.__cause__ = error
        fail(fault, manner)


def reporter_for(manner: Manner) -> Reporter:
    """Bars on a terminal, lines elsewhere, silence on request."""
    if manner.quiet:
        return Reporter()
    return BarReporter() if err().is_terminal else LineReporter()


def fail(error: TalkerError, manner: Manner) -> NoReturn:
    """Prints an error and leaves with its exit code."""
    if manner.debug:
        traceback.print_exception(error.__cause__ or error, file=sys.stderr)
    if manner.json:
        failure = {"problem": error.problem, "remedy": error.remedy, "exit_code": error.exit_code}
        print_json({"error": failure})
    body = Text(error.problem)
    body.append(f"\n\n{error.remedy}", style="bold")
    err().print(Panel.fit(body, title="Error", title_align="left", border_style="red"))
    sys.exit(error.exit_code)


def print_json(value: object) -> None:
    """Writes one JSON value to standard output."""
    sys.stdout.write(json.dumps(value, ensure_ascii=False, indent=2) + "\n")


def print_facts(title: str, facts: Mapping[str, str]) -> None:
    """Prints a small table of names and values."""
    table = Table(title=title, title_justify="left", box=box.ROUNDED, show_header=False)
    table.add_column(style="bold")
    table.add_column(overflow="fold")
    for name, value in facts.items():
        table.add_row(name, escape(value))
    out().print(table)


def print_rows(title: str, rows: Sequence[Mapping[str, str]]) -> None:
    """Prints a table whose columns are the keys of its rows."""
    table = Table(title=title, title_justify="left", box=box.ROUNDED)
    for name in rows[0] if rows else ():
        table.add_column(name, overflow="fold")
    for row in rows:
        table.add_row(*(escape(value) for value in row.values()))
    out().print(table)


def print_line(line: str) -> None:
    """Prints one plain line to standard output, never wrapped."""
    sys.stdout.write(line + "\n")


class LineReporter(Reporter):
    """One plain line a stage, for logs and pipes."""

    def note(self, line: str) -> None:
        """Prints the line."""
        sys.stderr.write(line + "\n")

    def warn(self, line: str) -> None:
        """Prints the line as a warning."""
        sys.stderr.write(f"Warning: {line}\n")

    @contextmanager
    def stage(self, name: str, total: float | None, unit: Unit) -> Generator[Advance]:
        """Prints a line when the stage is done."""
        started_s = time.monotonic()
        done = 0.0

        def advance(amount: float) -> None:
            nonlocal done
            done += amount

        yield advance
        taken_s = max(time.monotonic() - started_s, 1e-3)
        speed = speed_of(done / taken_s, unit)
        sys.stderr.write(f"{name}: {amount_of(done, unit)} in {taken_s:.1f} s ({speed})\n")


class BarReporter(Reporter):
    """A bar a stage with speed and time left, for a terminal."""

    def __init__(self) -> None:
        self._console = err()

    def note(self, line: str) -> None:
        """Prints the line, above the bar where one is shown."""
        self._console.print(Text(line, style="dim"))

    def warn(self, line: str) -> None:
        """Prints the line as a warning."""
        self._console.print(Text(f"Warning: {line}", style="yellow"))

    @contextmanager
    def stage(self, name: str, total: float | None, unit: Unit) -> Generator[Advance]:
        """Shows a bar while the stage lasts."""
        progress = Progress(
            SpinnerColumn(),
            TextColumn("{task.description}"),
            BarColumn(),
            AmountColumn(unit),
            TimeRemainingColumn(compact=True, elapsed_when_finished=True),
            console=self._console,
        )
        with progress:
            task = progress.add_task(escape(name), total=total)
            yield lambda amount: progress.advance(task, amount)
            if total is None:
                progress.update(task, total=max(progress.tasks[0].completed, 1))


class AmountColumn(ProgressColumn):
    """What is done of how much, and the speed."""

    def __init__(self, unit: Unit) -> None:
        super().__init__()
        self._unit: Unit = unit

    def render(self, task: Task) -> Text:
        """Text such as "120/400 frames  85 frames/s"."""
        done = amount_of(task.completed, self._unit)
        if task.total is not None and not task.finished:
            done = f"{done} of {amount_of(task.total, self._unit)}"
        speed = task.finished_speed or task.speed
        return Text(f"{done}  {speed_of(speed, self._unit)}" if speed else done, style="cyan")


def amount_of(count: float, unit: Unit) -> str:
    """A count with its unit, such as "63.1 MB"."""
    if unit == "bytes":
        return size_of(count)
    if unit == "seconds":
        return f"{count:.1f} s"
    return f"{count:.0f} {unit}"


def speed_of(count_per_s: float, unit: Unit) -> str:
    """A speed with its unit; seconds of film a second are "times real time"."""
    if unit == "seconds":
        return f"{count_per_s:.1f} x real time"
    return f"{amount_of(count_per_s, unit)}/s"


def out() -> Console:
    """Standard output as it is now; without a terminal lines are never wrapped."""
    return console_on(sys.stdout)


def err() -> Console:
    """Standard error as it is now; without a terminal lines are never wrapped."""
    return console_on(sys.stderr)


def console_on(stream: Any) -> Console:
    """A console that keeps paths and commands on one line where no terminal limits the width."""
    is_terminal = stream.isatty()
    return Console(
        file=stream, width=None if is_terminal else 10_000, highlight=False, soft_wrap=False
    )
