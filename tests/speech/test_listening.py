"""Listening, on voices whose phones are known and on real recordings."""

import logging
from itertools import pairwise

import numpy as np
import pytest
import soundfile

from bench.openness import is_bilabial, openness_curve
from talker.speech.listening import listen, recogniser
from talker.speech.listening.arpabet import from_ipa, to_ipa
from talker.speech.listening.timing import tiled
from talker.speech.speaking import Voices, speak
from talker.speech.timeline import Mark, Speech

TEXT = (
    "Please call Stella. My father bought five big maps of the moon, though few people believe him."
)
LIBRISPEECH = (
    "It was the first great sorrow of his life. It was not so much the loss of the cotton itself, "
    "but the fantasy, the hopes, the dreams built around it."
)


@pytest.fixture(scope="module")
def spoken(voices: Voices) -> Speech:
    return speak(TEXT, language="en", voices=voices)


def openness_correlation(heard: Speech, truth: Speech) -> float:
    times = np.arange(0, truth.duration_s, 0.01)
    curves = [openness_curve(speech.of_kind("phone"), times) for speech in (heard, truth)]
    return float(np.corrcoef(*curves)[0, 1])


def met_share(heard: Speech, truth: Speech) -> float:
    """Share of the true closures that the heard ones touch."""
    closures = [m for m in heard.of_kind("phone") if is_bilabial(m.label)]
    true = [m for m in truth.of_kind("phone") if is_bilabial(m.label)]
    hits = [
        any(c.start_s < m.end_s + 0.02 and m.start_s - 0.02 < c.end_s for c in closures)
        for m in true
    ]
    return float(np.mean(hits))


def assert_tiles(speech: Speech) -> None:
    tiles = [mark for mark in speech.marks if mark.kind != "word"]
    assert tiles[0].start_s == 0
    assert tiles[-1].end_s == pytest.approx(speech.duration_s, abs=1e-6)
    assert all(before.end_s == after.start_s for before, after in pairwise(tiles))
    assert all(mark.end_s > mark.start_s for mark in tiles)


def with_noise(speech: Speech, ratio_db: float) -> np.ndarray:
    noise = np.random.default_rng(0).standard_normal(len(speech.samples))
    level = speech.samples.std() * 10 ** (-ratio_db / 20)
    return (speech.samples + level * noise).astype(np.float32)


def test_known_text_gives_every_word_and_closure_in_its_place(spoken: Speech):
    heard = listen(spoken.samples, spoken.sample_rate, text=TEXT)
    assert_tiles(heard)
    assert [mark.label for mark in heard.of_kind("word")] == [
        mark.label for mark in spoken.of_kind("word")
    ]
    for mine, true in zip(heard.of_kind("word"), spoken.of_kind("word"), strict=True):
        assert mine.start_s == pytest.approx(true.start_s, abs=0.08)
    assert met_share(heard, spoken) == 1.0
    assert openness_correlation(heard, spoken) > 0.75


def test_known_text_is_found_in_noise(spoken: Speech):
    heard = listen(with_noise(spoken, 12), spoken.sample_rate, text=TEXT)
    assert met_share(heard, spoken) == 1.0
    assert openness_correlation(heard, spoken) > 0.75


def test_words_no_dictionary_has_are_aligned(voices: Voices):
    text = "Doctor Brzeczyk met Wuxqua Blomp in 2026."
    spoken = speak(text, language="en", voices=voices)
    heard = listen(spoken.samples, spoken.sample_rate, text=text)
    assert [mark.label for mark in heard.of_kind("word")] == [
        mark.label for mark in spoken.of_kind("word")
    ]


def test_text_of_something_else_is_not_laid_on_the_sound(spoken: Speech, caplog):
    with caplog.at_level(logging.WARNING):
        heard = listen(spoken.samples, spoken.sample_rate, text="Yes, of course.")
    assert not heard.of_kind("word")
    assert "does not fit the sound" in caplog.text
    assert openness_correlation(heard, spoken) > 0.65


def test_speech_without_text_opens_and_closes_as_it_sounds(spoken: Speech):
    heard = listen(spoken.samples, spoken.sample_rate)
    assert_tiles(heard)
    assert openness_correlation(heard, spoken) > 0.7
    assert met_share(heard, spoken) > 0.7


