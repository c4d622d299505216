"""The picture over the speaker's shoulder."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Sequence
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from talker.media.pictures import read_picture
from talker.stage.blending import flatten
from talker.stage.box import Box
from talker.stage.design import Design
from talker.stage.layer import Element, Layer
from talker.stage.motion import eased
from talker.stage.shapes import frame, rounded, shadow

_FADE_S = 0.5


class Shoulder(Element):
    """Pictures that follow each other beside the head.

    Args:
        pictures: When each comes, on the scene's clock, and its file.
        design: Of the scene.

    Raises:
        MediaError: A picture that cannot be read.
    """

    def __init__(self, pictures: Sequence[tuple[float, Path]], design: Design) -> None:
        ordered = sorted(pictures, key=lambda one: one[0])
        self._starts = [start_s for start_s, _ in ordered]
        self._paths = [path for _, path in ordered]
        self._design, self._box = design, design.layout.shoulder
        self._under = _shade(self._box, design)
        self._drawn: dict[Path, Layer] = {}
        for path in self._paths:
            if path not in self._drawn:
                self._drawn[path] = _framed(read_picture(path), self._box, design)

    def at(self, time_s: float) -> Sequence[Layer]:
        """The picture of a time, over the one before it while it comes."""
        number = bisect_right(self._starts, time_s) - 1
        if number < 0:
            return ()
        share = eased((time_s - self._starts[number]) / _FADE_S)
        if self._starts[number] <= 0:
            share = 1.0
        upper = self._drawn[self._paths[number]]
        if number == 0:
            return [_at(self._under, share), _at(upper, share)]
        if share < 1:
            return [self._under, self._drawn[self._paths[number - 1]], _at(upper, share)]
        return [self._under, upper]


def _at(layer: Layer, share: float) -> Layer:
    return Layer(layer.pixels, layer.left, layer.top, share)


def _shade(box: Box, design: Design) -> Layer:
    layout = design.layout
    soft, down = layout.pixels(0.016), layout.pixels(0.008)
    shade = shadow(box, design.theme.colours.shadow, 0.5, soft, down)
    # What the picture hides need not be drawn, but for its corners.
    inner = box.inset(round(design.radius) + 1, round(design.radius) + 1)
    top, left = inner.top - shade.top, inner.left - shade.left
    shade.pixels[top : top + inner.height, left : left + inner.width, 3] = 0
    return shade


def _framed(picture: NDArray[np.uint8], box: Box, design: Design) -> Layer:
    """A picture that covers the box, with a thin light edge."""
    covered = _covering(picture, box.width, box.height)
    mask = np.round(rounded(box.width, box.height, design.radius) * 255).astype(np.uint8)
    whole = Layer(np.dstack([covered, mask]), box.left, box.top)
    if design.radius >= 4:
        return whole
    thick = max(1, design.layout.pixels(0.003))
    return flatten([whole, frame(box, design.theme.colours.panel_text, 0.9, thick)])


def _covering(picture: NDArray[np.uint8], width: int, height: int) -> NDArray[np.uint8]:
    """Scaled until it covers a size, and cut; a tall picture keeps more of its top."""
    import cv2

    scale = max(width / picture.shape[1], height / picture.shape[0])
    size = max(width, round(picture.shape[1] * scale)), max(height, round(picture.shape[0] * scale))
    way = cv2.INTER_AREA if scale < 1 else cv2.INTER_CUBIC
    scaled = np.asarray(cv2.resize(picture, size, interpolation=way), np.uint8)
    left, top = (size[0] - width) // 2, (size[1] - height) // 3
    return scaled[top : top + height, left : left + width]
