"""Tailoring: panels cut from the body's surface, folds, hems, bands bent around the neck."""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass

import bpy
import numpy as np
import scipy.sparse
from mathutils import Vector
from numpy.typing import NDArray
from scipy.ndimage import gaussian_filter1d

from studio.anatomy import NECK_FIXED_M, NECK_FREE_M, TURN_AXIS_M, Head
from studio.fabrics import laid
from studio.human import Points
from studio.meshes import (
    Triangles,
    add_mesh,
    clipped,
    grid_faces,
    move_vertices,
    smoothstep,
    unit,
    vertices_of,
)
from studio.skin import SKIN

Cut = Callable[[Points], NDArray]
"""A field over points given from between the eyes, metres; cloth is where it is below zero."""

_NECK_SIDE_M = 0.072  # across, where the shoulders begin


@dataclass(frozen=True)
class Drape:
    """How cloth falls from the shoulders.

    Attributes:
        fall: The shoulders' slope, down by across.
        hang: How many folds hang from each shoulder's crest, and their height in millimetres.
        pull: How many folds each armpit draws, and their height in millimetres.
        wide: Half a fold's width, millimetres.
        bend: Radius by which the grain bends over the shoulder, metres.
    """

    fall: float
    hang: tuple[int, float]
    pull: tuple[int, float]
    wide: float = 9.0
    bend: float = 0.05


