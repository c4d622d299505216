"""Verse read as verse: where a reciter pauses, and where the words grow long.

Regular verse (shi) has lines of five syllables, parted 2+3, or of seven, parted 4+3, and lines in
couplets (Wang Li 1979, "Hanyu shilüxue"). Song lyrics (ci) are uneven and breathe at their marks.
Other verse pauses at line ends. The last words before a boundary are drawn out (Klatt 1976,
"Linguistic uses of segmental duration in English").
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from typing import Literal

from talker.script.markup import markup_of
from talker.script.pieces import LineEnd, Piece, Wait, Words, plain_of
from talker.text.languages import HAN

Metre = Literal["regular", "uneven", "other"]

STANZA_PAUSE_S = 1.3
PACE = 0.85
"""Tempo of verse against prose."""
_LAST_PACE = 0.9
"""Tempo of the last words of a stanza against the rest."""
_CAESURA_S, _BREATH_S, _LINE_S, _COUPLET_S = 0.14, 0.35, 0.55, 0.85
_ENJAMBED_S = 0.4
"""At the end of a line of other verse on which the sentence goes on."""
_OWN_SILENCE_S = 0.09
"""Silence between two pieces of speech without any pause (`talker.speech.tape`)."""

_CAESURAS = {5: 2, 7: 4}
"""Syllables before the caesura, by those of the line."""
_MOSTLY = 0.8
"""Share of clauses that have five or seven syllables, in regular verse."""

_CLOSERS = "\"'”’»」』》〉)）】"
_HAN_CLAUSE = re.compile(f"[^，,。．.；;！!？?…：:—]+(?:[，,。．.；;！!？?…：:—]+[{_CLOSERS}]*|$)")
_CLAUSE = re.compile(r"(?<=[,;:—–])\s+|(?<=[.!?…])\s+")
_STOP = re.compile(f"[。．.；;！!？?…][{_CLOSERS}]*$")
_MARK = re.compile(f"[^\\w\\s{_CLOSERS}][{_CLOSERS}]*$")
_LETTER = re.compile(r"[^\W\d_]")
_HAN_CHAR = re.compile(f"[{HAN}]")


@dataclass(frozen=True, slots=True)
class _Clause:
    """A half of a couplet, or what stands between two marks.

    Attributes:
        start: Index of its first character in the line.
        end: Index behind its last mark.
        caesura: Index of the character before which its caesura is; None for none.
        ends_sentence: Whether a full stop or the like is behind it; None where there is no mark.
    """

    start: int
    end: int
    caesura: int | None
    ends_sentence: bool | None


def metre_of(lines: Iterable[str], language: str) -> Metre:
    """How a poem is built.

    Args:
        lines: Its words, line by line.
        language: Primary language of the poem.
    """
    lines = [line for line in lines if line.strip()]
    letters = sum(len(_LETTER.findall(line)) for line in lines)
    han = sum(len(_HAN_CHAR.findall(line)) for line in lines)
    if language not in ("zh", "yue") or han < 0.9 * letters or not han:
        return "other"
    lengths = [
        len(_HAN_CHAR.findall(clause[0])) for line in lines for clause in _HAN_CLAUSE.finditer(line)
    ]
    lengths = [length for length in lengths if length]
    regular = sum(length in _CAESURAS for length in lengths)
    return "regular" if regular >= _MOSTLY * len(lengths) else "uneven"


def recited(stanza: Sequence[Piece], metre: Metre, *, goes_on: bool = False) -> str:
    """Markup of a stanza as a reciter says it; the pause after it is not in it.

    Args:
        stanza: Its pieces, without pictures.
        metre: Of the whole poem.
        goes_on: Whether the stanza goes on after these lines.
    """
    lines = _lines(stanza)
    pieces: list[Piece] = []
    for index, line in enumerate(lines):
        is_last = index == len(lines) - 1
        clauses = _clauses(plain_of(line), metre)
        waits = _waits(clauses, metre, index, is_last=is_last, text=plain_of(line))
        slow_from = _last_words(plain_of(line), clauses) if is_last and not goes_on else None
        pieces += _with_waits(line, waits, slow_from)
        if not is_last:
            pieces.append(LineEnd(line[0].line if line else 0))
    return markup_of(pieces, PACE)


def line_pause_s(line: str, metre: Metre) -> float:
    """Seconds after a line of a stanza that goes on."""
    return _end_s(metre, line, 0, _clauses(line, metre))


def _lines(stanza: Sequence[Piece]) -> list[list[Words | Wait]]:
    lines: list[list[Words | Wait]] = [[]]
    for piece in stanza:
        if isinstance(piece, LineEnd):
            lines.append([])
        elif isinstance(piece, Words | Wait):
            lines[-1].append(piece)
    return lines


def _clauses(text: str, metre: Metre) -> list[_Clause]:
    if metre == "other":
        return []
    found: list[_Clause] = []
    for clause in _HAN_CLAUSE.finditer(text):
        syllables = [char.start() for char in _HAN_CHAR.finditer(text, *clause.span())]
        if not syllables:
            continue
        before = _CAESURAS.get(len(syllables)) if metre == "regular" else None
        mark = bool(_MARK.search(clause[0].rstrip()))
        found.append(
            _Clause(
                clause.start(),
                clause.end(),
                syllables[before] if before else None,
                bool(_STOP.search(clause[0].rstrip())) if mark else None,
            )
        )
    return found


def _waits(
    clauses: Sequence[_Clause], metre: Metre, index: int, *, is_last: bool, text: str
) -> dict[int, float]:
    """Seconds of silence by the index of the character before which they are."""
    waits: dict[int, float] = {}
    for clause in clauses:
        if clause.caesura is not None:
            waits[clause.caesura] = _CAESURA_S
    for number, clause in enumerate(clauses[:-1]):
        if metre == "regular":
            ends_couplet = number % 2 if clause.ends_sentence is None else clause.ends_sentence
            waits[clause.end] = _COUPLET_S if ends_couplet else _LINE_S
        else:
            waits[clause.end] = _LINE_S if clause.ends_sentence else _BREATH_S
    if not is_last:
        waits[len(text)] = _end_s(metre, text, index, clauses)
    return waits


def _end_s(metre: Metre, text: str, index: int, clauses: Sequence[_Clause]) -> float:
    """Seconds after a line."""
    if metre == "other":
        return _LINE_S if _MARK.search(text.rstrip()) else _ENJAMBED_S
    ends = clauses[-1].ends_sentence if clauses else None
    if ends is None:
        ends = metre == "regular" and (len(clauses) > 1 or index % 2 == 1)
    return _COUPLET_S if ends else _LINE_S


def _last_words(text: str, clauses: Sequence[_Clause]) -> int:
    """Index from which the last line of a stanza is drawn out."""
    if clauses:
        last = clauses[-1]
        return last.start if last.caesura is None else last.caesura
    cuts = [cut.end() for cut in _CLAUSE.finditer(text.rstrip())]
    return next((cut for cut in reversed(cuts) if len(text[cut:].split()) > 1), 0)


def _with_waits(
    line: Sequence[Words | Wait], waits: dict[int, float], slow_from: int | None
) -> list[Piece]:
    """A line with silences in it where the author has put none, and its last words slower."""
    pieces: list[Piece] = []
    at = 0
    taken = _taken(line)
    cuts: list[int] = sorted({*waits} if slow_from is None else {*waits, slow_from})
    for piece in line:
        if isinstance(piece, Wait):
            pieces.append(piece)
            continue
        end = at + len(piece.text)
        inner = [] if piece.pinyin else [cut for cut in cuts if at < cut < end]
        for start, stop in zip([at, *inner], [*inner, end], strict=True):
            is_slow = slow_from is not None and start >= slow_from
            pace = _LAST_PACE if is_slow else 1.0
            part = replace(piece, text=piece.text[start - at : stop - at], pace=pace)
            pieces.append(part)
            if stop in waits and stop not in taken:
                length_s = max(0.0, waits[stop] - _OWN_SILENCE_S)
                pieces.append(Wait(f"[pause {length_s:.2f}s]", part.line, part.spans, pace))
        at = end
    return pieces


def _taken(line: Sequence[Words | Wait]) -> set[int]:
    """Where the author has put silences."""
    at, taken = 0, set[int]()
    for piece in line:
        if isinstance(piece, Wait):
            taken.add(at)
        else:
            at += len(piece.text)
    return taken
