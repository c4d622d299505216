"""A patch made to look like the frame it goes into: its colour, its grain, its sharpness."""

from __future__ import annotations

import zlib

import cv2
import numpy as np
from numpy.typing import NDArray

_COLOUR_CELLS = 40
_COLOUR_REACH = 0.16
"""Standard deviation over which a difference in colour spreads, in sides of the region."""

_ODD = 12.0
"""Differences in colour this far from the usual one come from what is shown, not how; levels."""

_TILE = 512
_GRAIN_SIZE = 0.45  # standard deviation in pixels: a camera's noise is a little smeared
_LARGEST_GRAIN = 12.0
# Immerkaer, "Fast noise variance estimation", Computer Vision and Image Understanding 1996: its
# response to white noise of deviation 1 is 6; half of all values are nearer to 0 than 0.6745.
_NOISE_KERNEL = np.array([[1, -2, 1], [-2, 4, -2], [1, -2, 1]], np.float32)
_NOISE_RESPONSE = 6.0 * 0.6745

_MOST_GAIN = 1.6


def colour_shift(
    frame: NDArray[np.float32], patch: NDArray[np.float32], share: NDArray[np.float32]
) -> NDArray[np.float32]:
    """What a patch's colours lack, measured along the rim of its mask and led on inwards.

    The rim shows the same skin twice. Where it does not, at the lips or the neck, it differs more
    than elsewhere and counts less (weights of Geman and McClure).

    Args:
        frame: The region of the frame, shape (rows, columns, 3), levels of 0 to 255.
        patch: What is laid over it, likewise.
        share: Of the patch, in [0, 1], shape (rows, columns).

    Returns:
        To be added to the patch, shape (rows, columns, 3).
    """
    rows, columns = share.shape
    factor = min(1.0, _COLOUR_CELLS / max(rows, columns))
    size = max(1, round(columns * factor)), max(1, round(rows * factor))
    lacking = cv2.resize(frame - patch, size, interpolation=cv2.INTER_AREA).reshape(-1, 3)
    small = cv2.resize(share, size, interpolation=cv2.INTER_AREA)
    rim = (4.0 * small * (1.0 - small)).reshape(-1) + 1e-6
    weights = rim
    usual = np.average(lacking, axis=0, weights=rim)
    for _ in range(4):
        away = np.square((lacking - usual) / _ODD).sum(axis=1)
        weights = rim / np.square(1.0 + away)
        usual = np.average(lacking, axis=0, weights=weights)
    grid = (size[1], size[0])
    reach = _COLOUR_REACH * max(size)
    weighted = (weights[:, None] * (lacking - usual)).reshape(*grid, 3).astype(np.float32)
    spread = cv2.GaussianBlur(weighted, (0, 0), reach)
    density = cv2.GaussianBlur(weights.reshape(grid).astype(np.float32), (0, 0), reach)
    # Far from any rim the usual difference holds.
    local = spread / (density + 0.05 * density.max())[..., None]
    shift = (local + usual).astype(np.float32)
    shift = cv2.resize(shift, (columns, rows), interpolation=cv2.INTER_LINEAR)
    return np.asarray(shift, np.float32)


class Grain:
    """Film grain that is the same wherever it is asked for the same.

    Args:
        seed: Of its pattern.
    """

    def __init__(self, seed: int) -> None:
        noise = np.random.default_rng(seed).normal(size=(_TILE, _TILE)).astype(np.float32)
        noise = np.asarray(cv2.GaussianBlur(noise, (0, 0), _GRAIN_SIZE), np.float32)
        self._tile = noise / noise_level(noise)

    def lay(
        self, frame: NDArray[np.uint8], patch: NDArray[np.float32], share: NDArray[np.float32]
    ) -> NDArray[np.float32]:
        """The grain that a patch lacks.

        The pattern hangs on the frame's own pixels: it stands still where the frame does, and is
        another in every frame of a film with noise.

        Args:
            frame: The region of the frame, uint8 RGB.
            patch: What is laid over it.
            share: Of the patch.

        Returns:
            To be added to each channel, shape (rows, columns).
        """
        rows, columns = share.shape
        here = noise_level(_luma(frame), share < 0.05)
        there = noise_level(_luma(patch), share > 0.9)
        level = min(_LARGEST_GRAIN, float(np.sqrt(max(0.0, here**2 - there**2))))
        start = zlib.crc32(frame[::7, ::7].tobytes())
        down = (np.arange(rows) + start) % _TILE
        right = (np.arange(columns) + (start >> 16)) % _TILE
        return np.float32(level) * self._tile[down[:, None], right]


def noise_level(luma: NDArray[np.float32], where: NDArray[np.bool_] | None = None) -> float:
    """Standard deviation of the noise of a picture, or of a part of it.

    The median tells noise from the edges of what is shown.

    Args:
        luma: float32, shape (rows, columns).
        where: The part; the whole where it is None. A part without pixels has no noise.
    """
    response = np.abs(cv2.filter2D(luma, cv2.CV_32F, _NOISE_KERNEL))
    found = response if where is None else response[where]
    return float(np.median(found)) / _NOISE_RESPONSE if found.size else 0.0


def sharpened(patch: NDArray[np.float32], strength: float) -> NDArray[np.float32]:
    """A patch that is to be enlarged, with steeper edges, at twice its size.

    Detail is raised and then kept between the darkest and the brightest of the pixels around, so
    that edges get steep and no halo stands beside them.

    Args:
        patch: Levels of 0 to 255, shape (rows, columns, 3).
        strength: 0 (only enlarged) to 1.

    Returns:
        Shape (2 rows, 2 columns, 3).
    """
    large = cv2.resize(patch, None, fx=2, fy=2, interpolation=cv2.INTER_CUBIC)
    if strength <= 0:
        return np.asarray(large, np.float32)
    around = cv2.getStructuringElement(cv2.MORPH_ELLIPSE, (5, 5))
    darkest, brightest = cv2.erode(large, around), cv2.dilate(large, around)
    for sigma in (2.2, 1.2):
        detail = large - cv2.GaussianBlur(large, (0, 0), sigma)
        large = np.clip(large + _MOST_GAIN * strength * detail, darkest, brightest)
    return np.asarray(large, np.float32)


def _luma(picture: NDArray[np.uint8] | NDArray[np.float32]) -> NDArray[np.float32]:
    return cv2.cvtColor(picture, cv2.COLOR_RGB2GRAY).astype(np.float32)
