"""Verse in columns: every character appears as it is said."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Sequence
from dataclasses import dataclass

from talker.speech.cues import Cue, CueWord
from talker.stage.blending import flatten
from talker.stage.box import Box
from talker.stage.design import Design
from talker.stage.layer import Element, Layer
from talker.stage.motion import eased, faded
from talker.stage.painting import Ink
from talker.stage.scroll import Seal, sheet
from talker.stage.upright import HANGING, Cell, cells_of, draw_cell

APPEAR_S, LEAVE_S = 0.2, 0.35
"""Seconds in which a character appears, and in which a stanza goes."""

_LARGEST, _SMALLEST = 0.078, 0.034
"""Sizes of characters, in the shorter side."""
_PITCH, _STEP = 1.62, 1.1
"""From column to column and from character to character, in em."""
_MARGIN = 0.85
"""Of a sheet around its columns, in em."""


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
        self._size, pages = _paged(spoken, design, self._box)
        self._seal = Seal(author, design, round(0.9 * self._size)) if author else None
        self._pages = [self._laid(page) for page in pages]
        self._starts = [page[0].start_s for page in self._pages]
        self._backing = self._backed(pages)
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
        right, top = self._right(len(columns)), self._top()
        timed: list[_Timed] = []
        for number, column in enumerate(columns):
            middle = round(right - (number + 0.5) * _PITCH * size)
            down = float(top)
            for cell, start_s in column.cells:
                if cell.text:
                    drawing = draw_cell(cell, style, design.book, ink)
                    place = drawing.left + middle, drawing.top + round(down)
                    timed.append(_Timed(Layer(drawing.pixels, *place), start_s))
                down += (cell.length + _STEP - 1) * size
        return sorted(timed, key=lambda cell: cell.start_s)

    def _right(self, count: int) -> float:
        """The right edge of columns that stand in the middle of their box."""
        return self._box.left + (self._box.width + count * _PITCH * self._size) / 2

    def _top(self) -> int:
        margin = _MARGIN * self._size if self._design.theme.verse.backing != "outline" else 0
        return round(self._box.top + margin)

    def _backed(self, pages: Sequence[Sequence[_Column]]) -> list[Layer]:
        if not pages:
            return []
        size = self._size
        count = max(len(page) for page in pages)
        length = max(column.length for page in pages for column in page)
        margin = round(_MARGIN * size)
        width = min(self._box.width, round((count * _PITCH - 0.6) * size) + 2 * margin)
        height = min(self._box.height, round((length + 0.45) * size) + 2 * margin)
        left = self._box.left + (self._box.width - width) // 2
        return sheet(Box(left, self._box.top, width, height), self._design, self._seal)


def _paged(
    stanzas: Sequence[Sequence[Cue]], design: Design, box: Box
) -> tuple[int, list[list[_Column]]]:
    """The largest size at which every stanza has room, else the smallest and several pages."""
    largest, smallest = design.layout.pixels(_LARGEST), design.layout.pixels(_SMALLEST)
    size = largest
    while True:
        pages = [_columns(stanza, design, size, box) for stanza in stanzas]
        most = max(1, int((box.width / size - 2 * _MARGIN + 0.6) / _PITCH))
        if size <= smallest or all(len(page) <= most for page in pages):
            break
        size -= 1
    cut = [page[at : at + most] for page in pages for at in range(0, len(page), most)]
    return size, cut


def _columns(stanza: Sequence[Cue], design: Design, size: int, box: Box) -> list[_Column]:
    """Lines as columns; a long one goes on in the next, after a mark where it has one."""
    columns: list[_Column] = []
    most = box.height / size - 2 * _MARGIN - 0.45
    for cue in stanza:
        for line in cue.lines:
            rest = _timed_cells(line, design, size)
            while rest:
                count = _fitting(rest, most)
                columns.append(_Column(tuple(rest[:count])))
                rest = rest[count:]
    return columns


def _fitting(cells: Sequence[tuple[Cell, float]], most: float) -> int:
    """How many cells the next column takes."""
    if _Column(tuple(cells)).length <= most:
        return len(cells)
    count = 1
    while count < len(cells) and _Column(tuple(cells[: count + 1])).length <= most:
        count += 1
    marks = [at for at in range(1, count) if _hangs(cells[at][0]) and at + 1 <= count]
    if marks and (marks[-1] + 1) * 3 > count:
        return marks[-1] + 1
    return count


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


def _hangs(cell: Cell) -> bool:
    return cell.count == 1 and cell.text in "︐︑︒︓︔︕︖" and bool(HANGING)


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
