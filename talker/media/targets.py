"""Writing a file so that it is there whole or not at all."""

from __future__ import annotations

import errno
import os
import secrets
import shlex
from collections.abc import Collection, Generator
from contextlib import contextmanager, suppress
from pathlib import Path

from talker.errors import MediaError, UsageError, WriteError


def check_target(path: Path, *, suffixes: Collection[str], overwrite: bool) -> None:
    """Find out before any work is done whether a file could be written; leaves nothing behind.

    Args:
        path: Where the result should go.
        suffixes: Allowed endings, in lower case with their dot.
        overwrite: Whether a file that exists may be replaced.

    Raises:
        UsageError: Another suffix, a folder, a device, an existing file, no parent folder.
        MediaError: The folder lets nothing be written.
    """
    if path.suffix.lower() not in suffixes:
        raise UsageError(
            f"The name '{path}' does not say what kind of file to write.",
            f"End it with one of: {', '.join(suffixes)}.",
        )
    with writing(path):
        if path.is_dir():
            raise UsageError(f"'{path}' is a folder.", "Name a file in it.")
        if path.exists() and not path.is_file():
            raise UsageError(f"'{path}' is no regular file.", "Name another file.")
        if not overwrite and os.path.lexists(path):
            raise _existing(path)
        if path.parent.is_file():
            raise UsageError(
                f"'{path.parent}' is a file, not a folder for '{path.name}'.",
                "Name another folder.",
            )
        if not path.parent.is_dir():
            raise UsageError(
                f"There is no folder '{path.parent}' for '{path.name}'.",
                f"Make it first: mkdir -p {shlex.quote(str(path.parent))}",
            )
        _new_part(path).unlink()


@contextmanager
def replacing(path: Path, *, overwrite: bool) -> Generator[Path]:
    """A new file beside the target, which takes the target's place when the block ends well.

    On any exception, Ctrl-C included, the new file is removed and the target stays as it was.

    Args:
        path: Where the result should go; checked with `check_target` before.
        overwrite: Whether a file that came to be there meanwhile may be replaced.

    Yields:
        The file to write to, empty, with the target's suffix.

    Raises:
        UsageError: There is such a file by now.
        MediaError: The file cannot be made, flushed or renamed.
    """
    with writing(path):
        part = _new_part(path)
    try:
        yield part
        with writing(path):
            _flush(part)
            _put(part, path, overwrite=overwrite)
            _flush(path.parent)
    finally:
        with suppress(OSError):
            part.unlink(missing_ok=True)


@contextmanager
def writing(path: Path) -> Generator[None]:
    """Turns an operating system's refusal to write into words the user can act on.

    Args:
        path: The target, for the message.

    Raises:
        MediaError: The folder may not be written to.
        WriteError: The disk is full or fails, or the file grew past a limit.
    """
    try:
        yield
    except Exception as error:
        # PyAV's errors carry errno and strerror as an OSError does, yet not all are OSErrors.
        code = getattr(error, "errno", None)
        if not isinstance(code, int):
            raise
        raise _refusal(path, code, getattr(error, "strerror", None) or str(error)) from error


def _refusal(path: Path, code: int, reason: str) -> MediaError:
    if code in (errno.ENOSPC, errno.EDQUOT):
        return WriteError(
            f"The disk became full while writing '{path}'.",
            "Free some space or choose a folder on another disk; nothing was left behind.",
        )
    if code == errno.EFBIG:
        return WriteError(
            f"'{path}' grew larger than a file may be here.",
            "Raise the limit (ulimit -f) or choose another disk; nothing was left behind.",
        )
    if code == errno.ENAMETOOLONG:
        return MediaError(f"'{path}' cannot be written: {reason}.", "Choose a shorter name.")
    if code in (errno.EACCES, errno.EPERM, errno.EROFS, errno.ENOENT):
        return MediaError(
            f"'{path}' cannot be written: {reason}.", "Choose a folder that you may write to."
        )
    return WriteError(f"Writing '{path}' failed: {reason}.", "Choose another folder or disk.")


def _existing(path: Path) -> UsageError:
    return UsageError(
        f"'{path}' exists already.", "Add --overwrite to replace it, or name another file."
    )


def _put(part: Path, path: Path, *, overwrite: bool) -> None:
    """Gives a finished file its name."""
    if not overwrite:
        try:
            path.hardlink_to(part)
        except FileExistsError:
            raise _existing(path) from None
        except OSError as error:  # a file system without links: look, then rename
            if os.path.lexists(path):
                raise _existing(path) from error
        else:
            return
    part.replace(path)


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
