"""Source lines broken into captions of one or two balanced lines."""

from __future__ import annotations

import math
import unicodedata
from collections.abc import Sequence
from itertools import accumulate
from typing import Protocol

_LATIN_LIMIT, _HAN_LIMIT = 42, 16
"""Characters of a subtitle line, as broadcasters have them for Latin and for Chinese text."""
_LONGEST_S = 7.0
_PAUSE_S = 0.8
_ROUNDING = 1e-9

_CLOSERS = "\"'”’»›)）]】〕」』》〉〗}｝ \u3000"
_NO_LINE_START = "，。；：！？、…—～·％%" + _CLOSERS
_SENTENCE_ENDS = tuple(".!?。！？…")
_CLAUSE_ENDS = (*_SENTENCE_ENDS, *",;:，；：、—–")

# What breaking costs; a caption more costs 1.
_AT_CLAUSE, _AT_WORD = 0.35, 2.5
_SENTENCE_INSIDE, _PAUSE_INSIDE = 0.6, 1.0
_A_SECOND_TOO_SHORT = 2.0
_UNBALANCED, _LINE_AT_WORD = 1.0, 0.3
_IN_WORD = 0.8

# What belongs to the word before it, in Chinese, so that nothing is broken there.
_PARTICLES = "的了着过们吗呢吧啊呀哪啦嘛么地得里上下中内外前后时个年月日号元块点分秒岁次种些"


class Word(Protocol):
    """A word with its marks and space, and when it is said."""

    @property
    def text(self) -> str:
        """Never empty."""
        ...

    @property
    def start_s(self) -> float:
        """Seconds."""
        ...

    @property
    def end_s(self) -> float:
        """Seconds."""
        ...


def captions_of(words: Sequence[Word], columns: int | None) -> list[tuple[int, int, int]]:
    """The best way to break a source line into captions of one or two lines.

    Args:
        words: Of the source line, in order, each short enough for a line.
        columns: As in `talker.speech.cues.cues`.

    Returns:
        For each caption its first word, the first of its second line, and the one after its last;
        the latter two are the same where it has one line.
    """
    line = _Line(words, columns)
    size = len(words)
    # For each word: what it costs from here on, and where this caption and its first line end.
    best: list[tuple[float, int, int]] = [(0.0, size, size)] * (size + 1)
    for first in range(size - 1, -1, -1):
        best[first] = (math.inf, first + 1, first + 1)
        for end in range(first + 1, size + 1):
            layout = line.layout(first, end)
            if layout is None and end > first + 1:
                break
            cost, middle = layout or (0.0, end)
            cost += line.cost(first, end) + best[end][0]
            if cost < best[first][0]:
                best[first] = (cost, middle, end)
    captions: list[tuple[int, int, int]] = []
    at = 0
    while at < size:
        _, middle, end = best[at]
        captions.append((at, middle, end))
        at = end
    return captions


def parts_of(text: str, columns: int | None) -> list[str]:
    """A word in parts that fit on a line each; nearly always itself."""
    parts = [""]
    for char in text:
        longer = parts[-1] + char
        may_begin = char not in _NO_LINE_START and unicodedata.category(char)[0] != "M"
        if parts[-1] and may_begin and not _has_room(longer, columns):
            parts.append(char)
        else:
            parts[-1] = longer
    return parts


def is_wide(char: str) -> bool:
    """Whether a character is a square one, as Chinese and Japanese are written with."""
    return char >= "\u2e80" and not "\uac00" <= char <= "\ud7a3"


