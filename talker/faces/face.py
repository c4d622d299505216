"""A face in a picture, and where it is in every frame of a film."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

RIGHT_EYE_OUTER = 33
"""Landmark of the outer corner of the person's right eye (left in the picture)."""

LEFT_EYE_OUTER = 263
"""Landmark of the outer corner of the person's left eye (right in the picture)."""


@dataclass(frozen=True, slots=True)
class Face:
    """One face.

    Attributes:
        box: x0, y0, x1, y1 in pixels of the picture, float32, shape (4,).
        landmarks: MediaPipe's topology with irises, shape (478, 3), float32; x to the right and
            y down in pixels (0, 0 is the top left corner of the picture), z in the same scale,
            smaller is nearer.
        score: Detector's confidence in [0, 1]; 1 for landmarks placed by hand.
        trust: How far its mouth may be replaced: 1, or less where it is turned away, covered or
            about to be lost, down to 0, where the frame is to stay as it is.
    """

    box: NDArray[np.float32]
    landmarks: NDArray[np.float32]
    score: float
    trust: float = 1.0

    def __post_init__(self) -> None:
        if self.landmarks.shape != (478, 3) or self.box.shape != (4,):
            raise ValueError(
                f"a face has 478 landmarks and 4 box edges, not {self.landmarks.shape} "
                f"and {self.box.shape}"
            )
        self.landmarks.flags.writeable = False
        self.box.flags.writeable = False

    @property
    def eye_span(self) -> float:
        """Distance between the outer eye corners in pixels: the face's measure of scale."""
        span = self.landmarks[LEFT_EYE_OUTER, :2] - self.landmarks[RIGHT_EYE_OUTER, :2]
        return float(np.hypot(span[0], span[1]))
