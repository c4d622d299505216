"""Whole batches, as a user runs them."""

from __future__ import annotations

import json
import os
import re
import signal
import sqlite3
import subprocess
import time
from collections.abc import Callable
from pathlib import Path

import pytest
from batch.killing import check, children_of, survive
from batch.manifests import BAD, SMALL, write_manifest
from running import COMMAND, Run, run_outside

from talker.batch.dispatching import Dispatcher, Progress, Stopping
from talker.batch.folder import Folder, made_file
from talker.batch.job import BatchJob
from talker.batch.ledger import LEDGER, Ledger
from talker.batch.order import Order
from talker.batch.outcome import Outcome
from talker.batch.runners.runner import Ended, Event, Lost, Runner, Task
from talker.batch.running import run_batch
from talker.progress import Reporter

Talker = Callable[..., Run]
HERE = ("--runner", "here")


def films_of(out: Path) -> dict[str, int]:
    """Time of every film, which tells whether it was made again."""
    return {path.name: path.stat().st_mtime_ns for path in out.glob("*.mp4")}


def test_good_rows_are_made_bad_ones_are_told_and_the_exit_code_says_so(
    talker: Talker, tmp_path: Path, assets: None
) -> None:
    names = write_manifest(tmp_path / "jobs.csv", 3, 2)
    out = tmp_path / "films"
    run = talker("batch", tmp_path / "jobs.csv", "--out", out, *HERE, "--json")
    assert run.code == 1
    told = json.loads(run.out)
    assert told["done"] == told["films"] == 3
    assert [row["line"] for row in told["bad_rows"]] == [3, 5]
    assert "line 3" in run.err
    check(out, names, 2)
    # Again: nothing is made twice, and a film that was deleted is made again.
    before = films_of(out)
    (out / names[1]).unlink()
    run = talker("batch", tmp_path / "jobs.csv", "--out", out, *HERE)
    assert run.code == 1
    after = films_of(out)
    assert {name for name in names if before[name] != after[name]} == {names[1]}
    assert re.search(r"wrong rows +│ 2", run.out)
    # The same manifest without its bad rows is whole, and one changed row is one film.
    write_manifest(tmp_path / "jobs.csv", 3)
    assert talker("batch", tmp_path / "jobs.csv", "--out", out, *HERE).code == 0
    assert films_of(out) == after
    table = (tmp_path / "jobs.csv").read_text().replace("Rain.", "Rain again.")
    (tmp_path / "jobs.csv").write_text(table)
    assert talker("batch", tmp_path / "jobs.csv", "--out", out, *HERE).code == 0
    changed = films_of(out)
    assert {name for name in names if changed[name] != after[name]} == {"film-2.mp4"}


def test_the_reports_show_every_film_and_every_failure_and_need_nothing_else(
    talker: Talker, tmp_path: Path, assets: None
) -> None:
    write_manifest(tmp_path / "jobs.csv", 2, 2)
    with (tmp_path / "jobs.csv").open("a") as table:
        table.write('"<b>Hello</b>",,poet,,,64x64,4,,script,,,0\n')
    out = tmp_path / "films"
    talker("batch", tmp_path / "jobs.csv", "--out", out, *HERE, "-q")
    page = (out / "report.html").read_text("utf-8")
    assert page.count('<article class="done"') == 3
    assert page.count('<article class="bad"') == 2
    assert page.count("data:image/jpeg;base64,") == 3
    assert "&lt;b&gt;Hello" in page
    assert "<b>Hello" not in page
    assert not re.search(r"""(src|href)=["'](?!data:|[\w%.-]+\.mp4["'])""", page)
    assert "http" not in page.replace("http-equiv", "")
    assert "default-src 'none'" in page
    assert "--only-failed" in page
    told = json.loads((out / "report.json").read_text("utf-8"))
    assert [film["state"] for film in told["films"]] == ["done"] * 3
    for film in told["films"]:
        assert film["figures"]["frames"] > 0
        assert abs(film["figures"]["sound_lag_s"]) < 0.05
        assert film["inputs"].keys() == {"text", "portrait"}
        assert film["files"][0]["sha256"]
    assert len(told["batch"]["bad_rows"]) == 2


