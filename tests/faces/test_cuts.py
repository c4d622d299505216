from __future__ import annotations

from fractions import Fraction
from pathlib import Path

import numpy as np
import pytest

from talker.faces.cuts import split_scenes
from talker.media.clip import ClipSource
from talker.media.frames import Frame, Picture


@pytest.fixture(scope="module")
def shots(media: Path) -> list[list[Picture]]:
    names = ("grid_bbaf2n.mpg", "grid_lbax4n.mpg", "grid_pwij3p.mpg")
    return [[frame.picture for frame in ClipSource(media / name).frames()] for name in names]


def cuts(pictures: list[Picture]) -> list[int]:
    frames = (Frame(picture, Fraction(number, 25)) for number, picture in enumerate(pictures))
    return [number for number, scene in enumerate(split_scenes(frames)) if scene.is_cut]


@pytest.mark.parametrize(("one", "other"), [(0, 1), (1, 2), (2, 0), (1, 0)])
def test_a_cut_between_people_filmed_alike_is_found(
    shots: list[list[Picture]], one: int, other: int
) -> None:
    assert cuts(shots[one][:20] + shots[other][30:50] + shots[one][40:60]) == [20, 40]


def test_talking_is_no_cut(shots: list[list[Picture]], media: Path) -> None:
    for pictures in shots:
        assert cuts(pictures) == []
    assert cuts([frame.picture for frame in ClipSource(media / "mona7s.mp4").frames()]) == []


def test_a_flash_is_no_cut(shots: list[list[Picture]]) -> None:
    flashed = [picture.copy() for picture in shots[0][:30]]
    flashed[10] = np.clip(flashed[10].astype(int) * 3 + 60, 0, 255).astype(np.uint8)
    flashed[11] = np.full_like(flashed[11], 255)
    assert cuts(flashed) == []


def test_a_swinging_camera_is_no_cut(shots: list[list[Picture]]) -> None:
    wide = np.hstack([shots[0][0], shots[1][0], shots[2][0]])
    assert cuts([wide[:, 12 * step : 12 * step + 360] for step in range(60)]) == []


def test_every_frame_comes_through_in_order(shots: list[list[Picture]]) -> None:
    frames = [Frame(picture, Fraction(number, 25)) for number, picture in enumerate(shots[0][:9])]
    assert [scene.frame.time_s for scene in split_scenes(frames)] == [f.time_s for f in frames]
    assert [scene.is_cut for scene in split_scenes(frames[:1])] == [False]
