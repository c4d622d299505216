"""A batch from its manifest to its report."""

from __future__ import annotations

import shlex
import sqlite3
import time
from collections.abc import Callable, Sequence
from pathlib import Path

from talker.batch.dispatching import Dispatcher, Progress, Stopping, stopping
from talker.batch.folder import Folder
from talker.batch.job import RUNNERS, BatchJob, BatchResult, Failure
from talker.batch.ledger import LEDGER, Ledger
from talker.batch.naming import FOLDER_NAME, USUAL_NAME
from talker.batch.order import BadRow, Order
from talker.batch.reading import read_rows
from talker.batch.reporting import write_reports
from talker.batch.runners.crew import posts, studio_of
from talker.batch.runners.runner import Runner
from talker.batch.vetting import Vetting
from talker.errors import UsageError, WriteError
from talker.narration.keeping import Keep, kept_home
from talker.progress import Reporter

SILENT = Reporter()

Refuse = Callable[[Sequence[BadRow]], None]
"""Told, before anything is rendered, of all that is wrong with the manifest."""


def run_batch(
    job: BatchJob, reporter: Reporter = SILENT, refuse: Refuse = lambda rows: None
) -> BatchResult:
    """Makes the films of a manifest that are not there yet.

    Whenever it is ended, by whatever means, the same call goes on where it was.

    Args:
        job: What is asked for.
        reporter: Told how far it is, and of every failure.
        refuse: Told of the rows that cannot be made; the others are.

    Returns:
        What became of it.

    Raises:
        UsageError: The manifest cannot be read, or another run works in the folder.
        WriteError: The folder cannot be written to.
    """
    started_s = time.monotonic()
    check_job(job)
    vetting = vetting_of(job)
    folder = Folder(job.folder)
    with folder.held():
        ledger = Ledger(folder.path / LEDGER)
        try:
            settled = folder.settle(ledger)
            plan(job, vetting, ledger, folder)
            bad_rows = ledger.bad_rows()
            if bad_rows:
                refuse(bad_rows)
            _look_again(ledger, folder)
            with stopping(reporter) as wanted, Keep(kept_home()):
                made, length_s, runner = _render(job, ledger, folder, reporter, wanted)
            result = _result(
                job, ledger, folder, (made + settled, length_s), runner, started_s, wanted
            )
            write_reports(result, job, ledger)
        except sqlite3.OperationalError as error:
            raise WriteError(
                f"The ledger '{folder.path / LEDGER}' cannot be written to: {error}.",
                "Free some space on the disk, then run the same command again.",
            ) from error
        finally:
            ledger.close()
    return result


def vetting_of(job: BatchJob) -> Vetting:
    """Opens the manifest of a job; raises as `read_rows` and `Vetting`."""
    usual = FOLDER_NAME if job.manifest.is_dir() else USUAL_NAME
    return Vetting(read_rows(job.manifest), job.defaults, job.name or usual)


def check_job(job: BatchJob) -> None:
    """Refuses what no batch can be run with.

    Raises:
        UsageError: Such as a runner that there is not.
    """
    if job.runner not in RUNNERS:
        raise UsageError(
            f"There is no runner '{job.runner}'.", f"Choose one of: {', '.join(RUNNERS)}."
        )
    if job.address is not None and job.runner not in ("ray", "auto"):
        raise UsageError("Only the runner ray has an address.", "Give --runner ray.")
    if job.workers is not None and job.workers < 1:
        raise UsageError(f"There cannot be {job.workers} workers.", "Give 1 or more.")
    if job.retries < 0:
        raise UsageError(f"There cannot be {job.retries} retries.", "Give 0 or more.")
    if job.folder.exists() and not job.folder.is_dir():
        raise UsageError(f"'{job.folder}' is no folder.", "Name another one with --out.")


def plan(job: BatchJob, vetting: Vetting, ledger: Ledger, folder: Folder) -> None:
    """Takes up the manifest into the ledger; if this is ended, the ledger is as it was."""
    with ledger.planning() as planned:
        for number, row in enumerate(vetting.orders(), 1):
            if isinstance(row, Order):
                taken = [] if job.overwrite else _taken(row, ledger, folder)
                if not taken:
                    planned.take(row, is_put_off=job.only_failed)
                    continue
                row = taken
            planned.refuse(number, row)


