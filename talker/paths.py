"""Paths as a user writes them."""

from __future__ import annotations

from pathlib import Path


def at_home(given: str | Path) -> Path:
    """A path with a leading "~" read as a home folder; as it stands where there is no such user.

    A shell does so itself only at the start of a word, so not in `--output=~/film.mp4`.
    """
    path = Path(given)
    try:
        return path.expanduser()
    except RuntimeError:
        return path


def names_file(path: Path) -> bool:
    """Whether a path names a regular file; no error where no file could have such a name."""
    try:
        return path.is_file()
    except OSError:
        return False
