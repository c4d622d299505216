"""What comes of one attempt at an order: files that were checked, or what went wrong."""

from __future__ import annotations

import json
import os
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

OUTCOME = "outcome.json"
"""Name of the file that says that all others of an attempt's folder are whole."""

Figure = str | int | float | None


@dataclass(frozen=True, slots=True)
class Made:
    """A file that an attempt made.

    Attributes:
        name: In the attempt's folder, and in the output folder.
        size: Bytes.
        sha256: Of its content.
    """

    name: str
    size: int
    sha256: str


@dataclass(frozen=True, slots=True)
class Outcome:
    """What comes of an attempt.

    Attributes:
        files: The film first, then what is beside it; empty where it failed.
        figures: What was made and how it was found to be: seconds, frames, voice, engine, ...
        thumbnail: A frame of the film as JPEG, in base64.
        warnings: What will look or sound worse than it could.
        taken_s: Seconds that it took.
        problem: What went wrong; empty where nothing did.
        remedy: What to do about it.
        may_pass: Whether another attempt might do better.
    """

    files: tuple[Made, ...] = ()
    figures: Mapping[str, Figure] = field(default_factory=dict[str, Figure])
    thumbnail: str = ""
    warnings: tuple[str, ...] = ()
    taken_s: float = 0.0
    problem: str = ""
    remedy: str = ""
    may_pass: bool = False

    @property
    def is_good(self) -> bool:
        """Whether the film is there."""
        return not self.problem

    def to_json(self) -> str:
        """The outcome as one line of JSON."""
        return json.dumps(asdict(self), ensure_ascii=False)

    @staticmethod
    def from_json(line: str) -> Outcome:
        """The outcome of a line that `to_json` wrote.

        Raises:
            ValueError: It is no such line.
        """
        try:
            told: dict[str, Any] = json.loads(line)
            told["files"] = tuple(Made(**row) for row in told["files"])
            told["warnings"] = tuple(told["warnings"])
            return Outcome(**told)
        except (KeyError, TypeError) as error:
            raise ValueError(f"no outcome: {error}") from error


def write_whole(path: Path, content: str) -> None:
    """Writes a file that is on the disk, and there whole or not at all."""
    part = path.with_suffix(".part")
    with part.open("w", encoding="utf-8") as stream:
        stream.write(content)
        stream.flush()
        os.fsync(stream.fileno())
    part.replace(path)


def kept_outcome(folder: Path) -> Outcome | None:
    """The outcome of an attempt that came to its end, whoever was left to hear of it."""
    try:
        outcome = Outcome.from_json((folder / OUTCOME).read_text("utf-8"))
    except (OSError, ValueError):
        return None
    return outcome if outcome.is_good else None
