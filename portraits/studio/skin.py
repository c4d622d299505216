"""The skin: its mesh with all that varies over it, and its shader."""

from __future__ import annotations

import numpy as np

from studio.anatomy import Head
from studio.chart import Chart, grain
from studio.complexion import Layers, paint
from studio.hair import scalp
from studio.human import mask_file
from studio.materials import Material, linear, picture_from, picture_of, scaled
from studio.meshes import BASE, add_mesh, smoothstep
from studio.person import Hair, Skin

SKIN = "skin"
"""The object's name."""

_CHART = "chart"
_OWN = "UVMap"


def add_skin(head: Head, skin: Skin, hair: Hair | None, rng: np.random.Generator) -> None:
    """Adds the skin to the scene, the scalp shaded by the hair that grows there."""
    chart = Chart(head)
    layers = paint(head, chart, skin, rng)
    points = head.base[head.ids]
    flat = [index for face in head.faces for index in face]
    uv = {_OWN: head.base_uv[head.corners], _CHART: chart.uv(points)[flat]}
    attributes = _attributes(head, points)
    attributes["scalp"] = scalp(head, hair, points) if hair else np.zeros(len(points))
    attributes[BASE] = head.ids
    material = _shader(skin, hair, layers, rng)
    add_mesh(
        SKIN,
        points,
        head.faces,
        material,
        uv=uv,
        attributes=attributes,
        subdivisions=3,
        moves="flesh",
    )


def _attributes(head: Head, points) -> dict[str, np.ndarray]:
    """Numbers a vertex: where lids, wet rims, ears and the face are."""
    rim, lid = np.zeros(len(points)), np.zeros(len(points))
    for eye in head.eyes:
        away = np.linalg.norm(points - eye.centre, axis=1) - eye.radius
        front = smoothstep(eye.centre[1] - points[:, 1], 0.0, 0.004)
        rim = np.maximum(rim, front * (1 - smoothstep(away, 0.0004, 0.0022)))
        above = 0.45 + 0.55 * smoothstep(points[:, 2] - eye.centre[2], -0.002, 0.004)
        lid = np.maximum(lid, front * above * (1 - smoothstep(away, 0.001, 0.009)))
    ear = smoothstep(np.abs(points[:, 0]), 0.066, 0.074)
    ear *= smoothstep(points[:, 2], head.nose[2] - 0.03, head.nose[2] - 0.01)
    ear *= 1 - smoothstep(points[:, 2], head.between[2] + 0.02, head.between[2] + 0.04)
    face = 1 - smoothstep(points[:, 1], head.between[1] + 0.075, head.between[1] + 0.1)
    return {"rim": rim, "lid": lid, "ear": ear, "face": face}


def _shader(skin: Skin, hair: Hair | None, layers: Layers, rng: np.random.Generator):
    m = Material("skin")
    tone = m.image(picture_of("tone", _tone(skin, layers, rng)), _CHART).outputs[0]
    rough = _roughness(skin, layers, rng)
    relief = _stack(layers.height, rough, layers.shine, layers.creases)
    relief = m.image(picture_of("relief", relief), _CHART)
    height, rough, shine = m.node("SeparateColor", {"Color": relief.outputs[0]}).outputs
    creases = relief.outputs["Alpha"]
    lips = m.ramp(m.image(picture_from(mask_file("lips")), _OWN).outputs["Color"], 0.12, 0.85)
    inside = picture_from(mask_file("inside-mouth"))
    inside = m.ramp(m.image(inside, _OWN).outputs["Color"], 0.3, 0.7)
    colour = m.mix(inside, _parts(m, skin, tone, lips), linear("#6a2220"))
    if hair:
        colour = m.mix(_roots(m), colour, scaled(linear(_shade_of(hair)), 0.9))
    bare = m.math("SUBTRACT", 1.0, m.math("MULTIPLY", lips, 0.8))
    height = m.math("MULTIPLY", m.math("MULTIPLY", height, m.attribute("face")), bare)
    bump = m.bump(m.math("ADD", height, m.math("MULTIPLY", creases, lips)))
    rough = m.mix(lips, rough, (skin.lips_roughness,) * 3 + (1,))
    rough = m.mix(m.attribute("rim"), rough, (0.16, 0.16, 0.16, 1))
    oil = m.math("MULTIPLY", shine, 0.14 * skin.shine)
    m.surface(
        Base_Color=colour,
        Subsurface_Weight=1.0,
        Subsurface_Radius=(1.0, 0.36, 0.18),
        Subsurface_Scale=skin.scatter_mm / 1000,
        Roughness=rough,
        Specular_IOR_Level=0.42,
        Coat_Weight=m.math("ADD", oil, m.math("MULTIPLY", lips, 0.12)),
        Coat_Roughness=0.27,
        Coat_Normal=bump,
        Normal=bump,
    )
    m.principled.subsurface_method = "RANDOM_WALK"
    return m.made


