from __future__ import annotations

from collections.abc import Callable
from functools import cache

import cv2
import numpy as np
import pytest
from numpy.typing import NDArray

from bench.independent_mesh import IndependentMesh
from bench.sync_metrics import lip_opening
from talker.faces.face import Face
from talker.lips.visemes import MouthShape, mouth_shape
from talker.lips.warp import anatomy, fields
from talker.lips.warp.face_frame import FaceFrame
from talker.lips.warp.mouth import Mouth
from talker.lips.warp.seam import lips_on_edges, lips_on_seam
from talker.lips.warp.tones import measure_tones
from talker.media.frames import Picture

PORTRAITS = ("poet", "reader", "astronaut")
MIDDLE = slice(2, 9)


Says = Callable[[str, str], Picture]


@pytest.fixture(scope="module")
def says(seated) -> Says:
    """A portrait in its own size with the mouth of a phone, or at rest for no phone."""

    @cache
    def mouth(name: str) -> Mouth:
        picture, face = seated(name)
        return Mouth(picture, face.landmarks)

    @cache
    def draw(name: str, phone: str) -> Picture:
        canvas = seated(name)[0].copy()
        mouth(name).draw(canvas, mouth_shape(phone) if phone else MouthShape())
        return canvas

    return draw


def drawn(picture: Picture, landmarks: NDArray[np.float32], phone: str) -> Picture:
    canvas = picture.copy()
    shape = mouth_shape(phone) if phone else MouthShape()
    Mouth(picture, landmarks).draw(canvas, shape)
    return canvas


def opening(picture: Picture) -> float:
    """Gap of the lips in eye spans, by a mesh that the product does not use."""
    points = IndependentMesh().follow(picture)
    assert points is not None
    return lip_opening(points)


def scaled(picture: Picture, face: Face, scale: float) -> tuple[Picture, NDArray[np.float32]]:
    how = cv2.INTER_AREA if scale < 1 else cv2.INTER_CUBIC
    resized = cv2.resize(picture, None, fx=scale, fy=scale, interpolation=how)
    return resized, face.landmarks * scale


def turned(
    picture: Picture, landmarks: NDArray[np.float32], degrees: float
) -> tuple[Picture, NDArray[np.float32], NDArray[np.float64]]:
    """Picture and landmarks turned about the middle, and the matrix of the pixels."""
    height, width = picture.shape[:2]
    side = int(np.hypot(width, height)) + 2
    matrix = cv2.getRotationMatrix2D(((width - 1) / 2, (height - 1) / 2), degrees, 1.0)
    matrix[:, 2] += (side - 1) / 2 - np.array([(width - 1) / 2, (height - 1) / 2])
    canvas = cv2.warpAffine(
        picture, matrix, (side, side), flags=cv2.INTER_CUBIC, borderMode=cv2.BORDER_REPLICATE
    )
    points = landmarks.copy()
    points[:, :2] = (landmarks[:, :2] - 0.5) @ matrix[:, :2].T + matrix[:, 2] + 0.5
    return canvas, points, matrix


def mouth_box(landmarks: NDArray[np.float32], size: tuple[int, int]) -> tuple[slice, slice]:
    points = landmarks[[61, 291, 0, 17, 152], :2]
    low, high = np.floor(points.min(axis=0)), np.ceil(points.max(axis=0))
    (x0, y0), (x1, y1) = np.clip(low, 0, None).astype(int), high.astype(int)
    return slice(int(y0), min(int(y1), size[0])), slice(int(x0), min(int(x1), size[1]))


@pytest.mark.parametrize("name", PORTRAITS)
def test_the_mouth_opens_by_the_height_of_the_vowel_and_closes_for_p(says: Says, name: str) -> None:
    gaps = {phone: opening(says(name, phone)) for phone in ("", *"paɛi")}
    assert gaps["p"] < 0.03
    assert gaps[""] < 0.03
    assert gaps["a"] > 0.06
    assert gaps["a"] > gaps["ɛ"] > gaps["i"] > gaps["p"]


@pytest.mark.parametrize("name", PORTRAITS)
def test_rounded_vowels_narrow_the_mouth_and_spread_ones_widen_it(says: Says, name: str) -> None:
    def width(phone: str) -> float:
        points = IndependentMesh().follow(says(name, phone))
        assert points is not None
        corners, eyes = points[[61, 291]], points[[33, 263]]
        return float(np.hypot(*(corners[1] - corners[0])) / np.hypot(*(eyes[1] - eyes[0])))

    assert width("u") < 0.94 * width("i")
    assert width("a") < 1.03 * width("i")


