"""Captions: what is said cut into pieces that can be read, each on the speech's own clock."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace

from talker.speech.cue_breaking import captions_of, is_wide, parts_of
from talker.speech.timeline import Mark, Speech

_LINGER_S = 0.3
"""How long a caption stays after its last word, where nothing follows."""
_LEAST_S = 1.0
_FLICKER_S = 0.25
"""A shorter gap between two captions is closed."""
_LATIN_A_SECOND, _HAN_A_SECOND = 17, 9
"""Characters that are read in a second, as broadcasters reckon for adults."""

_OPENERS = "\"'“‘„‚«‹(（[【〔「『《〈〖{｛¿¡"


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


def cues(speech: Speech, *, speaker: str = "", columns: int | None = None) -> tuple[Cue, ...]:
    """Captions of at most two lines of 42 Latin or 16 Han characters.

    They are cut at the ends of sentences and clauses as far as that goes. Each appears with its
    first word and stays, as far as the silence after it allows, until it can be read.

    Args:
        speech: With marks of lines and words.
        speaker: Who says it.
        columns: Latin characters that a line of the screen has room for, where that is less; a
            Han character takes the room of two.

    Returns:
        In order; the texts of the words of a source line join to the line.
    """
    shown = [lines for line in _spoken_lines(speech) for lines in _broken(line, columns)]
    return _timed(shown, speech.duration_s, speaker)


def line_cues(speech: Speech, *, speaker: str = "") -> tuple[Cue, ...]:
    """A caption for each line of the source, as it stands there; for verse.

    Args:
        speech: With marks of lines and words.
        speaker: Who says it.
    """
    shown = [(tuple(line),) for line in _spoken_lines(speech)]
    return _timed(shown, speech.duration_s, speaker)


def moved(cues: Iterable[Cue], by_s: float) -> tuple[Cue, ...]:
    """The same captions later, as on the clock of a film that has something before them."""
    return tuple(
        replace(
            cue,
            start_s=cue.start_s + by_s,
            end_s=cue.end_s + by_s,
            lines=tuple(
                tuple(
                    replace(word, start_s=word.start_s + by_s, end_s=word.end_s + by_s)
                    for word in line
                )
                for line in cue.lines
            ),
        )
        for cue in cues
    )


def _timed(
    shown: Sequence[tuple[tuple[CueWord, ...], ...]], end_s: float, speaker: str
) -> tuple[Cue, ...]:
    """Captions of these lines, which stay as long as they are read and nothing follows."""
    starts = [lines[0][0].start_s for lines in shown]
    timed: list[Cue] = []
    for lines, start_s, next_s in zip(shown, starts, [*starts, end_s][1:], strict=True):
        said_s = lines[-1][-1].end_s
        wanted_s = max(said_s + _LINGER_S, start_s + max(_LEAST_S, _reading_s(lines)))
        is_near = next_s - wanted_s < _FLICKER_S
        timed.append(Cue(start_s, next_s if is_near else wanted_s, lines, speaker))
    return tuple(timed)


def _reading_s(lines: Iterable[Iterable[CueWord]]) -> float:
    """Seconds that it takes to read lines."""
    chars = [char for line in lines for char in "".join(word.text for word in line).strip()]
    wide = sum(map(is_wide, chars))
    return wide / _HAN_A_SECOND + (len(chars) - wide) / _LATIN_A_SECOND


def _spoken_lines(speech: Speech) -> Iterator[list[CueWord]]:
    """The words of every source line that is spoken; their texts join to the line."""
    words = speech.of_kind("word")
    at = 0
    for line in speech.of_kind("line"):
        while at < len(words) and words[at].start_s < line.start_s - 1e-6:
            at += 1
        end = at
        while end < len(words) and words[end].end_s <= line.end_s + 1e-6:
            end += 1
        found = _pieces(re.sub(r"\s*\n\s*", " ", line.label), words[at:end])
        at = end
        if found:
            yield found


def _broken(
    words: Sequence[CueWord], columns: int | None
) -> Iterator[tuple[tuple[CueWord, ...], ...]]:
    """The words of a source line as captions, each of one or two lines of words."""
    words = [part for word in words for part in _short(word, columns)]
    for first, middle, end in captions_of(words, columns):
        lines = tuple(words[first:middle]), tuple(words[middle:end])
        yield lines if lines[1] else lines[:1]


def _short(word: CueWord, columns: int | None) -> Iterator[CueWord]:
    """A word in parts that fit on a line each, its time shared among them."""
    parts = parts_of(word.text, columns)
    step_s = (word.end_s - word.start_s) / len(parts)
    for index, part in enumerate(parts):
        start_s = word.start_s + index * step_s
        yield CueWord(part, start_s, word.end_s if part is parts[-1] else start_s + step_s)


def _pieces(source: str, words: Sequence[Mark]) -> list[CueWord]:
    """The source text cut so that each piece begins with a word and holds what follows it."""
    starts: list[int] = []
    found: list[Mark] = []
    at = 0
    for word in words:
        place = source.find(word.label, at)
        if place < 0:
            continue
        starts.append(place)
        found.append(word)
        at = place + len(word.label)
    if not found:
        return []
    # Opening quotes and brackets belong to the word behind them.
    for index in range(1, len(starts)):
        least = starts[index - 1] + len(found[index - 1].label)
        while starts[index] > least and source[starts[index] - 1] in _OPENERS:
            starts[index] -= 1
    starts[0] = 0
    return [
        CueWord(source[start:end], word.start_s, word.end_s)
        for start, end, word in zip(starts, [*starts[1:], len(source)], found, strict=True)
    ]
