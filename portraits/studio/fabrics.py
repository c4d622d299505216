"""Cloth: weaves, patterns and the soft light of fibres."""

from __future__ import annotations

from studio.materials import Material, linear, scaled


def fabric(name: str, colour: str, weave: str = "plain", pattern: str = "", others: tuple = ()):
    """A cloth's material.

    Args:
        name: Its name.
        colour: Of its ground.
        weave: plain, silk, wool, knit or cotton.
        pattern: stripes, bands, medallions or none.
        others: The pattern's colours.
    """
    m = Material(name)
    ground = linear(colour)
    threads = m.noise(1.0, 2, vector=m.position((1500, 1500, 260)))
    cross = m.noise(1.0, 2, vector=m.position((260, 260, 1500)))
    thread = m.math("MULTIPLY", m.math("ADD", threads, cross), 0.5)
    colour_of = _patterned(m, ground, pattern, [linear(other) for other in others])
    dark = m.mix(1.0, colour_of, (0.62, 0.62, 0.62, 1), "MULTIPLY")
    tint = m.mix(m.ramp(thread, 0.38, 0.62, 0, 0.5), colour_of, dark)
    fold = m.noise(1.0, 2, vector=m.position((14, 14, 5)))
    height = m.math("MULTIPLY", thread, _DEPTH[weave])
    if weave == "knit":
        height = m.math("ADD", height, _ribs(m))
    if weave == "wool":
        fleck = m.noise(900, 3, 0.7)
        tint = m.mix(m.ramp(fleck, 0.55, 0.7, 0, 0.5), tint, scaled(ground, 2.2))
        tint = m.mix(m.ramp(m.noise(700, 3, 0.7), 0.6, 0.72, 0, 0.6), tint, scaled(ground, 0.4))
    bump = m.bump(m.math("ADD", height, m.math("MULTIPLY", fold, 5.0)), 0.8)
    rough, sheen = _FINISH[weave]
    m.surface(
        Base_Color=tint,
        Roughness=rough,
        Specular_IOR_Level=0.3 if weave == "silk" else 0.12,
        Sheen_Weight=sheen,
        Sheen_Roughness=0.4,
        Normal=bump,
    )
    if weave == "silk":
        m.surface(Anisotropic=0.4)
    return m.made


_DEPTH = {"plain": 0.25, "silk": 0.10, "wool": 0.7, "knit": 0.5, "cotton": 0.3}
_FINISH = {
    "plain": (0.8, 0.2),
    "silk": (0.42, 0.15),
    "wool": (0.92, 0.35),
    "knit": (0.95, 0.4),
    "cotton": (0.85, 0.12),
}


def _ribs(m: Material):
    """Millimetres: upright rows of stitches."""
    around = m.node(
        "TexWave", {"Vector": m.position((1, 1, 0.02)), "Scale": 90.0, "Distortion": 0.6}
    )
    rows = m.node(
        "TexWave",
        {"Vector": m.position((0.3, 0.3, 1)), "Scale": 120.0, "Distortion": 1.5},
        bands_direction="Z",
    )
    return m.total((around.outputs["Fac"], 0.9), (rows.outputs["Fac"], 0.45))


def _patterned(m: Material, ground, pattern: str, others: list):
    if pattern == "stripes":
        wave = m.node("TexWave", {"Vector": m.position(), "Scale": 11.0}, bands_direction="Z")
        return m.mix(m.ramp(wave.outputs["Fac"], 0.55, 0.60), ground, others[0])
    if pattern == "pinstripes":
        wave = m.node("TexWave", {"Vector": m.position(), "Scale": 26.0}, bands_direction="X")
        return m.mix(m.ramp(wave.outputs["Fac"], 0.95, 0.99, 0, 0.5), ground, others[0])
    if pattern == "check":
        x = m.node("TexWave", {"Vector": m.position(), "Scale": 15.0}, bands_direction="X")
        z = m.node("TexWave", {"Vector": m.position(), "Scale": 15.0}, bands_direction="Z")
        once = m.mix(m.ramp(x.outputs["Fac"], 0.75, 0.85, 0, 0.45), ground, others[0])
        return m.mix(m.ramp(z.outputs["Fac"], 0.75, 0.85, 0, 0.45), once, others[0])
    if pattern == "bands":
        cells = m.cells(30, m.position((1, 0.4, 1)), randomness=0.0)
        rings = m.node("Math", {0: m.math("MULTIPLY", cells, 34.0)}, operation="SINE").outputs[0]
        once = m.mix(m.ramp(rings, 0.0, 0.15), ground, others[0])
        dots = m.cells(30, m.position((1, 0.4, 1)), randomness=0.0)
        once = m.mix(m.ramp(dots, 0.20, 0.16), once, others[-1])
        return m.mix(m.ramp(m.noise(60, 3), 0.4, 0.7, 0, 0.2), once, scaled(ground, 0.5))
    if pattern == "damask":
        cells = m.cells(38, m.position((1, 0.5, 0.8)), randomness=0.15)
        rings = m.node("Math", {0: m.math("MULTIPLY", cells, 22.0)}, operation="SINE").outputs[0]
        leaf = m.noise(120, 2)
        return m.mix(
            m.ramp(m.total((rings, 0.5), (leaf, 1.0)), 0.5, 0.7, 0, 0.55), ground, others[0]
        )
    if pattern == "flowers":
        cells = m.cells(55, m.position((1, 0.6, 1)), randomness=0.9)
        petals = m.total((cells, 1.0), (m.noise(160, 2), 0.35))
        once = m.mix(m.ramp(petals, 0.50, 0.44), ground, others[0])
        return m.mix(m.ramp(cells, 0.12, 0.09), once, others[-1])
    return m.mix(m.ramp(m.noise(30, 3), 0.35, 0.7, 0, 0.2), ground, scaled(ground, 0.8))
