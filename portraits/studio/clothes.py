"""Clothes: how each cut is put together."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from studio.anatomy import Head
from studio.fabrics import fabric, laid
from studio.human import Points
from studio.meshes import add_mesh, grid_faces, smoothstep
from studio.person import Clothes
from studio.tailoring import Cut, Drape, Tailor


def add_clothes(head: Head, clothes: Clothes, rng: np.random.Generator) -> None:
    """Dresses the person."""
    _CUTS[clothes.cut](head, clothes, rng)


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


@dataclass(frozen=True)
class _Opening:
    """The rim of a garment that is open at the front.

    Attributes:
        start: How far from the neck's axis it runs beside and behind the neck.
        neck: Height at which its front begins to fall inwards.
        slope: Of the front, down by across.
        sign: 1 or -1 where only the left or right half is meant, which crosses the middle.
    """

    start: float
    neck: float
    slope: float
    sign: int = 0

    def edge(self, at: Points) -> NDArray:
        """Signed distance to the rim, cloth below zero."""
        behind = smoothstep(at[:, 1], 0.09, 0.14)
        across = at[:, 0] * self.sign if self.sign else np.abs(at[:, 0])
        height = at[:, 2] - 0.09 * behind
        line = self.start + (height - self.neck) / self.slope - across
        back = at[:, 1] - 0.097
        column = self.start - np.hypot(at[:, 0], np.maximum(back, 0))
        column -= 0.08 * smoothstep(-back, 0, 0.05)
        return _blended(line / math.hypot(1, 1 / self.slope), column, 0.02)

    def __call__(self, at: Points) -> NDArray:
        """The same, no higher than the neck's foot."""
        behind = smoothstep(at[:, 1], 0.09, 0.14)
        return np.maximum(self.edge(at), at[:, 2] - self.neck - 0.012 - 0.02 * behind)

    def strip(self, near: float, far: float) -> Cut:
        """A band along the rim."""
        return lambda at: np.maximum(self(at) + near, -(self.edge(at) + far))


def _blended(a: NDArray, b: NDArray, width: float) -> NDArray:
    """The greater of two fields, its corner rounded."""
    near = np.clip(width - np.abs(a - b), 0, None)
    return np.maximum(a, b) + near**2 / (4 * width)


_ROBE = Drape(0.46, (7, 6.5), (5, 4.0), 10)
_JACKET = Drape(0.36, (0, 0), (4, 1.6), 11)
_SHIRT = Drape(0.42, (3, 1.6), (6, 2.6), 8)
_KNIT = Drape(0.45, (4, 2.0), (6, 2.6), 10, 0.02)
_BOUBOU = Drape(0.42, (8, 5.0), (5, 3.5), 10)


def _robe(head: Head, clothes: Clothes, rng: np.random.Generator) -> None:
    """A crossed collar over a white one: the left side lies over the right."""
    tailor = Tailor(head, rng, _ROBE)
    neck = clothes.neck_mm / 1000
    outer, dark, inner = clothes.colours
    main = fabric("robe", outer, clothes.weave, clothes.pattern, clothes.pattern_colours)
    edge = fabric("band", dark, "plain")
    white = fabric("inner", inner, "cotton")

    for name, sign, lift in (("right", -1, 6.0), ("left", 1, 13.0)):
        rim = _Opening(0.060, neck, 1.1, sign)
        tailor.panel(f"inner {name}", lift - 2, rim.strip(-0.008, 0.04), white, hem_mm=1.5)
        tailor.panel(f"robe {name}", lift, rim, main)
        band = rim.strip(-0.001, 0.032)
        tailor.panel(f"band {name}", lift + 3, band, edge, hem_mm=1.4, drop_mm=1.0, rise_mm=0.8)


