"""Letters on a line: how far each moves the pen, and where the marks of Chinese lose their air."""

from __future__ import annotations

import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass

from talker.stage.fonts import Cluster, Family, FontBook, FontFile, is_wide

_OPENERS = frozenset("「『（〈《【〔［｛〖“‘")
_CLOSERS = frozenset("」』）〉》】〕］｝〗”’")
_STOPS = frozenset("、。，．：；！？")
_AUTOSPACE = 0.14
"""Air between Han and Latin letters where the text has no space, in em (JLREQ: up to a quarter)."""


@dataclass(frozen=True, slots=True)
class Style:
    """How letters look.

    Attributes:
        family: Of the theme's two.
        size: Of the em square, in pixels.
        weight: 100 to 900; a font of one weight ignores it.
        tracking: Air after every letter, in em.
    """

    family: Family = "sans"
    size: int = 32
    weight: int = 400
    tracking: float = 0.0

    def sized(self, size: int) -> Style:
        """The same at another size."""
        return Style(self.family, size, self.weight, self.tracking)


@dataclass(frozen=True, slots=True)
class Piece:
    """Letters that are drawn in one go: a Han character, or a Latin word.

    Attributes:
        text: The letters.
        font: They are set in.
        pen: Where the pen starts, from the left end of the line, in pixels.
        left: Where the piece's room starts; a mark that lost its air has a pen before it.
        advance: Width of that room.
        place: Of the first letter in the text.
    """

    text: str
    font: FontFile
    pen: float
    left: float
    advance: float
    place: int


@dataclass(frozen=True, slots=True)
class Line:
    """A line of text.

    Attributes:
        pieces: From left to right in reading order.
        width: What is seen of it, in pixels: without the air of its last mark.
    """

    pieces: tuple[Piece, ...]
    width: float


def set_line(clusters: Sequence[Cluster], style: Style, book: FontBook) -> Line:
    """Puts letters side by side, without space at the ends."""
    first, last = 0, len(clusters)
    while first < last and clusters[first].text.isspace():
        first += 1
    while last > first and clusters[last - 1].text.isspace():
        last -= 1
    clusters = clusters[first:last]
    pieces: list[Piece] = []
    pen, hang = 0.0, 0.0
    for number, group in enumerate(groups := _grouped(clusters, style)):
        text = "".join(cluster.text for cluster in group)
        full = book.advance(text, group[0].font, style.size, style.weight)
        before = groups[number - 1][-1].text if number else ""
        after = groups[number + 1][0].text if number + 1 < len(groups) else ""
        cut_left, cut_right = _cuts(text, before, after, full, style, book)
        room = full - cut_left - cut_right + style.tracking * style.size
        if after and _wants_air(text[-1], after[0]):
            room += _AUTOSPACE * style.size
        if not text.isspace():
            place = group[0].place
            pieces.append(Piece(text, group[0].font, pen - cut_left, pen, room, place))
        hang = _trailing_air(text, full - cut_left, style, book)
        pen += room
    width = max(0.0, pen - style.tracking * style.size - hang)
    if _runs_left(clusters):
        pieces = [_mirrored(piece, width) for piece in pieces]
    return Line(tuple(pieces), width)


def _grouped(clusters: Sequence[Cluster], style: Style) -> list[list[Cluster]]:
    """Letters that are drawn in one go: those of a word in one font, unless they are spaced."""
    groups: list[list[Cluster]] = []
    for cluster in clusters:
        last = groups[-1][-1] if groups else None
        together = (
            last is not None
            and last.font == cluster.font
            and last.place + len(last.text) == cluster.place
            and not last.text.isspace()
            and not cluster.text.isspace()
            and not _is_cell(last)
            and not _is_cell(cluster)
            and (not style.tracking or _is_shaped(cluster.text))
        )
        if together:
            groups[-1].append(cluster)
        else:
            groups.append([cluster])
    return groups


def _is_cell(cluster: Cluster) -> bool:
    return is_wide(cluster.text[0]) and not cluster.font.name.startswith(("NotoSans.", "Source"))


def _is_shaped(text: str) -> bool:
    """Whether letters of its script join, so that no air may come between them."""
    return ord(text[0]) >= 0x590 and not is_wide(text[0])


def _cuts(
    text: str, before: str, after: str, full: float, style: Style, book: FontBook
) -> tuple[float, float]:
    """What a mark in a full cell loses at its left and right (JLREQ 3.1.4, CLREQ 3.1.6)."""
    if full < 0.9 * style.size:
        return 0.0, 0.0
    half = style.size / 2
    if text in _OPENERS and (not before or before[-1] in _OPENERS | _STOPS | _CLOSERS):
        return half, 0.0
    if (
        _trailing_air(text, full, style, book)
        and after
        and after[0] in _CLOSERS | _STOPS | {"…", "—"}
    ):
        return 0.0, half
    return 0.0, 0.0


def _trailing_air(text: str, full: float, style: Style, book: FontBook) -> float:
    """The empty half of a closing mark; Taiwan and Hong Kong set stops in the cell's middle."""
    aside = text in _CLOSERS or (text in _STOPS and book.stops_are_aside(text))
    return style.size / 2 if aside and full > 0.9 * style.size else 0.0


def _wants_air(left: str, right: str) -> bool:
    """Whether Han and Latin letters or digits meet."""
    return (_is_han(left) and _is_latin(right)) or (_is_latin(left) and _is_han(right))


def _is_han(sign: str) -> bool:
    return unicodedata.category(sign) == "Lo" and unicodedata.east_asian_width(sign) == "W"


def _is_latin(sign: str) -> bool:
    return sign.isalnum() and not is_wide(sign) and ord(sign) < 0x530


def _runs_left(clusters: Sequence[Cluster]) -> bool:
    """Whether the line is read from right to left: its first letter says so (UAX 9, P2)."""
    for cluster in clusters:
        way = unicodedata.bidirectional(cluster.text[0])
        if way in ("L", "R", "AL"):
            return way != "L"
    return False


def _mirrored(piece: Piece, width: float) -> Piece:
    left = width - piece.left - piece.advance
    return Piece(piece.text, piece.font, left, left, piece.advance, piece.place)