@pytest.mark.parametrize("name", PORTRAITS)
@pytest.mark.parametrize("phone", ["a", "u", "p"])
def test_nothing_outside_the_mouth_s_box_changes(seated, says: Says, name: str, phone: str) -> None:
    picture, face = seated(name)
    result = says(name, phone)
    height, width = picture.shape[:2]
    x, y = np.meshgrid(np.arange(width), np.arange(height))
    places = FaceFrame(face.landmarks).from_pixels(np.stack([x, y], axis=-1))
    outside = (places[..., 0] < fields.LEFT) | (places[..., 0] > fields.RIGHT)
    outside |= (places[..., 1] < fields.TOP) | (places[..., 1] > fields.BOTTOM)
    np.testing.assert_array_equal(result[outside], picture[outside])
    assert (result != picture).any()


def test_closed_lips_at_rest_are_the_portrait_s_own(seated, says: Says) -> None:
    for name in ("poet", "reader"):
        np.testing.assert_array_equal(says(name, ""), seated(name)[0])


@pytest.mark.parametrize("name", PORTRAITS)
def test_a_quarter_turn_of_the_portrait_turns_the_mouth(seated, says: Says, name: str) -> None:
    picture, face = seated(name)
    upright = says(name, "a")
    turned_picture = np.ascontiguousarray(np.rot90(picture))
    points = face.landmarks.copy()
    points[:, 0], points[:, 1] = face.landmarks[:, 1], picture.shape[1] - face.landmarks[:, 0]
    result = np.rot90(drawn(turned_picture, points, "a"), -1)
    box = mouth_box(face.landmarks, picture.shape[:2])
    apart = np.abs(result[box].astype(float) - upright[box])
    # The grain is laid by pixel rows, and masks are rounded to a sixteenth of a pixel.
    assert apart.mean() < 2.0
    assert np.percentile(apart, 99) < 20


@pytest.mark.parametrize("name", PORTRAITS)
def test_a_tilted_portrait_speaks_with_a_tilted_mouth(seated, says: Says, name: str) -> None:
    picture, face = seated(name)
    canvas, points, matrix = turned(picture, face.landmarks, 30)
    tilted = drawn(canvas, points, "a")
    size = picture.shape[1::-1]
    flags = cv2.INTER_CUBIC | cv2.WARP_INVERSE_MAP
    back = cv2.warpAffine(tilted, matrix, size, flags=flags)
    upright = says(name, "a")
    box = mouth_box(face.landmarks, picture.shape[:2])
    moved = np.abs(upright[box].astype(float) - picture[box]).mean()
    apart = np.abs(back[box].astype(float) - upright[box]).mean()
    assert apart < 0.25 * moved
    # Measured upright both times: the mesh that measures sees tilted faces otherwise.
    assert opening(back) == pytest.approx(opening(upright), abs=0.02)


@pytest.mark.parametrize("span", [30, 600])
def test_tiny_and_large_faces_open_and_close(seated, span: int) -> None:
    picture, face = seated("poet")
    resized, points = scaled(picture, face, span / face.eye_span)
    assert opening(drawn(resized, points, "p")) < 0.03
    assert opening(drawn(resized, points, "a")) > 0.06


@pytest.mark.parametrize("name", ["poet", "astronaut"])
@pytest.mark.parametrize("side", ["left", "right", "bottom", "tight"])
def test_a_face_on_the_picture_s_border_speaks(seated, says: Says, name: str, side: str) -> None:
    picture, face = seated(name)
    height, width = picture.shape[:2]
    x, y = (int(at) for at in face.landmarks[13, :2])
    low, high = face.landmarks[:, :2].min(axis=0), face.landmarks[:, :2].max(axis=0)
    x0, y0, x1, y1 = {
        "left": (x - 4, 0, width, height),
        "right": (0, 0, x + 4, height),
        "bottom": (0, 0, width, y + 3),
        "tight": (*low.astype(int), *high.astype(int)),
    }[side]
    x0, y0 = max(0, x0), max(0, y0)
    part = np.ascontiguousarray(picture[y0:y1, x0:x1])
    points = face.landmarks - np.array([x0, y0, 0], np.float32)
    result = drawn(part, points, "a")
    assert result.shape == part.shape
    changed = np.abs(result.astype(float) - part).max(axis=2) > 25
    assert changed.sum() > 0.002 * changed.size
    # What is seen of the mouth is what is seen of it in the whole picture.
    whole = says(name, "a")[y0:y1, x0:x1]
    assert np.abs(result.astype(float) - whole).mean() < 3.0


def test_the_seam_is_found_where_the_lips_meet(seated) -> None:
    picture, face = seated("poet")
    frame = FaceFrame(face.landmarks)
    for offset in (-0.02, 0.0, 0.02):
        painted, line = synthetic_lips(picture.shape[:2], frame, offset, gap=0.0)
        found = lips_on_seam(painted, frame)
        for inner in (anatomy.UPPER_INNER, anatomy.LOWER_INNER):
            ys = found[list(inner), 1][MIDDLE]
            np.testing.assert_allclose(ys, line[MIDDLE], atol=0.006)