def _jacket(
    tailor: Tailor, cloth, lapel, neck: float, start: float = 0.062, slope: float = 2.2
) -> None:
    rim = _Opening(start, neck, slope)

    def gorge(at: Points) -> NDArray:
        """Height over the seam between lapel and collar, which falls outwards."""
        return 0.94 * (at[:, 2] - (neck - 0.036) + 0.36 * (np.abs(at[:, 0]) - start))

    def lapels(at: Points) -> NDArray:
        wide = -(rim.edge(at) + 0.043 + 0.24 * np.clip(gorge(at), -0.12, 0))
        return np.maximum(np.maximum(rim(at) - 0.0015, wide), gorge(at) + 0.0004)

    def collar(at: Points) -> NDArray:
        notch = np.clip(0.8 * (-rim.edge(at) - 0.018), 0, None)
        return np.maximum(rim.strip(-0.0015, 0.030)(at), notch - gorge(at) + 0.0004)

    tailor.panel("jacket", 9, rim, cloth)
    tailor.panel("lapels", 12.5, lapels, lapel, drop_mm=1.4, rise_mm=1.0)
    tailor.panel("turned collar", 12.8, collar, lapel, drop_mm=1.4, rise_mm=1.0)


def _blazer(head: Head, clothes: Clothes, rng: np.random.Generator) -> None:
    """A jacket over a round-necked blouse."""
    tailor = Tailor(head, rng, _JACKET)
    jacket, blouse = clothes.colours
    neck = clothes.neck_mm / 1000
    silk = fabric("blouse", blouse, "silk")
    tailor.panel("blouse", 3.5, _below(neck - 0.014, 0.040), silk, hem_mm=1.0)
    cloth = fabric("jacket", jacket, clothes.weave, clothes.pattern, clothes.pattern_colours)
    _jacket(tailor, cloth, fabric("lapel", jacket, clothes.weave), neck + 0.004)


def _suit(head: Head, clothes: Clothes, rng: np.random.Generator) -> None:
    """A jacket, a shirt with a turned collar, and a tie where there is a third colour."""
    tailor = Tailor(head, rng, _JACKET)
    jacket, shirt, *tie = clothes.colours
    neck = clothes.neck_mm
    white = fabric("shirt", shirt, "cotton", *_shirt_pattern(clothes))
    tailor.panel("shirt", 3.0, _below(neck / 1000 + 0.006, 0.026), white)
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
    tailor.collar("collar", fold, white, gap=(0.10, 0.52) if tie else (0.2, 0.6))
    if tie:
        _tie(tailor, neck, fabric("tie", tie[0], "silk", "pinstripes", (tie[-1],)))
    cloth = fabric("jacket", jacket, clothes.weave, clothes.pattern, clothes.pattern_colours)
    _jacket(tailor, cloth, fabric("lapel", jacket, clothes.weave), neck / 1000 + 0.006, 0.066, 2.0)


def _shirt_pattern(clothes: Clothes) -> tuple[str, tuple[str, ...]]:
    return ("", ()) if clothes.weave != "wool" else ("pinstripes", ("#9fb0c4",))


def _tie(tailor: Tailor, neck_mm: float, silk) -> None:
    head = tailor.head
    top = tailor.ring(np.full(3, (neck_mm - 14) / 1000), 7.0, np.array([-0.05, 0.0, 0.05]))[1]
    rows = []
    for down, half, deep in (
        (8, 11, 1),
        (5, 14.5, 6),
        (-3, 16.5, 8.5),
        (-14, 14.5, 9.5),
        (-24, 11.5, 8),
        (-31, 9, 5),
        (-33, 8.2, 2),
        (-38, 9.5, 3),
        (-60, 13, 4),
        (-140, 22, 6),
    ):
        z = top[2] + down / 1000
        chest = head.at(0, z - head.between[2])
        y = min(top[1], chest[1] - 0.006 if chest is not None else top[1])
        arc = np.linspace(-1, 1, 13)
        ahead = 0.11 - (y - head.between[1])
        x = arc * half / 1000 + ahead * math.sin(tailor.turn(z - head.between[2]))
        rows.append(np.stack([x, y - deep / 1000 * (1 - arc**2), np.full(13, z)], axis=1))
    vertices = np.stack(rows).reshape(-1, 3)
    places = laid(vertices[:, 0] - head.between[0], vertices[:, 2] - head.between[2])
    faces = grid_faces(len(rows), 13, closed=False)
    add_mesh("tie", vertices, faces, silk, attributes=places, subdivisions=2)


