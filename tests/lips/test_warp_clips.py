"""Real people who talk get other mouths than their own, and nothing else."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from fractions import Fraction
from pathlib import Path

import numpy as np
import pytest
from spoken_phones import evenly

from bench.independent_mesh import IndependentMesh
from talker.faces.face import Face
from talker.faces.following import track_faces
from talker.lips.engine import LipCapabilities, LipSettings, frame_count
from talker.lips.warp import anatomy
from talker.lips.warp.donors import choose_donors
from talker.lips.warp.engine import WarpEngine
from talker.lips.warp.face_frame import FaceFrame
from talker.media.clip import ClipSource
from talker.media.fitting import FittedClip
from talker.media.frames import Picture
from talker.speech.timeline import Speech

FPS = Fraction(25)
PHRASE = evenly(["m", "a", "p", "i", "b", "o"], before_s=0.2, after_s=0.2)
CLIPS = ("grid_bbaf2n.mpg", "grid_lbax4n.mpg", "grid_pwij3p.mpg")

Track = list[Face | None]


@pytest.fixture(scope="module", params=CLIPS)
def talking(request: pytest.FixtureRequest, media: Path, assets: None) -> tuple[ClipSource, Track]:
    """Somebody who talks for three seconds, and the face in each frame."""
    clip = ClipSource(media / request.param)
    with track_faces(clip) as track:
        return clip, list(track)


@pytest.fixture(scope="module")
def engine() -> WarpEngine:
    return WarpEngine(LipCapabilities(needs_weights=False, uses_phones=True))


def animated(
    engine: WarpEngine,
    clip: ClipSource,
    track: Sequence[Face | None],
    speech: Speech = PHRASE,
    **settings: object,
) -> Iterator[tuple[Picture, Picture]]:
    """Frames before and after."""
    how = replace(LipSettings(fps=FPS), **settings)
    source = FittedClip(clip, "hold", fps=FPS, count=frame_count(speech, how))
    frames = engine.animate(source, track, speech, how)
    for number, (before, after) in enumerate(zip(source.frames(), frames, strict=True)):
        assert after.time_s == number / FPS
        yield before.picture, after.picture


def test_nothing_above_the_mouth_or_beside_the_face_changes(
    engine: WarpEngine, talking: tuple[ClipSource, Track]
) -> None:
    clip, track = talking
    changed_frames = 0
    for (before, after), face in zip(animated(engine, clip, track), track, strict=False):
        assert face is not None
        rows, columns = np.nonzero((before != after).any(axis=2))
        if not len(rows):
            continue
        changed_frames += 1
        span = face.eye_span
        assert rows.min() >= face.landmarks[anatomy.NOSE_TIP, 1]
        assert columns.min() >= face.box[0] - 0.1 * span
        assert columns.max() <= face.box[2] + 0.1 * span
        assert rows.max() <= face.box[3] + 0.45 * span
    assert changed_frames == frame_count(PHRASE, LipSettings(fps=FPS))


def test_frames_without_a_trusted_face_stay_as_they_are(
    engine: WarpEngine, talking: tuple[ClipSource, Track]
) -> None:
    clip, track = talking
    gaps = list(track)
    gaps[3] = None
    gaps[7] = replace(track[7], trust=0.0) if track[7] else None
    for number, (before, after) in enumerate(animated(engine, clip, gaps)):
        assert np.array_equal(before, after) == (number in (3, 7))


def test_a_clip_in_which_no_face_is_trusted_stays_as_it_is(
    engine: WarpEngine, talking: tuple[ClipSource, Track]
) -> None:
    clip, track = talking
    nowhere: Track = [face and replace(face, trust=0.0) for face in track]
    for before, after in animated(engine, clip, nowhere):
        np.testing.assert_array_equal(before, after)


def test_trust_is_how_much_is_seen(engine: WarpEngine, talking: tuple[ClipSource, Track]) -> None:
    clip, track = talking
    half: Track = list(track)
    half[10] = replace(track[10], trust=0.5) if track[10] else None
    whole = [after for _, after in animated(engine, clip, track)]
    for number, (before, after) in enumerate(animated(engine, clip, half)):
        if number == 10:
            middle = (before.astype(float) + whole[10]) / 2
            changed = np.abs(whole[10].astype(float) - before) > 4
            assert changed.any()
            # Where two lenders overlap, each is half seen through the other.
            assert np.abs(after - middle)[changed].mean() <= 2.0


def test_threads_do_not_change_the_frames(
    engine: WarpEngine, talking: tuple[ClipSource, Track]
) -> None:
    one, three = (list(animated(engine, *talking, threads=threads)) for threads in (1, 3))
    for (_, single), (_, several) in zip(one, three, strict=True):
        np.testing.assert_array_equal(single, several)


def test_the_mouth_is_closed_in_silence_whatever_the_clip_s_own_says(
    engine: WarpEngine, talking: tuple[ClipSource, Track]
) -> None:
    clip, track = talking
    silence = Speech(np.zeros(24_000 * 29 // 10, np.float32), 24_000, (), "en", "")
    mesh, own_mesh = IndependentMesh(), IndependentMesh()
    openings: list[float] = []
    own: list[float] = []
    for before, after in animated(engine, clip, track, silence):
        for meter, picture, found in ((mesh, after, openings), (own_mesh, before, own)):
            points = meter.follow(picture)
            assert points is not None
            span = np.hypot(*(points[263, :2] - points[33, :2]))
            found.append(float(np.hypot(*(points[14, :2] - points[13, :2])) / span))
    assert np.percentile(own, 95) > 0.05  # the clip's own mouth speaks
    assert np.percentile(openings, 95) < 0.03


def test_lenders_are_frames_in_which_the_mouth_rests(talking: tuple[ClipSource, Track]) -> None:
    clip, track = talking
    runs = choose_donors(track, (clip.width, clip.height))
    assert [(run.first, run.end) for run in runs] == [(0, len(track))]
    gaps = [
        float(local[anatomy.LOWER_MIDDLE, 1] - local[anatomy.UPPER_MIDDLE, 1])
        for local in (FaceFrame(face.landmarks).local for face in track if face)
    ]
    assert runs[0].donors
    for donor in runs[0].donors:
        assert gaps[donor.number] <= np.percentile(gaps, 50)


def test_after_a_jump_a_face_has_lenders_of_its_own(talking: tuple[ClipSource, Track]) -> None:
    clip, track = talking
    aside = np.array([90, 0, 0], np.float32)
    jumped: Track = [
        *track,
        *(face and replace(face, landmarks=face.landmarks + aside) for face in track),
    ]
    first, second = choose_donors(jumped, (clip.width + 90, clip.height))
    assert (first.end, second.first) == (len(track), len(track))
    assert max(donor.number for donor in first.donors) < len(track)
    assert min(donor.number for donor in second.donors) >= len(track)


def test_a_face_whose_mouth_leaves_the_picture_lends_none(
    talking: tuple[ClipSource, Track],
) -> None:
    clip, track = talking
    below = np.array([0, clip.height / 2, 0], np.float32)
    leaving: Track = [face and replace(face, landmarks=face.landmarks + below) for face in track]
    assert [run.donors for run in choose_donors(leaving, (clip.width, clip.height))] == [()]
