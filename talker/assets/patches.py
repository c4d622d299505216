"""The changes that a registry entry may ask for between a file's source and the store."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from talker.assets.patch_fastspeech2 import cut_dropouts

PATCHES: dict[str, Callable[[bytes], bytes]] = {"fastspeech2-dropout": cut_dropouts}
"""By the name that `registry.toml` uses; each turns a file's bytes into others of one hash."""


def apply_patch(name: str, path: Path) -> None:
    """Change a file in place.

    Raises:
        OSError: The file cannot be written.
    """
    path.write_bytes(PATCHES[name](path.read_bytes()))
