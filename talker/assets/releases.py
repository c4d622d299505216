"""PaddleSpeech's release archives: found, checked, unpacked, and their pickles made harmless."""

from __future__ import annotations

import os
import shutil
import stat
import zipfile
import zlib
from pathlib import Path, PurePosixPath

import numpy as np

from talker.assets.checkpoints import Tree, read_checkpoint
from talker.assets.checksum import md5_problem, sha256_of
from talker.assets.fetch import is_offline
from talker.assets.https import download_release
from talker.assets.origin import Origin
from talker.assets.progress import Watch
from talker.assets.registry import AssetFile, Release
from talker.assets.shelf import Shelf
from talker.assets.source import SourceError
from talker.assets.unpack import CHUNK_BYTES
from talker.errors import AssetError

MOST_ARCHIVE_BYTES = 2 << 30
MOST_MEMBERS = 1000
_MOST_MODEL_BYTES = 1 << 30
_MOST_TEXT_BYTES = 4 << 20
_METHODS = (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED)
_LOCKED = 0x1
"""Of a member's flags, that it needs a password (PKWARE, APPNOTE 6.3, 4.4.4)."""
_SPEAKING = ("main_params", "generator_params")
"""Of a checkpoint, the weights that speak; the others are those of training."""


def bring_archive(release: Release, from_dir: Path | None, folder: Path, watch: Watch) -> Path:
    """A release's archive, whole: from a folder, from where PaddleSpeech keeps it, or fetched.

    Args:
        release: Which.
        from_dir: A folder to take it from, instead of everywhere else.
        folder: Where it is fetched to.
        watch: Told the bytes; may stop the fetch, whose part then stays.

    Raises:
        SourceError: It cannot be had, or has other bytes.
        StoppedError: The watch gave up.
    """
    if from_dir:
        archive = from_dir / release.archive
        if not archive.is_file():
            raise SourceError(f"it holds no {release.archive}")
        problem = md5_problem(archive, release.md5)
        if problem:
            raise SourceError(problem)
        return archive
    # The same archive lies under each language that PaddleSpeech has it for: "...-zh", "...-mix".
    for archive in sorted(_paddlespeech_models().glob(f"*/*/{release.archive}")):
        if archive.is_file() and md5_problem(archive, release.md5) is None:
            return archive
    if is_offline():
        raise SourceError("TALKER_OFFLINE forbids the network")
    return download_release(release, MOST_ARCHIVE_BYTES, folder, watch)


def keep_archive(shelf: Shelf, archive: Path, folder: Path) -> None:
    """Put what an archive holds onto the shelf of its entry, all of it or nothing.

    Args:
        shelf: Of an entry with a release; locked.
        archive: Checked to be that release.
        folder: A folder of our own, on the same disk as the shelf.

    Raises:
        SourceError: The archive is broken, holds something else, or leads out of its folder.
    """
    release = shelf.entry.release
    assert release is not None  # noqa: S101 - as the caller promises
    unpacked = folder / "unpacked"
    unpacked.mkdir(exist_ok=True)
    try:
        made = _unpack(archive, release, unpacked)
        files = tuple(
            AssetFile(name=name, size=path.stat().st_size, sha256=sha256_of(path))
            for name, path in made.items()
        )
        shelf.replace(Origin(name=archive.name, sha256=sha256_of(archive), files=files), made)
    finally:
        shutil.rmtree(unpacked)  # a pickle may be among what is left


def _unpack(archive: Path, release: Release, folder: Path) -> dict[str, Path]:
    """The files of a release by the store's names for them."""
    made: dict[str, Path] = {}
    try:
        with zipfile.ZipFile(archive) as held:
            members = _members(held, archive.name)
            for name, member in release.members.items():
                if member not in members:
                    raise SourceError(f"{archive.name} holds no {member}")
                made[name] = folder / name
                _take(held, members[member], made[name], name)
    except (zipfile.BadZipFile, zlib.error, NotImplementedError, RuntimeError, EOFError) as error:
        raise SourceError(f"{archive.name} is broken ({error})") from error
    return made


