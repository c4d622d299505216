"""Checkpoints that come from elsewhere: from a user, or from an address without a known hash."""

from __future__ import annotations

import tempfile
from collections.abc import Callable
from pathlib import Path

from talker.assets import store
from talker.assets.fetch import is_offline
from talker.assets.https import download_unvouched
from talker.assets.registry import Entry
from talker.assets.source import SourceError
from talker.errors import AssetError, UsageError, WriteError
from talker.progress import Reporter, size_of

MOST_BYTES = 1 << 30


def import_checkpoint(
    file: Path, name: str, reporter: Reporter, *, overwrite: bool = False
) -> bool:
    """Take a file into the model store, and say what it may be used for.

    Args:
        file: The checkpoint.
        name: The model that it becomes.
        reporter: Told the restriction of its use.
        overwrite: Whether it may take the place of another file's.

    Returns:
        Whether anything was done: False where this very file is there.

    Raises:
        AssetError: The file is refused, broken, or not what that model is made of.
        UsageError: There is no such model, it takes no file, or another file came first.
    """
    entry = _entry(name)
    if entry.release:
        from talker.speech.paddlespeech.models import prepare

        is_new = store.keep_release(name, file)
        prepare(name)
        if entry.warning:
            reporter.note(entry.warning)
        return is_new
    if entry.checkpoint is None:
        takers = [other.entry.name for other in store.statuses() if other.entry.checkpoint]
        raise UsageError(
            f"The model '{name}' is not made of a file of yours.",
            f"{entry.way_to_get}; files are taken as: {', '.join(takers)}, and as PaddleSpeech's "
            "releases.",
        )
    # The entries with a checkpoint are Wav2Lip's, all of them.
    from talker.lips.wav2lip.weights import import_weights

    is_new = import_weights(file, name, overwrite=overwrite)
    if entry.warning:
        reporter.note(entry.warning)
    return is_new


def fetch_checkpoint(entry: Entry, reporter: Reporter, from_dir: Path | None) -> tuple[str, ...]:
    """Bring a model that is made of a checkpoint.

    Args:
        entry: It, with a checkpoint.
        reporter: Told the bytes, and the restriction of its use.
        from_dir: Folder that holds the checkpoint, or what another machine made of it; None for
            its address.

    Returns:
        The files it has now.

    Raises:
        AssetError: It cannot be had, or what came is no such checkpoint.
        UsageError: What came is another file than the first time.
    """
    checkpoint = entry.checkpoint
    if checkpoint is None:
        raise ValueError(f"{entry.name} is not made of a checkpoint")
    if from_dir is not None:
        import_checkpoint(_in_folder(entry, from_dir), entry.name, reporter)
        return (checkpoint.kept,)
    if checkpoint.url is None:
        raise AssetError(
            f"The model '{entry.name}' has no address that it could be fetched from.",
            entry.way_to_get,
        )
    if is_offline():
        raise AssetError(
            f"The model '{entry.name}' could not be fetched (TALKER_OFFLINE forbids the network).",
            f"Unset TALKER_OFFLINE, or give the file with: {_import_command(entry)}",
        )
    try:
        with tempfile.TemporaryDirectory(prefix="talker-") as folder:
            file = Path(folder) / checkpoint.name
            with reporter.stage(f"Fetching {entry.name}", entry.download_size, "bytes") as advance:
                download_unvouched(checkpoint.url, file, MOST_BYTES, _counted(advance))
            import_checkpoint(file, entry.name, reporter)
    except SourceError as error:
        raise AssetError(
            f"The model '{entry.name}' could not be fetched ({checkpoint.url}: {error}).",
            f"Check the network, or give the file with: {_import_command(entry)}",
        ) from error
    except OSError as error:
        raise WriteError(
            f"'{checkpoint.name}' could not be fetched to {tempfile.gettempdir()} ({error}); it "
            f"takes {size_of(entry.download_size)}.",
            "Free some space there, or set TMPDIR to another folder.",
        ) from error
    return (checkpoint.kept,)


def _counted(advance: Callable[[float], None]) -> Callable[[int], None]:
    """Turns bytes so far into bytes since the last report."""
    last = 0

    def heard(done: int) -> None:
        nonlocal last
        advance(done - last)
        last = done

    return heard


def _in_folder(entry: Entry, folder: Path) -> Path:
    if entry.checkpoint is None:
        raise ValueError(f"{entry.name} is not made of a checkpoint")
    made, given = entry.checkpoint.kept, entry.checkpoint.name
    for file in (folder / given, folder / entry.name / made, folder / made):
        if file.is_file():
            return file
    raise AssetError(
        f"The model '{entry.name}' could not be fetched (folder {folder}: it holds neither "
        f"{given} nor {made}).",
        f"Put one of them there, or give the file with: {_import_command(entry)}",
    )


def _import_command(entry: Entry) -> str:
    name = entry.checkpoint.name if entry.checkpoint else "FILE"
    return f"talker models import {name} --as {entry.name}"


def _entry(name: str) -> Entry:
    store.path(name)  # raises for a name that is none, with those that are near
    return next(status.entry for status in store.statuses() if status.entry.name == name)
