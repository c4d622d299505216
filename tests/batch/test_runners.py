"""The contract of all runners."""

from __future__ import annotations

import hashlib
import os
import signal
import time
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from batch.manifests import SMALL

from talker.batch.order import Order
from talker.batch.outcome import Outcome, kept_outcome
from talker.batch.runners.crew import Post, free_memory, posts, studio_of
from talker.batch.runners.here import HereRunner
from talker.batch.runners.pool import PoolRunner
from talker.batch.runners.runner import Ended, Event, Lost, Runner, Task
from talker.errors import TalkerError
from talker.extras import RAY

Heard = list[tuple[str, float]]
if TYPE_CHECKING:
    from talker.batch.runners.on_ray import RayRunner

PATIENCE_S = 180.0
TWO = (Post("one", 1), Post("two", 1))


def order_of(number: int, text: str = "Good evening.", **fields: str) -> Order:
    return Order(
        name=f"film-{number}.mp4",
        number=number,
        place=f"line {number}",
        kind="say",
        fields={"text": text, "portrait": "poet", **fields},
        settings=SMALL,
        side_files=(".srt",),
    )


def here(tmp_path: Path, heard: Heard) -> Runner:
    del tmp_path
    return HereRunner(studio_of(0), lambda *told: heard.append(told))


def pool(tmp_path: Path, heard: Heard, silence_s: float = 60) -> PoolRunner:
    return PoolRunner(TWO, tmp_path, 60, lambda *told: heard.append(told), silence_s)


def on_ray(tmp_path: Path, heard: Heard) -> RayRunner:
    del tmp_path
    if not RAY.is_installed:
        pytest.skip(f"Ray is not installed: {RAY.command}")
    from talker.batch.runners.on_ray import RayRunner

    return RayRunner(
        None,
        2,
        stall_s=60,
        shares_folders=True,
        heard=lambda *told: heard.append(told),
    )


RUNNERS = {"here": here, "pool": pool, "ray": on_ray}


@pytest.fixture(params=RUNNERS)
def heard_by(
    request: pytest.FixtureRequest, tmp_path: Path, assets: None
) -> Iterator[tuple[Runner, Heard]]:
    heard: Heard = []
    with RUNNERS[request.param](tmp_path, heard) as runner:
        yield runner, heard


def task(folder: Path, order: Order) -> Task:
    place = folder / f"attempt-{time.monotonic_ns()}"
    place.mkdir()
    return Task(order, place)


def awaited(runner: Runner, many: int) -> list[Event]:
    events: list[Event] = []
    deadline_s = time.monotonic() + PATIENCE_S
    while len(events) < many:
        assert time.monotonic() < deadline_s
        events += runner.events(0.5)
    return events


def all_made(runner: Runner, tasks: list[Task]) -> dict[str, Outcome]:
    """Gives tasks as slots come free; every task is told of once."""
    made: dict[str, Outcome] = {}
    waiting = list(tasks)
    deadline_s = time.monotonic() + PATIENCE_S
    under_way = 0
    while len(made) < len(tasks):
        while waiting and under_way < runner.slots:
            assert runner.give(waiting.pop(0))
            under_way += 1
        assert time.monotonic() < deadline_s
        for event in runner.events(0.5):
            assert isinstance(event, Ended)
            assert event.name not in made
            made[event.name] = event.outcome
            under_way -= 1
    return made


def test_films_are_the_same_whoever_makes_them(
    heard_by: tuple[Runner, Heard], tmp_path: Path
) -> None:
    runner, heard = heard_by
    tasks = [
        task(tmp_path, order_of(1)),
        task(tmp_path, order_of(2, "明月几时有？")),
        task(tmp_path, order_of(3, "Good evening.", portrait="reader")),
    ]
    made = all_made(runner, tasks)
    reference = HereRunner(studio_of(1), lambda name, share: None)
    expected = all_made(reference, [task(tmp_path, given.order) for given in tasks])
    for given in tasks:
        outcome = made[given.order.name]
        assert outcome.is_good
        assert outcome.files == expected[given.order.name].files
        assert [file.name for file in outcome.files] == [
            given.order.name,
            given.order.name.replace(".mp4", ".srt"),
        ]
        for file in outcome.files:
            content = (given.folder / file.name).read_bytes()
            assert hashlib.sha256(content).hexdigest() == file.sha256
        assert kept_outcome(given.folder) == outcome
        figures = outcome.figures
        assert figures["frames"] == pytest.approx(float(figures["length_s"] or 0) * 4)
        assert abs(float(figures["sound_lag_s"] or 0)) <= 0.05
        assert outcome.thumbnail.startswith("/9j/")
    assert {name for name, _ in heard} <= {given.order.name for given in tasks}
    assert all(0 <= share <= 1 for _, share in heard)


def test_a_wrong_order_is_an_outcome_that_will_not_get_better(
    heard_by: tuple[Runner, Heard], tmp_path: Path
) -> None:
    runner, _ = heard_by
    given = task(tmp_path, order_of(1, voice="csmc"))
    outcome = all_made(runner, [given])["film-1.mp4"]
    assert not outcome.is_good
    assert not outcome.may_pass
    assert "csmsc" in outcome.problem
    assert kept_outcome(given.folder) is None
    assert all_made(runner, [task(tmp_path, order_of(2))])["film-2.mp4"].is_good


