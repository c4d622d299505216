"""Hats."""

from __future__ import annotations

import math

import numpy as np

from studio.anatomy import Head
from studio.fabrics import fabric, laid
from studio.meshes import add_mesh, grid_faces
from studio.person import Headwear

_COLUMNS = 288


def add_headwear(head: Head, headwear: Headwear, rng: np.random.Generator) -> None:
    """Puts a hat on."""
    _KINDS[headwear.kind](head, headwear)


def _loft(head: Head, name: str, levels, material, *, closed: bool, notch: float = 0.0) -> None:
    """A wall of superellipses around the head.

    Args:
        head: Whose.
        name: The part's name.
        levels: Height over the eyes, width against the head's, squareness, from below.
        material: Its cloth.
        closed: Whether it has a top.
        notch: How deep its upper edge is cut at the front, metres.
    """
    high = head.points[head.points[:, 2] > head.between[2] + 0.05]
    middle = (high[:, 1].min() + high[:, 1].max()) / 2
    deep = (high[:, 1].max() - high[:, 1].min()) / 2 + 0.004
    wide = np.abs(high[:, 0]).max() + 0.004
    phi = np.linspace(0, 2 * math.pi, _COLUMNS, endpoint=False)
    rows = []
    for k, (height, size, square) in enumerate(levels):
        sine, cosine = (np.sign(f(phi)) * np.abs(f(phi)) ** (2 / square) for f in (np.sin, np.cos))
        x, y = wide * size * sine, middle - deep * size * cosine
        slope = -0.10 * (y - (middle - deep)) * (1 - 0.8 * k / len(levels))
        z = head.between[2] + height + slope
        if notch:
            foot, rim = levels[0][0], levels[-1][0]
            cut = np.clip(1 - np.hypot(x, 0.002) / 0.034, 0, 1) * (y < middle)
            z = z - notch * cut * (height - foot) / (rim - foot)
        rows.append(np.stack([x, y, z], axis=1))
    vertices = np.concatenate(rows)
    faces = grid_faces(len(rows), _COLUMNS, closed=True)
    if closed:
        top = len(vertices) - _COLUMNS
        vertices = np.concatenate([vertices, rows[-1].mean(0)[None]])
        faces += [[top + c, top + (c + 1) % _COLUMNS, len(vertices) - 1] for c in range(_COLUMNS)]
    around = np.tile(wide * np.where(phi > math.pi, phi - 2 * math.pi, phi), len(rows))
    up = vertices[: len(around), 2] - head.between[2]
    if closed:
        around, up = np.append(around, 0.0), np.append(up, vertices[-1, 2] - head.between[2])
    places = laid(around, up)
    thing = add_mesh(name, vertices, faces, material, attributes=places, moves="head")
    thick = thing.modifiers.new("thickness", "SOLIDIFY")
    thick.thickness, thick.offset = 0.003, 1
    edge = thing.modifiers.new("edge", "BEVEL")
    edge.width, edge.segments, edge.limit_method = 0.001, 3, "ANGLE"


def _dongpo(head: Head, headwear: Headwear) -> None:
    """The scholar's tall cap with an outer wall, as Su Shi wore it."""
    gauze = fabric("gauze", headwear.colours[0], "wool")
    z = headwear.height_mm / 1000
    inner = [(0, 1.0, 2.3), (0.012, 1.012, 2.4), (0.03, 1.02, 2.7), (0.06, 1.02, 3.3)]
    inner += [(0.08, 1.03, 4.0), (0.104, 1.045, 4.4), (0.108, 1.04, 4.4)]
    inner = [(z + up, size, square) for up, size, square in inner]
    _loft(head, "crown", inner, gauze, closed=True)
    outer = [(0.004, 1.045, 2.4), (0.02, 1.06, 2.7), (0.045, 1.075, 3.2), (0.055, 1.085, 3.8)]
    outer += [(0.066, 1.09, 4.0), (0.069, 1.09, 4.0), (0.072, 1.09, 4.0)]
    outer = [(z + up, size, square) for up, size, square in outer]
    _loft(head, "wall", outer, gauze, closed=False, notch=0.022)


def _kufi(head: Head, headwear: Headwear) -> None:
    """A round embroidered cap."""
    main = fabric("kufi", headwear.colours[0], "knit", "bands", headwear.colours[1:])
    z = headwear.height_mm / 1000
    levels = [(z, 1.0, 2.1), (z + 0.02, 1.01, 2.1), (z + 0.045, 0.99, 2.2), (z + 0.062, 0.95, 2.2)]
    levels += [(z + 0.069, 0.86, 2.1), (z + 0.072, 0.6, 2.0)]
    _loft(head, "kufi", levels, main, closed=True)


_KINDS = {"dongpo": _dongpo, "kufi": _kufi}
