"""Sets behind the sitter: few shapes that glow by themselves, and the lens makes them soft."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from studio.human import Points
from studio.materials import Material, linear, scaled
from studio.meshes import add_mesh
from studio.person import Background


def add_background(between: Points, background: Background, rng: np.random.Generator) -> None:
    """Builds a set."""
    _KINDS[background.kind](_Set(between, background), [*background.colours], rng)


class _Set:
    """Places flat glowing shapes behind the sitter, seen by the camera alone."""

    def __init__(self, between: Points, background: Background) -> None:
        self._between, self._spec = between, background
        # What the frame spans there grows with the distance from the lens, about 1.3 m in front.
        self.scale = (1.3 + background.distance_m) / 1.3

    def sheet(
        self,
        centre: tuple[float, float],
        size: tuple[float, float],
        material,
        *,
        nearer: float = 0.0,
        roll: float = 0.0,
    ) -> None:
        """Adds a rectangle; places and sizes are in metres at the sitter's distance."""
        (x, z), (w, h) = np.array(centre) * self.scale, np.array(size) * self.scale / 2
        corners = np.array([[-w, -h], [w, -h], [w, h], [-w, h]])
        c, s = np.cos(roll), np.sin(roll)
        corners = corners @ np.array([[c, s], [-s, c]]) + [x, z]
        depth = self._between[1] + self._spec.distance_m - nearer
        points = np.stack(
            [corners[:, 0], np.full(4, depth), corners[:, 1] + self._between[2]], axis=1
        )
        uv = {"uv": np.array([[0, 0], [1, 0], [1, 1], [0, 1]])}
        thing = add_mesh("set", points, [[0, 1, 2, 3]], material, uv=uv, smooth=False, moves="none")
        thing.visible_diffuse = thing.visible_glossy = thing.visible_shadow = False

    def glow(
        self,
        colour: str,
        strength: float = 1.0,
        *,
        other: str | None = None,
        mottle: float = 6.0,
        fade: tuple[float, float] | None = None,
        leaf: bool = False,
    ):
        """A shape's own light, mottled towards another colour.

        All edges are soft; a leaf is round.
        """
        power = strength * self._spec.strength
        m = Material("glow")
        tone = linear(colour)
        second = linear(other) if other else scaled(tone, 0.7)
        noise = m.noise(mottle / self.scale, 5, 0.62)
        tint = m.mix(m.ramp(noise, 0.32, 0.68), tone, second)
        if fade is not None:
            place = m.node("TexCoord").outputs["Generated"]
            away = m.node("VectorMath", {0: place, 1: (*fade, 0.5)}, operation="DISTANCE")
            tint = m.mix(m.ramp(away.outputs["Value"], 0.05, 0.75), tint, scaled(second, 0.35))
        light = m.node("Emission", {"Color": tint, "Strength": power})
        m.made.cycles.emission_sampling = "NONE"  # the set lights nobody
        place = m.node("UVMap", uv_map="uv").outputs[0]
        if leaf:
            away = m.node("VectorMath", {0: place, 1: (0.5, 0.5, 0.0)}, operation="DISTANCE")
            there = m.ramp(away.outputs["Value"], 0.5, 0.22)
        else:
            u, v, _ = m.node("SeparateXYZ", {"Vector": place}).outputs
            edges = [m.math("PINGPONG", side, 0.5) for side in (u, v)]
            there = m.math("MULTIPLY", *(m.ramp(edge, 0.0, 0.22) for edge in edges))
        mix = m.node("MixShader")
        m.set(mix, 0, there)
        m.set(mix, 1, m.node("BsdfTransparent").outputs[0])
        m.set(mix, 2, light.outputs[0])
        m.output(mix.outputs[0])
        return m.made

    def sky(self, low: str, high: str):
        """Light that goes from one colour at the foot to another at the top."""
        m = Material("sky")
        _, v, _ = m.node("SeparateXYZ", {"Vector": m.node("UVMap", uv_map="uv").outputs[0]}).outputs
        haze = m.math("MULTIPLY", m.math("SUBTRACT", m.noise(3 / self.scale, 4), 0.5), 0.25)
        tint = m.mix(m.ramp(m.math("ADD", v, haze), 0.2, 0.85), linear(low), linear(high))
        light = m.node("Emission", {"Color": tint, "Strength": self._spec.strength})
        m.made.cycles.emission_sampling = "NONE"
        m.output(light.outputs[0])
        return m.made


def _plain(place: _Set, colours: list[str], rng: np.random.Generator) -> None:
    """A painted backdrop, lighter behind the head."""
    wall = place.glow(colours[0], other=colours[1], fade=(0.42, 0.0))
    place.sheet((0, 0), (1.6, 1.6), wall)


