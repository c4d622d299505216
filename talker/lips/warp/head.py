"""A head that moves and a chest that breathes, in front of a background that stays."""

from __future__ import annotations

from pathlib import Path

import cv2
import numpy as np
from numpy.typing import NDArray

from talker.lips.warp import anatomy
from talker.lips.warp.face_frame import FaceFrame
from talker.lips.warp.matte import clean_plate, person_matte
from talker.lips.warp.sampling import ease, sample
from talker.media.frames import Picture

_BREATH_RISE = 0.011
_BROW_RISE = 0.030
_CELLS = 160
_ROUNDS = 3


class Head:
    """Moves the head of a portrait by a few pixels.

    Small turns are drawn by parallax: what is nearer shifts further (the displacement of a point
    at depth z under a small turn is the angle times z); at the silhouette the depth is nil.

    Args:
        picture: The portrait.
        landmarks: Of its face, shape (478, 3), pixels.
        matte_model: The person segmentation network's file.
    """

    def __init__(self, picture: Picture, landmarks: NDArray[np.float32], matte_model: Path) -> None:
        frame = FaceFrame(landmarks)
        height, width = picture.shape[:2]
        self._size = width, height
        cell = max(1.0, max(height, width) / _CELLS)
        self._grid_size = int(np.ceil(width / cell)), int(np.ceil(height / cell))
        columns, rows = self._grid_size
        x, y = np.meshgrid(
            (np.arange(columns) + 0.5) * width / columns - 0.5,
            (np.arange(rows) + 0.5) * height / rows - 0.5,
        )
        self._grid = np.stack([x, y], axis=-1).astype(np.float32)
        self._pixels = np.stack(
            np.meshgrid(np.arange(width), np.arange(height)), axis=-1, dtype=np.float32
        )
        self._scale = np.array([columns / width, rows / height], np.float32)
        self._fields = _fields(self._grid, frame, (height - 1 - y) / frame.unit)
        matte = person_matte(matte_model, picture, landmarks, frame.unit)
        if matte is None:
            # No outline to cut along: let the movement die away around the head instead.
            around = frame.from_pixels(self._grid) - (0.0, -0.45)
            reach = np.hypot(around[..., 0], around[..., 1] / 1.3)
            self._fields *= (1.0 - ease(0.75, 1.7, reach))[None, ..., None]
            self._matte = self._plate = None
        else:
            self._matte = matte.share
            self._plate = clean_plate(picture, matte.person, frame.unit)

    def move(
        self, canvas: Picture, pose: NDArray[np.float32], breath: float, brows: float
    ) -> Picture:
        """The portrait with its head in another pose.

        Args:
            canvas: The portrait with this frame's mouth and eyes.
            pose: Shift to the right and down in eye spans, roll, yaw, pitch in radians.
            breath: 0 breathed out to 1 in.
            brows: 0 at rest to 1 raised.

        Returns:
            A new picture.
        """
        weights = np.array([*pose, breath, brows], np.float32)
        field = np.tensordot(weights, self._fields, 1)
        origin = self._grid - field
        for _ in range(_ROUNDS):
            index = (origin + 0.5) * self._scale - 0.5
            origin = self._grid - sample(field, index)
        # Interpolate the displacement, not the place: beyond the last cell it goes on, flat.
        moved = cv2.resize(origin - self._grid, self._size, interpolation=cv2.INTER_LINEAR)
        source = moved + self._pixels
        warped = sample(canvas, source, cubic=True)
        if self._matte is None or self._plate is None:
            return warped
        share = sample(self._matte, source)
        return np.asarray(cv2.blendLinear(warped, self._plate, share, 1.0 - share), np.uint8)


def _fields(
    grid: NDArray[np.float32], frame: FaceFrame, from_bottom: NDArray[np.floating]
) -> NDArray[np.float32]:
    """Displacement in pixels for one unit of each of pose's five, breath and brows.

    Args:
        grid: Places in the picture, shape (rows, columns, 2), pixels.
        frame: Of the face.
        from_bottom: Height of each place above the lower edge of the picture, units.

    Returns:
        Shape (7, rows, columns, 2), float32.
    """
    places = frame.from_pixels(grid)
    x, y = places[..., 0], places[..., 1]
    right, down = frame.right_axis, frame.down_axis
    chin = float(frame.local[anatomy.CHIN, 1])
    head = (1.0 - ease(chin + 0.02, chin + 1.05, y))[..., None]
    body = ease(chin + 0.1, chin + 0.9, y)[..., None] * ease(0.0, 0.5, from_bottom)[..., None]

    pivot = np.array([0.0, chin + 0.45])
    from_pivot = places - pivot
    roll = -from_pivot[..., 1:] * right + from_pivot[..., :1] * down
    depth = _depth(x, y, frame)[..., None]
    ones = np.ones((*x.shape, 1), np.float32)
    brow_y = float(frame.local[list(anatomy.LEFT_BROW + anatomy.RIGHT_BROW), 1].mean())
    brow = np.exp(-(((y - brow_y + 0.04) / 0.16) ** 2)) * np.exp(-((x / 0.62) ** 4))
    fields = [
        head * ones * right,
        head * ones * down,
        head * roll,
        depth * right,
        depth * down,
        -_BREATH_RISE * (body + 0.55 * head) * down,
        -_BROW_RISE * brow[..., None] * down,
    ]
    return np.stack(fields).astype(np.float32)


def _depth(x: NDArray[np.float32], y: NDArray[np.float32], frame: FaceFrame) -> NDArray[np.float32]:
    """How far the head stands out towards us: an ellipsoid with a nose, in units."""
    chin = float(frame.local[anatomy.CHIN, 1])
    top = float(frame.local[anatomy.FOREHEAD, 1]) - 0.55
    middle, radius = (chin + top) / 2, (chin - top) / 2
    width = 1.12 * float(np.abs(frame.local[list(anatomy.OVAL), 0]).max())
    r2 = (x / width) ** 2 + ((y - middle) / radius) ** 2
    dome = 0.62 * np.clip(1.0 - r2, 0.0, None)
    tip = frame.local[anatomy.NOSE_TIP]
    nose = 0.16 * np.exp(-(((x - tip[0]) / 0.13) ** 2 + ((y - tip[1]) / 0.20) ** 2))
    return cv2.GaussianBlur((dome + nose).astype(np.float32), (0, 0), 2.0)
