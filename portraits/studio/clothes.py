"""Clothes: shells cut from the body's own surface, collars bent around the neck."""

from __future__ import annotations

import math
from collections.abc import Callable

import numpy as np
import scipy.sparse
from mathutils import Vector
from numpy.typing import NDArray

from studio.anatomy import Head
from studio.fabrics import fabric
from studio.human import Points
from studio.meshes import add_mesh, clipped, grid_faces, smoothstep, tube, unit
from studio.person import Clothes

Cut = Callable[[Points], NDArray]
"""A field over points given from between the eyes, metres; cloth is where it is below zero."""


def add_clothes(head: Head, clothes: Clothes, rng: np.random.Generator) -> None:
    """Dresses the person."""
    _CUTS[clothes.cut](head, clothes, rng)


class _Tailor:
    """Cuts panels for one person."""

    def __init__(self, head: Head, rng: np.random.Generator, fold_mm: float = 1.5) -> None:
        self.head = head
        self._fold = fold_mm / 1000
        # All panels fold alike, so that none comes through another.
        self._waves = rng.normal(0, 1, (14, 3)) * [55, 45, 16]
        self._phases = rng.uniform(0, 7, 14)

    def panel(
        self,
        name: str,
        lift_mm: float,
        cut: Cut,
        material,
        thick_mm: float = 2.0,
    ) -> None:
        """Adds a piece of cloth that lies over the body."""
        points, normals, triangles = self._shell(lift_mm / 1000)
        points = points + normals * self._folds(points)[:, None]
        vertices, faces = clipped(points, triangles, cut(points - self.head.between))
        thing = add_mesh(name, vertices, faces, material)
        modifier = thing.modifiers.new("thickness", "SOLIDIFY")
        modifier.thickness, modifier.offset = thick_mm / 1000, 1

    def _shell(self, lift: float):
        """The body below the chin, smoothed and lifted, its normals and triangles."""
        head = self.head
        low = head.points[:, 2] < head.between[2] - 0.10
        triangles = head.triangles[low[head.triangles].all(1)]
        used = np.unique(triangles)
        place = np.full(len(head.points), -1)
        place[used] = np.arange(len(used))
        points, normals, triangles = head.points[used], head.normals[used], place[triangles]
        edges = np.concatenate([triangles[:, [0, 1]], triangles[:, [1, 2]], triangles[:, [2, 0]]])
        edges = np.concatenate([edges, edges[:, ::-1]])
        joined = scipy.sparse.csr_matrix(
            (np.ones(len(edges)), (edges[:, 0], edges[:, 1])), shape=(len(points),) * 2
        )
        joined.data[:] = 1
        mean = scipy.sparse.diags(1 / np.asarray(joined.sum(1)).ravel()) @ joined
        lifted = points + normals * lift
        for _ in range(14):
            lifted = 0.3 * lifted + 0.7 * (mean @ lifted)
        for _ in range(14):
            normals = unit(normals + mean @ normals)
        sunk = np.clip(lift - ((lifted - points) * normals).sum(1), 0, None)
        lifted = lifted + sunk[:, None] * normals
        for _ in range(5):
            lifted = 0.5 * lifted + 0.5 * (mean @ lifted)
        return lifted, normals, triangles

    def _folds(self, points: Points) -> NDArray:
        """Soft folds that run down from the shoulders, metres."""
        at = points - self.head.between
        height = (np.sin(at @ self._waves.T + self._phases) ** 3).sum(1)
        return self._fold * height / 3 * smoothstep(-at[:, 2], 0.13, 0.2)

    def ring(self, height: NDArray, off_mm: NDArray | float, angles: NDArray) -> Points:
        """Points around the neck.

        Args:
            height: Metres from between the eyes, one an angle.
            off_mm: Off the skin.
            angles: Radians; 0 is the front, positive to the person's left.
        """
        head = self.head
        offs = np.broadcast_to(np.asarray(off_mm, float) / 1000, len(angles))
        points = []
        for z, off, angle in zip(height + head.between[2], offs, angles, strict=True):
            axis = np.array([0.0, head.between[1] + 0.092 + 0.25 * (head.between[2] - 0.12 - z), z])
            way = np.array([math.sin(angle), -math.cos(angle), 0])
            hit = head.surface.ray_cast(Vector(axis), Vector(way))
            radius = 0.06 if hit[0] is None else min(hit[3], 0.085)
            points.append(axis + way * (radius + off))
        return _smooth_ring(np.array(points))

    def collar(
        self, name: str, rows: list[tuple], material, *, gap: float = 0.0, thick_mm: float = 1.6
    ) -> None:
        """Adds a band around the neck.

        Args:
            name: Its name.
            rows: From the neck's foot on: heights at the front and back, and how far it stands
                off at the front and back, all millimetres from between the eyes and the skin.
            material: Its cloth.
            gap: Radians that stay open at the front, on each side.
            thick_mm: Of the cloth.
        """
        angles = np.linspace(gap, 2 * math.pi - gap, 121)
        share = (1 + np.cos(angles)) / 2  # 1 at the front
        bands = []
        for front, back, off_front, off_back in rows:
            height = (back + (front - back) * share**1.3) / 1000
            bands.append(self.ring(height, off_back + (off_front - off_back) * share, angles))
        vertices = np.stack(bands).reshape(-1, 3)
        faces = grid_faces(len(rows), len(angles), closed=False)
        thing = add_mesh(name, vertices, faces, material, subdivisions=1)
        modifier = thing.modifiers.new("thickness", "SOLIDIFY")
        modifier.thickness, modifier.offset = thick_mm / 1000, 0


