"""Hair as curves: sampled on the skin, grown along a field, clumped, given to Cycles."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import bpy
import numpy as np
from numpy.typing import NDArray
from scipy.spatial import cKDTree

from studio.human import Points
from studio.materials import Material, linear, scaled
from studio.meshes import MOVES, Moves, Triangles, unit

Field = Callable[[Points, float], Points]
"""Directions at points, at a share of the way from root to tip."""


@dataclass(frozen=True)
class Obstacle:
    """What hair lies on and does not enter."""

    tree: cKDTree
    points: Points
    normals: Points

    @classmethod
    def of(cls, points: Points, normals: Points) -> Obstacle:
        """From a surface's vertices."""
        return cls(cKDTree(points), points, normals)


def sample(
    vertices: Points,
    normals: Points,
    triangles: Triangles,
    density: NDArray,
    count: int,
    rng: np.random.Generator,
) -> tuple[Points, Points]:
    """Roots and their normals, spread over a surface by a density a vertex."""
    a, b, c = (vertices[triangles[:, k]] for k in range(3))
    area = np.linalg.norm(np.cross(b - a, c - a), axis=1) * density[triangles].mean(1)
    chosen = triangles[rng.choice(len(triangles), count, p=area / area.sum())]
    share = rng.dirichlet((1, 1, 1), count)[..., None]
    return (vertices[chosen] * share).sum(1), unit((normals[chosen] * share).sum(1))


def grow(
    roots: Points,
    normals: Points,
    field: Field,
    lengths: NDArray,
    obstacle: Obstacle,
    *,
    points: int,
    lift: NDArray,
    stand: float | NDArray = 0.0,
    stiffness: float = 0.6,
    floor: NDArray | None = None,
) -> Points:
    """Grows strands.

    Args:
        roots: Shape (n, 3).
        normals: The skin's normals there.
        field: Where hair wants to go.
        lengths: Metres, one a strand.
        obstacle: The head.
        points: Of each strand.
        lift: How far over the head each strand stays, metres.
        stand: How much of the normal its first direction has.
        stiffness: How much of its last direction a strand keeps with each step.
        floor: Height under which a strand stops, one a strand.

    Returns:
        Shape (n, points, 3).
    """
    step = (lengths / (points - 1))[:, None]
    at, line = roots.copy(), [roots.copy()]
    ahead = unit(unit(field(at, 0.0)) + np.reshape(stand, (-1, 1)) * normals)
    for k in range(1, points):
        share = k / (points - 1)
        ahead = unit(stiffness * ahead + (1 - stiffness) * unit(field(at, share)))
        stride = step if floor is None else step * np.where(at[:, 2] < floor, 0.03, 1.0)[:, None]
        at = at + ahead * stride
        away, nearest = obstacle.tree.query(at)
        normal = obstacle.normals[nearest]
        height = ((at - obstacle.points[nearest]) * normal).sum(1)
        wanted = lift * min(1.0, 3 * share + 0.1)
        push = np.where((height < wanted) & (away < 0.05), wanted - height, 0)
        at = at + 0.8 * push[:, None] * normal
        ahead = unit(at - line[-1])
        line.append(at.copy())
    return np.stack(line, axis=1)


def clump(
    strands: Points, rng: np.random.Generator, guides: int, amount: float, power: float = 1.3
) -> Points:
    """Draws strands to their nearest guides, more towards the tip."""
    guides = min(guides, len(strands))
    chosen = rng.choice(len(strands), guides, replace=False)
    _, nearest = cKDTree(strands[chosen, 0]).query(strands[:, 0])
    guide = strands[chosen][nearest]
    share = (np.linspace(0, 1, strands.shape[1]) ** power)[None, :, None]
    own = rng.uniform(0.5, 1.0, (len(strands), 1, 1)) * amount
    offset = strands[:, :1] - guide[:, :1]
    return strands + own * share * (guide + 0.35 * offset - strands)


