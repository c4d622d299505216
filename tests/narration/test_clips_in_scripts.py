"""Scripts whose speakers are portraits that are clips."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from clip_portraits import describe, swaying, write_clip
from narration.conftest import Narrate, pictures
from numpy.typing import NDArray

from talker.faces.finding import find_faces
from talker.media.clip import ClipSource

SIDE, SIZE = 320, (640, 360)

POEM = """---
kind: poem
title: Home
language: en
portrait: {portrait}
captions: vertical
fps: 5
size: 640x360
---

May we go home?
"""

TOGETHER = """---
kind: dialogue
language: en
view: together
fps: 5
size: 640x360
cast:
  Ann: {{portrait: '{portrait}', face: 0, voice: en-woman}}
  Ben: {{portrait: '{portrait}', face: 1, voice: en}}
---
Ann: Mamma, may we map Miami?

Ben: Maybe.
"""


@pytest.fixture
def listening(tmp_path: Path) -> Path:
    """The description of a clip."""
    return describe(write_clip(tmp_path / "listening.mp4", swaying("reader", SIDE, 25)))


def face_in(picture: NDArray[np.uint8]) -> NDArray[np.float32]:
    """Its box; there is one face."""
    (face,) = find_faces(picture)
    return face.box


def test_a_clip_is_framed_as_a_picture_is_beside_verse(
    home: Path, narrate: Narrate, listening: Path
):
    clip = narrate(POEM.format(portrait=listening), "clip", ("burn",), life=0)
    still = narrate(POEM.format(portrait="reader"), "still", ("burn",), life=0)
    moving, standing = list(pictures(clip.path))[-3], list(pictures(still.path))[-3]
    assert np.abs(face_in(moving) - face_in(standing)).max() < 0.05 * SIZE[1]


def test_a_clip_moves_while_it_speaks(home: Path, narrate: Narrate, listening: Path):
    result = narrate(POEM.format(portrait=listening), "clip")
    shown = list(pictures(result.path))
    assert len(shown) == result.frames
    middles = [face_in(picture)[[0, 2]].mean() for picture in shown[-8:-2]]
    assert np.ptp(middles) > 2


def test_two_people_of_one_clip_speak_in_turn(home: Path, narrate: Narrate, tmp_path: Path):
    pairs = [
        np.concatenate(both, axis=1)
        for both in zip(swaying("reader", SIDE, 25), swaying("poet", SIDE, 25), strict=True)
    ]
    two = write_clip(tmp_path / "two.mp4", pairs)
    result = narrate(TOGETHER.format(portrait=two), "two", life=0)
    shown = list(pictures(result.path))
    assert len(shown) == result.frames
    assert len(find_faces(shown[0])) == 2


def test_a_clip_whose_face_comes_later_speaks_too(home: Path, narrate: Narrate, tmp_path: Path):
    people = swaying("reader", SIDE, 25)
    empty = np.full_like(people[0], 120)
    late = write_clip(tmp_path / "late.mp4", [empty] * 5 + people)
    assert next(ClipSource(late).frames(0, 1)).picture.std() < 3
    result = narrate(POEM.format(portrait=late), "late")
    assert len(list(pictures(result.path))) == result.frames
