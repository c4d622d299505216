"""Eyes: ball and iris, the clear cornea over them, the tear line, the pink inner corner."""

from __future__ import annotations

import math

import numpy as np
from numpy.typing import NDArray
from scipy.ndimage import gaussian_filter, map_coordinates

from studio.anatomy import Eye, Head
from studio.human import Points
from studio.materials import Material, linear, picture_of
from studio.meshes import add_mesh, grid_faces, smoothstep, tube
from studio.person import Eyes

_PICTURE = 1024
_COLUMNS = 96
_CORNEA = 0.65  # its radius against the ball's
_UV = "disc"


def add_eyes(head: Head, eyes: Eyes, camera: Points, rng: np.random.Generator) -> None:
    """Adds both eyes, looking at the camera."""
    ball, clear, wet, flesh = _ball(eyes, rng), _clear(), _tears(), _flesh()
    for eye in head.eyes:
        turn = looking_at(eye.centre, camera)
        _add_ball(eye, eyes, turn, ball)
        _add_cornea(eye, eyes, turn, clear)
        edge = _lower_edge(head, eye)
        if len(edge) > 4:
            line = edge + np.array([0, -0.00012, 0.00010])
            t = np.linspace(0, 1, len(line))
            radii = 0.00034 * np.sin(np.pi * np.clip(t, 0.04, 0.96)) ** 0.35
            add_mesh(f"tears{eye.side}", *tube(line, radii), wet, moves="face")
            _add_caruncle(eye, edge[0], flesh)


def looking_at(centre: Points, camera: Points) -> Points:
    """The rotation that turns an eye's axis, -y, towards a point."""
    ahead = camera - centre
    ahead = ahead / np.linalg.norm(ahead)
    right = np.cross(ahead, np.array([0.0, 0.0, 1.0]))
    right /= np.linalg.norm(right)
    return np.stack([right, -ahead, np.cross(right, ahead)], axis=1)


def _surface(eye: Eye, radius: NDArray, theta: NDArray, turn: Points) -> tuple[Points, Points]:
    """Rings about the axis; returns vertices and their place on the disc, -1..1."""
    phi = np.linspace(0, 2 * math.pi, _COLUMNS, endpoint=False)
    across = radius * np.sin(theta)
    x, z = np.outer(across, np.cos(phi)), np.outer(across, np.sin(phi))
    y = -np.outer(radius * np.cos(theta), np.ones(_COLUMNS))
    disc = np.stack([x, z], axis=-1).reshape(-1, 2) / eye.radius
    return np.stack([x, y, z], axis=-1).reshape(-1, 3) @ turn.T + eye.centre, disc


def _add_ball(eye: Eye, eyes: Eyes, turn: Points, material) -> None:
    edge = math.asin(eyes.iris_share)
    theta = np.r_[np.linspace(1e-3, edge, 30), np.linspace(edge * 1.01, math.pi - 1e-3, 60)]
    flat = math.cos(edge) * eye.radius
    within = theta <= edge
    share = np.clip(np.tan(theta) / math.tan(edge), 0, 1)
    deep = flat - 0.0003 - 0.0007 * (1 - share**2)  # the iris is a shallow bowl
    radius = np.where(within, deep / np.cos(np.minimum(theta, edge)), eye.radius * 0.994)
    vertices, disc = _surface(eye, radius, theta, turn)
    faces = grid_faces(len(theta), _COLUMNS, closed=True)
    uv = (disc * 0.5 + 0.5)[[i for face in faces for i in face]]
    add_mesh(f"ball{eye.side}", vertices, faces, material, uv={_UV: uv}, moves="eye")