def _taken(order: Order, ledger: Ledger, folder: Folder) -> list[BadRow]:
    """What is wrong where a film's name is that of a file which is none of ours."""
    if not folder.holds(order.name) or ledger.stamps(order.name):
        return []
    problem = f"'{order.name}' is in the folder already, and not of this batch."
    line = int(order.place.removeprefix("line ")) if order.place.startswith("line ") else 0
    remedy = "Move it away, give another name, or add --overwrite."
    return [BadRow(order.place, line, "out", order.name, problem, remedy)]


def _look_again(ledger: Ledger, folder: Folder) -> None:
    """Has films made again that failed, or that are not there any more."""
    failed = [entry.order.name for entry in ledger.entries("failed")]
    gone = [
        entry.order.name
        for entry in ledger.entries("done")
        if not folder.is_there(entry, ledger.stamps(entry.order.name))
    ]
    ledger.again([*failed, *gone])


def _render(
    job: BatchJob, ledger: Ledger, folder: Folder, reporter: Reporter, wanted: Stopping
) -> tuple[int, float, str]:
    """Makes what is due; returns how many films that were, their seconds, and what made them."""
    many = ledger.waiting()
    if not many:
        return 0, 0.0, "none"
    progress = Progress()
    runner = runner_of(job, folder, many, progress)
    reporter.note(f"{many} films to make; runner: {runner.name}.")
    dispatcher = Dispatcher(ledger, folder, runner, job.retries, reporter, progress)
    total_s = ledger.expected_s("pending")
    with reporter.stage(f"Making {many} films", total_s, "seconds") as advance:

        def advanced(amount: float) -> None:
            advance(amount)
            wanted.tell()

        progress.follow(advanced)
        try:
            dispatcher.run(wanted)
        except KeyboardInterrupt:
            wanted.is_asked = True
    return dispatcher.made, dispatcher.length_s, runner.name


def runner_of(job: BatchJob, folder: Folder, many: int, progress: Progress) -> Runner:
    """The runner of a job.

    Raises:
        MissingExtraError: Ray is not installed.
    """
    if job.runner == "ray" or job.address is not None:
        from talker.batch.runners.on_ray import RayRunner

        return RayRunner(
            job.address,
            job.workers,
            stall_s=job.stall_s,
            shares_folders=job.shares_folders,
            heard=progress.hear,
        )
    if job.runner == "here" or (job.runner == "auto" and many == 1):
        from talker.batch.runners.here import HereRunner

        return HereRunner(studio_of(0), progress.hear)
    from talker.batch.runners.pool import PoolRunner

    crew = posts(job.workers)[:many]
    return PoolRunner(crew, folder.logs, job.stall_s, progress.hear)


def _result(
    job: BatchJob,
    ledger: Ledger,
    folder: Folder,
    made: tuple[int, float],
    runner: str,
    started_s: float,
    wanted: Stopping,
) -> BatchResult:
    counts = ledger.counts()
    left = counts.get("pending", 0)
    return BatchResult(
        folder=folder.path,
        report=folder.path / "report.html",
        report_json=folder.path / "report.json",
        ledger=folder.path / LEDGER,
        films=sum(counts.values()),
        done=counts.get("done", 0),
        made=made[0],
        failed=[
            Failure(entry.order.name, entry.order.place, entry.problem, entry.remedy)
            for entry in ledger.entries("failed")
        ],
        bad_rows=ledger.bad_rows(),
        left=left,
        was_stopped=wanted.is_asked and left > 0,
        length_s=made[1],
        runner=runner,
        taken_s=time.monotonic() - started_s,
        rerun=command_of(job, only_failed=not left),
    )


def command_of(job: BatchJob, *, only_failed: bool) -> str:
    """The command that goes on with a batch."""
    words: list[str | Path] = ["talker", "batch", job.manifest, "--out", job.folder]
    for name, value in job.defaults.items():
        words += ["--set", f"{name}={value}"]
    if job.name is not None:
        words += ["--name", job.name]
    if job.runner != "auto":
        words += ["--runner", job.runner]
    for option, given in (("--address", job.address), ("--workers", job.workers)):
        if given is not None:
            words += [option, str(given)]
    words += ["--only-failed"] * only_failed
    return shlex.join(map(str, words))
