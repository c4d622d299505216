from __future__ import annotations

import math
from itertools import pairwise

import numpy as np
import pytest
from speech_measures import level_db, median_pitch_hz, timeline, true_peak

from talker.assets import store
from talker.assets.voices import load_voice
from talker.errors import LanguageError, UsageError
from talker.speech.engine import SpeechSettings
from talker.speech.loudness import integrated_loudness
from talker.speech.speaking import Voices, speak
from talker.speech.timeline import SAMPLE_RATE

MIXED = "我用 Google 搜索。\nThe word is 你好, said Anna!\n[pause 0.8s]\n一百块钱，够了。"


@pytest.fixture(scope="module")
def mixed(voices):
    return speak(MIXED, voices=voices)


def test_mixed_text_is_one_sound_on_one_clock(mixed):
    assert mixed.sample_rate == SAMPLE_RATE == 24_000
    marks = timeline(mixed)
    assert marks[0].start_s == 0
    assert marks[-1].end_s == mixed.duration_s
    for before, after in pairwise(marks):
        assert before.end_s == after.start_s


def test_every_word_of_every_language_is_spoken(mixed):
    words = "".join(mark.label for mark in mixed.of_kind("word"))
    assert words == "我用Google搜索Thewordis你好saidAnna一百块钱够了"
    phones = "".join(mark.label for mark in mixed.of_kind("phone"))
    assert "ɡuːɡ" in phones
    assert "nixau" in phones.replace("ː", "")


def test_there_is_a_line_mark_for_each_source_line(mixed):
    lines = [mark.label for mark in mixed.of_kind("line")]
    assert lines == ["我用 Google 搜索。", "The word is 你好, said Anna!", "一百块钱，够了。"]
    for line in mixed.of_kind("line"):
        inside = [m for m in mixed.of_kind("word") if line.start_s <= m.start_s < line.end_s]
        assert inside


def test_loudness_and_true_peak_are_as_promised(mixed):
    assert integrated_loudness(mixed.samples, SAMPLE_RATE) == pytest.approx(-20, abs=0.5)
    assert 20 * math.log10(true_peak(mixed.samples)) < -1


def test_sentences_in_different_voices_are_equally_loud(mixed):
    loudness = []
    for line in mixed.of_kind("line"):
        begin, end = (round(at * SAMPLE_RATE) for at in (line.start_s, line.end_s))
        loudness.append(integrated_loudness(mixed.samples[begin:end], SAMPLE_RATE))
    assert max(loudness) - min(loudness) < 1.5


def test_a_pause_that_the_text_asks_for_is_silent_and_as_long(mixed):
    lines = mixed.of_kind("line")
    long = max(mixed.of_kind("pause"), key=lambda mark: mark.end_s - mark.start_s)
    assert long.end_s - long.start_s == pytest.approx(0.8, abs=0.15)
    assert lines[1].end_s <= long.end_s <= lines[2].start_s + 0.1
    assert level_db(mixed, long) < -55


def test_there_are_no_clicks_where_voices_meet(mixed):
    # A click is a jump that neither neighbourhood of speech nor silence explains.
    jumps = np.abs(np.diff(mixed.samples))
    for mark in mixed.of_kind("pause"):
        for at_s in (mark.start_s, mark.end_s):
            at = round(at_s * SAMPLE_RATE)
            assert jumps[max(0, at - 24) : at + 24].max(initial=0.0) < 0.15


def test_pitch_and_speed_go_to_every_voice(voices, mixed):
    faster = speak(MIXED, voices=voices, settings=SpeechSettings(speed=1.3))
    assert faster.duration_s < 0.87 * mixed.duration_s


def test_the_seed_changes_the_sound_and_nothing_else_does(voices):
    text = "The rain stopped."
    one = speak(text, voices=voices, settings=SpeechSettings(seed=1))
    speak("Something else.", voices=voices)
    same = speak(text, voices=voices, settings=SpeechSettings(seed=1))
    other = speak(text, voices=voices, settings=SpeechSettings(seed=2))
    assert np.array_equal(one.samples, same.samples)
    assert not np.array_equal(one.samples[:8000], other.samples[:8000])


@pytest.mark.parametrize("word", ["Yes.", "No", "A", "Bob!"])
def test_very_short_text_is_spoken(voices, word):
    speech = speak(word, voices=voices)
    assert 0.2 < speech.duration_s < 1.0
    assert integrated_loudness(speech.samples, SAMPLE_RATE) == pytest.approx(-20, abs=0.5)