class Tailor:
    """Cuts panels for one person."""

    def __init__(self, head: Head, rng: np.random.Generator, drape: Drape) -> None:
        self.head = head
        self._drape = drape
        joints = [head.base[head.mesh.vertices_of(f"joint-{s}-shoulder")].mean(0) for s in "lr"]
        self._shoulders_turn = math.atan2(joints[0][1] - joints[1][1], joints[0][0] - joints[1][0])
        self.shoulder = float(np.mean([abs(j[0] - head.between[0]) for j in joints]))
        self._crest = self._find_crest()
        # All panels fold alike, so that none comes through another.
        self._lines = self._fold_lines(rng)
        self._tuck_skin()

    def panel(
        self,
        name: str,
        lift_mm: float,
        cut: Cut,
        material,
        *,
        hem_mm: float = 1.0,
        drop_mm: float = 0.0,
        rise_mm: float = 0.0,
        along: Cut | None = None,
    ) -> None:
        """Adds a piece of cloth that lies over the body, its edge turned in.

        Args:
            name: Its name.
            lift_mm: Off the body.
            cut: Where it is.
            material: Its cloth.
            hem_mm: Half the thickness of its edge.
            drop_mm: How much nearer to the body its edge lies.
            rise_mm: How much its middle bulges.
            along: A field across whose levels its grain lies, where that is not upright.
        """
        cloth = self._cloth(lift_mm, cut, drop_mm, rise_mm)
        vertices, faces = clipped(cloth.points, cloth.triangles, cloth.field)
        places = self._places(vertices, along)
        add_mesh(name, vertices, faces, material, attributes=places)
        for line, normals in _contours(cloth):
            if len(line) > 12:
                self._piping(f"{name} hem", line, normals, hem_mm, material, along)

    def braid(self, name: str, lift_mm: float, cut: Cut, material, half_mm: float) -> None:
        """Adds a cord along the edge of a field."""
        for line, normals in _contours(self._cloth(lift_mm, cut, 0, 0)):
            if len(line) > 12:
                self._piping(name, line, normals, half_mm, material)

    def _cloth(self, lift_mm: float, cut: Cut, drop_mm: float, rise_mm: float) -> _Cloth:
        points, normals, triangles = self._shell(lift_mm / 1000)
        field = cut(self._faced(points))
        inner = smoothstep(-field, 0.0, 0.010)
        lift = self._folds(points) - drop_mm / 1000 * (1 - inner)
        lift += rise_mm / 1000 * smoothstep(-field, 0.0, 0.02)
        return _Cloth(points + normals * lift[:, None], normals, triangles, field)

    def turn(self, z: float | NDArray) -> NDArray:
        """Radians by which the body is turned at heights from between the eyes."""
        return self._shoulders_turn * (1 - smoothstep(z, NECK_FIXED_M, NECK_FREE_M))

    def _faced(self, points: Points) -> Points:
        """Points from between the eyes, as they are where the shoulders are not turned."""
        at = points - self.head.between
        angle = -self.turn(at[:, 2])
        x, y = at[:, 0], at[:, 1] - TURN_AXIS_M
        across, deep = x * np.cos(angle) - y * np.sin(angle), x * np.sin(angle) + y * np.cos(angle)
        return np.stack([across, TURN_AXIS_M + deep, at[:, 2]], axis=1)

    def _piping(
        self, name: str, line: Points, normals: Points, half_mm: float, material, along=None
    ) -> None:
        places = self._places(line, along)
        sides = 8
        ahead = unit(np.gradient(line, axis=0))
        aside = unit(np.cross(normals, ahead))
        out = np.cross(ahead, aside)
        angle = np.linspace(0, 2 * np.pi, sides, endpoint=False)
        ring = aside[:, None] * np.cos(angle)[None, :, None]
        ring = ring + out[:, None] * np.sin(angle)[None, :, None]
        middle = line - 0.45 * half_mm / 1000 * normals
        vertices = (middle[:, None] + half_mm / 1000 * ring).reshape(-1, 3)
        attributes = {key: np.repeat(value, sides) for key, value in places.items()}
        faces = grid_faces(len(line), sides, closed=True)
        add_mesh(name, vertices, faces, material, attributes=attributes)

    def _find_crest(self) -> tuple[NDArray, NDArray, NDArray]:
        """The shoulders' ridge: across, depth and height, from between the eyes."""
        at = self.head.points - self.head.between
        at = at[at[:, 2] < -0.10]
        across = np.arange(-0.26, 0.2601, 0.01)
        ridge = []
        for x in across:
            near = at[np.abs(at[:, 0] - (x if abs(x) > 0.08 else math.copysign(0.08, x))) < 0.008]
            ridge.append(near[np.argmax(near[:, 2]), 1:] if len(near) else (np.nan, np.nan))
        table = np.array(ridge)
        known = ~np.isnan(table[:, 0])
        depth, height = (np.interp(across, across[known], table[known, k]) for k in (0, 1))
        return across, gaussian_filter1d(depth, 1.5), gaussian_filter1d(height, 1.0)

    def _fallen(self, points: Points) -> Points:
        """Points moved so that the shoulders are a straight slope instead of a ball."""
        at = points - self.head.between
        across, _, height = self._crest
        reach = np.clip(np.abs(across), 0, self.shoulder + 0.03)
        start = np.interp(_NECK_SIDE_M * np.sign(across), across, height)
        wanted = start - self._drape.fall * np.clip(reach - _NECK_SIDE_M, 0, None)
        edge = np.interp(np.sign(across) * reach, across, height)
        shift = np.where(np.abs(across) > _NECK_SIDE_M, wanted - edge, 0)
        shift = np.clip(gaussian_filter1d(shift, 1.0), -0.035, 0.02)
        deep = np.interp(at[:, 0], across, height) - at[:, 2]
        moved = points.copy()
        moved[:, 2] += np.interp(at[:, 0], across, shift) * (1 - smoothstep(deep, 0.04, 0.2))
        return moved

    def _tuck_skin(self) -> None:
        """Lets the skin fall with the shoulders and draws it in, so that no cloth sinks into it."""
        mesh = bpy.data.objects[SKIN].data
        points = vertices_of(mesh)
        at = points - self.head.between
        normals = self.head.normals[self.head.tree.query(points)[1]]
        under = smoothstep(np.abs(at[:, 0]), 0.075, 0.11) * smoothstep(-at[:, 2], 0.10, 0.13)
        moved = self._fallen(points) - normals * 0.008
        points += (moved - points) * under[:, None]
        move_vertices(mesh, points)

    def _shell(self, lift: float) -> tuple[Points, Points, Triangles]:
        """The body below the chin, smoothed and lifted, its normals and triangles."""
        head = self.head
        low = head.points[:, 2] < head.between[2] - 0.10
        triangles = head.triangles[low[head.triangles].all(1)]
        points, normals, triangles = _used(head.points, head.normals, triangles)
        mean = _neighbours(len(points), triangles)
        lifted = points + normals * lift
        for _ in range(14):
            lifted = 0.3 * lifted + 0.7 * (mean @ lifted)
        for _ in range(14):
            normals = unit(normals + mean @ normals)
        sunk = np.clip(lift - ((lifted - points) * normals).sum(1), 0, None)
        lifted = lifted + sunk[:, None] * normals
        for _ in range(5):
            lifted = 0.5 * lifted + 0.5 * (mean @ lifted)
        lifted = self._fallen(lifted)
        at = lifted - head.between
        seen = (np.abs(at[:, 0]) < 0.25) & (at[:, 2] > -0.30)
        lifted, normals, triangles = _used(lifted, normals, triangles[seen[triangles].all(1)])
        lifted, normals, triangles = _halved(lifted, normals, triangles)
        mean = _neighbours(len(lifted), triangles)
        for _ in range(3):
            lifted = 0.5 * lifted + 0.5 * (mean @ lifted)
        return lifted, normals, triangles

    def _places(self, points: Points, along: Cut | None = None) -> dict[str, NDArray]:
        """Where points are on the cloth, metres.

        Across; up along front and shoulder; and off the shoulder seam, forward negative.
        """
        at = points - self.head.between
        across, depth, height = self._crest
        fallen = self._fallen(np.stack([across, depth, height], axis=1) + self.head.between)
        ridge = fallen[:, 2] - self.head.between[2] + 0.008
        low = np.interp(at[:, 0], across, ridge) - self._drape.bend
        deep = at[:, 1] - np.interp(at[:, 0], across, depth)
        angle = np.arctan2(at[:, 2] - low, np.maximum(-deep, 1e-4))
        angle = np.where(deep > 0, np.pi / 2 + np.arctan2(deep, at[:, 2] - low), angle)
        up = np.where(at[:, 2] < low, at[:, 2], low + self._drape.bend * angle)
        top = self._drape.bend * (np.pi / 2 - 0.25)
        seam = np.where(np.abs(at[:, 0]) > 0.05, up - low - top, -1)
        sleeve = np.abs(at[:, 0]) - self.shoulder - 0.028 - 0.10 * np.clip(low - at[:, 2], 0, 0.1)
        if along is not None:
            return laid(along(self._faced(points)), up)
        return {"u": at[:, 0], "v": up, "seam": seam, "sleeve": sleeve}

    def _fold_lines(self, rng: np.random.Generator) -> NDArray:
        """Each fold: side, start across and up, way, length, bend, half its width, height."""
        across, _, height = self._crest
        rows = []
        (hanging, high), (pulled, drawn) = self._drape.hang, self._drape.pull
        for side in (-1, 1):
            for k in range(hanging):
                x = 0.085 + (self.shoulder + 0.03 - 0.085) * (k + rng.uniform(0.2, 0.8)) / hanging
                up = (
                    np.interp(side * x, across, height) - self._drape.bend + rng.uniform(0.02, 0.07)
                )
                way = -math.pi / 2 - rng.uniform(-0.12, 0.42)
                size = high * rng.uniform(0.5, 1.2)
                row = (rng.uniform(0.10, 0.22), rng.normal(0, 1.2), rng.uniform(0.6, 1.4), size)
                rows.append((side, x, up, way, *row))
            for k in range(pulled):
                x, up = self.shoulder + rng.normal(0, 0.008), -0.235 + rng.normal(0, 0.012)
                way = math.pi * (0.5 + 0.42 * (k + rng.uniform(0.1, 0.9)) / pulled)
                size = drawn * rng.uniform(0.5, 1.2)
                row = (rng.uniform(0.06, 0.14), rng.normal(0, 2.0), rng.uniform(0.5, 1.1), size)
                rows.append((side, x, up, way, *row))
        return np.array(rows).reshape(-1, 8)

    def _folds(self, points: Points) -> NDArray:
        """Folds that hang from the shoulders and folds that the armpits draw, metres."""
        places = self._places(points)
        height = np.zeros(len(points))
        for side, x, up, way, length, bend, wide, high in self._lines:
            a, b = places["u"] * side - x, places["v"] - up
            along = a * math.cos(way) + b * math.sin(way)
            aside = -a * math.sin(way) + b * math.cos(way) + bend * np.clip(along, 0, 0.3) ** 2
            spread = wide * self._drape.wide / 1000 * (0.6 + 0.8 * np.clip(along / length, 0, 1))
            t = aside / spread
            ridge = np.where(t < 0, np.exp(-((t / 1.3) ** 2)), np.exp(-((t / 0.6) ** 2)))
            ridge = ridge - 0.5 * np.exp(-(((t - 1.4) / 0.8) ** 2))
            taper = smoothstep(along, 0, 0.25 * length) * (
                1 - smoothstep(along, 0.5 * length, length)
            )
            height += high / 1000 * ridge * taper
        calm = smoothstep(
            np.hypot(places["u"], (points - self.head.between)[:, 2] + 0.11), 0.07, 0.11
        )
        return height * calm

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
        self,
        name: str,
        rows: list[tuple],
        material,
        *,
        gap: tuple[float, float] = (0.0, 0.0),
        thick_mm: float = 1.6,
    ) -> None:
        """Adds a band around the neck.

        Args:
            name: Its name.
            rows: From the neck's foot on: heights at the front and back, and how far it stands
                off at the front and back, all millimetres from between the eyes and the skin.
            material: Its cloth.
            gap: Radians that stay open at the front, on each side: of the first and the last row.
            thick_mm: Of the cloth.
        """
        bands, around, down = [], [], []
        for open_, (front, back, off_front, off_back) in zip(
            np.linspace(*gap, len(rows)), rows, strict=True
        ):
            angles = np.linspace(open_, 2 * math.pi - open_, 121)
            share = (1 + np.cos(angles)) / 2  # 1 at the front
            height = (back + (front - back) * share**1.3) / 1000
            off = off_back + (off_front - off_back) * share
            bands.append(self.ring(height, off, angles + self.turn(front / 1000)))
            around.append(0.065 * angles)
            down.append(bands[-1][:, 2] - self.head.between[2])
        vertices = np.stack(bands).reshape(-1, 3)
        faces = grid_faces(len(rows), 121, closed=False)
        places = laid(np.concatenate(around), np.concatenate(down))
        thing = add_mesh(name, vertices, faces, material, attributes=places, subdivisions=1)
        modifier = thing.modifiers.new("thickness", "SOLIDIFY")
        modifier.thickness, modifier.offset = thick_mm / 1000, 0
        edge = thing.modifiers.new("edge", "BEVEL")
        edge.width, edge.segments = thick_mm / 2500, 2
        edge.limit_method, edge.angle_limit = "ANGLE", 1.0


