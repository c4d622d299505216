"""Work that is done, kept by what it was made of: what does not change is not made again."""

from __future__ import annotations

import hashlib
import json
import os
import secrets
import shutil
import time
from collections.abc import Generator, Mapping
from contextlib import contextmanager, suppress
from functools import cache
from pathlib import Path

import talker
from talker.assets import store
from talker.errors import AssetError

MOST_BYTES = 20_000_000_000
"""Of kept work in all; what was not used for longest goes first."""

_LEFT_S = 24 * 3600
"""After that time nobody works on what is unfinished."""

_WHOLE = "whole"
_PART = ".part-"


def kept_home() -> Path:
    """The folder of all that was spoken and rendered before."""
    return store.default_home() / "scenes"


class Keep:
    """A folder of finished work, one folder a key; safe for many processes at a time.

    A context manager: at its end, work that was not used goes where there is too much of it.

    Args:
        home: The folder; made when it is first needed.
        most_bytes: Of all that is kept; what this run used stays in any case.
    """

    def __init__(self, home: Path, most_bytes: int = MOST_BYTES) -> None:
        self._home = home
        self._most_bytes = most_bytes
        self._used: set[str] = set()

    def __enter__(self) -> Keep:
        return self

    def __exit__(self, *_: object) -> None:
        with suppress(OSError):  # a run must not fail for its leftovers
            self._trim()

    def find(self, key: str) -> Path | None:
        """The folder of finished work; None where there is none."""
        folder = self._home / key
        if not (folder / _WHOLE).is_file():
            return None
        self._used.add(key)
        with suppress(OSError):
            os.utime(folder)
        return folder

    def kept(self, key: str) -> Path:
        """The folder of work that was made or found in this run."""
        folder = self.find(key)
        if folder is None:
            raise AssetError(
                f"What was kept in '{self._home}' has gone while it was used.",
                "Run the same command again.",
            )
        return folder

    @contextmanager
    def making(self, key: str) -> Generator[Path]:
        """A new folder that is kept under the key when the block ends well, and else removed."""
        self._home.mkdir(parents=True, exist_ok=True)
        part = self._home / f"{_PART}{secrets.token_hex(6)}"
        part.mkdir()
        try:
            yield part
            (part / _WHOLE).touch()
            if self.find(key) is None:
                shutil.rmtree(self._home / key, ignore_errors=True)
                with suppress(OSError):  # another process was faster, and made the same
                    part.replace(self._home / key)
            self._used.add(key)
        finally:
            shutil.rmtree(part, ignore_errors=True)

    def _trim(self) -> None:
        if not self._home.is_dir():
            return
        parts = [entry for entry in self._home.iterdir() if entry.name.startswith(_PART)]
        for part in parts:
            # Of runs that were killed.
            if time.time() - part.stat().st_mtime > _LEFT_S:
                shutil.rmtree(part, ignore_errors=True)
        folders = [entry for entry in self._home.iterdir() if entry not in parts]
        sizes = {folder: _bytes_in(folder) for folder in folders}
        total = sum(sizes.values())
        for folder in sorted(folders, key=lambda folder: folder.stat().st_mtime):
            if total <= self._most_bytes:
                return
            if folder.name not in self._used:
                shutil.rmtree(folder, ignore_errors=True)
                total -= sizes[folder]


def key_of(facts: Mapping[str, object]) -> str:
    """A name for what is made of some facts: values that JSON can tell apart, and paths.

    A path stands for the content of its file. What talker itself is counts, too.
    """
    told = json.dumps(
        {**facts, "talker": _ourselves()}, default=_plain, ensure_ascii=False, sort_keys=True
    )
    return hashlib.sha256(told.encode()).hexdigest()[:40]


def _plain(value: object) -> object:
    if isinstance(value, Path):
        stat = value.stat()
        return _content_of(value, stat.st_size, stat.st_mtime_ns)
    return str(value)


@cache
def _content_of(path: Path, size: int, changed_ns: int) -> str:
    """Hash of a file; the size and the time only tell whether it was read before."""
    del size, changed_ns
    with path.open("rb") as stream:
        return hashlib.file_digest(stream, "sha256").hexdigest()


@cache
def _ourselves() -> str:
    """Talker's version and sources: other code may make something else of the same facts."""
    home = Path(talker.__file__).parent
    stats = [(path, path.stat()) for path in sorted(home.rglob("*")) if path.suffix in _SOURCES]
    told = [(str(path.relative_to(home)), stat.st_size, stat.st_mtime_ns) for path, stat in stats]
    return hashlib.sha256(repr((talker.__version__, told)).encode()).hexdigest()


_SOURCES = (".py", ".toml")


def _bytes_in(folder: Path) -> int:
    return sum(path.stat().st_size for path in folder.rglob("*") if path.is_file())