def test_the_dry_run_makes_nothing_and_tells_faces_voices_time_and_room(
    talker: Talker, tmp_path: Path, assets: None
) -> None:
    from PIL import Image

    write_manifest(tmp_path / "jobs.csv", 4)
    out = tmp_path / "films"
    run = talker("batch", tmp_path / "jobs.csv", "--out", out, "--dry-run", "--json")
    assert run.code == 0, run.err
    told = json.loads(run.out)
    assert told["films"] == 4
    assert "pixels between the eyes" in told["portraits"]
    assert any(voice.startswith("zh") for voice in told["voices"])
    assert told["to fetch"] == "nothing"
    assert "free" in told["disk"]
    assert not out.exists()
    Image.new("RGB", (200, 200), "white").save(tmp_path / "blank.png")
    with (tmp_path / "jobs.csv").open("a") as table:
        table.write("Nobody.,,blank.png,,,64x64,4,,nobody,,,0\n")
    run = talker("batch", tmp_path / "jobs.csv", "--out", out, "--dry-run")
    assert run.code == 1
    assert "no face" in run.out.lower()


def test_a_film_that_cannot_be_made_is_set_aside_with_its_remedy_and_the_rest_goes_on(
    talker: Talker, tmp_path: Path, assets: None
) -> None:
    from PIL import Image

    Image.new("RGB", (200, 200), "white").save(tmp_path / "blank.png")
    (tmp_path / "jobs.jsonl").write_text(
        json.dumps({"defaults": SMALL})
        + '\n{"text": "Nobody.", "portrait": "blank.png", "out": "a"}\n{"text": "Hi.", "out": "b"}'
    )
    out = tmp_path / "films"
    run = talker("batch", tmp_path / "jobs.jsonl", "--out", out, *HERE, "--json")
    assert run.code == 1
    told = json.loads(run.out)
    (failure,) = told["failed"]
    assert failure["name"] == "a.mp4"
    assert failure["place"] == "line 2"
    assert "face" in failure["problem"]
    assert list(films_of(out)) == ["b.mp4"]
    # Once the picture is right, the command that was told makes just that film.
    from running import ROOT

    before = films_of(out)
    (tmp_path / "blank.png").write_bytes((ROOT / "portraits" / "reader.png").read_bytes())
    import shlex

    assert talker(*shlex.split(told["rerun"])[1:]).code == 0
    assert films_of(out)["b.mp4"] == before["b.mp4"]
    assert films_of(out).keys() == {"a.mp4", "b.mp4"}


def test_files_of_others_are_not_replaced_without_being_asked(
    talker: Talker, tmp_path: Path, assets: None
) -> None:
    write_manifest(tmp_path / "jobs.csv", 1)
    out = tmp_path / "films"
    out.mkdir()
    (out / "film-1.mp4").write_text("somebody's")
    run = talker("batch", tmp_path / "jobs.csv", "--out", out, *HERE)
    assert run.code == 1
    assert "not of this batch" in run.err
    assert (out / "film-1.mp4").read_text() == "somebody's"
    assert talker("batch", tmp_path / "jobs.csv", "--out", out, *HERE, "--overwrite").code == 0
    assert (out / "film-1.mp4").stat().st_size > 1000


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (("missing.csv",), "no manifest"),
        (("jobs.csv", "--runner", "cloud"), "no runner 'cloud'"),
        (("jobs.csv", "--workers", "0"), "0 workers"),
        (("jobs.csv", "--set", "sped=1"), "Did you mean 'speed'"),
        (("jobs.csv", "--name", "{nope}"), "{nope}"),
        (("jobs.csv", "--out", "no/such/place"), "no folder"),
        (("jobs.csv", "--out", "jobs.csv"), "no folder"),
    ],
)
def test_wrong_options_are_told_before_anything_is_done(
    talker: Talker,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    arguments: tuple[str, ...],
    words: str,
) -> None:
    monkeypatch.chdir(tmp_path)
    write_manifest(tmp_path / "jobs.csv", 1)
    out = () if "--out" in arguments else ("--out", "films")
    run = talker("batch", *arguments, *out)
    assert run.code == 2
    assert words in " ".join(run.err.split())
    assert not (tmp_path / "films").exists()


