"""The portraits that were rendered for us: each one is fit to be animated."""

import tomllib
from pathlib import Path

import pytest
from PIL import Image
from running import ROOT

from talker.assets.portraits import load_portrait, portraits
from talker.faces.finding import find_faces
from talker.media.pictures import read_picture

PEOPLE = sorted(file.stem for file in (ROOT / "portraits" / "studio" / "people").glob("*.toml"))
MAX_BYTES = 1_500_000
MIN_SIDE = 1024
MIN_EYE_SPAN = 150
MIN_SCORE = 0.9


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
