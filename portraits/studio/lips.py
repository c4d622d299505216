"""Where the lips are in a picture: the landmarks of a face mesh, taken from the model itself."""

from __future__ import annotations

import bpy
import numpy as np
from numpy.typing import NDArray
from PIL import Image

from studio.human import Points, mask_file
from studio.meshes import after_modifiers, vertices_of
from studio.skin import SKIN
from studio.stage import Camera

# MediaPipe's landmarks from the person's right corner to the left one, and how far along they
# are: the mean of its face mesh over frontal faces, which differs by .01 between faces.
UPPER_OUTER = (61, 185, 40, 39, 37, 0, 267, 269, 270, 409, 291)
LOWER_OUTER = (61, 146, 91, 181, 84, 17, 314, 405, 321, 375, 291)
UPPER_INNER = (78, 191, 80, 81, 82, 13, 312, 311, 310, 415, 308)
LOWER_INNER = (78, 95, 88, 178, 87, 14, 317, 402, 318, 324, 308)
_OUTER_SHARES = (0.0, 0.052, 0.121, 0.220, 0.356, 0.504, 0.652, 0.786, 0.886, 0.952, 1.0)
_INNER_SHARES = (0.044, 0.118, 0.186, 0.274, 0.381, 0.504, 0.626, 0.733, 0.818, 0.883, 0.959)

_BAND_M = 0.0006  # half the width of skin that a landmark is looked for in
_ON_LIP = 0.5


class LipLandmarks:
    """Which vertices of the subdivided skin a face mesh's lip landmarks are.

    The outer ones lie on the vermilion's border. The inner ones lie where the lip ends as the
    camera sees it, so each is the lowest, or highest, of a narrow band of the lip; where lips
    press on each other, both lie on the seam between.
    """

    def __init__(self, jaw_open: Points) -> None:
        """Finds them.

        Args:
            jaw_open: The skin's vertices with the jaw open, the skin being at rest now.
        """
        points = skin_points()
        lip = _sampled("lips", _uv()) > _ON_LIP
        across = points[:, 0]
        lower = lip & _falls(across, points[:, 2] - jaw_open[:, 2], lip)
        upper = lip & ~lower
        start, stop = across[lip].min(), across[lip].max()
        outer = [start + share * (stop - start) for share in _OUTER_SHARES]
        inner = [start + share * (stop - start) for share in _INNER_SHARES]

        def border(of: NDArray[np.bool_], sign: int, x: float) -> int:
            near = np.nonzero(of & (np.abs(across - x) < 2 * _BAND_M))[0]
            return int(near[np.argmax(sign * points[near, 2] - np.abs(across[near] - x))])

        self._outer = {}
        for ids, of, sign in ((UPPER_OUTER, upper, 1), (LOWER_OUTER, lower, -1)):
            for index, x in list(zip(ids, outer, strict=True))[1:-1]:
                self._outer[index] = border(of, sign, x)
        self._outer[UPPER_OUTER[0]] = int(np.nonzero(lip)[0][np.argmin(across[lip])])
        self._outer[UPPER_OUTER[-1]] = int(np.nonzero(lip)[0][np.argmax(across[lip])])
        self._bands = [
            (up, low, _band(upper, across, x), _band(lower, across, x))
            for up, low, x in zip(UPPER_INNER, LOWER_INNER, inner, strict=True)
        ]

    def found(self, camera: Camera, size: int) -> dict[int, Points]:
        """Pixels of every landmark as the skin is now, by MediaPipe's index."""
        flat = camera.project(skin_points(), size)
        at = {index: flat[vertex] for index, vertex in self._outer.items()}
        for up, low, upper, lower in self._bands:
            edge = flat[upper[np.argmax(flat[upper, 1])]]
            rim = flat[lower[np.argmin(flat[lower, 1])]]
            if rim[1] < edge[1] or up == low:
                edge = rim = (edge + rim) / 2
            at[up], at[low] = edge, rim
        return at


def _falls(across: NDArray, fall: NDArray, lip: NDArray[np.bool_]) -> NDArray[np.bool_]:
    """What falls with the jaw more than half as far as the lips do at its distance aside."""
    grid = np.linspace(across[lip].min(), across[lip].max(), 60)
    near = [fall[lip & (np.abs(across - x) < grid[1] - grid[0])] for x in grid]
    half = [(falls.min() + falls.max()) / 2 for falls in near]
    return fall > np.interp(across, grid, half)


def skin_points() -> Points:
    """The subdivided skin's vertices as they are now."""
    return vertices_of(after_modifiers(bpy.data.objects[SKIN]))


def _band(of: NDArray[np.bool_], across: NDArray, x: float) -> NDArray[np.int64]:
    near = np.nonzero(of & (np.abs(across - x) < _BAND_M))[0]
    return near if len(near) else np.nonzero(of)[0][[np.argmin(np.abs(across[of] - x))]]


def _uv() -> Points:
    """A UV of each vertex of the subdivided skin."""
    mesh = after_modifiers(bpy.data.objects[SKIN])
    corners = np.empty(len(mesh.loops), np.int32)
    mesh.loops.foreach_get("vertex_index", corners)
    uv = np.empty(len(mesh.loops) * 2, np.float32)
    mesh.uv_layers["UVMap"].uv.foreach_get("vector", uv)
    by_vertex = np.zeros((len(mesh.vertices), 2))
    by_vertex[corners] = uv.reshape(-1, 2)
    return by_vertex


def _sampled(mask: str, uv: Points) -> NDArray:
    """A mask's values, 0..1, at UVs."""
    with Image.open(mask_file(mask)) as picture:
        values = np.asarray(picture.convert("L")) / 255
    height, width = values.shape
    column = np.clip((uv[:, 0] * width).astype(int), 0, width - 1)
    row = np.clip(((1 - uv[:, 1]) * height).astype(int), 0, height - 1)
    return values[row, column]