def _parts(m: Material, skin: Skin, tone, lips):
    """The chart's tone with what the mesh itself knows: ears, lids, rims, lips."""
    red = m.mix(0.55, tone, linear(skin.flush))
    colour = m.mix(m.math("MULTIPLY", m.attribute("ear"), skin.flush_share), tone, red)
    colour = m.mix(
        m.math("MULTIPLY", m.attribute("lid"), skin.lids_share), colour, linear(skin.lids)
    )
    lip = linear(skin.lips)
    lip = m.mix(m.ramp(m.noise(160, 3, 0.6), 0.35, 0.7, 0, 0.5), lip, scaled(lip, 0.72))
    colour = m.mix(m.math("MULTIPLY", lips, skin.lips_share), colour, lip)
    rim = m.mix(0.5, scaled(linear(skin.colour), 0.9), linear("#b5524a"))
    return m.mix(m.math("MULTIPLY", m.attribute("rim"), 0.7), colour, rim)


def _roots(m: Material):
    """How much of the scalp is hidden by roots: soft, and uneven along the hairline."""
    uneven = m.math("MULTIPLY", m.math("SUBTRACT", m.noise(900, 2), 0.5), 0.5)
    return m.ramp(m.math("ADD", m.attribute("scalp"), uneven), 0.25, 1.0, 0.0, 0.93)


def _shade_of(hair: Hair) -> str:
    """The colour that a scalp looks among its hair."""
    return hair.colour if hair.grey < 0.5 else "#77706a"


def _tone(skin: Skin, layers: Layers, rng: np.random.Generator) -> np.ndarray:
    """The skin's colour all over the chart, linear."""
    base, pale, flush, lids, spot, shadow = (
        np.array(linear(c)[:3], np.float32)
        for c in (
            skin.colour,
            skin.pale,
            skin.flush,
            skin.lids,
            skin.spot_colour,
            skin.stubble_colour,
        )
    )
    red = 0.4 * base + 0.6 * flush
    colour = np.broadcast_to(base, (*layers.flush.shape, 3)).copy()

    def blend(share, towards) -> None:
        share = np.clip(share, 0, 1)[..., None]
        colour[:] += share * (towards - colour)

    m = skin.mottle
    blend(0.16 * m * grain(rng, 17.0), pale)
    blend(0.14 * m * grain(rng, 5.5) + 0.10 * m * grain(rng, 2.4), red)
    blend(layers.flush * skin.flush_share, red)
    blend(0.10 * m * grain(rng, 2.0) + 0.07 * m * grain(rng, 0.9), 0.6 * base)
    colour *= (1 + 0.035 * m * grain(rng, 0.5))[..., None]
    blend(layers.shade, 0.5 * (0.5 * base + lids))
    blend(0.22 * layers.pits, 0.45 * base)
    blend(layers.spots, spot)
    if skin.stubble:
        dots = np.clip(grain(rng, 0.38) - 0.75, 0, 1)
        layers_share = layers.stubble * (0.4 + 0.9 * dots) * skin.stubble
        blend(layers_share, shadow)
    return _stack(*np.moveaxis(np.clip(colour, 0.002, 1), -1, 0))


def _roughness(skin: Skin, layers: Layers, rng: np.random.Generator) -> np.ndarray:
    rough = 0.49 - 0.13 * skin.shine * np.clip(layers.shine, 0, 1)
    return rough + 0.025 * grain(rng, 1.5) + 0.03 * np.clip(grain(rng, 0.4), -1, 2)


def _stack(red, green, blue, alpha=None) -> np.ndarray:
    return np.stack([red, green, blue, np.ones_like(red) if alpha is None else alpha], axis=-1)
