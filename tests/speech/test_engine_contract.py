from __future__ import annotations

import hashlib
import os
import subprocess
import sys
from itertools import pairwise

import numpy as np
import pytest
from speech_measures import (
    SAMPLES,
    brightness_hz,
    level_db,
    median_pitch_hz,
    sample_tokens,
    timeline,
)

from talker.assets.voices import load_voice, voices
from talker.errors import LanguageError
from talker.speech.engine import SpeechSettings
from talker.speech.ipa import bare, is_vowel, split_ipa
from talker.speech.pitch_track import track_pitch
from talker.speech.registry import engine_for, engines, spec_of


def test_marks_follow_each_other_from_the_first_sample_to_the_last(spec, spoken):
    speech = spoken(spec)
    marks = timeline(speech)
    tolerance_s = 1 / speech.sample_rate
    assert abs(marks[0].start_s) <= tolerance_s
    assert abs(marks[-1].end_s - speech.duration_s) <= tolerance_s
    for before, after in pairwise(marks):
        assert abs(before.end_s - after.start_s) <= tolerance_s
        assert before.end_s > before.start_s


def test_every_word_token_has_one_mark_in_order(spec, spoken):
    speech = spoken(spec)
    words = [token.source for token in sample_tokens(spec) if token.kind == "word"]
    assert [mark.label for mark in speech.of_kind("word")] == words
    starts = [mark.start_s for mark in speech.of_kind("word")]
    assert starts == sorted(starts)
    assert all(mark.end_s > mark.start_s for mark in speech.of_kind("word"))


def test_phones_are_single_segments_of_the_ipa(spec, spoken):
    for mark in spoken(spec).of_kind("phone"):
        assert split_ipa(mark.label) == (mark.label,)


def test_closed_lips_are_in_the_phones(spec, spoken):
    labels = [bare(mark.label) for mark in spoken(spec).of_kind("phone")]
    assert labels.count("p") + labels.count("b") + labels.count("m") >= 4


def test_vowels_are_louder_than_pauses_by_25_db(trained, spoken):
    speech = spoken(trained)
    vowels = [level_db(speech, mark) for mark in speech.of_kind("phone") if is_vowel(mark.label)]
    pauses = [level_db(speech, m) for m in speech.of_kind("pause") if m.end_s - m.start_s > 0.05]
    assert pauses
    assert np.median(vowels) - max(pauses) > 25


def test_plosives_hold_a_closure_15_db_under_the_vowels(trained, spoken):
    speech = spoken(trained)
    vowels = [level_db(speech, mark) for mark in speech.of_kind("phone") if is_vowel(mark.label)]
    rate = speech.sample_rate
    depths = []
    for mark in speech.of_kind("phone"):
        if bare(mark.label)[:1] not in set("ptk"):
            continue
        part = speech.samples[round(mark.start_s * rate) : round(mark.end_s * rate)]
        size = round(0.01 * rate)
        quiet = min(
            np.mean(part[start : start + size].astype(np.float64) ** 2)
            for start in range(0, max(1, len(part) - size), size // 2)
        )
        depths.append(np.median(vowels) - 10 * np.log10(quiet + 1e-12))
    assert len(depths) >= 3
    assert np.median(depths) > 15


@pytest.mark.parametrize("speed", [0.7, 1.4])
def test_speed_changes_the_length_by_its_own_ratio(spec, spoken, speed):
    ratio = spoken(spec).duration_s / spoken(spec, speed=speed).duration_s
    assert ratio == pytest.approx(speed, rel=0.08)


@pytest.mark.parametrize("semitones", [-4.0, 4.0])
def test_pitch_moves_by_semitones_and_keeps_the_tempo(trained, spoken, semitones):
    if not trained.capabilities.pitch:
        pytest.skip("the engine claims no pitch")
    plain, moved = spoken(trained), spoken(trained, pitch=semitones)
    old, new = (track_pitch(speech.samples, speech.sample_rate) for speech in (plain, moved))
    voiced = (old > 0) & (new > 0)
    heard = 12 * np.log2(new[voiced] / old[voiced])
    assert np.median(heard) == pytest.approx(semitones, abs=0.3)
    assert len(moved.samples) == len(plain.samples)
    assert moved.marks == plain.marks


@pytest.mark.parametrize("semitones", [-3.0, 2.5])
def test_timbre_moves_pitch_and_formants_and_keeps_the_tempo(trained, spoken, semitones):
    if not trained.capabilities.pitch:
        pytest.skip("the engine claims no pitch")
    plain, moved = spoken(trained), spoken(trained, timbre=semitones)
    heard = 12 * np.log2(median_pitch_hz(moved) / median_pitch_hz(plain))
    assert heard == pytest.approx(semitones, abs=1.0)
    assert 12 * np.log2(brightness_hz(moved) / brightness_hz(plain)) == pytest.approx(
        semitones, abs=1.5
    )
    assert moved.duration_s == pytest.approx(plain.duration_s, rel=0.08)
    assert timeline(moved)[-1].end_s == pytest.approx(moved.duration_s, abs=1e-3)


def test_the_same_seed_gives_the_same_samples_whatever_was_said_before(spec, spoken, engine_of):
    first = spoken(spec)
    engine = engine_of(spec)
    engine.synthesize(sample_tokens(spec)[:1], SpeechSettings(seed=7))
    again = engine.synthesize(sample_tokens(spec), SpeechSettings())
    assert np.array_equal(first.samples, again.samples)
    assert first.marks == again.marks


def test_the_same_seed_gives_the_same_samples_in_another_process(spec, spoken, home_of):
    voice, language, text = SAMPLES[spec.name]
    program = (
        "import hashlib, sys\n"
        "from talker.assets.voices import load_voice\n"
        "from talker.speech.engine import SpeechSettings\n"
        "from talker.speech.registry import engine_for\n"
        "from talker.text.reading import read_text\n"
        "voice, language, text = sys.argv[1:]\n"
        "engine = engine_for(load_voice(voice), language)\n"
        "tokens = next(read_text(text, language=language)).tokens\n"
        "samples = engine.synthesize(tokens, SpeechSettings()).samples\n"
        "print(hashlib.sha256(samples.tobytes()).hexdigest())\n"
    )
    done = subprocess.run(
        [sys.executable, "-c", program, voice, language, text],
        env={**os.environ, "TALKER_HOME": str(home_of(spec))},
        capture_output=True,
        text=True,
        check=True,
    )
    assert done.stdout.split()[-1] == hashlib.sha256(spoken(spec).samples.tobytes()).hexdigest()


def test_sound_is_finite_and_below_full_scale(spec, spoken):
    samples = spoken(spec).samples
    assert np.isfinite(samples).all()
    assert 0.01 < np.abs(samples).max() <= 1.0


def test_a_language_the_voice_does_not_speak_is_refused(spec):
    voice, _, _ = SAMPLES[spec.name]
    with pytest.raises(LanguageError, match="xx"):
        engine_for(load_voice(voice), "xx")


def test_every_voice_names_an_engine_of_the_registry_that_speaks_its_languages():
    for voice in voices():
        spec = spec_of(voice.engine)
        assert set(voice.languages) <= spec.capabilities.languages


def test_every_engine_has_a_sample_here():
    assert {spec.name for spec in engines()} <= set(SAMPLES)