@dataclass(frozen=True)
class _Cloth:
    """A folded shell and the field that cuts it."""

    points: Points
    normals: Points
    triangles: Triangles
    field: NDArray


def _used(points: Points, normals: Points, triangles: Triangles):
    """Only the vertices that triangles have."""
    used = np.unique(triangles)
    place = np.full(len(points), -1)
    place[used] = np.arange(len(used))
    return points[used], normals[used], place[triangles]


def _neighbours(count: int, triangles: Triangles) -> scipy.sparse.csr_matrix:
    """The mean of every vertex's neighbours."""
    edges = np.concatenate([triangles[:, [0, 1]], triangles[:, [1, 2]], triangles[:, [2, 0]]])
    edges = np.concatenate([edges, edges[:, ::-1]])
    joined = scipy.sparse.csr_matrix((np.ones(len(edges)), edges.T), shape=(count, count))
    joined.data[:] = 1
    return scipy.sparse.diags(1 / np.asarray(joined.sum(1)).ravel()) @ joined


def _edges_of(triangles: Triangles) -> tuple[NDArray, NDArray]:
    """All edges once, and each triangle's three."""
    edges = np.concatenate([triangles[:, [0, 1]], triangles[:, [1, 2]], triangles[:, [2, 0]]])
    once, place = np.unique(np.sort(edges, axis=1), axis=0, return_inverse=True)
    return once, place.reshape(3, -1).T


