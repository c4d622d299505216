"""Text set in columns from right to left, as Chinese verse is written."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np

from talker.stage.blending import flatten
from talker.stage.fonts import Cluster, FontBook, FontFile, is_wide
from talker.stage.layer import Layer
from talker.stage.lettering import Style
from talker.stage.painting import Ink, soft_edges
from talker.stage.shapes import Mask

if TYPE_CHECKING:
    from PIL.Image import Image

_FORMS = dict(
    zip(
        "，、。：；！？〖〗…—（）｛｝〔〕【】《》〈〉「」『』［］－～＿",
        "︐︑︒︓︔︕︖︗︘︙︱︵︶︷︸︹︺︻︼︽︾︿﹀﹁﹂﹃﹄﹇﹈︱︴︳",
        strict=True,
    )
)
"""Marks as columns have them (Unicode's vertical forms)."""
_QUOTES = {"“": "﹃", "”": "﹄", "‘": "﹁", "’": "﹂"}
"""Columns have no curly quotes: GB/T 15834 sets corner brackets in their place."""

_UPRIGHT_DIGITS = 2
"""Digits that stand side by side in one cell (tate-chu-yoko)."""
_TURNED_LIFT = 0.36
_DASH = 0.9


@dataclass(frozen=True, slots=True)
class Cell:
    """What is drawn in one go in a column: a character, a pair of digits, a Latin word.

    Attributes:
        text: Its letters.
        font: They are set in.
        place: Of its first letter in the text.
        count: How many letters of the text it stands for.
        turned: Whether it lies on its side.
        length: Downwards, in em.
    """

    text: str
    font: FontFile
    place: int
    count: int
    turned: bool
    length: float


def cells_of(text: str, style: Style, book: FontBook) -> list[Cell]:
    """Cuts a line into cells, from top to bottom."""
    cells: list[Cell] = []
    for group in _groups(book.clusters(text, style.family)):
        letters = "".join(cluster.text for cluster in group)
        first, last = group[0], group[-1]
        count = last.place + len(last.text) - first.place
        if letters.isspace():
            if cells:
                air = 0.12 if cells[-1].turned else 0.4
                cells.append(Cell("", first.font, first.place, count, False, air))
        elif not is_wide(letters[0]):
            small = letters.isdigit() and len(letters) <= _UPRIGHT_DIGITS
            length = 1.0 if small else _length(group, style, book)
            cells.append(Cell(letters, first.font, first.place, count, not small, length))
        else:
            cells.append(_cell(first, style, book))
    # The halves of a dash touch, whatever the step from cell to cell.
    return [
        replace(cell, length=_DASH) if cell.text == after.text == "︱" else cell
        for cell, after in zip(cells, [*cells[1:], *cells[-1:]], strict=True)
    ]


def draw_cell(cell: Cell, style: Style, book: FontBook, ink: Ink) -> Layer:
    """A cell's drawing; its place is that of the cell's middle at its top."""
    spread = ink.outline_px + (3 * ink.shadow_px + ink.shadow_down if ink.shadow else 0)
    air = int(np.ceil(spread + 0.3 * style.size))
    height, width = max(1, round(cell.length * style.size)), style.size
    fill, edge = _masks(cell, style, book, ink, (width + 2 * air, height + 2 * air))
    pixels = soft_edges(fill, edge, ink)
    return Layer(pixels, -(width // 2) - air, -air)


def draw_column(
    text: str, style: Style, book: FontBook, ink: Ink, place: tuple[int, int], step: float = 1.1
) -> tuple[list[Layer], int]:
    """A column of text.

    Args:
        text: On one line.
        style: Of the letters.
        book: The fonts.
        ink: Of the letters.
        place: Of the column's middle, and of its top, in pixels.
        step: From character to character, in em.

    Returns:
        Its drawing, none where there is nothing to draw, and its length in pixels.
    """
    layers: list[Layer] = []
    down = 0.0
    for cell in cells_of(book.clean(text), style, book):
        if cell.text:
            one = draw_cell(cell, style, book, ink)
            layers.append(Layer(one.pixels, one.left + place[0], one.top + place[1] + round(down)))
        down += (cell.length + step - 1) * style.size
    return [flatten(layers)] if layers else [], round(down - (step - 1) * style.size)


def _masks(
    cell: Cell, style: Style, book: FontBook, ink: Ink, size: tuple[int, int]
) -> tuple[Mask, Mask]:
    from PIL import Image, ImageDraw

    font = book.open(cell.font, style.size, style.weight)
    flat = (size[1], size[0]) if cell.turned else size
    middle = flat[0] / 2, flat[1] / 2
    thicker = book.thickening(cell.font, style.size, style.weight)
    masks: list[Mask] = []
    for stroke in (0, ink.outline_px):
        canvas = Image.new("L", flat)
        draw = ImageDraw.Draw(canvas)
        lift = _TURNED_LIFT if cell.turned else 0.38
        base = round(middle[1] + lift * style.size)
        draw.text(
            (middle[0], base), cell.text, 255, font, anchor="ms", stroke_width=stroke + thicker
        )
        if not cell.turned and cell.text.isdigit() and len(cell.text) > 1:
            canvas = _narrowed(canvas, font.getlength(cell.text), style.size)
        if cell.turned:
            canvas = canvas.transpose(Image.Transpose.ROTATE_270)
        masks.append(np.asarray(canvas, np.float32) / 255)
    return masks[0], masks[1]


def _narrowed(canvas: Image, length: float, size: int) -> Image:
    """Two digits pressed into the width of a cell."""
    from PIL.Image import Transform

    if length <= size:
        return canvas
    narrow = canvas.resize((max(1, round(canvas.width * size / length)), canvas.height))
    spare = canvas.width - narrow.width
    # Outside of what is there, transform fills with black, which is nothing here.
    shift = (1, 0, -(spare // 2), 0, 1, 0)
    return narrow.transform(canvas.size, Transform.AFFINE, shift)


def _groups(clusters: Sequence[Cluster]) -> list[list[Cluster]]:
    """Latin letters of a word together, all else alone."""
    groups: list[list[Cluster]] = []
    for cluster in clusters:
        last = groups[-1][-1] if groups else None
        if (
            last is not None
            and last.font == cluster.font
            and not is_wide(last.text[0])
            and not is_wide(cluster.text[0])
            and not last.text.isspace()
            and not cluster.text.isspace()
        ):
            groups[-1].append(cluster)
        else:
            groups.append([cluster])
    return groups


def _cell(cluster: Cluster, style: Style, book: FontBook) -> Cell:
    sign = cluster.text
    form = _QUOTES.get(sign) or _FORMS.get(sign)
    if form is not None:
        font = book.font_of(form, style.family)
        if font is not None:
            return Cell(form, font, cluster.place, len(sign), False, 1.0)
    return Cell(sign, cluster.font, cluster.place, len(sign), False, 1.0)


def _length(group: Sequence[Cluster], style: Style, book: FontBook) -> float:
    text = "".join(cluster.text for cluster in group)
    width = book.advance(text, group[0].font, style.size, style.weight)
    return width / style.size + 0.06