def _paddlespeech_models() -> Path:
    """Where PaddleSpeech keeps its models."""
    home = os.environ.get("PPSPEECH_HOME") or "~/.paddlespeech"
    return Path(home).expanduser() / "models"


def _members(held: zipfile.ZipFile, archive: str) -> dict[str, zipfile.ZipInfo]:
    """The files of an archive by their bare names.

    Nothing is written under the names that an archive gives; one that tries to lead out of its
    folder is none that PaddleSpeech made, and is refused whole.
    """
    infos = held.infolist()
    if len(infos) > MOST_MEMBERS:
        raise SourceError(f"{archive} holds {len(infos)} files, more than any release")
    found: dict[str, zipfile.ZipInfo] = {}
    for info in infos:
        path = PurePosixPath(info.filename.replace("\\", "/"))
        if path.is_absolute() or ".." in path.parts or any(":" in p for p in path.parts):
            raise SourceError(f"{archive} holds {info.filename!r}, which leads out of it")
        if info.is_dir() or "__MACOSX" in path.parts:
            continue
        if stat.S_ISLNK(info.external_attr >> 16):
            raise SourceError(f"{archive} holds {info.filename!r}, which is a link")
        found.setdefault(path.name, info)
    return found


def _take(held: zipfile.ZipFile, info: zipfile.ZipInfo, target: Path, name: str) -> None:
    """Write one member as the store keeps it."""
    most = _MOST_MODEL_BYTES if name.endswith((".onnx", ".safetensors")) else _MOST_TEXT_BYTES
    if info.file_size > most:
        raise SourceError(f"{info.filename} in it has {info.file_size} bytes, more than {most}")
    if info.compress_type not in _METHODS or info.flag_bits & _LOCKED:
        raise SourceError(f"{info.filename} in it is packed or locked as no release is")
    raw = target.with_name(f"{name}.raw")
    left = info.file_size + 1
    with held.open(info) as member, raw.open("wb") as output:
        while left > 0 and (chunk := member.read(min(CHUNK_BYTES, left))):
            output.write(chunk)
            left -= len(chunk)
    if left != 1:
        raise SourceError(f"{info.filename} in it has another length than it says")
    if name.endswith(".safetensors"):
        _keep_weights(raw, target)
        raw.unlink()
        return
    if name.endswith(".npy"):
        _require_stats(raw)
    raw.replace(target)


def _keep_weights(checkpoint: Path, target: Path) -> None:
    from safetensors.numpy import save_file

    try:
        arrays = read_checkpoint(checkpoint).arrays
    except AssetError as error:
        raise SourceError(error.problem) from error
    speaking = {key: value for key, value in arrays.items() if key in _SPEAKING}
    flat = dict(_flat(speaking, ""))
    if not flat:
        raise SourceError(f"its checkpoint holds neither {' nor '.join(_SPEAKING)}")
    save_file(flat, target)


def _flat(tree: Tree, prefix: str) -> list[tuple[str, np.ndarray]]:
    found: list[tuple[str, np.ndarray]] = []
    for key, value in tree.items():
        if isinstance(value, dict):
            found += _flat(value, f"{prefix}{key}/")
        else:
            found.append((f"{prefix}{key}", np.ascontiguousarray(value)))
    return found


def _require_stats(path: Path) -> None:
    """Raises: SourceError: It is no mean and deviation of each band."""
    try:
        with path.open("rb") as file:
            np.lib.format.read_magic(file)
        stats = np.load(path, mmap_mode="r", allow_pickle=False)  # takes no more than it holds
    except Exception as error:  # numpy's reader fails in a dozen ways, none of them its contract
        raise SourceError(f"its statistics cannot be read ({error})") from error
    if stats.dtype.kind != "f" or stats.ndim != 2 or len(stats) != 2 or not stats.size:
        raise SourceError(f"its statistics are {stats.shape} of {stats.dtype}, not (2, bands)")
    if not np.isfinite(stats).all():
        raise SourceError("its statistics are not all numbers")
