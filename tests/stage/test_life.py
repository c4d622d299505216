from __future__ import annotations

from dataclasses import astuple

import numpy as np
import pytest
from numpy.typing import NDArray

from talker.speech.timeline import Mark, Speech
from talker.stage.life import Life, LifeCurves

RATE = 24_000
FILM_S = 60.0
FRAME_S = 0.04


def speech() -> Speech:
    """Syllables of uneven loudness in phrases of 3.6 s with pauses of 0.4 s."""
    rng = np.random.default_rng(5)
    samples = np.zeros(round(56 * RATE), np.float32)
    marks: list[Mark] = []
    for phrase in range(14):
        for syllable in range(18):
            start_s = 4 * phrase + 0.2 * syllable
            span = slice(round(start_s * RATE), round((start_s + 0.2) * RATE))
            samples[span] = rng.uniform(0.02, 0.2) * rng.normal(size=len(samples[span]))
            marks.append(Mark("phone", "a", start_s, start_s + 0.2))
        marks.append(Mark("pause", "", 4 * phrase + 3.6, 4 * phrase + 4.0))
    return Speech(np.clip(samples, -1, 1), RATE, tuple(marks), "en", "")


SPEECH = speech()
TIMES_S = np.arange(0, FILM_S, FRAME_S)


def life(amount: float = 1.0, seed: int = 0) -> Life:
    return Life(SPEECH, 0.3, FILM_S, amount, seed)


def columns(curves: LifeCurves) -> NDArray[np.float32]:
    """All curves side by side: five of the pose, breath, blink, brows, two of the gaze."""
    return np.column_stack(astuple(curves))


def blink_starts(curve: NDArray[np.float32]) -> NDArray[np.intp]:
    closing = curve > 0.5
    return np.flatnonzero(closing[1:] & ~closing[:-1])


def test_the_same_seed_lives_the_same_life_and_another_one_another() -> None:
    first = columns(life(seed=3).at(TIMES_S))
    np.testing.assert_array_equal(columns(life(seed=3).at(TIMES_S)), first)
    other = columns(life(seed=4).at(TIMES_S))
    for column in (0, 1, 2, 3, 6, 8):
        assert np.abs(first[:, column] - other[:, column]).max() > 0.002, column


@pytest.mark.parametrize("seed", range(6))
def test_nothing_jumps_from_frame_to_frame(seed: int) -> None:
    steps = np.abs(np.diff(columns(life(seed=seed).at(TIMES_S)), axis=0)).max(axis=0)
    # The head moves by under 1 % of the eye span and turns by under 1.2 degrees a frame.
    assert np.all(steps[:3] < 0.01)
    assert np.all(steps[3:5] < np.radians(1.2))
    assert steps[5] < 0.04
    assert steps[6] < 0.7
    assert steps[7] < 0.2
    assert np.all(steps[8:] < 0.04)


@pytest.mark.parametrize("seed", range(3))
def test_curves_are_continuous(seed: int) -> None:
    alive = life(seed=seed)
    fine = [
        np.abs(np.diff(columns(alive.at(np.arange(0, FILM_S, step_s))), axis=0)).max(axis=0)
        for step_s in (0.002, 0.0005)
    ]
    # A curve with a slope steps a quarter as far in a quarter of the time; a jump stays a jump.
    assert np.all(fine[1] < 0.3 * fine[0] + 1e-6)


@pytest.mark.parametrize("fps", [24, 30000 / 1001, 50, 60])
def test_life_does_not_know_the_frame_rate(fps: float) -> None:
    times_s = np.arange(0, 20, 1 / fps)
    at_once = columns(life().at(times_s))
    fine_s = np.union1d(times_s, np.arange(0, 20, 0.01))
    fine = columns(life().at(fine_s))[np.searchsorted(fine_s, times_s)]
    np.testing.assert_allclose(at_once, fine, atol=1e-5)


@pytest.mark.parametrize("block", [1, 16, 128])
def test_blocks_give_the_same_life_as_the_whole(block: int) -> None:
    alive, times_s = life(), TIMES_S[:500]
    parts = [columns(alive.at(times_s[i : i + block])) for i in range(0, len(times_s), block)]
    np.testing.assert_allclose(np.concatenate(parts), columns(alive.at(times_s)), atol=1e-5)


