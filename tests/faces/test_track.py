from __future__ import annotations

import numpy as np
import pytest

from talker.faces.face import Face
from talker.faces.track import FaceFile, FaceTrack, FittedTrack, Span


def face(number: int) -> Face:
    landmarks = np.random.default_rng(number).uniform(0, 500, (478, 3)).astype(np.float32)
    return Face(np.array([1, 2, 3, number], np.float32), landmarks, 0.75, trust=number / 10)


@pytest.fixture
def track() -> FaceTrack:
    faces = FaceFile()
    for number in range(10):
        faces.append(None if number in (4, 5) else face(number))
    return FaceTrack(faces, [Span(4, 6, "lost", "pass"), Span(8, 9, "turned", "pass")], [3])


def test_faces_come_back_from_the_file_as_they_were(track: FaceTrack) -> None:
    with track:
        for number in (9, 0, 7):
            read, own = track[number], face(number)
            assert read is not None
            assert np.array_equal(read.landmarks, own.landmarks)
            assert np.array_equal(read.box, own.box)
            assert (read.score, read.trust) == pytest.approx((own.score, own.trust))
        assert track[4] is None
        assert len(track) == len(list(track)) == 10
        with pytest.raises(IndexError):
            track[10]


def test_a_fitted_track_shows_the_frames_and_spans_of_its_film(track: FaceTrack) -> None:
    bounced = [*range(10), *range(8, 0, -1)]
    fitted = FittedTrack(track, bounced.__getitem__, len(bounced))
    assert len(fitted) == 18
    for number, shown in enumerate(bounced):
        one, other = fitted[number], track[shown]
        assert (one is None) == (other is None)
        assert one is None or other is None or np.array_equal(one.landmarks, other.landmarks)
    assert [(span.first, span.end, span.reason) for span in fitted.film_spans] == [
        (4, 6, "lost"),
        (8, 9, "turned"),
        (10, 11, "turned"),
        (13, 15, "lost"),
    ]
