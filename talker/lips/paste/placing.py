"""Where the pixels of one picture lie in another."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

Affine = NDArray[np.float64]
"""Shape (2, 3): takes the column and row of a pixel to those in another picture; pixels are counted
at their middles, so that 0, 0 is the middle of the first."""


def places(affine: Affine, first: tuple[int, int], size: tuple[int, int]) -> NDArray[np.float32]:
    """Where the pixels of a rectangle lie in another picture.

    Args:
        affine: From the rectangle's picture to the other.
        first: Column and row of the rectangle's first pixel.
        size: Columns and rows.

    Returns:
        Columns and rows in the other picture, shape (rows, columns, 2).
    """
    columns = np.arange(first[0], first[0] + size[0])
    rows = np.arange(first[1], first[1] + size[1])
    grid = np.empty((size[1], size[0], 2), np.float32)
    for axis in range(2):
        right, down, shift = affine[axis]
        np.add((right * columns + shift)[None], (down * rows)[:, None], out=grid[..., axis])
    return grid


def inverse(affine: Affine) -> Affine:
    """The way back."""
    turn = np.linalg.inv(affine[:, :2])
    return np.column_stack([turn, -turn @ affine[:, 2]]).astype(np.float64)


def scale_of(affine: Affine) -> float:
    """Pixels of the other picture a pixel of this one, along a side."""
    return float(np.sqrt(abs(np.linalg.det(affine[:, :2]))))