def _smooth_ring(points: Points) -> Points:
    for _ in range(4):
        inner = 0.25 * points[:-2] + 0.5 * points[1:-1] + 0.25 * points[2:]
        points = np.concatenate([points[:1], inner, points[-1:]])
    return points


def _front(at: Points, start: float = 0.06, stop: float = 0.12) -> NDArray:
    """1 on the chest's side of the body, 0 behind."""
    return 1 - smoothstep(at[:, 1], start, stop)


def _below(neck_m: float, dip_m: float, width_m: float = 0.06) -> Cut:
    """Below a round neckline."""

    def cut(at: Points) -> NDArray:
        across = np.clip(np.abs(at[:, 0]), 0, 0.09)
        round_ = dip_m * np.clip((across / width_m) ** 2, 0, 1.6)
        return at[:, 2] - (neck_m - dip_m * _front(at) + round_ * _front(at))

    return cut


def _wedge(across: NDArray, height: NDArray, start: float, neck: float, slope: float) -> NDArray:
    """Signed distance to a line that falls inwards from a start beside the neck."""
    ahead = np.array([-1.0, -slope]) / math.hypot(1, slope)
    x, z = across - start, height - neck
    along = x * ahead[0] + z * ahead[1]
    distance = np.where(along > 0, np.abs(x * ahead[1] - z * ahead[0]), np.hypot(x, z))
    inside = ((z - slope * x < 0) & (z < 0)) | ((x >= 0) & (z < 0))
    return np.where(inside, -distance, distance)


def _robe(head: Head, clothes: Clothes, rng: np.random.Generator) -> None:
    """A crossed collar over a white one: the left side lies over the right."""
    tailor = _Tailor(head, rng, 4.0)
    neck = clothes.neck_mm / 1000
    outer, band, inner = clothes.colours
    main = fabric("robe", outer, clothes.weave, clothes.pattern, clothes.pattern_colours)
    edge = fabric("band", band, "silk", "damask", (band,))
    white = fabric("inner", inner, "cotton")

    def crossed(sign: int, rise: float) -> Cut:
        def cut(at: Points) -> NDArray:
            height = at[:, 2] - 0.02 * (1 - _front(at, 0.05, 0.13))
            return _wedge(at[:, 0] * sign, height, 0.053, neck + rise, 1.15)

        return cut

    for name, sign, lift in (("right", -1, 6.0), ("left", 1, 11.0)):
        line, above = crossed(sign, 0), crossed(sign, 0.013)

        def under(at: Points, rim: Cut = above) -> NDArray:
            low = neck - 0.075 - at[:, 2]
            return np.maximum(np.maximum(rim(at), -(rim(at) + 0.05)), low)

        def along(at: Points, rim: Cut = line) -> NDArray:
            return np.maximum(rim(at) - 0.001, -(rim(at) + 0.032))

        tailor.panel(f"inner {name}", lift - 3, under, white)
        tailor.panel(f"robe {name}", lift, line, main)
        tailor.panel(f"band {name}", lift + 3, along, edge, 2.6)


