from __future__ import annotations

from collections.abc import Iterator, Sequence
from fractions import Fraction
from itertools import pairwise
from pathlib import Path

import cv2
import numpy as np
import pytest
from PIL import Image
from running import ROOT

from talker.errors import FaceError
from talker.faces.face import Face
from talker.faces.following import FaceChoice, track_faces
from talker.faces.track import FaceTrack
from talker.media.clip import ClipSource
from talker.media.frames import Frame, FrameSource, Picture, Still

pytestmark = pytest.mark.usefixtures("assets")

FPS = Fraction(25)


class Shots(FrameSource):
    """Pictures as a clip."""

    def __init__(self, pictures: Sequence[Picture]) -> None:
        self._pictures = pictures
        self.height, self.width = pictures[0].shape[:2]
        self.fps = FPS
        self.length = len(pictures)

    def frames(self) -> Iterator[Frame]:
        for number, picture in enumerate(self._pictures):
            yield Frame(picture, number / FPS)


@pytest.fixture(scope="module")
def speakers(media: Path) -> list[list[Picture]]:
    """Three people, each talking for 2 s, 360x288."""
    names = ("grid_bbaf2n.mpg", "grid_lbax4n.mpg", "grid_pwij3p.mpg")
    return [
        [
            frame.picture
            for _, frame in zip(range(50), ClipSource(media / name).frames(), strict=False)
        ]
        for name in names
    ]


def middle(face: Face | None) -> float:
    assert face is not None
    return float(face.box[[0, 2]].mean())


def beside(*clips: Sequence[Picture]) -> list[Picture]:
    return [np.hstack(pictures) for pictures in zip(*clips, strict=True)]


def plain(clip: Sequence[Picture]) -> list[Picture]:
    return [np.full_like(picture, 90) for picture in clip]


def cut_from(picture: Picture) -> tuple[Picture, Picture]:
    """A head on its own, and how much each pixel of it covers."""
    rows, columns = np.mgrid[: picture.shape[0], : picture.shape[1]]
    away = np.hypot((columns - 170) / 85, (rows - 165) / 130)
    return picture, np.clip((1.1 - away) / 0.1, 0, 1)[..., None]


def laid_over(back: Picture, picture: Picture, x: int, y: int = 0) -> Picture:
    """The head of a picture before another one."""
    head, share = cut_from(picture)
    wide = np.pad(back, ((400, 400), (400, 400), (0, 0)))
    there = wide[400 + y : 400 + y + head.shape[0], 400 + x : 400 + x + head.shape[1]]
    there[:] = np.rint(there + share * (head.astype(float) - there)).astype(np.uint8)
    return wide[400:-400, 400:-400]


@pytest.mark.parametrize("lost", ["hold", "interpolate", "pass"])
def test_a_face_that_is_there_all_the_time_has_no_spans(
    speakers: list[list[Picture]], lost: str
) -> None:
    with track_faces(Shots(speakers[0]), lost=lost) as track:  # type: ignore[arg-type]
        assert len(track) == 50
        assert (track.spans, track.cuts) == ((), ())
        assert all(face is not None and face.trust == 1 for face in track)


def test_the_picture_of_one_frame_is_a_track_of_one(speakers: list[list[Picture]]) -> None:
    for source in (Still(speakers[0][0]), Shots(speakers[0][:1])):
        with track_faces(source) as track:
            assert len(track) == 1
            assert middle(track[0]) == pytest.approx(152, abs=8)


@pytest.mark.parametrize("index", [0, 1])
def test_people_side_by_side_are_not_swapped(speakers: list[list[Picture]], index: int) -> None:
    clip = Shots(beside(speakers[0], speakers[2]))
    with track_faces(clip, FaceChoice(index=index)) as track:
        assert all(360 * index < middle(face) < 360 * (index + 1) for face in track)
        assert track.spans == ()


def test_a_place_chooses_in_pixels_and_in_fractions(speakers: list[list[Picture]]) -> None:
    clip = Shots(beside(speakers[0], speakers[1])[:5])
    for at in ((540.0, 150.0), (0.75, 0.5)):
        with track_faces(clip, FaceChoice(at=at)) as track:
            assert middle(track[0]) > 360


@pytest.mark.parametrize(("first", "second"), [(0, 1), (0, 2), (1, 2), (2, 0)])
def test_a_cut_that_swaps_sides_does_not_swap_people(
    speakers: list[list[Picture]], first: int, second: int
) -> None:
    before = beside(speakers[first], speakers[second])[:12]
    after = beside(speakers[second], speakers[first])[20:36]
    with track_faces(Shots(before + after), FaceChoice(index=0)) as track:
        assert track.cuts == (12,)
        assert all(face is None or middle(face) < 360 for face in track[:12])
        assert all(face is None or middle(face) > 360 for face in track[12:])
        assert sum(face is not None for face in track) > 20