def test_a_longer_film_begins_with_the_same_life() -> None:
    longer = Life(SPEECH, 0.3, 3 * FILM_S, 1.0, 0)
    np.testing.assert_array_equal(columns(longer.at(TIMES_S)), columns(life().at(TIMES_S)))


@pytest.mark.parametrize("seed", range(20))
def test_blinks_come_at_a_human_rate_and_never_in_flurries(seed: int) -> None:
    curve = life(seed=seed).at(np.arange(0, FILM_S, 0.01)).blink
    starts_s = blink_starts(curve) * 0.01
    # People blink 10 to 25 times a minute as they talk; a double blink is 0.36 s.
    assert 9 <= len(starts_s) <= 26
    assert np.diff(starts_s).min() > 0.34
    assert (np.diff(starts_s) < 1.0).sum() <= 5
    assert np.convolve(np.diff(starts_s), np.ones(2), "valid").min() > 1.2
    assert np.diff(starts_s).max() < 9
    assert curve.max() == pytest.approx(1.0, abs=1e-3)


def test_blinks_fall_into_pauses_more_often_than_by_chance() -> None:
    fine_s = np.arange(0, 55, 0.01)
    hits, blinks = 0, 0
    for seed in range(12):
        starts_s = fine_s[blink_starts(life(seed=seed).at(fine_s).blink)] - 0.3
        hits += int(np.sum(starts_s % 4 > 3.58))
        blinks += len(starts_s)
    # Chance would give 0.11.
    assert hits / blinks > 0.2


@pytest.mark.parametrize("seed", range(8))
def test_a_film_begins_at_rest(seed: int) -> None:
    stressed_at_once = Life(SPEECH, 0.0, FILM_S, 1.0, seed)
    begin = columns(stressed_at_once.at(np.array([0.0, 0.02])))
    np.testing.assert_array_equal(begin[0], 0.0)
    np.testing.assert_allclose(begin[1], 0.0, atol=0.01)


def test_no_life_is_all_zeros() -> None:
    np.testing.assert_array_equal(columns(life(amount=0.0).at(TIMES_S)), 0.0)


@pytest.mark.parametrize("amount", [0.25, 0.5])
def test_the_amount_scales_the_moves_and_not_the_blinks(amount: float) -> None:
    full, some = life().at(TIMES_S), life(amount).at(TIMES_S)
    for name in ("pose", "breath", "brows"):
        np.testing.assert_allclose(getattr(some, name), amount * getattr(full, name), atol=1e-6)
    np.testing.assert_array_equal(some.blink, full.blink)
    assert 0 < np.abs(some.gaze).max() <= np.abs(full.gaze).max()


@pytest.mark.parametrize("seed", range(6))
def test_moves_stay_small(seed: int) -> None:
    most = np.abs(columns(life(seed=seed).at(TIMES_S))).max(axis=0)
    assert np.all(most[:2] < 0.04)
    assert np.all(most[2:5] < np.radians(6))
    assert np.all(most[5:8] <= 1.0)
    assert np.all(most[8:] < 0.03)


def test_stress_nods_the_head_and_raises_the_brows() -> None:
    curves = [life(seed=seed).at(TIMES_S) for seed in range(10)]
    pitch = np.mean([one.pose[:, 4] for one in curves], axis=0)
    brows = curves[0].brows
    assert brows.max() > 0.5
    raised = brows > 0.5
    assert pitch[raised].mean() > pitch[brows < 0.05].mean() + 0.005


def test_silence_has_no_stress_but_lives() -> None:
    silent = Speech(np.zeros(10 * RATE, np.float32), RATE, (), "und", "")
    curves = Life(silent, 0.0, 10.0, 1.0, 0).at(np.arange(0, 10, FRAME_S))
    assert curves.brows.max() == 0.0
    assert np.abs(curves.pose).max() > 0.005
    assert curves.blink.max() > 0.9