def test_the_edges_of_parted_lips_are_found(seated) -> None:
    picture, face = seated("astronaut")
    frame = FaceFrame(face.landmarks)
    large, points = scaled(picture, face, 3.0)
    frame = FaceFrame(points)
    local = frame.local[:, :2]
    middle = (local[list(anatomy.UPPER_INNER)] + local[list(anatomy.LOWER_INNER)]) / 2
    for half in (0.03, 0.05):
        painted, _ = synthetic_lips(large.shape[:2], frame, 0.0, gap=2 * half)
        found = lips_on_edges(painted, frame)
        upper, lower = found[list(anatomy.UPPER_INNER), 1], found[list(anatomy.LOWER_INNER), 1]
        inside = slice(4, 7)
        np.testing.assert_allclose((lower - upper)[inside], 2 * half, atol=0.02)
        np.testing.assert_allclose(((lower + upper) / 2)[inside], middle[inside, 1], atol=0.015)


def synthetic_lips(
    size: tuple[int, int], frame: FaceFrame, offset: float, gap: float
) -> tuple[Picture, NDArray[np.float32]]:
    """Red lips on skin, a dark line or a white gap between them; and the line's y in units."""
    local = frame.local[:, :2]
    middle = (local[list(anatomy.UPPER_INNER)] + local[list(anatomy.LOWER_INNER)]) / 2
    middle[:, 1] += offset
    painted = np.full((*size, 3), (205, 165, 140), np.uint8)

    def fill(high: float, low: float, colour: tuple[int, int, int]) -> None:
        top, bottom = middle + np.array([0, high]), middle + np.array([0, low])
        outline = np.concatenate([top, bottom[::-1]])
        pixels = np.round(frame.to_pixels(outline) * 16).astype(np.int32)
        cv2.fillPoly(painted, [pixels], colour, cv2.LINE_AA, 4)

    fill(-0.08 - gap / 2, 0.09 + gap / 2, (178, 84, 84))
    if gap:
        fill(-gap / 2, gap / 2, (225, 222, 210))
    else:
        fill(-0.008, 0.008, (70, 30, 30))
    return cv2.GaussianBlur(painted, (0, 0), 1.0), middle[:, 1].astype(np.float32)


def test_the_astronaut_s_edges_part_lips_from_teeth(seated) -> None:
    picture, face = seated("astronaut")
    frame = FaceFrame(face.landmarks)
    assert Mouth(picture, face.landmarks).is_open
    points = lips_on_edges(picture, frame)
    for inner, outward in ((anatomy.UPPER_INNER, -1), (anatomy.LOWER_INNER, 1)):
        edge = points[list(inner)][3:8]
        redness = []
        for step in (-0.045, 0.02):
            places = frame.to_pixels(edge + np.array([0, outward * step]))[None]
            seen = cv2.remap(picture, places, None, cv2.INTER_LINEAR)[0].astype(float)
            redness.append(seen[:, 0] - seen[:, 1])
        assert np.median(redness[1] - redness[0]) > 15


@pytest.mark.parametrize("gain", [0.35, 0.7, 1.0, 1.25])
@pytest.mark.parametrize("name", PORTRAITS)
def test_tones_follow_the_light_of_the_picture(seated, name: str, gain: float) -> None:
    picture, face = seated(name)
    lit = np.clip(picture * gain, 0, 255).astype(np.uint8)
    frame = FaceFrame(face.landmarks)
    tones = measure_tones(lit, frame, face.landmarks[:, :2])
    luma = {
        part: float(getattr(tones, part).mean()) for part in ("teeth", "tongue", "dark", "skin")
    }
    assert luma["teeth"] > luma["tongue"] > luma["dark"]
    assert tones.dark.min() >= 3
    assert tones.dark.max() <= 40
    assert tones.teeth.max() <= 245
    assert 0.8 * luma["skin"] < luma["teeth"] < 2.0 * luma["skin"] + 25
    assert 0.3 < tones.blur < 5
    assert 0 <= tones.grain <= 8


@pytest.mark.parametrize("name", PORTRAITS)
def test_a_grey_picture_gets_a_grey_mouth(seated, name: str) -> None:
    picture, face = seated(name)
    grey = cv2.cvtColor(cv2.cvtColor(picture, cv2.COLOR_RGB2GRAY), cv2.COLOR_GRAY2RGB)
    result = drawn(grey, face.landmarks, "a").astype(int)
    assert np.abs(result - grey).max() > 60
    assert (result.max(axis=2) - result.min(axis=2)).max() <= 6


def test_grain_of_the_portrait_goes_on_in_the_mouth(seated) -> None:
    picture, face = seated("poet")
    rng = np.random.default_rng(0)
    noisy = np.clip(picture + rng.normal(0, 6, picture.shape[:2])[..., None], 0, 255)
    frame = FaceFrame(face.landmarks)
    clean, grainy = (
        measure_tones(one.astype(np.uint8), frame, face.landmarks[:, :2]).grain
        for one in (picture, noisy)
    )
    assert grainy > clean + 2
