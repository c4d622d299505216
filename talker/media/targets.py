"""Writing a file so that it is there whole or not at all."""

from __future__ import annotations

import errno
import os
import secrets
from collections.abc import Collection, Iterator
from contextlib import contextmanager
from pathlib import Path

from talker.errors import MediaError, UsageError, WriteError


def check_target(path: Path, *, suffixes: Collection[str], overwrite: bool) -> None:
    """Find out before any work is done whether a file could be written; leaves nothing behind.

    Args:
        path: Where the result should go.
        suffixes: Allowed endings, in lower case with their dot.
        overwrite: Whether a file that exists may be replaced.

    Raises:
        UsageError: Another suffix, a folder, an existing file, no parent folder.
        MediaError: The folder lets nothing be written.
    """
    if path.suffix.lower() not in suffixes:
        raise UsageError(
            f"'{path}' has the suffix '{path.suffix}', which says no known container.",
            f"End the name with one of: {', '.join(suffixes)}.",
        )
    try:
        if path.is_dir():
            raise UsageError(f"'{path}' is a folder.", "Name a file in it.")
        if not overwrite and os.path.lexists(path):
            raise UsageError(
                f"'{path}' exists already.", "Add --overwrite to replace it, or name another file."
            )
        if not path.parent.is_dir():
            raise UsageError(
                f"There is no folder '{path.parent}' for '{path.name}'.",
                f"Make it first: mkdir -p '{path.parent}'",
            )
        part = _new_part(path)
        part.unlink()
    except OSError as error:
        raise write_error(path, error) from error


@contextmanager
def replacing(path: Path) -> Iterator[Path]:
    """A new file beside the target, which takes the target's place when the block ends well.

    On any exception, Ctrl-C included, the new file is removed and the target stays as it was.

    Args:
        path: Where the result should go; checked with `check_target` before.

    Yields:
        The file to write to, empty, with the target's suffix.

    Raises:
        WriteError: The file cannot be written, flushed or renamed.
    """
    try:
        part = _new_part(path)
    except OSError as error:
        raise write_error(path, error) from error
    try:
        yield part
        _flush(part)
        part.replace(path)
        _flush(path.parent)
    except OSError as error:
        raise write_error(path, error) from error
    finally:
        part.unlink(missing_ok=True)


def write_error(path: Path, error: OSError) -> MediaError:
    """What to tell the user about an operating system's refusal to write."""
    if error.errno in (errno.ENOSPC, errno.EDQUOT):
        return WriteError(
            f"The disk became full while writing '{path}'.",
            "Free some space or choose a folder on another disk; nothing was left behind.",
        )
    if error.errno == errno.EFBIG:
        return WriteError(
            f"'{path}' grew larger than a file may be here.",
            "Raise the limit (ulimit -f) or choose another disk; nothing was left behind.",
        )
    reason = error.strerror or str(error)
    if error.errno in (errno.EACCES, errno.EPERM, errno.EROFS, errno.ENOENT):
        return MediaError(
            f"'{path}' cannot be written: {reason}.", "Choose a folder that you may write to."
        )
    return WriteError(f"Writing '{path}' failed: {reason}.", "Choose another folder or disk.")


def _new_part(path: Path) -> Path:
    """An empty file beside the target, with a name of its own and the user's usual permissions."""
    part = path.parent / f".talker-{secrets.token_hex(6)}{path.suffix.lower()}"
    os.close(os.open(part, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o666))
    return part


def _flush(path: Path) -> None:
    """Wait until a file's content (a folder's names) is on the disk."""
    handle = os.open(path, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
