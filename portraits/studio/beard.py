"""Beards and moustaches."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from studio.anatomy import Head
from studio.human import Points
from studio.meshes import smoothstep
from studio.person import Beard
from studio.strands import Obstacle, add_strands, clump, coil, frizz, grow, hair_material, sample


def add_beard(head: Head, beard: Beard, rng: np.random.Generator) -> None:
    """Adds what grows on lip, chin and cheeks."""
    material = hair_material("beard", beard.colour, grey=beard.grey, roughness=0.36)
    skin = head.points - head.between
    keep = (skin[:, 2] < 0.02) & (skin[:, 2] > -0.25)
    obstacle = Obstacle.of(head.points[keep], head.normals[keep])
    parts = {"moustache": (_moustache(head), beard.moustache_mm, 0.22)}
    if beard.style == "goatee":
        parts["goatee"] = (_goatee(head), beard.chin_mm, 0.3)
    else:
        parts["full"] = (_full(head), beard.chin_mm, 0.8)
    for name, (density, length_mm, share) in parts.items():
        if length_mm <= 0:
            continue
        count = round(beard.count * share)
        roots, normals = sample(head.points, head.normals, head.triangles, density, count, rng)
        strands = _GROWN[name](head, beard, roots, normals, length_mm / 1000, obstacle, rng)
        add_strands(name, strands, material, beard.radius_mm / 1000, 0.2, "face")


def _spread(head: Head, centre, size, *, mirror: bool = False) -> NDArray:
    """A soft spot of density about a place given from the mouth's middle, in metres."""
    total = np.zeros(len(head.points))
    for sign in (1, -1) if mirror else (1,):
        place = head.mouth + np.array(centre) * [sign, 1, 1]
        total += np.exp(-(((head.points - place) / np.array(size)) ** 2).sum(1))
    return total


def _moustache(head: Head) -> NDArray:
    gap = (head.nose[2] - head.mouth[2]) * 0.56
    at = head.points - head.mouth
    density = _spread(head, (0.013, 0, gap), (0.0125, 0.03, 0.0042), mirror=True)
    return np.clip(density * (at[:, 2] > 0.38 * gap) * (at[:, 1] < 0.03), 0, 1) ** 1.3


def _goatee(head: Head) -> NDArray:
    at = head.points - head.mouth
    density = _spread(head, (0, 0.008, -0.043), (0.021, 0.03, 0.013))
    density += 0.25 * _spread(head, (0, -0.002, -0.022), (0.007, 0.02, 0.005))
    return density**1.5 * (head.normals[:, 1] < 0.35) * (at[:, 2] < -0.017)


def _full(head: Head) -> NDArray:
    """Below a line from the ear over the cheek to the mouth, down under the jaw."""
    at = head.points - head.mouth
    across = np.abs(at[:, 0])
    line = np.interp(
        across, [0, 0.02, 0.03, 0.045, 0.06, 0.068, 0.075], [-14, -13, -2, 6, 20, 42, 62]
    )
    density = smoothstep(line / 1000 - at[:, 2], -0.003, 0.009)
    density *= smoothstep(at[:, 2], -0.082, -0.062)
    lips = (at[:, 0] / 0.030) ** 2 + ((at[:, 2] + 0.001) / 0.0135) ** 2
    density *= (lips > 1) * (at[:, 1] < 0.105) * (across < 0.070)  # not on the ears
    soul = np.exp(-((at[:, 0] / 0.006) ** 2) - ((at[:, 2] + 0.018) / 0.005) ** 2)
    bare = (across < 0.024) & (across > 0.006) & (at[:, 2] > -0.024)
    return np.clip(density * np.where(bare, 0.25, 1) + 0.3 * soul * (lips > 1), 0, 1)


def _grow_moustache(head: Head, beard: Beard, roots, normals, length, obstacle, rng) -> Points:
    side = np.sign(roots[:, 0])
    jitter = rng.normal(0, 0.12, roots.shape)
    turn = 0.016 if beard.style == "goatee" else 0.022

    def field(points: Points, share: float) -> Points:
        away = np.abs(points[:, 0])
        out = side * (1 - 0.9 * smoothstep(away, turn, turn + 0.02))
        deep = 0.25 * smoothstep(away, 0.012, 0.03) - 0.2
        down = -0.55 - 1.3 * smoothstep(away, turn, turn + 0.018)
        return np.stack([out, deep, down], axis=1) + jitter

    grown = length * rng.uniform(0.55, 1.05, len(roots)) * (0.55 + 18 * np.abs(roots[:, 0]))
    strands = grow(
        roots,
        normals,
        field,
        grown,
        obstacle,
        points=16,
        lift=np.full(len(roots), 0.0016),
        stand=0.25,
        stiffness=0.7,
    )
    return _dressed(strands, beard, rng, 60)


def _grow_goatee(head: Head, beard: Beard, roots, normals, length, obstacle, rng) -> Points:
    jitter = rng.normal(0, 0.10, roots.shape)
    goal = roots[:, 0] * 0.15

    def field(points: Points, share: float) -> Points:
        deep = -0.28 * (1 - share) + 0.10 * share + 0 * goal
        return np.stack([(goal - points[:, 0]) * 9, deep, -1 + 0 * goal], axis=1) + jitter

    grown = length * rng.beta(2.2, 1.3, len(roots)) * (1.1 - 18 * np.abs(roots[:, 0]))
    strands = grow(
        roots,
        normals,
        field,
        np.clip(grown, 0.01, None),
        obstacle,
        points=24,
        lift=np.full(len(roots), 0.004),
        stand=0.35,
        stiffness=0.75,
    )
    return _dressed(strands, beard, rng, 26)


def _grow_full(head: Head, beard: Beard, roots, normals, length, obstacle, rng) -> Points:
    at = roots - head.mouth
    jitter = rng.normal(0, 0.22, roots.shape)
    chin = np.exp(-((at[:, 0] / 0.030) ** 2)) * smoothstep(-at[:, 2], 0.012, 0.035)
    grown = (beard.cheek_mm / 1000 * (1 - chin) + length * chin) * rng.uniform(0.6, 1.1, len(roots))
    grown *= 0.35 + 0.65 * smoothstep(-at[:, 2] + 0.03, -0.02, 0.05)

    def field(points: Points, share: float) -> Points:
        side = np.sign(points[:, 0]) * (0.30 - 0.35 * share) * (1 - chin)
        return np.stack([side, 0.12 - 0.25 * chin, -1 + 0 * side], axis=1) + jitter

    strands = grow(
        roots,
        normals,
        field,
        grown,
        obstacle,
        points=14,
        lift=0.0015 + 0.004 * rng.random(len(roots)),
        stand=0.75,
        stiffness=0.7,
    )
    return _dressed(strands, beard, rng, 500)


_GROWN = {"moustache": _grow_moustache, "goatee": _grow_goatee, "full": _grow_full}


def _dressed(strands: Points, beard: Beard, rng: np.random.Generator, guides: int) -> Points:
    if beard.coil_mm:
        return coil(strands, rng, beard.coil_mm / 1000, 0.004, 30)
    return frizz(clump(strands, rng, guides, 0.45), rng, 0.00015)
