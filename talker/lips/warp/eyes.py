"""Eyes that look and blink: the iris glides, the lid's own skin is drawn down over it."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from talker.lips.warp import anatomy
from talker.lips.warp.face_frame import FaceFrame
from talker.lips.warp.sampling import blended, ease, sample
from talker.lips.warp.tones import measure_blur
from talker.media.frames import Picture

_LID_REACH = 0.15
"""How far above the rim the skin gives when the lid closes, in units."""

_LASHES = 0.020
_BARELY = 0.004


class Eyes:
    """Both eyes of a portrait.

    Args:
        picture: The portrait.
        landmarks: Of its face, shape (478, 3), pixels.
    """

    def __init__(self, picture: Picture, landmarks: NDArray[np.float32]) -> None:
        frame = FaceFrame(landmarks)
        blur = measure_blur(picture, landmarks[:, :2], frame.unit)
        self._eyes = [
            _Eye(picture, frame, anatomy.LEFT_EYE, anatomy.LEFT_IRIS, blur),
            _Eye(picture, frame, anatomy.RIGHT_EYE, anatomy.RIGHT_IRIS, blur),
        ]

    def draw(self, canvas: Picture, blink: float, gaze: tuple[float, float]) -> None:
        """Draw the eyes into a copy of the portrait.

        Args:
            canvas: Changed in place.
            blink: 0 as in the portrait to 1 closed.
            gaze: To the right and down, in eye spans.
        """
        if blink < _BARELY and gaze == (0.0, 0.0):
            return
        for eye in self._eyes:
            eye.draw(canvas, blink, gaze)


class _Eye:
    def __init__(
        self,
        picture: Picture,
        frame: FaceFrame,
        lids: tuple[tuple[int, ...], ...],
        iris: tuple[int, ...],
        blur: float,
    ) -> None:
        self._frame = frame
        local = frame.local[:, :2]
        upper, lower = (local[list(rim)] for rim in lids[:2])
        left, right = float(upper[0, 0]), float(upper[-1, 0])
        corners = np.array(
            [
                (x, y)
                for x in (left - 0.06, right + 0.06)
                for y in (float(upper[:, 1].min()) - _LID_REACH - 0.02, lower[:, 1].max() + 0.04)
            ]
        )
        pixels = frame.to_pixels(corners)
        height, width = picture.shape[:2]
        low = np.clip(np.floor(pixels.min(axis=0)), 0, (width - 1, height - 1)).astype(int)
        high = np.clip(np.ceil(pixels.max(axis=0)), low + 1, (width, height)).astype(int)
        self._box = slice(int(low[1]), int(high[1])), slice(int(low[0]), int(high[0]))
        self._patch = picture[self._box].copy()
        x, y = np.meshgrid(np.arange(low[0], high[0]), np.arange(low[1], high[1]))
        places = frame.from_pixels(np.stack([x, y], axis=-1).astype(np.float32))
        self._x, self._y = places[..., 0], places[..., 1]
        self._corner = low.astype(np.float32)
        self._soft = max(0.7, blur) / frame.unit
        self._rim = _curve(self._x, upper)
        self._floor = np.maximum(_curve(self._x, lower), self._rim)
        beside = (self._x - left) / 0.02, (right - self._x) / 0.02
        self._ends = ease(-0.5, 1.0, beside[0]) * ease(-0.5, 1.0, beside[1])
        self._inside = (
            ease(-self._soft, self._soft, self._y - self._rim)
            * ease(-self._soft, self._soft, self._floor - self._y)
            * self._ends
        )
        centre = local[list(iris)].mean(axis=0)
        radius = float(np.linalg.norm(local[iris[1]] - local[iris[3]])) / 2
        away = np.hypot(self._x - centre[0], self._y - centre[1]) / max(radius, 1e-3)
        self._iris = 1.0 - ease(1.1, 2.0, away)

    def draw(self, canvas: Picture, blink: float, gaze: tuple[float, float]) -> None:
        patch = self._patch
        if gaze != (0.0, 0.0):
            looked = self._moved(-self._iris * gaze[0], -self._iris * gaze[1])
            patch = blended(patch, looked, self._inside)
        if blink >= _BARELY:
            patch = self._closed(patch, blink)
        canvas[self._box] = patch

    def _closed(self, patch: Picture, blink: float) -> Picture:
        """The skin above the rim drawn down to where the lid now ends."""
        drop = (self._floor - self._rim) * 0.97 * blink
        rim = self._rim + drop
        top = self._rim - _LID_REACH
        # Rigid for the breadth of the lashes above the rim, giving way to nothing at the top.
        share = ease(0.0, 1.0, (self._y - top) / (rim - _LASHES - top))
        lid = self._moved(np.zeros_like(drop), -drop * share)
        cover = (1.0 - ease(-self._soft, self._soft, self._y - rim)) * self._ends
        cover *= ease(0.0, 0.25, (self._y - top) / _LID_REACH)
        # The lid turns away from the light as it rolls over the eye.
        shade = 1.0 - 0.10 * blink * np.exp(-(((self._y - rim) / 0.03) ** 2))
        return blended(patch, lid * shade[..., None], cover)

    def _moved(self, dx: NDArray[np.float32], dy: NDArray[np.float32]) -> Picture:
        """The portrait seen through a displacement given in units."""
        places = np.stack([self._x + dx, self._y + dy], axis=-1)
        source = self._frame.to_pixels(places) - self._corner
        return sample(self._patch, source, cubic=True)


def _curve(x: NDArray[np.float32], points: NDArray[np.float32]) -> NDArray[np.float32]:
    """A rim's height at every x: straight between its points, rounded off by a parabola fit."""
    order = np.argsort(points[:, 0])
    fine = np.linspace(points[order[0], 0], points[order[-1], 0], 33)
    height = np.interp(fine, points[order, 0], points[order, 1])
    height = np.convolve(np.pad(height, 2, "edge"), (0.1, 0.2, 0.4, 0.2, 0.1), "valid")
    return np.interp(x, fine, height).astype(np.float32)