@pytest.mark.parametrize(("who", "other"), [(0, 1), (1, 2), (2, 0)])
def test_somebody_else_after_a_cut_is_not_taken_for_the_person(
    speakers: list[list[Picture]], who: int, other: int
) -> None:
    shots = speakers[who][:15] + speakers[other][:15] + speakers[who][30:45]
    with track_faces(Shots(shots)) as track:
        assert [(span.first, span.end, span.reason) for span in track.spans] == [(15, 30, "lost")]
        assert all(face is None for face in track[15:30])


@pytest.mark.parametrize(("front", "back"), [(0, 1), (1, 2), (2, 1)])
def test_one_who_walks_past_in_front_is_not_followed_away(
    speakers: list[list[Picture]], front: int, back: int
) -> None:
    wide = beside(speakers[back], plain(speakers[back]))
    shots = [
        laid_over(picture, speakers[front][number], 360 - 15 * number)
        for number, picture in enumerate(wide)
    ]
    theirs = middle_of_first(speakers[back])
    with track_faces(Shots(shots), FaceChoice(index=0)) as track:
        for face in track:
            if face is not None and face.trust > 0.5:
                assert middle(face) == pytest.approx(theirs, abs=25)
        assert track[0] is not None
        assert track[49] is not None


def middle_of_first(pictures: Sequence[Picture]) -> float:
    with track_faces(Still(pictures[0])) as track:
        return middle(track[0])


@pytest.mark.parametrize("hide", ["black frames", "a box over the face", "out of the picture"])
@pytest.mark.parametrize(("first", "end"), [(10, 31), (13, 18), (0, 7), (40, 50)])
def test_spans_without_a_face_are_told_to_the_frame(
    speakers: list[list[Picture]], hide: str, first: int, end: int
) -> None:
    shots = [picture.copy() for picture in speakers[1]]
    for number in range(first, end):
        if hide == "black frames":
            shots[number][:] = 0
        elif hide == "a box over the face":
            shots[number] = faceless(shots[number])
        else:
            shots[number] = shots[number][:, ::-1][:, :40].repeat(9, axis=1)
    with track_faces(Shots(shots), lost="pass") as track:
        spans = [(span.first, span.end) for span in track.spans if span.reason == "lost"]
        assert len(spans) == 1
        assert spans[0] == pytest.approx((first, end), abs=1)
        assert all(face is None for face in track[first + 1 : end - 1])


def faceless(picture: Picture) -> Picture:
    hidden = picture.copy()
    hidden[50:270, 80:280] = (60, 90, 70)
    return hidden


def behind_a_pane(picture: Picture) -> Picture:
    """The face hidden as gently as by milk glass, which no one takes for a cut."""
    hidden = picture.copy()
    hidden[90:270, 80:230] = cv2.blur(picture, (99, 99))[90:270, 80:230]
    return hidden


