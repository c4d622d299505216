"""Brows and lashes, strand by strand."""

from __future__ import annotations

import math

import numpy as np

from studio.anatomy import Eye, Head
from studio.meshes import smoothstep, unit
from studio.person import Brows, Eyes
from studio.strands import add_strands, hair_material


def add_brows(head: Head, brows: Brows, rng: np.random.Generator) -> None:
    """Adds both brows, combed up by the nose and outwards beyond."""
    material = hair_material("brow", brows.colour, grey=brows.grey, roughness=0.4, variety=0.5)
    strands = [
        strand
        for eye in head.eyes
        for _ in range(brows.count)
        if (strand := _brow_hair(head, eye, brows, rng)) is not None
    ]
    radius = brows.radius_mm / 1000
    add_strands("brows", np.array(strands), material, radius, tip=0.15, moves="face")


def _brow_hair(head: Head, eye: Eye, brows: Brows, rng: np.random.Generator):
    along = rng.beta(1.05, 1.15)
    off = float(np.clip(rng.normal(0, 0.5), -1.3, 1.3))
    thick = brows.thick_mm * (1.1 - 0.72 * along**1.6) * (0.6 + 0.4 * smoothstep(along, 0, 0.18))
    if along < 0.1 and rng.random() > 0.35 + 6 * along:
        return None  # the head of a brow is thin
    x = brows.start_mm + (brows.end_mm - brows.start_mm) * along + rng.normal(0, 0.5)
    rise = brows.arch_mm * math.sin(min(1.0, along / 0.66) * math.pi / 2)
    fall = brows.drop_mm * max(0.0, along - 0.6) ** 1.4 * 3.0
    z = brows.height_mm + rise - fall + thick * off
    root = head.at(eye.side * x / 1000, z / 1000)
    if root is None:
        return None
    normal = head.normal_at(root)
    tilt = 1.15 * (1 - along) ** 2.2 + 0.12 - 0.5 * along
    tilt += -0.45 * off * (0.25 + 0.75 * along) + rng.normal(0, 0.13)
    ahead = np.array([eye.side * math.cos(tilt), 0.0, math.sin(tilt)])
    ahead = unit(ahead - normal * (ahead @ normal))
    length = brows.length_mm / 1000 * rng.uniform(0.45, 1.1) * (1 - 0.3 * along)
    t = np.linspace(0, 1, 7)[:, None]
    bend = np.array([eye.side * 0.5, 0.0, -0.45 * np.sign(off) - 0.25])
    stand = rng.uniform(0.12, 0.30)
    arch = stand * t * (1 - 0.75 * t) * normal
    return root - 0.0003 * normal + length * (t * ahead + arch + 0.22 * t**2 * bend)


def add_lashes(head: Head, eyes: Eyes, rng: np.random.Generator) -> None:
    """Adds the lashes of all four lids, in small tufts that meet at their tips."""
    material = hair_material("lash", eyes.lash_colour, roughness=0.35, variety=0.2)
    for eye in head.eyes:
        upper = _lid(eye, eye.upper, 1, eyes.lash_mm, eyes.lash_count, rng)
        lower = _lid(eye, eye.lower, -1, eyes.lash_mm * 0.42, eyes.lash_count // 2, rng)
        add_strands(f"upper lashes{eye.side}", upper, material, 0.000055, 0.15, "lid")
        add_strands(f"lower lashes{eye.side}", lower, material, 0.000034, 0.15, "lid")
        if eyes.liner:
            line = eye.upper[3:][None] + np.array([0, -0.0002, -0.0001])
            add_strands(f"liner{eye.side}", line, material, eyes.liner / 1000, 0.5, "lid line")


def _lid(eye: Eye, roots, up: int, length_mm: float, count: int, rng: np.random.Generator):
    at = np.sort(rng.uniform(0.05, 0.99, count))
    index = np.arange(len(roots)) / (len(roots) - 1)
    base = np.stack([np.interp(at, index, roots[:, k]) for k in range(3)], axis=1)
    tufts = np.sort(rng.uniform(0, 1, count // 4))
    pulled = at + 0.55 * (tufts[np.abs(at[:, None] - tufts[None]).argmin(1)] - at)
    spread = eye.side * 1.15 * (pulled - 0.38)
    ahead = unit(np.stack([spread, -np.ones(count), np.full(count, -0.42 * up)], axis=1))
    ahead = ahead + rng.normal(0, 0.06, (count, 3))
    curl = np.array([0.0, -0.1, float(up)]) * (0.66 if up > 0 else 0.35)
    size = 0.55 + 0.5 * np.sin(np.pi * np.minimum(1, 0.15 + 0.75 * at))
    length = length_mm / 1000 * size * rng.uniform(0.6, 1.1, count)
    t = np.linspace(0, 1, 8)[None, :, None]
    path = t * ahead[:, None] + t**1.8 * curl
    return base[:, None] + length[:, None, None] * path
