"""What a user sees: progress, tables and error panels. The only module that knows rich."""

from __future__ import annotations

import logging
import os
import sys
import time
import traceback
from collections.abc import Callable, Generator, Mapping, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass, replace
from json import dumps
from typing import TYPE_CHECKING, NoReturn, TextIO

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

from talker.errors import TalkerError, WriteError
from talker.printing import printing, write_line
from talker.progress import Advance, ByteCount, Cell, Reporter, Unit, size_of

if TYPE_CHECKING:
    from talker.thumbnails import Thumbnail

INTERRUPTED = 130
"""Exit code after Ctrl-C: 128 and the number of SIGINT."""

SHOWN = 6
"""Of a long list in a table cell; JSON has it whole."""


@dataclass(frozen=True, slots=True)
class Session:
    """One command's line to its user.

    Attributes:
        reporter: To hand to the library; writes to standard error.
        json: Whether results are JSON.
        quiet: Whether results are kept back, unless they are JSON.
    """

    reporter: Reporter
    json: bool
    quiet: bool

    def show(
        self, title: str, facts: Mapping[str, object], summary: Mapping[str, Cell] | None = None
    ) -> None:
        """Prints a result: a small table of names and values.

        Args:
            title: Above the table.
            facts: For a program.
            summary: For a reader; None for the same.
        """
        if self.json:
            _print_json(facts)
        elif not self.quiet:
            table = _table(title, show_header=False)
            table.add_column(style="bold")
            table.add_column(overflow="fold")
            for name, value in (summary or facts).items():
                if value is not None:
                    table.add_row(name.replace("_", " "), escape(_cell(value)))
            _print(table)

    def show_rows(self, title: str, rows: Sequence[Mapping[str, Cell]]) -> None:
        """Prints a table whose columns are the keys of its rows."""
        if self.json:
            _print_json(rows)
        elif not self.quiet:
            _print(_rows_table(title, rows))

    def show_pictures(self, find: Callable[[int], Sequence[Thumbnail]]) -> None:
        """Prints pictures side by side over their names, where standard output can show them.

        Args:
            find: Finds them, so many pixels wide and high; called only where they are shown.
        """
        if self.json or self.quiet or not sys.stdout.isatty():
            return
        from talker.terminal_pictures import SIDE, picture_grid, way_of

        console = _console_on(sys.stdout)
        if console.no_color or console.color_system is None or console.encoding != "utf-8":
            return
        way = way_of(os.environ, true_colour=console.color_system == "truecolor")
        if way is not None:
            shown = [replace(picture, name=_printable(picture.name)) for picture in find(SIDE)]
            write_line("\n" + picture_grid(shown, console.width, way))

    def tell_rows(self, title: str, rows: Sequence[Mapping[str, Cell]]) -> None:
        """Prints a table of what is wrong beside the result, to standard error."""
        _console_on(sys.stderr).print(_rows_table(title, rows))

    def show_line(self, line: str) -> None:
        """Prints one plain line."""
        write_line(line)


@contextmanager
def session(*, quiet: bool = False, json: bool = False, debug: bool = False) -> Generator[Session]:
    """Runs a command: its progress goes to standard error, its failure into one red panel.

    Args:
        quiet: Nothing but errors.
        json: One JSON value on standard output, everything else on standard error.
        debug: A traceback with an error.

    Yields:
        What the command talks through.

    Raises:
        SystemExit: With the error's exit code, or 130 after Ctrl-C.
    """
    reporter = _reporter(quiet)
    log, handler = logging.getLogger("talker"), _LogWarnings(reporter)
    log.addHandler(handler)
    try:
        yield Session(reporter, json, quiet)
    except TalkerError as error:
        _fail(error, json=json, debug=debug)
    except KeyboardInterrupt:
        _console_on(sys.stderr).print("Stopped. No half-made file is left.", style="yellow")
        sys.exit(INTERRUPTED)
    except ImportError as error:
        broken = TalkerError(
            f"talker is not installed whole: {error}.",
            "See what is missing with: talker doctor; then install talker again.",
        )
        broken.__cause__ = error
        _fail(broken, json=json, debug=debug)
    except Exception as error:
        fault = TalkerError(
            f"A fault in talker itself: {type(error).__name__}: {error}",
            "Run the command again with --debug and report what it prints.",
        )
        fault.__cause__ = error
        _fail(fault, json=json, debug=debug)
    finally:
        log.removeHandler(handler)


