"""Pieces of words written as the markup that voices read."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace
from itertools import groupby
from xml.sax.saxutils import escape, quoteattr

from talker.script.pieces import LineEnd, Piece, Shown, Wait, Words
from talker.text.glyphs import has_words

_SLOW = 0.8
_EMPHASIS, _EMPHASIS_DB = 0.9, 3
_MARKS_BEHIND = re.compile(r"[，,。．.；;！!？?…：:、”’」』》）)]*(?:\s+$)?")
_PAUSE = re.compile(r"\[(?=\s*pause\b)", re.IGNORECASE)


def markup_of(pieces: Sequence[Piece], pace: float = 1.0) -> str:
    """Markup that says pieces.

    Args:
        pieces: With no picture in them; a line of them is a line of the markup.
        pace: Tempo of all of it.
    """
    parts: list[str] = []
    for line in _lines(pieces):
        written = ""
        ways = groupby(_with_marks(line), lambda piece: (piece.spans, piece.pace))
        for (spans, own), run in ways:
            content = "".join(_content(piece) for piece in run)
            written += _said(content, spans, own * pace)
        parts.append(written)
    return f"<speak>{chr(10).join(parts)}</speak>"


def _lines(pieces: Sequence[Piece]) -> list[list[Words | Wait]]:
    lines: list[list[Words | Wait]] = [[]]
    for piece in pieces:
        if isinstance(piece, LineEnd):
            lines.append([])
        elif not isinstance(piece, Shown):
            lines[-1].append(piece)
    return lines


def _with_marks(line: Sequence[Words | Wait]) -> list[Words | Wait]:
    """Pieces with the marks that close a passage in it: alone they would be said by nobody."""
    pieces: list[Words | Wait] = []
    for piece in line:
        last = pieces[-1] if pieces else None
        if isinstance(piece, Words) and isinstance(last, Words) and last.pinyin is None:
            marks = _MARKS_BEHIND.match(piece.text)
            if marks and marks[0] and last.spans != piece.spans and has_words(last.text):
                pieces[-1] = replace(last, text=last.text + marks[0])
                piece = replace(piece, text=piece.text[marks.end() :])
        if isinstance(piece, Wait) or piece.text:
            pieces.append(piece)
    return pieces


def _content(piece: Words | Wait) -> str:
    if isinstance(piece, Wait):
        return piece.tag
    # What an author has escaped is no pause for the voice either.
    text = escape(_PAUSE.sub("［", piece.text))
    return f"<say-as pinyin={quoteattr(piece.pinyin)}>{text}</say-as>" if piece.pinyin else text


def _said(content: str, spans: frozenset[str], pace: float) -> str:
    rate = pace * (_SLOW if "slow" in spans else 1) * (_EMPHASIS if "emphasis" in spans else 1)
    given = f' rate="{rate * 100:.4g}%"' if abs(rate - 1) > 1e-6 else ""
    if "emphasis" in spans:
        given += f' volume="+{_EMPHASIS_DB}dB"'
    return f"<prosody{given}>{content}</prosody>" if given and content else content
