"""Sizes and hashes of files, and the record of when they were last checked."""

from __future__ import annotations

import hashlib
import json
import os
from dataclasses import asdict, dataclass
from pathlib import Path
from threading import get_ident
from typing import Self


def sha256_of(path: Path) -> str:
    """SHA-256 of a file, in hexadecimal."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def problem_with(path: Path, size: int, sha256: str) -> str | None:
    """What is wrong with a file's bytes, or None.

    Raises:
        OSError: The file cannot be read.
    """
    found = path.stat().st_size
    if found != size:
        return f"{path.name} has {found} bytes instead of {size}"
    digest = sha256_of(path)
    if digest != sha256:
        return f"{path.name} has SHA-256 {digest[:12]}… instead of {sha256[:12]}…"
    return None


def md5_of(path: Path) -> str:
    """MD5 of a file, in hexadecimal.

    Raises:
        OSError: The file cannot be read.
    """
    with path.open("rb") as file:
        return hashlib.file_digest(file, lambda: hashlib.md5(usedforsecurity=False)).hexdigest()


def md5_problem(path: Path, md5: str) -> str | None:
    """What is wrong with a file of which only the MD5 is known, or None.

    Raises:
        OSError: The file cannot be read.
    """
    digest = md5_of(path)
    return None if digest == md5 else f"{path.name} has MD5 {digest[:12]}… instead of {md5[:12]}…"


@dataclass(frozen=True, slots=True)
class Stamp:
    """The state of a file at the moment its hash was found to be `sha256`."""

    sha256: str
    size: int
    mtime_ns: int

    @classmethod
    def of(cls, path: Path, sha256: str) -> Self:
        """The stamp of a file whose hash has just been checked."""
        status = path.stat()
        return cls(sha256, status.st_size, status.st_mtime_ns)


def read_stamps(path: Path) -> dict[str, Stamp]:
    """Read the stamps of one entry by file name; an unreadable record is an empty one."""
    try:
        table = json.loads(path.read_text(encoding="utf-8"))
        return {name: Stamp(**fields) for name, fields in table.items()}
    except (OSError, ValueError, TypeError, AttributeError):
        return {}


def write_stamps(path: Path, stamps: dict[str, Stamp]) -> None:
    """Replace the record of one entry in one step.

    Raises:
        OSError: The folder cannot be written.
    """
    fresh = path.with_name(f"{path.name}.{os.getpid()}-{get_ident()}.new")
    fresh.write_text(json.dumps({name: asdict(stamp) for name, stamp in stamps.items()}))
    fresh.replace(path)