class _LogWarnings(logging.Handler):
    """Hands what the library logs as a warning to the user."""

    def __init__(self, reporter: Reporter) -> None:
        super().__init__(logging.WARNING)
        self._reporter = reporter

    def emit(self, record: logging.LogRecord) -> None:
        self._reporter.warn(record.getMessage())


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
        speed = _speed_of(done / taken_s, unit)
        sys.stderr.write(f"{name}: {_amount_of(done, unit)} in {taken_s:.1f} s ({speed})\n")


class BarReporter(Reporter):
    """A bar a stage with speed and time left, for a terminal."""

    def __init__(self) -> None:
        self._console = _console_on(sys.stderr)

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
        done = _amount_of(task.completed, self._unit)
        if task.total is not None and not task.finished:
            so_far = done if self._unit == "bytes" else done.partition(" ")[0]
            done = f"{so_far} of {_amount_of(task.total, self._unit)}"
        speed = task.finished_speed or task.speed
        return Text(f"{done}  {_speed_of(speed, self._unit)}" if speed else done, style="cyan")


def _amount_of(count: float, unit: Unit) -> str:
    """A count with its unit, such as "63.1 MB"."""
    if unit == "bytes":
        return size_of(count)
    if unit == "seconds":
        return f"{count:.1f} s"
    return f"{count:.0f} {unit}"


def _speed_of(count_per_s: float, unit: Unit) -> str:
    """A speed with its unit; seconds of film a second are "times real time"."""
    if unit == "seconds":
        return f"{count_per_s:.1f} x real time"
    return f"{_amount_of(count_per_s, unit)}/s"


def _reporter(quiet: bool) -> Reporter:
    if quiet:
        return Reporter()
    return BarReporter() if sys.stderr.isatty() else LineReporter()


def _fail(error: TalkerError, *, json: bool, debug: bool) -> NoReturn:
    """Prints an error and leaves with its exit code."""
    if debug:
        traceback.print_exception(error, file=sys.stderr)
    if json:
        failure = {"problem": error.problem, "remedy": error.remedy, "exit_code": error.exit_code}
        with suppress(WriteError):
            _print_json({"error": failure})
    body = Text(_printable(error.problem))
    body.append(f"\n\n{_printable(error.remedy)}", style="bold")
    panel = Panel.fit(body, title="Error", title_align="left", border_style="red")
    _console_on(sys.stderr).print(panel)
    sys.exit(error.exit_code)


def _printable(text: str) -> str:
    """The text with what would steer a terminal, as a name given by the user may, spelled out."""
    return "".join(
        sign if sign.isprintable() or sign == "\n" else sign.encode("unicode_escape").decode()
        for sign in text
    )


def _print_json(value: object) -> None:
    write_line(dumps(value, ensure_ascii=False, indent=2, default=str))


def _print(table: Table) -> None:
    with printing():
        _console_on(sys.stdout).print(table)


def _rows_table(title: str, rows: Sequence[Mapping[str, Cell]]) -> Table:
    table = _table(title)
    for name in rows[0] if rows else ():
        table.add_column(name.replace("_", " "), overflow="fold")
    for row in rows:
        table.add_row(*(escape(_printable(_cell(value))) for value in row.values()))
    return table


def _table(title: str, *, show_header: bool = True) -> Table:
    return Table(title=title, title_justify="left", box=box.ROUNDED, show_header=show_header)


def _cell(value: object) -> str:
    """A value as a table shows it."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, ByteCount):
        return size_of(value)
    if isinstance(value, float):
        return f"{value:.2f}"
    if isinstance(value, Sequence) and not isinstance(value, str):
        more = [f"and {len(value) - SHOWN} more"] if len(value) > SHOWN + 1 else []
        return ", ".join([*value[:SHOWN], *more] if more else value)
    return str(value)


def _console_on(stream: TextIO) -> Console:
    """A console that wraps no path and no command where no terminal limits the width."""
    width = None if stream.isatty() else 10_000
    return Console(file=stream, width=width, highlight=False)
