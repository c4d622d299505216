"""Where the lips end: the line on which closed ones meet, the edges of parted ones."""

from __future__ import annotations

import cv2
import numpy as np
from numpy.typing import NDArray

from talker.lips.warp import anatomy
from talker.lips.warp.face_frame import FaceFrame
from talker.lips.warp.sampling import sample
from talker.media.frames import Picture

_STATIONS = 60
_OFFSETS = 41
_REACH = 0.035
_SEARCH = 0.05
_CONTRAST = 8.0
_GREY_SPREAD = 6.0


def lips_on_seam(picture: Picture, frame: FaceFrame) -> NDArray[np.float32]:
    """Landmarks with the lips' rings moved so that both inner ones lie on the seam.

    Meshes place closed lips only within a few pixels of the line between them; opening them
    anywhere else would tear a lip.

    Args:
        picture: The portrait.
        frame: Of a face with closed lips.

    Returns:
        The frame's local landmarks in the plane, shape (478, 2), float32, units.
    """
    points = frame.local[:, :2].copy()
    middle = (points[list(anatomy.UPPER_INNER)] + points[list(anatomy.LOWER_INNER)]) / 2
    position = np.linspace(0, 10, _STATIONS)
    line = np.stack([np.interp(position, range(11), middle[:, axis]) for axis in (0, 1)], axis=1)
    offsets = np.linspace(-_REACH, _REACH, _OFFSETS)
    probes = np.repeat(line[:, None], _OFFSETS, axis=1)
    probes[..., 1] += offsets
    grey = cv2.cvtColor(picture, cv2.COLOR_RGB2GRAY)
    grey = cv2.GaussianBlur(grey, (0, 0), max(0.6, 0.004 * frame.unit)).astype(np.float32)
    seen = sample(grey, frame.to_pixels(probes))
    cost = (seen - seen.mean(axis=1, keepdims=True)) / (seen.std() + 1e-3)
    cost += 0.6 * (offsets / _REACH) ** 2
    offset = offsets[_cheapest_path(cost)]
    offset = np.convolve(np.pad(offset, 4, "edge"), np.ones(9) / 9, "valid")
    offset *= np.minimum(1.0, np.minimum(position, 10 - position) / 1.2)
    seam = middle.copy()
    seam[:, 1] += np.interp(range(11), position, offset)

    inside = slice(1, 10)
    for inner, outer, rings in (
        (anatomy.UPPER_INNER, anatomy.UPPER_OUTER, anatomy.UPPER_RINGS),
        (anatomy.LOWER_INNER, anatomy.LOWER_OUTER, anatomy.LOWER_RINGS),
    ):
        points[list(inner[inside])] = seam[inside]
        # Keep the rings in order between the seam and the edge of the lip.
        for ring, share in zip(rings, (0.65, 0.30), strict=True):
            edge = points[list(outer[inside])]
            points[list(ring[inside])] = share * edge + (1 - share) * seam[inside]
    return points


def lips_on_edges(picture: Picture, frame: FaceFrame) -> NDArray[np.float32]:
    """Landmarks of an open mouth with the inner rings moved to where the lips really end.

    Meshes are off by a few pixels in a smile, and a strip of teeth left on a lip would stay in
    sight when the mouth closes. Lips are redder than both teeth and the dark behind them: the
    edge is where the redness, going outwards from the least red place, has come half way. Lips
    of a grey picture are taken to be darker than teeth.

    Args:
        picture: The portrait.
        frame: Of a face with parted lips.

    Returns:
        The frame's local landmarks in the plane, shape (478, 2), float32, units.
    """
    points = frame.local[:, :2].copy()
    inside = slice(1, 10)
    upper = points[list(anatomy.UPPER_INNER[inside])]
    lower = points[list(anatomy.LOWER_INNER[inside])]
    share = np.linspace(0.0, 1.0, 2 * _OFFSETS)
    first, last = upper[:, 1] - _SEARCH, lower[:, 1] + _SEARCH
    heights = first[:, None] + share * (last - first)[:, None]
    probes = np.stack([np.broadcast_to(upper[:, :1], heights.shape), heights], axis=-1)
    seen = sample(picture, frame.to_pixels(probes)).astype(np.float32)
    grey = bool(np.median(np.ptp(seen, axis=-1)) < _GREY_SPREAD)
    redness = 255.0 - seen[..., 1] if grey else seen[..., 0] - seen[..., 1]
    redness = cv2.GaussianBlur(redness, (5, 1), 0)
    # The least red place between the lips is surely neither of them.
    within = (heights > upper[:, 1:]) & (heights < lower[:, 1:])
    start = np.where(within, redness, np.inf).argmin(axis=1)
    for inner, outer, rings, step in (
        (anatomy.UPPER_INNER, anatomy.UPPER_OUTER, anatomy.UPPER_RINGS, -1),
        (anatomy.LOWER_INNER, anatomy.LOWER_OUTER, anatomy.LOWER_RINGS, 1),
    ):
        edge = points[list(inner[inside])]
        skin_side = points[list(outer[inside])]
        found = edge[:, 1].copy()
        for station in range(len(edge)):
            along = slice(start[station], None, step)
            red = redness[station, along]
            if len(red) > 2 and red.max() - red[0] > _CONTRAST:
                half = 0.5 * (red[0] + red.max())
                found[station] = heights[station, along][int(np.argmax(red > half))]
        moved_by = np.clip(found - edge[:, 1], -_SEARCH, _SEARCH)
        around = np.pad(moved_by, 1, "edge")
        moved_by = np.median(np.stack([around[:-2], around[1:-1], around[2:]]), axis=0)
        if grey:
            # Corners are dark for the depth behind them too.
            moved_by *= np.clip(np.minimum(range(9), range(8, -1, -1)) / 2, 0.0, 1.0)
        moved = edge.copy()
        moved[:, 1] += np.convolve(np.pad(moved_by, 1, "edge"), (0.25, 0.5, 0.25), "valid")
        points[list(inner[inside])] = moved
        for ring, outward in zip(rings, (0.65, 0.30), strict=True):
            points[list(ring[inside])] = outward * skin_side + (1 - outward) * moved
    return points


def _cheapest_path(cost: NDArray[np.floating]) -> NDArray[np.intp]:
    """Column of the path of least cost through the rows, steps of at most two columns."""
    rows, columns = cost.shape
    total = cost.copy()
    came_from = np.zeros(cost.shape, np.intp)
    for row in range(1, rows):
        for column in range(columns):
            first, last = max(0, column - 2), min(columns, column + 3)
            steps = total[row - 1, first:last] + 0.35 * np.abs(np.arange(first, last) - column)
            best = int(steps.argmin())
            total[row, column] += steps[best]
            came_from[row, column] = first + best
    path = [int(total[-1].argmin())]
    for row in range(rows - 1, 0, -1):
        path.append(int(came_from[row, path[-1]]))
    return np.array(path[::-1])
