"""Panels, bars and their shadows, with smooth edges."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from talker.stage.box import Box
from talker.stage.layer import Layer
from talker.stage.theme import Colour

Mask = NDArray[np.floating]
"""Shares from 0 to 1, shape (height, width)."""


def rounded(width: int, height: int, radius: float) -> NDArray[np.float32]:
    """A rectangle with round corners that fills its mask."""
    return rounded_in((width, height), (0, 0, width, height), radius)


def rounded_in(
    size: tuple[int, int], box: tuple[float, float, float, float], radius: float
) -> NDArray[np.float32]:
    """A rectangle with round corners, 1 inside and 0 outside, soft by a pixel.

    From the signed distance to the rectangle (Quilez, "2D distance functions").

    Args:
        size: Width and height of the result.
        box: Left, top, width and height of the rectangle.
        radius: Of its corners.
    """
    left, top, width, height = box
    radius = min(max(radius, 0.0), width / 2, height / 2)
    x = np.abs(np.arange(size[0], dtype=np.float32) + 0.5 - left - width / 2)
    y = np.abs(np.arange(size[1], dtype=np.float32) + 0.5 - top - height / 2)
    beyond_x = x[None, :] - width / 2 + radius
    beyond_y = y[:, None] - height / 2 + radius
    outside = np.hypot(np.maximum(beyond_x, 0), np.maximum(beyond_y, 0))
    distance = outside + np.minimum(np.maximum(beyond_x, beyond_y), 0) - radius
    return np.clip(0.5 - distance, 0, 1).astype(np.float32)


def tinted(mask: Mask, colour: Colour, opacity: float = 1.0) -> NDArray[np.uint8]:
    """A mask in one colour, uint8 RGBA."""
    pixels = np.empty((*mask.shape, 4), np.uint8)
    pixels[..., :3] = colour
    pixels[..., 3] = np.round(np.clip(mask * opacity, 0, 1) * 255)
    return pixels


def lit(colour: Colour, share: float) -> Colour:
    """A colour on its way to white."""
    red, green, blue = (round(part + share * (255 - part)) for part in colour)
    return red, green, blue


def panel(box: Box, colour: Colour, opacity: float = 1.0, radius: float = 0.0) -> Layer:
    """A rectangle."""
    return Layer(tinted(rounded(box.width, box.height, radius), colour, opacity), box.left, box.top)


def graded(box: Box, first: Colour, last: Colour, opacity: float, radius: float = 0.0) -> Layer:
    """A rectangle whose colour changes from its top to its bottom."""
    pixels = tinted(rounded(box.width, box.height, radius), first, opacity)
    share = np.linspace(0, 1, box.height, dtype=np.float32)[:, None, None]
    colours = np.array(first, np.float32) * (1 - share) + np.array(last, np.float32) * share
    pixels[..., :3] = np.round(colours)
    return Layer(pixels, box.left, box.top)


def shadow(box: Box, colour: Colour, opacity: float, blur: float, down: float = 0.0) -> Layer:
    """The soft shadow that a box throws."""
    import cv2

    air = max(1, round(3 * blur))
    mask = np.zeros((box.height + 2 * air, box.width + 2 * air), np.float32)
    mask[air:-air, air:-air] = 1
    mask = np.asarray(cv2.GaussianBlur(mask, (0, 0), max(0.3, blur)), np.float32)
    return Layer(tinted(mask, colour, opacity), box.left - air, box.top - air + round(down))


def veil(box: Box, colour: Colour, opacity: float, feather: int) -> Layer:
    """A box of colour that ends softly around its edges."""
    wide = Box(
        box.left - feather, box.top - feather, box.width + 2 * feather, box.height + 2 * feather
    )
    x = _soft(wide.width, 2 * feather)
    y = _soft(wide.height, 2 * feather)
    return Layer(tinted(y[:, None] * x[None], colour, opacity), wide.left, wide.top)


def frame(box: Box, colour: Colour, opacity: float, thickness: int) -> Layer:
    """The outline of a box, inside it."""
    mask = np.ones((box.height, box.width), np.float32)
    if min(box.height, box.width) > 2 * thickness:
        mask[thickness:-thickness, thickness:-thickness] = 0
    return Layer(tinted(mask, colour, opacity), box.left, box.top)


def cut_to(shape: Layer, drawing: Layer) -> Layer:
    """The part of a drawing that lies on a shape that holds it."""
    top, left = drawing.top - shape.top, drawing.left - shape.left
    height, width = drawing.pixels.shape[:2]
    pixels = drawing.pixels.copy()
    under = shape.pixels[top : top + height, left : left + width, 3]
    full = max(1, int(shape.pixels[..., 3].max()))
    pixels[..., 3] = np.round(pixels[..., 3] * (under / full))
    return Layer(pixels, drawing.left, drawing.top)


def _soft(length: int, edge: int) -> Mask:
    place = np.arange(length, dtype=np.float32) + 0.5
    share = np.clip(np.minimum(place, length - place) / max(1, edge), 0, 1)
    return share * share * (3 - 2 * share)
