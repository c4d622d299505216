"""Captions: what is said cut into pieces that can be read, each on the speech's own clock."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class CueWord:
    """A word of a caption.

    Attributes:
        text: As the source has it, with the marks and the space that follow it.
        start_s: When it is said.
        end_s: When it has been said.
    """

    text: str
    start_s: float
    end_s: float


@dataclass(frozen=True, slots=True)
class Cue:
    """A caption.

    Attributes:
        start_s: When it appears: with its first word.
        end_s: When it goes.
        lines: What it shows, line by line; the words of all of them follow each other in time.
        speaker: Who says it; empty where that is plain.
    """

    start_s: float
    end_s: float
    lines: tuple[tuple[CueWord, ...], ...]
    speaker: str = ""

    @property
    def text(self) -> str:
        """The lines, each on one."""
        return "\n".join("".join(word.text for word in line).strip() for line in self.lines)