def started(tmp_path: Path, films: int, *more: str) -> subprocess.Popen[str]:
    """A batch that runs, with its first film made."""
    write_manifest(tmp_path / "jobs.csv", films)
    command = [*COMMAND, "batch", "jobs.csv", "--out", "films", "--json", *more]
    run = subprocess.Popen(
        command, cwd=tmp_path, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
    )
    deadline_s = time.monotonic() + 120
    while not films_of(tmp_path / "films"):
        assert time.monotonic() < deadline_s
        assert run.poll() is None
        time.sleep(0.05)
    return run


@pytest.mark.parametrize("runner", ["here", "pool"])
def test_ctrl_c_ends_cleanly_and_says_how_to_go_on(
    tmp_path: Path, assets: None, runner: str
) -> None:
    run = started(tmp_path, 40, "--runner", runner, "--workers", "2")
    workers = children_of(run.pid)
    run.send_signal(signal.SIGINT)
    out, err = run.communicate(timeout=120)
    assert run.returncode == 130, err
    told = json.loads(out)
    assert "Stopping when the films that are begun are done" in err
    assert 0 < told["done"] < 40
    assert told["left"] == 40 - told["done"]
    assert told["rerun"] == f"talker batch jobs.csv --out films --runner {runner} --workers 2"
    assert len(films_of(tmp_path / "films")) == told["done"]
    assert list((tmp_path / "films" / ".talker" / "making").iterdir()) == []
    assert (tmp_path / "films" / "report.html").exists()
    for worker in workers:
        with pytest.raises(ProcessLookupError):
            os.kill(worker, 0)


def test_a_second_run_names_the_first(tmp_path: Path, assets: None) -> None:
    run = started(tmp_path, 40, "--runner", "pool", "--workers", "1")
    second = run_outside("batch", "jobs.csv", "--out", "films", folder=tmp_path)
    assert second.code == 2
    assert f"Process {run.pid} works in" in " ".join(second.err.split())
    run.send_signal(signal.SIGTERM)
    run.communicate(timeout=60)
    assert run.returncode == 143


@pytest.mark.parametrize("seed", range(3))
def test_every_film_is_made_once_whoever_is_killed_when(
    tmp_path: Path, assets: None, seed: int
) -> None:
    went = survive(tmp_path, seed, films=24, bad=len(BAD), every_s=(2, 8), most_kills=3)
    assert went.runs_killed + went.workers_killed >= 1


class Fickle(Runner):
    """Makes what it is told to, without any film."""

    name = "fickle"

    def __init__(self, results: list[str]) -> None:
        self._results = results
        self._tasks: list[Task] = []
        self.most = 0

    @property
    def slots(self) -> int:
        return 2

    def give(self, task: Task) -> str:
        self._tasks.append(task)
        self.most = max(self.most, len(self._tasks))
        return "nobody"

    def events(self, timeout_s: float) -> list[Event]:
        if not self._tasks:
            return []
        task, name = self._tasks.pop(0), ""
        name = task.order.name
        result = self._results.pop(0) if self._results else "good"
        if result in ("crashed", "hung"):
            return [Lost(name, result, "It is gone.")]
        if result in ("wrong", "passing"):
            return [Ended(name, Outcome(problem="No.", remedy="X.", may_pass=result == "passing"))]
        (task.folder / name).write_text("film")
        return [Ended(name, Outcome((made_file(task.folder / name),), {"length_s": 1.0}))]

    def close(self) -> None:
        self._tasks = []


@pytest.mark.parametrize(
    ("results", "done", "attempts"),
    [
        (["good"] * 3, 3, ["done"] * 3),
        (["crashed", "good", "good", "good"], 3, ["crashed", "done", "done", "done"]),
        (["wrong"], 2, ["failed", "done", "done"]),
        (["passing", "good"], 3, ["failed", "done", "done", "done"]),
    ],
)
def test_what_may_pass_is_tried_again_and_what_will_not_is_set_aside(
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    results: list[str],
    done: int,
    attempts: list[str],
) -> None:
    monkeypatch.setattr("talker.batch.dispatching._FIRST_BACK_OFF_S", 0.01)
    monkeypatch.setattr("talker.batch.dispatching._WAIT_S", 0.01)
    folder = Folder(tmp_path / "films")
    with folder.held():
        ledger = Ledger(folder.path / LEDGER)
        with ledger.planning() as plan:
            for number in range(3):
                plan.take(Order(f"{number}.mp4", number, "line 1", "say", {"text": "Hi."}))
        runner = Fickle(list(results))
        dispatcher = Dispatcher(ledger, folder, runner, 2, Reporter(), Progress())
        dispatcher.run(Stopping())
        assert dispatcher.made == ledger.counts()["done"] == done
        assert sorted(str(row["result"]) for row in ledger.attempts()) == sorted(attempts)
        assert runner.most == 2
        ledger.close()


