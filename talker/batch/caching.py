"""What was spoken and rendered before, looked at and deleted."""

from __future__ import annotations

import re

from talker.errors import UsageError
from talker.narration.keeping import MOST_BYTES, Keep, kept_home
from talker.progress import ByteCount, Cell

_UNITS = {"": 1, "k": 10**3, "m": 10**6, "g": 10**9, "t": 10**12}


def info() -> dict[str, Cell]:
    """Where the cache is, how much is in it, and how much there may be."""
    home = kept_home()
    folders = [folder for folder in home.iterdir() if folder.is_dir()] if home.is_dir() else []
    size = sum(file.stat().st_size for file in home.rglob("*") if file.is_file())
    return {
        "folder": str(home),
        "things": len(folders),
        "size": ByteCount(size),
        "limit": ByteCount(MOST_BYTES),
    }


def clear(down_to: str | None = None) -> dict[str, Cell]:
    """Deletes what was not used for longest, until so much is left; None for nothing.

    Raises:
        UsageError: That is no size.
    """
    before = info()["size"]
    with Keep(kept_home(), 0 if down_to is None else read_size(down_to)):
        pass  # it deletes at its end
    after = info()
    freed = (before if isinstance(before, int) else 0) - int(str(after["size"] or 0))
    return {**after, "freed": ByteCount(freed)}


def read_size(text: str) -> int:
    """Reads bytes, such as "2GB" or "500 MB".

    Raises:
        UsageError: That is no size.
    """
    match = re.fullmatch(r"\s*(\d+(?:\.\d+)?)\s*([kmgt]?)b?\s*", text.lower())
    if match is None:
        raise UsageError(f"'{text}' is no size.", "Give bytes, such as 2GB or 500MB.")
    return int(float(match[1]) * _UNITS[match[2]])
