"""The output folder of a batch: one run at a time, and films that come to their place whole."""

from __future__ import annotations

import hashlib
import os
import secrets
import shutil
from collections.abc import Generator
from contextlib import contextmanager, suppress
from pathlib import Path

from talker.assets.lock import exclusive
from talker.batch.ledger import Entry, Ledger
from talker.batch.outcome import Made, Outcome, kept_outcome
from talker.errors import UsageError
from talker.media.targets import writing

_HIDDEN, _MAKING, _LOGS, _LOCK, _PID = ".talker", "making", "logs", "lock", "pid"


class Folder:
    """Where the films of a batch go.

    Args:
        path: The folder.
    """

    def __init__(self, path: Path) -> None:
        self.path = path.absolute()
        self._hidden = self.path / _HIDDEN
        self.making = self._hidden / _MAKING
        self.logs = self._hidden / _LOGS

    @contextmanager
    def held(self) -> Generator[None]:
        """Holds the folder against other runs; the system lets it go when this process ends.

        Raises:
            UsageError: Another run works in it, or there is no such place.
        """
        if not self.path.parent.is_dir():
            raise UsageError(
                f"There is no folder '{self.path.parent}' for '{self.path.name}'.",
                "Make it first, or choose another with --out.",
            )
        with writing(self.path):
            for folder in (self.making, self.logs):
                folder.mkdir(parents=True, exist_ok=True)
        with exclusive(self._hidden / _LOCK, self._refuse):
            (self._hidden / _PID).write_text(f"{os.getpid()}\n", "utf-8")
            yield

    def _refuse(self) -> None:
        pid = ""
        with suppress(OSError):
            pid = (self._hidden / _PID).read_text("utf-8").strip()
        raise UsageError(
            f"Process {pid or 'unknown'} works in '{self.path}' already.",
            f"Wait for it, or end it with: kill {pid}" if pid else "Wait for it to end.",
        )

    def new_attempt(self) -> Path:
        """An empty folder for an attempt, on the disk of the output folder."""
        folder = self.making / secrets.token_hex(8)
        folder.mkdir()
        return folder

    def holds(self, name: str) -> bool:
        """Whether a file of that name is there, whoever made it."""
        return os.path.lexists(self.path / name)

    def settle(self, ledger: Ledger) -> int:
        """Brings to its end what a run left that was ended in between.

        What was made and found good comes to its place, all else will be made again.

        Returns:
            How many films came to their place.
        """
        settled = 0
        for entry in ledger.unfinished():
            folder = self.making / (entry.folder or "none")
            outcome = entry.outcome if entry.state == "verified" else kept_outcome(folder)
            if outcome is not None and entry.state == "running":
                ledger.verify(entry.order.name, outcome)
            if outcome is not None and self.place(folder, outcome):
                ledger.finish(entry.order.name, self.stamps(outcome))
                settled += 1
            else:
                ledger.give_up(entry.order.name)
        for leftover in self.making.iterdir():
            shutil.rmtree(leftover, ignore_errors=True)
        return settled

    def place(self, folder: Path, outcome: Outcome) -> bool:
        """Gives the files of an attempt their names in the output folder.

        Doing so again after it was broken off, at whatever instant, leads to the same.

        Returns:
            Whether all of them are there now and whole.
        """
        for made in reversed(outcome.files):  # the film last: where it is, all is
            source, target = folder / made.name, self.path / made.name
            if not _is_whole(source, made):
                if not _is_whole(target, made):
                    return False
                continue
            with writing(target):
                source.replace(target)
        _flush(self.path)
        shutil.rmtree(folder, ignore_errors=True)
        return True

    def stamps(self, outcome: Outcome) -> list[tuple[str, int, int]]:
        """Name, size and time of the files of a film."""
        return [
            (made.name, status.st_size, status.st_mtime_ns)
            for made in outcome.files
            for status in [(self.path / made.name).stat()]
        ]

    def is_there(self, entry: Entry, stamps: list[tuple[str, int, int]]) -> bool:
        """Whether a film that is done, and all beside it, is there as it was made."""
        if entry.outcome is None or not stamps:
            return False
        wanted = {made.name: made for made in entry.outcome.files}
        for name, size, changed_ns in stamps:
            path = self.path / name
            try:
                status = path.stat()
            except OSError:
                return False
            same = (status.st_size, status.st_mtime_ns) == (size, changed_ns)
            if not same and not _is_whole(path, wanted[name]):
                return False
        return True


def made_file(path: Path) -> Made:
    """A file of an attempt as it is, its content on the disk."""
    with path.open("rb") as stream:
        os.fsync(stream.fileno())
        digest = hashlib.file_digest(stream, "sha256").hexdigest()
    return Made(path.name, path.stat().st_size, digest)


def _is_whole(path: Path, made: Made) -> bool:
    try:
        if path.stat().st_size != made.size:
            return False
        with path.open("rb") as stream:
            return hashlib.file_digest(stream, "sha256").hexdigest() == made.sha256
    except OSError:
        return False


def _flush(folder: Path) -> None:
    """Waits until a folder's names are on the disk."""
    if os.name == "nt":
        return
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
