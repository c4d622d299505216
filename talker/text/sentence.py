"""Text made ready to be spoken: tokens in sentences, the source text kept beside each."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Literal


@dataclass(frozen=True, slots=True)
class Token:
    """One word, character or punctuation mark.

    Attributes:
        source: The text as the user wrote it, such as "2026年" or "Dr.".
        spoken: The words to say, without digits, symbols or abbreviations, such as
            "二零二六年" or "Doctor". Empty for a mark that is only a pause.
        language: BCP 47 language that speaks it, such as "zh", "en" or "fr".
        kind: "word", or "punctuation" (`spoken` is then one of , . ? ! ; : or empty).
        pronunciation: From the user's lexicon: pinyin with tone digits separated by spaces for
            Chinese, IPA for any other language; None to let the engine decide.
        space_after: Whether white space follows in the source.
    """

    source: str
    spoken: str
    language: str
    kind: Literal["word", "punctuation"] = "word"
    pronunciation: str | None = None
    space_after: bool = False


@dataclass(frozen=True, slots=True)
class Sentence:
    """What is said in one breath group, never cut further.

    Attributes:
        tokens: In order. May be empty, where the text is only a pause.
        source: The text as the user wrote it.
        line: Index of the source line, from 0.
        pause_s: Seconds of silence after it.
        rate: Tempo against the rest of the text, in [0.5, 2].
        pitch: Semitones against the rest.
        volume_db: Decibels against the rest.
    """

    tokens: tuple[Token, ...]
    source: str
    line: int
    pause_s: float
    rate: float = 1.0
    pitch: float = 0.0
    volume_db: float = 0.0


def written(tokens: Iterable[Token]) -> str:
    """The source text of some tokens, white space between them as one space."""
    return "".join(token.source + " " * token.space_after for token in tokens).rstrip()
