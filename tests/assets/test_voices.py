import json
from pathlib import Path

import pytest

from talker.assets.registry import built_in
from talker.assets.voices import load_voice, voice_for_language, voices
from talker.errors import AssetError, UsageError
from talker.speech.engine_capabilities import ESPEAK

MINE = 'title = "Mine"\nengine = "piper"\nlanguages = ["en"]\nlicence = "mine"\n'


@pytest.fixture
def own_voices(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The user's own folder of voices, empty."""
    monkeypatch.setattr("platformdirs.user_data_dir", lambda name: str(tmp_path / name))
    folder = tmp_path / "talker" / "voices"
    folder.mkdir(parents=True)
    return folder


def test_every_voice_of_ours_names_a_model_of_the_registry_and_its_licence():
    for voice in voices():
        assert voice.licence
        assert voice.title
        if voice.model:
            entry = built_in().entries[voice.model]
            assert voice.warning == entry.warning
    assert {voice.name for voice in voices()} >= {"zh", "en", "espeak"}


def test_the_rule_based_voice_lists_the_languages_that_its_engine_speaks():
    assert set(load_voice("espeak").languages) == ESPEAK.languages


@pytest.mark.parametrize(
    ("asked", "name", "engine"),
    [
        ("zh", "zh", "baker"),
        ("EN", "en", "piper"),
        ("joe", "en", "piper"),
        ("Mandarin", "zh", "baker"),
        ("fr", "espeak:fr", "espeak"),
        ("espeak:fr", "espeak:fr", "espeak"),
        ("en-GB", "espeak:en-gb", "espeak"),
        ("espeak:zh", "espeak:zh", "espeak"),
    ],
)
def test_a_voice_is_found_by_name_alias_or_language(asked, name, engine):
    voice = load_voice(asked)
    assert (voice.name, voice.engine) == (name, engine)


def test_a_language_is_settled_with_its_accent():
    voice = load_voice("en-gb")
    assert voice.languages == ("en",)
    assert voice.speaker == "en-gb"
    assert not voice.any_language


@pytest.mark.parametrize(
    ("language", "name"), [("zh", "zh"), ("en-US", "en"), ("de-AT", "espeak:de-at")]
)
def test_a_language_is_spoken_by_the_voice_made_for_it(language, name):
    voice = voice_for_language(language)
    assert voice is not None
    assert voice.name == name


def test_a_language_that_no_voice_speaks_has_none():
    assert voice_for_language("tlh") is None


@pytest.mark.parametrize("asked", ["englsh", "espeak:tlh", "joe:fr", ""])
def test_an_unknown_voice_is_a_usage_error_that_shows_the_way(asked):
    with pytest.raises(UsageError, match=f"no voice '{asked}'") as caught:
        load_voice(asked)
    assert "talker voices" in caught.value.remedy


def test_near_names_are_offered():
    with pytest.raises(UsageError, match="Did you mean 'english'"):
        load_voice("englsh")


def test_the_users_own_voice_hides_ours_of_the_same_name(own_voices):
    (own_voices / "en.toml").write_text(MINE + 'model_file = "me.onnx"\n')
    voice = load_voice("en")
    assert voice.title == "Mine"
    assert voice.model_file == own_voices / "me.onnx"
    assert [voice.title for voice in voices() if voice.name == "en"] == ["Mine"]


@pytest.mark.parametrize(
    ("line", "reason"),
    [
        ("speed = 9.0", "speed"),
        ('colour = "red"', "colour"),
        ("= no toml", "describes no voice"),
        ("model_file = 3\nlanguages = []", "describes no voice"),
    ],
)
def test_a_broken_description_is_named_with_its_fault(own_voices, line, reason):
    (own_voices / "mine.toml").write_text(MINE + line)
    with pytest.raises(AssetError, match=reason) as caught:
        load_voice("mine")
    assert "mine.toml" in caught.value.problem


def test_a_voice_may_be_given_as_a_file(tmp_path):
    (tmp_path / "aunt.toml").write_text(MINE)
    assert load_voice(str(tmp_path / "aunt.toml")).name == "aunt"


def test_a_piper_model_is_a_voice_in_its_own_language(tmp_path):
    model = tmp_path / "fr_FR-siwis-medium.onnx"
    model.write_bytes(b"")
    with pytest.raises(AssetError, match="no settings beside it"):
        load_voice(str(model))
    settings = tmp_path / "fr_FR-siwis-medium.onnx.json"
    settings.write_text(json.dumps({"espeak": {"voice": "fr"}}))
    voice = load_voice(str(model))
    assert (voice.engine, voice.languages, voice.model_file) == ("piper", ("fr",), model)
    settings.write_text("[]")
    with pytest.raises(AssetError, match="holds no settings"):
        load_voice(str(model))


def test_a_voice_file_that_is_not_there_is_a_usage_error():
    with pytest.raises(UsageError, match=r"no voice file 'nowhere\.onnx'"):
        load_voice("nowhere.onnx")
