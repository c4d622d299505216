"""What a reading rule says: the parts of a stretch of text, each with its spoken words."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from typing import Literal, TypeAlias


@dataclass(frozen=True, slots=True)
class Part:
    """A piece of the source with what is said for it.

    Attributes:
        source: As in the text that the rule matched, digits and letters folded to ASCII.
        spoken: The words, or one of , . ? ! ; : or nothing for a mark.
        language: The language that speaks it; None for the language of the rule.
        kind: As in `Token`.
        pronunciation: As in `Token`.
    """

    source: str
    spoken: str
    language: str | None = None
    kind: Literal["word", "punctuation"] = "word"
    pronunciation: str | None = None


Reading: TypeAlias = "str | tuple[Part, ...] | None"
"""The words for the whole match, its parts in order, or None where the rule does not hold."""

Rule: TypeAlias = tuple[re.Pattern[str], Callable[[re.Match[str]], Reading]]
"""A pattern, tried where a word may begin, and what to make of its match."""


def first_reading(
    rules: tuple[Rule, ...], text: str, start: int
) -> tuple[int, str | tuple[Part, ...]] | None:
    """The end and the reading of the first rule that holds at a place in a text."""
    for pattern, read in rules:
        match = pattern.match(text, start)
        if match and match.end() > start:
            reading = read(match)
            if reading is not None:
                return match.end(), reading
    return None


def before(match: re.Match[str], width: int = 24) -> str:
    """The text just before a match."""
    return match.string[max(0, match.start() - width) : match.start()]


def after(match: re.Match[str], width: int = 24) -> str:
    """The text just after a match."""
    return match.string[match.end() : match.end() + width]
