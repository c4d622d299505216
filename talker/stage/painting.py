"""Drawing set text: its letters, and the outline or shadow that keeps them readable."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

import numpy as np
from numpy.typing import NDArray

from talker.stage.blending import over
from talker.stage.box import Box
from talker.stage.fonts import FontBook
from talker.stage.layer import Layer
from talker.stage.lettering import Piece
from talker.stage.shapes import Mask, tinted
from talker.stage.theme import Colour
from talker.stage.typesetting import Block

if TYPE_CHECKING:
    from PIL.ImageDraw import ImageDraw

Align = Literal["left", "centre", "right"]
Upright = Literal["top", "middle", "bottom"]

_MIDDLE = 0.38
"""From the baseline up to the middle of a Han character, in em (its square is 0.88 over it and
0.12 under it); the middle of Latin capitals is a little lower."""


@dataclass(frozen=True, slots=True)
class Ink:
    """How letters are drawn.

    Attributes:
        colour: Of the letters.
        outline: Around them; None for none.
        outline_px: Its thickness.
        shadow: Behind them; None for none.
        shadow_px: Its softness, a standard deviation.
        shadow_down: By how many pixels it lies lower.
        shadow_share: Its opacity.
    """

    colour: Colour
    outline: Colour | None = None
    outline_px: int = 0
    shadow: Colour | None = None
    shadow_px: float = 0.0
    shadow_down: int = 0
    shadow_share: float = 0.6


class Lettering:
    """A block of text drawn once, which may take several colours.

    Args:
        block: The text.
        box: Where it stands.
        book: The fonts.
        ink: Of the letters.
        align: Across.
        upright: Up and down.
    """

    def __init__(
        self,
        block: Block,
        box: Box,
        book: FontBook,
        ink: Ink,
        align: Align = "left",
        upright: Upright = "middle",
    ) -> None:
        self.block, self._ink = block, ink
        self.box = _placed(block, box, align, upright)
        spread = ink.outline_px + (3 * ink.shadow_px + ink.shadow_down if ink.shadow else 0)
        self._air = int(np.ceil(spread + 0.35 * block.style.size))
        self._spans: list[tuple[Box, int]] = []
        self._fill, edge = self._drawn(book, align)
        self._under = _beneath(edge, ink)

    def layer(self) -> Layer:
        """All of it in the ink's colour."""
        return self._laid(tinted(self._fill, self._ink.colour))

    def coloured(self, colour_of: Callable[[int], Colour]) -> Layer:
        """With a colour for each letter, by its place in the text."""
        pixels = tinted(self._fill, self._ink.colour)
        for box, place in self._spans:
            pixels[box.top : box.bottom, max(0, box.left) : box.right, :3] = colour_of(place)
        return self._laid(pixels)

    def _laid(self, pixels: NDArray[np.uint8]) -> Layer:
        if self._under is not None:
            pixels = over(self._under, pixels)
        return Layer(pixels, self.box.left - self._air, self.box.top - self._air)

    def _drawn(self, book: FontBook, align: Align) -> tuple[Mask, Mask]:
        """Masks of the letters, and of the letters with their outline."""
        from PIL import Image, ImageDraw

        size = (max(1, self.box.width) + 2 * self._air, max(1, self.box.height) + 2 * self._air)
        canvases = [Image.new("L", size) for _ in range(2)]
        fill, edge = (ImageDraw.Draw(canvas) for canvas in canvases)
        style = self.block.style
        pitch = style.size * self.block.leading
        for number, line in enumerate(self.block.lines):
            spare = self.box.width - line.width
            start = self._air + round({"left": 0, "centre": spare / 2, "right": spare}[align])
            middle = self._air + 0.55 * style.size + number * pitch
            base = round(middle + _MIDDLE * style.size)
            top = round(middle - pitch / 2)
            for piece in line.pieces:
                _draw(fill, piece, start, base, book, self.block)
                if self._ink.outline_px:
                    _draw(edge, piece, start, base, book, self.block, self._ink.outline_px)
                left, right = round(start + piece.left), round(start + piece.left + piece.advance)
                span = Box(left, max(0, top), right - left, round(pitch) + 1)
                self._spans += [(span, piece.place)]
        masks = [np.asarray(canvas, np.float32) / 255 for canvas in canvases]
        return masks[0], masks[1] if self._ink.outline_px else masks[0]


def write(
    block: Block,
    box: Box,
    book: FontBook,
    ink: Ink,
    align: Align = "left",
    upright: Upright = "middle",
) -> Layer:
    """Draws a block of text in a box."""
    return Lettering(block, box, book, ink, align, upright).layer()


def soft_edges(fill: Mask, edge: Mask, ink: Ink) -> NDArray[np.uint8]:
    """Letters over their shadow and outline, uint8 RGBA.

    Args:
        fill: The letters.
        edge: The letters with their outline.
        ink: How they are drawn.
    """
    pixels, under = tinted(fill, ink.colour), _beneath(edge, ink)
    return pixels if under is None else over(under, pixels)


def _beneath(edge: Mask, ink: Ink) -> NDArray[np.uint8] | None:
    """Shadow and outline."""
    import cv2

    under = None
    if ink.shadow:
        soft = np.asarray(cv2.GaussianBlur(edge, (0, 0), max(0.3, ink.shadow_px)), np.float32)
        soft = np.roll(soft, ink.shadow_down, axis=0)
        # A blurred letter is fainter than the letter: it is brought back to full strength.
        under = tinted(np.clip(1.8 * soft, 0, 1), ink.shadow, ink.shadow_share)
    if ink.outline and ink.outline_px:
        line = tinted(edge, ink.outline)
        under = line if under is None else over(under, line)
    return under


def _placed(block: Block, box: Box, align: Align, upright: Upright) -> Box:
    """What the letters take of the box."""
    across = {
        "left": 0.0,
        "centre": (box.width - block.width) / 2,
        "right": box.width - block.width,
    }
    down = {"top": 0.0, "middle": (box.height - block.height) / 2}
    top = round(down.get(upright, box.height - block.height))
    return Box(box.left + round(across[align]), box.top + top, block.width, block.height)


def _draw(
    canvas: ImageDraw,
    piece: Piece,
    start: int,
    base: int,
    book: FontBook,
    block: Block,
    outline: int = 0,
) -> None:
    font = book.open(piece.font, block.style.size, block.style.weight)
    pen = (start + piece.pen, base)
    thicker = book.thickening(piece.font, block.style.size, block.style.weight)
    canvas.text(pen, piece.text, 255, font, anchor="ls", stroke_width=outline + thicker)
