"""Light, camera and renderer."""

from __future__ import annotations

import math
import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import bpy
import numpy as np
from mathutils import Euler, Vector
from PIL import Image

from studio.human import Points
from studio.materials import linear
from studio.person import Light, Pose

_LENS_MM = 85
_SENSOR_MM = 24


def camera_place(between: Points, pose: Pose) -> tuple[Points, Points]:
    """Where an 85 mm lens stands to see the frame, and what it aims at."""
    aim = between + np.array([pose.centre_mm[0], 0.0, pose.centre_mm[1]]) / 1000
    distance = _LENS_MM / _SENSOR_MM * pose.frame_m
    turn, nod = math.radians(pose.turn), math.radians(pose.nod)
    away = np.array([math.sin(turn), -math.cos(turn) * math.cos(nod), math.sin(nod)])
    return aim + away * distance, aim


def set_camera(between: Points, pose: Pose) -> None:
    """Adds the camera, focused on the nearer part of the eyes."""
    place, aim = camera_place(between, pose)
    data = bpy.data.cameras.new("camera")
    data.lens, data.sensor_width = _LENS_MM, _SENSOR_MM
    data.dof.use_dof = True
    data.dof.focus_distance = float(np.linalg.norm(place - between)) - 0.018
    data.dof.aperture_fstop = pose.aperture
    thing = bpy.data.objects.new("camera", data)
    thing.location = place
    look = (Vector(aim) - Vector(place)).to_track_quat("-Z", "Y")
    thing.rotation_euler = (
        look @ Euler((0, 0, math.radians(pose.roll))).to_quaternion()
    ).to_euler()
    bpy.context.collection.objects.link(thing)
    bpy.context.scene.camera = thing


@dataclass(frozen=True)
class Camera:
    """A pinhole: what stands where in a square picture."""

    place: Points
    axes: Points
    scale: float

    @classmethod
    def of_scene(cls, size: int) -> Camera:
        """The scene's camera, for pictures of a size."""
        thing = bpy.context.scene.camera
        bpy.context.view_layer.update()
        matrix = np.array(thing.matrix_world)
        scale = size * thing.data.lens / thing.data.sensor_width
        return cls(matrix[:3, 3], matrix[:3, :3], scale)

    def project(self, points: Points, size: int) -> Points:
        """Pixels from the picture's top left corner, shape (..., 2)."""
        own = (points - self.place) @ self.axes
        flat = own[..., :2] / -own[..., 2:] * self.scale
        return size / 2 + flat * [1, -1]


def set_light(between: Points, light: Light) -> None:
    """A key, a fill and two rims, all soft, and a little light from everywhere."""
    face = between + np.array([0, 0, -0.03])
    _area(
        "key", face, light.key_side, light.key_up, 1.25, light.key_size, light.key, light.key_colour
    )
    side = -math.copysign(50, light.key_side)
    _area("fill", face, side, 2, 1.5, 1.4, light.fill, light.fill_colour)
    _area("rim", face, light.rim_side, 32, 1.1, 0.5, light.rim, light.rim_colour)
    _area("second rim", face, -light.rim_side, 26, 1.1, 0.5, light.second_rim, light.fill_colour)
    world = bpy.data.worlds.new("world")
    bpy.context.scene.world = world
    world.use_nodes = True
    node = world.node_tree.nodes["Background"]
    node.inputs[0].default_value = linear(light.world_colour)
    node.inputs[1].default_value = light.world
    bpy.context.scene.view_settings.exposure = light.exposure


def _area(
    name: str,
    aim: Points,
    side: float,
    up: float,
    away: float,
    size: float,
    watts: float,
    colour: str,
) -> None:
    if watts <= 0:
        return
    data = bpy.data.lights.new(name, "AREA")
    data.shape, data.size, data.energy = "DISK", size, watts
    data.color = linear(colour)[:3]
    thing = bpy.data.objects.new(name, data)
    a, b = math.radians(side), math.radians(up)
    place = aim + away * np.array(
        [math.sin(a) * math.cos(b), -math.cos(a) * math.cos(b), math.sin(b)]
    )
    thing.location = place
    thing.rotation_euler = (Vector(aim) - Vector(place)).to_track_quat("-Z", "Y").to_euler()
    bpy.context.collection.objects.link(thing)


def set_renderer(size: int, samples: int, seed: int, *, film: bool = False) -> None:
    """Prepares pictures of the scene, those of a film cheaper ones; a seed gives one picture."""
    scene = bpy.context.scene
    scene.render.engine = "CYCLES"
    scene.render.resolution_x = scene.render.resolution_y = size
    cycles = scene.cycles
    cycles.device, cycles.samples, cycles.seed = "CPU", samples, seed
    cycles.use_adaptive_sampling, cycles.adaptive_threshold = True, 0.03
    cycles.adaptive_min_samples = 8
    cycles.use_denoising, cycles.denoiser = True, "OPENIMAGEDENOISE"
    cycles.denoising_input_passes = "RGB_ALBEDO_NORMAL"
    cycles.denoising_prefilter = "FAST" if film else "ACCURATE"
    cycles.max_bounces, cycles.diffuse_bounces, cycles.glossy_bounces = 5, 2, 2
    cycles.transmission_bounces, cycles.transparent_max_bounces = 4, 12
    cycles.sample_clamp_indirect = 4
    cycles.filter_width = 1.3
    scene.cycles_curves.shape = "RIBBONS"
    scene.cycles_curves.subdivisions = 1
    scene.view_settings.view_transform = "AgX"
    scene.view_settings.look = "AgX - Medium High Contrast"
    scene.render.image_settings.file_format = "PNG"
    scene.render.image_settings.color_mode = "RGB"
    scene.render.use_persistent_data = True


def set_region(box: tuple[float, float, float, float] | None) -> None:
    """Renders a part alone: its left, top, right and bottom as shares of the picture."""
    render = bpy.context.scene.render
    render.use_border = box is not None
    if box is not None:
        render.border_min_x, render.border_max_x = box[0], box[2]
        render.border_min_y, render.border_max_y = 1 - box[3], 1 - box[1]


@contextmanager
def _silence() -> Iterator[None]:
    """Keeps Blender from telling of every tile, which it does past Python's own output."""
    sys.stdout.flush()
    spoken = os.dup(1)
    with Path(os.devnull).open("w") as nowhere:
        os.dup2(nowhere.fileno(), 1)
    try:
        yield
    finally:
        os.dup2(spoken, 1)
        os.close(spoken)


def shoot(file: Path) -> None:
    """Renders the scene to a PNG."""
    bpy.context.scene.render.filepath = str(file)
    with _silence():
        bpy.ops.render.render(write_still=True)
    with Image.open(file) as picture:
        picture.load()
        picture.save(file, optimize=True)
