"""The model store: one folder of verified files that talker's engines read.

`talker models` is this module on the command line. The folder is the platform's cache folder for
talker, or TALKER_HOME; TALKER_OFFLINE=1 forbids the network.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Literal

from talker.assets.checksum import sha256_of
from talker.assets.near_names import near_names
from talker.assets.shelf import FileCheck, Shelf
from talker.errors import AssetError, UsageError

if TYPE_CHECKING:
    from talker.assets.progress import Progress
    from talker.assets.pulling import Pulled
    from talker.assets.registry import Entry, Registry, Release

EntryState = Literal["ready", "missing", "damaged"]


@dataclass(frozen=True, slots=True)
class EntryStatus:
    """One line of `talker models list`; sizes in bytes."""

    entry: Entry
    state: EntryState
    path: Path


def file(entry: str, name: str) -> Path:
    """The path of a model file, checked to be whole.

    Raises:
        AssetError: It is missing or damaged; the remedy is the command that brings it.
    """
    return default_store().file(entry, name)


def files(entry: str) -> tuple[Path, ...]:
    """The paths of all model files of an entry, checked to be whole, in the registry's order.

    Raises:
        AssetError: One is missing or damaged; the remedy is the command that brings it.
        UsageError: There is no such entry.
    """
    return default_store().files(entry)


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


def keep_made(
    entry: str, name: str, sha256: str, make: Callable[[Path], None], *, overwrite: bool = False
) -> bool:
    """Keep what is made of a checkpoint; see `Store.keep_made`."""
    return default_store().keep_made(entry, name, sha256, make, overwrite=overwrite)


def keep_release(entry: str, archive: Path) -> bool:
    """Keep what a release's archive holds; see `Store.keep_release`."""
    return default_store().keep_release(entry, archive)


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
        return Path(home).expanduser().absolute()
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
            AssetError: The file is missing or damaged.
            UsageError: There is no such entry.
            ValueError: The entry has no such file.
        """
        shelf = self._shelf(entry)
        asset = next((asset for asset in shelf.files if asset.name == name), None)
        if asset is None and name in shelf.entry.kept:
            raise AssetError(f"The model '{entry}' is not in the store.", shelf.entry.way_to_get)
        if asset is None:
            raise ValueError(f"the entry {entry} has no file {name}")
        check = shelf.check(asset)
        if check.problem:
            raise AssetError(
                f"The model '{entry}' cannot be used: {check.problem} ({check.path}).",
                shelf.entry.way_to_get,
            )
        return check.path

    def files(self, entry: str) -> tuple[Path, ...]:
        """The paths of all files of an entry; see `file`."""
        return tuple(self.file(entry, name) for name in self._shelf(entry).entry.kept)

    def is_ready(self, entry: str) -> bool:
        """Whether every file of an entry is there and whole."""
        return self._status(entry).state == "ready"

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
            AssetError: An entry could not be had; the others have been pulled.
            UsageError: An entry is unknown, or there is no such folder.
        """
        from talker.assets.pulling import pull_all

        shelves = [self._shelf(name) for name in dict.fromkeys(names)]
        if from_dir is not None and not from_dir.is_dir():
            raise UsageError(f"There is no folder '{from_dir}'.", "Give --from an existing folder.")
        return pull_all(shelves, from_dir, progress)

    def verify(self, names: Iterable[str] | None = None) -> tuple[FileCheck, ...]:
        """Hash every file of the entries, all entries by default."""
        chosen = self._registry.entries if names is None else names
        return tuple(
            shelf.check(asset, in_full=True)
            for shelf in map(self._shelf, chosen)
            for asset in shelf.files
        )

    def keep_made(
        self, entry: str, name: str, sha256: str, make: Callable[[Path], None], *, overwrite: bool
    ) -> bool:
        """Keep what is made of a checkpoint, and record which one it was.

        Args:
            entry: An entry with a checkpoint.
            name: The checkpoint's file name.
            sha256: Its hash.
            make: Writes the file that is kept.
            overwrite: Whether it may take the place of what another checkpoint gave.

        Returns:
            Whether anything was done: False where the same checkpoint's file is there and whole.

        Raises:
            AssetError: The store cannot be written.
            UsageError: There is no such entry, or another checkpoint came first.
        """
        shelf = self._shelf(entry)
        checkpoint = shelf.entry.checkpoint
        if checkpoint is None:
            raise UsageError(
                f"The model '{entry}' is not made of a checkpoint.", shelf.entry.way_to_get
            )
        from talker.assets.origin import Origin
        from talker.assets.registry import AssetFile

        with shelf.locked():
            known = shelf.origin
            if known and known.sha256 != sha256 and not overwrite:
                raise UsageError(
                    f"The model '{entry}' was made of {known.name} (SHA-256 "
                    f"{known.sha256[:12]}…); this {name} is another file ({sha256[:12]}…).",
                    f"Import it with --overwrite, or first run: talker models remove {entry}",
                )
            if (
                known
                and known.sha256 == sha256
                and self._status(entry, in_full=True).state == "ready"
            ):
                return False
            shelf.require_room(shelf.entry.size)
            made = shelf.fresh_downloads() / checkpoint.kept
            make(made)
            file = AssetFile(name=checkpoint.kept, size=made.stat().st_size, sha256=sha256_of(made))
            shelf.replace(Origin(name=name, sha256=sha256, files=(file,)), {file.name: made})
        return True

    def keep_release(self, entry: str, archive: Path) -> bool:
        """Keep what a release's archive holds, brought by the user.

        Returns:
            Whether anything was done: False where all of it is there and whole.

        Raises:
            AssetError: The archive is not that release, or is broken.
            UsageError: There is no such entry, or it is no release.
        """
        from talker.assets.checksum import md5_of
        from talker.assets.releases import keep_archive
        from talker.assets.source import SourceError

        shelf = self._shelf(entry)
        release = shelf.entry.release
        if release is None:
            raise UsageError(f"The model '{entry}' is no release.", shelf.entry.way_to_get)
        try:
            md5 = md5_of(archive)
        except OSError as error:
            raise AssetError(
                f"'{archive}' cannot be read ({error.strerror}).", "Give an archive that can."
            ) from error
        if md5 != release.md5:
            raise self._not_the_release(archive, md5, shelf.entry, release)
        with shelf.locked():
            if self._status(entry, in_full=True).state == "ready":
                return False
            shelf.require_room(archive.stat().st_size)
            try:
                keep_archive(shelf, archive, shelf.fresh_downloads())
            except SourceError as error:
                raise AssetError(
                    f"'{archive}' cannot be taken into the store ({error}).",
                    f"Fetch it again from {release.url}, or run: talker models pull {entry}",
                ) from error
            finally:
                shelf.fresh_downloads()
        return True

    def remove(self, names: Iterable[str]) -> int:
        """Delete entries with what is left of broken downloads; returns the bytes freed.

        Raises:
            AssetError: The store cannot be written.
            UsageError: An entry is unknown.
        """
        shelves = [self._shelf(name) for name in dict.fromkeys(names)]
        if not self.home.is_dir():
            return 0
        freed = 0
        for shelf in shelves:
            with shelf.locked():
                freed += shelf.clear()
        return freed

    def path(self, entry: str) -> Path:
        """The folder of an entry, whether it is there or not."""
        return self._shelf(entry).folder

    def statuses(self) -> tuple[EntryStatus, ...]:
        """The state of every entry of the registry."""
        return tuple(self._status(name) for name in self._registry.entries)

    def embedded_names(self) -> tuple[str, ...]:
        """The entries that talker's embedded tier needs."""
        return tuple(name for name, entry in self._registry.entries.items() if entry.embedded)

    def _shelf(self, name: str) -> Shelf:
        try:
            return Shelf(self._registry.entries[name], self.home)
        except KeyError:
            raise UsageError(
                f"There is no model '{name}'.{near_names(name, self._registry.entries)}",
                "See them all with: talker models list",
            ) from None

    def _not_the_release(
        self, archive: Path, md5: str, entry: Entry, release: Release
    ) -> AssetError:
        problem = (
            f"'{archive}' is not {release.archive}, the release '{entry.name}': its MD5 is "
            f"{md5[:12]}… instead of {release.md5[:12]}…."
        )
        for other in self._registry.entries.values():
            if other.release and other.release.md5 == md5:
                return AssetError(
                    problem,
                    f"It is another one: talker models import {archive.name} --as {other.name}",
                )
        return AssetError(
            problem,
            f"Fetch it from {release.url}, or run: talker models pull {entry.name}. Models of your "
            "own need no import: unpack them and name the folder in a voice file, as acoustic = "
            '"./my-fastspeech2".',
        )

    def _status(self, name: str, *, in_full: bool = False) -> EntryStatus:
        shelf = self._shelf(name)
        states = {shelf.check(asset, in_full=in_full).state for asset in shelf.files}
        state: EntryState = "ready" if states == {"good"} else "missing"
        if "damaged" in states:
            state = "damaged"
        return EntryStatus(shelf.entry, state, shelf.folder)
