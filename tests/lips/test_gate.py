"""The mouth is open for speech alone."""

from __future__ import annotations

import numpy as np
import pytest
from spoken_phones import RATE, evenly, said

from talker.lips.gate import ATTACK_S, RELEASE_S, SpeechGate
from talker.speech.timeline import Mark, Speech

PHRASE = said(("m", 0.1), ("a", 0.2), ("p", 0.1), before_s=0.5, after_s=0.6)


def untimed(samples: np.ndarray) -> Speech:
    return Speech(samples.astype(np.float32), RATE, (), "und", "")


@pytest.mark.parametrize(
    "silence",
    [
        np.zeros(0),
        np.zeros(RATE),
        1e-4 * np.random.default_rng(0).normal(size=RATE),
    ],
    ids=["nothing", "digital", "faint noise"],
)
def test_silence_is_shut_everywhere(silence: np.ndarray) -> None:
    times_s = np.linspace(-1.0, 2.0, 301)
    assert SpeechGate(untimed(silence)).at(times_s).max() == 0


def test_phones_without_any_sound_are_silence() -> None:
    mute = Speech(np.zeros(RATE, np.float32), RATE, (Mark("phone", "a", 0.2, 0.8),), "en", "")
    assert SpeechGate(mute).at(np.linspace(0, 1, 101)).max() == 0


@pytest.mark.parametrize("speech", [PHRASE, untimed(PHRASE.samples)], ids=["phones", "by ear"])
def test_gate_opens_before_speech_and_shuts_after_it(speech: Speech) -> None:
    gate = SpeechGate(speech)
    speaking = gate.at(np.arange(0.51, 0.89, 0.01))
    np.testing.assert_array_equal(speaking, 1.0)
    before, after = 0.5 - ATTACK_S - 0.01, 0.9 + RELEASE_S + 0.02
    np.testing.assert_array_equal(gate.at(np.array([0.0, before, after, 5.0])), 0.0)
    assert 0.3 < gate.at(np.array([0.5 - ATTACK_S / 2]))[0] < 0.7
    assert 0.3 < gate.at(np.array([0.9 + RELEASE_S / 2]))[0] < 0.75


def test_gate_never_jumps() -> None:
    values = SpeechGate(PHRASE).at(np.arange(0, 1.6, 0.001))
    assert np.abs(np.diff(values)).max() < 0.03


def test_the_closure_of_a_plosive_shuts_nothing() -> None:
    speech = said(("a", 0.2), ("t", 0.1), ("a", 0.2), before_s=0.1)
    samples = speech.samples.copy()
    samples[round(0.3 * RATE) : round(0.39 * RATE)] = 0
    inside_s = np.arange(0.12, 0.59, 0.01)
    for heard in (untimed(samples), Speech(samples, RATE, speech.marks, "en", "")):
        np.testing.assert_array_equal(SpeechGate(heard).at(inside_s), 1.0)


def test_a_pause_in_room_noise_is_shut() -> None:
    first, second = evenly(["m", "a"], 0.2), evenly(["p", "a"], 0.2)
    samples = np.concatenate([first.samples, second.samples])
    noise = 5e-4 * np.random.default_rng(1).normal(size=len(samples))
    gate = SpeechGate(untimed(samples + noise))
    # Speech from 0.3 to 0.7 s and from 1.4 to 1.8 s.
    assert gate.at(np.array([0.5, 1.6])).min() == 1
    assert gate.at(np.array([0.1, 1.0, 2.1])).max() == 0
