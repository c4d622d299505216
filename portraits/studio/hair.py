"""Hair of the head: where it grows, and how each style lies."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
from numpy.typing import NDArray

from studio.anatomy import Head
from studio.human import Points
from studio.meshes import smoothstep, unit
from studio.person import Hair
from studio.strands import (
    Obstacle,
    add_strands,
    clump,
    coil,
    frizz,
    grow,
    hair_material,
    sample,
    wave,
)

_LINE_DEPTH = [-0.03, 0.0, 0.012, 0.03, 0.05, 0.065, 0.075, 0.09, 0.105, 0.15, 0.2]
_LINE_HEIGHT = [0.069, 0.067, 0.058, 0.043, 0.026, 0.006, -0.012, 0.0, -0.03, -0.075, -0.09]
_EAR_X = 0.077


def add_hair(head: Head, hair: Hair, rng: np.random.Generator) -> None:
    """Adds a head of hair in its style."""
    density = scalp(head, hair, head.points)
    strands = _STYLES[hair.style](head, hair, density, rng)
    material = hair_material(
        "hair",
        hair.colour,
        grey=hair.grey,
        grey_colour=hair.grey_colour,
        roughness=hair.roughness,
    )
    add_strands("hair", strands, material, hair.radius_mm / 1000, tip=0.35)
    _add_flyaways(strands, hair, material, rng)


def scalp(head: Head, hair: Hair, points: Points) -> NDArray:
    """How densely hair grows at points of the head, 0..1, thin along the hairline."""
    at = points - head.between
    across = np.abs(at[:, 0])
    aside = hair.temple_forward_mm / 1000 * smoothstep(across, 0.050, 0.066)
    line = np.interp(at[:, 1] + aside, _LINE_DEPTH, _LINE_HEIGHT) + hair.hairline_mm / 1000
    recess = smoothstep(across, 0.014, 0.040) * (1 - smoothstep(across, 0.045, 0.062))
    line = line + hair.temple_mm / 1000 * recess * (at[:, 1] < 0.03)
    ripple = 0.0022 * np.sin(across * 420 + 1) + 0.0015 * np.sin(across * 990)
    density = smoothstep(at[:, 2] - line - ripple, -0.003, 0.008) * (at[:, 2] > -0.11)
    ear = (across > _EAR_X) & (at[:, 2] < 0.03)
    crown = np.exp(-(((at - [0, 0.09, 0.125]) / [0.055, 0.075, 0.06]) ** 2).sum(1))
    return np.where(ear, 0, density * (1 - hair.thinning * crown))


def _obstacle(head: Head, *, ears: bool) -> Obstacle:
    at = head.points - head.between
    keep = at[:, 2] > -0.3
    if not ears:
        keep &= ~((np.abs(at[:, 0]) > 0.072) & (at[:, 2] < 0.035) & (at[:, 2] > -0.06))
    return Obstacle.of(head.points[keep], head.normals[keep])


def _roots(head: Head, density: NDArray, count: int, rng: np.random.Generator):
    return sample(head.points, head.normals, head.triangles, density, count, rng)


def _finished(strands: Points, hair: Hair, rng: np.random.Generator) -> Points:
    if hair.wave_mm:
        strands = wave(strands, rng, hair.wave_mm / 1000, hair.wave_length_mm / 1000, 260)
    strands = clump(strands, rng, hair.clumps, hair.clump_share)
    strands = clump(strands, rng, hair.clumps * 6, 0.35 * hair.clump_share)
    return frizz(strands, rng, 0.00035 * hair.frizz)


def _short(head: Head, hair: Hair, density: NDArray, rng: np.random.Generator) -> Points:
    """Short sides, the top combed aside and back from a parting."""
    roots, normals = _roots(head, density, hair.count, rng)
    at = roots - head.between
    top = smoothstep(normals[:, 2], 0.3, 0.75)
    part = hair.part_mm / 1000
    side = np.where(at[:, 0] > part + rng.normal(0, 0.001, len(at)), 1.0, -1.0)
    back = smoothstep(at[:, 1], 0.02, 0.12)
    jitter = rng.normal(0, 0.16, roots.shape)
    sign = np.sign(at[:, 0])

    def field(points: Points, share: float) -> Points:
        edge = smoothstep(np.abs(points[:, 0]), 0.035, 0.066)
        down_too = 0.1 - 0.8 * share - 1.3 * edge
        over = np.stack([side * 0.55 * (1 - edge), 0.8 + 0.5 * back, down_too], axis=1)
        down = np.stack([0.12 * sign, 0.45 + 0 * back, -1.0 + 0 * back], axis=1)
        return over * top[:, None] + down * (1 - top)[:, None] + jitter

    low = smoothstep(at[:, 2], -0.03, 0.06)
    length = hair.side_mm * (0.25 + 0.75 * low) * (1 - top) + hair.length_mm * top
    length = length / 1000 * rng.uniform(0.7, 1.05, len(at))
    near_part = 0.6 * np.exp(-(((at[:, 0] - part) / 0.004) ** 2)) * top
    lift = (0.0012 + 0.7 * hair.volume_mm / 1000 * top * rng.random(len(at))) * (
        1 - 0.8 * near_part
    )
    stand = 0.2 + 0.5 * top * hair.volume_mm / 12 * (1 - 0.7 * near_part)
    strands = grow(
        roots,
        normals,
        field,
        length,
        _obstacle(head, ears=True),
        points=16,
        lift=lift,
        stand=stand,
        stiffness=0.72,
    )
    return _finished(strands, hair, rng)


def _long(head: Head, hair: Hair, density: NDArray, rng: np.random.Generator) -> Points:
    """From a side parting over the ears down to a hem."""
    roots, normals = _roots(head, density, hair.count, rng)
    between = head.between
    part = hair.part_mm / 1000
    side = np.where(roots[:, 0] > part + rng.normal(0, 0.0012, len(roots)), 1.0, -1.0)
    hem = between[2] + hair.hem_mm / 1000
    layer = rng.beta(1.3, 1.6, len(roots))
    near_part = np.exp(-(((roots[:, 0] - part) / 0.012) ** 2))
    lift = 0.004 + hair.volume_mm / 1000 * layer * (1 - 0.45 * near_part)
    floor = hem + rng.normal(0, 0.007, len(roots)) - 0.010 * layer
    jitter = rng.normal(0, 0.05, roots.shape)

    def field(points: Points, share: float) -> Points:
        at = points - between
        across = np.abs(points[:, 0])
        behind = smoothstep(at[:, 1], 0.10, 0.15)
        down_share = np.maximum(smoothstep(across, 0.046, 0.074), behind)[:, None]
        front = smoothstep(-at[:, 1], -0.09, -0.01)
        low = smoothstep(hem - points[:, 2], -0.05, 0.01)
        down = np.stack(
            [
                side * (-0.10 * (1 - behind) - 0.42 * low),
                0.10 * front - 0.04 * low - 0.1 * behind,
                -np.ones(len(points)),
            ],
            axis=1,
        )
        over = np.stack(
            [side, 0.04 + 0.16 * front, -0.38 - 0.7 * smoothstep(across, 0.02, 0.055)], axis=1
        )
        way = over * (1 - down_share) + down * down_share
        inward = smoothstep(-at[:, 1], -0.06, -0.02) * smoothstep(-across, -0.076, -0.062)
        inward = inward * smoothstep(-at[:, 2], -0.055, -0.02)
        way[:, 0] += side * inward
        way[:, 1] += 0.5 * inward
        return way + jitter

    strands = grow(
        roots,
        normals,
        field,
        np.full(len(roots), 0.27 - hair.hem_mm / 1000 * 0.9),
        _obstacle(head, ears=False),
        points=48,
        lift=lift,
        stand=0.10 + 0.012 * hair.volume_mm,
        stiffness=0.45,
        floor=floor,
    )
    halves = [_finished(strands[side == k], hair, rng) for k in (-1, 1)]
    strands = np.concatenate(halves)
    at = strands - between
    across = np.abs(at[..., 0])
    on_face = (at[..., 2] < -0.075) & (across < 0.056) & (at[..., 1] < 0.09)
    on_face |= (at[..., 2] < 0.03) & (across < 0.056) & (at[..., 1] < 0.03)
    reach = across.max(1)
    return strands[~on_face.any(1) & (reach < np.percentile(reach, 99.5) + 0.004)]


def _swept(head: Head, hair: Hair, density: NDArray, rng: np.random.Generator) -> Points:
    """Drawn back over the head to a knot, whose windings are added."""
    roots, normals = _roots(head, density, hair.count, rng)
    between = head.between
    knot = between + np.array(hair.bun or (0, 175, 60)) / 1000
    part = hair.part_mm / 1000
    side = np.where(roots[:, 0] > part, 1.0, -1.0)
    jitter = rng.normal(0, 0.05, roots.shape)

    def field(points: Points, share: float) -> Points:
        to_knot = unit(knot - points)
        front = smoothstep(-(points[:, 1] - between[1]), -0.06, 0.0) * (1 - share)
        aside = np.stack([side * 0.8 * front, 0 * front, 0.35 * front], axis=1)
        return to_knot + aside + jitter

    distance = np.linalg.norm(roots - knot, axis=1)
    strands = grow(
        roots,
        normals,
        field,
        distance * 1.08,
        _obstacle(head, ears=True),
        points=30,
        lift=0.002 + hair.volume_mm / 1000 * rng.random(len(roots)),
        stand=0.08 + 0.05 * hair.volume_mm,
        stiffness=0.55,
    )
    strands = _finished(strands, hair, rng)
    return strands if hair.bun is None else np.concatenate([strands, _knot(knot, hair, rng)])


def _knot(centre: Points, hair: Hair, rng: np.random.Generator, points: int = 30) -> Points:
    """Strands wound to a ball."""
    count = hair.count // 5
    lock = rng.integers(0, 14, count)
    axis = unit(rng.normal(0, 1, (14, 3)) + np.array([0, 1.2, 0.4]))[lock]
    axis = unit(axis + rng.normal(0, 0.06, axis.shape))
    first = unit(np.cross(axis, np.array([0.3, 0.2, 1.0])))
    second = np.cross(axis, first)
    start = rng.uniform(0, 2 * np.pi, (count, 1))
    angle = start + np.linspace(0, 3.3, points)[None]
    tilt = rng.normal(0, 0.35, (14,))[lock] + rng.normal(0, 0.05, count)
    radius = 0.030 * (1 + 0.09 * rng.random((count, 1))) * np.ones_like(angle)
    ring = (np.cos(angle) * np.cos(tilt)[:, None])[..., None] * first[:, None]
    ring = ring + (np.sin(angle) * np.cos(tilt)[:, None])[..., None] * second[:, None]
    ring = ring + np.sin(tilt)[:, None, None] * axis[:, None]
    return centre + radius[..., None] * ring * np.array([1.15, 0.9, 0.9])


def _coils(head: Head, hair: Hair, density: NDArray, rng: np.random.Generator) -> Points:
    """Tight coils that stand from the head."""
    roots, normals = _roots(head, density, hair.count, rng)
    jitter = rng.normal(0, 0.45, roots.shape)
    outward = unit(normals + jitter + np.array([0, 0.05, 0.25]))
    low = smoothstep(roots[:, 2] - head.between[2], -0.02, 0.07)
    length = (hair.side_mm + (hair.length_mm - hair.side_mm) * low) / 1000
    length = length * rng.uniform(0.6, 1.1, len(roots))
    line = (
        np.linspace(0, 1, 8)[None, :, None] * (outward * length[:, None])[:, None] + roots[:, None]
    )
    line = clump(line, rng, hair.clumps, hair.clump_share)
    return coil(line, rng, 0.0012, 0.0042, 36)


def _fringe(head: Head, hair: Hair, density: NDArray, rng: np.random.Generator) -> Points:
    """From the crown all around, a fringe over the forehead."""
    roots, normals = _roots(head, density, hair.count, rng)
    at = roots - head.between
    between = head.between
    crown = between + np.array([0.012, 0.105, 0.13])
    front = smoothstep(-at[:, 1], -0.085, -0.02)
    jitter = rng.normal(0, 0.13, roots.shape)
    lean = 0.30 * np.sin(at[:, 0] * 50 + 1)

    def field(points: Points, share: float) -> Points:
        away = points - crown
        away[:, 2] *= 0.3
        way = unit(away)
        way[:, :2] *= 1 - 0.9 * share
        way[:, 2] -= 0.55 + 1.5 * share
        way[:, 0] += (0.35 + lean) * front
        beside = smoothstep(np.abs(points[:, 0]), 0.050, 0.074) * (1 - front)
        sunk = smoothstep(between[2] + 0.03 - points[:, 2], 0.0, 0.04)
        way[:, 0] *= 1 - beside
        way[:, 0] -= (0.1 + 0.3 * sunk) * np.sign(points[:, 0]) * beside
        return way + jitter

    goal = between[2] + np.where(front > 0.5, 0.034, -0.024)
    goal = goal + rng.normal(0, 0.006, len(roots))
    length = hair.length_mm / 1000 * rng.uniform(0.7, 1.05, len(roots))
    strands = grow(
        roots,
        normals,
        field,
        length,
        _obstacle(head, ears=True),
        points=24,
        lift=0.002 + hair.volume_mm / 1000 * rng.random(len(roots)),
        stand=0.12,
        stiffness=0.5,
        floor=goal,
    )
    return _finished(strands, hair, rng)


def _under_hat(head: Head, hair: Hair, density: NDArray, rng: np.random.Generator) -> Points:
    """Combed up at the temples; a hat hides the rest."""
    height = head.points[:, 2] - head.between[2]
    density = density * (height < 0.1) * (height > -0.03)
    roots, normals = _roots(head, density, hair.count, rng)
    jitter = rng.normal(0, 0.07, roots.shape)

    def field(points: Points, share: float) -> Points:
        inward = -0.2 * np.sign(points[:, 0]) * smoothstep(np.abs(points[:, 0]), 0.03, 0.07)
        return np.stack([inward, 0.8 + 0 * inward, 0.8 + 0 * inward], axis=1) + jitter

    strands = grow(
        roots,
        normals,
        field,
        rng.uniform(0.05, 0.075, len(roots)),
        _obstacle(head, ears=True),
        points=14,
        lift=0.0016 + 0.0018 * rng.random(len(roots)),
        stand=0.05,
        stiffness=0.5,
    )
    return frizz(strands, rng, 0.0001)


_STYLES: dict[str, Callable[..., Points]] = {
    "short": _short,
    "long": _long,
    "swept": _swept,
    "coils": _coils,
    "fringe": _fringe,
    "under hat": _under_hat,
}


def _add_flyaways(strands: Points, hair: Hair, material, rng: np.random.Generator) -> None:
    count = min(len(strands), round(260 * hair.frizz))
    loose = strands[rng.choice(len(strands), count, replace=False)]
    walk = np.cumsum(rng.normal(0, 0.0006, loose.shape), axis=1)
    walk = np.cumsum(walk, axis=1) * 0.25 * min(1.0, (16 / loose.shape[1]) ** 1.5)
    add_strands("flyaways", loose + walk, material, hair.radius_mm / 2200, tip=0.3)
