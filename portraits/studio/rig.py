"""Moves a person that is built: face units, the head on its neck, breath."""

from __future__ import annotations

import math
from abc import ABC, abstractmethod

import bpy
import numpy as np
from mathutils import Euler
from numpy.typing import NDArray
from scipy.spatial import cKDTree

from studio.anatomy import NECK_FIXED_M, NECK_FREE_M, SIDES, Eye, Head
from studio.eyes import looking_at
from studio.human import Points, face_unit_shift
from studio.meshes import BASE, MOVES, move_vertices, smoothstep, vertices_of
from studio.posture import Posture

_NECK_M = np.array([0.0, 0.088, -0.085])  # the joint of the head from between the eyes
_LEAN = 0.35  # the throat goes with the head further down than the nape
_BREATH_M = np.array([0.0, -0.0008, 0.0022])  # of the chest with full lungs
_MOVED_M = 0.0003  # from which a movement is seen
_NEAR = 6  # vertices of the skin that carry what grows on it


class Rig:
    """A person in the scene, at rest as it was built.

    Args:
        head: Theirs.
        camera: What the eyes look at.
    """

    def __init__(self, head: Head, camera: Points) -> None:
        self._head = head
        things = [thing for thing in bpy.context.scene.objects if MOVES in thing]
        kinds = [(_KINDS[thing[MOVES]], thing) for thing in things if thing[MOVES] in _KINDS]
        self._parts = [kind(thing, head, camera) for kind, thing in kinds]

    def hold(self, posture: Posture) -> None:
        """Brings everything from its rest into a posture."""
        shift = face_unit_shift(posture.units, len(self._head.base))
        neck = _Neck(self._head, posture)
        for part in self._parts:
            part.hold(shift, neck)

    def moved(self) -> Points:
        """Where all that has moved from its rest was and is, shape (n, 3)."""
        return np.concatenate([part.moved() for part in self._parts])


class _Neck:
    """How the head stands over the shoulders."""

    def __init__(self, head: Head, posture: Posture) -> None:
        self._between, self._origin = head.between, head.between + _NECK_M
        angles = (math.radians(a) for a in (posture.nod, posture.tilt, posture.turn))
        self._turn = np.array(Euler(tuple(angles)).to_matrix())
        self._breath = posture.breath * _BREATH_M

    def share(self, points: Points) -> NDArray:
        """How far points go with the head: 1 on it, 0 on the chest; shape (..., 1)."""
        at = points - self._between
        height = at[..., 2] - _LEAN * (at[..., 1] - _NECK_M[1])
        return smoothstep(height, NECK_FIXED_M, NECK_FREE_M)[..., None]

    def carry(self, points: Points, share: NDArray | float, breath: NDArray | float) -> Points:
        """Points moved by shares of the head's turn and of the breath."""
        turned = (points - self._origin) @ self._turn.T + self._origin
        return points + share * (turned - points) + breath * self._breath


class _Part(ABC):
    """One object: its points at rest, shape (n, 3) of a mesh or (n, k, 3) of strands."""

    def __init__(self, thing, head: Head, camera: Points) -> None:
        self._thing = thing
        self.rest = _points(thing)
        self._now = self.rest
        self.head, self.camera = head, camera

    @abstractmethod
    def placed(self, shift: Points, neck: _Neck) -> Points:
        """Where the points go, given how face units move the base mesh."""

    def hold(self, shift: Points, neck: _Neck) -> None:
        """Moves the object; what stays is left alone, so that Cycles keeps what it built of it."""
        placed = self.placed(shift, neck)
        if np.allclose(placed, self._now, rtol=0, atol=1e-7):
            return
        self._now = placed
        data = self._thing.data
        if self._thing.type == "MESH":
            move_vertices(data, placed)
        else:
            flat = np.ascontiguousarray(placed, np.float32).ravel()
            data.attributes["position"].data.foreach_set("vector", flat)
        data.update_tag()

    def moved(self) -> Points:
        """Points that have moved from their rest, there and here."""
        far = np.linalg.norm(self._now - self.rest, axis=-1) > _MOVED_M
        return np.concatenate([self.rest[far], self._now[far]])


class _Flesh(_Part):
    def __init__(self, thing, head: Head, camera: Points) -> None:
        super().__init__(thing, head, camera)
        ids = np.empty(len(self.rest), np.float32)
        thing.data.attributes[BASE].data.foreach_get("value", ids)
        self._ids = ids.round().astype(int)

    def placed(self, shift: Points, neck: _Neck) -> Points:
        share = neck.share(self.rest)
        return neck.carry(self.rest + shift[self._ids], share, 1 - share)


