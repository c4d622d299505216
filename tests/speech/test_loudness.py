from __future__ import annotations

import math

import numpy as np
import pytest
from speech_measures import true_peak

from talker.speech.levelling import CEILING_DBTP, faded, finish, levelled, limit_peaks, limited
from talker.speech.loudness import (
    integrated_loudness,
    k_weighting,
    loudness_of_blocks,
    peak_envelope,
    peaks_over,
)


def sine(hertz: float, peak_db: float, length_s: float, rate: int) -> np.ndarray:
    times = np.arange(round(length_s * rate)) / rate
    return (10 ** (peak_db / 20) * np.sin(2 * np.pi * hertz * times)).astype(np.float32)


@pytest.mark.parametrize("rate", [22050, 24000, 48000])
def test_a_997_hz_sine_of_minus_20_dbfs_measures_minus_23_lufs(rate):
    assert integrated_loudness(sine(997, -20, 5, rate), rate) == pytest.approx(-23.01, abs=0.1)


def test_k_weighting_has_the_coefficients_of_the_recommendation_at_48_khz():
    frequencies = np.array([20.0, 100.0, 1000.0, 5000.0, 15000.0])
    z = np.exp(-2j * np.pi * frequencies / 48000)
    shelf = (1.53512485958697 - 2.69169618940638 * z + 1.19839281085285 * z**2) / (
        1 - 1.69065929318241 * z + 0.73248077421585 * z**2
    )
    high_pass = (1 - 2 * z + z**2) / (1 - 1.99004745483398 * z + 0.99007225036621 * z**2)
    assert np.abs(k_weighting(frequencies, 48000)) == pytest.approx(
        np.abs(shelf * high_pass), rel=1e-4
    )


def test_silence_between_phrases_is_gated_out():
    rate = 24000
    phrase = sine(997, -20, 3, rate)
    gapped = np.concatenate([phrase, np.zeros(6 * rate, np.float32), phrase])
    assert integrated_loudness(gapped, rate) == pytest.approx(-23.01, abs=0.25)


def test_a_sound_shorter_than_one_block_is_measured_over_its_own_length():
    assert integrated_loudness(sine(997, -20, 0.25, 24000), 24000) == pytest.approx(-23, abs=0.2)


def test_silence_has_no_loudness_and_stays_silent():
    silence = np.zeros(24000, np.float32)
    assert integrated_loudness(silence, 24000) == -math.inf
    assert not levelled(silence, 24000).any()
    finish(silence, 24000)
    assert not silence.any()


def test_true_peak_sees_between_the_samples():
    # At a quarter of the rate and 45 degrees, every sample is 3 dB under the crest.
    samples = np.sin(2 * np.pi * np.arange(4800) / 4 + np.pi / 4).astype(np.float32)
    assert np.abs(samples).max() == pytest.approx(math.sqrt(0.5), abs=1e-6)
    assert true_peak(samples) == pytest.approx(1.0, abs=0.02)


def test_limiting_holds_the_ceiling_and_leaves_the_rest_alone():
    rng = np.random.default_rng(1)
    samples = (0.1 * rng.standard_normal(48000)).astype(np.float32)
    samples[20000:20200] *= 15
    before = samples.copy()
    limit_peaks(samples, 24000)
    assert 20 * math.log10(true_peak(samples)) <= CEILING_DBTP + 0.01
    far = np.r_[0:19500, 20700:48000]
    assert np.array_equal(samples[far], before[far])


def test_finishing_reaches_the_target():
    samples = sine(300, -40, 4, 24000)
    finish(samples, 24000)
    assert integrated_loudness(samples, 24000) == pytest.approx(-20, abs=0.05)


def test_fades_begin_and_end_at_nothing_and_keep_the_middle():
    samples = np.ones(1000, np.float32)
    result = faded(samples, 1000, 0.1)
    assert abs(result[0]) < 0.001
    assert abs(result[-1]) < 0.001
    assert (result[100:900] == 1).all()


def peaky(length_s: float, rate: int) -> np.ndarray:
    """Noise that swells and fades, with clicks, a good deal of it above full scale."""
    rng = np.random.default_rng(3)
    count = round(length_s * rate)
    swell = np.sin(np.pi * np.arange(count) / rate / 1.7) ** 4
    sound = 0.5 * swell * rng.normal(0, 1, count) + 0.01 * rng.normal(0, 1, count)
    sound[:: rate // 3] = 1.2
    return sound.astype(np.float32)


@pytest.mark.parametrize("block", [1000, 24_000, 100_001])
def test_a_sound_in_blocks_is_as_loud_as_at_once(block):
    sound = peaky(9.37, 48000)
    blocks = (sound[start : start + block] for start in range(0, len(sound), block))
    assert loudness_of_blocks(blocks, 48000) == pytest.approx(
        integrated_loudness(sound, 48000), abs=1e-6
    )


def test_no_block_is_silent():
    assert loudness_of_blocks([], 48000) == -math.inf
    assert list(map(len, limited([], 48000))) == [0]


@pytest.mark.parametrize("block", [777, 48_000, 500_000])
def test_a_sound_in_blocks_is_limited_as_at_once(block):
    sound = peaky(6.3, 48000)
    blocks = (sound[start : start + block].copy() for start in range(0, len(sound), block))
    in_blocks = np.concatenate(list(limited(blocks, 48000)))
    at_once = sound.copy()
    limit_peaks(at_once, 48000)
    np.testing.assert_allclose(in_blocks, at_once, atol=1e-6)
    assert 20 * np.log10(true_peak(in_blocks)) <= CEILING_DBTP + 0.05


def test_all_peaks_above_a_ceiling_are_found():
    sound = peaky(3.0, 24000)
    sound[:24000] *= 0.1
    everywhere = np.concatenate(list(peak_envelope(sound)))
    places, peaks = peaks_over(sound, 0.7)
    np.testing.assert_array_equal(places, np.flatnonzero(everywhere > 0.7))
    np.testing.assert_allclose(peaks, everywhere[places], atol=1e-6)
