"""A map of the face on a cylinder, on which lines, spots and colours are painted in millimetres."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray
from PIL import Image
from scipy.ndimage import gaussian_filter
from scipy.spatial import cKDTree

from studio.anatomy import Head
from studio.human import Points

SIZE = 1792
_SPAN_M = 0.34  # that the map covers each way
_RADIUS_M = 0.085  # of the cylinder
_BELOW_EYES_M = 0.02  # from the eyes down to the map's middle
MM = SIZE / (_SPAN_M * 1000)
"""Pixels a millimetre."""


class Chart:
    """Where a point of the head is on the map."""

    def __init__(self, head: Head) -> None:
        self._axis_y = head.between[1] + 0.075
        self._middle_z = head.between[2] - _BELOW_EYES_M
        self._head = head

    def uv(self, points: Points) -> Points:
        """UV of points, shape (n, 2)."""
        angle = np.arctan2(points[:, 0], -(points[:, 1] - self._axis_y))
        across = angle * _RADIUS_M
        return np.stack([across, points[:, 2] - self._middle_z], axis=1) / _SPAN_M + 0.5

    def pixel(self, points: Points) -> Points:
        """Pixels (column, row from the bottom) of points, shape (n, 2)."""
        return self.uv(np.reshape(points, (-1, 3))) * SIZE

    def frontal(self, x_mm: NDArray, z_mm: NDArray) -> Points:
        """Pixels of the skin as seen from the front, from millimetres from between the eyes."""
        found = [self._head.at(x / 1000, z / 1000) for x, z in zip(x_mm, z_mm, strict=True)]
        there = [point for point in found if point is not None]
        return self.pixel(np.array(there).reshape(-1, 3))


def stroke(layer: NDArray, line: Points, width_mm: float, depth: NDArray | float) -> None:
    """Adds a soft line to a layer.

    Args:
        layer: Shape (SIZE, SIZE), changed in place.
        line: Pixels, shape (n, 2), n > 1.
        width_mm: Half its width, where it has fallen to 37 %.
        depth: What is added in its middle, one number or one a point.
    """
    if len(line) < 2:
        return
    depth = np.broadcast_to(np.asarray(depth, float), len(line))
    steps = np.r_[0, np.cumsum(np.linalg.norm(np.diff(line, axis=0), axis=1))]
    at = np.arange(0, steps[-1], 1.0)
    dense = np.stack([np.interp(at, steps, line[:, k]) for k in (0, 1)], axis=1)
    amount = np.interp(at, steps, depth)
    half = width_mm * MM
    low = np.maximum(np.floor(dense.min(0) - 3 * half).astype(int), 0)
    high = np.minimum(np.ceil(dense.max(0) + 3 * half).astype(int), SIZE - 1)
    if (high <= low).any():
        return
    rows, columns = np.mgrid[low[1] : high[1], low[0] : high[0]]
    distance, nearest = cKDTree(dense).query(
        np.stack([columns.ravel(), rows.ravel()], axis=1), distance_upper_bound=3 * half
    )
    near = np.isfinite(distance)
    value = np.zeros(distance.shape)
    value[near] = amount[nearest[near]] * np.exp(-((distance[near] / half) ** 2))
    layer[low[1] : high[1], low[0] : high[0]] += value.reshape(rows.shape)


def blot(layer: NDArray, centre: Points, radii_mm: tuple[float, float], amount: float) -> None:
    """Adds a soft spot to a layer, its radii across and up where it has fallen to 37 %."""
    rx, ry = (r * MM for r in radii_mm)
    x, y = centre
    c0, c1 = int(max(0, x - 3 * rx)), int(min(SIZE, x + 3 * rx + 1))
    r0, r1 = int(max(0, y - 3 * ry)), int(min(SIZE, y + 3 * ry + 1))
    if c1 <= c0 or r1 <= r0:
        return
    rows, columns = np.mgrid[r0:r1, c0:c1]
    fall = np.exp(-(((columns - x) / rx) ** 2) - ((rows - y) / ry) ** 2)
    layer[r0:r1, c0:c1] += amount * fall


def grain(
    rng: np.random.Generator, across_mm: float, up_mm: float | None = None
) -> NDArray[np.float32]:
    """Noise of one size all over the map, mean 0, deviation 1."""
    sigma = np.array([up_mm or across_mm, across_mm]) * MM / 2
    coarse = 2 ** max(0, int(np.log2(max(1.0, sigma.min() / 1.2))))  # soft noise needs few samples
    side = SIZE // coarse
    noise = rng.standard_normal((side, side), dtype=np.float32)
    noise = gaussian_filter(noise, sigma / coarse, mode="wrap", truncate=2.5)
    noise /= noise.std()
    if coarse == 1:
        return noise
    return np.asarray(Image.fromarray(noise).resize((SIZE, SIZE), Image.Resampling.BICUBIC))