def test_a_film_that_always_crashes_is_set_aside_after_the_stated_number(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("talker.batch.dispatching._FIRST_BACK_OFF_S", 0.01)
    monkeypatch.setattr("talker.batch.dispatching._WAIT_S", 0.01)
    folder = Folder(tmp_path / "films")
    with folder.held():
        ledger = Ledger(folder.path / LEDGER)
        with ledger.planning() as plan:
            plan.take(Order("a.mp4", 1, "line 1", "say", {"text": "Hi."}))
        Dispatcher(
            ledger, folder, Fickle(["crashed", "hung", "crashed"]), 2, Reporter(), Progress()
        ).run(Stopping())
        (entry,) = ledger.entries("failed")
        assert entry.problem == "It is gone."
        assert [row["result"] for row in ledger.attempts()] == ["crashed", "hung", "crashed"]
        ledger.close()


def test_the_time_that_is_left_is_told_from_seconds_of_film() -> None:
    told: list[float] = []
    progress = Progress()
    progress.follow(told.append)
    progress.begin("a", 10.0)
    progress.hear("a", 0.5)
    progress.hear("a", 0.25)
    progress.end("a", is_over=False)
    assert sum(told) == 0
    progress.begin("a", 10.0)
    progress.end("a", is_over=True)
    assert sum(told) == 10


def test_the_same_words_of_the_same_voice_are_spoken_once(
    tmp_path: Path, assets: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    from talker.casting import Casting

    monkeypatch.setenv("TALKER_HOME", str(_linked_store(tmp_path)))
    spoken: list[str] = []
    speak = Casting.speak

    def counted(self: Casting, *given: object) -> object:
        spoken.append(self.text)
        return speak(self, *given)  # pyright: ignore

    monkeypatch.setattr(Casting, "speak", counted)
    manifest = tmp_path / "jobs.csv"
    manifest.write_text(
        "text,portrait,voice,size,fps,life\n"
        "Good evening.,reader,en,64x64,4,0\nGood evening.,poet,en,64x64,4,0\n"
        "Good evening.,poet,en-woman,64x64,4,0\n"
    )
    result = run_batch(BatchJob(manifest, tmp_path / "films", runner="here"))
    assert result.made == 3
    assert len(spoken) == 2


def _linked_store(tmp_path: Path) -> Path:
    from talker.assets import store

    home = tmp_path / "home"
    home.mkdir()
    (home / "models").symlink_to(store.path() / "models")
    return home


def test_the_cache_is_told_of_and_cleared(
    talker: Talker, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("TALKER_HOME", str(tmp_path))
    assert json.loads(talker("cache", "info", "--json").out)["size"] == 0
    for number in range(3):
        thing = tmp_path / "scenes" / f"{number}"
        thing.mkdir(parents=True)
        (thing / "speech.f32").write_bytes(bytes(1000))
        (thing / "whole").touch()
        os.utime(thing, (number, number))
    told = json.loads(talker("cache", "info", "--json").out)
    assert (told["things"], told["size"]) == (3, 3000)
    told = json.loads(talker("cache", "clear", "--down-to", "1.5kB", "--json").out)
    assert (told["things"], told["size"], told["freed"]) == (1, 1000, 2000)
    assert (tmp_path / "scenes" / "2").exists()
    assert json.loads(talker("cache", "clear", "--json").out)["size"] == 0
    assert talker("cache", "clear", "--down-to", "much").code == 2


def test_the_ledger_is_in_write_ahead_mode(tmp_path: Path) -> None:
    ledger = Ledger(tmp_path / LEDGER)
    with sqlite3.connect(tmp_path / LEDGER) as db:
        assert db.execute("PRAGMA journal_mode").fetchone() == ("wal",)
    ledger.close()