def _add_cornea(eye: Eye, eyes: Eyes, turn: Points, material) -> None:
    edge = math.asin(eyes.iris_share) * 1.08
    theta = np.linspace(1e-3, 1.75, 90)
    ahead = math.cos(edge) - math.sqrt(_CORNEA**2 - math.sin(edge) ** 2)  # the cap's centre
    within = np.minimum(theta, edge)
    cap = ahead * np.cos(within) + np.sqrt(_CORNEA**2 - (ahead * np.sin(within)) ** 2)
    vertices, _ = _surface(eye, eye.radius * cap, theta, turn)
    faces = grid_faces(90, _COLUMNS, closed=True)
    add_mesh(f"cornea{eye.side}", vertices, faces, material, moves="eye")


def _lower_edge(head: Head, eye: Eye) -> Points:
    """Where the ball goes under the lower lid, as seen from the front, from the nose outwards."""
    start, stop = eye.inner_corner[0], eye.outer_corner[0]
    found = []
    for x in np.linspace(start + 0.0005 * eye.side, stop - 0.0012 * eye.side, 70):
        column = []
        for z in np.arange(-0.009, 0.008, 0.0002) + eye.centre[2]:
            inside = eye.radius**2 - (x - eye.centre[0]) ** 2 - (z - eye.centre[2]) ** 2
            skin = head.at(x - head.between[0], z - head.between[2])
            if inside > 0 and skin is not None:
                ball = eye.centre[1] - math.sqrt(inside)
                if ball < skin[1]:
                    column.append((x, ball, z))
        if len(column) > 2:
            found.append(column[0])
    if len(found) < 5:
        return np.empty((0, 3))
    line = np.array(found)
    for k in (1, 2):
        line[:, k] = gaussian_filter(line[:, k], 2, mode="nearest")
    return line


def _add_caruncle(eye: Eye, corner: Points, material) -> None:
    theta = np.linspace(0.01, math.pi - 0.01, 16)
    phi = np.linspace(0, 2 * math.pi, 20, endpoint=False)
    ball = np.stack(
        [
            np.outer(np.sin(theta), np.cos(phi)),
            np.outer(np.cos(theta), np.ones(20)),
            np.outer(np.sin(theta), np.sin(phi)),
        ],
        axis=-1,
    ).reshape(-1, 3)
    centre = corner + np.array([-0.0004 * eye.side, 0.0013, 0.0006])
    vertices = ball * [0.0022, 0.0018, 0.0016] + centre
    faces = grid_faces(16, 20, closed=True)
    add_mesh(f"caruncle{eye.side}", vertices, faces, material, moves="face")


def _ball(eyes: Eyes, rng: np.random.Generator):
    m = Material("eyeball")
    colour = m.image(picture_of("eyeball", _painted(eyes, rng)), _UV).outputs[0]
    m.surface(
        Base_Color=colour,
        Roughness=0.55,
        Specular_IOR_Level=0.2,
        Subsurface_Weight=0.35,
        Subsurface_Radius=(1.0, 0.55, 0.4),
        Subsurface_Scale=0.0012,
    )
    return m.made


def _film(name: str, roughness: float, ior: float, ripple: float):
    """A clear film: mirrors by Fresnel, lets all else through unbent."""
    m = Material(name)
    waves = m.bump(m.math("MULTIPLY", m.noise(420, 2), ripple))
    fresnel = m.node("Fresnel", {"IOR": ior, "Normal": waves})
    mirror = m.node("BsdfGlossy", {"Roughness": roughness, "Normal": waves})
    through = m.node("BsdfTransparent")
    mix = m.node("MixShader")
    m.set(mix, 0, fresnel.outputs[0])
    m.set(mix, 1, through.outputs[0])
    m.set(mix, 2, mirror.outputs[0])
    m.output(mix.outputs[0])
    return m.made


def _clear():
    return _film("cornea", 0.03, 1.46, 0.02)


def _tears():
    return _film("tears", 0.06, 1.45, 0.0)


def _flesh():
    m = Material("caruncle")
    m.surface(
        Base_Color=linear("#c07a70"),
        Roughness=0.22,
        Subsurface_Weight=0.8,
        Subsurface_Radius=(1.0, 0.35, 0.25),
        Subsurface_Scale=0.0015,
        Coat_Weight=0.4,
        Coat_Roughness=0.08,
    )
    return m.made


