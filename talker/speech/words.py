"""Which phones belong to which token, and the marks that follow from it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import groupby

from talker.speech.timeline import Mark
from talker.text.languages import UNSPACED
from talker.text.sentence import Token


@dataclass(frozen=True, slots=True)
class Spelling:
    """Tokens written out as one line, for an engine that takes text.

    Attributes:
        text: Words and punctuation with spaces.
        spans: For every token, its first character and the one after its last.
    """

    text: str
    spans: tuple[tuple[int, int], ...]


def spell(tokens: Sequence[Token], spoken: Sequence[str] | None = None) -> Spelling:
    """Writes tokens out as a line.

    Args:
        tokens: In order.
        spoken: What to write for each token; what it says (`Token.spoken`) when None.
    """
    written = [token.spoken for token in tokens] if spoken is None else list(spoken)
    text = ""
    spans: list[tuple[int, int]] = []
    for index, (token, word) in enumerate(zip(tokens, written, strict=True)):
        spans.append((len(text), len(text) + len(word)))
        text += word
        following = tokens[index + 1] if index + 1 < len(tokens) else None
        if following is None:
            continue
        joined = token.kind == "word" and following.kind == "word"
        unspaced = token.language.split("-")[0] in UNSPACED
        if token.space_after or token.kind == "punctuation" or (joined and not unspaced):
            text += " "
    return Spelling(text, tuple(spans))


def owners(
    tokens: Sequence[Token], spans: Sequence[tuple[int, int]], word_starts: Sequence[int]
) -> list[int]:
    """The token of every phone.

    An engine may merge small words ("of the") and name only the first; the phones of a merged
    group are then shared out in proportion to letters.

    Args:
        tokens: In order, at least one a word.
        spans: Characters of each token, as `spell` gives them.
        word_starts: For every phone, the first character of its word.

    Returns:
        For every phone, the index of a word token, never falling.
    """
    words = [index for index, token in enumerate(tokens) if token.kind == "word"]
    named: list[int] = []
    for start in word_starts:
        before = [index for index in words if spans[index][0] <= start]
        found = before[-1] if before else words[0]
        named.append(max(found, named[-1]) if named else found)
    result: list[int] = []
    spoken = sorted(set(named))
    for token, group in groupby(named):
        count = len(list(group))
        nexts = [index for index in spoken if index > token]
        silent = [i for i in words if token < i and (not nexts or i < nexts[0])]
        if token == spoken[0]:
            silent = [i for i in words if i < token] + [token, *silent]
        else:
            silent = [token, *silent]
        result += _shared(count, silent, [spans[i][1] - spans[i][0] for i in silent])
    return result


def word_marks(
    tokens: Sequence[Token], phone_owners: Sequence[int], phones: Sequence[Mark]
) -> list[Mark]:
    """One mark a word token, over its phones; a token without phones leans on its neighbour.

    Args:
        tokens: In order.
        phone_owners: For every phone, the index of its token.
        phones: The phones' own marks.
    """
    spans: dict[int, tuple[float, float]] = {}
    for owner, phone in zip(phone_owners, phones, strict=True):
        start, _ = spans.get(owner, (phone.start_s, 0.0))
        spans[owner] = (start, phone.end_s)
    marks: list[Mark] = []
    last = (0.0, 0.0)
    for index, token in enumerate(tokens):
        if token.kind != "word":
            continue
        last = spans.get(index, (last[1], last[1]))
        marks.append(Mark("word", token.source, *last))
    return marks


def _shared(count: int, tokens: Sequence[int], letters: Sequence[int]) -> list[int]:
    """Shares `count` phones out among tokens, each at least one while there are enough."""
    total = max(1, sum(letters))
    result: list[int] = []
    done = 0
    for place, (token, size) in enumerate(zip(tokens, letters, strict=True)):
        done += size
        left = len(tokens) - place - 1
        upto = round(count * done / total)
        upto = max(len(result) + 1, min(upto, count - left))
        if left == 0:
            upto = count
        result += [token] * (min(upto, count) - len(result))
    return result
