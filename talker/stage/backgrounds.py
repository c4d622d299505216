"""Backgrounds drawn by a theme: paper, a studio, plain light."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from talker.stage.paper import Field, grain
from talker.stage.theme import Theme

Light = NDArray[np.floating]
"""RGB from 0 to 255, shape (height, width, 3)."""


def draw_background(theme: Theme, size: tuple[int, int], seed: int = 0) -> NDArray[np.uint8]:
    """The theme's own background.

    Args:
        theme: Its colours and manner.
        size: Width and height in pixels.
        seed: Of its chance; the same seed gives the same picture.

    Returns:
        uint8 RGB, shape (height, width, 3).
    """
    picture = _gradient(theme, size)
    if theme.ground == "paper":
        picture = _paper(picture, theme, seed)
    elif theme.ground == "studio":
        picture = _studio(picture, theme, seed)
    else:
        picture = _lit(picture, 0.5, 0.38, 26, 0.95)
    # Noise of one step breaks the bands that a slow gradient has in eight bits.
    chance = np.random.default_rng(seed)
    picture += chance.random((*picture.shape[:2], 1), np.float32) - 0.5
    return np.clip(np.round(picture), 0, 255).astype(np.uint8)


def _gradient(theme: Theme, size: tuple[int, int]) -> Light:
    colours = theme.colours.background
    first, last = np.array(colours[0], np.float32), np.array(colours[-1], np.float32)
    down = np.linspace(0, 1, size[1], dtype=np.float32)[:, None, None]
    return np.repeat(first * (1 - down) + last * down, size[0], axis=1)


def _lit(picture: Light, across: float, down: float, strength: float, reach: float) -> Light:
    """Light around a point, and shade in the corners."""
    away = _distance(picture, across, down) / reach
    glow = np.exp(-2.2 * away**2) - 0.35 * np.clip(away, 0, 1.4)
    return picture + strength * glow[..., None]


def _distance(picture: Light, across: float, down: float) -> Field:
    """From a point, in the longer side."""
    height, width = picture.shape[:2]
    side = max(height, width)
    x = (np.arange(width, dtype=np.float32) + 0.5 - across * width) / side
    y = (np.arange(height, dtype=np.float32) + 0.5 - down * height) / side
    return np.hypot(x[None], y[:, None])


def _paper(picture: Light, theme: Theme, seed: int) -> Light:
    """Rice paper with a wash of far hills."""
    height, width = picture.shape[:2]
    unit = min(width, height)
    picture = _lit(picture, 0.5, 0.42, 9, 0.8)
    clouds = grain((width, height), seed + 1, unit * 0.3)[..., None] - 0.5
    fibres = _fibres((width, height), seed + 2, unit)[..., None]
    picture += 9 * clouds + 5 * fibres
    ink = np.array(theme.colours.muted, np.float32)
    for number, (top, strength) in enumerate(((0.68, 0.13), (0.76, 0.17), (0.85, 0.22))):
        wash = _ridge((width, height), seed + 10 + number, top) * strength
        picture = picture * (1 - wash[..., None]) + ink * wash[..., None]
    return picture


def _fibres(size: tuple[int, int], seed: int, unit: int) -> Field:
    """Long and fine in one direction, as a paper screen leaves them."""
    import cv2

    chance = np.random.default_rng(seed)
    noise = chance.standard_normal((size[1], size[0]), np.float32)
    along = max(0.6, unit * 0.006)
    soft = np.asarray(cv2.GaussianBlur(noise, (0, 0), along, sigmaY=0.7), np.float32)
    return soft / max(1e-6, float(soft.std())) * 0.5


def _ridge(size: tuple[int, int], seed: int, top: float) -> Field:
    """A hill's wash: dark at its edge, lost in mist below."""
    width, height = size
    chance = np.random.default_rng(seed)
    x = np.linspace(0, 1, width, dtype=np.float32)
    rise = np.zeros(width, np.float32)
    for octave in range(6):
        waves, swell = 1.3 * 1.9**octave, 0.075 * 0.5**octave
        phase, bend = chance.uniform(0, 2 * np.pi, 2)
        rise += swell * np.sin(2 * np.pi * waves * x + phase + 0.8 * np.sin(5 * x + bend))
    edge = (top - rise) * height
    below = (np.arange(height, dtype=np.float32)[:, None] - edge[None]) / height
    mist = np.exp(-np.maximum(below, 0) / 0.085)
    return np.clip(below * height / 2 + 0.5, 0, 1) * mist


def _studio(picture: Light, theme: Theme, seed: int) -> Light:
    """Light from above, discs out of focus, and slanting bars of glass."""
    height, width = picture.shape[:2]
    picture = _lit(picture, 0.5, 0.3, 46, 0.75)
    tint = np.array(theme.colours.panel_muted, np.float32)
    glow = 0.16 * _bars((width, height), seed) + 0.13 * _bokeh((width, height), seed + 1)
    picture = picture + glow[..., None] * (tint - picture)
    shade = np.clip((_distance(picture, 0.5, 0.5) - 0.3) / 0.5, 0, 1) ** 2
    return picture * (1 - 0.45 * shade[..., None])


def _bars(size: tuple[int, int], seed: int) -> Field:
    """Panes that lean to the right, each lit along one edge."""
    width, height = size
    side = max(size)
    x = np.arange(width, dtype=np.float32)[None]
    y = np.arange(height, dtype=np.float32)[:, None]
    slant = (x + 0.36 * (y - height / 2)) / side
    chance = np.random.default_rng(seed)
    total = np.zeros((height, width), np.float32)
    for _ in range(7):
        start, wide = chance.uniform(-0.1, 1.0), chance.uniform(0.05, 0.2)
        inside = np.clip((slant - start) * side / 1.5, 0, 1) * (slant < start + wide)
        total += inside * np.exp(-(slant - start) / (0.6 * wide)) * chance.uniform(0.3, 1.0)
    fade = 1 - 0.75 * np.clip(y / height, 0, 1)
    return np.clip(total * fade, 0, 1)


def _bokeh(size: tuple[int, int], seed: int) -> Field:
    """Lights far behind, as a lens sees them that looks at a face."""
    width, height = size
    unit = min(size)
    chance = np.random.default_rng(seed)
    total = np.zeros((height, width), np.float32)
    x = np.arange(width, dtype=np.float32)[None]
    y = np.arange(height, dtype=np.float32)[:, None]
    for _ in range(26):
        radius = unit * chance.uniform(0.015, 0.07)
        middle = chance.uniform(0, width), chance.beta(1.4, 2.2) * height
        away = np.hypot(x - middle[0], y - middle[1])
        disc = np.clip((radius - away) / (0.1 * radius) + 0.5, 0, 1)
        rim = np.exp(-(((away - 0.9 * radius) / (0.12 * radius)) ** 2))
        total += chance.uniform(0.15, 0.7) * (0.7 * disc + 0.3 * rim * disc)
    return np.clip(total, 0, 1)