def _painted(eyes: Eyes, rng: np.random.Generator) -> NDArray:
    """The ball as seen along its axis: pupil, iris, limbus, white and veins."""
    y, x = np.mgrid[0:_PICTURE, 0:_PICTURE] / (_PICTURE - 1) * 2 - 1
    radius, angle = np.hypot(x, y), np.arctan2(y, x)
    t = radius / eyes.iris_share
    fibres = _polar(rng, angle, t, (0.8, 26)) + 0.7 * _polar(rng, angle, t, (2.2, 40))
    patches = _polar(rng, angle, t, (9.0, 14))
    inner, outer = (np.array(linear(c)[:3]) for c in (eyes.inner, eyes.outer))
    ring = eyes.pupil_share + 0.16 + 0.025 * _polar(rng, angle, 0 * t + 0.5, (5.0, 9))
    share = smoothstep(t - ring, -0.10, 0.22)[..., None]
    iris = inner + (outer - inner) * share
    iris = iris * np.clip(1 + 0.30 * fibres + 0.15 * patches, 0.25, 2.2)[..., None]
    collar = np.exp(-(((t - ring) / 0.05) ** 2))
    iris = iris * (1 + 0.35 * collar)[..., None]
    iris = iris * (1 - 0.62 * smoothstep(t, 0.80, 1.0))[..., None]
    iris = (
        iris * (1 - smoothstep(-t, -eyes.pupil_share - 0.02, -eyes.pupil_share + 0.02))[..., None]
    )
    white = np.array(linear(eyes.white)[:3]) * np.ones((_PICTURE, _PICTURE, 1))
    veins = _veins(rng, eyes.iris_share)
    blush = eyes.redness * (0.30 * smoothstep(radius, 0.55, 1.0) + 0.9 * veins)
    white = white * (1 - np.array([0.05, 0.55, 0.60]) * np.clip(blush, 0, 1)[..., None])
    white = white * (1 + 0.03 * gaussian_filter(rng.normal(0, 9, radius.shape), 9))[..., None]
    edge = smoothstep(t, 0.93, 1.10)[..., None]
    colour = np.clip(iris * (1 - edge) + white * edge, 0, 1)
    return np.concatenate([colour, np.ones((_PICTURE, _PICTURE, 1))], axis=2)


def _polar(rng: np.random.Generator, angle: NDArray, t: NDArray, size: tuple) -> NDArray:
    """Noise about the pupil: its size in samples along the angle and the radius."""
    noise = gaussian_filter(rng.normal(0, 1, (1024, 160)), size, mode=("wrap", "nearest"))
    noise /= noise.std()
    at = np.stack([(angle / (2 * math.pi) % 1) * 1023, np.clip(t, 0, 1.2) * 130])
    return map_coordinates(noise, at.reshape(2, -1), order=1, mode="nearest").reshape(angle.shape)


def _veins(rng: np.random.Generator, iris: float) -> NDArray:
    """Thin wandering veins from the rim towards the iris."""
    layer = np.zeros((_PICTURE, _PICTURE))
    half = _PICTURE / 2
    for _ in range(46):
        heading = rng.uniform(0, 2 * math.pi)
        at = np.array([math.cos(heading), math.sin(heading)]) * 0.98
        reach, strength, drift = rng.uniform(iris + 0.12, 0.85), rng.uniform(0.25, 1.0), 0.0
        while np.hypot(*at) > reach:
            drift = 0.93 * drift + rng.normal(0, 0.16)
            way = math.atan2(-at[1], -at[0]) + drift
            at = at + 0.004 * np.array([math.cos(way), math.sin(way)])
            column, row = (at * half + half).astype(int)
            if 0 <= row < _PICTURE and 0 <= column < _PICTURE:
                fade = min(1.0, (np.hypot(*at) - reach) / 0.2)
                layer[row, column] = max(layer[row, column], strength * fade)
    return np.clip(gaussian_filter(layer, 1.6) * 3.4, 0, 1)
