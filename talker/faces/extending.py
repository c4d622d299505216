"""Pictures continued beyond their edges: background that fades away, and shoulders that go on."""

from __future__ import annotations

from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray

from talker.media.frames import Picture

Mask = NDArray[np.uint8]
"""1 on a person, 0 elsewhere, shape (height, width)."""

_LEAST_SLOPE = 0.45
"""Of a shoulder beyond the edge, downwards a pixel; a flatter one would never end."""

_NEAR, _ROUNDING = 0.06, 0.14
"""Columns in which a shoulder's slope is measured, and in which it doubles, in the width."""

_CLEAR = 0.012
"""Above a shoulder's outline, in the width: there the background is free of its blur."""


@dataclass(frozen=True, slots=True)
class Margins:
    """Pixels that are added at each edge."""

    top: int
    bottom: int
    left: int
    right: int


def extended(picture: Picture, margins: Margins, person: Mask | None = None) -> Picture:
    """A picture with margins: its mirror image, fading into its blurred border.

    Args:
        picture: uint8 RGB, shape (height, width, 3).
        margins: How much is added.
        person: Where people are, whose shoulders then go on where the picture cuts them; None
            where that is not known.
    """
    if person is None or not (margins.left or margins.right):
        return _faded(picture, margins)
    left, right = _Shoulder(picture, person), _Shoulder(picture[:, ::-1], person[:, ::-1])
    plate = picture.copy()
    left.clear(plate, margins.left)
    right.clear(plate[:, ::-1], margins.right)
    result = _faded(plate, margins)
    height, width = picture.shape[:2]
    rows = slice(margins.top, margins.top + height)
    result[rows, margins.left : margins.left + width] = picture
    left.go_on(result[rows, : margins.left][:, ::-1])
    right.go_on(result[rows, margins.left + width :])
    return result


class _Shoulder:
    """A shoulder that the left edge of a picture cuts, if it cuts one."""

    def __init__(self, picture: Picture, person: Mask) -> None:
        height, width = person.shape
        self._picture, self._height = picture, height
        covered = np.asarray(person.any(axis=0), np.bool_)
        outline = np.where(covered, person.argmax(axis=0), height).astype(np.float64)
        near = max(3, round(_NEAR * width))
        falls, self._edge = (float(part) for part in np.polyfit(np.arange(near), outline[:near], 1))
        self._slope = max(-falls, _LEAST_SLOPE)
        # The mask's steps are none of the shoulder's.
        soft = cv2.GaussianBlur(outline[None], (0, 0), max(1.0, width / 200))
        self._outline = np.asarray(soft, np.float64)[0]
        self._outline[:near] = self._edge + falls * np.arange(near)
        self._rounding = self._slope / (2 * _ROUNDING * width)
        self._is_cut = int(covered[:2].sum()) == 2 and self._edge < height - 2
        self._clear = max(2, round(_CLEAR * width))

    def clear(self, plate: Picture, count: int) -> None:
        """Takes the shoulder out of the columns that will be mirrored, in place."""
        if not self._is_cut:
            return
        for column in range(min(2 * count + 1, plate.shape[1])):
            top = max(0, int(self._outline[column]) - self._clear)
            if top < self._height:
                plate[top:, column] = plate[max(0, top - 1), column]

    def go_on(self, margin: Picture) -> None:
        """Draws the shoulder into a margin whose first column is next to the picture, in place."""
        count = margin.shape[1]
        if not self._is_cut or not count:
            return
        beyond = np.arange(1, count + 1, dtype=np.float64)
        mirrored = np.minimum(beyond - 1, self._picture.shape[1] - 1).astype(int)
        target = self._edge + beyond * (self._slope + self._rounding * beyond)
        rows = np.arange(self._height, dtype=np.float64)[:, None]
        source_y = rows - (target - self._outline[mirrored])
        source_x = np.broadcast_to(mirrored.astype(np.float32), source_y.shape)
        body = cv2.remap(
            self._picture,
            np.ascontiguousarray(source_x, np.float32),
            source_y.astype(np.float32),
            cv2.INTER_LINEAR,
            borderMode=cv2.BORDER_REFLECT,
        )
        share = np.clip((rows - target) / 3 + 0.5, 0, 1)[..., None]
        margin[...] = np.rint(margin * (1 - share) + body * share)


def _faded(picture: Picture, margins: Margins) -> Picture:
    height, width = picture.shape[:2]
    edges = margins.top, margins.bottom, margins.left, margins.right
    mirrored = cv2.copyMakeBorder(picture, *edges, cv2.BORDER_REFLECT)
    # Not the mirror image blurred, in which a second head would appear.
    border = cv2.copyMakeBorder(picture, *edges, cv2.BORDER_REPLICATE)
    reach = max(8.0, 0.08 * max(height, width))
    small = cv2.resize(border, None, fx=1 / 8, fy=1 / 8, interpolation=cv2.INTER_AREA)
    soft = cv2.GaussianBlur(small, (0, 0), reach / 8, borderType=cv2.BORDER_REPLICATE)
    blurred = cv2.resize(soft, mirrored.shape[1::-1], interpolation=cv2.INTER_CUBIC)
    x = np.arange(mirrored.shape[1]) - margins.left
    y = np.arange(mirrored.shape[0]) - margins.top
    beside = np.maximum(0, np.maximum(-x, x - width + 1))
    above = np.maximum(0, np.maximum(-y, y - height + 1))
    fade = np.clip(np.hypot(beside[None], above[:, None]) / reach, 0, 1)[..., None]
    weight = fade * fade * (3 - 2 * fade)
    return np.rint(mirrored * (1 - weight) + blurred * weight).astype(np.uint8)
