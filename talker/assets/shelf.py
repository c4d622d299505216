"""One entry's place in the store: its folder, its lock, its downloads, its record of checks."""

from __future__ import annotations

import errno
import os
import shutil
from collections.abc import Generator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Literal

from talker.assets.checksum import Stamp, problem_with, read_stamps, write_stamps
from talker.errors import AssetError

if TYPE_CHECKING:
    from talker.assets.origin import Origin
    from talker.assets.progress import Watch
    from talker.assets.registry import AssetFile, Entry

FileState = Literal["good", "missing", "damaged"]

_FULL = {errno.ENOSPC, errno.EFBIG, errno.EDQUOT}


@dataclass(frozen=True, slots=True)
class FileCheck:
    """What a check found of one file; `problem` is None for a good one."""

    entry: str
    name: str
    path: Path
    state: FileState
    problem: str | None


class Shelf:
    """The part of a store that belongs to one entry.

    Args:
        entry: What belongs there.
        home: The store's folder; made when the shelf is first locked.
    """

    def __init__(self, entry: Entry, home: Path) -> None:
        self.entry = entry
        self.home = home
        self.folder = home / "models" / entry.name
        self._downloads = home / "staging" / entry.name
        self._record = home / "stamps" / f"{entry.name}.json"
        self._origin = home / "origins" / f"{entry.name}.json"

    @property
    def files(self) -> tuple[AssetFile, ...]:
        """What belongs there; of what no hash is known of, nothing before it has come."""
        origin = self.origin
        return origin.files if origin else self.entry.files

    @property
    def origin(self) -> Origin | None:
        """The checkpoint or archive that the files came of; None where none has come."""
        from talker.assets.origin import read_origin

        recorded = self.entry.checkpoint or self.entry.release
        return read_origin(self._origin) if recorded else None

    def check(self, asset: AssetFile, *, in_full: bool = False) -> FileCheck:
        """Tell whether a file is whole.

        Args:
            asset: One of the entry's files.
            in_full: Hash it in any case. Else a file whose size and time are still those of its
                last full check is trusted.
        """
        path = self.folder / asset.name
        try:
            stamp = Stamp.of(path, asset.sha256)
            trusted = not in_full and read_stamps(self._record).get(asset.name) == stamp
            problem = None if trusted else problem_with(path, asset.size, asset.sha256)
        except FileNotFoundError:
            missing = f"{asset.name} is not in the store"
            return FileCheck(self.entry.name, asset.name, path, "missing", missing)
        except OSError as error:
            problem = f"{asset.name} cannot be read ({error.strerror})"
            return FileCheck(self.entry.name, asset.name, path, "damaged", problem)
        if not trusted:
            self._remember(asset.name, None if problem else stamp)
        state = "damaged" if problem else "good"
        return FileCheck(self.entry.name, asset.name, path, state, problem)

    @contextmanager
    def locked(self, watch: Watch | None = None) -> Generator[None, None, None]:
        """Hold the shelf against other threads and processes.

        Args:
            watch: May end the waiting for another holder.

        Raises:
            AssetError: The store cannot be written, now or while the shelf is held.
        """
        from talker.assets.lock import exclusive

        try:
            for folder in ("locks", "stamps"):
                (self.home / folder).mkdir(parents=True, exist_ok=True)
            lock = self.home / "locks" / f"{self.entry.name}.lock"
            with exclusive(lock, watch.give_up if watch else None):
                yield
        except OSError as error:
            if error.errno in _FULL:
                raise self._no_room(os.strerror(error.errno)) from error
            raise AssetError(
                f"The model store {self.home} cannot be written ({error}).",
                "Make the folder writable, or set TALKER_HOME to another one.",
            ) from error

    def install(self, asset: AssetFile, fetched: Path) -> None:
        """Move a checked file onto the shelf in one step."""
        with fetched.open("rb+") as handle:
            os.fsync(handle.fileno())  # the name must not outlive the bytes in a power cut
        self.folder.mkdir(parents=True, exist_ok=True)
        target = fetched.replace(self.folder / asset.name)
        self._remember(asset.name, Stamp.of(target, asset.sha256))

    def replace(self, origin: Origin, made: Mapping[str, Path]) -> None:
        """Put what was made of a checkpoint or an archive in the place of all that is there.

        Args:
            origin: It, and the files that were made of it.
            made: These files by name.
        """
        from talker.assets.origin import write_origin

        if self.folder.exists():
            shutil.rmtree(self.folder)
        self._origin.parent.mkdir(parents=True, exist_ok=True)
        write_origin(self._origin, origin)
        for asset in origin.files:
            self.install(asset, made[asset.name])

    def fresh_downloads(self) -> Path:
        """The folder for downloads, cleared of all but parts that can be gone on with."""
        for parent, _, names in os.walk(self._downloads, topdown=False):
            for name in names:
                if not name.endswith(".part"):
                    Path(parent, name).unlink(missing_ok=True)
            with suppress(OSError):  # it holds a part, or a killed pull's pip is still busy in it
                Path(parent).rmdir()
        self._downloads.mkdir(parents=True, exist_ok=True)
        return self._downloads

    def require_room(self, needed: int) -> None:
        """Refuse early what cannot end well.

        Args:
            needed: Bytes.

        Raises:
            AssetError: The disk has less room.
        """
        free = shutil.disk_usage(self.home).free
        if free < needed:
            raise self._no_room(f"{needed / 1e6:.0f} MB needed, {free / 1e6:.0f} MB free")

    def clear(self) -> int:
        """Delete everything on the shelf; returns the bytes freed."""
        freed = 0
        for folder in (self.folder, self._downloads):
            freed += sum(path.stat().st_size for path in folder.rglob("*") if path.is_file())
            if folder.exists():
                shutil.rmtree(folder)
        self._record.unlink(missing_ok=True)
        self._origin.unlink(missing_ok=True)
        return freed

    def _remember(self, name: str, stamp: Stamp | None) -> None:
        """Record a check; in a store that can only be read, every check is a full one."""
        stamps = read_stamps(self._record)
        stamps.pop(name, None)
        if stamp is not None:
            stamps[name] = stamp
        try:
            write_stamps(self._record, stamps)
        except OSError:
            return

    def _no_room(self, detail: str) -> AssetError:
        return AssetError(
            f"There is no room for the model '{self.entry.name}' in {self.home} ({detail}).",
            "Free some space, or set TALKER_HOME to a folder on another disk.",
        )
