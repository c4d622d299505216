"""The drawn portrait: its landmarks lie where the mesh sees the features."""

import numpy as np
import pytest

from talker.assets.portraits import load_portrait
from talker.faces.finding import find_faces
from talker.media.pictures import read_picture

FEATURES = [33, 133, 362, 263, 61, 291, 0, 17, 13, 4, 152, 468, 473]


@pytest.fixture(scope="module")
def landmarks() -> np.ndarray:
    return load_portrait("storyteller").load_landmarks()


def test_landmarks_lie_where_the_mesh_sees_the_features(assets: None, landmarks: np.ndarray):
    picture = read_picture(load_portrait("storyteller").picture())
    seen = find_faces(picture)[0]
    distance = np.linalg.norm(seen.landmarks[FEATURES, :2] - landmarks[FEATURES, :2], axis=1)
    assert distance.max() < 0.04 * seen.eye_span


def test_lips_are_closed(landmarks: np.ndarray):
    assert np.array_equal(landmarks[13, :2], landmarks[14, :2])


def test_face_is_symmetrical(landmarks: np.ndarray):
    middle = landmarks[[10, 152, 4], 0].mean()
    for left, right in ((33, 263), (61, 291), (468, 473)):
        assert landmarks[left, 0] + landmarks[right, 0] == pytest.approx(2 * middle, abs=2)
