"""The face's own coordinates: one unit is the eye span, x to the right, y down to the chin."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from talker.faces.face import LEFT_EYE_OUTER, RIGHT_EYE_OUTER
from talker.lips.warp import anatomy


class FaceFrame:
    """A frame fixed to the face, its origin between the corners of the mouth.

    Args:
        landmarks: Shape (478, 3), pixels.

    Attributes:
        unit: Eye span in pixels, depth included.
        local: The landmarks in this frame, shape (478, 3), float32, in units.
    """

    def __init__(self, landmarks: NDArray[np.float32]) -> None:
        points = landmarks.astype(np.float64)
        # Landmarks count from the corner of the picture, pixels are read at their middles.
        points[:, :2] -= 0.5
        across = points[LEFT_EYE_OUTER] - points[RIGHT_EYE_OUTER]
        self.unit = float(np.linalg.norm(across))
        x_axis = across / self.unit
        down = points[anatomy.CHIN] - points[anatomy.FOREHEAD]
        down -= x_axis * (down @ x_axis)
        y_axis = down / np.linalg.norm(down)
        self._axes = np.stack([x_axis, y_axis, np.cross(x_axis, y_axis)])
        self._origin = (points[anatomy.LEFT_CORNER] + points[anatomy.RIGHT_CORNER]) / 2
        self.local = ((points - self._origin) @ self._axes.T / self.unit).astype(np.float32)
        # Columns: where one unit along x and along y lands in the picture.
        self._to_pixels = (self._axes[:2, :2] * self.unit).T
        self._from_pixels = np.linalg.inv(self._to_pixels)

    @property
    def depth_slopes(self) -> NDArray[np.float64]:
        """How far one unit to the right and one down lead away from the viewer, shape (2,)."""
        return self._axes[:2, 2]

    @property
    def right_axis(self) -> NDArray[np.float32]:
        """Where one unit to the right leads in the picture, shape (2,), pixels."""
        return self._to_pixels[:, 0].astype(np.float32)

    @property
    def down_axis(self) -> NDArray[np.float32]:
        """Where one unit towards the chin leads in the picture, shape (2,), pixels."""
        return self._to_pixels[:, 1].astype(np.float32)

    def to_pixels(self, points: NDArray[np.floating]) -> NDArray[np.float32]:
        """Places in the plane of the face, shape (..., 2) in units, as columns and rows."""
        return (points @ self._to_pixels.T + self._origin[:2]).astype(np.float32)

    def from_pixels(self, points: NDArray[np.floating]) -> NDArray[np.float32]:
        """Columns and rows, shape (..., 2), as places in the plane of the face in units."""
        return ((points - self._origin[:2]) @ self._from_pixels.T).astype(np.float32)

    def in_plane(self, displacements: NDArray[np.floating]) -> NDArray[np.float32]:
        """Displacements in space, shape (n, 3), as seen in the picture: shape (n, 2), units."""
        pixels = displacements @ self._axes[:, :2] * self.unit
        return (pixels @ self._from_pixels.T).astype(np.float32)
