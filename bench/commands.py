"""Run a command and measure it from outside, as a user would feel it."""

from __future__ import annotations

import os
import re
import subprocess
import sys
import tempfile
import time
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
TALKER = (sys.executable, str(ROOT / "talker_cli.py"))


@dataclass(frozen=True, slots=True)
class Measured:
    """A command that ended well.

    Attributes:
        wall_s: From its start to its end.
        cpu_s: Processor time of all its threads.
        peak_mb: Most memory it held at once (ru_maxrss), in millions of bytes.
        out: What it wrote to standard output.
        err: What it wrote to standard error.
    """

    wall_s: float
    cpu_s: float
    peak_mb: float
    out: str
    err: str

    def rate(self, stage: str) -> float:
        """Units a second of one of talker's stages, read from its progress line."""
        found = re.search(rf"^{stage}: ([\d.]+)\D.*? in ([\d.]+) s", self.err, re.MULTILINE)
        if found is None:
            raise ValueError(f"no stage {stage!r} in: {self.err}")
        return float(found[1]) / float(found[2])


def measure(*command: str, environment: Mapping[str, str] | None = None) -> Measured:
    """Runs a command alone, from the project's folder.

    Args:
        command: The program and its arguments; paths are absolute.
        environment: All its variables; None for those of this process.

    Raises:
        RuntimeError: It failed.
    """
    with tempfile.TemporaryFile("w+") as out, tempfile.TemporaryFile("w+") as err:
        started_s = time.perf_counter()
        process = subprocess.Popen(
            command, stdout=out, stderr=err, stdin=subprocess.DEVNULL, cwd=ROOT, env=environment
        )
        _, status, usage = os.wait4(process.pid, 0)
        wall_s = time.perf_counter() - started_s
        process.returncode = os.waitstatus_to_exitcode(status)
        out.seek(0)
        err.seek(0)
        if process.returncode:
            raise RuntimeError(f"{' '.join(command)} failed: {err.read()}")
        # Linux counts in units of 1024 bytes, macOS in bytes.
        unit = 1 if sys.platform == "darwin" else 1024
        cpu_s = usage.ru_utime + usage.ru_stime
        return Measured(wall_s, cpu_s, usage.ru_maxrss * unit / 1e6, out.read(), err.read())


def talker(*arguments: str | Path, environment: Mapping[str, str] | None = None) -> Measured:
    """Runs talker and measures it; see `measure`."""
    return measure(*TALKER, *map(str, arguments), environment=environment)