class _OnFace(_Part):
    """Goes with the skin under its roots."""

    def __init__(self, thing, head: Head, camera: Points) -> None:
        super().__init__(thing, head, camera)
        self._roots = self.rest[:, :1] if self.rest.ndim == 3 else self.rest
        away, near = cKDTree(head.base[head.ids]).query(self._roots, _NEAR)
        weight = 1 / (away + 1e-4) ** 2
        self._weight = weight / weight.sum(-1, keepdims=True)
        self._near = head.ids[near]

    def placed(self, shift: Points, neck: _Neck) -> Points:
        moved = (shift[self._near] * self._weight[..., None]).sum(-2)
        share = neck.share(self._roots)
        return neck.carry(self.rest + moved, share, 1 - share)


class _OnLid(_Part):
    """Turns with the lid about the eye's centre."""

    def __init__(self, thing, head: Head, camera: Points) -> None:
        super().__init__(thing, head, camera)
        roots = self.rest if thing[MOVES] == "lid line" else self.rest[:, :1]
        self._centre = _eye_at(head, roots[0, 0, 0]).centre
        groups = [f"helper-{side}-eyelashes-{row}" for side in SIDES for row in "12"]
        ids = np.concatenate([head.mesh.vertices_of(group) for group in groups])
        self._near = ids[cKDTree(head.base[ids]).query(roots)[1]]
        self._roots = roots

    def placed(self, shift: Points, neck: _Neck) -> Points:
        roots = self._roots + shift[self._near]
        angle = _height(roots - self._centre) - _height(self._roots - self._centre)
        c, s = np.cos(angle), np.sin(angle)
        x, y, z = np.moveaxis(self.rest - self._roots, -1, 0)
        return neck.carry(roots + np.stack([x, y * c + z * s, z * c - y * s], axis=-1), 1.0, 0.0)


def _eye_at(head: Head, x: float) -> Eye:
    """The eye that is nearer to a place across."""
    return min(head.eyes, key=lambda eye: abs(eye.centre[0] - x))


def _height(points: Points) -> NDArray:
    """The angle over the horizon, seen from an eye's centre."""
    return np.arctan2(points[..., 2], -points[..., 1])


class _Eye(_Part):
    """Goes with the head and keeps looking at the camera."""

    def placed(self, shift: Points, neck: _Neck) -> Points:
        centre = _eye_at(self.head, self.rest[:, 0].mean()).centre
        moved = neck.carry(centre, 1.0, 0.0)
        own = (self.rest - centre) @ looking_at(centre, self.camera)
        return own @ looking_at(moved, self.camera).T + moved


class _OnHead(_Part):
    def placed(self, shift: Points, neck: _Neck) -> Points:
        return neck.carry(self.rest, 1.0, 0.0)


class _OnJaw(_Part):
    """Goes as the lower teeth of the base mesh do, by the affine map nearest to that."""

    def placed(self, shift: Points, neck: _Neck) -> Points:
        ids = self.head.mesh.vertices_of("helper-lower-teeth")
        before = self.head.base[ids]
        middle = before.mean(0)
        table = np.c_[before - middle, np.ones(len(before))]
        solved = np.linalg.lstsq(table, shift[ids], rcond=None)[0]
        moved = np.c_[self.rest - middle, np.ones(len(self.rest))] @ solved
        return neck.carry(self.rest + moved, 1.0, 0.0)


class _Hair(_Part):
    def placed(self, shift: Points, neck: _Neck) -> Points:
        share = neck.share(self.rest)
        return neck.carry(self.rest, share, 1 - share)


class _OnChest(_Part):
    def placed(self, shift: Points, neck: _Neck) -> Points:
        return neck.carry(self.rest, 0.0, 1 - neck.share(self.rest))


_KINDS: dict[str, type[_Part]] = {
    "flesh": _Flesh,
    "face": _OnFace,
    "lid": _OnLid,
    "lid line": _OnLid,
    "eye": _Eye,
    "head": _OnHead,
    "jaw": _OnJaw,
    "neck": _Hair,
    "chest": _OnChest,
}


def _points(thing) -> Points:
    data = thing.data
    if thing.type == "MESH":
        return vertices_of(data)
    flat = np.empty(len(data.points) * 3, np.float32)
    data.attributes["position"].data.foreach_get("vector", flat)
    return flat.reshape(len(data.curves), -1, 3).astype(float)
