"""Paragraphs turned into utterances: pictures, silences, and very long ones cut."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

from talker.errors import TalkerError
from talker.script.markup import markup_of
from talker.script.pieces import LineEnd, Piece, Shown, Wait, Words, plain_of
from talker.script.scenes import Utterance
from talker.script.source import Source
from talker.text.glyphs import has_words
from talker.text.splitting import stretches
from talker.text.ssml import passages

LONGEST = 1500
"""Characters that an utterance, and a scene of prose, is not much longer than."""
_SENTENCE_PAUSE_S = 0.4
_ENDS = re.compile(r"[。！？!?.…][\"”’」』)）]*\s*$")
_CUT = re.compile(r"[。！？][”’」』）]*|[.!?][\"”’)]*\s+(?=[\"“‘(]?[^\Wa-z\d_])")


class Teller:
    """Collects the utterances of a scene.

    Args:
        source: The script, for errors.
    """

    def __init__(self, source: Source) -> None:
        self.utterances: list[Utterance] = []
        self._source = source
        self._picture: Path | None = None
        self._unseen: Shown | None = None
        self._waits: list[Piece] = []

    def tell(self, pieces: Sequence[Piece], speaker: str, pause_s: float) -> None:
        """Adds a paragraph.

        Args:
            pieces: What is in it; it is prose, or one line.
            speaker: Who says it.
            pause_s: Silence after it.

        Raises:
            UsageError: There is nothing to say in it.
        """
        first = len(self.utterances)
        for part, is_last in _parts(pieces):
            if isinstance(part, Shown):
                self._picture, self._unseen = part.picture, part
                continue
            self._say(part, speaker, pause_s if is_last else None)
        if len(self.utterances) > first:
            self.utterances[-1] = replace(self.utterances[-1], pause_s=pause_s)

    def show(self, pieces: Sequence[Piece]) -> None:
        """Takes a picture for the words that come."""
        for piece in pieces:
            if isinstance(piece, Shown):
                self._picture, self._unseen = piece.picture, piece

    @property
    def picture(self) -> Path | None:
        """What is shown with the words that come."""
        self._unseen = None
        return self._picture

    def finish(self) -> tuple[Utterance, ...]:
        """The utterances of the scene.

        Raises:
            UsageError: A picture has no words after it.
        """
        if self._unseen is not None and self._unseen.picture is not None:
            raise self._source.error(
                self._unseen.line,
                f"the picture '{self._unseen.picture.name}' is never seen, for no words follow it",
                "Put it before the words over which it is to be seen.",
            )
        return tuple(self.utterances)

    def _say(self, pieces: Sequence[Piece], speaker: str, pause_s: float | None) -> None:
        text = plain_of(pieces)
        line = next((piece.line for piece in pieces if isinstance(piece, Words)), 0)
        if not text.strip():
            self._wait(pieces)
            return
        check_said(self._source, pieces)
        said = markup_of(_trimmed([*self._waits, *pieces]))
        self._waits = []
        if pause_s is None:
            pause_s = _SENTENCE_PAUSE_S if _ENDS.search(text) else 0.0
        self.utterances.append(Utterance(speaker, said, line, self._picture, pause_s))
        self._unseen = None

    def _wait(self, pieces: Sequence[Piece]) -> None:
        """A paragraph that is but silence makes the pause before it longer."""
        waits = [piece for piece in pieces if isinstance(piece, Wait)]
        if not self.utterances:
            self._waits += [Wait(wait.tag, wait.line) for wait in waits]
            return
        last = self.utterances[-1]
        length_s = sum(next(stretches(wait.tag, "en")).pause_s for wait in waits)
        self.utterances[-1] = replace(last, pause_s=last.pause_s + length_s)


def check_said(source: Source, pieces: Sequence[Piece]) -> None:
    """Refuses words that no voice can say.

    Raises:
        UsageError: There is no letter in them, or their directions go too far.
    """
    text = plain_of(pieces).strip()
    line = next((piece.line for piece in pieces if isinstance(piece, Words)), 0)
    if not has_words(text):
        raise source.error(
            line,
            f"there is nothing to say in '{text[:30]}'",
            "Write words, or [pause 1s] for a silence.",
        )
    try:
        passages(markup_of(pieces))
    except TalkerError as error:
        raise source.error(line, error.problem.rstrip("."), error.remedy) from error


def _parts(pieces: Sequence[Piece]) -> list[tuple[list[Piece] | Shown, bool]]:
    """Pieces cut at pictures, and at sentence ends where they are long; and which is the last."""
    parts: list[list[Piece] | Shown] = [[]]
    length = 0
    for piece in _cut(pieces):
        if isinstance(piece, Shown):
            parts += [piece, []]
            length = 0
            continue
        last = parts[-1]
        assert isinstance(last, list)  # noqa: S101  (a list follows every picture)
        is_free = not isinstance(piece, Words) or not piece.spans
        if length > LONGEST and is_free and last and _ENDS.search(plain_of(last)):
            last = []
            parts.append(last)
            length = 0
        last.append(piece)
        length += len(piece.text) if isinstance(piece, Words) else 0
    full = [part for part in parts if part]
    said = [part for part in full if isinstance(part, list)]
    return [(part, bool(said) and part is said[-1]) for part in full]


def _cut(pieces: Sequence[Piece]) -> list[Piece]:
    """Pieces, those that are long cut into sentences."""
    cut: list[Piece] = []
    for piece in pieces:
        if not isinstance(piece, Words) or len(piece.text) <= LONGEST:
            cut.append(piece)
            continue
        at = 0
        for end in [*(found.end() for found in _CUT.finditer(piece.text)), len(piece.text)]:
            if piece.text[at:end]:
                cut.append(replace(piece, text=piece.text[at:end]))
            at = end
    return cut


def _trimmed(pieces: Sequence[Piece]) -> list[Piece]:
    """Pieces without white space at both ends."""
    kept = list(pieces)
    for index, strip in ((0, str.lstrip), (-1, str.rstrip)):
        while kept and isinstance(piece := kept[index], Words):
            text = strip(piece.text)
            if text:
                kept[index] = replace(piece, text=text)
                break
            kept.pop(index)
    return [piece for piece in kept if not isinstance(piece, LineEnd)]