def test_a_runner_that_is_closed_tells_nothing_more(
    heard_by: tuple[Runner, Heard], tmp_path: Path
) -> None:
    runner, _ = heard_by
    deadline_s = time.monotonic() + PATIENCE_S
    while not runner.slots:
        assert time.monotonic() < deadline_s
        runner.events(0.5)
    given = task(tmp_path, order_of(1, "Good evening. " * 30))
    runner.give(given)
    runner.close()
    assert not list(given.folder.glob("film-1.mp4"))


def long_task(folder: Path, number: int) -> Task:
    order = order_of(number, "Good evening, this takes a while to say. " * 12)
    return task(folder, replace(order, settings={**SMALL, "fps": "50", "size": "256x256"}))


def test_a_worker_that_is_killed_is_told_of_and_replaced(tmp_path: Path, assets: None) -> None:
    with pool(tmp_path, []) as runner:
        runner.give(long_task(tmp_path, 1))
        (process,) = runner.processes
        os.kill(process, signal.SIGKILL)
        (event,) = awaited(runner, 1)
        assert isinstance(event, Lost)
        assert (event.name, event.result) == ("film-1.mp4", "crashed")
        assert "SIGKILL" in event.reason
        assert runner.processes == ()
        assert all_made(runner, [task(tmp_path, order_of(1))])["film-1.mp4"].is_good
        assert process not in runner.processes


def test_a_worker_that_hangs_is_told_of_and_replaced(tmp_path: Path, assets: None) -> None:
    with pool(tmp_path, [], silence_s=20) as runner:
        assert all_made(runner, [task(tmp_path, order_of(1))])["film-1.mp4"].is_good
        runner.give(long_task(tmp_path, 2))
        (process,) = runner.processes
        os.kill(process, signal.SIGSTOP)
        (event,) = awaited(runner, 1)
        assert isinstance(event, Lost)
        assert (event.name, event.result) == ("film-2.mp4", "hung")
        with pytest.raises(ProcessLookupError):
            os.kill(process, 0)
        assert all_made(runner, [task(tmp_path, order_of(3))])["film-3.mp4"].is_good


def test_workers_end_with_whoever_gives_them_orders(tmp_path: Path, assets: None) -> None:
    runner = pool(tmp_path, [])
    runner.give(long_task(tmp_path, 1))
    worker = runner._workers[0]  # its end of the pipe is closed as the system does for a dead one
    assert worker is not None
    assert worker.process.stdin is not None
    worker.process.stdin.close()
    assert worker.process.wait(60) == 0
    runner.close()


def test_workers_that_cannot_start_are_an_error(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("talker.batch.runners.pool.MODULE", "talker.no_such_module")

    def lost() -> None:
        for number in range(9):
            runner.give(task(tmp_path, order_of(number)))
            awaited(runner, 1)

    with pool(tmp_path, []) as runner, pytest.raises(TalkerError, match="No module named") as none:
        lost()
    assert "--runner here" in none.value.remedy


def test_a_pool_has_as_many_workers_as_there_is_room_for(monkeypatch: pytest.MonkeyPatch) -> None:
    def machine(cores: int, memory: int, gpus: int = 0) -> None:
        crew = "talker.batch.runners.crew"
        monkeypatch.setattr(f"{crew}.usable_threads", lambda: cores)
        monkeypatch.setattr(f"{crew}.free_memory", lambda: memory)
        monkeypatch.setattr(f"{crew}.gpu_names", lambda: ("GPU",) * gpus)
        monkeypatch.setattr(f"{crew}.has_use_of_gpus", lambda: gpus > 0)

    assert free_memory() > 10_000_000
    machine(8, 64 * 10**9)
    assert [post.threads for post in posts()] == [1] * 8
    assert [post.threads for post in posts(2)] == [4, 4]
    machine(8, 3 * 10**9)
    assert len(posts()) == 2
    machine(8, 0)
    assert len(posts()) == 1
    machine(8, 64 * 10**9, gpus=2)
    assert [post.environment for post in posts()] == [
        {"CUDA_VISIBLE_DEVICES": "0"},
        {"CUDA_VISIBLE_DEVICES": "1"},
    ]


def test_ray_takes_pictures_along_and_brings_films_back(tmp_path: Path, assets: None) -> None:
    from running import ROOT

    picture = tmp_path / "me.png"
    picture.write_bytes((ROOT / "portraits" / "reader.png").read_bytes())
    order = order_of(1, portrait=str(picture))
    with on_ray(tmp_path, []) as runner:
        runner._shares_folders = False
        given = task(tmp_path, order)
        outcome = all_made(runner, [given])["film-1.mp4"]
    assert outcome.is_good
    assert kept_outcome(given.folder) == outcome
    reference = HereRunner(studio_of(1), lambda name, share: None)
    expected = all_made(reference, [task(tmp_path, order)])["film-1.mp4"]
    assert outcome.files == expected.files
    content = (given.folder / "film-1.mp4").read_bytes()
    assert hashlib.sha256(content).hexdigest() == outcome.files[0].sha256


def test_films_of_a_ray_actor_that_dies_are_told_of(tmp_path: Path, assets: None) -> None:
    with on_ray(tmp_path, []) as runner:
        import ray

        runner.give(long_task(tmp_path, 1))
        (maker,) = (maker for maker in runner._makers if maker.task is not None)
        ray.kill(maker.actor, no_restart=True)
        (event,) = awaited(runner, 1)
        assert isinstance(event, Lost)
        assert (event.name, event.result) == ("film-1.mp4", "crashed")
        assert all_made(runner, [task(tmp_path, order_of(2))])["film-2.mp4"].is_good
