"""Time, processor time and memory of the stages of a process, measured from within."""

from __future__ import annotations

import json
import resource
import sys
import time
from collections.abc import Generator
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from pathlib import Path

_STATUS = Path("/proc/self/status")
_CLEAR = Path("/proc/self/clear_refs")
_CLEAR_PEAK = "5"


@dataclass(frozen=True, slots=True)
class Stage:
    """What one stage took.

    Attributes:
        name: Of the stage, such as "decode".
        wall_s: Time that passed.
        cpu_s: Processor time of all threads.
        peak_mb: Most memory the process held while it ran, in millions of bytes.
    """

    name: str
    wall_s: float
    cpu_s: float
    peak_mb: float


class StageMeter:
    """Adds up the time of each stage over as many turns as it takes."""

    def __init__(self) -> None:
        self._stages: dict[str, Stage] = {}

    @contextmanager
    def stage(self, name: str) -> Generator[None]:
        """Counts what happens inside towards the stage of a name."""
        _forget_peak()
        wall_s, cpu_s = time.perf_counter(), time.process_time()
        yield
        wall_s, cpu_s = time.perf_counter() - wall_s, time.process_time() - cpu_s
        before = self._stages.get(name, Stage(name, 0.0, 0.0, 0.0))
        self._stages[name] = Stage(
            name,
            before.wall_s + wall_s,
            before.cpu_s + cpu_s,
            max(before.peak_mb, _peak_mb()),
        )

    def as_json(self, frames: int) -> str:
        """All stages of a film of so many frames as one line, for `read_stages`."""
        return json.dumps({"frames": frames, "stages": list(map(asdict, self._stages.values()))})


def read_stages(line: str) -> tuple[int, dict[str, Stage]]:
    """The film's frames, and the stages by name, from what `StageMeter.as_json` wrote."""
    read = json.loads(line)
    return read["frames"], {row["name"]: Stage(**row) for row in read["stages"]}


def _forget_peak() -> None:
    """Lets the high-water mark begin again at what is held now, where the system can."""
    if _CLEAR.exists():
        _CLEAR.write_text(_CLEAR_PEAK)


def _peak_mb() -> float:
    if _STATUS.exists():
        line = next(line for line in _STATUS.read_text().splitlines() if line.startswith("VmHWM"))
        return int(line.split()[1]) * 1024 / 1e6
    unit = 1 if sys.platform == "darwin" else 1024
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * unit / 1e6
