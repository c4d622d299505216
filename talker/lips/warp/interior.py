"""The inside of the mouth: depth, tongue, teeth and the wet rims of the lips."""

from __future__ import annotations

import cv2
import numpy as np
from numpy.typing import NDArray

from talker.lips.visemes import MouthShape
from talker.lips.warp.bases import JAW_DROP
from talker.lips.warp.sampling import ease
from talker.lips.warp.tones import LUMA, Tones

Plane = NDArray[np.float32]
"""One number a pixel, shape (height, width)."""

# Crowns from the middle outwards, in eye spans of about 90 mm: 8.5, 6.5, 7.5, 7, 7 mm, turned away
# ever more along the arch (Ash and Nelson, "Wheeler's Dental Anatomy", tables of crown widths).
_UPPER_CROWNS = (0.090, 0.068, 0.068, 0.052, 0.042)
_UPPER_EDGES = (0.000, -0.006, 0.001, -0.007, -0.012)
_LOWER_CROWNS = (0.056, 0.060, 0.064, 0.056, 0.050)
_LOWER_EDGES = (0.000, 0.001, -0.002, 0.004, 0.008)

_UPPER_REACH = 0.011
"""How far the upper incisors reach below the line between closed lips."""

_TEETH_COVER = 0.030
"""How much less of them shows under rounded lips."""

_RIM = 0.011
"""Width of the wet inner side of the lips that shows when they part."""


