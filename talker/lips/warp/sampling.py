"""Pictures and fields read between their pixels, and the one easing curve of the engine."""

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


def ease(low: float, high: float, x: NDArray[np.floating]) -> NDArray[np.float32]:
    """Smoothstep: 0 up to `low`, 1 from `high`, 3 t^2 - 2 t^3 between."""
    t = np.clip((x - low) / (high - low), 0.0, 1.0)
    return (t * t * (3.0 - 2.0 * t)).astype(np.float32)
