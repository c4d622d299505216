"""The command line as tests run it."""

from __future__ import annotations

import contextlib
import os
import subprocess
import sys
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
COMMAND = (sys.executable, str(ROOT / "talker_cli.py"))


@dataclass(frozen=True)
class Run:
    """What a command did."""

    code: int
    out: str
    err: str


def run_outside(
    *arguments: str, folder: Path, limit: Callable[[], None] | None = None, **changes: str
) -> Run:
    """The command line in a process of its own, in a folder, with changes to the environment."""
    done = subprocess.run(
        [*COMMAND, *arguments],
        cwd=folder,
        env={**os.environ, **changes},
        preexec_fn=limit,
        capture_output=True,
        text=True,
        check=False,
    )
    return Run(done.returncode, done.stdout, done.stderr)


def grown_file(folder: Path, pattern: str, size: int) -> bool:
    """Is any such file larger than the size? A file may go between the listing and the look."""
    for path in folder.rglob(pattern):
        with contextlib.suppress(FileNotFoundError):
            if path.stat().st_size > size:
                return True
    return False
