"""Pitch by itself, on the embedded voices and on sounds whose pitch is known."""

from __future__ import annotations

import numpy as np
import pytest
from numpy.typing import NDArray

from talker.speech.pitch_track import LOWEST_HZ, STEP_S, track_pitch
from talker.speech.psola import repitched
from talker.speech.timeline import Speech

RATIOS = [0.73, 1.26, 1.68]


def pulses(hertz: NDArray[np.float64], rate: int = 24_000) -> NDArray[np.float32]:
    """A buzz of a given pitch at every sample, through two formants."""
    phase = np.cumsum(hertz) / rate
    sound = np.diff(np.floor(phase), prepend=0.0)
    for formant_hz, width_hz in ((700, 90), (1800, 120)):
        size = np.exp(-np.pi * width_hz / rate)
        turn = 2 * size * np.cos(2 * np.pi * formant_hz / rate)
        out = np.zeros(len(sound) + 2)
        for index, pulse in enumerate(sound):
            out[index + 2] = pulse + turn * out[index + 1] - size**2 * out[index]
        sound = out[2:]
    return (0.5 * sound / np.abs(sound).max()).astype(np.float32)


def envelope(samples: NDArray[np.float32], rate: int) -> NDArray[np.float64]:
    """Cepstra 1 to 14 every 5 ms, decibels of envelope: what the formants are, not the pitch."""
    size, hop = 1024, round(STEP_S * rate)
    padded = np.pad(samples.astype(np.float64), (size // 2, size))
    windows = np.lib.stride_tricks.sliding_window_view(padded, size)[::hop] * np.hanning(size)
    power = np.abs(np.fft.rfft(windows, axis=1)) ** 2
    return 10 / np.log(10) * np.fft.irfft(np.log(power + 1e-9), axis=1)[:, 1:15]


def envelope_distance_db(
    one: NDArray[np.float32], other: NDArray[np.float32], rate: int, where: NDArray[np.bool_]
) -> float:
    apart = (envelope(one, rate) - envelope(other, rate))[: len(where)][where]
    return float(np.sqrt(2 * (apart**2).sum(axis=1)).mean() / 2)


@pytest.mark.parametrize("hertz", [75.0, 120.0, 240.0, 480.0])
def test_the_tracked_pitch_of_a_buzz_is_its_own_within_2_percent(hertz):
    found = track_pitch(pulses(np.full(12_000, hertz)), 24_000)[10:-10]
    np.testing.assert_allclose(found, hertz, rtol=0.02)


def test_a_glide_is_followed_without_a_jump():
    hertz = np.geomspace(120, 360, 24_000)
    found = track_pitch(pulses(hertz), 24_000)[10:190]
    np.testing.assert_allclose(found, hertz[:: round(STEP_S * 24_000)][10:190], rtol=0.03)


def test_noise_and_silence_are_not_voiced_and_stay_as_they_are():
    noise = (0.1 * np.random.default_rng(0).standard_normal(24_000)).astype(np.float32)
    assert (track_pitch(noise, 24_000) > 0).mean() < 0.05
    silence = np.zeros(4800, np.float32)
    assert np.array_equal(repitched(silence, 24_000, 1.5), silence)
    assert len(repitched(silence[:1], 24_000, 1.5)) == 1


@pytest.mark.parametrize("ratio", [*RATIOS, 0.5, 2.0])
def test_a_buzz_moves_by_the_ratio_and_keeps_its_length(ratio):
    buzz = pulses(np.full(24_000, 150.0))
    moved = repitched(buzz, 24_000, ratio)
    assert len(moved) == len(buzz)
    assert np.median(track_pitch(moved, 24_000)) == pytest.approx(150 * ratio, rel=0.01)


@pytest.mark.parametrize("ratio", RATIOS)
def test_a_voice_moves_by_the_ratio_and_keeps_formants_and_loudness(trained, spoken, ratio):
    speech: Speech = spoken(trained)
    rate = speech.sample_rate
    moved = repitched(speech.samples, rate, ratio)
    assert len(moved) == len(speech.samples)
    before, after = track_pitch(speech.samples, rate), track_pitch(moved, rate)
    voiced = (before > 0) & (after > 0)
    # A creak moved down leaves the range that is tracked.
    in_range = before * ratio > 1.1 * LOWEST_HZ
    assert voiced.sum() > 0.85 * in_range.sum()
    assert np.median(after[voiced] / before[voiced]) == pytest.approx(ratio, rel=0.02)
    assert moved.std() == pytest.approx(speech.samples.std(), rel=0.06)
    # Playing the sound faster, which moves formants too, is three times as far away or more.
    assert envelope_distance_db(speech.samples, moved, rate, voiced) < 1.5


@pytest.mark.parametrize("ratio", RATIOS)
def test_nothing_clicks_where_voices_begin_and_end(trained, spoken, ratio):
    speech: Speech = spoken(trained)
    moved = repitched(speech.samples, speech.sample_rate, ratio)
    steps, moved_steps = np.abs(np.diff(speech.samples)), np.abs(np.diff(moved))
    assert moved_steps.max() < 1.3 * steps.max()
    # Within 3 ms of an edge, nothing jumps that did not jump about there before.
    reach = round(0.003 * speech.sample_rate)
    changed = moved != speech.samples
    for edge in np.flatnonzero(np.diff(changed.astype(np.int8))):
        near = slice(max(0, edge - reach), edge + reach)
        assert moved_steps[near].max() <= 1.5 * steps[near].max() + 0.01


def test_what_is_not_voiced_stays_to_the_last_bit(trained, spoken):
    speech: Speech = spoken(trained)
    moved = repitched(speech.samples, speech.sample_rate, 1.3)
    pitch = track_pitch(speech.samples, speech.sample_rate)
    at = np.arange(len(moved)) / speech.sample_rate / STEP_S
    # A window reaches one period, of 18 ms at most, over the edge of a voiced stretch.
    far = np.interp(at, np.arange(len(pitch)), np.convolve(pitch > 0, np.ones(9), "same")) == 0
    assert far.mean() > 0.05
    assert np.array_equal(moved[far], speech.samples[far])


def test_the_same_sound_gives_the_same_sound(trained, spoken):
    speech: Speech = spoken(trained)
    twice = [repitched(speech.samples, speech.sample_rate, 0.8) for _ in range(2)]
    assert np.array_equal(*twice)
