"""What a face looks like: enough to tell the people in one clip apart."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Self

import cv2
import numpy as np
from numpy.typing import NDArray

from talker.faces.mesh import Crop
from talker.media.frames import Picture

# Landmarks of the lips' inner side and the irises say what a face does, not whose it is.
_LIPS_INSIDE = [13, 14, 78, 80, 81, 82, 87, 88, 95, 178]
_LIPS_INSIDE_LEFT = [191, 308, 310, 311, 312, 317, 318, 324, 402, 415]
SKIN = np.setdiff1d(np.arange(468), _LIPS_INSIDE + _LIPS_INSIDE_LEFT)
"""Landmarks at which colours are taken."""

_BLUR = 9
# Share of a face's running look that a new frame makes up.
_RENEWAL = 0.06


@dataclass(frozen=True, slots=True)
class Look:
    """The colours of a face at its landmarks, whatever its size, place and lighting.

    Attributes:
        colours: Shape (3, n): lightness and two colour differences at the landmarks `SKIN`, each
            of mean 0 and length 1 over the face.
    """

    colours: NDArray[np.float32]

    @classmethod
    def of(cls, square: Picture, crop: Crop, landmarks: NDArray[np.floating]) -> Self:
        """The look of the face that was found in a crop.

        Args:
            square: The crop cut out, uint8 RGB, shape (256, 256, 3).
            crop: Where it is.
            landmarks: Of the face in the whole picture, shape (478, 3).
        """
        soft = cv2.blur(square, (_BLUR, _BLUR))
        places = np.rint(crop.to_cut_out(landmarks[SKIN, :2]) - 0.5).astype(int)
        x, y = np.clip(places, 0, square.shape[0] - 1).T
        red, green, blue = soft[y, x].astype(np.float32).T
        light = (red + 2 * green + blue) / 4
        colours = np.stack([light, (red - green), (blue - green)])
        colours -= colours.mean(axis=1, keepdims=True)
        # A floor, as a grey picture has no colours.
        lengths = np.maximum(np.linalg.norm(colours, axis=1, keepdims=True), 40.0)
        return cls(colours / lengths)

    def likeness(self, other: Look) -> float:
        """How alike two faces look: 1 for the same, about 0 for unrelated ones."""
        each = (self.colours * other.colours).sum(axis=1)
        return float(each @ (0.6, 0.25, 0.15))

    def renewed(self, newer: Look) -> Look:
        """The running look of a person seen once more."""
        colours = self.colours + _RENEWAL * (newer.colours - self.colours)
        return Look(colours / np.maximum(np.linalg.norm(colours, axis=1, keepdims=True), 1e-6))