def test_mandarin_without_text_opens_as_it_sounds(voices: Voices):
    text = "明月几时有？把酒问青天。不知天上宫阙，今夕是何年。"
    spoken = speak(text, language="zh", voices=voices)
    heard = listen(spoken.samples, spoken.sample_rate)
    assert_tiles(heard)
    assert openness_correlation(heard, spoken) > 0.6


def test_acoustics_alone_do_without_the_extra(spoken: Speech, monkeypatch, caplog):
    monkeypatch.setattr(recogniser, "is_available", lambda: False)
    with caplog.at_level(logging.WARNING):
        heard = listen(spoken.samples, spoken.sample_rate, text=TEXT)
    assert "talker[listen]" in caplog.text
    assert_tiles(heard)
    assert openness_correlation(heard, spoken) > 0.65


def test_long_sound_is_aligned_in_pieces(spoken: Speech):
    repeats = 7
    gap = np.zeros(spoken.sample_rate // 2, np.float32)
    sound = np.concatenate([spoken.samples, gap] * repeats)
    assert len(sound) > 30 * spoken.sample_rate
    heard = listen(sound, spoken.sample_rate, text=" ".join([TEXT] * repeats))
    words, true = heard.of_kind("word"), spoken.of_kind("word")
    assert len(words) == repeats * len(true)
    each_s = spoken.duration_s + 0.5
    for index, mark in enumerate(words):
        expected_s = index // len(true) * each_s + true[index % len(true)].start_s
        assert mark.start_s == pytest.approx(expected_s, abs=0.1)


@pytest.mark.parametrize("length_s", [0.01, 0.05, 0.3])
@pytest.mark.parametrize("text", [None, "Hm."])
def test_shortest_sounds_are_tiled(length_s: float, text: str | None):
    sound = np.random.default_rng(1).uniform(-0.1, 0.1, int(length_s * 22050)).astype(np.float32)
    assert_tiles(listen(sound, 22050, text=text))


def test_digital_silence_is_one_pause():
    heard = listen(np.zeros(48000, np.float32), 48000)
    assert heard.marks == (Mark("pause", "", 0.0, 1.0),)


def test_steady_noise_is_no_speech():
    noise = 0.05 * np.random.default_rng(0).standard_normal(5 * 16000)
    assert not listen(noise.astype(np.float32), 16000).of_kind("phone")


def test_real_english_is_aligned_and_pauses_are_kept(media):
    samples, rate = soundfile.read(media / "en_librispeech-1995-1837-0001.wav", dtype="float32")
    heard = listen(samples, rate, text=LIBRISPEECH)
    words = heard.of_kind("word")
    assert len(words) == len(LIBRISPEECH.split())
    by_ear = listen(samples, rate)
    assert openness_correlation(by_ear, heard) > 0.75
    pauses = [m for m in by_ear.of_kind("pause") if m.end_s - m.start_s > 0.2]
    # Measured by hand: it pauses after "life" and after "fantasy".
    assert any(m.start_s < 2.5 < m.end_s for m in pauses)
    assert any(m.start_s < 6.42 < m.end_s for m in pauses)


def test_real_mandarin_keeps_the_lips_mostly_apart(media):
    samples, rate = soundfile.read(media / "zh_aishell-BAC009S0724W0121.wav", dtype="float32")
    # 广州市房地产中介协会分析 has no p, b or m.
    phones = listen(samples, rate).of_kind("phone")
    assert sum(is_bilabial(mark.label) for mark in phones) <= 2


def test_arpabet_and_ipa_go_both_ways():
    for name in ("AA", "AY", "CH", "ER", "NG", "OW", "ZH"):
        assert from_ipa(to_ipa(name)) == [name]


def test_holes_become_pauses_and_overlaps_go_to_the_later_phone():
    phones = [Mark("phone", "a", 0.02, 0.3), Mark("phone", "t", 0.25, 0.35)]
    phones.append(Mark("phone", "s", 0.6, 0.7))
    assert [(m.kind, m.start_s, m.end_s) for m in tiled(phones, 0.72)] == [
        ("phone", 0.0, 0.3),
        ("phone", 0.3, 0.35),
        ("pause", 0.35, 0.6),
        ("phone", 0.6, 0.72),
    ]