def _scroll_room(place: _Set, colours: list[str], rng: np.random.Generator) -> None:
    """A study: a plastered wall, a lattice window with the day behind it, bamboo and a scroll."""
    plaster, wood, day, leaf, paper = colours
    place.sheet((0, 0), (1.8, 1.8), place.glow(plaster, 0.8, fade=(0.3, 0)))
    place.sheet((-0.165, 0.06), (0.20, 0.40), place.glow(day, 1.5, mottle=3), nearer=0.05)
    for _ in range(46):
        x, z = rng.uniform(-0.26, -0.07), rng.uniform(-0.12, 0.25)
        green = place.glow(leaf, rng.uniform(0.4, 1.1), leaf=True)
        place.sheet((x, z), (0.014, 0.07), green, nearer=0.08, roll=rng.normal(0, 0.9))
    bar = place.glow(wood, 0.5)
    for k in range(5):
        place.sheet((-0.265 + 0.05 * k, 0.06), (0.006, 0.42), bar, nearer=0.12)
    for k in range(7):
        place.sheet((-0.165, -0.14 + 0.067 * k), (0.21, 0.006), bar, nearer=0.12)
    place.sheet((0.185, 0.03), (0.105, 0.40), place.glow(wood, 0.35), nearer=0.04)
    place.sheet((0.185, 0.03), (0.09, 0.34), place.glow(paper, 0.85), nearer=0.06)
    ink = place.glow("#2a2724", 0.4, leaf=True)
    for column in (0.163, 0.186, 0.209):
        for row in range(11):
            for _ in range(5):
                at = (column + rng.normal(0, 0.004), 0.17 - 0.029 * row + rng.normal(0, 0.005))
                place.sheet(
                    at, (0.004, 0.016), ink, nearer=0.07, roll=rng.choice((0, 1.57, 0.7, -0.7))
                )


def _studio(place: _Set, colours: list[str], rng: np.random.Generator) -> None:
    """A news studio: dark panels, a lit screen with a map's shapes, strips and spots of light."""
    dark, screen, bright, strip = colours
    place.sheet((0, 0), (1.8, 1.8), place.glow(dark, 0.5, fade=(0.5, 0)))
    place.sheet(
        (0.12, 0.05), (0.42, 0.26), place.glow(screen, 1.0, other=dark, mottle=9), nearer=0.1
    )
    for _ in range(26):
        size = (rng.uniform(0.01, 0.07), rng.uniform(0.004, 0.025))
        at = (rng.uniform(-0.06, 0.31), rng.uniform(-0.06, 0.16))
        place.sheet(at, size, place.glow(bright, rng.uniform(0.4, 1.2)), nearer=0.15)
    for x in (-0.30, -0.235, -0.17):
        place.sheet((x, 0.03), (0.035, 0.6), place.glow(dark, 0.9, other=screen), nearer=0.1)
        place.sheet((x + 0.028, 0.03), (0.004, 0.6), place.glow(strip, 2.6), nearer=0.14)
    place.sheet((0, 0.215), (0.9, 0.007), place.glow(strip, 2.2), nearer=0.14)
    place.sheet((0, -0.115), (0.9, 0.05), place.glow(screen, 0.5, other=dark), nearer=0.2)
    for _ in range(12):
        at = (rng.uniform(-0.34, 0.34), rng.uniform(0.17, 0.26))
        place.sheet(at, (0.013, 0.013), place.glow(bright, 5.0, leaf=True), nearer=0.3)


def _books(place: _Set, colours: list[str], rng: np.random.Generator) -> None:
    """Shelves of old books and a lamp."""
    wood, lamp, *spines = colours
    place.sheet((0, 0), (1.8, 1.8), place.glow(wood, 0.25))
    for shelf in range(6):
        bottom = -0.26 + 0.095 * shelf
        place.sheet((0, bottom - 0.004), (1.0, 0.009), place.glow(wood, 0.8), nearer=0.1)
        x = -0.36
        while x < 0.36:
            width, height = rng.uniform(0.008, 0.022), rng.uniform(0.055, 0.082)
            tone = place.glow(spines[rng.integers(len(spines))], rng.uniform(0.35, 0.9))
            lean = rng.normal(0, 0.02)
            place.sheet(
                (x, bottom + height / 2), (width * 0.92, height), tone, nearer=0.05, roll=lean
            )
            if rng.random() < 0.5:
                gilt = place.glow(lamp, 0.6)
                place.sheet((x, bottom + height * 0.7), (width * 0.7, 0.003), gilt, nearer=0.06)
            x += width
    place.sheet((-0.21, 0.02), (0.085, 0.07), place.glow(lamp, 3.0), nearer=0.6)
    place.sheet((-0.21, -0.045), (0.012, 0.07), place.glow(wood, 0.6), nearer=0.6)


