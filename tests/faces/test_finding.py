from __future__ import annotations

from pathlib import Path

import cv2
import numpy as np
import pytest
from ai_edge_litert.interpreter import Interpreter
from numpy.typing import NDArray

from talker.assets import store
from talker.faces.face import Face
from talker.faces.finding import Finder
from talker.faces.mesh import Crop, rotation
from talker.media.clip import ClipSource
from talker.media.pictures import read_picture

PORTRAITS = Path(__file__).parents[2] / "portraits"
STILLS = ["poet", "reader", "astronaut"]
CLIPS = ["mona7s.mp4", "grid_bbaf2n.mpg", "grid_lbax4n.mpg", "grid_pwij3p.mpg"]


@pytest.fixture(scope="module")
def finder(assets: None) -> Finder:
    return Finder()


@pytest.fixture(scope="module")
def pictures(assets: None) -> dict[str, NDArray[np.uint8]]:
    stills = {name: read_picture(PORTRAITS / f"{name}.png") for name in ("poet", "reader")}
    return {**stills, "astronaut": read_picture(store.file("astronaut", "astronaut.png"))}


@pytest.fixture(scope="module")
def clips(media: Path) -> dict[str, NDArray[np.uint8]]:
    return {name: next(ClipSource(media / name).frames()).picture for name in CLIPS}


def distance(one: NDArray[np.floating], other: NDArray[np.floating], span: float) -> float:
    """Median distance of landmarks in the picture, in per cent of the eye span."""
    apart = np.hypot(*(one[:, :2] - other[:, :2]).T)
    return float(np.median(apart)) / span * 100


def turned(picture: NDArray[np.uint8], degrees: float) -> tuple[NDArray[np.uint8], NDArray]:
    """The picture turned on a larger grey canvas, and the matrix from old to new pixels."""
    height, width = picture.shape[:2]
    side = int(np.hypot(width, height)) + 2
    turn = rotation(np.radians(degrees))
    matrix = np.column_stack([turn, side / 2 - turn @ (width / 2, height / 2)])
    at_centres = matrix.copy()
    at_centres[:, 2] += turn @ (0.5, 0.5) - 0.5
    canvas = cv2.warpAffine(picture, at_centres, (side, side), borderValue=(120, 120, 120))
    return canvas, matrix


def mesh_468(picture: NDArray[np.uint8], face: Face) -> NDArray[np.float64]:
    """Landmarks by MediaPipe's older mesh, another network with another input size."""
    model = Interpreter(model_path=str(store.file("face-mesh-468", "face_landmark.tflite")))
    model.allocate_tensors()
    crop = Crop.of_landmarks(face.landmarks)
    matrix = rotation(-crop.angle) * (192 / crop.side)
    matrix = np.column_stack([matrix, 96 - matrix @ crop.centre])
    matrix[:, 2] += matrix[:, :2] @ (0.5, 0.5) - 0.5
    square = cv2.warpAffine(picture, matrix, (192, 192), borderMode=cv2.BORDER_REPLICATE)
    model.set_tensor(model.get_input_details()[0]["index"], square[None] / np.float32(255))
    model.invoke()
    sizes = {int(np.prod(out["shape"])): out["index"] for out in model.get_output_details()}
    points = model.get_tensor(sizes[1404]).reshape(468, 3)[:, :2]
    return (points - 96) @ rotation(crop.angle).T * (crop.side / 192) + crop.centre


@pytest.mark.parametrize("name", STILLS)
def test_a_portrait_has_one_face_with_landmarks_in_place(
    finder: Finder, pictures: dict[str, NDArray[np.uint8]], name: str
) -> None:
    [face] = finder.find(pictures[name])
    assert face.score > 0.9
    assert distance(mesh_468(pictures[name], face), face.landmarks[:468], face.eye_span) < 4
    # Nose before cheeks, forehead above eyes above mouth above chin.
    points = face.landmarks
    assert points[4, 2] < points[234, 2]
    assert points[4, 2] < points[454, 2]
    assert points[10, 1] < points[33, 1] < points[13, 1] < points[152, 1]
    low, high = face.box[:2], face.box[2:]
    assert np.all(low <= points[:, :2].min(axis=0) + 0.01)
    assert np.all(high >= points[:, :2].max(axis=0) - 0.01)


