"""The mouth of a portrait: two layers of skin that part at the seam, and what shows between."""

from __future__ import annotations

import cv2
import numpy as np
from numpy.typing import NDArray

from talker.lips.visemes import MouthShape
from talker.lips.warp import anatomy, fields
from talker.lips.warp.bases import BASES, JAW_DROP, LipRows, landmark_bases
from talker.lips.warp.face_frame import FaceFrame
from talker.lips.warp.interior import MouthInterior
from talker.lips.warp.sampling import blended, ease, sample
from talker.lips.warp.seam import lips_on_edges, lips_on_seam
from talker.lips.warp.tones import Tones, measure_tones
from talker.media.frames import Picture

OPEN_GAP = 0.028
"""Inner lips further apart than this, in units, make an open mouth. In films whose lips are known
the mesh sees closed ones up to .026 apart, and those that are .028 apart at .014 to .049."""

_PART_GAP = 0.072
"""What `part` at 1 opens, in units."""

_POINTS_ON_LIP = 61


class Mouth:
    """Puts any mouth shape on a portrait.

    Args:
        picture: The portrait, with the lips closed or open.
        landmarks: Of its face, shape (478, 3), pixels.
        open_gap: Inner lips further apart than this, in units, make an open mouth.
    """

    def __init__(
        self, picture: Picture, landmarks: NDArray[np.float32], open_gap: float = OPEN_GAP
    ) -> None:
        self._picture = picture
        self._landmarks = landmarks
        self._frame = frame = FaceFrame(landmarks)
        local = frame.local
        gap = local[list(anatomy.LOWER_INNER), 1] - local[list(anatomy.UPPER_INNER), 1]
        self.is_open = bool(gap[5] > open_gap)
        points = (lips_on_edges if self.is_open else lips_on_seam)(picture, frame)
        gap = points[list(anatomy.LOWER_INNER), 1] - points[list(anatomy.UPPER_INNER), 1]
        self._gap = float(gap[5]) if self.is_open else 0.0
        self._half_width = float(abs(local[anatomy.RIGHT_CORNER, 0]))

        rows = LipRows()
        bases = np.stack([frame.in_plane(one) for one in landmark_bases(local, points)])
        self._upper_fields = fields.spread(points, bases, ~(rows.lower & ~rows.corners))
        self._lower_fields = fields.spread(points, bases, ~(rows.upper & ~rows.corners))
        self._upper_line = _smooth_line(points[list(anatomy.UPPER_INNER)])
        self._lower_line = _smooth_line(points[list(anatomy.LOWER_INNER)])
        if self.is_open:
            self._make_close_exact()

        self._lay_out_pixels()
        tones = measure_tones(picture, frame, frame.to_pixels(points))
        self._edge_blur = max(0.5, 0.7 * tones.blur)
        own_teeth = self._own_teeth(tones) if self.is_open else None
        seam_y = float(points[anatomy.UPPER_MIDDLE, 1]) + 0.35 * self._gap
        self._interior = MouthInterior(
            self._across, self._down, frame.down_axis, seam_y, tones, self.is_open, own_teeth
        )

    def draw(self, canvas: Picture, shape: MouthShape) -> None:
        """Draw the mouth into a copy of the portrait.

        Args:
            canvas: Changed in place; around the mouth still equal to the portrait.
            shape: Of the mouth.
        """
        weights = self._weights(shape)
        if not weights.any():
            return
        upper_field = np.tensordot(weights, self._upper_fields, 1)
        lower_field = np.tensordot(weights, self._lower_fields, 1)
        top, left = self._top_left
        height, width = self._across.shape
        target = canvas[top : top + height, left : left + width]
        target[:] = self._pulled(upper_field, slice(None), slice(None))

        upper = self._upper_line + fields.at_points(upper_field, self._upper_line)
        lower = self._lower_line + fields.at_points(lower_field, self._lower_line)
        lower[:, 1] = np.maximum(lower[:, 1], upper[:, 1])
        self._draw_lower(target, lower_field, (upper + lower) / 2)
        if self.is_open or float((lower - upper)[:, 1].max()) * self._frame.unit > 0.4:
            self._draw_interior(target, shape, upper, lower)

    def landmarks_of(self, shape: MouthShape) -> NDArray[np.float32]:
        """The face's landmarks with a mouth of a shape, shape (478, 3), pixels."""
        weights = self._weights(shape)
        places = self._frame.from_pixels(self._landmarks[:, :2] - 0.5)
        rows = LipRows()
        falls = np.where(rows.lips, rows.lower & ~rows.corners, places[:, 1] > 0)
        landmarks = self._landmarks.copy()
        for moving, every in ((~falls, self._upper_fields), (falls, self._lower_fields)):
            field = np.tensordot(weights, every, 1)
            moved = places[moving] + fields.at_points(field, places[moving])
            landmarks[moving, :2] = self._frame.to_pixels(moved) + 0.5
        return landmarks

    def _make_close_exact(self) -> None:
        """Scale the closing fields, which smoothing weakens, until the lips meet everywhere."""
        close = BASES.index("close")
        upper = fields.at_points(self._upper_fields[close], self._upper_line)
        lower = fields.at_points(self._lower_fields[close], self._lower_line)
        gap = (self._lower_line - self._upper_line)[:, 1]
        wide = gap > 0.3 * gap.max()
        closed = (upper - lower)[wide, 1] / gap[wide]
        scale = 1.02 / max(float(np.percentile(closed, 10)), 0.5)
        self._upper_fields[close] *= scale
        self._lower_fields[close] *= scale

    def _weights(self, shape: MouthShape) -> NDArray[np.float32]:
        """Weights of `BASES`; an open mouth first closes, then opens anew."""
        opening = JAW_DROP * shape.jaw + _PART_GAP * shape.part
        close, share = 0.0, 1.0
        if self._gap:
            close = float(np.clip(1.0 - opening / self._gap, 0.0, 1.0))
            share = max(0.0, opening - self._gap) / max(opening, 1e-6)
        # A smile is drawn in while the mouth speaks; an open one, which speaks with closed lips in
        # between, all the time.
        effort = min(1.0, opening / 0.06 + shape.round + shape.press)
        neutral = 1.0 if self.is_open else 0.8 * effort
        # Lips that were parted are full; they meet rolled in a little.
        press = shape.press + 0.4 * close**3
        return np.array(
            [
                shape.jaw * share,
                shape.part * share,
                shape.wide,
                shape.round,
                press,
                shape.tuck,
                close,
                neutral,
            ],
            np.float32,
        )

    def _lay_out_pixels(self) -> None:
        """Every pixel of the box the mouth moves, in the face plane and on the field grid."""
        corners = np.array(
            [(x, y) for x in (fields.LEFT, fields.RIGHT) for y in (fields.TOP, fields.BOTTOM)]
        )
        pixels = self._frame.to_pixels(corners)
        height, width = self._picture.shape[:2]
        left, top = np.clip(np.floor(pixels.min(axis=0)), 0, (width - 1, height - 1)).astype(int)
        right, bottom = np.clip(np.ceil(pixels.max(axis=0)), (left + 1, top + 1), (width, height))
        self._top_left = int(top), int(left)
        x, y = np.meshgrid(
            np.arange(left, right, dtype=np.float32), np.arange(top, bottom, dtype=np.float32)
        )
        self._pixels = np.stack([x, y], axis=-1)
        places = self._frame.from_pixels(self._pixels)
        self._across, self._down = (np.ascontiguousarray(places[..., axis]) for axis in (0, 1))
        self._grid_index = fields.grid_index(places)
        # The corners of a tilted box lie beyond the grid; nothing moves there.
        self._outside = fields.beyond_grid(self._grid_index)
        # The lower lip's layer: below the line between the lips, fading into the other around it.
        fade = 1.0 - ease(self._half_width + 0.06, self._half_width + 0.24, np.abs(self._across))
        self._lower_share = fade * (1.0 - ease(0.30, 0.52, self._down))
        self._lower_share *= ease(-0.16, -0.12, self._down)
        used = np.argwhere(self._lower_share > 0.002)
        (row0, column0), (row1, column1) = used.min(axis=0), used.max(axis=0) + 1
        self._lower_box = slice(int(row0), int(row1)), slice(int(column0), int(column1))

    def _pulled(self, field: NDArray[np.float32], rows: slice, columns: slice) -> NDArray[np.uint8]:
        """The portrait displaced by a field, in a part of the box."""
        origin = self._frame.to_pixels(fields.origins(field))
        source = sample(origin, np.ascontiguousarray(self._grid_index[rows, columns]))
        outside = self._outside[rows, columns]
        source[outside] = self._pixels[rows, columns][outside]
        return sample(self._picture, source, cubic=True)

    def _draw_lower(
        self, target: Picture, field: NDArray[np.float32], middle: NDArray[np.floating]
    ) -> None:
        rows, columns = self._lower_box
        far = np.array([[-3.0, middle[0, 1]]], np.float32), np.array([[3.0, middle[-1, 1]]], "f4")
        edge = np.concatenate([far[0], middle, far[1], [[3.0, 4.0]], [[-3.0, 4.0]]])
        mask = self._polygon(edge, rows, columns) * self._lower_share[rows, columns]
        lower = self._pulled(field, rows, columns)
        target[rows, columns] = blended(target[rows, columns], lower, mask)

    def _draw_interior(
        self,
        target: Picture,
        shape: MouthShape,
        upper: NDArray[np.float32],
        lower: NDArray[np.float32],
    ) -> None:
        gap = np.maximum(lower[:, 1] - upper[:, 1], 0.0)
        if self.is_open:
            # What the portrait showed between its lips still hangs on their edges.
            trim = np.full_like(gap, 0.008 + 0.7 / self._frame.unit)
            trim[[0, -1]] = 0.0
        else:
            # The dark line between closed lips is no part of either: cut away as they part.
            trim = 0.008 * np.clip(gap / 0.04, 0.0, 1.0)
        upper, lower = upper.copy(), lower.copy()
        upper[:, 1] -= trim
        lower[:, 1] += 2.0 * trim
        outline = np.concatenate([upper, lower[::-1]])
        pixels = self._frame.to_pixels(outline) - self._top_left[::-1]
        height, width = self._across.shape
        low = np.clip(np.floor(pixels.min(axis=0)) - 3, 0, (width - 1, height - 1)).astype(int)
        high = np.clip(np.ceil(pixels.max(axis=0)) + 4, low + 1, (width, height)).astype(int)
        rows, columns = slice(int(low[1]), int(high[1])), slice(int(low[0]), int(high[0]))
        mask = self._polygon(outline, rows, columns)
        paint = self._interior.paint(rows, columns, shape, upper, lower, gap)
        target[rows, columns] = blended(target[rows, columns], paint, mask)

    def _polygon(
        self, outline: NDArray[np.float32], rows: slice, columns: slice
    ) -> NDArray[np.float32]:
        """Coverage in [0, 1] of an outline given in units, as soft as the portrait."""
        top, left = self._top_left
        corner = np.array([left + columns.start, top + rows.start], np.float32)
        pixels = np.clip((self._frame.to_pixels(outline) - corner) * 16, -1e6, 1e6)
        mask = np.zeros((rows.stop - rows.start, columns.stop - columns.start), np.uint8)
        cv2.fillPoly(mask, [np.round(pixels).astype(np.int32)], 255, cv2.LINE_AA, 4)
        soft = cv2.GaussianBlur(mask, (0, 0), self._edge_blur)
        return soft.astype(np.float32) / np.float32(255)

    def _own_teeth(self, tones: Tones) -> NDArray[np.float32] | None:
        """The portrait's own upper teeth as RGB and alpha, stretched up under the lip.

        None where the open mouth shows too little of them.
        """
        top, left = self._top_left
        height, width = self._across.shape
        patch = self._picture[top : top + height, left : left + width]
        outline = np.concatenate([self._upper_line, self._lower_line[::-1]])
        inside = self._polygon(outline, slice(0, height), slice(0, width))
        core = cv2.erode(
            (inside > 0.5).astype(np.uint8),
            cv2.getStructuringElement(cv2.MORPH_ELLIPSE, (3, 3)),
            iterations=max(1, round(0.010 * self._frame.unit)),
        )
        luma = cv2.cvtColor(np.ascontiguousarray(patch), cv2.COLOR_RGB2GRAY).astype(np.float32)
        if core.sum() < 20:
            return None
        bright = np.percentile(luma[core > 0], 85)
        tooth_luma = 0.5 * float(tones.teeth.mean())
        toothed = ease(0.45, 0.75, luma / max(float(bright), 1.0))
        if bright < tooth_luma or float((toothed * core).sum()) < 0.45 * core.sum():
            return None
        filled = cv2.inpaint(
            np.ascontiguousarray(patch),
            ((core == 0) | (toothed < 0.5)).astype(np.uint8),
            max(3.0, 0.05 * self._frame.unit),
            cv2.INPAINT_TELEA,
        )
        line = np.interp(self._across, self._upper_line[:, 0], self._upper_line[:, 1])
        under_lip = ease(-0.10, -0.06, self._down - line) * (self._down < line + 0.02)
        beside = 1.0 - ease(0.80, 0.98, np.abs(self._across) / self._half_width)
        blur = max(0.7, 0.012 * self._frame.unit)
        within = cv2.GaussianBlur((toothed * core).astype(np.float32), (0, 0), blur)
        alpha = np.clip(np.maximum(within * 1.25, under_lip), 0.0, 1.0) * beside
        return np.concatenate([filled, alpha[..., None]], axis=-1).astype(np.float32)


def _smooth_line(points: NDArray[np.float32]) -> NDArray[np.float32]:
    """A lip's edge from 11 points as 61, by a Catmull-Rom spline."""
    position = np.linspace(0, len(points) - 1, _POINTS_ON_LIP)
    knot = np.clip(position.astype(int), 0, len(points) - 2)
    t = (position - knot)[:, None]
    padded = np.concatenate([[2 * points[0] - points[1]], points, [2 * points[-1] - points[-2]]])
    a, b, c, d = (padded[knot + k] for k in range(4))
    return (
        0.5
        * (
            2 * b
            + (c - a) * t
            + (2 * a - 5 * b + 4 * c - d) * t**2
            + (3 * b - a - 3 * c + d) * t**3
        )
    ).astype(np.float32)