def _kitchen(place: _Set, colours: list[str], rng: np.random.Generator) -> None:
    """A warm room: a window with a garden, curtains, a shelf of jars and pots."""
    wall, day, leaf, cloth, *pots = colours
    place.sheet((0, 0), (1.8, 1.8), place.glow(wall, 0.75, fade=(0.35, 0)))
    place.sheet((-0.16, 0.05), (0.22, 0.32), place.glow(day, 1.7, mottle=3), nearer=0.05)
    _leaves(place, rng, leaf, 60, (-0.27, -0.05), (-0.11, 0.10), 0.08)
    frame = place.glow("#efe8da", 1.0)
    for x in (-0.27, -0.16, -0.05):
        place.sheet((x, 0.05), (0.010, 0.33), frame, nearer=0.12)
    for z in (-0.11, 0.06, 0.21):
        place.sheet((-0.16, z), (0.23, 0.010), frame, nearer=0.12)
    place.sheet((-0.295, 0.04), (0.06, 0.42), place.glow(cloth, 0.9, mottle=30), nearer=0.2)
    for z in (-0.05, 0.09):
        place.sheet((0.20, z), (0.22, 0.008), place.glow("#6e4a2c", 0.7), nearer=0.1)
        for k in range(6):
            size = (rng.uniform(0.02, 0.032), rng.uniform(0.03, 0.065))
            tone = place.glow(pots[rng.integers(len(pots))], rng.uniform(0.5, 1.0))
            place.sheet((0.115 + 0.035 * k, z + 0.005 + size[1] / 2), size, tone, nearer=0.15)


def _classroom(place: _Set, colours: list[str], rng: np.random.Generator) -> None:
    """A green board with chalk, pinned papers, a window's light from the side."""
    wall, board, wood, day, *papers = colours
    place.sheet((0, 0), (1.8, 1.8), place.glow(wall, 0.95, fade=(0.6, 0)))
    place.sheet((-0.10, 0.06), (0.46, 0.30), place.glow(wood, 0.8), nearer=0.05)
    place.sheet((-0.10, 0.06), (0.44, 0.28), place.glow(board, 0.8, mottle=4), nearer=0.08)
    chalk = place.glow("#dfe6e0", 0.8)
    for row in range(7):
        x = -0.29
        while x < rng.uniform(-0.1, 0.08):
            length = rng.uniform(0.01, 0.04)
            size = (length, 0.0035)
            place.sheet(
                (x + length / 2, 0.165 - 0.034 * row),
                size,
                chalk,
                nearer=0.1,
                roll=rng.normal(0, 0.08),
            )
            x += length + 0.012
    for k in range(6):
        at = (0.17 + 0.055 * (k % 3), 0.13 - 0.085 * (k // 3))
        tone = place.glow(papers[k % len(papers)], 0.9)
        place.sheet(at, (0.043, 0.06), tone, nearer=0.1, roll=rng.normal(0, 0.06))
    place.sheet((0.345, 0.05), (0.06, 0.6), place.glow(day, 2.2), nearer=0.2)


def _garden(place: _Set, colours: list[str], rng: np.random.Generator) -> None:
    """Leaves against the sky, spots of sun between them."""
    sky, far, near, sun = colours
    place.sheet((0, 0), (1.8, 1.8), place.glow(far, 0.8, other=sky, mottle=5))
    _leaves(place, rng, far, 150, (-0.36, 0.36), (-0.3, 0.16), 0.2)
    _leaves(place, rng, near, 150, (-0.36, 0.36), (-0.3, 0.08), 0.6)
    for _ in range(50):
        at = (rng.uniform(-0.34, 0.34), rng.uniform(-0.12, 0.28))
        place.sheet(at, (0.012, 0.012), place.glow(sun, rng.uniform(1.5, 5), leaf=True), nearer=0.7)


def _dusk(place: _Set, colours: list[str], rng: np.random.Generator) -> None:
    """The last light over the plain, a tree's outline, sparks of a fire."""
    high, low, tree, spark = colours
    place.sheet((0, 0.08), (1.8, 0.62), place.sky(low, high))
    place.sheet((0, -0.42), (1.8, 0.52), place.glow(tree, 0.6), nearer=0.05)
    wood, crown = place.glow(tree, 0.35), place.glow(tree, 0.35, leaf=True)
    place.sheet((0.215, -0.03), (0.05, 0.30), wood, nearer=0.1)
    for _ in range(80):
        at = (rng.normal(0.215, 0.075), 0.14 + abs(rng.normal(0, 0.028)))
        place.sheet(at, (0.07, 0.026), crown, nearer=0.1, roll=rng.normal(0, 0.5))
    for _ in range(60):
        at = (rng.normal(-0.20, 0.07), rng.uniform(-0.26, 0.06))
        glow = place.glow(spark, rng.uniform(2, 9), leaf=True)
        place.sheet(at, (0.006, 0.006), glow, nearer=rng.uniform(0.3, 1.2))


def _leaves(
    place: _Set,
    rng: np.random.Generator,
    colour: str,
    count: int,
    x: tuple,
    z: tuple,
    nearer: float,
) -> None:
    tones = [place.glow(colour, strength, leaf=True) for strength in (0.4, 0.7, 1.0, 1.4)]
    for _ in range(count):
        size = (rng.uniform(0.012, 0.03), rng.uniform(0.02, 0.05))
        tone = tones[rng.integers(4)]
        place.sheet(
            (rng.uniform(*x), rng.uniform(*z)), size, tone, nearer=nearer, roll=rng.uniform(0, 3)
        )


_KINDS: dict[str, Callable[[_Set, list[str], np.random.Generator], None]] = {
    "plain": _plain,
    "scroll room": _scroll_room,
    "studio": _studio,
    "books": _books,
    "kitchen": _kitchen,
    "classroom": _classroom,
    "garden": _garden,
    "dusk": _dusk,
}