def _jacket(
    tailor: _Tailor, cloth, lapel, neck: float, start: float = 0.060, slope: float = 2.2
) -> None:
    def vee(at: Points) -> NDArray:
        height = at[:, 2] - 0.012 * (1 - _front(at))
        return _wedge(np.abs(at[:, 0]), height, start, neck, slope)

    def lapels(at: Points) -> NDArray:
        field = vee(at)
        step = at[:, 2] - (neck - 0.060) - 0.45 * (np.abs(at[:, 0]) - 0.03)
        width = np.where(step > 0, 0.028, 0.040)
        notch = np.where(-field > 0.012, 0.0016 - np.abs(step), -1)
        return np.maximum(np.maximum(field - 0.002, -(field + width)), notch)

    tailor.panel("jacket", 9, vee, cloth, 2.6)
    tailor.panel("lapels", 13, lapels, lapel, 2.6)


def _blazer(head: Head, clothes: Clothes, rng: np.random.Generator) -> None:
    """A jacket over a round-necked blouse."""
    tailor = _Tailor(head, rng)
    jacket, blouse = clothes.colours
    neck = clothes.neck_mm / 1000
    tailor.panel("blouse", 3.5, _below(neck - 0.014, 0.040), fabric("blouse", blouse, "silk"), 1.2)
    cloth = fabric("jacket", jacket, clothes.weave, clothes.pattern, clothes.pattern_colours)
    _jacket(tailor, cloth, fabric("lapel", jacket, clothes.weave), neck + 0.004)


def _suit(head: Head, clothes: Clothes, rng: np.random.Generator) -> None:
    """A jacket, a shirt with a turned collar, and a tie where there is a third colour."""
    tailor = _Tailor(head, rng)
    jacket, shirt, *tie = clothes.colours
    neck = clothes.neck_mm
    white = fabric("shirt", shirt, "cotton", *_shirt_pattern(clothes))
    tailor.panel("shirt", 3.0, _below(neck / 1000 + 0.006, 0.026), white, 1.2)
    rows = [
        (neck - 30, neck + 16, 3, 2),
        (neck - 10, neck + 34, 3, 2),
        (neck - 6, neck + 38, 4.5, 4),
    ]
    fold = [
        (neck - 5, neck + 39, 5.5, 5.5),
        (neck - 15, neck + 26, 7, 7.5),
        (neck - 44, neck + 12, 9, 8),
    ]
    tailor.collar("stand", rows, white)
    tailor.collar("collar", fold, white, gap=0.20 if tie else 0.34)
    if tie:
        _tie(tailor, neck, fabric("tie", tie[0], "silk", "pinstripes", (tie[-1],)))
    cloth = fabric("jacket", jacket, clothes.weave, clothes.pattern, clothes.pattern_colours)
    _jacket(tailor, cloth, fabric("lapel", jacket, clothes.weave), neck / 1000 + 0.006, 0.064, 2.0)


def _shirt_pattern(clothes: Clothes) -> tuple[str, tuple[str, ...]]:
    return ("", ()) if clothes.weave != "wool" else ("pinstripes", ("#9fb0c4",))


