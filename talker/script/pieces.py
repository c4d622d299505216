"""What a paragraph or a stanza is read into: pieces that each are said in one way."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True, slots=True)
class Words:
    """Words that are said in one way.

    Attributes:
        text: As they are written.
        line: Number of the script's line on which they begin.
        spans: The directions in force: "slow", "emphasis".
        pinyin: How they are said; None to leave it to the voice.
        pace: Tempo against the rest, of verse.
    """

    text: str
    line: int
    spans: frozenset[str] = frozenset()
    pinyin: str | None = None
    pace: float = 1.0


@dataclass(frozen=True, slots=True)
class Wait:
    """A silence, as a tag such as `[pause 1s]`; said in the way of the words before it."""

    tag: str
    line: int
    spans: frozenset[str] = frozenset()
    pace: float = 1.0


@dataclass(frozen=True, slots=True)
class Shown:
    """A picture from here on; None for no more."""

    picture: Path | None
    line: int


@dataclass(frozen=True, slots=True)
class LineEnd:
    """The end of a line of verse."""

    line: int


Piece = Words | Wait | Shown | LineEnd


@dataclass(frozen=True, slots=True)
class Written:
    """A line of a script.

    Attributes:
        text: What stands on it.
        number: From 1.
    """

    text: str
    number: int


def plain_of(pieces: Sequence[Piece]) -> str:
    """The words of pieces."""
    return "".join(
        piece.text if isinstance(piece, Words) else "\n" if isinstance(piece, LineEnd) else ""
        for piece in pieces
    )
