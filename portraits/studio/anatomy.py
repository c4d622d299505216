"""A person's head as a surface, and where its features are."""

from __future__ import annotations

import math
from dataclasses import dataclass, field
from itertools import pairwise

import bpy
import numpy as np
from mathutils import Vector
from mathutils.bvhtree import BVHTree
from numpy.typing import NDArray
from scipy.spatial import cKDTree

from studio.human import BaseMesh, Points, shape, upright, with_face_units
from studio.meshes import Triangles, add_mesh, evaluated, smoothstep
from studio.person import Body, Pose

SIDES = ("l", "r")
NECK_FIXED_M, NECK_FREE_M = -0.20, -0.09
"""Heights from between the eyes: the neck twists between the chest's and the head's."""

TURN_AXIS_M = 0.11
"""Behind the eyes, about which the body is turned against the head."""

_SHOULDER_FALL = math.radians(32)
_DETAIL = 2  # levels of subdivision of the skin


@dataclass(frozen=True)
class Eye:
    """An eyeball: its centre and radius, and the roots of its lashes."""

    side: int
    centre: Points
    radius: float
    upper: Points
    lower: Points

    @property
    def inner_corner(self) -> Points:
        """The canthus by the nose."""
        return self.upper[0]

    @property
    def outer_corner(self) -> Points:
        """The canthus by the temple."""
        return self.upper[-1]


@dataclass(frozen=True)
class Head:
    """The neutral surface, subdivided, and its features, in metres.

    Attributes:
        base: The base mesh's vertices, posed.
        base_uv: The base mesh's own.
        ids: Base vertices that the skin is made of.
        faces: Of the skin, indices into ids.
        corners: UV index a corner.
        points: Skin vertices after subdivision.
        normals: Theirs.
        triangles: Of the skin.
        eyes: Left (the person's), right.
        between: The point between the eyes' centres.
        nose: The tip.
        mouth: The middle of the closed lips.
        chin: The lowest of the chin's front.
    """

    base: Points
    base_uv: Points
    mesh: BaseMesh
    ids: NDArray[np.int64]
    faces: list[list[int]]
    corners: list[int]
    points: Points
    normals: Points
    triangles: Triangles
    eyes: tuple[Eye, Eye]
    between: Points
    nose: Points
    mouth: Points
    chin: Points
    surface: BVHTree = field(repr=False)
    tree: cKDTree = field(repr=False)

    def at(self, x: float, z: float) -> Points | None:
        """The skin's foremost point at x and z, metres from between the eyes."""
        start = Vector((self.between[0] + x, self.between[1] - 0.3, self.between[2] + z))
        hit = self.surface.ray_cast(start, Vector((0, 1, 0)))
        return None if hit[0] is None else np.array(hit[0])

    def normal_at(self, point: Points) -> Points:
        """The skin's normal near a point."""
        return self.normals[self.tree.query(point)[1]]


def build_head(mesh: BaseMesh, body: Body, pose: Pose) -> Head:
    """Shapes a body and finds its features."""
    shaped = shape(
        mesh,
        sex=body.sex,
        age=body.age,
        race=body.race,
        muscle=body.muscle,
        weight=body.weight,
        details=body.details,
    )
    vertices = upright(with_face_units(shaped, body.expression))
    vertices = _turned_shoulders(_lowered_arms(mesh, vertices), mesh, pose.shoulders)
    eyes = tuple(_eye(mesh, vertices, side) for side in SIDES)
    between = (eyes[0].centre + eyes[1].centre) / 2
    faces = [
        face
        for face in mesh.groups["body"]
        if vertices[[i for i, _ in face], 2].mean() > between[2] - 0.5
        and abs(vertices[[i for i, _ in face], 0].mean()) < 0.34
    ]
    ids = np.unique([i for face in faces for i, _ in face])
    place = {index: k for k, index in enumerate(ids)}
    skin_faces = [[place[i] for i, _ in face] for face in faces]
    corners = [uv for face in faces for _, uv in face]
    scratch = add_mesh("scratch", vertices[ids], skin_faces, subdivisions=_DETAIL)
    points, normals, triangles = evaluated(scratch)
    bpy.data.objects.remove(scratch)
    nose, mouth, chin = _profile(points, between)
    return Head(
        base=vertices,
        base_uv=mesh.uv,
        mesh=mesh,
        ids=ids,
        faces=skin_faces,
        corners=corners,
        points=points,
        normals=normals,
        triangles=triangles,
        eyes=eyes,
        between=between,
        nose=nose,
        mouth=mouth,
        chin=chin,
        surface=BVHTree.FromPolygons(points.tolist(), triangles.tolist()),
        tree=cKDTree(points),
    )