@pytest.mark.parametrize(
    ("text", "voice", "problem", "remedy"),
    [
        ("Good evening.", "zh", "'en'", "--voice en"),
        ("你好。", "en", "'zh'", "--voice zh"),
        ("Добрый день.", "zh", "'ru'", "--voice espeak:ru"),
    ],
)
def test_a_voice_that_cannot_speak_the_text_is_refused(text, voice, problem, remedy):
    with pytest.raises(LanguageError) as caught:
        speak(text, voice=voice)
    assert problem in caught.value.problem
    assert voice in caught.value.problem
    assert remedy in caught.value.remedy


def test_a_character_without_a_reading_names_its_sentence(voices):
    with pytest.raises(LanguageError, match="那个𠮷字") as caught:
        speak("你好。那个𠮷字很少见。", voices=voices)
    assert "lexicon" in caught.value.remedy


@pytest.mark.parametrize("settings", [SpeechSettings(speed=3), SpeechSettings(pitch=-13)])
def test_settings_out_of_range_are_refused(settings):
    with pytest.raises(UsageError, match="cannot be"):
        speak("Hello.", settings=settings)


def test_a_french_voice_speaks_french(assets):
    speech = speak("Bonjour, madame.", voice="fr")
    assert speech.language == "fr"
    assert any(mark.label == "ʒ" for mark in speech.of_kind("phone"))


def test_progress_adds_up_to_the_text(voices):
    told: list[float] = []
    text = "One. Two. Three."
    speak(text, voices=voices, on_progress=told.append)
    assert len(told) >= 3
    assert sum(told) == len(text)


def test_any_piper_voice_file_speaks_by_its_path(assets, voices):
    path = store.file("piper-joe", "en_US-joe-medium.onnx")
    by_path = speak("Good morning.", voice=str(path))
    by_name = speak("Good morning.", voices=voices)
    assert np.array_equal(by_path.samples, by_name.samples)


def test_preferred_voices_speak_their_languages_and_a_given_voice_its_own():
    preferred = {"zh": "zh-man", "en": "en-woman"}
    suited = Voices(None, preferred)
    assert [suited.voice_of(tag).name for tag in ("zh", "en-us", "fr")] == [
        "zh-man",
        "en-woman",
        "espeak:fr",
    ]
    assert Voices(load_voice("en"), preferred).voice_of("en").name == "en"


@pytest.mark.parametrize(
    ("voice", "other", "text", "semitones"),
    [
        ("zh-man", "zh", "明月几时有？把酒问青天。", -8.5),
        ("en-woman", "en", "The rain stopped, and the moon came out.", 11.5),
    ],
)
def test_the_voices_made_by_processing_are_as_far_away_as_they_say(
    voices, voice, other, text, semitones
):
    plain = speak(text, voice=other, voices=voices)
    moved = speak(text, voice=voice)
    heard = 12 * np.log2(median_pitch_hz(moved) / median_pitch_hz(plain))
    assert heard == pytest.approx(semitones, abs=1.5)
    assert moved.duration_s == pytest.approx(plain.duration_s, rel=0.08)


def test_markup_changes_tempo_pitch_and_level_of_its_passage(voices):
    plain = speak("<speak>Bob moved the piano. Bob moved the piano.</speak>", voices=voices)
    slow = speak(
        '<speak>Bob moved the piano. <prosody rate="0.6" volume="-9dB">Bob moved the piano.'
        "</prosody></speak>",
        voices=voices,
    )
    assert plain.text == "Bob moved the piano. Bob moved the piano."
    assert [mark.label for mark in slow.of_kind("word")] == ["Bob", "moved", "the", "piano"] * 2
    lengths, levels = [], []
    for speech in (plain, slow):
        words = speech.of_kind("word")
        halves = [(words[at].start_s, words[at + 3].end_s) for at in (0, 4)]
        lengths.append((halves[1][1] - halves[1][0]) / (halves[0][1] - halves[0][0]))
        rate = speech.sample_rate
        parts = [speech.samples[round(a * rate) : round(b * rate)] for a, b in halves]
        levels.append(10 * np.log10(np.mean(parts[1] ** 2) / np.mean(parts[0] ** 2)))
    assert lengths[1] / lengths[0] == pytest.approx(1 / 0.6, rel=0.1)
    # Slower vowels are also a little louder against the pauses in them.
    assert levels[1] - levels[0] == pytest.approx(-9, abs=2.5)


def test_a_line_s_label_leaves_out_its_pause_tags(voices):
    speech = speak("One two. [pause 0.3s] Three four.", voices=voices)
    assert [mark.label for mark in speech.of_kind("line")] == ["One two. Three four."]
