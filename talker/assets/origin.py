"""The record of a checkpoint or archive that came into the store, and of what was made of it."""

from __future__ import annotations

import os
from pathlib import Path
from threading import get_ident

from pydantic import BaseModel, ConfigDict, ValidationError

from talker.assets.registry import AssetFile, Sha256


class Origin(BaseModel):
    """A checkpoint or archive that came, as it was when it came.

    Attributes:
        name: The file's name then.
        sha256: Of the file.
        files: What was made of it.
    """

    model_config = ConfigDict(extra="forbid", frozen=True)

    name: str
    sha256: Sha256
    files: tuple[AssetFile, ...]


def read_origin(path: Path) -> Origin | None:
    """Read a record; None where there is none, or it cannot be understood."""
    try:
        return Origin.model_validate_json(path.read_bytes())
    except (OSError, ValidationError):
        return None


def write_origin(path: Path, origin: Origin) -> None:
    """Replace a record in one step.

    Raises:
        OSError: The folder cannot be written.
    """
    fresh = path.with_name(f"{path.name}.{os.getpid()}-{get_ident()}.new")
    fresh.write_text(origin.model_dump_json(), encoding="utf-8")
    fresh.replace(path)
