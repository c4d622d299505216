"""Verse in columns: every character appears as it is said."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

from talker.speech.cues import Cue, CueWord
from talker.stage.blending import flatten
from talker.stage.box import Box
from talker.stage.design import Design
from talker.stage.layer import Element, Layer
from talker.stage.motion import eased, faded
from talker.stage.painting import Ink
from talker.stage.scroll import Seal, sheet
from talker.stage.upright import Cell, cells_of, draw_cell

APPEAR_S, LEAVE_S = 0.2, 0.35
"""Seconds in which a character appears, and in which a stanza goes."""

_LARGEST, _SMALLEST = 0.078, 0.034
"""Sizes of characters, in the shorter side."""
_PITCH, _STEP = 1.62, 1.1
"""From column to column and from character to character, in em."""
_MARGIN = 0.85
"""Of a sheet around its columns, in em."""
_HANG = 0.45
"""Room under the columns for a mark that hangs, in em."""
_SEAL, _SEAL_AIR = 0.85, 0.15
"""Width of a seal and what parts it from the last column, in em."""
_SMALL = frozenset("︐︑︒")
"""Marks in the upper corner of their cell, which may hang below a column."""
_NOT_FIRST = _SMALL | frozenset("︓︔︕︖︘︶︸︺︼︾﹀﹂﹄﹈")


@dataclass(frozen=True, slots=True)
class _Timed:
    """A cell in its place and when it is said."""

    drawing: Layer
    start_s: float


@dataclass(frozen=True, slots=True)
class _Column:
    """Cells of a column and when each is said."""

    cells: tuple[tuple[Cell, float], ...]

    @property
    def length(self) -> float:
        """Downwards in em; a mark at the end hangs below."""
        cells = [cell for cell, _ in self.cells]
        while len(cells) > 1 and _hangs(cells[-1]):
            cells.pop()
        return sum(cell.length for cell in cells) + (_STEP - 1) * max(0, len(cells) - 1)


class VerticalVerse(Element):
    """Stanzas, one at a time, in columns from right to left.

    Args:
        stanzas: Each the captions of its lines, in the order of their times.
        design: Of the scene.
        face: Where the face is, in pixels of the picture; the columns keep away from it.
        author: Named in a seal at the end; empty for none.
    """

    def __init__(
        self,
        stanzas: Sequence[Sequence[Cue]],
        design: Design,
        face: Box | None = None,
        author: str = "",
    ) -> None:
        self._design, self._box = design, design.layout.verse(face)
        spoken = [stanza for stanza in stanzas if any(cue.lines for cue in stanza)]
        self._size, pages = _paged(spoken, design, self._box, bool(author))
        bare = design.theme.verse.backing == "outline"
        self._margin = 0 if bare else round(_MARGIN * self._size)
        self._seal = Seal(author, design, round(_SEAL * self._size)) if author else None
        self._sheet = self._sized(pages)
        self._pages = [drawn for drawn in map(self._laid, pages) if drawn]
        self._starts = [page[0].start_s for page in self._pages]
        self._backing = sheet(self._sheet, design, self._seal) if pages else []
        self._settled: tuple[int, int, Layer | None] = (-1, -1, None)

    def at(self, time_s: float) -> Sequence[Layer]:
        """The stanza of a time, as far as it has been said."""
        number = bisect_right(self._starts, time_s) - 1
        if number < 0:
            return ()
        going = 1.0
        if number + 1 < len(self._starts):
            going = eased((self._starts[number + 1] - time_s) / LEAVE_S)
        layers = faded(self._said(number, time_s), going)
        opening = eased((time_s - self._starts[0]) / 0.5)
        return [*faded(self._backing, opening), *layers]

    def _said(self, number: int, time_s: float) -> list[Layer]:
        """What is settled as one drawing, and what is just appearing."""
        page = self._pages[number]
        settled = sum(cell.start_s + APPEAR_S <= time_s for cell in page)
        if self._settled[:2] != (number, settled):
            unsaid = self._design.theme.verse.unsaid
            parts = [cell.drawing for cell in page[:settled]]
            if unsaid:
                parts += faded([cell.drawing for cell in page[settled:]], unsaid)
            self._settled = (number, settled, flatten(parts) if parts else None)
        layers = [self._settled[2]] if self._settled[2] else []
        for cell in page[settled:]:
            if cell.start_s <= time_s:
                layers += faded([cell.drawing], eased((time_s - cell.start_s) / APPEAR_S))
        return layers

    def _laid(self, columns: Sequence[_Column]) -> list[_Timed]:
        """Draws a page."""
        design, size = self._design, self._size
        style, ink = design.title(1.0).sized(size), _ink(design, size)
        right, top = self._sheet.right - self._margin, self._sheet.top + self._margin
        timed: list[_Timed] = []
        for number, column in enumerate(columns):
            middle = round(right - (number * _PITCH + 0.5) * size)
            down = float(top)
            for cell, start_s in column.cells:
                if cell.text:
                    drawing = draw_cell(cell, style, design.book, ink)
                    place = drawing.left + middle, drawing.top + round(down)
                    timed.append(_Timed(Layer(drawing.pixels, *place), start_s))
                down += (cell.length + _STEP - 1) * size
        return sorted(timed, key=lambda cell: cell.start_s)

    def _sized(self, pages: Sequence[Sequence[_Column]]) -> Box:
        """What the largest stanza takes of the box, in its middle."""
        size, box, seal = self._size, self._box, self._seal
        count = max((len(page) for page in pages), default=1)
        length = max((column.length for page in pages for column in page), default=1.0)
        width = round((count * _PITCH - _PITCH + 1) * size) + 2 * self._margin
        if seal is not None and seal.text:
            width += seal.width + round(_SEAL_AIR * size)
        height = round((length + _HANG) * size) + 2 * self._margin
        width, height = min(box.width, width), min(box.height, height)
        left, top = box.left + (box.width - width) // 2, box.top + (box.height - height) // 2
        return Box(left, top, width, height)


def _paged(
    stanzas: Sequence[Sequence[Cue]], design: Design, box: Box, sealed: bool
) -> tuple[int, list[list[_Column]]]:
    """Lines as columns, or their clauses, whichever may be larger; several pages at the worst."""
    by_line = _sized(stanzas, design, box, sealed, clauses=False)
    by_clause = _sized(stanzas, design, box, sealed, clauses=True)
    return by_clause if by_clause[0] > by_line[0] else by_line


def _sized(
    stanzas: Sequence[Sequence[Cue]], design: Design, box: Box, sealed: bool, *, clauses: bool
) -> tuple[int, list[list[_Column]]]:
    """The largest size at which every stanza has room, else the smallest and several pages."""
    size, smallest = design.layout.pixels(_LARGEST), design.layout.pixels(_SMALLEST)
    spare = 2 * _MARGIN + (_SEAL + _SEAL_AIR if sealed else 0) + 1 - _PITCH
    while True:
        most = max(1.0, box.height / size - 2 * _MARGIN - _HANG)
        pages = [_columns(stanza, design, size, clauses=clauses) for stanza in stanzas]
        count = max(1, int((box.width / size - spare) / _PITCH))
        longest = max((column.length for page in pages for column in page), default=0)
        fits = longest <= most and all(len(page) <= count for page in pages)
        if fits or size <= smallest:
            break
        size -= 1
    whole = [[part for column in page for part in _cut(column, most)] for page in pages]
    return size, [page[at : at + count] for page in whole for at in range(0, len(page), count)]


def _columns(stanza: Sequence[Cue], design: Design, size: int, *, clauses: bool) -> list[_Column]:
    """The columns of a stanza: a line in each, or a clause with the marks that end it."""
    columns: list[_Column] = []
    for cue in stanza:
        for line in cue.lines:
            cells = _timed_cells(line, design, size)
            ends = [
                at + 1
                for at in range(len(cells) - 1)
                if clauses and _ends(cells[at][0]) and not _ends(cells[at + 1][0])
            ]
            for start, end in pairwise([0, *ends, len(cells)]):
                if end > start:
                    columns.append(_Column(tuple(cells[start:end])))
    return columns


def _cut(column: _Column, most: float) -> list[_Column]:
    """A column that is too long, in several; a mark is not left to begin one."""
    cells = list(column.cells)
    parts: list[_Column] = []
    while cells:
        count = len(cells)
        while count > 1 and _Column(tuple(cells[:count])).length > most:
            count -= 1
        while 1 < count < len(cells) and cells[count][0].text in _NOT_FIRST:
            count -= 1
        parts.append(_Column(tuple(cells[:count])))
        cells = cells[count:]
    return parts


def _timed_cells(line: Sequence[CueWord], design: Design, size: int) -> list[tuple[Cell, float]]:
    """Cells of a line; the characters of a word share its time."""
    text, starts = "", list[float]()
    for word in line:
        clean = design.book.clean(word.text)
        letters = sum(sign.isalnum() for sign in clean)
        step, said = (word.end_s - word.start_s) / max(1, letters), 0
        for sign in clean:
            starts.append(word.start_s + step * min(said, max(0, letters - 1)))
            said += sign.isalnum()
        text += clean
    cells = cells_of(text, design.title(1.0).sized(size), design.book)
    while cells and not cells[-1].text:
        cells.pop()
    return [(cell, starts[cell.place]) for cell in cells]


def _ends(cell: Cell) -> bool:
    """Whether a clause is over with it."""
    return bool(cell.text) and cell.text in _NOT_FIRST


def _hangs(cell: Cell) -> bool:
    return bool(cell.text) and cell.text in _SMALL


def _ink(design: Design, size: int) -> Ink:
    looks, colours = design.theme.verse, design.theme.colours
    if looks.backing == "sheet":
        return Ink(looks.text)
    soft = Ink(
        looks.text,
        shadow=colours.shadow,
        shadow_px=size * 0.12,
        shadow_down=round(size * 0.03),
        shadow_share=0.6,
    )
    if looks.backing == "veil":
        return soft
    return Ink(
        looks.text,
        outline=colours.shadow,
        outline_px=max(1, round(size * 0.05)),
        shadow=colours.shadow,
        shadow_px=soft.shadow_px,
        shadow_down=soft.shadow_down,
    )
