"""Meshes between numpy and Blender."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Literal

import bpy
import numpy as np
from numpy.typing import NDArray

from studio.human import Points

Triangles = NDArray[np.int64]

REST = "rest"
"""Attribute of every mesh: the places of its vertices when it was made."""

BASE = "base"
"""Attribute of flesh: which vertices of the base mesh it is made of."""

MOVES = "moves"
"""Property of every object: what it moves with in a film."""

Moves = Literal["flesh", "face", "lid", "lid line", "eye", "head", "jaw", "neck", "chest", "none"]
"""Flesh deforms by face units; what is on the face or a lid grows there, root by root; eye, head
and jaw are stiff; hair bends with the neck, cloth lies on the chest."""


def smoothstep(x, start: float, stop: float):
    """0 before the start, 1 after the stop, smooth between."""
    t = np.clip((np.asarray(x, dtype=float) - start) / (stop - start), 0, 1)
    return t * t * (3 - 2 * t)


def unit(vectors: Points) -> Points:
    """Vectors of length 1."""
    return vectors / (np.linalg.norm(vectors, axis=-1, keepdims=True) + 1e-12)


def add_mesh(
    name: str,
    vertices: Points,
    faces: Sequence[Sequence[int]],
    material: object = None,
    *,
    uv: Mapping[str, Points] | None = None,
    attributes: Mapping[str, NDArray] | None = None,
    subdivisions: int = 0,
    smooth: bool = True,
    moves: Moves = "chest",
):
    """Adds a mesh to the scene; where its vertices are now stays known to shaders as `rest`.

    Args:
        name: Its name.
        vertices: Shape (n, 3), metres.
        faces: Indices of each face's corners.
        material: A Blender material.
        uv: UV maps by name, a row a corner.
        attributes: Numbers by name, one a vertex.
        subdivisions: Levels of Catmull-Clark.
        smooth: Whether it is shaded smooth.
        moves: What it moves with.
    """
    data = bpy.data.meshes.new(name)
    data.from_pydata(np.asarray(vertices).tolist(), [], [list(map(int, face)) for face in faces])
    for key, corners in (uv or {}).items():
        layer = data.uv_layers.new(name=key)
        layer.data.foreach_set("uv", np.asarray(corners, np.float32).ravel())
    rest = data.attributes.new(REST, "FLOAT_VECTOR", "POINT")
    rest.data.foreach_set("vector", np.asarray(vertices, np.float32).ravel())
    for key, numbers in (attributes or {}).items():
        layer = data.attributes.new(key, "FLOAT", "POINT")
        layer.data.foreach_set("value", np.asarray(numbers, np.float32))
    if smooth:
        data.shade_smooth()
    thing = bpy.data.objects.new(name, data)
    thing[MOVES] = moves
    bpy.context.collection.objects.link(thing)
    if material is not None:
        data.materials.append(material)
    if subdivisions:
        modifier = thing.modifiers.new("subdivision", "SUBSURF")
        modifier.levels = modifier.render_levels = subdivisions
        modifier.uv_smooth = "PRESERVE_BOUNDARIES"
    return thing


def vertices_of(mesh) -> Points:
    """Where a mesh's vertices are, shape (n, 3)."""
    flat = np.empty(len(mesh.vertices) * 3, np.float32)
    mesh.vertices.foreach_get("co", flat)
    return flat.reshape(-1, 3).astype(float)


def move_vertices(mesh, points: Points) -> None:
    """Puts a mesh's vertices elsewhere."""
    mesh.vertices.foreach_set("co", np.ascontiguousarray(points, np.float32).ravel())
    mesh.update()


def after_modifiers(thing):
    """The mesh that an object's modifiers make of its own."""
    bpy.context.view_layer.update()
    return thing.evaluated_get(bpy.context.evaluated_depsgraph_get()).to_mesh()


def evaluated(thing) -> tuple[Points, Points, Triangles]:
    """Vertices, normals and triangles of a mesh after its modifiers."""
    mesh = after_modifiers(thing)
    normals = np.empty(len(mesh.vertices) * 3)
    mesh.vertices.foreach_get("normal", normals)
    mesh.calc_loop_triangles()
    triangles = np.empty(len(mesh.loop_triangles) * 3, np.int32)
    mesh.loop_triangles.foreach_get("vertices", triangles)
    return vertices_of(mesh), normals.reshape(-1, 3), triangles.reshape(-1, 3).astype(int)


def clipped(
    vertices: Points, triangles: Triangles, field: NDArray
) -> tuple[Points, list[list[int]]]:
    """The part of a mesh where a field is below zero, cut along its zero line."""
    points = [tuple(p) for p in vertices]
    inside = field < 0
    count = inside[triangles].sum(1)
    faces: list[list[int]] = triangles[count == 3].tolist()
    cuts: dict[tuple[int, int], int] = {}
    for triangle in triangles[(count == 1) | (count == 2)]:
        polygon = []
        for k in range(3):
            a, b = int(triangle[k]), int(triangle[(k + 1) % 3])
            if inside[a]:
                polygon.append(a)
            if inside[a] != inside[b]:
                edge = (min(a, b), max(a, b))
                if edge not in cuts:
                    at = field[edge[0]] / (field[edge[0]] - field[edge[1]])
                    cuts[edge] = len(points)
                    p, q = np.array(points[edge[0]]), np.array(points[edge[1]])
                    points.append(tuple((1 - at) * p + at * q))
                polygon.append(cuts[edge])
        faces.append(polygon)
    used = sorted({index for face in faces for index in face})
    place = {index: k for k, index in enumerate(used)}
    return np.array(points)[used], [[place[index] for index in face] for face in faces]


def tube(points: Points, radii: NDArray, sides: int = 10) -> tuple[Points, list[list[int]]]:
    """A tube along a line, closed at both ends by its shrinking radii."""
    ahead = unit(np.gradient(points, axis=0))
    across = unit(np.cross(ahead, np.array([0.0, 1.0, 0.2])))
    up = np.cross(across, ahead)
    angle = np.linspace(0, 2 * np.pi, sides, endpoint=False)
    ring = (
        across[:, None] * np.cos(angle)[None, :, None] + up[:, None] * np.sin(angle)[None, :, None]
    )
    vertices = (points[:, None] + ring * np.asarray(radii)[:, None, None]).reshape(-1, 3)
    return vertices, grid_faces(len(points), sides, closed=True)


def grid_faces(rows: int, columns: int, *, closed: bool) -> list[list[int]]:
    """Quads of a grid of vertices, its columns joined to a ring if closed."""
    last = columns if closed else columns - 1
    return [
        [
            r * columns + c,
            r * columns + (c + 1) % columns,
            (r + 1) * columns + (c + 1) % columns,
            (r + 1) * columns + c,
        ]
        for r in range(rows - 1)
        for c in range(last)
    ]
