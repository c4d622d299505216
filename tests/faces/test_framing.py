from __future__ import annotations

from pathlib import Path

import cv2
import numpy as np
import pytest
from numpy.typing import NDArray

from talker.errors import UsageError
from talker.faces.extending import Margins, extended
from talker.faces.face import Face
from talker.faces.finding import Finder
from talker.faces.framing import frame_portrait
from talker.media.pictures import read_picture

PORTRAITS = Path(__file__).parents[2] / "portraits"


@pytest.fixture(scope="module")
def finder(assets: None) -> Finder:
    return Finder()


@pytest.fixture(scope="module")
def poet(finder: Finder) -> tuple[NDArray[np.uint8], Face]:
    picture = read_picture(PORTRAITS / "poet.png")
    [face] = finder.find(picture)
    return picture, face


def scaled(poet: tuple[NDArray[np.uint8], Face], width: int, height: int) -> tuple:
    """The poet in another size, shape kept, cut at the bottom."""
    picture, face = poet
    scale = width / picture.shape[1]
    resized = cv2.resize(picture, (width, width), interpolation=cv2.INTER_AREA)[:height]
    return resized, Face(face.box * np.float32(scale), face.landmarks * np.float32(scale), 1.0)


def test_a_portrait_of_fitting_size_is_left_alone(poet: tuple[NDArray[np.uint8], Face]) -> None:
    picture, face = poet
    framed, moved = frame_portrait(picture, face)
    np.testing.assert_array_equal(framed, picture)
    np.testing.assert_array_equal(moved.landmarks, face.landmarks)


@pytest.mark.parametrize(
    ("width", "height", "expected"),
    [
        (767, 767, (766, 766)),
        (601, 500, (600, 500)),
        (2000, 1600, (1350, 1080)),
        (4000, 2000, (1920, 960)),
        (100, 100, (512, 512)),
    ],
)
def test_the_own_size_becomes_even_and_moderate(
    poet: tuple[NDArray[np.uint8], Face], width: int, height: int, expected: tuple[int, int]
) -> None:
    picture, face = scaled(poet, width, height)
    framed, _ = frame_portrait(picture, face)
    assert framed.shape[1::-1] == expected


def test_an_odd_picture_is_cut_and_stays_sharp(poet: tuple[NDArray[np.uint8], Face]) -> None:
    picture, face = poet
    odd = np.ascontiguousarray(picture[:767, :767])
    framed, _ = frame_portrait(odd, face)
    places = [np.array_equal(framed, odd[y : y + 766, x : x + 766]) for y in (0, 1) for x in (0, 1)]
    assert any(places)


@pytest.mark.parametrize(
    "size", [(512, 512), (1280, 720), (720, 1280), (1920, 480), (300, 1200), (640, 480)]
)
def test_landmarks_go_along_and_the_head_stays_whole(
    finder: Finder, poet: tuple[NDArray[np.uint8], Face], size: tuple[int, int]
) -> None:
    framed, moved = frame_portrait(*poet, size)
    assert framed.shape == (size[1], size[0], 3)
    [again] = finder.find(framed)
    apart = np.hypot(*(again.landmarks - moved.landmarks)[:, :2].T)
    assert np.median(apart) < 0.01 * moved.eye_span
    forehead, chin = moved.landmarks[10, :2], moved.landmarks[152, :2]
    crown = forehead + (forehead - chin) * 0.7
    assert crown[1] >= 0
    assert chin[1] < size[1]
    depth = np.ptp(moved.landmarks[:, 2]) / np.ptp(poet[1].landmarks[:, 2])
    assert depth == pytest.approx(moved.eye_span / poet[1].eye_span, rel=0.02)


def test_no_seam_where_the_border_is_extended(poet: tuple[NDArray[np.uint8], Face]) -> None:
    framed, _ = frame_portrait(*poet, (1280, 720))
    steps = np.abs(np.diff(framed[:200].astype(float).mean(axis=2), axis=1)).mean(axis=0)
    outside, inside = np.r_[steps[:400], steps[-400:]], steps[400:-400]
    assert outside.max() < max(4, inside.max())


def test_a_crop_chooses_the_part(finder: Finder, poet: tuple[NDArray[np.uint8], Face]) -> None:
    picture, face = poet
    framed, moved = frame_portrait(picture, face, None, (184, 100, 584, 700))
    np.testing.assert_array_equal(framed, picture[100:700, 184:584])
    assert moved.landmarks[4, 0] == pytest.approx(face.landmarks[4, 0] - 184, abs=0.01)


@pytest.mark.parametrize(
    ("size", "crop", "says"),
    [
        ((511, 512), None, "--size 510x512"),
        ((32, 32), None, "64 to 4096"),
        ((9000, 9000), None, "64 to 4096"),
        (None, (0, 0, 100, 100), "around the face"),
        (None, (100, 100, 2000, 500), "in pixels of the picture"),
        (None, (600, 100, 200, 500), "in pixels of the picture"),
    ],
)
def test_impossible_frames_are_refused(
    poet: tuple[NDArray[np.uint8], Face],
    size: tuple[int, int] | None,
    crop: tuple[float, float, float, float] | None,
    says: str,
) -> None:
    with pytest.raises(UsageError) as refusal:
        frame_portrait(*poet, size, crop)
    assert says in refusal.value.remedy


def test_a_cut_shoulder_goes_on_beyond_the_picture() -> None:
    height, width = 100, 120
    y, x = np.mgrid[:height, :width]
    # A person whose shoulders fall away to both sides, and are cut by both edges.
    person = (y > 40 + 0.5 * np.abs(x - 60)).astype(np.uint8)
    picture = np.where(person[..., None], (200, 30, 30), (30, 30, 200)).astype(np.uint8)
    wide = extended(picture, Margins(0, 0, 60, 60), person)
    np.testing.assert_array_equal(wide[:, 60:180], picture)
    body = (wide[..., 0] > 115).astype(int)
    tops = np.where(body.any(axis=0), body.argmax(axis=0), height)
    # Outwards the outline falls everywhere, without a step, to the lower edge.
    for side in (tops[59::-1], tops[180:]):
        steps = np.diff(side)
        assert (steps >= -1).all()
        assert steps.max() <= 4
        assert side[-1] == height
    assert (wide[:60, 60 - 50 : 60, 2] > 115).all()


def test_a_tall_film_cuts_shoulders_rather_than_going_on_below(
    poet: tuple[NDArray[np.uint8], Face],
) -> None:
    picture, face = poet
    framed, moved = frame_portrait(picture, face, (540, 960))
    shown = framed.shape[0] / (moved.eye_span / face.eye_span)
    assert shown < 1.25 * picture.shape[0]
    assert moved.box[0] > 0
    assert moved.box[2] < 540
