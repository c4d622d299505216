"""Cloth: weaves, patterns and the soft light of fibres."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from studio.materials import Material, linear, scaled


@dataclass(frozen=True)
class _Weave:
    """How deep its threads and creases are in millimetres, how rough it is and how it sheens."""

    thread: float
    crease: float
    rough: float
    sheen: float


_WEAVES = {
    "plain": _Weave(0.25, 0.8, 0.8, 0.2),
    "silk": _Weave(0.10, 0.5, 0.55, 0.15),
    "wool": _Weave(0.7, 0.5, 0.92, 0.25),
    "knit": _Weave(0.25, 0.3, 0.95, 0.3),
    "rib": _Weave(0.25, 0.0, 0.95, 0.3),
    "cord": _Weave(0.1, 0.0, 0.5, 0.1),
    "cotton": _Weave(0.3, 1.2, 0.85, 0.12),
}


def laid(across: NDArray, up: NDArray) -> dict[str, NDArray]:
    """The attributes by which cloth knows its grain, metres; cloth without seams."""
    none = np.full(len(across), -1.0)
    return {"u": np.asarray(across), "v": np.asarray(up), "seam": none, "sleeve": none}


def fabric(name: str, colour: str, weave: str = "plain", pattern: str = "", others: tuple = ()):
    """A cloth's material, for a mesh that has the attributes of `laid`.

    Args:
        name: Its name.
        colour: Of its ground.
        weave: plain, silk, wool, knit, rib, cord or cotton.
        pattern: stripes, bands, medallions or none.
        others: The pattern's colours.
    """
    m = Material(name)
    ground = linear(colour)
    threads = m.noise(1.0, 2, vector=_grain(m, (1500, 1500, 260)))
    cross = m.noise(1.0, 2, vector=_grain(m, (260, 260, 1500)))
    thread = m.math("MULTIPLY", m.math("ADD", threads, cross), 0.5)
    colour_of = _patterned(m, ground, pattern, [linear(other) for other in others])
    dark = m.mix(1.0, colour_of, (0.62, 0.62, 0.62, 1), "MULTIPLY")
    tint = m.mix(m.ramp(thread, 0.38, 0.62, 0, 0.5), colour_of, dark)
    kind = _WEAVES[weave]
    height = m.math("MULTIPLY", thread, kind.thread)
    if weave in _STITCHES:
        stitch = _STITCHES[weave](m)
        height = m.math("ADD", height, stitch)
        low = m.mix(1.0, tint, (0.45, 0.45, 0.45, 1), "MULTIPLY")
        tint = m.mix(m.ramp(stitch, 0.5, 0.0, 0, 0.8), tint, low)
    if weave == "wool":
        fleck = m.noise(900, 3, 0.7)
        tint = m.mix(m.ramp(fleck, 0.55, 0.7, 0, 0.5), tint, scaled(ground, 2.2))
        tint = m.mix(m.ramp(m.noise(700, 3, 0.7), 0.6, 0.72, 0, 0.6), tint, scaled(ground, 0.4))
    seam = m.math("MAXIMUM", _groove(m, "seam"), _groove(m, "sleeve"))
    tint = m.mix(m.math("MULTIPLY", seam, 0.55), tint, scaled(ground, 0.3))
    soft = m.noise(1.0, 2, vector=m.position((14, 14, 6)))
    bump = m.bump(
        m.total((height, 1.0), (soft, 2.0), (_creases(m), kind.crease), (seam, -1.2)), 0.8
    )
    m.surface(
        Base_Color=tint,
        Roughness=kind.rough,
        Specular_IOR_Level=0.22 if weave == "silk" else 0.12,
        Sheen_Weight=kind.sheen,
        Sheen_Roughness=0.4,
        Normal=bump,
    )
    if weave == "silk":
        m.surface(Anisotropic=0.4)
    return m.made


def _grain(m: Material, scale: tuple[float, float, float] = (1, 1, 1)):
    """The place on the cloth, x across and z up, each axis scaled."""
    inputs = {"X": m.attribute("u"), "Y": 0.0, "Z": m.attribute("v")}
    return m.node(
        "Mapping", {"Vector": m.node("CombineXYZ", inputs).outputs[0], "Scale": scale}
    ).outputs[0]


def _groove(m: Material, name: str):
    """1 on a seam, 0 beside it."""
    return m.ramp(m.math("ABSOLUTE", m.attribute(name)), 0.0003, 0.0016, 1.0, 0.0)


def _creases(m: Material):
    """0..1: narrow ridges here and there, mostly upright."""
    bent = m.noise(1.0, 1, vector=m.position((26, 26, 11)))
    ridge = m.ramp(m.math("ABSOLUTE", m.math("SUBTRACT", bent, 0.5)), 0.0, 0.11, 1.0, 0.0)
    return m.math("MULTIPLY", ridge, m.ramp(m.noise(16, 1), 0.42, 0.62))


def _knit(m: Material):
    """Millimetres: rows of stitches, each a V."""
    across = m.math("FRACT", m.math("DIVIDE", m.attribute("u"), 0.0046))
    side = m.math("MULTIPLY", m.math("ABSOLUTE", m.math("SUBTRACT", across, 0.5)), 2.0)
    row = m.math("DIVIDE", m.attribute("v"), 0.0037)
    turn = m.math("FRACT", m.math("SUBTRACT", row, m.math("MULTIPLY", side, 0.75)))
    leg = m.math("SINE", m.math("MULTIPLY", side, 3.1416))
    loop = m.math("SINE", m.math("MULTIPLY", turn, 3.1416))
    return m.math("MULTIPLY", m.math("POWER", leg, 0.6), m.total((loop, 0.75), (1.0, 0.25)))


def _rib(m: Material):
    """Millimetres: upright ribs."""
    wave = m.math("SINE", m.math("MULTIPLY", m.attribute("u"), 6.2832 / 0.0048))
    return m.total((wave, 0.5), (1.0, 0.5))


def _cord(m: Material):
    """Millimetres: twisted threads."""
    way = m.math("ADD", m.attribute("u"), m.attribute("v"))
    wave = m.math("SINE", m.math("MULTIPLY", way, 6.2832 / 0.0026))
    return m.total((wave, 0.25), (1.0, 0.25))


_STITCHES = {"knit": _knit, "rib": _rib, "cord": _cord}


def _patterned(m: Material, ground, pattern: str, others: list):
    if pattern == "stripes":
        wave = m.node("TexWave", {"Vector": _grain(m), "Scale": 11.0}, bands_direction="Z")
        return m.mix(m.ramp(wave.outputs["Fac"], 0.55, 0.60), ground, others[0])
    if pattern == "pinstripes":
        wave = m.node("TexWave", {"Vector": _grain(m), "Scale": 26.0}, bands_direction="X")
        return m.mix(m.ramp(wave.outputs["Fac"], 0.95, 0.99, 0, 0.5), ground, others[0])
    if pattern == "check":
        x = m.node("TexWave", {"Vector": _grain(m), "Scale": 15.0}, bands_direction="X")
        z = m.node("TexWave", {"Vector": _grain(m), "Scale": 15.0}, bands_direction="Z")
        once = m.mix(m.ramp(x.outputs["Fac"], 0.75, 0.85, 0, 0.45), ground, others[0])
        return m.mix(m.ramp(z.outputs["Fac"], 0.75, 0.85, 0, 0.45), once, others[0])
    if pattern == "bands":
        cells = m.cells(30, _grain(m), randomness=0.0)
        rings = m.node("Math", {0: m.math("MULTIPLY", cells, 34.0)}, operation="SINE").outputs[0]
        once = m.mix(m.ramp(rings, 0.0, 0.15), ground, others[0])
        once = m.mix(m.ramp(cells, 0.20, 0.16), once, others[-1])
        return m.mix(m.ramp(m.noise(60, 3), 0.4, 0.7, 0, 0.2), once, scaled(ground, 0.5))
    if pattern == "damask":
        cells = m.cells(38, _grain(m, (1, 1, 0.8)), randomness=0.15)
        rings = m.node("Math", {0: m.math("MULTIPLY", cells, 22.0)}, operation="SINE").outputs[0]
        leaf = m.noise(120, 2)
        return m.mix(
            m.ramp(m.total((rings, 0.5), (leaf, 1.0)), 0.5, 0.7, 0, 0.55), ground, others[0]
        )
    if pattern == "flowers":
        cells = m.cells(55, _grain(m), randomness=0.9)
        petals = m.total((cells, 1.0), (m.noise(160, 2), 0.35))
        once = m.mix(m.ramp(petals, 0.50, 0.44), ground, others[0])
        return m.mix(m.ramp(cells, 0.12, 0.09), once, others[-1])
    return m.mix(m.ramp(m.noise(30, 3), 0.35, 0.7, 0, 0.2), ground, scaled(ground, 0.8))
