"""The picture over the speaker's shoulder."""

from __future__ import annotations

import math
from bisect import bisect_right
from collections.abc import Sequence
from fractions import Fraction
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from talker.media.clip import ClipSource, is_clip
from talker.media.fitting import FittedClip
from talker.media.pictures import read_picture
from talker.stage.blending import flatten
from talker.stage.box import Box
from talker.stage.design import Design
from talker.stage.layer import Element, Layer
from talker.stage.motion import eased
from talker.stage.shapes import frame, rounded, shadow

_FADE_S = 0.5
_TOLERANCE = 1e-6


class Shoulder(Element):
    """Pictures and clips that follow each other beside the head.

    Args:
        pictures: When each comes, on the scene's clock, and its file; None where the one before
            goes and nothing comes.
        design: Of the scene.
        fps: Frames a second of the film.
        length_s: Of the scene; a clip that is shorter is repeated.

    Raises:
        MediaError: A picture or a clip that cannot be read.
    """

    def __init__(
        self,
        pictures: Sequence[tuple[float, Path | None]],
        design: Design,
        fps: Fraction = Fraction(25),
        length_s: float = 60.0,
    ) -> None:
        ordered = sorted(pictures, key=lambda one: one[0])
        self._starts = [start_s for start_s, _ in ordered]
        self._design, self._box = design, design.layout.shoulder
        self._under = _shade(self._box, design)
        self._shown: list[_Held | _Moving | None] = []
        known: dict[Path, _Held] = {}
        for start_s, path in ordered:
            if path is None:
                self._shown.append(None)
            elif is_clip(path):
                self._shown.append(_Moving(path, self._box, design, fps, length_s - start_s))
            else:
                if path not in known:
                    known[path] = _Held(_framed(read_picture(path), self._box, design))
                self._shown.append(known[path])

    def at(self, time_s: float) -> Sequence[Layer]:
        """The picture of a time, over the one before it while it comes."""
        number = bisect_right(self._starts, time_s) - 1
        if number < 0:
            return ()
        start_s = self._starts[number]
        share = eased((time_s - start_s) / _FADE_S) if start_s > 0 else 1.0
        before = self._shown[number - 1] if number and share < 1 else None
        coming = self._shown[number]
        layers = [] if before is None else [before.at(time_s - self._starts[number - 1])]
        if coming is not None:
            layers.append(_at(coming.at(time_s - start_s), share))
        elif layers:
            layers = [_at(layers[0], 1 - share)]
        if not layers:
            return ()
        both = before is not None and coming is not None
        return [self._under if both else _at(self._under, layers[-1].opacity), *layers]


class _Held:
    """A picture, which stays as it is."""

    def __init__(self, layer: Layer) -> None:
        self._layer = layer

    def at(self, since_s: float) -> Layer:
        del since_s
        return self._layer


class _Moving:
    """A clip, decoded as its times are asked for, one after the other."""

    def __init__(
        self, path: Path, box: Box, design: Design, fps: Fraction, length_s: float
    ) -> None:
        size = (box.width + box.width % 2, box.height + box.height % 2)
        self._box, self._design, self._fps = box, design, fps
        self._count = max(1, math.ceil(length_s * fps)) + 1
        self._film = FittedClip(ClipSource(path, size), "loop", fps=fps, count=self._count)
        self._number, self._layer = self._count, None

    def at(self, since_s: float) -> Layer:
        number = min(int(since_s * self._fps + _TOLERANCE), self._count - 1)
        if number < self._number:
            self._frames, self._number, self._layer = self._film.frames(), -1, None
        while self._number < number or self._layer is None:
            picture = next(self._frames).picture
            self._number += 1
            if self._number == number:
                self._layer = _framed(picture, self._box, self._design)
        return self._layer


def _at(layer: Layer, share: float) -> Layer:
    return Layer(layer.pixels, layer.left, layer.top, layer.opacity * share)


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
