"""Whether something is before a person's mouth: a hand, a microphone."""

from __future__ import annotations

from typing import Final

import cv2
import numpy as np
from numpy.typing import NDArray

from talker.faces.looks import UPPER
from talker.faces.mesh import Crop
from talker.media.frames import Picture

# Outer lips, chin and the skin around them.
_LIPS = (0, 17, 37, 267, 84, 314, 61, 291, 39, 269, 40, 270, 181, 405, 91, 321, 146, 375, 185, 409)
_CHIN = (164, 18, 200, 199, 175, 83, 313, 182, 406, 194, 418, 201, 421, 208, 428, 32, 262, 140, 369)
_AROUND = (171, 396, 43, 273, 106, 335, 57, 287, 186, 410, 92, 322, 165, 391, 167, 393, 212, 432)
_LOWER: Final = [*_LIPS, *_CHIN, *_AROUND, 202, 422, 204, 424, 211, 431]

_BLUR = 7
_FLOOR = 10.0
# Of the logarithm of a colour against the upper face's: a change of 28 %.
_CHANGED = 0.25
# Share of the landmarks that have changed; 0.05 is the most on talking faces, 0.24 the least under
# boxes of the cheek's colour, drawn hands and microphones.
_COVERED = 0.15
_RENEWAL = 0.06


class MouthCover:
    """Compares the colours around a mouth with what they were before; starts anew at each scene.

    What is there from the first frame on counts as the person's own.
    """

    def __init__(self) -> None:
        self._own: NDArray[np.float64] | None = None

    def is_covered(self, square: Picture, crop: Crop, landmarks: NDArray[np.floating]) -> bool:
        """Whether something hides the mouth in the next frame.

        Args:
            square: The crop cut out, uint8 RGB, shape (256, 256, 3).
            crop: Where it is.
            landmarks: Of the face in the whole picture, shape (478, 3).
        """
        soft = cv2.blur(square, (_BLUR, _BLUR))
        places = np.rint(crop.to_cut_out(landmarks[:, :2]) - 0.5).astype(int)
        x, y = np.clip(places, 0, square.shape[0] - 1).T
        colours = np.log(soft[y, x] + _FLOOR)
        colours = colours[_LOWER] - np.median(colours[list(UPPER)], axis=0)
        if self._own is None:
            self._own = colours
        changed = np.abs(colours - self._own).max(axis=1) > _CHANGED
        if changed.mean() > _COVERED:
            return True
        self._own += _RENEWAL * (colours - self._own)
        return False
