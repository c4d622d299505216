"""What should not move in a talking-head film, and how much it does."""

from __future__ import annotations

from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray

from bench.independent_mesh import Points

_RIGID = [33, 133, 362, 263, 168, 6, 197, 195, 5, 10, 151, 9, 8]
_LOWER_FACE = [  # jaw, cheeks and the base of the nose
    *(234, 93, 132, 58, 172, 136, 150, 149, 176, 148, 152, 377, 400, 378, 379, 365, 397, 288),
    *(361, 323, 454, 98, 327, 2, 50, 280),
]
_MASK_MARGIN = 0.2  # eye spans: the chin's travel, and the blur of compression
_RIGHT_EYE, _LEFT_EYE = 33, 263


@dataclass(frozen=True, slots=True)
class Steadiness:
    """Movement of what should be still.

    Attributes:
        jitter_percent: Mean length of the second difference of rigid landmarks, in percent of
            the eye span.
        flicker: Mean change of the mean luma outside the lower face from frame to frame, in
            levels of 255.
        psnr_outside_db: Against the reference, outside mouth and lower face, over the film.
    """

    jitter_percent: float
    flicker: float
    psnr_outside_db: float


class SteadinessMeter:
    """Takes frames one by one and keeps no more than three of anything.

    Args:
        reference: uint8 RGB, what the film should show outside the mouth; None for its first
            frame.
    """

    def __init__(self, reference: NDArray[np.uint8] | None = None) -> None:
        self._reference = reference
        self._mask: NDArray[np.uint8] | None = None
        self._rigid: list[NDArray[np.float32]] = []
        self._jitters: list[float] = []
        self._luma: float | None = None
        self._luma_steps: list[float] = []
        self._squares: list[float] = []

    def add(self, picture: NDArray[np.uint8], points: Points | None) -> None:
        """Take the next frame.

        Args:
            picture: uint8 RGB, shape (height, width, 3).
            points: Landmarks, or None where the face is lost.
        """
        height, width = picture.shape[:2]
        first = self._mask is None
        if self._mask is None:
            self._mask = _outside_lower_face(points, width, height)
        if self._reference is None:
            self._reference = picture
        elif self._reference.shape != picture.shape:
            self._reference = cv2.resize(
                self._reference, (width, height), interpolation=cv2.INTER_AREA
            )
        if not (first and self._reference is picture):
            square = cv2.norm(picture, self._reference, cv2.NORM_L2SQR, self._mask)
            self._squares.append(square / (3 * max(1, cv2.countNonZero(self._mask))))
        luma = cv2.mean(cv2.cvtColor(picture, cv2.COLOR_RGB2GRAY), self._mask)[0]
        if self._luma is not None:
            self._luma_steps.append(abs(luma - self._luma))
        self._luma = luma
        self._add_rigid(points)

    def figures(self) -> Steadiness:
        """Figures of all frames so far; nan where there are too few."""
        error = np.mean(self._squares) if self._squares else np.nan
        return Steadiness(
            jitter_percent=float(np.mean(self._jitters)) if self._jitters else np.nan,
            flicker=float(np.mean(self._luma_steps)) if self._luma_steps else np.nan,
            psnr_outside_db=float(10 * np.log10(255**2 / max(error, 1e-9))),
        )

    def _add_rigid(self, points: Points | None) -> None:
        if points is None:
            self._rigid.clear()
            return
        self._rigid = [*self._rigid[-2:], points[_RIGID]]
        if len(self._rigid) == 3:
            before, now, after = self._rigid
            span = np.linalg.norm(points[_LEFT_EYE] - points[_RIGHT_EYE])
            bend = np.linalg.norm(before - 2 * now + after, axis=1)
            self._jitters.append(float(100 * bend.mean() / span))


def _outside_lower_face(points: Points | None, width: int, height: int) -> NDArray[np.uint8]:
    """1 where nothing should move, 0 elsewhere, shape (height, width)."""
    inside = np.zeros((height, width), np.uint8)
    if points is not None:
        hull = cv2.convexHull(np.round(points[_LOWER_FACE]).astype(np.int32))
        cv2.fillConvexPoly(inside, hull, 1)
        span = float(np.linalg.norm(points[_LEFT_EYE] - points[_RIGHT_EYE]))
        margin = 2 * round(_MASK_MARGIN * span) + 1
        inside = cv2.dilate(inside, cv2.getStructuringElement(cv2.MORPH_ELLIPSE, (margin, margin)))
    return 1 - inside
