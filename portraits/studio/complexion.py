"""What time and weather paint on a face: lines, redness, spots, creases of the lips."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from studio.anatomy import Head
from studio.chart import MM, SIZE, Chart, blot, grain, stroke
from studio.person import Skin


@dataclass
class Layers:
    """Painted on the chart; each of shape (SIZE, SIZE).

    Attributes:
        height: Millimetres over the smooth skin.
        flush: Redness 0..1.
        spots: Brown 0..1.
        shade: Darkness and thinness of the skin under the eyes and in its lines, 0..1.
        pores: How coarse the pores are, 0..1.
        shine: How oily, 0..1.
        pits: Where a pore is, 0 and up.
        stubble: Where a beard would grow, 0..1.
        creases: Of the lips, millimetres.
    """

    height: NDArray
    flush: NDArray
    spots: NDArray
    shade: NDArray
    pores: NDArray
    shine: NDArray
    pits: NDArray
    stubble: NDArray
    creases: NDArray


def paint(head: Head, chart: Chart, skin: Skin, rng: np.random.Generator) -> Layers:
    """Paints a complexion."""
    layers = Layers(*(np.zeros((SIZE, SIZE), np.float32) for _ in range(9)))
    _regions(layers, head, chart, skin)
    _beard_shadow(layers, head, chart)
    _lines(layers, head, chart, skin.lines, rng)
    _fine_net(layers, skin, rng)
    _spots(layers, head, chart, skin, rng)
    _lip_creases(layers, head, chart, skin.lines, rng)
    return layers


def _regions(layers: Layers, head: Head, chart: Chart, skin: Skin) -> None:
    """Where blood, fat and pores are."""
    nose = (head.nose - head.between) * 1000
    mouth = (head.mouth - head.between) * 1000
    for x, z, rx, rz, flush, pores, shine in (
        (0, nose[2], 11, 9, 0.75, 0.9, 0.8),
        (0, nose[2] + 16, 9, 16, 0.25, 0.6, 0.6),
        (13, nose[2] - 2, 6, 8, 0.7, 1.0, 0.4),
        (40, nose[2] + 3, 19, 14, 0.8, 0.6, 0.15),
        (33, nose[2] - 4, 15, 16, 0.3, 0.8, 0.2),
        (0, 45, 34, 18, 0.15, 0.35, 0.7),
        (0, mouth[2] - 27, 15, 10, 0.4, 0.5, 0.35),
        (0, mouth[2] + 12, 16, 6, 0.2, 0.3, 0.1),
    ):
        for sign in (1, -1) if x else (1,):
            for centre in chart.frontal(np.array([sign * x]), np.array([z])):
                blot(layers.flush, centre, (rx, rz), flush)
                blot(layers.pores, centre, (rx, rz), pores)
                blot(layers.shine, centre, (rx, rz), shine)
    for eye in head.eyes:
        centre = (eye.centre - head.between) * 1000
        for dx, dz, rx, rz, amount in (
            (-3, -15, 13, 5.5, 0.7),
            (-9, -11, 6, 5, 0.6),
            (4, 10, 16, 6, 0.4),
        ):
            x = centre[0] + eye.side * dx
            for spot in chart.frontal(np.array([x]), np.array([centre[2] + dz])):
                blot(layers.shade, spot, (rx, rz), amount * skin.under_eye)


def _beard_shadow(layers: Layers, head: Head, chart: Chart) -> None:
    mouth = (head.mouth - head.between) * 1000
    for x, z, rx, rz, amount in (
        (0, mouth[2] + 13, 22, 5.5, 0.9),
        (0, mouth[2] - 33, 34, 17, 1.0),
        (44, mouth[2] - 14, 15, 26, 0.8),
        (0, mouth[2] - 17, 9, 5, 0.4),
    ):
        for sign in (1, -1) if x else (1,):
            for centre in chart.frontal(np.array([sign * x]), np.array([z])):
                blot(layers.stubble, centre, (rx, rz), amount)
    np.clip(layers.stubble, 0, 1, out=layers.stubble)


def _lines(layers: Layers, head: Head, chart: Chart, age: float, rng: np.random.Generator) -> None:
    """Wrinkles, from hardly there to deep with age 0..1."""

    def line(x_mm, z_mm, width: float, depth: float) -> None:
        pixels = chart.frontal(np.asarray(x_mm, float), np.asarray(z_mm, float))
        if len(pixels) < 3:
            return
        t = np.linspace(0, 1, len(pixels))
        fade = np.sin(np.pi * np.clip(t * 0.96 + 0.02, 0, 1)) ** 0.7
        broken = np.clip(1 + 0.5 * np.sin(rng.uniform(0, 7) + t * rng.uniform(8, 18)), 0.2, 1.3)
        stroke(layers.height, pixels, width, -depth * fade * broken)
        stroke(
            layers.height,
            pixels + np.array([0, 1.1 * width * 6.0]),
            width * 1.3,
            0.45 * depth * fade,
        )
        stroke(layers.shade, pixels, width * 0.9, min(0.8, 1.1 * depth) * fade)

    depth = 0.05 + 0.36 * age
    for k in range(3 + round(3 * age)):
        height = 34 + 7.5 * k + rng.normal(0, 1)
        arch = rng.uniform(0.5, 2.5)
        for _ in range(2 + round(2 * age)):  # a line is of pieces that overlap
            middle, reach = rng.normal(0, 20), rng.uniform(9, 24)
            x = np.linspace(max(middle - reach, -48), min(middle + reach, 48), 70)
            sway = sum(
                size * np.sin(x / wave + rng.uniform(0, 7))
                for size, wave in ((0.9, 11), (0.4, 4.5), (0.2, 2.0))
            )
            z = height + sway + arch * np.exp(-((x / 15) ** 2)) - 0.0035 * x**2
            line(x, z + rng.normal(0, 0.7), rng.uniform(0.6, 1.0), depth * rng.uniform(0.3, 0.8))
    for sign in (1, -1):
        x = sign * (5 + np.linspace(0, 1, 20) * 1.5)
        line(x, np.linspace(8, 28, 20), 0.7, depth * 0.6 * age)
    for eye in head.eyes:
        outer = (eye.outer_corner - head.between) * 1000
        inner = (eye.inner_corner - head.between) * 1000
        for _ in range(3 + round(4 * age)):
            angle = np.radians(rng.uniform(-38, 34))
            reach = np.linspace(0, rng.uniform(9, 13 + 10 * age), 30)
            bend = -0.018 * np.sign(angle) * reach**2 * 0.6
            x = outer[0] + eye.side * (4 + reach * np.cos(angle))
            line(
                x,
                outer[2] + reach * np.sin(angle) + bend,
                0.45,
                depth * rng.uniform(0.35, 0.7) * (0.25 + age),
            )
        for k in range(2 + round(3 * age)):
            t = np.linspace(0.05, 0.95, 40)
            x = inner[0] + (outer[0] - inner[0]) * t
            low = 8 + 3.2 * k + rng.normal(0, 0.5)
            z = inner[2] + (outer[2] - inner[2]) * t - low * np.sin(np.pi * (0.12 + 0.8 * t))
            line(x, z, 0.5 + 0.1 * k, depth * rng.uniform(0.35, 0.65) * (0.3 + age))
    mouth = (head.mouth - head.between) * 1000
    nose = (head.nose - head.between) * 1000
    for sign in (1, -1):
        t = np.linspace(0, 1, 50)
        x = sign * (17 + 15 * t**0.8 + 3 * np.sin(np.pi * t))
        line(x, nose[2] + 3 - (nose[2] - mouth[2] + 6) * t, 1.5, depth * (0.25 + 0.9 * age))
        x = sign * (28 + 2 * t)
        line(x, mouth[2] - 4 - 20 * t, 1.1, depth * 0.9 * age)
    for _ in range(round(14 * max(0, age - 0.35))):
        x0 = rng.uniform(-22, 22)
        t = np.linspace(0, 1, 20)
        line(x0 * (1 + 0.15 * t), mouth[2] + 9 + 7 * t, 0.4, depth * 0.45)
    for k in range(3):
        x = np.linspace(-45, 45, 60)
        line(x, mouth[2] - 78 - 15 * k + 0.006 * x**2, 0.9, depth * (0.35 + 0.5 * age))


def _fine_net(layers: Layers, skin: Skin, rng: np.random.Generator) -> None:
    """Pores, the net of tiny lines that skin has everywhere, and crinkles with age."""
    age = skin.lines
    pits = np.clip(grain(rng, 0.55) - 0.9, 0, 1.6)
    layers.height -= 0.055 * skin.pores * (0.2 + layers.pores) * pits
    layers.pits = pits * (0.2 + layers.pores) * skin.pores
    net = np.abs(grain(rng, 1.0, 0.6)) + np.abs(grain(rng, 0.6, 1.0))
    layers.height += (0.014 + 0.012 * age) * (np.minimum(net, 2.0) - 1)
    layers.height += 0.012 * grain(rng, 0.3)
    crepe = np.abs(grain(rng, 5.0, 1.0)) + np.abs(grain(rng, 1.3, 4.0))
    layers.height += 0.035 * age**1.5 * (np.minimum(crepe, 1.6) - 1)
    layers.height += (0.025 + 0.06 * age) * grain(rng, 6.0)
    layers.flush += 0.10 * grain(rng, 6.0) + 0.05 * grain(rng, 2.2)


def _spots(layers: Layers, head: Head, chart: Chart, skin: Skin, rng: np.random.Generator) -> None:
    """Freckles where the sun comes, age spots at temples and cheeks, moles anywhere."""

    def place(x_mm: float, z_mm: float):
        found = chart.frontal(np.array([x_mm]), np.array([z_mm]))
        return found[0] if len(found) else None

    nose_z = (head.nose[2] - head.between[2]) * 1000
    for _ in range(round(420 * skin.freckles)):
        spot = place(rng.normal(0, 34), nose_z + 6 + rng.normal(0, 15))
        if spot is not None:
            size = rng.uniform(0.35, 0.95)
            blot(layers.spots, spot, (size, size * rng.uniform(0.7, 1.2)), rng.uniform(0.12, 0.45))
    for _ in range(skin.spots):
        sign = rng.choice((-1, 1))
        spot = place(sign * rng.uniform(34, 66), rng.uniform(-50, 62))
        if spot is None:
            continue
        size, amount = rng.uniform(1.0, 2.6), rng.uniform(0.15, 0.38)
        for _ in range(5):
            shift = rng.normal(0, size * 4, 2)
            blot(layers.spots, spot + shift, (size * 0.8, size * 0.7), amount * 0.5)
    for _ in range(skin.moles):
        spot = place(rng.choice((-1, 1)) * rng.uniform(14, 52), rng.uniform(-95, -20))
        if spot is not None:
            size = rng.uniform(0.5, 0.9)
            blot(layers.spots, spot, (size, size), rng.uniform(0.5, 0.95))
            blot(layers.height, spot, (size, size), 0.12)
    np.clip(layers.spots, 0, 1, out=layers.spots)


def _lip_creases(
    layers: Layers, head: Head, chart: Chart, age: float, rng: np.random.Generator
) -> None:
    """Fine upright creases of the lips."""
    column, row = (chart.pixel(head.mouth)[0]).astype(int)
    creases = np.minimum(np.abs(grain(rng, 0.8, 8.0)), 1.2) + 0.5 * np.abs(grain(rng, 0.45, 5.0))
    near = np.s_[
        max(0, row - int(22 * MM)) : row + int(22 * MM),
        max(0, column - int(38 * MM)) : column + int(38 * MM),
    ]
    layers.creases[near] = (0.09 + 0.05 * age) * (creases[near] - 1)