def _lowered_arms(mesh: BaseMesh, vertices: Points) -> Points:
    """The arms of the A-pose let fall by a soft turn about the shoulder joints."""
    moved = vertices.copy()
    for sign, joint in ((1, "joint-l-shoulder"), (-1, "joint-r-shoulder")):
        centre = vertices[mesh.vertices_of(joint)].mean(0)
        reach = smoothstep(vertices[:, 0] * sign, 0.07, abs(centre[0]) + 0.05)
        turn = reach * _SHOULDER_FALL * sign
        x, z = vertices[:, 0] - centre[0], vertices[:, 2] - centre[2]
        below = vertices[:, 2] < centre[2] + 0.2
        new_x = centre[0] + x * np.cos(turn) + z * np.sin(turn)
        new_z = centre[2] - x * np.sin(turn) + z * np.cos(turn)
        moved[:, 0] = np.where(below & (reach > 0), new_x, moved[:, 0])
        moved[:, 2] = np.where(below & (reach > 0), new_z, moved[:, 2])
    return moved


def _turned_shoulders(vertices: Points, mesh: BaseMesh, degrees: float) -> Points:
    """The body turned against the head, the neck twisting between."""
    eyes = vertices[mesh.vertices_of("helper-l-eye")].mean(0)
    share = 1 - smoothstep(vertices[:, 2], eyes[2] + NECK_FIXED_M, eyes[2] + NECK_FREE_M)
    angle = np.radians(degrees) * share
    axis = eyes[1] + TURN_AXIS_M
    x, y = vertices[:, 0], vertices[:, 1] - axis
    turned = vertices.copy()
    turned[:, 0] = x * np.cos(angle) - y * np.sin(angle)
    turned[:, 1] = axis + x * np.sin(angle) + y * np.cos(angle)
    return turned


def _eye(mesh: BaseMesh, vertices: Points, side: str) -> Eye:
    ball = vertices[mesh.vertices_of(f"helper-{side}-eye")]
    table = np.c_[2 * ball, np.ones(len(ball))]  # least squares of |p|^2 = 2 p.c + k
    solved = np.linalg.lstsq(table, (ball**2).sum(1), rcond=None)[0]
    centre = solved[:3]
    radius = math.sqrt(solved[3] + (centre**2).sum())
    sign = 1 if side == "l" else -1
    lids = [_lash_roots(mesh, vertices, side, row, centre, sign) for row in ("2", "1")]
    return Eye(sign, centre, radius, *lids)


def _lash_roots(
    mesh: BaseMesh, vertices: Points, side: str, row: str, centre: Points, sign: int
) -> Points:
    """The line on the lid that the helper lashes stand on, from the nose outwards."""
    lashes = vertices[mesh.vertices_of(f"helper-{side}-eyelashes-{row}")] - centre
    across = lashes[:, 0] * sign
    edges = np.linspace(across.min(), across.max(), 15)
    roots = []
    for low, high in pairwise(edges):
        near = np.where((across >= low) & (across <= high))[0]
        if len(near):
            roots.append(lashes[near[np.argmin(np.linalg.norm(lashes[near], axis=1))]])
    root = np.array(roots)
    x = root[:, 0] * sign
    line = np.linspace(x.min(), x.max(), 60)
    deep = np.polyval(np.polyfit(x, root[:, 1], 3), line)
    high = np.polyval(np.polyfit(x, root[:, 2], 4), line)
    return centre + np.stack([line * sign, deep, high], axis=1)


def _profile(points: Points, between: Points) -> tuple[Points, Points, Points]:
    """Nose tip, mouth and chin, from the outline of the middle."""
    middle = points[(np.abs(points[:, 0]) < 0.006) & (points[:, 1] < between[1] + 0.03)]
    down = middle[:, 2] - between[2]
    nose = middle[(down > -0.06) & (down < -0.02)]
    nose = nose[np.argmin(nose[:, 1])]
    heights = np.arange(-0.022, -0.055, -0.0005) + nose[2]
    front = np.array(
        [middle[np.abs(middle[:, 2] - z) < 0.0015][:, 1].min(initial=9.0) for z in heights]
    )
    front[front > 8] = front.min()
    lips = heights[:44]
    curve = np.convolve(np.pad(front[:44], 3, "edge"), np.ones(3) / 3, "same")[3:-3]
    dip = np.gradient(np.gradient(curve))
    seam = lips[4:-4][np.argmin(dip[4:-4])]
    mouth = np.array([0.0, front[np.argmin(np.abs(heights - seam))], seam])
    under = middle[(down < -0.085) & (down > -0.15)]
    chin = under[np.argmin(under[:, 1] - 0.3 * np.abs(under[:, 2] - seam + 0.035))]
    return nose, mouth, chin