def wave(
    strands: Points, rng: np.random.Generator, size: float, length: float, groups: int
) -> Points:
    """Bends strands into waves that neighbours share."""
    chosen = rng.choice(len(strands), min(groups, len(strands)), replace=False)
    _, nearest = cKDTree(strands[chosen, 0]).query(strands[:, 0])
    phase = rng.uniform(0, 2 * np.pi, (len(chosen), 2))[nearest]
    stretch = rng.uniform(0.8, 1.25, len(chosen))[nearest] / length
    steps = np.linalg.norm(np.diff(strands, axis=1), axis=2)
    way = np.concatenate([np.zeros((len(strands), 1)), np.cumsum(steps, 1)], 1)
    turn = 2 * np.pi * way * stretch[:, None]
    grown = size * np.minimum(1, way / length)
    side = np.sin(turn + phase[:, :1]) * grown
    deep = np.sin(turn + phase[:, 1:]) * grown * 0.6
    return strands + np.stack([side, deep, np.zeros_like(side)], axis=-1)


def frizz(strands: Points, rng: np.random.Generator, size: float) -> Points:
    """Gives every strand a little walk of its own."""
    return strands + np.cumsum(rng.normal(0, size, strands.shape), axis=1) * np.linspace(
        0, 1, strands.shape[1]
    ).reshape(1, -1, 1)


def coil(
    strands: Points, rng: np.random.Generator, radius: float, turn_m: float, points: int
) -> Points:
    """Winds strands into coils about their own line."""
    count, old, _ = strands.shape
    t = np.linspace(0, old - 1, points)
    low = np.minimum(t.astype(int), old - 2)
    share = (t - low)[None, :, None]
    line = strands[:, low] * (1 - share) + strands[:, low + 1] * share
    ahead = unit(np.gradient(line, axis=1))
    aside = unit(np.cross(ahead, unit(rng.normal(0, 1, (count, 1, 3)))))
    other = np.cross(ahead, aside)
    length = np.linalg.norm(np.diff(line, axis=1), axis=2).sum(1)
    turns = length / (turn_m * rng.uniform(0.8, 1.3, count))
    angle = 2 * np.pi * turns[:, None] * np.linspace(0, 1, points) + rng.uniform(0, 7, (count, 1))
    size = radius * rng.uniform(0.6, 1.3, (count, 1)) * np.minimum(1, np.linspace(0, 3, points))
    return (
        line + (size * np.cos(angle))[..., None] * aside + (size * np.sin(angle))[..., None] * other
    )


def add_strands(
    name: str,
    strands: Points,
    material,
    radius_m: float,
    tip: float = 0.2,
    moves: Moves = "neck",
):
    """Adds strands to the scene, thinner towards the tip."""
    if not len(strands):
        return None
    count, points, _ = strands.shape
    curves = bpy.data.hair_curves.new(name)
    curves.add_curves([points] * count)
    place = curves.attributes["position"]
    place.data.foreach_set("vector", np.ascontiguousarray(strands, np.float32).ravel())
    taper = radius_m * (1 - (1 - tip) * np.linspace(0, 1, points) ** 2)
    radius = curves.attributes.get("radius") or curves.attributes.new("radius", "FLOAT", "POINT")
    radius.data.foreach_set("value", np.tile(taper, count).astype(np.float32))
    thing = bpy.data.objects.new(name, curves)
    thing[MOVES] = moves
    bpy.context.collection.objects.link(thing)
    curves.materials.append(material)
    return thing


def hair_material(
    name: str,
    colour: str,
    *,
    grey: float = 0.0,
    grey_colour: str = "#b9b6b0",
    roughness: float = 0.3,
    variety: float = 0.6,
):
    """Hair of one colour, each strand a little different, some of them grey."""
    material = Material(name)
    hair = material.node("BsdfHairPrincipled", parametrization="COLOR")
    info = material.node("HairInfo")
    base = linear(colour)
    tint = material.mix(
        info.outputs["Random"], scaled(base, 1 - 0.5 * variety), scaled(base, 1 + 1.2 * variety)
    )
    if grey:
        other = material.math("FRACT", material.math("MULTIPLY", info.outputs["Random"], 17.31))
        tint = material.mix(material.math("LESS_THAN", other, grey), tint, linear(grey_colour))
    for key, value in (
        ("Color", tint),
        ("Roughness", roughness),
        ("Radial Roughness", 0.4),
        ("Random Roughness", 0.25),
        ("Coat", 0.05),
    ):
        material.set(hair, key, value)
    material.output(hair.outputs[0])
    return material.made
