from __future__ import annotations

import multiprocessing
import os
import sqlite3
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from running import ROOT

from talker.batch.folder import Folder, made_file
from talker.batch.ledger import LEDGER, Ledger, done_of
from talker.batch.order import BadRow, Order
from talker.batch.outcome import OUTCOME, Outcome, write_whole
from talker.errors import UsageError


def order_of(number: int, **changes: str) -> Order:
    fields = {"text": f"Film {number}.", **changes}
    return Order(f"film-{number}.mp4", number, f"line {number + 1}", "say", fields, expected_s=2.0)


def planned(ledger: Ledger, *orders: Order, put_off: bool = False) -> None:
    with ledger.planning() as plan:
        for order in orders:
            plan.take(order, is_put_off=put_off)


@pytest.fixture
def folder(tmp_path: Path) -> Folder:
    return Folder(tmp_path / "films")


@pytest.fixture
def ledger(folder: Folder) -> Iterator[Ledger]:
    with folder.held():
        ledger = Ledger(folder.path / LEDGER)
        yield ledger
        ledger.close()


def attempt(folder: Folder, order: Order, content: str = "film") -> tuple[Path, Outcome]:
    """A folder as a good attempt leaves it."""
    place = folder.new_attempt()
    names = [order.name, order.name.replace(".mp4", ".srt")]
    for name in names:
        (place / name).write_text(f"{content} {name}")
    outcome = Outcome(
        files=tuple(made_file(place / name) for name in names), figures={"length_s": 2.0}
    )
    write_whole(place / OUTCOME, outcome.to_json())
    return place, outcome


def states(ledger: Ledger) -> dict[str, str]:
    return {entry.order.name: entry.state for entry in ledger.entries()}


def test_films_are_due_in_the_order_of_the_manifest_and_orders_come_back_whole(
    ledger: Ledger,
) -> None:
    orders = [order_of(2), order_of(1, voice="en")]
    planned(ledger, *orders)
    entry = ledger.next_due()
    assert entry is not None
    assert entry.order == orders[1]
    ledger.begin("film-1.mp4", "here", "x")
    entry = ledger.next_due()
    assert entry is not None
    assert entry.order == orders[0]
    assert ledger.counts() == {"pending": 1, "running": 1}


def test_a_film_that_failed_waits_and_is_then_set_aside(ledger: Ledger) -> None:
    planned(ledger, order_of(1))
    ledger.begin("film-1.mp4", "here", "x")
    ledger.fail("film-1.mp4", "No.", "Wait.", again_in_s=30, result="failed")
    assert ledger.next_due() is None
    assert ledger.waiting() == 1
    ledger.fail("film-1.mp4", "No!", "Give up.", again_in_s=None, result="crashed")
    assert ledger.waiting() == 0
    (entry,) = ledger.entries("failed")
    assert (entry.problem, entry.remedy, entry.tries) == ("No!", "Give up.", 2)
    ledger.again(["film-1.mp4"])
    assert ledger.next_due() is not None


def test_only_what_is_made_of_something_else_is_made_again(ledger: Ledger, folder: Folder) -> None:
    planned(ledger, order_of(1), order_of(2))
    for number in (1, 2):
        place, outcome = attempt(folder, order_of(number))
        ledger.begin(f"film-{number}.mp4", "here", place.name)
        ledger.verify(f"film-{number}.mp4", outcome)
        assert folder.place(place, outcome)
        ledger.finish(f"film-{number}.mp4", folder.stamps(outcome))
    moved = replace(order_of(1), number=9, place="line 10")
    planned(ledger, moved, order_of(2, voice="en"), order_of(3))
    assert states(ledger) == {
        "film-1.mp4": "done",
        "film-2.mp4": "pending",
        "film-3.mp4": "pending",
    }
    is_done = done_of(folder.path / LEDGER)
    assert is_done(order_of(1))
    assert not is_done(order_of(2))
    assert not is_done(order_of(3))


def test_rows_that_are_gone_from_the_manifest_are_no_longer_told_of(ledger: Ledger) -> None:
    planned(ledger, order_of(1), order_of(2))
    planned(ledger, order_of(2))
    assert list(states(ledger)) == ["film-2.mp4"]


def test_a_manifest_is_taken_up_whole_or_not_at_all(ledger: Ledger) -> None:
    planned(ledger, order_of(1))

    def broken_off() -> None:
        with ledger.planning() as plan:
            plan.take(order_of(2))
            plan.refuse(1, [BadRow("line 2", 2, "text", "", "Empty.", "Fill it.")])
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        broken_off()
    assert list(states(ledger)) == ["film-1.mp4"]
    assert ledger.bad_rows() == []


def test_bad_rows_are_those_of_the_last_manifest(ledger: Ledger) -> None:
    row = BadRow("line 2", 2, "text", "", "Empty.", "Fill it.")
    with ledger.planning() as plan:
        plan.refuse(1, [row])
    assert ledger.bad_rows() == [row]
    planned(ledger, order_of(1))
    assert ledger.bad_rows() == []


def test_what_waits_is_put_off_where_only_failures_are_wanted(ledger: Ledger) -> None:
    planned(ledger, order_of(1), order_of(2))
    ledger.begin("film-1.mp4", "here", "x")
    ledger.fail("film-1.mp4", "No.", "Wait.", again_in_s=None, result="failed")
    planned(ledger, order_of(1), order_of(2), order_of(3), put_off=True)
    ledger.again(["film-1.mp4"])
    due = set()
    while (entry := ledger.next_due()) is not None:
        due.add(entry.order.name)
        ledger.begin(entry.order.name, "here", "x")
    assert due == {"film-1.mp4", "film-3.mp4"}