class _Line:
    """A source line, with what its breaking is judged by."""

    def __init__(self, words: Sequence[Word], columns: int | None) -> None:
        self._columns = columns or math.inf
        self.words = words
        texts = [word.text for word in self.words]
        # Widths as shares of a line, and as columns, up to each word.
        self._shares = [0.0, *accumulate(map(_share, texts))]
        self._places = [0, *accumulate(map(_places, texts))]
        spaces = [text[len(text.rstrip()) :] for text in texts]
        self._spaces = [(_share(space), _places(space)) for space in spaces]
        bare = [text.rstrip(_CLOSERS) for text in texts]
        self._ends_clause = [text.endswith(_CLAUSE_ENDS) for text in bare]
        self._ends_sentence = [text.endswith(_SENTENCE_ENDS) for text in bare]
        self._sentences = [0, *accumulate(map(int, self._ends_sentence))]
        self._breakable = [
            left[-1].isspace() or _is_unspaced(left[-1]) or _is_unspaced(right[0])
            for left, right in zip(texts, [*texts[1:], " "], strict=True)
        ]
        gaps = [
            after.start_s - before.end_s > _PAUSE_S
            for before, after in zip(self.words, self.words[1:], strict=False)
        ]
        self._pauses = [0, *accumulate(map(int, gaps))]
        self._tears = _tears(texts)

    def cost(self, first: int, end: int) -> float:
        """What a caption of these words costs, but for its lines."""
        last = end - 1
        cost = 1.0
        if not self._breakable[last]:
            cost += 10 * _AT_WORD
        if not self._ends_sentence[last] and end < len(self.words):
            cost += _AT_CLAUSE if self._ends_clause[last] else _AT_WORD
            cost += _IN_WORD * self._tears[end]
        cost += _SENTENCE_INSIDE * (self._sentences[last] - self._sentences[first])
        cost += _PAUSE_INSIDE * (self._pauses[last] - self._pauses[first])
        until_s = self.words[min(end, len(self.words) - 1)].end_s
        return cost + _A_SECOND_TOO_SHORT * max(0.0, 1 - (until_s - self.words[first].start_s))

    def layout(self, first: int, end: int) -> tuple[float, int] | None:
        """What the best lines of these words cost, and where the second begins; None for none."""
        if self.words[end - 1].end_s - self.words[first].start_s > _LONGEST_S:
            return None
        if self._fits(first, end):
            return 0.0, end
        whole = self._shares[end] - self._shares[first]
        if whole > 2.1:
            return None
        found: tuple[float, int] | None = None
        for middle in range(end - 1, first, -1):
            if not self._fits(middle, end):
                break
            if not self._fits(first, middle) or not self._breakable[middle - 1]:
                continue
            left = self._shares[middle] - self._shares[first]
            cost = _UNBALANCED * abs(2 * left - whole) / whole
            cost += 0 if self._ends_clause[middle - 1] else _LINE_AT_WORD
            cost += _IN_WORD * self._tears[middle]
            if found is None or cost < found[0]:
                found = cost, middle
        return found

    def _fits(self, first: int, end: int) -> bool:
        share, places = self._spaces[end - 1]
        return (
            self._shares[end] - self._shares[first] - share <= 1 + _ROUNDING
            and self._places[end] - self._places[first] - places <= self._columns
        )


def _tears(texts: Sequence[str]) -> list[float]:
    """How surely a break before each word tears a Chinese word apart, from 0 to 1."""
    torn = [0.0] * len(texts)
    if not any(map(is_wide, "".join(texts))):
        return torn
    from pypinyin.seg.mmseg import seg

    starts = [0, *accumulate(map(len, texts))]
    inside, edges = set[int](), set[int]()
    begin = 0
    for word in seg.cut("".join(texts)):
        if len(word) > 1:
            inside.update(range(begin + 1, begin + len(word)))
            edges.update((begin, begin + len(word)))
        begin += len(word)
    for index in range(1, len(texts)):
        before, after = texts[index - 1][-1], texts[index][0]
        if starts[index] in inside or after in _PARTICLES:
            torn[index] = 1.0
        elif before.isalpha() and after.isalpha() and is_wide(before) and is_wide(after):
            # The dictionary does not hold all words: two characters may be one that it lacks.
            known = starts[index] in edges or before in _PARTICLES
            torn[index] = 0.0 if known else 0.5
    return torn


def _has_room(text: str, columns: int | None) -> bool:
    return _share(text) <= 1 + _ROUNDING and (columns is None or _places(text) <= columns)


def _share(text: str) -> float:
    """Which share of a line's characters a text takes."""
    wide = sum(map(is_wide, text))
    return wide / _HAN_LIMIT + (len(text) - wide) / _LATIN_LIMIT


def _places(text: str) -> int:
    """How many columns a text takes."""
    return len(text) + sum(map(is_wide, text))


def _is_unspaced(char: str) -> bool:
    """Whether a character is of a script that puts no spaces between words."""
    return (
        is_wide(char)
        or "\u0e00" <= char <= "\u0eff"
        or "\u1000" <= char <= "\u109f"
        or ("\u1780" <= char <= "\u17ff")
    )
