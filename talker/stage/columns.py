"""Stanzas cut into columns and pages, as large as their place allows."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise, product

from talker.speech.cues import Cue, CueWord
from talker.stage.beside import Side
from talker.stage.box import Box
from talker.stage.design import Design
from talker.stage.upright import Cell, cells_of

_LARGEST, _SMALLEST = 0.078, 0.034
"""Sizes of characters, in the shorter side."""
_COMFORTABLE = 0.046
"""Below this a stanza is rather turned over than set smaller."""
PITCH, STEP = 1.62, 1.1
"""From column to column and from character to character, in em."""
MARGIN = 0.85
"""Of a sheet around its columns, in em."""
HANG = 0.45
"""Room under the columns for a mark that hangs, in em."""
SEAL, SEAL_AIR = 0.85, 0.15
"""Width of a seal and what parts it from the last column, in em."""
_SMALL = frozenset("︐︑︒")
"""Marks in the upper corner of their cell, which may hang below a column."""
_NOT_FIRST = _SMALL | frozenset("︓︔︕︖︘︶︸︺︼︾﹀﹂﹄﹈")
_FEW = 3
"""Columns that are rather seen together than large."""


@dataclass(frozen=True, slots=True)
class Column:
    """Cells of a column and when each is said."""

    cells: tuple[tuple[Cell, float], ...]

    @property
    def length(self) -> float:
        """Downwards in em; a mark at the end hangs below."""
        cells = [cell for cell, _ in self.cells]
        while len(cells) > 1 and _hangs(cells[-1]):
            cells.pop()
        return sum(cell.length for cell in cells) + (STEP - 1) * max(0, len(cells) - 1)


@dataclass(frozen=True, slots=True)
class Setting:
    """Stanzas set in columns.

    Attributes:
        size: Of the characters, in pixels.
        box: That holds them.
        pages: Columns that are seen at the same time.
        whole: Whether no line or clause had to be cut.
        sealed: Whether there is room for a seal.
    """

    size: int
    box: Box
    pages: list[list[Column]]
    whole: bool
    sealed: bool


def best_setting(
    stanzas: Sequence[Sequence[Cue]], design: Design, sides: Sequence[Side], sealed: bool
) -> Setting:
    """The setting with large characters and not too few columns: lines in each, or clauses.

    Args:
        stanzas: Each the captions of its lines.
        design: Of the scene.
        sides: Places to choose from, at least one.
        sealed: Whether a seal stands beside the last column where there is room.
    """
    enough = design.layout.pixels(_COMFORTABLE)
    found: list[tuple[tuple[float, ...], Setting]] = []
    for side, seal, clauses in product(sides, {sealed, False}, (False, True)):
        one = _set(stanzas, design, side.box, seal, clauses=clauses)
        size = side.worth * min(one.size, enough)
        shown = min(_FEW, max((len(page) for page in one.pages), default=0))
        found.append(((one.whole, shown, seal, size, one.size, not clauses), one))
    return max(found, key=lambda ranked: ranked[0])[1]


def _set(
    stanzas: Sequence[Sequence[Cue]], design: Design, box: Box, sealed: bool, *, clauses: bool
) -> Setting:
    """The largest size at which every stanza has room; rather several pages than small ones."""
    layout = design.layout
    size, enough, smallest = map(layout.pixels, (_LARGEST, _COMFORTABLE, _SMALLEST))
    spare = 2 * MARGIN + (SEAL + SEAL_AIR if sealed else 0) + 1 - PITCH
    while True:
        most = max(1.0, box.height / size - 2 * MARGIN - HANG)
        pages = [_columns(stanza, design, size, clauses=clauses) for stanza in stanzas]
        count = max(1, int((box.width / size - spare) / PITCH))
        needed = max((len(page) for page in pages), default=0)
        whole = max((column.length for page in pages for column in page), default=0) <= most
        if whole and (count >= needed or (size <= enough and count >= _FEW)):
            break
        if size <= smallest:
            break
        size -= 1
    cut = [[part for column in page for part in _cut(column, most)] for page in pages]
    split = [page[at : at + count] for page in cut for at in range(0, len(page), count)]
    return Setting(size, box, split, whole, sealed)


def _columns(stanza: Sequence[Cue], design: Design, size: int, *, clauses: bool) -> list[Column]:
    """The columns of a stanza: a line in each, or a clause with the marks that end it."""
    columns: list[Column] = []
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
                    columns.append(Column(tuple(cells[start:end])))
    return columns


def _cut(column: Column, most: float) -> list[Column]:
    """A column that is too long, in several; a mark is not left to begin one."""
    cells = list(column.cells)
    parts: list[Column] = []
    while cells:
        count = len(cells)
        while count > 1 and Column(tuple(cells[:count])).length > most:
            count -= 1
        while 1 < count < len(cells) and cells[count][0].text in _NOT_FIRST:
            count -= 1
        parts.append(Column(tuple(cells[:count])))
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
