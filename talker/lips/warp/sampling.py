"""Pictures and fields read between their pixels, pictures laid over each other, and the easing."""

from __future__ import annotations

from typing import TypeVar

import cv2
import numpy as np
from numpy.typing import NDArray

Pixels = TypeVar("Pixels", np.uint8, np.float32)


def sample(
    source: NDArray[Pixels], places: NDArray[np.float32], *, cubic: bool = False
) -> NDArray[Pixels]:
    """What stands at fractional places; beyond the edge, what stands on it.

    Args:
        source: Shape (height, width) or (height, width, channels).
        places: x (column) and y (row), shape (rows, columns, 2).
        cubic: Interpolate by cubics, which keep pictures sharp, instead of straight lines.

    Returns:
        Shape (rows, columns) or (rows, columns, channels).
    """
    how = cv2.INTER_CUBIC if cubic else cv2.INTER_LINEAR
    # One map of pairs goes with no second one; OpenCV's own types know only two maps, and an empty
    # second one gives wrong pictures in OpenCV 5.
    return cv2.remap(source, places, None, how, borderMode=cv2.BORDER_REPLICATE)  # pyright: ignore


def blended(
    base: NDArray[np.uint8],
    paint: NDArray[np.floating] | NDArray[np.uint8],
    share: NDArray[np.floating],
) -> NDArray[np.uint8]:
    """Paint laid over a picture.

    Args:
        base: Shape (height, width, 3).
        paint: The same shape, 0 to 255.
        share: How much of the paint is seen, in [0, 1], shape (height, width).
    """
    mixed = base + (paint - base.astype(np.float32)) * share[..., None]
    return np.clip(mixed + 0.5, 0, 255).astype(np.uint8)


def ease(low: float, high: float, x: NDArray[np.floating]) -> NDArray[np.float32]:
    """Smoothstep: 0 up to `low`, 1 from `high`, 3 t^2 - 2 t^3 between."""
    t = np.clip((x - low) / (high - low), 0.0, 1.0)
    return (t * t * (3.0 - 2.0 * t)).astype(np.float32)