def _knitted(head: Head, clothes: Clothes, rng: np.random.Generator) -> None:
    """A cardigan over a blouse with a turned collar."""
    tailor = Tailor(head, rng, _KNIT)
    wool, blouse = clothes.colours[:2]
    neck = clothes.neck_mm
    cotton = fabric("blouse", blouse, "cotton", clothes.pattern, clothes.pattern_colours)
    tailor.panel("blouse", 3.5, _below(neck / 1000 + 0.008, 0.022), cotton)
    fold = [(neck - 12, neck + 22, 2, 2), (neck - 4, neck + 32, 4, 3), (neck - 30, neck + 8, 10, 8)]
    tailor.collar("collar", fold, cotton, gap=(0.16, 0.62))
    knit = fabric("cardigan", wool, "knit")

    rim = _Opening(0.066, neck / 1000 + 0.002, 1.9)
    tailor.panel("cardigan", 9, rim, knit, hem_mm=1.8)
    band, ribbed = rim.strip(-0.002, 0.022), fabric("edge", wool, "rib")
    tailor.panel("edge", 11.5, band, ribbed, hem_mm=1.8, rise_mm=1.0, along=rim.edge)


def _jumper(head: Head, clothes: Clothes, rng: np.random.Generator) -> None:
    """A round-necked jumper or shirt with a ribbed edge."""
    tailor = Tailor(head, rng, _KNIT)
    main, edge = clothes.colours[:2]
    neck = clothes.neck_mm
    cloth = fabric("jumper", main, clothes.weave, clothes.pattern, clothes.pattern_colours)
    tailor.panel("jumper", 7, _below(neck / 1000 - 0.005, 0.011), cloth)
    angles = np.linspace(math.pi, 3 * math.pi, 181)  # the seam is behind
    share = (1 + np.cos(angles)) / 2
    height = (neck + 14 - 30 * share**1.3) / 1000
    # A band of cloth that stands around the neck, rounded over its upper edge.
    rows = [(-7, 9.5), (-3, 9.6), (2, 8.6), (5, 7.0), (6, 5.2), (5, 3.4), (0, 2.6)]
    bands = [tailor.ring(height + up / 1000, off, angles) for up, off in rows]
    vertices = np.stack(bands).reshape(-1, 3)
    around = np.tile(0.07 * angles, len(rows))
    places = laid(around, np.repeat([up / 1000 for up, _ in rows], len(angles)))
    faces = grid_faces(len(rows), len(angles), closed=False)
    ribbed = fabric("rib", edge, "rib")
    add_mesh("rib", vertices, faces, ribbed, attributes=places, subdivisions=1)


def _boubou(head: Head, clothes: Clothes, rng: np.random.Generator) -> None:
    """A wide robe of printed cloth, its neck edged with embroidery."""
    tailor = Tailor(head, rng, _BOUBOU)
    main, edge, thread = clothes.colours
    neck = clothes.neck_mm / 1000
    cloth = fabric("boubou", main, "cotton", clothes.pattern, clothes.pattern_colours)

    def rim(at: Points) -> NDArray:
        """A ring around the neck, deeper in front."""
        away = at - np.array([0.0, 0.075, neck + 0.022])
        ring = 0.088 - np.linalg.norm(away * [1.0, 1.0, 0.9], axis=1)
        throat = at[:, 2] - neck + 0.012 - 0.04 * smoothstep(at[:, 1], 0.03, 0.08)
        return np.maximum(ring, 3 * throat)

    def within(near: float, far: float) -> Cut:
        return lambda at: np.maximum(rim(at) + near, -(rim(at) + far))

    tailor.panel("boubou", 9, rim, cloth)
    band = fabric("embroidery", edge, "cotton")
    tailor.panel("band", 11, within(-0.001, 0.026), band, drop_mm=0.8)
    gold = fabric("thread", thread, "cord")
    for deep in (0.0025, 0.0225, 0.019):
        tailor.braid("thread", 11.6, lambda at, d=deep: rim(at) + d, gold, 0.8)
    for deep in (0.0085, 0.013):
        tailor.braid("thread", 11.8, lambda at, d=deep: _scroll(at, rim(at) + d), gold, 0.65)


def _scroll(at: Points, field: NDArray) -> NDArray:
    """A line that winds about another."""
    angle = np.arctan2(at[:, 0], -(at[:, 2] + 0.10))
    return field + 0.0022 * np.sin(34 * angle)


_CUTS = {
    "robe": _robe,
    "blazer": _blazer,
    "suit": _suit,
    "cardigan": _knitted,
    "jumper": _jumper,
    "boubou": _boubou,
}
