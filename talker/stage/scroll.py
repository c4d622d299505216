"""Paper, veils and seals: what stands behind and beside verse."""

from __future__ import annotations

import numpy as np

from talker.stage.blending import flatten
from talker.stage.box import Box
from talker.stage.design import Design
from talker.stage.layer import Layer
from talker.stage.painting import Ink
from talker.stage.paper import grain
from talker.stage.shapes import cut_to, frame, panel, rounded, shadow, tinted, veil
from talker.stage.upright import cells_of, draw_cell

_WEAR = 0.3
"""How much of a seal's ink the paper has not taken."""


class Seal:
    """A name in a seal: white characters in a vermilion square, cut and worn by hand.

    Args:
        name: Of the author; four characters at most are cut into it.
        design: Of the scene.
        side: Of the square of a name of two characters, in pixels.
    """

    def __init__(self, name: str, design: Design, side: int) -> None:
        signs = [sign for sign in design.book.clean(name) if not sign.isspace()][:4]
        self.text = "".join(signs)
        across = 2 if len(signs) == 4 else 1
        down = -(-len(signs) // across) if signs else 0
        cell = max(4, round(0.62 * side))
        edge = max(1, round(0.2 * cell))
        self.width, self.height = across * cell + 2 * edge, down * cell + 2 * edge
        self._pixels = self._cut(signs, design, cell, edge, across) if signs else None

    def layer(self, left: int, top: int) -> list[Layer]:
        """The seal in a place; nothing where there is no name that can be cut."""
        return [] if self._pixels is None else [Layer(self._pixels, left, top)]

    def _cut(
        self, signs: list[str], design: Design, cell: int, edge: int, across: int
    ) -> np.ndarray:
        colours = design.theme.colours
        mask = rounded(self.width, self.height, 0.12 * cell)
        worn = grain((self.width, self.height), 7, 0.35 * cell)
        mask = np.clip(mask * (1 - _WEAR * np.clip(worn * 1.6 - 0.9, 0, 1)), 0, 1)
        body = Layer(tinted(mask, colours.accent, 0.95), 0, 0)
        layers = [body]
        style = design.title(1.0, 700).sized(round(0.92 * cell))
        down = -(-len(signs) // across)
        for number, sign in enumerate(signs):
            column, row = divmod(number, down)
            cells = cells_of(sign, style, design.book)
            if not cells:
                continue
            drawing = draw_cell(cells[0], style, design.book, Ink(colours.accent_text))
            middle = self.width - edge - round((column + 0.5) * cell)
            top = edge + row * cell + (cell - style.size) // 2
            layers.append(Layer(drawing.pixels, drawing.left + middle, drawing.top + top))
        whole = flatten(layers)
        return whole.pixels[
            -whole.top : self.height - whole.top, -whole.left : self.width - whole.left
        ]


def sheet(box: Box, design: Design, seal: Seal | None = None) -> list[Layer]:
    """What is behind columns of verse, as the theme has it, with a seal at its lower left."""
    looks, colours, unit = design.theme.verse, design.theme.colours, design.layout.unit
    layers: list[Layer] = []
    if looks.backing == "veil":
        layers.append(veil(box, colours.shadow, looks.opacity, round(0.03 * unit)))
    if looks.backing == "sheet":
        layers.append(shadow(box, colours.shadow, 0.4, 0.016 * unit, 0.008 * unit))
        layers += _paper(box, design) if design.theme.ground == "paper" else _board(box, design)
    if seal is not None:
        air = round(0.03 * unit)
        layers += seal.layer(box.left + air, box.bottom - seal.height - air)
    return [flatten(layers)] if layers else []


def _paper(box: Box, design: Design) -> list[Layer]:
    """A panel with the grain of rice paper, and a fine line around it."""
    colours, unit = design.theme.colours, design.layout.unit
    layer = panel(box, colours.panel, design.theme.verse.opacity, design.radius)
    tone = grain((box.width, box.height), 3, 0.01 * unit)[..., None] - 0.5
    shaded = layer.pixels[..., :3] + 14 * tone
    pixels = layer.pixels.copy()
    pixels[..., :3] = np.clip(np.round(shaded), 0, 255)
    away, thick = max(2, round(0.011 * unit)), max(1, round(0.0022 * unit))
    line = frame(box.inset(away, away), colours.accent, 0.55, thick)
    return [Layer(pixels, layer.left, layer.top), line]


def _board(box: Box, design: Design) -> list[Layer]:
    """A smooth panel with the accent along the side from which it is read."""
    colours, unit = design.theme.colours, design.layout.unit
    wide = max(2, round(0.006 * unit))
    edge = Box(box.right - wide, box.top, wide, box.height)
    back = panel(box, colours.panel, design.theme.verse.opacity, design.radius)
    return [back, cut_to(back, panel(edge, colours.accent))]
