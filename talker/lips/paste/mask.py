"""Where a mouth is replaced: lips, chin and jaw, softly, and nothing above the upper lip."""

from __future__ import annotations

from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray

from talker.faces.face import Face
from talker.lips.paste.placing import Affine, inverse, places
from talker.lips.warp import anatomy

Region = tuple[slice, slice]
"""Rows and columns of a rectangle in a frame."""

# Along the jaw from the left, and how far each point stands from between the corners of the mouth,
# 1 being the jaw as it is: inside it at the sides, which do not move, where there may be background
# beside them; beyond it at the chin, which falls.
_JAW = (172, 136, 150, 149, 176, 148, 152, 377, 400, 378, 379, 365, 397)
_JAW_REACH = (0.80, 0.86, 0.93, 1.0, 1.05, 1.07, 1.07, 1.07, 1.05, 1.0, 0.93, 0.86, 0.80)
# From the right over the corners of the mouth; the skin beside them folds when it moves.
_OVER = (432, 436, 308, 13, 78, 216, 212)

# The skin around the upper lip, and how far from the lip's rim towards it a mouth reaches.
_LIP_SKIN = (57, 186, 92, 165, 167, 164, 393, 391, 322, 410, 287)
_SKIN_SHARE = (1.0, 0.7, 0.4, 0.3, 0.3, 0.3, 0.3, 0.3, 0.4, 0.7, 1.0)

# Width of the soft edges, standard deviation in spans of the eyes.
_JAW_SOFTNESS, _LIP_SOFTNESS = 0.055, 0.028
_REACH = 2.5  # standard deviations of an edge that are drawn
# Share of a patch's side over which it fades away at its borders.
_BORDER = 0.05
# Resolution at which the outlines are drawn; the softest edges need no more.
_CELLS_A_SPAN = 72.0
_SUBPIXEL_BITS = 5


@dataclass(frozen=True, slots=True)
class MouthMask:
    """How much of a frame is replaced.

    Attributes:
        region: The part of the frame outside which nothing is.
        share: 0 to 1 in that part, float32.
    """

    region: Region
    share: NDArray[np.float32]


def mouth_mask(
    face: Face, frame_size: tuple[int, int], patch_size: tuple[int, int], to_frame: Affine
) -> MouthMask | None:
    """The mask of a face's mouth, chin and jaw.

    It lies on the landmarks as they are seen, so that it turns with the face.

    Args:
        face: In the frame.
        frame_size: Rows and columns.
        patch_size: Rows and columns of what is laid over the frame.
        to_frame: From the patch's pixels to the frame's.

    Returns:
        The mask; None where the mouth is outside the frame or the patch.
    """
    jaw, lips = _outlines(face)
    span = face.eye_span
    edge = _REACH * _JAW_SOFTNESS * span
    low = np.floor(np.minimum(jaw.min(axis=0), lips.min(axis=0)) - edge).astype(int)
    high = np.ceil(np.maximum(jaw.max(axis=0), lips.max(axis=0)) + edge).astype(int) + 1
    first = np.maximum(low, 0)
    last = np.minimum(high, (frame_size[1], frame_size[0]))
    if (first >= last).any():
        return None
    drawn = _drawn(jaw, lips, span, low, high)
    share = drawn[first[1] - low[1] : last[1] - low[1], first[0] - low[0] : last[0] - low[0]]
    columns, rows = (int(n) for n in last - first)
    start = int(first[0]), int(first[1])
    share = share * _coverage(patch_size, inverse(to_frame), start, (columns, rows))
    if not share.any():
        return None
    return MouthMask((slice(start[1], start[1] + rows), slice(start[0], start[0] + columns)), share)


def _outlines(face: Face) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Polygons of the jaw and of the lips, columns and rows of the frame."""
    points = face.landmarks[:, :2].astype(np.float64) - 0.5
    middle = (points[anatomy.LEFT_CORNER] + points[anatomy.RIGHT_CORNER]) / 2
    jaw = middle + (points[list(_JAW)] - middle) * np.array(_JAW_REACH)[:, None]
    skin = points[list(_LIP_SKIN)]
    upper = points[list(anatomy.UPPER_OUTER)]
    upper = upper + np.array(_SKIN_SHARE)[:, None] * (skin - upper)
    lower = points[list(anatomy.LOWER_OUTER)]
    return np.concatenate([jaw, points[list(_OVER)]]), np.concatenate([upper, lower[::-1]])


def _drawn(
    jaw: NDArray[np.float64],
    lips: NDArray[np.float64],
    span: float,
    low: NDArray[np.int_],
    high: NDArray[np.int_],
) -> NDArray[np.float32]:
    """Both outlines with their soft edges, in the rectangle from `low` to `high`."""
    cell = max(1.0, span / _CELLS_A_SPAN)
    columns, rows = (int(n) for n in high - low)
    size = int(np.ceil(columns / cell)), int(np.ceil(rows / cell))
    scale = np.array([size[0] / columns, size[1] / rows])
    share = np.zeros((size[1], size[0]), np.float32)
    for outline, softness in ((jaw, _JAW_SOFTNESS), (lips, _LIP_SOFTNESS)):
        filled = np.zeros_like(share)
        corners = (outline - low + 0.5) * scale - 0.5
        fixed = np.round(corners * (1 << _SUBPIXEL_BITS)).astype(np.int32)
        cv2.fillPoly(filled, [fixed], 1.0, cv2.LINE_8, _SUBPIXEL_BITS)
        sigma = softness * span / cell
        reach = 2 * int(np.ceil(_REACH * sigma)) + 1
        soft = cv2.GaussianBlur(filled, (reach, reach), sigma)
        share = np.maximum(share, soft)
    share = cv2.resize(share, (columns, rows), interpolation=cv2.INTER_LINEAR)
    # Under 1 in 50 nothing is seen; these pixels stay exactly as they are.
    return np.clip((share - 0.02) / 0.96, 0.0, 1.0).astype(np.float32)


def _coverage(
    patch_size: tuple[int, int], to_patch: Affine, first: tuple[int, int], size: tuple[int, int]
) -> NDArray[np.float32]:
    """1 within a patch, falling to 0 at its borders."""
    spots = places(to_patch, first, size)
    share = np.ones((size[1], size[0]), np.float32)
    for axis, length in ((0, patch_size[1]), (1, patch_size[0])):
        inside = np.minimum(spots[..., axis] + 0.5, length - 0.5 - spots[..., axis])
        share *= np.clip(inside / (_BORDER * length), 0.0, 1.0)
    return share
