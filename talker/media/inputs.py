"""The first look at a file somebody gave: is there one, and may it be read?"""

from __future__ import annotations

from pathlib import Path

from talker.errors import MediaError


def checked_input(path: Path, kind: str) -> Path:
    """The path again, once it is sure that it names a readable file with something in it.

    Args:
        path: What the caller gave.
        kind: What it should be, for the message: "picture", "sound" or "film".

    Raises:
        MediaError: Missing, a folder, no regular file, empty or not readable.
    """
    try:
        if not path.exists():
            raise MediaError(f"There is no {kind} at '{path}'.", "Check the spelling of the path.")
        if path.is_dir():
            raise MediaError(f"'{path}' is a folder, not a {kind}.", f"Name a {kind} file in it.")
        if not path.is_file():
            raise MediaError(f"'{path}' is no regular file.", f"Save the {kind} to a file first.")
        with path.open("rb") as stream:
            if not stream.read(1):
                raise MediaError(
                    f"'{path}' is empty (0 bytes).", f"Save or download the {kind} again."
                )
    except OSError as error:
        raise MediaError(
            f"'{path}' cannot be read: {error.strerror}.",
            "Check the path and its permissions.",
        ) from error
    return path
