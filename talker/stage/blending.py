"""Laying drawings over a picture, in whole numbers that come out the same everywhere."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

import numpy as np
from numpy.typing import NDArray

from talker.stage.layer import Layer

_ROWS, _COLUMNS = 48, 320
"""Pixels that are worked on at a time: what is between stays in the processor's cache, and where
a drawing is clear or solid nothing is reckoned."""


def blend(picture: NDArray[np.uint8], layers: Iterable[Layer]) -> NDArray[np.uint8]:
    """A copy of a picture with layers laid over it.

    Args:
        picture: uint8 RGB, shape (height, width, 3).
        layers: The lowest first; what reaches beyond the picture is cut off.

    Returns:
        uint8 RGB of the same shape; every value is rounded to the nearest whole number.
    """
    blended = picture.copy()
    height, width = picture.shape[:2]
    for layer in layers:
        strength = round(min(1.0, max(0.0, layer.opacity)) * 255)
        top, left = max(0, layer.top), max(0, layer.left)
        bottom = min(height, layer.top + layer.pixels.shape[0])
        right = min(width, layer.left + layer.pixels.shape[1])
        if not strength or top >= bottom or left >= right:
            continue
        seen = layer.pixels[
            top - layer.top : bottom - layer.top, left - layer.left : right - layer.left
        ]
        under = blended[top:bottom, left:right]
        for row in range(0, bottom - top, _ROWS):
            for column in range(0, right - left, _COLUMNS):
                tile = slice(row, row + _ROWS), slice(column, column + _COLUMNS)
                _lay(under[tile], seen[tile], strength)
    return blended


def flatten(layers: Sequence[Layer]) -> Layer:
    """One drawing of several, as if they were laid over each other (Porter and Duff's "over").

    Args:
        layers: At least one, the lowest first.
    """
    left = min(layer.left for layer in layers)
    top = min(layer.top for layer in layers)
    right = max(layer.left + layer.pixels.shape[1] for layer in layers)
    bottom = max(layer.top + layer.pixels.shape[0] for layer in layers)
    canvas = np.zeros((bottom - top, right - left, 4), np.uint8)
    for layer in layers:
        height, width = layer.pixels.shape[:2]
        y, x = layer.top - top, layer.left - left
        part = canvas[y : y + height, x : x + width]
        part[...] = over(part, layer.pixels, layer.opacity)
    return Layer(canvas, left, top)


def over(
    under: NDArray[np.uint8], upper: NDArray[np.uint8], opacity: float = 1.0
) -> NDArray[np.uint8]:
    """One drawing over another of the same shape, both uint8 RGBA with straight alpha."""
    share = upper[..., 3:].astype(np.float32) * (opacity / 255)
    rest = under[..., 3:].astype(np.float32) / 255 * (1 - share)
    alpha = share + rest
    colour = upper[..., :3] * share + under[..., :3] * rest
    colour /= np.maximum(alpha, 1e-6)
    return (np.concatenate([colour, alpha * 255], axis=2) + 0.5).astype(np.uint8)


def _lay(under: NDArray[np.uint8], upper: NDArray[np.uint8], strength: int) -> None:
    """Lays RGBA over RGB in place."""
    import cv2

    alpha = np.ascontiguousarray(upper[..., 3])
    if not alpha.any():
        return
    if strength == 255 and alpha.min() == 255:
        under[...] = upper[..., :3]
        return
    # One weight for each value, side by side: numpy is several times faster on whole rows.
    weight = cv2.cvtColor(alpha, cv2.COLOR_GRAY2RGB).astype(np.uint16)
    if strength < 255:
        weight *= strength
        weight = _by_255(weight)
    total = cv2.cvtColor(upper, cv2.COLOR_RGBA2RGB).astype(np.uint16)
    total *= weight
    weight ^= 255
    weight *= under
    total += weight
    under[...] = _by_255(total)


def _by_255(value: NDArray[np.uint16]) -> NDArray[np.uint16]:
    """Divided by 255 in place and rounded to the nearest, exact for all products of two bytes."""
    value += 128
    value += value >> 8
    value >>= 8
    return value