@pytest.mark.parametrize("name", CLIPS)
def test_faces_in_real_clips_agree_with_another_mesh(
    finder: Finder, clips: dict[str, NDArray[np.uint8]], name: str
) -> None:
    [face] = finder.find(clips[name])
    assert distance(mesh_468(clips[name], face), face.landmarks[:468], face.eye_span) < 4


@pytest.mark.parametrize("name", STILLS)
def test_a_tilted_face_has_the_same_landmarks(
    finder: Finder, pictures: dict[str, NDArray[np.uint8]], name: str
) -> None:
    [upright] = finder.find(pictures[name])
    for degrees in range(30, 360, 30):
        canvas, matrix = turned(pictures[name], degrees)
        [face] = finder.find(canvas)
        expected = upright.landmarks[:, :2] @ matrix[:, :2].T + matrix[:, 2]
        assert distance(face.landmarks, expected, upright.eye_span) < 1.5, degrees


@pytest.mark.parametrize("name", CLIPS)
def test_a_tilted_face_in_a_real_clip_is_found(
    finder: Finder, clips: dict[str, NDArray[np.uint8]], name: str
) -> None:
    [upright] = finder.find(clips[name])
    for degrees in (45, 90, 135, 180, 240, 270):
        canvas, matrix = turned(clips[name], degrees)
        face = finder.find(canvas)[0]
        expected = upright.landmarks[:, :2] @ matrix[:, :2].T + matrix[:, 2]
        assert distance(face.landmarks, expected, upright.eye_span) < 2.5, degrees


@pytest.mark.parametrize(("canvas_width", "span"), [(800, 20), (2000, 40), (5000, 60)])
def test_a_small_face_in_a_large_picture_is_found(
    finder: Finder, pictures: dict[str, NDArray[np.uint8]], canvas_width: int, span: float
) -> None:
    picture = pictures["poet"]
    [whole] = finder.find(picture)
    scale = span / whole.eye_span
    small = cv2.resize(picture, None, fx=scale, fy=scale, interpolation=cv2.INTER_AREA)
    canvas = np.full((canvas_width * 2 // 3, canvas_width, 3), 90, np.uint8)
    x, y = canvas_width // 2, canvas_width // 5
    canvas[y : y + small.shape[0], x : x + small.shape[1]] = small
    [face] = finder.find(canvas)
    expected = whole.landmarks[:, :2] * scale + (x, y)
    assert distance(face.landmarks, expected, span) < 6


def test_every_face_of_a_group_is_found_once(
    finder: Finder, pictures: dict[str, NDArray[np.uint8]]
) -> None:
    canvas = np.full((700, 1500, 3), 70, np.uint8)
    places = {"poet": (20, 20, 300), "reader": (420, 60, 600), "astronaut": (1060, 200, 420)}
    middles = []
    for name, (x, y, height) in places.items():
        picture = pictures[name]
        scale = height / picture.shape[0]
        part = cv2.resize(picture, None, fx=scale, fy=scale, interpolation=cv2.INTER_AREA)
        part = part[:, : canvas.shape[1] - x]
        canvas[y : y + part.shape[0], x : x + part.shape[1]] = part
        [face] = finder.find(picture)
        middles.append(face.landmarks[4, :2] * scale + (x, y))
    faces = finder.find(canvas)
    assert len(faces) == 3
    assert [face.eye_span for face in faces] == sorted(
        (face.eye_span for face in faces), reverse=True
    )
    for middle in middles:
        assert min(np.hypot(*(face.landmarks[4, :2] - middle)) for face in faces) < 4


def test_pictures_without_a_face_have_none(
    finder: Finder, pictures: dict[str, NDArray[np.uint8]]
) -> None:
    rng = np.random.default_rng(0)
    blobs = rng.integers(0, 255, (9, 12, 3), dtype=np.uint8)
    for picture in (
        np.full((500, 500, 3), 128, np.uint8),
        rng.integers(0, 255, (300, 400, 3), dtype=np.uint8),
        cv2.resize(blobs, (1200, 900), interpolation=cv2.INTER_CUBIC).astype(np.uint8),
        np.ascontiguousarray(pictures["astronaut"][230:]),
    ):
        assert finder.find(picture) == []


def test_landmarks_are_the_same_every_time(
    finder: Finder, pictures: dict[str, NDArray[np.uint8]]
) -> None:
    [first] = finder.find(pictures["reader"])
    [second] = Finder().find(pictures["reader"])
    np.testing.assert_array_equal(first.landmarks, second.landmarks)
