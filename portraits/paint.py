"""Brushes for drawn portraits: smooth outlines, soft shadows, tapering strokes."""

from __future__ import annotations

from collections.abc import Sequence

import cv2
import numpy as np
from numpy.typing import NDArray

Points = NDArray[np.float64]
Mask = NDArray[np.float32]
Colour = tuple[float, float, float]

_FINE = 4  # drawn so many times finer than shown
_SOFT = 2  # and kept so many times finer
_SHIFT = 4


class Canvas:
    """A square picture in the making; all lengths are pixels of the finished picture."""

    def __init__(self, size: int, colour: Colour) -> None:
        self.size = size
        self._picture = np.full((size * _SOFT, size * _SOFT, 3), colour, np.float32)

    def area(self, outline: Points) -> Mask:
        """Coverage of a closed outline, 0 to 1."""
        fine = np.zeros((self.size * _FINE, self.size * _FINE), np.uint8)
        corners = np.round((outline * _FINE - 0.5) * 2**_SHIFT).astype(np.int32)
        cv2.fillPoly(fine, [corners], 255, cv2.LINE_AA, _SHIFT)
        side = self.size * _SOFT
        return cv2.resize(fine, (side, side), interpolation=cv2.INTER_AREA).astype(np.float32) / 255

    def soft(self, mask: Mask, blur: float) -> Mask:
        """A mask with soft edges; `blur` is the sigma."""
        return cv2.GaussianBlur(mask, (0, 0), blur * _SOFT)

    def glow(
        self, centre: tuple[float, float], radii: tuple[float, float], turn: float = 0
    ) -> Mask:
        """A soft spot: 1 in the middle, a Gaussian with these radii as sigmas, turned (degrees)."""
        axis = (np.arange(self.size * _SOFT, dtype=np.float32) + 0.5) / _SOFT
        x, y = np.meshgrid(axis - centre[0], axis - centre[1])
        cos, sin = np.cos(np.radians(turn)), np.sin(np.radians(turn))
        across, along = x * cos + y * sin, y * cos - x * sin
        return np.exp(-0.5 * ((across / radii[0]) ** 2 + (along / radii[1]) ** 2))

    def paint(self, mask: Mask, colour: Colour, strength: float = 1.0) -> None:
        """Lay a colour on."""
        share = (mask * strength)[..., None]
        self._picture += (np.array(colour, np.float32) - self._picture) * share

    def shade(self, mask: Mask, colour: Colour, strength: float = 1.0) -> None:
        """Glaze with a colour: white leaves all as it is, anything else darkens."""
        glaze = np.array(colour, np.float32) / 255
        self._picture *= 1 - (mask * strength)[..., None] * (1 - glaze)

    def stroke(
        self, path: Points, width: float, colour: Colour, strength: float = 1.0, taper: float = 1.0
    ) -> None:
        """A brush stroke, thin at its ends; `taper` 0 keeps its width."""
        self.paint(self.area(ribbon(path, width, taper)), colour, strength)

    def finished(self) -> NDArray[np.uint8]:
        """The picture, uint8 RGB."""
        picture = cv2.resize(self._picture, (self.size, self.size), interpolation=cv2.INTER_AREA)
        return np.clip(np.round(picture), 0, 255).astype(np.uint8)


def curve(points: Sequence[Sequence[float]] | Points, *, closed: bool = False) -> Points:
    """A smooth line through points (centripetal Catmull-Rom), about 16 steps a span."""
    knots = np.asarray(points, float)
    if closed:
        knots = np.concatenate([knots[-1:], knots, knots[:2]])
    else:
        knots = np.concatenate([2 * knots[:1] - knots[1:2], knots, 2 * knots[-1:] - knots[-2:-1]])
    steps = np.linspace(0, 1, 16, endpoint=False)[:, None]
    spans: list[Points] = []
    for p0, p1, p2, p3 in zip(knots, knots[1:], knots[2:], knots[3:], strict=False):
        gaps = [
            max(float(np.linalg.norm(b - a)) ** 0.5, 1e-6)
            for a, b in ((p0, p1), (p1, p2), (p2, p3))
        ]
        t0, t1 = 0.0, gaps[0]
        t2, t3 = t1 + gaps[1], t1 + gaps[1] + gaps[2]
        t = t1 + steps * (t2 - t1)
        a1 = (t1 - t) / (t1 - t0) * p0 + (t - t0) / (t1 - t0) * p1
        a2 = (t2 - t) / (t2 - t1) * p1 + (t - t1) / (t2 - t1) * p2
        a3 = (t3 - t) / (t3 - t2) * p2 + (t - t2) / (t3 - t2) * p3
        b1 = (t2 - t) / (t2 - t0) * a1 + (t - t0) / (t2 - t0) * a2
        b2 = (t3 - t) / (t3 - t1) * a2 + (t - t1) / (t3 - t1) * a3
        spans.append((t2 - t) / (t2 - t1) * b1 + (t - t1) / (t2 - t1) * b2)
    line = np.concatenate(spans)
    return line if closed else np.concatenate([line, knots[-2:-1]])


def ribbon(path: Points, width: float, taper: float = 1.0) -> Points:
    """Outline of a stroke along a path."""
    along = np.gradient(path, axis=0)
    normal = np.stack([-along[:, 1], along[:, 0]], 1)
    normal /= np.linalg.norm(normal, axis=1, keepdims=True) + 1e-9
    place = np.linspace(-1, 1, len(path))
    half = width / 2 * (1 - taper * np.abs(place) ** 2.2)[:, None]
    return np.concatenate([path + normal * half, (path - normal * half)[::-1]])
