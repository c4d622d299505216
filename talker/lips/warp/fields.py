"""Landmark displacements spread over the skin, and turned round to say where a pixel comes from."""

from __future__ import annotations

import cv2
import numpy as np
from numpy.typing import NDArray
from scipy.interpolate import RBFInterpolator

from talker.lips.warp import anatomy
from talker.lips.warp.sampling import sample

STEP = 0.0125
"""Cell of the field grid in units."""

LEFT, RIGHT, TOP, BOTTOM = -0.95, 0.95, -0.55, 1.05
"""The part of the face plane that the mouth moves; nothing moves at its edge."""

_COLUMNS = round((RIGHT - LEFT) / STEP) + 1
_ROWS = round((BOTTOM - TOP) / STEP) + 1


def grid_points() -> NDArray[np.float32]:
    """The grid in the face plane, shape (rows, columns, 2), units."""
    x, y = np.meshgrid(np.linspace(LEFT, RIGHT, _COLUMNS), np.linspace(TOP, BOTTOM, _ROWS))
    return np.stack([x, y], axis=-1).astype(np.float32)


def grid_index(points: NDArray[np.floating]) -> NDArray[np.float32]:
    """Places in the face plane, shape (..., 2), as fractional columns and rows of the grid."""
    return ((points - np.array([LEFT, TOP])) / STEP).astype(np.float32)


def beyond_grid(index: NDArray[np.float32]) -> NDArray[np.bool_]:
    """Which fractional columns and rows, shape (..., 2), lie outside the grid."""
    column, row = index[..., 0], index[..., 1]
    return (column < 0) | (row < 0) | (column > _COLUMNS - 1) | (row > _ROWS - 1)


def spread(
    points: NDArray[np.float32], displacements: NDArray[np.float32], used: NDArray[np.bool_]
) -> NDArray[np.float32]:
    """Interpolate displacements known at landmarks over the grid.

    A linear radial basis function (biharmonic's little sister: no overshoot between landmarks)
    held at zero on rings around the face and on the edge of the grid.

    Args:
        points: Landmarks in the plane, shape (478, 2), units.
        displacements: Shape (bases, 478, 2), units.
        used: Landmarks to take, shape (478,).

    Returns:
        Shape (bases, rows, columns, 2), float32, units.
    """
    index = np.flatnonzero(used[:468])
    anchors = _anchors(points)
    count = len(displacements)
    values = displacements[:, index].transpose(1, 0, 2).reshape(len(index), -1)
    values = np.concatenate([values, np.zeros((len(anchors), 2 * count))])
    places = np.concatenate([points[index], anchors]).astype(np.float64)
    # Corners of the mouth share a place with their neighbours in thin lips: keep them apart.
    places += np.random.default_rng(0).normal(0.0, 1e-5, places.shape)
    grid = grid_points()
    field = RBFInterpolator(places, values, kernel="linear", smoothing=1e-3)(
        grid.reshape(-1, 2).astype(np.float64)
    )
    field = field.reshape(_ROWS, _COLUMNS, count, 2).transpose(2, 0, 1, 3).astype(np.float32)
    rim = _rim()[..., None]
    return np.stack([cv2.GaussianBlur(one, (0, 0), 1.2) * rim for one in field])


def origins(field: NDArray[np.float32], rounds: int = 5) -> NDArray[np.float32]:
    """Where each grid point comes from: solve q = p - d(q) by fixed point.

    Args:
        field: Forward displacements d, shape (rows, columns, 2), units.
        rounds: Iterations; the fields' slopes are below 1, so five are exact to a few 1e-4.

    Returns:
        Places q in the face plane, shape (rows, columns, 2), float32, units.
    """
    grid = grid_points()
    place = grid - field
    for _ in range(rounds):
        place = grid - sample(field, grid_index(place))
    return place


def at_points(field: NDArray[np.float32], points: NDArray[np.floating]) -> NDArray[np.float32]:
    """The field at places in the face plane, shape (n, 2), units."""
    index = grid_index(points).reshape(1, -1, 2)
    return sample(field, index)[0]


def _anchors(points: NDArray[np.float32]) -> NDArray[np.float64]:
    oval = points[list(anatomy.OVAL[::2])].astype(np.float64)
    centre = oval.mean(axis=0)
    rings = [centre + (oval - centre) * scale for scale in (1.45, 1.9)]
    x, y = np.linspace(LEFT, RIGHT, 14), np.linspace(TOP, BOTTOM, 12)
    edge = [
        np.stack([x, np.full_like(x, TOP)], axis=1),
        np.stack([x, np.full_like(x, BOTTOM)], axis=1),
        np.stack([np.full_like(y, LEFT), y], axis=1),
        np.stack([np.full_like(y, RIGHT), y], axis=1),
    ]
    return np.concatenate([*rings, *edge])


def _rim() -> NDArray[np.float32]:
    """1 inside, 0 on the edge of the grid, eased over eight cells."""
    columns = np.minimum(np.arange(_COLUMNS), np.arange(_COLUMNS)[::-1]) / 8
    rows = np.minimum(np.arange(_ROWS), np.arange(_ROWS)[::-1]) / 8
    t = np.clip(np.minimum(rows[:, None], columns[None]), 0.0, 1.0)
    return (t * t * (3 - 2 * t)).astype(np.float32)
