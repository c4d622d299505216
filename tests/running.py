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

# Of the environment, what says nothing about a terminal.
_KEPT = ("PATH", "HOME", "LANG", "LC_ALL", "TALKER_HOME", "XDG_DATA_HOME")


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


def run_on_terminal(
    *arguments: object, folder: Path, columns: int = 80, rows: int = 40, **changes: str
) -> Run:
    """The command line on a terminal of its own, as it is written there, its errors included."""
    import fcntl
    import pty
    import struct
    import termios

    ours, theirs = pty.openpty()
    fcntl.ioctl(theirs, termios.TIOCSWINSZ, struct.pack("HHHH", rows, columns, 0, 0))
    known = {name: os.environ[name] for name in _KEPT if name in os.environ}
    process = subprocess.Popen(
        [*COMMAND, *map(str, arguments)],
        cwd=folder,
        env={**known, "TERM": "xterm-256color", **changes},
        stdin=theirs,
        stdout=theirs,
        stderr=theirs,
    )
    os.close(theirs)
    told: list[bytes] = []
    with contextlib.suppress(OSError):  # Linux' way of telling that nobody writes any more
        while part := os.read(ours, 1 << 16):
            told.append(part)
    os.close(ours)
    text = b"".join(told).decode().replace("\r\n", "\n")
    return Run(process.wait(), text, text)
