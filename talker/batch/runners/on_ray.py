"""The runner that makes films on the machines of a Ray cluster, or on this one alone."""

from __future__ import annotations

import hashlib
import os
import signal
import socket
import threading
import time
from collections.abc import Generator, Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any, ClassVar

import talker
from talker.batch.order import Order
from talker.batch.outcome import OUTCOME, Outcome, write_whole
from talker.batch.runners.crew import has_use_of_gpus
from talker.batch.runners.film_maker import FilmMaker
from talker.batch.runners.runner import Ended, Event, Heard, Lost, Runner, Task
from talker.errors import TalkerError
from talker.extras import RAY

_NO_MAKER_S = 180.0
_KNOCK_S = 10.0
_OBJECT_STORE_BYTES = 200_000_000
_INPUTS = ("portrait", "voice", "lexicon", "face_like")


@dataclass(slots=True)
class _Maker:
    """An actor: what is asked of it, and when it last got further."""

    actor: Any
    asked: Any
    title: str
    is_ready: bool = False
    task: Task | None = None
    asked_how_far: Any = None
    steps: int = -1
    moved_s: float = 0.0


class RayRunner(Runner):
    """Makes films on actors of Ray, one a core or one a GPU.

    A machine that dies takes its films with it; they are told of as lost, and other actors, there
    or elsewhere, take its place as soon as the cluster has room for them.

    Args:
        address: Of a cluster; None to use this machine.
        workers: Actors; None for as many as the cluster has room for.
        stall_s: Seconds without any progress after which an actor counts as hung.
        shares_folders: Whether all machines see the output folder and the inputs; otherwise both
            go through Ray's object store, scripts and what they name apart.
        heard: Told how far the films are.

    Raises:
        MissingExtraError: Ray is not installed.
        TalkerError: There is no cluster at the address.
    """

    name: ClassVar[str] = "ray"

    def __init__(
        self,
        address: str | None,
        workers: int | None,
        *,
        stall_s: float,
        shares_folders: bool,
        heard: Heard,
    ) -> None:
        if not RAY.is_installed:
            raise RAY.missing("The runner 'ray'")
        # Nothing is sent anywhere that the user has not asked for.
        os.environ.setdefault("RAY_USAGE_STATS_ENABLED", "0")
        import ray

        self._ray: Any = ray
        self._shares_folders = shares_folders or address is None
        self._stall_s = stall_s
        self._heard = heard
        self._inputs: dict[tuple[str, int, int], Any] = {}
        self._was_connected = bool(ray.is_initialized())
        if not self._was_connected:
            self._connect(address, workers)
        resources = ray.cluster_resources()
        self._gpus = int(resources.get("GPU", 0)) if has_use_of_gpus() else 0
        self._most = workers or self._gpus or max(1, int(resources.get("CPU", 1)))
        self._makers = [self._new_maker() for _ in range(self._most)]
        self._no_maker_since_s = time.monotonic()
        self._await_first()

    @property
    def slots(self) -> int:
        """One for each actor that is up."""
        return sum(maker.is_ready for maker in self._makers)

    def give(self, task: Task) -> str:
        """See `Runner.give`."""
        maker = next(maker for maker in self._makers if maker.is_ready and maker.task is None)
        order = task.order.to_json()
        if self._shares_folders:
            maker.asked = maker.actor.work_off.remote(order, str(task.folder))
        else:
            inputs = self._inputs_of(task.order)
            maker.asked = maker.actor.work_off_apart.remote(order, inputs)
        maker.task, maker.steps, maker.moved_s = task, -1, time.monotonic()
        return maker.title

    def events(self, timeout_s: float) -> Sequence[Event]:
        """See `Runner.events`."""
        asked = [maker.asked for maker in self._makers if maker.task or not maker.is_ready]
        if asked:
            self._ray.wait(asked, num_returns=1, timeout=timeout_s, fetch_local=False)
        else:
            time.sleep(timeout_s)
        events: list[Event] = []
        for maker in list(self._makers):
            if not maker.is_ready:
                self._see_whether_up(maker)
            elif maker.task is not None:
                events += self._ended(maker) if self._is_there(maker.asked) else self._far(maker)
        self._refuse_to_wait_forever()
        return events

    def close(self) -> None:
        """Kills the actors, and leaves the cluster."""
        for maker in self._makers:
            with suppress(Exception):  # the cluster may be gone
                self._ray.kill(maker.actor, no_restart=True)
        self._makers = []
        if not self._was_connected:
            self._ray.shutdown()

    def _connect(self, address: str | None, workers: int | None) -> None:
        home = str(Path(talker.__file__).parents[1])
        kept = {name: os.environ[name] for name in ("TALKER_HOME",) if name in os.environ}
        settings: dict[str, Any] = {
            "include_dashboard": False,
            "log_to_driver": False,
            "logging_level": "ERROR",
            "runtime_env": {"env_vars": {"PYTHONPATH": home, **kept}},
        }
        if address is None:
            settings["object_store_memory"] = _OBJECT_STORE_BYTES
            if workers is not None:
                settings["num_cpus"] = max(workers, 1)
        else:
            settings["address"] = address
            del settings["include_dashboard"]
        try:
            if address is not None:
                _knock(address)
            with _own_signals():
                self._ray.init(**settings)
        except (OSError, RuntimeError, ValueError) as error:
            where = f"no Ray cluster at '{address}'" if address else "no Ray to be started here"
            raise TalkerError(
                f"There is {where}: {str(error).splitlines()[0]}.",
                "Start one with: ray start --head; or leave --address out.",
            ) from error

    def _new_maker(self) -> _Maker:
        needs: dict[str, Any] = {"num_cpus": 1}
        if self._gpus:
            needs["num_gpus"] = 1
        # Two at a time: a film, and the question how far it is.
        made = self._ray.remote(FilmMaker).options(
            **needs, max_concurrency=2, max_restarts=0, scheduling_strategy="SPREAD"
        )
        actor = made.remote(1)
        return _Maker(actor, actor.ready.remote(), "an actor of Ray")

    def _replace(self, maker: _Maker) -> None:
        with suppress(Exception):
            self._ray.kill(maker.actor, no_restart=True)
        self._makers.remove(maker)
        self._makers.append(self._new_maker())

    def _await_first(self) -> None:
        while not self.slots:
            self.events(1.0)

    def _refuse_to_wait_forever(self) -> None:
        now_s = time.monotonic()
        if self.slots:
            self._no_maker_since_s = now_s
        elif now_s - self._no_maker_since_s > _NO_MAKER_S:
            raise TalkerError(
                f"The Ray cluster had no room for an actor in {_NO_MAKER_S:.0f} s.",
                "See ray status, or leave --runner ray out.",
            )

    def _is_there(self, asked: Any) -> bool:
        there, _ = self._ray.wait([asked], timeout=0, fetch_local=False)
        return bool(there)

    def _see_whether_up(self, maker: _Maker) -> None:
        if not self._is_there(maker.asked):
            return
        try:
            maker.is_ready = bool(self._ray.get(maker.asked))
        except self._ray.exceptions.RayError:
            self._replace(maker)

    def _ended(self, maker: _Maker) -> Iterator[Event]:
        task, maker.task = maker.task, None
        if task is None:
            return
        name = task.order.name
        try:
            told: Any = self._ray.get(maker.asked)
        except self._ray.exceptions.RayError as error:
            self._replace(maker)
            reason = f"{type(error).__name__}: {str(error).strip().splitlines()[0][:200]}"
            yield Lost(name, "crashed", f"Its actor of Ray is gone ({reason}).")
            return
        if isinstance(told, str):
            yield Ended(name, Outcome.from_json(told))
            return
        outcome, files = told
        for file, content in files.items():
            with (task.folder / file).open("wb") as stream:
                stream.write(content)
                stream.flush()
                os.fsync(stream.fileno())
        if Outcome.from_json(outcome).is_good:
            write_whole(task.folder / OUTCOME, outcome)
        yield Ended(name, Outcome.from_json(outcome))

    def _far(self, maker: _Maker) -> Iterator[Event]:
        """Asks how far an actor is, and sees whether it hangs."""
        now_s = time.monotonic()
        if maker.asked_how_far is None:
            maker.asked_how_far = maker.actor.progress.remote()
        elif self._is_there(maker.asked_how_far):
            with suppress(self._ray.exceptions.RayError):
                share, steps = self._ray.get(maker.asked_how_far)
                if steps != maker.steps:
                    maker.steps, maker.moved_s = steps, now_s
                if maker.task is not None:
                    self._heard(maker.task.order.name, share)
            maker.asked_how_far = None
        still_s = now_s - maker.moved_s
        if still_s > self._stall_s and maker.task is not None:
            name = maker.task.order.name
            self._replace(maker)
            yield Lost(name, "hung", f"It got no further for {still_s:.0f} s.")

    def _inputs_of(self, order: Order) -> dict[str, Any]:
        """The content of the files of an order, read once."""
        given = [*order.fields.items(), *order.settings.items()]
        paths = [value for key, value in given if key in _INPUTS and Path(value).is_file()]
        return {path: self._sent(Path(path)) for path in paths}

    def _sent(self, path: Path) -> tuple[str, dict[str, bytes]]:
        status = path.stat()
        key = (str(path), status.st_size, status.st_mtime_ns)
        if key not in self._inputs:
            # A portrait's description, and that of a Piper voice.
            beside = [path.with_suffix(".toml"), path.with_name(f"{path.name}.json")]
            files = {file.name: file.read_bytes() for file in (path, *beside) if file.is_file()}
            digest = hashlib.sha256(b"".join(files.values())).hexdigest()[:24]
            self._inputs[key] = digest, files
        return self._inputs[key]


def _knock(address: str) -> None:
    """Sees that somebody answers at an address: Ray would wait for minutes.

    Raises:
        OSError: Nobody does.
    """
    host, sign, port = address.removeprefix("ray://").rpartition(":")
    if sign and port.isdecimal():
        socket.create_connection((host.strip("[]"), int(port)), timeout=_KNOCK_S).close()


@contextmanager
def _own_signals() -> Generator[None]:
    """Keeps what SIGTERM does, which Ray takes over as it starts."""
    before = signal.getsignal(signal.SIGTERM)
    try:
        yield
    finally:
        if threading.current_thread() is threading.main_thread():
            signal.signal(signal.SIGTERM, before)
