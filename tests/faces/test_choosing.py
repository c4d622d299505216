from __future__ import annotations

import numpy as np
import pytest

from talker.errors import FaceError, UsageError
from talker.faces.choosing import choose_face, warnings_for
from talker.faces.face import LEFT_EYE_OUTER, RIGHT_EYE_OUTER, Face
from talker.faces.mesh import rotation


def face(x: float, y: float, span: float, *, yaw_deg: float = 0, pitch_deg: float = 0) -> Face:
    """A flat cloud with eyes, forehead and chin in their places, turned away from the camera."""
    points = np.random.default_rng(0).uniform(-1, 1, (478, 3)) * (span, 1.2 * span, 0)
    points[RIGHT_EYE_OUTER], points[LEFT_EYE_OUTER] = (-span / 2, 0, 0), (span / 2, 0, 0)
    points[10], points[152] = (0, -span, 0), (0, 1.2 * span, 0)
    points[:, [0, 2]] = points[:, [0, 2]] @ rotation(np.radians(yaw_deg)).T
    points[:, [1, 2]] = points[:, [1, 2]] @ rotation(np.radians(pitch_deg)).T
    points += (x, y, 0)
    flat = points[:, :2]
    box = np.concatenate([flat.min(axis=0), flat.max(axis=0)])
    return Face(box.astype(np.float32), points.astype(np.float32), 0.9)


MIDDLE, LEFT, RIGHT = face(500, 300, 120), face(150, 320, 70), face(900, 280, 90)
GROUP = [MIDDLE, RIGHT, LEFT]


def test_the_largest_face_speaks_by_default() -> None:
    assert choose_face(GROUP) is MIDDLE


@pytest.mark.parametrize(("index", "expected"), [(0, LEFT), (1, MIDDLE), (2, RIGHT)])
def test_an_index_counts_from_the_left(index: int, expected: Face) -> None:
    assert choose_face(GROUP, index=index) is expected


@pytest.mark.parametrize(
    ("at", "expected"),
    [((150, 320), LEFT), ((880, 250), RIGHT), ((1, 1), LEFT), ((560, 310), MIDDLE)],
)
def test_a_place_chooses_the_face_there_or_nearest(at: tuple[float, float], expected: Face) -> None:
    assert choose_face(GROUP, at=at) is expected


def test_a_place_may_be_given_in_fractions() -> None:
    assert choose_face(GROUP, at=(0.88, 0.4), size=(1000, 600)) is RIGHT
    assert choose_face(GROUP, at=(880, 250), size=(1000, 600)) is RIGHT


@pytest.mark.parametrize("index", [-1, 3])
def test_a_wrong_index_lists_the_faces_and_their_options(index: int) -> None:
    with pytest.raises(FaceError) as refusal:
        choose_face(GROUP, index=index)
    message = str(refusal.value)
    assert "shows 3" in message
    for number in range(3):
        assert f"--face-index {number} " in message
    assert "eye span 120 pixels" in message
    assert refusal.value.exit_code == 2


def test_no_face_says_what_would_help() -> None:
    with pytest.raises(FaceError, match="No face") as refusal:
        choose_face([])
    assert "seen from the front" in refusal.value.remedy


def test_two_ways_at_once_are_refused() -> None:
    with pytest.raises(UsageError, match="both choose"):
        choose_face(GROUP, index=0, at=(1, 1))


def test_a_good_face_has_no_warnings() -> None:
    assert warnings_for(face(0, 0, 80)) == []


def test_a_small_face_is_warned_about() -> None:
    [warning] = warnings_for(face(0, 0, 41))
    assert "41 pixels" in warning


@pytest.mark.parametrize(
    ("yaw_deg", "pitch_deg", "says"),
    [(45, 0, "45 degrees to the side"), (-40, 0, "40 degrees"), (0, 45, "down"), (0, -35, "up")],
)
def test_a_face_turned_away_is_warned_about(yaw_deg: float, pitch_deg: float, says: str) -> None:
    [warning] = warnings_for(face(0, 0, 120, yaw_deg=yaw_deg, pitch_deg=pitch_deg))
    assert says in warning