def _tie(tailor: _Tailor, neck_mm: float, silk) -> None:
    head = tailor.head
    top = tailor.ring(np.full(3, (neck_mm - 14) / 1000), 7.0, np.array([-0.05, 0.0, 0.05]))[1]
    rows = []
    for down, half, deep in (
        (0, 13, 4),
        (-8, 15, 6),
        (-20, 12, 7),
        (-30, 9, 5),
        (-33, 8, 2),
        (-60, 13, 4),
        (-140, 22, 6),
    ):
        z = top[2] + down / 1000
        chest = head.at(0, z - head.between[2])
        y = min(top[1], chest[1] - 0.006 if chest is not None else top[1])
        arc = np.linspace(-1, 1, 13)
        x = arc * half / 1000
        rows.append(np.stack([x, y - deep / 1000 * (1 - arc**2), np.full(13, z)], axis=1))
    vertices = np.stack(rows).reshape(-1, 3)
    add_mesh("tie", vertices, grid_faces(len(rows), 13, closed=False), silk, subdivisions=2)


def _knitted(head: Head, clothes: Clothes, rng: np.random.Generator) -> None:
    """A cardigan over a blouse with a turned collar."""
    tailor = _Tailor(head, rng)
    wool, blouse = clothes.colours[:2]
    neck = clothes.neck_mm
    cotton = fabric("blouse", blouse, "cotton", clothes.pattern, clothes.pattern_colours)
    tailor.panel("blouse", 3.5, _below(neck / 1000 + 0.008, 0.022), cotton, 1.2)
    fold = [(neck - 12, neck + 22, 2, 2), (neck - 4, neck + 32, 4, 3), (neck - 30, neck + 8, 10, 8)]
    tailor.collar("collar", fold, cotton, gap=0.42)
    knit = fabric("cardigan", wool, "knit")

    def vee(at: Points) -> NDArray:
        height = at[:, 2] - 0.012 * (1 - _front(at))
        return _wedge(np.abs(at[:, 0]), height, 0.066, neck / 1000 + 0.002, 1.9)

    tailor.panel("cardigan", 9, vee, knit, 3.0)
    tailor.panel("edge", 11, lambda at: np.maximum(vee(at) - 0.002, -(vee(at) + 0.020)), knit, 3.5)


def _jumper(head: Head, clothes: Clothes, rng: np.random.Generator) -> None:
    """A round-necked jumper or shirt with a ribbed edge."""
    tailor = _Tailor(head, rng)
    main, edge = clothes.colours[:2]
    neck = clothes.neck_mm
    cloth = fabric("jumper", main, clothes.weave, clothes.pattern, clothes.pattern_colours)
    tailor.panel("jumper", 7, _below(neck / 1000 + 0.004, 0.020), cloth, 2.4)
    angles = np.linspace(math.pi, 3 * math.pi, 121)  # the seam is behind
    share = (1 + np.cos(angles)) / 2
    ring = tailor.ring((neck + 14 - 30 * share**1.3) / 1000, 8.0, angles)
    add_mesh("rib", *tube(ring, np.full(len(ring), 0.0055), 14), fabric("rib", edge, "knit"))


def _boubou(head: Head, clothes: Clothes, rng: np.random.Generator) -> None:
    """A wide robe of printed cloth, its neck edged with embroidery."""
    tailor = _Tailor(head, rng, 3.5)
    main, edge, thread = clothes.colours
    neck = clothes.neck_mm / 1000
    cloth = fabric("boubou", main, "cotton", clothes.pattern, clothes.pattern_colours)
    line = _below(neck - 0.002, 0.034)
    tailor.panel("boubou", 9, line, cloth, 2.4)
    band = fabric("embroidery", edge, "knit")
    tailor.panel(
        "band", 11, lambda at: np.maximum(line(at) - 0.001, -(line(at) + 0.024)), band, 2.6
    )
    gold = fabric("thread", thread, "silk")
    for k, (near, far) in enumerate(((0.001, 0.004), (0.021, 0.024), (0.011, 0.013))):
        tailor.panel(
            f"thread {k}",
            12.5,
            lambda at, a=near, b=far: np.maximum(line(at) + a, -(line(at) + b)),
            gold,
            2.4,
        )


_CUTS = {
    "robe": _robe,
    "blazer": _blazer,
    "suit": _suit,
    "cardigan": _knitted,
    "jumper": _jumper,
    "boubou": _boubou,
}
