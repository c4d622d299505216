"""The place of a talking head in the picture: a panel with soft corners, or a circle."""

from __future__ import annotations

import cv2
import numpy as np

from talker.media.frames import Picture
from talker.stage.shapes import rounded_in

_SHADOW, _SHADOW_DROP = 0.05, 0.02
"""Softness and offset of the shadow, in the shorter side of the head."""

_SHADE = 0.45
"""How dark the shadow is at its darkest."""


class HeadFrame:
    """Lays heads into pictures, always in the same place.

    Args:
        box: Left, top, width and height in pixels of the picture.
        radius: Of the corners, in pixels; half of the shorter side and more gives a circle.
        rim: Width of the line around the head in pixels; 0 for none.
        colour: Of that line, RGB.
    """

    def __init__(
        self,
        box: tuple[int, int, int, int],
        radius: float,
        rim: float = 0.0,
        colour: tuple[int, int, int] = (255, 255, 255),
    ) -> None:
        self.box = box
        left, top, width, height = box
        self._inside = rounded_in((width, height), (0, 0, width, height), radius)
        short = min(width, height)
        margin = round(3 * _SHADOW * short)
        self._around = (
            left - margin,
            top - margin,
            width + 2 * margin,
            height + 2 * margin,
        )
        drop = _SHADOW_DROP * short
        shape = rounded_in(
            (width + 2 * margin, height + 2 * margin),
            (margin, margin + drop, width, height),
            radius,
        )
        shadow = cv2.GaussianBlur(shape, (0, 0), max(0.5, _SHADOW * short))
        self._kept = (1 - _SHADE * shadow).astype(np.float32)
        self._rim = None
        if rim > 0:
            outer = self._inside
            inner = rounded_in(
                (width, height), (rim, rim, width - 2 * rim, height - 2 * rim), radius - rim
            )
            self._rim = np.clip(outer - inner, 0, 1), np.array(colour, np.float32)

    def shade(self, canvas: Picture) -> None:
        """Draws the shadow of the head into a picture, in place."""
        seen, own = _overlap(canvas, self._around)
        part = canvas[seen]
        part[...] = np.rint(part * self._kept[own][..., None])

    def lay(self, canvas: Picture, head: Picture) -> None:
        """Draws a head into a picture, in place; what reaches beyond the picture is cut off.

        Args:
            canvas: uint8 RGB of the film's size, writeable.
            head: uint8 RGB of the box's size.
        """
        seen, own = _overlap(canvas, self.box)
        part, inside = canvas[seen], np.ascontiguousarray(self._inside[own])
        laid = cv2.blendLinear(
            np.ascontiguousarray(head[own]), np.ascontiguousarray(part), inside, 1 - inside
        )
        if self._rim is not None:
            share, colour = self._rim[0][own][..., None], self._rim[1]
            laid = np.rint(laid * (1 - share) + colour * share)
        part[...] = laid


_Part = tuple[slice, slice]


def _overlap(canvas: Picture, box: tuple[int, int, int, int]) -> tuple[_Part, _Part]:
    """The rows and columns of a picture in which a box lies, and which of the box they are."""
    height, width = canvas.shape[:2]
    left, top, wide, high = box
    x0, y0 = max(0, left), max(0, top)
    x1, y1 = max(x0, min(width, left + wide)), max(y0, min(height, top + high))
    seen = slice(y0, y1), slice(x0, x1)
    return seen, (slice(y0 - top, y1 - top), slice(x0 - left, x1 - left))