def _halved(points: Points, normals: Points, triangles: Triangles):
    """Every triangle as four."""
    edges, of = _edges_of(triangles)
    first = len(points)
    points = np.concatenate([points, points[edges].mean(1)])
    normals = np.concatenate([normals, unit(normals[edges].mean(1))])
    (a, b, c), (ab, bc, ca) = triangles.T, of.T + first
    parts = [(a, ab, ca), (ab, b, bc), (ca, bc, c), (ab, bc, ca)]
    return points, normals, np.concatenate([np.stack(part, axis=1) for part in parts])


def _contours(cloth: _Cloth) -> list[tuple[Points, Points]]:
    """The lines where a field is zero, smooth, with the cloth's normals."""
    edges, of = _edges_of(cloth.triangles)
    inside = cloth.field < 0
    crossed = inside[edges[:, 0]] != inside[edges[:, 1]]
    low, high = cloth.field[edges].T
    share = np.where(crossed, low / np.where(crossed, low - high, 1), 0)[:, None]
    points = (1 - share) * cloth.points[edges[:, 0]] + share * cloth.points[edges[:, 1]]
    normals = (1 - share) * cloth.normals[edges[:, 0]] + share * cloth.normals[edges[:, 1]]
    next_to: dict[int, list[int]] = {}
    for three, mask in zip(of, crossed[of], strict=True):
        if mask.any():
            a, b = (int(edge) for edge in three[mask])
            next_to.setdefault(a, []).append(b)
            next_to.setdefault(b, []).append(a)
    lines, seen = [], set()
    starts = [k for k, others in next_to.items() if len(others) == 1] + list(next_to)
    for start in starts:
        chain, here = [], start
        while here is not None and here not in seen:
            seen.add(here)
            chain.append(here)
            here = next((k for k in next_to[here] if k not in seen), None)
        if len(chain) > 3:
            if chain[0] in next_to[chain[-1]]:
                chain.append(chain[0])
            lines.append(_evened(points[chain], normals[chain]))
    return lines


def _evened(line: Points, normals: Points, step: float = 0.0015) -> tuple[Points, Points]:
    """A line with points at even steps, its small teeth smoothed away."""
    way = np.concatenate([[0], np.cumsum(np.linalg.norm(np.diff(line, axis=0), axis=1))])
    even = np.linspace(0, way[-1], max(4, round(way[-1] / step)))
    table = np.concatenate([line, normals], axis=1)
    table = np.stack([np.interp(even, way, column) for column in table.T], axis=1)
    for _ in range(6):
        table[1:-1] = 0.25 * table[:-2] + 0.5 * table[1:-1] + 0.25 * table[2:]
    return table[:, :3], unit(table[:, 3:])


def _smooth_ring(points: Points) -> Points:
    for _ in range(4):
        inner = 0.25 * points[:-2] + 0.5 * points[1:-1] + 0.25 * points[2:]
        points = np.concatenate([points[:1], inner, points[-1:]])
    return points
