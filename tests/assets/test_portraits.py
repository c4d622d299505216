import json
from pathlib import Path

import numpy as np
import pytest

from talker.assets.portraits import load_portrait, portraits
from talker.assets.voices import load_voice
from talker.errors import AssetError, UsageError


@pytest.fixture
def own_portraits(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The user's own folder of portraits, empty."""
    monkeypatch.setattr("platformdirs.user_data_dir", lambda name: str(tmp_path / name))
    folder = tmp_path / "talker" / "portraits"
    folder.mkdir(parents=True)
    return folder


@pytest.mark.usefixtures("assets")
def test_every_portrait_of_ours_has_a_picture_a_credit_and_a_licence():
    for portrait in portraits():
        assert portrait.picture().stat().st_size > 10_000
        assert portrait.credit
        assert portrait.licence
        assert portrait.how_made
    assert {portrait.name for portrait in portraits()} >= {"poet", "reader", "astronaut"}


def test_a_photograph_of_the_store_that_is_not_there_tells_how_to_get_it(tmp_path, monkeypatch):
    monkeypatch.setenv("TALKER_HOME", str(tmp_path))
    with pytest.raises(AssetError, match="talker models pull astronaut"):
        load_portrait("astronaut").picture()


def test_any_picture_is_a_portrait(tmp_path):
    picture = tmp_path / "Me at home.JPG"
    picture.write_bytes(b"jpeg")
    portrait = load_portrait(picture)
    assert portrait.picture() == picture
    assert portrait.title == "Me at home"
    assert portrait.load_landmarks() is None


def test_a_description_beside_a_picture_is_used(tmp_path):
    points = np.arange(478 * 3, dtype=np.float32).reshape(478, 3)
    (tmp_path / "ink.png").write_bytes(b"png")
    (tmp_path / "points.json").write_text(json.dumps(points.tolist()))
    (tmp_path / "ink.toml").write_text(
        'title = "Ink"\nimage = "ink.png"\ncrop = [10, 0, 300, 200]\nlandmarks = "points.json"\n'
    )
    for name in ("ink.png", "ink.toml"):
        portrait = load_portrait(str(tmp_path / name))
        assert portrait.picture() == tmp_path / "ink.png"
        assert portrait.crop == (10, 0, 300, 200)
        np.testing.assert_array_equal(portrait.load_landmarks(), points)


def test_every_portrait_of_ours_has_a_voice_that_speaks_each_of_its_languages():
    for portrait in portraits():
        assert portrait.voices.keys() == {"zh", "en"}
        for language, name in portrait.voices.items():
            assert load_voice(name).speaks(language)
    assert load_portrait("poet").voices["zh"] == "zh-man"
    assert load_portrait("reader").voices["en"] == "en-woman"


@pytest.mark.parametrize("content", ["[[1, 2, 3]]", "no json", '{"points": []}', "[[NaN]]"])
def test_landmarks_that_are_no_face_are_refused(tmp_path, content):
    (tmp_path / "points.json").write_text(content)
    (tmp_path / "ink.toml").write_text(
        'title = "Ink"\nimage = "ink.png"\nlandmarks = "points.json"\n'
    )
    with pytest.raises(AssetError, match="holds no landmarks of the portrait 'ink'"):
        load_portrait(tmp_path / "ink.toml").load_landmarks()


@pytest.mark.parametrize(
    "line",
    [
        "crop = [9, 0, 3, 2]",
        "crop = [-1, 0, 3, 2]",
        "size = 3",
        "voices = 'en'",
        "voices.EN = 'en'",
        "voices.en = ''",
    ],
)
def test_a_broken_description_is_named(own_portraits, line):
    (own_portraits / "ink.toml").write_text(f'title = "Ink"\nimage = "ink.png"\n{line}\n')
    with pytest.raises(AssetError, match=r"ink\.toml' describes no portrait"):
        load_portrait("ink")


def test_the_users_own_come_before_ours_and_need_no_description(own_portraits):
    (own_portraits / "anchor.jpg").write_bytes(b"jpeg")
    (own_portraits / "poet.png").write_bytes(b"mine")
    (own_portraits / "poet.toml").write_text('title = "My poet"\nimage = "poet.png"\n')
    assert load_portrait("anchor").picture() == own_portraits / "anchor.jpg"
    assert load_portrait("poet").title == "My poet"
    assert {"anchor", "poet", "reader"} <= {portrait.name for portrait in portraits()}


def test_a_picture_that_has_gone_is_told(own_portraits):
    (own_portraits / "ink.toml").write_text('title = "Ink"\nimage = "ink.png"\n')
    with pytest.raises(AssetError, match="is gone"):
        load_portrait("ink").picture()


@pytest.mark.parametrize(
    ("asked", "problem"),
    [
        ("poett", "Did you mean 'poet'"),
        ("missing.png", r"no picture 'missing\.png'"),
        ("some/where", "no picture"),
        ("/", "is a folder"),
    ],
)
def test_what_is_no_portrait_is_a_usage_error(asked, problem):
    with pytest.raises(UsageError, match=problem):
        load_portrait(asked)
