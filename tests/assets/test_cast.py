"""The portraits that were rendered for us: each one is fit to be animated."""

import itertools
import tomllib
from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray
from PIL import Image
from running import ROOT

from talker.assets.portraits import load_portrait, portraits
from talker.faces.finding import find_faces
from talker.faces.following import track_faces
from talker.media.clip import ClipSource, probe
from talker.media.pictures import read_picture

PEOPLE = sorted(file.stem for file in (ROOT / "portraits" / "studio" / "people").glob("*.toml"))
CLIPS = ("reader-listening", "poet-turning")
MAX_BYTES = 1_500_000
MIN_SIDE = 1024
MIN_EYE_SPAN = 150
MIN_SCORE = 0.9
EYES = ((159, 145), (386, 374))
"""Middles of the upper and the lower lid."""


def test_the_cast_is_of_eight_at_least_and_each_has_a_portrait_of_its_name():
    assert len(PEOPLE) >= 8
    assert set(PEOPLE) <= {portrait.name for portrait in portraits()}


@pytest.mark.parametrize("name", PEOPLE)
def test_a_portrait_is_large_in_pixels_and_small_in_bytes(name: str):
    file = load_portrait(name).picture()
    assert file.stat().st_size <= MAX_BYTES
    with Image.open(file) as picture:
        assert min(picture.size) >= MIN_SIDE


@pytest.mark.parametrize("name", PEOPLE)
def test_a_portrait_says_what_it_is_and_has_a_voice_in_both_languages(name: str):
    portrait = load_portrait(name)
    assert portrait.licence == "CC0-1.0"
    assert "Rendered" in portrait.how_made
    assert set(portrait.voices) >= {"en", "zh"}


@pytest.mark.parametrize("name", PEOPLE)
def test_one_face_is_found_for_sure_with_its_eyes_far_apart(name: str, assets: None):
    picture = read_picture(load_portrait(name).picture())
    faces = find_faces(picture)
    assert len(faces) == 1
    assert faces[0].score >= MIN_SCORE
    assert faces[0].eye_span >= MIN_EYE_SPAN


@pytest.mark.parametrize("name", PEOPLE)
def test_a_portrait_keeps_its_mouth_closed(name: str, assets: None):
    face = find_faces(read_picture(load_portrait(name).picture()))[0]
    upper, lower = face.landmarks[13, :2], face.landmarks[14, :2]
    assert abs(lower[1] - upper[1]) < 0.03 * face.eye_span


@pytest.fixture(scope="module", params=CLIPS)
def clip(request: pytest.FixtureRequest) -> Path:
    return load_portrait(request.param).picture()


def test_a_clip_is_of_five_seconds_in_h264_and_small(clip: Path):
    facts = probe(clip)
    assert facts.codecs == ("h264",)
    assert (facts.fps, facts.length) == (25, 125)
    assert min(facts.width, facts.height) >= 720
    assert clip.stat().st_size <= MAX_BYTES


def test_a_clip_begins_again_with_no_jump(clip: Path):
    frames = [frame.picture.astype(int) for frame in ClipSource(clip).frames()]
    steps = [np.abs(b - a).mean() for a, b in itertools.pairwise(frames)]
    assert np.abs(frames[0] - frames[-1]).mean() <= np.percentile(steps, 90)


def test_a_person_in_a_clip_keeps_the_mouth_closed_blinks_twice_and_moves(clip: Path, assets: None):
    with track_faces(ClipSource(clip), lost="pass") as track:
        faces = [track[k] for k in range(len(track))]
    assert all(face is not None and face.score >= MIN_SCORE for face in faces)
    points = np.array([face.landmarks[:, :2] for face in faces if face is not None])
    spans = np.array([face.eye_span for face in faces if face is not None])
    assert (spans >= MIN_EYE_SPAN).all()
    assert (np.abs(points[:, 14, 1] - points[:, 13, 1]) < 0.05 * spans).all()
    assert _blinks(points, spans) == 2
    across = (points[:, 1, 0] - (points[:, 33, 0] + points[:, 263, 0]) / 2) / spans
    down = (points[:, 1, 1] - (points[:, 33, 1] + points[:, 263, 1]) / 2) / spans
    assert max(np.ptp(across), np.ptp(down)) > 0.03


def _blinks(points: NDArray[np.float32], spans: NDArray[np.float64]) -> int:
    """How often both eyes close."""
    open_ = sum(np.abs(points[:, low, 1] - points[:, high, 1]) for high, low in EYES) / spans
    shut = open_ < 0.5 * np.median(open_)
    return int((np.diff(shut.astype(int)) == 1).sum())


def test_every_person_names_only_colours_that_are_colours():
    for name in PEOPLE:
        table = tomllib.loads(_file(name).read_text("utf-8"))
        assert all(_is_colour(text) for text in _texts(table) if text.startswith("#")), name


def _file(name: str) -> Path:
    return ROOT / "portraits" / "studio" / "people" / f"{name}.toml"


def _is_colour(text: str) -> bool:
    return len(text) == 7 and all(digit in "0123456789abcdef" for digit in text[1:])


def _texts(value: object) -> list[str]:
    if isinstance(value, dict):
        return [text for inner in value.values() for text in _texts(inner)]
    if isinstance(value, list):
        return [text for inner in value for text in _texts(inner)]
    return [value] if isinstance(value, str) else []