def occluded(picture: Picture, what: str) -> Picture:
    [x, y], span = (187, 190), 77
    hidden = picture.copy()
    skin = tuple(int(part) for part in picture[160, 150])
    if what == "a box of the skin's colour":
        cv2.rectangle(hidden, (x - span // 2, y - 25), (x + span // 2, y + 35), skin, -1)
    else:
        cv2.circle(hidden, (x, y + 8), 25, (30, 30, 30), -1)
        cv2.rectangle(hidden, (x - 8, y), (x + 8, 288), (20, 20, 20), -1)
    return hidden


@pytest.mark.parametrize("what", ["a box of the skin's colour", "a microphone"])
def test_a_covered_mouth_is_left_alone(speakers: list[list[Picture]], what: str) -> None:
    shots = list(speakers[1])
    shots[20:35] = [occluded(picture, what) for picture in shots[20:35]]
    with track_faces(Shots(shots)) as track:
        [span] = track.spans
        assert span.reason == "covered"
        assert (span.first, span.end) == pytest.approx((20, 35), abs=1)
        trust = [0.0 if face is None else face.trust for face in track]
    assert max(trust[21:34]) == 0
    assert (trust[5], trust[49]) == (1, 1)
    # The cross-fade on either side: monotonous, and of several frames.
    assert all(earlier >= later for earlier, later in pairwise(trust[5:21]))
    assert max(abs(np.diff(trust))) < 0.35


def test_a_short_gap_is_bridged_and_a_long_one_is_passed(speakers: list[list[Picture]]) -> None:
    for length, policy in ((4, "interpolate"), (28, "pass")):
        shots = beside(speakers[0], plain(speakers[0]))
        shots[10 : 10 + length] = [behind_a_pane(picture) for picture in shots[10 : 10 + length]]
        with track_faces(Shots(shots), lost="interpolate") as track:
            [span] = track.spans
            assert span.policy == policy
            assert (track[12] is None) == (policy == "pass")


def test_a_held_face_stays_where_it_was_and_fades(speakers: list[list[Picture]]) -> None:
    shots = beside(speakers[0], plain(speakers[0]))
    shots[20:] = [behind_a_pane(picture) for picture in shots[20:]]
    with track_faces(Shots(shots), lost="hold") as track:
        assert middle(track[45]) == pytest.approx(middle(track[18]), abs=3)
        last = track[49]
        assert last is not None
        assert last.trust == 0


def test_the_track_does_not_lag_behind_a_moving_face(speakers: list[list[Picture]]) -> None:
    still = Image.fromarray(speakers[1][0])
    shifts = 3.0 * np.arange(30)
    shots = [
        np.array(
            still.transform(
                (480, 288),
                Image.Transform.AFFINE,
                (1, 0, -shift, 0, 1, 0),
                Image.Resampling.BICUBIC,
            )
        )
        for shift in shifts
    ]
    with track_faces(Shots(shots)) as track:
        places = np.array([middle(face) for face in track]) - shifts
    # 0.3 pixels is a tenth of a frame's motion.
    assert np.ptp(places) < 0.6
    assert abs(np.polyfit(np.arange(30), places, 1)[0]) < 0.02


def test_a_still_face_under_camera_noise_does_not_tremble(speakers: list[list[Picture]]) -> None:
    noise = np.random.default_rng(3)
    shots = [
        np.clip(speakers[1][0] + noise.normal(0, 4, speakers[1][0].shape), 0, 255).astype(np.uint8)
        for _ in range(40)
    ]
    with track_faces(Shots(shots)) as track:
        landmarks = np.stack([face.landmarks[:, :2] for face in track if face is not None])
        face = track[0]
    assert face is not None
    width = float(face.box[2] - face.box[0])
    tremble = np.sqrt(np.square(np.diff(landmarks, axis=0)).mean()) / width
    assert tremble < 0.001


def test_a_clip_without_the_face_says_what_there_is(speakers: list[list[Picture]]) -> None:
    with pytest.raises(FaceError, match="No face"):
        track_faces(Shots([np.full((288, 360, 3), 90, np.uint8)] * 6))
    with pytest.raises(FaceError, match="shows 2"):
        track_faces(Shots(beside(speakers[0], speakers[1])[:3]), FaceChoice(index=2))


def test_a_picture_of_the_person_chooses(speakers: list[list[Picture]], tmp_path: Path) -> None:
    clip = Shots(beside(speakers[0], speakers[1])[:6])
    for who in (0, 1):
        picture = tmp_path / f"{who}.png"
        Image.fromarray(speakers[who][45]).resize((720, 576)).save(picture)
        with track_faces(clip, FaceChoice(like=picture)) as track:
            assert (middle(track[0]) > 360) == (who == 1)
    poet = ROOT / "portraits" / "poet.png"
    with pytest.raises(FaceError, match=r"poet\.png"):
        track_faces(clip, FaceChoice(like=poet))


def test_a_picture_of_the_person_chooses_in_a_picture_too(
    speakers: list[list[Picture]], tmp_path: Path
) -> None:
    both = Still(beside(speakers[0], speakers[1])[0])
    for who in (0, 1):
        picture = tmp_path / f"{who}.png"
        Image.fromarray(speakers[who][0]).save(picture)
        with track_faces(both, FaceChoice(like=picture)) as track:
            assert (middle(track[0]) > 360) == (who == 1)
    poet = ROOT / "portraits" / "poet.png"
    with pytest.raises(FaceError, match=r"poet\.png"):
        track_faces(both, FaceChoice(like=poet))


def test_the_model_knows_a_person_in_another_light_and_size(
    recognition: None, speakers: list[list[Picture]], tmp_path: Path
) -> None:
    clip = Shots(beside(speakers[0], speakers[1])[:6])
    for who in (0, 1):
        picture = tmp_path / f"{who}.png"
        evening = (speakers[who][45] * np.array([0.45, 0.3, 0.2])).astype(np.uint8)
        from_afar = Image.fromarray(np.ascontiguousarray(evening[:, ::-1])).resize((240, 192))
        from_afar.save(picture)
        with track_faces(clip, FaceChoice(like=picture)) as track:
            assert (middle(track[0]) > 360) == (who == 1)
    stranger = tmp_path / "stranger.png"
    Image.fromarray(speakers[2][45]).save(stranger)
    with pytest.raises(FaceError, match=r"stranger\.png"):
        track_faces(clip, FaceChoice(like=stranger))


def test_progress_ends_at_one(speakers: list[list[Picture]]) -> None:
    told: list[float] = []
    with track_faces(Shots(speakers[0][:9]), advance=told.append) as track:
        assert isinstance(track, FaceTrack)
    assert told == sorted(told)
    assert told[-1] == 1
