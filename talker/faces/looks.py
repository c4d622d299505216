"""What a face looks like: enough to tell the people in one clip apart."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Self

import cv2
import numpy as np
from numpy.typing import NDArray

from talker.faces.mesh import Crop, cut_out
from talker.media.frames import Picture

_FOREHEAD = (10, 338, 297, 332, 284, 251, 389, 356, 127, 162, 21, 54, 103, 67, 109)
_FOREHEAD_INSIDE = (9, 8, 151, 108, 69, 104, 68, 337, 299, 333, 298)
_BROWS = (70, 63, 105, 66, 107, 55, 65, 52, 53, 46, 300, 293, 334, 296, 336, 285, 295, 282, 283)
_RIGHT_EYE = (33, 7, 163, 144, 145, 153, 154, 155, 133, 173, 157, 158, 159, 160, 161, 246)
_LEFT_EYE = (263, 249, 390, 373, 374, 380, 381, 382, 362, 398, 384, 385, 386, 387, 388, 466)
_UNDER_EYES = (111, 110, 24, 23, 22, 26, 112, 340, 339, 254, 253, 252, 256, 341)
_NOSE = (168, 6, 197, 195, 5, 4, 1, 45, 275, 220, 440, 115, 344, 48, 278, 129, 358)
_CHEEKS = (116, 117, 118, 119, 100, 36, 50, 101, 345, 346, 347, 348, 329, 266, 280, 330)
UPPER = (
    *_FOREHEAD,
    *_FOREHEAD_INSIDE,
    *_BROWS,
    *_RIGHT_EYE,
    *_LEFT_EYE,
    *_UNDER_EYES,
    *_NOSE,
    *_CHEEKS,
)
"""Landmarks that speech does not move and a hand before the mouth does not hide."""

# Pixels of the crop of 256; what is wider than the second is light, not face.
_FINE, _WIDE = 9, 61
# Of a colour value of 255, against the logarithm of black.
_FLOOR = 8.0
_SHAPE_COUNTS = 2.0
# Share of a face's running look that a new frame makes up.
_RENEWAL = 0.06


@dataclass(frozen=True, slots=True)
class Look:
    """Shades and shape of a face above its mouth, whatever its size, place and light.

    Measured on three people filmed alike (GRID), every 6th frame against every other: a person's
    likeness to themselves is 0.88 to 0.99, to one another 0.76 to 0.88; half the brightness, half
    the size, warmer light or light from the side cost a person up to 0.03.

    Attributes:
        shades: How much lighter each landmark of `UPPER` is than its surroundings, shape (n,), of
            mean 0 and length 1.
        shape: The landmarks of `UPPER`, of mean 0 and length 1, shape (n, 3).
    """

    shades: NDArray[np.float64]
    shape: NDArray[np.float64]

    @classmethod
    def in_picture(cls, picture: Picture, landmarks: NDArray[np.floating]) -> Self:
        """The look of a face in a picture, uint8 RGB, by its landmarks, shape (478, 3)."""
        crop = Crop.of_landmarks(landmarks)
        return cls.of(cut_out(picture, crop), crop, landmarks)

    @classmethod
    def of(cls, square: Picture, crop: Crop, landmarks: NDArray[np.floating]) -> Self:
        """The look of the face that was found in a crop.

        Args:
            square: The crop cut out, uint8 RGB, shape (256, 256, 3).
            crop: Where it is.
            landmarks: Of the face in the whole picture, shape (478, 3).
        """
        grey = cv2.cvtColor(square, cv2.COLOR_RGB2GRAY)
        shape = landmarks[list(UPPER)].astype(np.float64)
        places = np.rint(crop.to_cut_out(shape[:, :2]) - 0.5).astype(int)
        x, y = np.clip(places, 0, square.shape[0] - 1).T
        fine, wide = (
            np.log(cv2.blur(grey, (reach, reach))[y, x] + _FLOOR) for reach in (_FINE, _WIDE)
        )
        return cls(_of_length_1(fine - wide), _of_length_1(shape))

    def likeness(self, other: Look) -> float:
        """How alike two faces look: 1 for the same, less for others, 0 and less for no face."""
        # Orthogonal Procrustes: the turn that brings the shapes nearest (Schoenemann, 1966).
        sizes = np.linalg.svd(other.shape.T @ self.shape, compute_uv=False)
        apart = np.sqrt(max(0.0, 2 - 2 * float(sizes.sum())))
        return float(self.shades @ other.shades) - _SHAPE_COUNTS * apart

    def renewed(self, newer: Look) -> Look:
        """The running look of a person seen once more."""
        left, _, right = np.linalg.svd(newer.shape.T @ self.shape)
        shape = self.shape + _RENEWAL * (newer.shape @ left @ right - self.shape)
        shades = self.shades + _RENEWAL * (newer.shades - self.shades)
        return Look(_of_length_1(shades), _of_length_1(shape))


def _of_length_1(values: NDArray[np.floating]) -> NDArray[np.float64]:
    centred = values - values.mean(axis=0)
    return np.asarray(centred / max(1e-6, float(np.linalg.norm(centred))), np.float64)
