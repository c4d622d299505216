"""Textures drawn by chance that is the same for the same seed."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

Field = NDArray[np.floating]
"""Shares from 0 to 1, shape (height, width)."""


def grain(size: tuple[int, int], seed: int, coarse: float) -> Field:
    """Soft noise.

    Args:
        size: Width and height in pixels.
        seed: Of its chance.
        coarse: Size of its spots, in pixels.
    """
    import cv2

    width, height = size
    chance = np.random.default_rng(seed)
    total = np.zeros((height, width), np.float32)
    for octave, weight in enumerate((0.5, 0.3, 0.2)):
        step = max(1.0, coarse / 2**octave)
        shape = int(height / step) + 3, int(width / step) + 3
        spots = chance.random(shape, np.float32)
        large = (int(shape[1] * step) + 1, int(shape[0] * step) + 1)
        smooth = np.asarray(cv2.resize(spots, large, interpolation=cv2.INTER_CUBIC), np.float32)
        total += weight * smooth[:height, :width]
    return np.clip(total, 0, 1)