class MouthInterior:
    """Paints what is seen between parted lips, in the portrait's pixels.

    Args:
        across: Every pixel's x in the face plane, shape (height, width), units.
        down: Every pixel's y in the face plane, shape (height, width), units.
        down_axis: Where one unit down the face leads in the picture, shape (2,), pixels.
        seam_y: Height of the line between the closed lips at the middle, units.
        tones: Of the portrait.
        open_portrait: Whether the portrait's own mouth is open.
        own_teeth: The portrait's own teeth where its mouth is open: RGB and an alpha in [0, 1],
            float32 of shape (height, width, 4).
    """

    def __init__(
        self,
        across: Plane,
        down: Plane,
        down_axis: NDArray[np.float32],
        seam_y: float,
        tones: Tones,
        open_portrait: bool,
        own_teeth: NDArray[np.float32] | None,
    ) -> None:
        self._x, self._y, self._tones = across, down, tones
        self._down_axis = down_axis
        self._pixel = 1.0 / float(np.linalg.norm(down_axis))
        self._open_portrait = open_portrait
        self._soft = max(0.7, tones.blur) * self._pixel
        self._upper_edge = seam_y + _UPPER_REACH
        upper = self._row(down - self._upper_edge, _UPPER_CROWNS, _UPPER_EDGES, 0.26)
        self._upper = upper if own_teeth is None else own_teeth
        self._has_own_teeth = own_teeth is not None
        noise = np.random.default_rng(0).normal(0.0, 1.0, down.shape).astype(np.float32)
        noise = cv2.GaussianBlur(noise, (0, 0), max(0.6, 0.8 * tones.blur))
        self._grain = (noise / noise.std() * tones.grain)[..., None]

    def paint(
        self,
        rows: slice,
        columns: slice,
        shape: MouthShape,
        upper: Plane,
        lower: Plane,
        gap: NDArray[np.float32],
    ) -> NDArray[np.float32]:
        """Paint a part of the picture.

        Args:
            rows: Of the pixels given at the start.
            columns: Of the pixels given at the start.
            shape: Of the mouth.
            upper: Edge of the upper lip: x ascending and y, shape (n, 2), units.
            lower: Edge of the lower lip, shape (n, 2), units.
            gap: How far the lips themselves are apart along `upper`, shape (n,), units.

        Returns:
            RGB, float32, shape (height, width, 3), 0 to 255.
        """
        tones = self._tones
        x, y = self._x[rows, columns], self._y[rows, columns]
        roof = np.interp(x, upper[:, 0], upper[:, 1]).astype(np.float32)
        floor = np.interp(x, lower[:, 0], lower[:, 1]).astype(np.float32)
        half_width = max(0.05, float(upper[-1, 0] - upper[0, 0]) / 2)
        middle = float(upper[-1, 0] + upper[0, 0]) / 2
        side = np.clip(np.abs(x - middle) / half_width, 0.0, 1.0)
        parted = np.interp(x, upper[:, 0], gap).astype(np.float32)
        widest = float((floor - roof).max()) if floor.size else 0.0
        depth = np.clip((y - roof) / np.maximum(floor - roof, 1e-4), 0.0, 1.0)

        colour = np.empty((*x.shape, 3), np.float32)
        colour[:] = tones.dark
        # The floor and the cheeks catch a little light.
        glow = ease(0.35, 1.0, depth) * 0.16 + ease(0.55, 1.0, side) * 0.10
        colour += (tones.tongue - colour) * glow[..., None]

        jaw = JAW_DROP * shape.jaw
        lower_edge = self._upper_edge - 0.010 + 0.80 * jaw + 0.016 * shape.part
        crowns = self._row(lower_edge - y, _LOWER_CROWNS, _LOWER_EDGES, 0.20, x)
        _over(colour, crowns[..., :3] * 0.80, crowns[..., 3] * 0.92)

        self._paint_tongue(colour, x, y, middle, half_width, shape, floor, widest)

        crowns = self._lifted(self._upper[rows, columns], shape.round)
        _over(colour, crowns[..., :3], crowns[..., 3])
        if shape.tongue > 0.9 and not self._has_own_teeth:
            self._paint_tip(colour, x, y, middle, shape)

        shadow = 0.80 + 0.20 * ease(0.0, 0.030, y - roof)
        shadow *= 0.80 + 0.20 * ease(0.0, 0.018, floor - y)
        shadow *= 1.0 - 0.45 * ease(0.55, 1.0, side)
        colour *= shadow[..., None]
        self._paint_rims(colour, y, roof, floor, parted, widest, side)
        if tones.grey:
            colour[:] = (colour @ LUMA)[..., None]
        colour += self._grain[rows, columns]
        sigma = 0.6 * tones.blur
        return cv2.GaussianBlur(colour, (0, 0), sigma) if sigma > 0.35 else colour

    def _lifted(self, crowns: NDArray[np.float32], rounding: float) -> NDArray[np.float32]:
        """The upper teeth as rounded lips, which reach over them, leave them to be seen."""
        lift = _TEETH_COVER * float(ease(0.25, 0.9, np.array(rounding)))
        if lift == 0.0:
            return crowns
        dx, dy = -lift * self._down_axis
        height, width = crowns.shape[:2]
        shift = np.array([[1.0, 0.0, dx], [0.0, 1.0, dy]], np.float32)
        moved = cv2.warpAffine(
            crowns, shift, (width, height), flags=cv2.INTER_LINEAR, borderMode=cv2.BORDER_REPLICATE
        )
        return np.asarray(moved, np.float32)

    def _row(
        self,
        above_edge: Plane,
        crowns: tuple[float, ...],
        edges: tuple[float, ...],
        reach: float,
        x: Plane | None = None,
    ) -> NDArray[np.float32]:
        """A row of teeth as RGB and alpha; `above_edge` is negative inside the crowns."""
        x = self._x if x is None else x
        away = np.abs(x)
        bounds = np.concatenate([[0.0], np.cumsum(crowns)]).astype(np.float32)
        tooth = np.clip(np.searchsorted(bounds, away) - 1, 0, len(crowns) - 1)
        centre = ((bounds[:-1] + bounds[1:]) / 2)[tooth]
        half = ((bounds[1:] - bounds[:-1]) / 2)[tooth]
        over = np.clip((away - centre) / half, -1.0, 1.0)
        # Crowns are rounded at their corners and fall away to both sides.
        rounded = 0.007 * over**4
        edge = above_edge - np.array(edges, np.float32)[tooth] + rounded
        inside = 1.0 - ease(-self._soft, self._soft, edge)
        inside *= 1.0 - ease(reach - 0.06, reach, away)
        between = ease(0.76, 1.0, np.abs(over))
        light = (1.0 - 0.17 * between**2) * (1.0 - 0.62 * ease(0.10, reach, away))
        height = np.clip(-edge, 0.0, 0.12)
        light = light * (0.90 + 0.10 * ease(0.0, 0.022, height))
        warm = ease(0.02, 0.10, height)[..., None]
        tint = 1.0 - warm * np.array([0.03, 0.07, 0.14], np.float32)
        sheen = (
            0.10
            * np.exp(-(((over + 0.15) / 0.38) ** 2))
            * np.exp(-(((height - 0.028) / 0.018) ** 2))
        )
        colour = self._tones.teeth * (light + sheen * (away < 0.17))[..., None] * tint
        return np.concatenate([colour, inside[..., None]], axis=-1).astype(np.float32)

    def _paint_tongue(
        self,
        colour: NDArray[np.float32],
        x: Plane,
        y: Plane,
        middle: float,
        half_width: float,
        shape: MouthShape,
        floor: Plane,
        gap: float,
    ) -> None:
        tones = self._tones
        raised = ease(0.25, 0.9, np.array(shape.tongue))
        width = half_width * (0.78 - 0.26 * raised)
        inside = 1.0 - ((x - middle) / width) ** 2
        low = float(floor.max()) - gap * 0.36 if floor.size else 0.0
        high = self._upper_edge - 0.004
        top = low + (high - low) * raised + 0.035 * (1.0 - np.sqrt(np.clip(inside, 0.0, 1.0)))
        alpha = ease(-2.5 * self._soft, 2.5 * self._soft, y - top) * ease(0.0, 0.18, inside)
        behind = np.clip((y - top) / 0.10, 0.0, 1.0)
        # Lit on the top of the hump, darker towards its sides and into the floor.
        light = (0.62 + 0.38 * ease(0.0, 0.30, behind)) * (1.0 - 0.30 * behind)
        light *= 0.72 + 0.28 * np.sqrt(np.clip(inside, 0.0, 1.0))
        light *= 1.0 - 0.13 * np.exp(-(((x - middle) / 0.014) ** 2)) * (1.0 - 0.5 * raised)
        light *= 0.80 + 0.20 * raised
        wet = 16.0 * np.exp(-((behind - 0.22) ** 2) / 0.012) * np.clip(inside, 0.0, 1.0) ** 2
        lit = tones.tongue * light[..., None] + wet[..., None]
        _over(colour, lit, alpha * min(1.0, gap / 0.03))

    def _paint_tip(
        self, colour: NDArray[np.float32], x: Plane, y: Plane, middle: float, shape: MouthShape
    ) -> None:
        """The tip of the tongue between the teeth, as in /th/."""
        out = ease(0.9, 1.0, np.array(shape.tongue))
        inside = 1.0 - ((x - middle) / 0.105) ** 2
        top = self._upper_edge - 0.010 * out + 0.012 * (1.0 - np.clip(inside, 0.0, 1.0))
        alpha = ease(-2 * self._soft, 2 * self._soft, y - top) * ease(0.0, 0.25, inside)
        light = 0.95 + 0.13 * ease(0.0, 0.02, y - top)
        _over(colour, self._tones.tongue * light[..., None], alpha * out * 0.95)

    def _paint_rims(
        self,
        colour: NDArray[np.float32],
        y: Plane,
        roof: Plane,
        floor: Plane,
        parted: Plane,
        gap: float,
        side: NDArray[np.floating],
    ) -> None:
        """The inner side of each lip, turning from its own colour into the dark."""
        # The inner side is wet and redder than the outer.
        lip = self._tones.lip * np.array([1.0, 0.84, 0.82], np.float32)
        # Light does not get into a narrow slit. Where the portrait's mouth is open, its lips were
        # cut back further than they really end, and there the slit is mostly lip.
        line = np.exp(-(((y - (roof + floor) / 2) / (0.004 + 0.5 * self._pixel)) ** 2))
        slit = lip * (0.98 - 0.42 * line)[..., None] if self._open_portrait else self._tones.dark
        _over(colour, slit, 1.0 - ease(0.006, 0.024, parted))
        width = _RIM * min(1.0, gap / 0.05) * (1.0 - 0.6 * side**2)
        # In the corners both lips turn inwards, and their rims with them.
        seen = 1.0 - ease(0.62, 0.92, side)
        below = np.clip((floor - y) / np.maximum(width, 1e-4), 0.0, 1.0)
        shade = 0.92 - 0.40 * below
        _over(colour, lip * shade[..., None], (1.0 - ease(0.45, 1.0, below)) * 0.92 * seen)
        above = np.clip((y - roof) / np.maximum(0.75 * width, 1e-4), 0.0, 1.0)
        shade = 0.72 - 0.32 * above
        _over(colour, lip * shade[..., None], (1.0 - ease(0.3, 1.0, above)) * 0.90 * seen)


def _over(
    colour: NDArray[np.float32], paint: NDArray[np.floating], alpha: NDArray[np.floating]
) -> None:
    colour += (paint - colour) * alpha[..., None]
