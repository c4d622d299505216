"""What an open mouth shows: teeth, gums and the tongue."""

from __future__ import annotations

import math
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from studio.anatomy import Head
from studio.human import Points
from studio.materials import Material, linear
from studio.meshes import BASE, add_mesh, grid_faces, unit

Jaw = Literal["upper", "lower"]
JAWS: tuple[Jaw, Jaw] = ("upper", "lower")

# Crowns from the middle outwards, millimetres: incisors, canine, premolars, molars.
_WIDTHS = {
    "upper": (8.6, 6.9, 7.7, 7.0, 6.9, 9.5, 9.0),
    "lower": (5.6, 6.1, 7.0, 7.0, 7.1, 10.0, 10.0),
}
_HEIGHTS = {
    "upper": (10.0, 9.0, 9.8, 8.6, 7.6, 7.0, 6.5),
    "lower": (8.6, 8.8, 9.6, 8.6, 8.0, 7.0, 6.5),
}
_SPREAD = 1.06  # of the crowns, so that they touch
_FRONT_TEETH = 3  # of each side that are thin
_EDGE_MM = {"upper": -2.8, "lower": -1.5}  # of the incisors, from the helper mesh's
_SWEEP = 1.45  # radians of the arch on each side
_SIDES = 14
_GLOW = 0.10


def add_mouth(head: Head) -> None:
    """Adds both rows of teeth with their gums, and the tongue."""
    enamel, gum = _enamel(), _flesh("gum", "#a8504f", 0.25, 0.004, 0.0)
    for jaw in JAWS:
        arch, edge = _arch(head, jaw)
        moves = "jaw" if jaw == "lower" else "head"
        add_mesh(f"{jaw} teeth", *_teeth(jaw, arch, edge), enamel, moves=moves)
        add_mesh(f"{jaw} gums", *_gums(jaw, arch, edge), gum, moves=moves)
    ids = head.mesh.vertices_of("helper-tongue")
    place = {index: k for k, index in enumerate(ids)}
    faces = [[place[i] for i, _ in face] for face in head.mesh.groups["helper-tongue"]]
    add_mesh(
        "tongue",
        head.base[ids],
        faces,
        _flesh("tongue", "#b9605c", 0.35, 0.005, 0.3),
        attributes={BASE: ids},
        subdivisions=2,
        moves="flesh",
    )


def _arch(head: Head, jaw: Jaw) -> tuple[Points, float]:
    """The line that the crowns' fronts stand on, and the height of the incisors' edge."""
    helper = head.base[head.mesh.vertices_of(f"helper-{jaw}-teeth")]
    front = helper[np.abs(helper[:, 0]) < 0.004, 2]
    edge = (front.min() if jaw == "upper" else front.max()) + _EDGE_MM[jaw] / 1000
    angle = np.linspace(-_SWEEP, _SWEEP, 401)
    across = 0.98 * helper[:, 0].max() * np.sin(angle) / math.sin(_SWEEP)
    deep = helper[:, 1].min() + 0.001 + 0.0525 * (1 - np.cos(angle))
    if jaw == "lower":  # the upper teeth bite over the lower ones
        across, deep = 0.95 * across, deep + 0.0028
    return np.stack([across, deep, np.zeros_like(angle)], axis=1), edge


def _along(arch: Points) -> tuple[Points, Points]:
    """Unit vectors along the arch and out of it, one a point."""
    ahead = unit(np.gradient(arch, axis=0))
    return ahead, np.stack([ahead[:, 1], -ahead[:, 0], np.zeros(len(arch))], axis=1)


def _power(x: NDArray, exponent: float) -> NDArray:
    return np.sign(x) * np.abs(x) ** exponent


def _teeth(jaw: Jaw, arch: Points, edge: float) -> tuple[Points, list[list[int]]]:
    """Crowns as superellipsoids, narrower at the neck."""
    up = 1 if jaw == "upper" else -1
    way = np.r_[0, np.cumsum(np.linalg.norm(np.diff(arch, axis=0), axis=1))]
    ahead, out = _along(arch)
    latitude = np.linspace(-math.pi / 2, math.pi / 2, _SIDES)
    longitude = np.linspace(0, 2 * math.pi, _SIDES, endpoint=False)
    round_, high = _power(np.cos(latitude), 0.45), _power(np.sin(latitude), 0.55)
    across = 0.5 * np.outer(round_, _power(np.cos(longitude), 0.55))
    deep = 0.5 * np.outer(round_, _power(np.sin(longitude), 0.6))
    share = np.outer(high, np.ones(_SIDES)) * up  # -1 at the biting edge, 1 at the neck
    vertices: list[Points] = []
    faces: list[list[int]] = []
    for side in (-1, 1):
        start = 0.0
        for k, (width, height) in enumerate(zip(_WIDTHS[jaw], _HEIGHTS[jaw], strict=True)):
            width, height = _SPREAD * width / 1000, height / 1000
            at = int(np.searchsorted(way, way[-1] / 2 + side * (start + width / 2)))
            start += width
            if not 0 < at < len(arch) - 1:
                break
            front = k < _FRONT_TEETH
            depth = 0.0042 if front else 0.0075
            x = across * width * (1 - (0.10 if front else 0.03) * share)
            y = deep * depth * (1 + 0.35 * share * front)
            lateral = k == 1
            inset = 0.0006 if lateral and jaw == "upper" else 0.0
            middle = edge + up * (height / 2 - 0.0005 + 0.0008 * lateral)
            centre = arch[at] + out[at] * (0.001 - inset - depth / 2) + [0, 0, middle]
            crown = centre + x[..., None] * ahead[at] + y[..., None] * out[at]
            crown[..., 2] += 0.5 * height * share * up
            offset = len(vertices) * _SIDES * _SIDES
            vertices.append(crown.reshape(-1, 3))
            quads = grid_faces(_SIDES, _SIDES, closed=True)
            faces += [[offset + i for i in face] for face in quads]
    return np.concatenate(vertices), faces


def _gums(jaw: Jaw, arch: Points, edge: float) -> tuple[Points, list[list[int]]]:
    """An oval tube along the arch, over the teeth's necks."""
    up = 1 if jaw == "upper" else -1
    line = arch[::4]
    out = _along(line)[1]
    angle = np.linspace(0, 2 * math.pi, 12, endpoint=False)
    deep = -0.0035 + 0.0038 * np.cos(angle)
    high = edge + up * (0.0145 + 0.0068 * np.sin(angle))
    rings = line[:, None] + deep[None, :, None] * out[:, None]
    rings[..., 2] = high
    return rings.reshape(-1, 3), grid_faces(len(line), 12, closed=True)


def _enamel():
    m = Material("enamel")
    m.surface(
        Base_Color=linear("#e0d6c4"),
        Roughness=0.22,
        Subsurface_Weight=0.7,
        Subsurface_Radius=(1.0, 0.85, 0.7),
        Subsurface_Scale=0.0035,
        Coat_Weight=0.3,
        # What lips scatter onto teeth takes more bounces than a portrait can have.
        Emission_Color=linear("#e0d0bc"),
        Emission_Strength=_GLOW,
    )
    return m.made


def _flesh(name: str, colour: str, roughness: float, scatter_m: float, papillae_mm: float):
    m = Material(name)
    m.surface(
        Base_Color=linear(colour),
        Roughness=roughness,
        Subsurface_Weight=0.3,
        Subsurface_Radius=(1.0, 0.3, 0.2),
        Subsurface_Scale=scatter_m,
        Normal=m.bump(m.math("MULTIPLY", m.noise(900, 2), papillae_mm)),
    )
    return m.made
