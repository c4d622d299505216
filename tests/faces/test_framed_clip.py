"""Clips in the places of a programme: framed as portraits are."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from clip_portraits import swaying, write_clip

from talker.faces.face import Face
from talker.faces.finding import find_faces
from talker.faces.framed_clip import FramedClip
from talker.faces.framing import frame_faces, window_of
from talker.media.clip import ClipSource
from talker.media.frames import Picture

SIDE, COUNT = 384, 8
PLACES = [((640, 360), 0.31), ((640, 360), 0.5), ((256, 256), 0.5), ((360, 640), 0.5)]


@pytest.fixture(scope="module")
def clip(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return write_clip(
        tmp_path_factory.mktemp("clips") / "reader.mp4", swaying("reader", SIDE, COUNT)
    )


@pytest.fixture(scope="module")
def first(clip: Path) -> Picture:
    return next(ClipSource(clip).frames(0, 1)).picture


@pytest.fixture(scope="module")
def face(first: Picture, assets: None) -> Face:
    (face,) = find_faces(first)
    return face


@pytest.mark.parametrize(("size", "place"), PLACES)
def test_its_first_frame_is_framed_as_a_picture_is(
    clip: Path, first: Picture, face: Face, size: tuple[int, int], place: float
):
    framed = FramedClip(clip, first, [face], size, place=place)
    picture = next(framed.frames()).picture
    expected, (moved,) = frame_faces(first, [face], size, place=place)
    assert picture.shape == (size[1], size[0], 3) == expected.shape
    assert np.abs(picture.astype(float) - expected).mean() < 2
    np.testing.assert_array_equal(framed.faces[0].box, moved.box)
    (found,) = find_faces(picture)
    assert np.abs(found.box - moved.box).max() < 0.05 * size[1]


@pytest.mark.parametrize(("size", "place"), PLACES)
def test_every_frame_is_framed_alike(
    clip: Path, first: Picture, face: Face, size: tuple[int, int], place: float
):
    framed = FramedClip(clip, first, [face], size, place=place)
    pictures = list(ClipSource(clip).frames())
    for shown, own in zip(framed.frames(), pictures, strict=True):
        expected, _ = frame_faces(own.picture, [face], size, place=place)
        middle = slice(size[1] // 4, -size[1] // 4)
        around = slice(int(place * size[0]) - 40, int(place * size[0]) + 40)
        apart = shown.picture[middle, around].astype(float) - expected[middle, around]
        assert np.abs(apart).mean() < 2
        assert shown.time_s == own.time_s


def test_what_it_is_extended_by_stands_still_and_joins_without_a_seam(
    clip: Path, first: Picture, face: Face
):
    size = (768, 384)
    framed = FramedClip(clip, first, [face], size)
    pictures = np.stack([frame.picture for frame in framed.frames()]).astype(float)
    window = window_of(first, [face], size)
    left, right = (
        round((edge - window.left) * size[0] / window.width) for edge in (0, first.shape[1])
    )
    assert 0 < left < right < size[0]
    assert np.ptp(pictures[:, :, : left - 1], axis=0).max() == 0
    assert np.ptp(pictures[:, :, right + 1 :], axis=0).max() == 0
    assert np.ptp(pictures[:, :, left + 100 : right - 100], axis=0).max() > 20
    # At the edges neighbours differ no more than elsewhere in the clip.
    steps = np.abs(np.diff(pictures, axis=2)).mean(axis=(0, 1, 3))
    for edge in (left, right):
        assert steps[edge - 8 : edge + 8].max() < 1.5 * steps[left + 20 : right - 20].max()


def test_some_of_its_frames_can_be_read_alone(clip: Path, first: Picture, face: Face):
    framed = FramedClip(clip, first, [face], (640, 360))
    every = [frame.picture for frame in framed.frames()]
    (alone,) = framed.frames(5, 6)
    np.testing.assert_array_equal(alone.picture, every[5])
