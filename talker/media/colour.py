"""Between the RGB of pictures and the YUV of films."""

from __future__ import annotations

import weakref
from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from talker.media.frames import Picture

_MAX_SPARE = 6


class LumaWeights(NamedTuple):
    """What red and blue give to the luma of a colour system; the rest is green's.

    Attributes:
        red: Weight of red.
        blue: Weight of blue.
    """

    red: float
    blue: float


BT601 = LumaWeights(0.299, 0.114)
BT709 = LumaWeights(0.2126, 0.0722)
BT2020 = LumaWeights(0.2627, 0.0593)
SMPTE240 = LumaWeights(0.212, 0.087)


class PictureStock:
    """Memory for pictures, used again once nobody holds the picture or a part of it.

    Fresh memory costs more than the conversion that fills it: the system clears every page of it
    first.
    """

    def __init__(self) -> None:
        self._spare: list[NDArray[np.uint8]] = []

    def take(self, height: int, width: int) -> Picture:
        """A picture of any content, uint8, shape (height, width, 3), which the caller owns."""
        size = height * width * 3
        memory = self._spare.pop() if self._spare else np.empty(size, np.uint8)
        if len(memory) != size:
            memory = np.empty(size, np.uint8)
        # Through a memoryview, so that every part of the picture holds `flat`, not `memory`.
        flat = np.frombuffer(memory.data, np.uint8)
        weakref.finalize(flat, _give_back, self._spare, memory).atexit = False
        return flat.reshape(height, width, 3)


class ToYuv420:
    """Converts pictures of one size to planar Y'CbCr 4:2:0, BT.709, limited range.

    Each chroma sample is the mean of a 2x2 square, so it sits in the square's centre.
    Three times faster than swscale's conversion; the matrix is ITU-R BT.709-6, items 3.2 to 3.5.

    Args:
        width: Pixels, even.
        height: Pixels, even.
    """

    def __init__(self, width: int, height: int) -> None:
        self._half = (width // 2, height // 2)
        self._mixed = np.empty((height, width, 3), np.uint8)
        self._full = np.empty((2, height, width), np.uint8)

    def convert(self, picture: Picture, planes: Sequence[NDArray[np.uint8]]) -> None:
        """Fill planes.

        Args:
            picture: uint8 RGB, shape (height, width, 3).
            planes: uint8: Y, shape (height, width); Cb and Cr, shape (height / 2, width / 2).
        """
        import cv2

        cv2.transform(picture, _BT709, self._mixed)
        cv2.split(self._mixed, [planes[0], *self._full])
        for full, small in zip(self._full, planes[1:], strict=True):
            cv2.resize(full, self._half, small, interpolation=cv2.INTER_AREA)


class FromYuv:
    """Converts planes of Y'CbCr to RGB, rounded to the nearest level.

    Args:
        stock: Where the pictures' memory comes from.
    """

    def __init__(self, stock: PictureStock) -> None:
        self._stock = stock
        self._mixed = np.empty((0, 0, 3), np.uint8)
        self._chroma = np.empty((2, 0, 0), np.uint8)

    def convert(
        self, planes: Sequence[NDArray[np.uint8]], weights: LumaWeights, *, full_range: bool
    ) -> Picture:
        """RGB of one picture.

        Args:
            planes: uint8: Y, shape (h, w); Cb and Cr, that or halves of it, rounded up.
            weights: The colour system.
            full_range: Whether black and white are 0 and 255, else 16 and 235.
        """
        import cv2

        luma = planes[0]
        height, width = luma.shape
        if self._mixed.shape[:2] != (height, width):
            self._mixed = np.empty((height, width, 3), np.uint8)
            self._chroma = np.empty((2, height + 1, width + 1), np.uint8)
        chroma = [
            _stretched(plane, into, (height, width))
            for plane, into in zip(planes[1:], self._chroma, strict=True)
        ]
        cv2.merge([luma, *chroma], self._mixed)
        matrix = rgb_matrix(weights, full_range=full_range)
        picture = self._stock.take(height, width)
        cv2.transform(self._mixed, matrix, picture)
        return picture


def rgb_matrix(weights: LumaWeights, *, full_range: bool) -> NDArray[np.float32]:
    """3x4: what Y, Cb, Cr and 1 give to R, G, B, all in 0 to 255."""
    matrix = _matrix(weights, full_range=full_range)
    back = np.linalg.inv(matrix[:, :3].astype(np.float64))
    return np.column_stack([back, -back @ matrix[:, 3]]).astype(np.float32)


def _give_back(spare: list[NDArray[np.uint8]], memory: NDArray[np.uint8]) -> None:
    if len(spare) < _MAX_SPARE:
        spare.append(memory)


def _stretched(
    plane: NDArray[np.uint8], into: NDArray[np.uint8], shape: tuple[int, int]
) -> NDArray[np.uint8]:
    """A plane of chroma at the size of the luma; its samples sit in the middle of their pixels."""
    import cv2

    if plane.shape == shape:
        return plane
    rows, columns = (-(-side // part) for side, part in zip(shape, plane.shape, strict=True))
    height, width = plane.shape[0] * rows, plane.shape[1] * columns
    if height > into.shape[0] or width > into.shape[1]:  # a quarter of an odd width
        return cv2.resize(plane, (width, height)).astype(np.uint8, copy=False)[
            : shape[0], : shape[1]
        ]
    stretched = into[:height, :width]
    cv2.resize(plane, (width, height), stretched)
    return stretched[: shape[0], : shape[1]]


def _matrix(weights: LumaWeights, *, full_range: bool = False) -> NDArray[np.float32]:
    """3x4: what R, G, B and 1 give to Y, Cb, Cr, all in 0 to 255."""
    red, blue = weights
    luma = np.array([red, 1 - red - blue, blue])
    cb = (np.array([0, 0, 1]) - luma) / (2 * (1 - blue))
    cr = (np.array([1, 0, 0]) - luma) / (2 * (1 - red))
    black, of_luma, of_chroma = (0, 1, 1) if full_range else (16, 219 / 255, 224 / 255)
    scaled = np.stack([luma * of_luma, cb * of_chroma, cr * of_chroma])
    return np.column_stack([scaled, (black, 128, 128)]).astype(np.float32)


_BT709 = _matrix(BT709)