@pytest.mark.parametrize("at", ["begun", "made", "verified", "placed in part", "placed"])
def test_a_run_that_ended_at_any_step_is_gone_on_with(
    ledger: Ledger, folder: Folder, at: str
) -> None:
    order = order_of(1)
    planned(ledger, order)
    place, outcome = attempt(folder, order)
    ledger.begin(order.name, "here", place.name)
    if at == "begun":
        (place / OUTCOME).unlink()
    if at.startswith(("verified", "placed")):
        ledger.verify(order.name, outcome)
    if at == "placed in part":
        srt = outcome.files[1].name
        (place / srt).replace(folder.path / srt)
    if at == "placed":
        assert folder.place(place, outcome)
    settled = folder.settle(ledger)
    if at == "begun":
        assert (settled, states(ledger)) == (0, {order.name: "pending"})
        assert not (folder.path / order.name).exists()
    else:
        assert (settled, states(ledger)) == (1, {order.name: "done"})
        assert (folder.path / order.name).read_text() == f"film {order.name}"
        assert ledger.stamps(order.name) == folder.stamps(outcome)
    results = [row["result"] for row in ledger.attempts()]
    assert results == ["broken off" if at == "begun" else "done"]
    assert list(folder.making.iterdir()) == []
    assert folder.settle(ledger) == 0


@pytest.mark.parametrize("harm", ["shorter", "other", "gone"])
def test_half_a_film_is_not_taken_for_a_whole_one(
    ledger: Ledger, folder: Folder, harm: str
) -> None:
    order = order_of(1)
    planned(ledger, order)
    place, outcome = attempt(folder, order)
    ledger.begin(order.name, "here", place.name)
    ledger.verify(order.name, outcome)
    if harm == "gone":
        (place / order.name).unlink()
    else:
        (place / order.name).write_text("fil" if harm == "shorter" else f"FILM {order.name}")
    assert folder.settle(ledger) == 0
    assert states(ledger) == {order.name: "pending"}
    assert not (folder.path / order.name).exists()


def test_films_that_were_deleted_or_harmed_are_missed_and_touched_ones_are_not(
    ledger: Ledger, folder: Folder
) -> None:
    order = order_of(1)
    planned(ledger, order)
    place, outcome = attempt(folder, order)
    ledger.begin(order.name, "here", place.name)
    ledger.verify(order.name, outcome)
    folder.place(place, outcome)
    ledger.finish(order.name, folder.stamps(outcome))
    (entry,) = ledger.entries("done")
    stamps = ledger.stamps(order.name)
    assert folder.is_there(entry, stamps)
    film = folder.path / order.name
    os.utime(film, (1, 1))
    assert folder.is_there(entry, stamps)
    content = film.read_text()
    film.write_text(content.upper())
    assert not folder.is_there(entry, stamps)
    film.write_text(content)
    assert folder.is_there(entry, stamps)
    film.with_suffix(".srt").unlink()
    assert not folder.is_there(entry, stamps)


def test_a_second_run_is_refused_with_the_first_s_process_id(tmp_path: Path) -> None:
    program = (
        "import sys, time; from pathlib import Path; from talker.batch.folder import Folder\n"
        f"with Folder(Path({str(tmp_path / 'films')!r})).held():\n"
        "    print('held', flush=True); time.sleep(60)\n"
    )
    environment = {**os.environ, "PYTHONPATH": str(ROOT)}
    first = subprocess.Popen(
        [sys.executable, "-c", program], stdout=subprocess.PIPE, text=True, env=environment
    )
    assert first.stdout is not None
    assert first.stdout.readline() == "held\n"
    folder = Folder(tmp_path / "films")
    with pytest.raises(UsageError, match=f"Process {first.pid} works in"), folder.held():
        pass
    # The lock goes with its holder, however that ends.
    first.kill()
    first.wait()
    with folder.held():
        assert (tmp_path / "films" / ".talker" / "pid").read_text() == f"{os.getpid()}\n"


def test_a_ledger_that_is_none_or_of_another_talker_is_refused(tmp_path: Path) -> None:
    path = tmp_path / LEDGER
    path.write_text("no database, but long enough to be looked at as one" * 10)
    with pytest.raises(UsageError, match="no ledger"):
        Ledger(path)
    path.unlink()
    Ledger(path).close()
    with sqlite3.connect(path) as db:
        db.execute("UPDATE facts SET value = '99' WHERE key = 'version'")
    with pytest.raises(UsageError, match="another version"):
        Ledger(path)


def _write_until_killed(path: Path) -> None:
    ledger = Ledger(path)
    planned(ledger, *(order_of(number) for number in range(200)))
    while True:
        for number in range(200):
            ledger.begin(f"film-{number}.mp4", "here", "x")
            ledger.give_up(f"film-{number}.mp4")


@pytest.mark.parametrize("seed", range(3))
def test_a_ledger_whose_writer_is_killed_is_whole(tmp_path: Path, seed: int) -> None:
    path = tmp_path / LEDGER
    writer = multiprocessing.get_context("spawn").Process(target=_write_until_killed, args=[path])
    writer.start()
    writer.join(1.5 + 0.37 * seed)
    writer.kill()
    writer.join()
    ledger = Ledger(path)
    with sqlite3.connect(path) as db:
        assert db.execute("PRAGMA integrity_check").fetchone() == ("ok",)
    assert len(states(ledger)) in (0, 200)
    ended = [row["name"] for row in ledger.attempts() if row["result"] is None]
    running = [name for name, state in states(ledger).items() if state == "running"]
    assert ended == running
    ledger.close()
