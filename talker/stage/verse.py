"""Verse in columns: every character appears as it is said."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Sequence
from dataclasses import dataclass

from talker.speech.cues import Cue
from talker.stage.blending import flatten
from talker.stage.box import Box
from talker.stage.columns import HANG, MARGIN, PITCH, SEAL, SEAL_AIR, STEP, Column, best_setting
from talker.stage.design import Design
from talker.stage.layer import Element, Layer
from talker.stage.motion import eased, faded
from talker.stage.painting import Ink
from talker.stage.scroll import Seal, sheet
from talker.stage.upright import draw_cell

APPEAR_S, LEAVE_S = 0.2, 0.35
"""Seconds in which a character appears, and in which a stanza goes."""


@dataclass(frozen=True, slots=True)
class _Timed:
    """A cell in its place and when it is said."""

    drawing: Layer
    start_s: float


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
        self._design = design
        spoken = [stanza for stanza in stanzas if any(cue.lines for cue in stanza)]
        setting = best_setting(spoken, design, design.layout.verse_sides(face), bool(author))
        self._size, self._box, pages = setting.size, setting.box, setting.pages
        bare = design.theme.verse.backing == "outline"
        self._margin = 0 if bare else round(MARGIN * self._size)
        self._seal = Seal(author, design, round(SEAL * self._size)) if setting.sealed else None
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

    def _laid(self, columns: Sequence[Column]) -> list[_Timed]:
        """Draws a page."""
        design, size = self._design, self._size
        style, ink = design.title(1.0).sized(size), _ink(design, size)
        right, top = self._sheet.right - self._margin, self._sheet.top + self._margin
        timed: list[_Timed] = []
        for number, column in enumerate(columns):
            middle = round(right - (number * PITCH + 0.5) * size)
            down = float(top)
            for cell, start_s in column.cells:
                if cell.text:
                    drawing = draw_cell(cell, style, design.book, ink)
                    place = drawing.left + middle, drawing.top + round(down)
                    timed.append(_Timed(Layer(drawing.pixels, *place), start_s))
                down += (cell.length + STEP - 1) * size
        return sorted(timed, key=lambda cell: cell.start_s)

    def _sized(self, pages: Sequence[Sequence[Column]]) -> Box:
        """What the largest stanza takes of the box, in its middle."""
        size, box, seal = self._size, self._box, self._seal
        count = max((len(page) for page in pages), default=1)
        length = max((column.length for page in pages for column in page), default=1.0)
        width = round((count * PITCH - PITCH + 1) * size) + 2 * self._margin
        if seal is not None and seal.text:
            width += seal.width + round(SEAL_AIR * size)
        height = round((length + HANG) * size) + 2 * self._margin
        width, height = min(box.width, width), min(box.height, height)
        left, top = box.left + (box.width - width) // 2, box.top + (box.height - height) // 2
        return Box(left, top, width, height)


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
