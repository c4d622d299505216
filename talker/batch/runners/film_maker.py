"""What makes films on a machine of a cluster: an actor that keeps its models loaded."""

from __future__ import annotations

import tempfile
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path

from talker.batch.order import Order
from talker.batch.runners.crew import studio_of
from talker.batch.working import work_off

Files = dict[str, bytes]
"""Content by name."""


class FilmMaker:
    """Makes films, one at a time; how far it is can be asked meanwhile.

    Args:
        threads: Frames that it renders at a time.
    """

    def __init__(self, threads: int) -> None:
        self._studio = studio_of(threads)
        self._share, self._steps = 0.0, 0
        self._inputs = tempfile.TemporaryDirectory(prefix="talker-inputs-")

    def ready(self) -> bool:
        """Answers as soon as it can make films."""
        return True

    def progress(self) -> tuple[float, int]:
        """How much of the film is rendered, 0 to 1, and how many steps were taken so far."""
        return self._share, self._steps

    def work_off(self, order: str, folder: str) -> str:
        """Makes a film in a folder that all machines see.

        Returns:
            The outcome as JSON.
        """
        return work_off(Order.from_json(order), Path(folder), self._studio, self._hear).to_json()

    def work_off_apart(
        self, order: str, inputs: Mapping[str, tuple[str, Files]]
    ) -> tuple[str, Files]:
        """Makes a film on a machine that sees none of our folders.

        Args:
            order: As JSON.
            inputs: The files it names, by path: a hash, and the content of each and of what
                belongs beside it.

        Returns:
            The outcome as JSON, and the files that it names.
        """
        here = self._placed(Order.from_json(order), inputs)
        with tempfile.TemporaryDirectory(prefix="talker-film-") as folder:
            outcome = work_off(here, Path(folder), self._studio, self._hear)
            names = [made.name for made in outcome.files]
            return outcome.to_json(), {name: (Path(folder) / name).read_bytes() for name in names}

    def _placed(self, order: Order, inputs: Mapping[str, tuple[str, Files]]) -> Order:
        """The order with the names of its files on this machine."""
        places: dict[str, str] = {}
        for path, (digest, files) in inputs.items():
            folder = Path(self._inputs.name) / digest
            folder.mkdir(exist_ok=True)
            for name, content in files.items():
                if not (folder / name).exists():
                    (folder / name).write_bytes(content)
            places[path] = str(folder / Path(path).name)
        moved = {key: places.get(value, value) for key, value in order.fields.items()}
        settings = {key: places.get(value, value) for key, value in order.settings.items()}
        return replace(order, fields=moved, settings=settings)

    def _hear(self, share: float) -> None:
        self._share = share
        self._steps += 1
