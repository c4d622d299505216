from __future__ import annotations

import math

import numpy as np
import pytest
from speech_measures import true_peak

from talker.speech.levelling import CEILING_DBTP, faded, finish, levelled, limit_peaks
from talker.speech.loudness import integrated_loudness, k_weighting


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
