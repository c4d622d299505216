"""What is said in one go: words between two marks."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from talker.speech.pauses import pause_after
from talker.text.sentence import Token


@dataclass(frozen=True, slots=True)
class Clause:
    """Words up to a mark that is heard as a pause.

    Attributes:
        first: Index of its first token in the sentence.
        tokens: Its tokens; marks among them are not heard.
        pause_s: Seconds of silence after it, 0 at the sentence's end.
    """

    first: int
    tokens: tuple[Token, ...]
    pause_s: float


def clauses(tokens: Sequence[Token]) -> list[Clause]:
    """A sentence cut at the marks that pause; stretches without a word are left out."""
    found: list[Clause] = []
    begin = 0
    for index, token in enumerate([*tokens, None]):
        if token is not None and (token.kind == "word" or not token.spoken):
            continue
        part = tuple(tokens[begin:index])
        if any(word.kind == "word" for word in part):
            found.append(Clause(begin, part, pause_after(token) if token else 0.0))
        begin = index + 1
    if found:
        found[-1] = Clause(found[-1].first, found[-1].tokens, 0.0)
    return found
