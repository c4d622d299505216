"""Films whose lips are known, and what finds them."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

import numpy as np
import pytest

from bench.known_lips import (
    PEOPLE,
    KnownFilm,
    Points,
    agreement,
    correlation,
    independent_points,
    known_film,
    our_points,
)
from bench.openness import is_bilabial, openness_curve
from talker.media.clip import probe

FPS = 25
MOST_OFF = 0.025
LEAST_R = 0.9
CLOSED = 0.01
"""Opening in eye spans under which lips meet."""


@pytest.fixture(params=PEOPLE)
def known(request: pytest.FixtureRequest) -> KnownFilm:
    return known_film(request.param)


def test_a_known_film_is_of_ten_seconds_and_has_its_truth_in_every_frame(known: KnownFilm):
    facts = probe(known.film)
    assert (facts.width, facts.height, facts.fps, facts.length) == (512, 512, FPS, 10 * FPS)
    assert facts.sound_s is not None
    assert known.weights.shape == (facts.length, len(known.units))
    assert known.lips.shape == (facts.length, 40, 2)
    assert ((known.lips > 0) & (known.lips < 512)).all()


def test_our_mesh_finds_the_known_lips(known: KnownFilm, assets: None):
    found = agreement(known, our_points(known.film))
    assert found.lost == 0
    assert found.off <= MOST_OFF
    assert found.opening_r >= LEAST_R


def test_the_mesh_that_judges_our_films_measures_the_known_opening(known: KnownFilm, assets: None):
    found = agreement(known, independent_points(known.film))
    assert found.lost == 0
    assert found.opening_r >= LEAST_R


def test_the_known_lips_open_as_the_jaw_does(known: KnownFilm):
    jaw = known.weights[:, known.units.index("jawOpen")]
    assert correlation(jaw, known.openings()) >= LEAST_R


def test_the_known_lips_meet_in_every_p_b_and_m(known: KnownFilm):
    openings = known.openings()
    closures = [m for m in known.marks if m.kind == "phone" and is_bilabial(m.label)]
    assert len(closures) >= 4
    for mark in closures:
        first = int((mark.start_s + known.lead_in_s) * FPS)
        last = int((mark.end_s + known.lead_in_s) * FPS) + 1
        assert openings[first : last + 1].min() < CLOSED, mark


def test_the_known_lips_follow_the_phones_and_rest_when_nobody_speaks(known: KnownFilm):
    times_s = np.arange(len(known.lips)) / FPS - known.lead_in_s
    phones = [mark for mark in known.marks if mark.kind == "phone"]
    assert correlation(known.openings(), openness_curve(phones, times_s)) >= 0.7
    silent = (times_s < phones[0].start_s - 0.1) | (times_s > phones[-1].end_s + 0.3)
    assert silent.any()
    assert (known.openings()[silent] < CLOSED).all()


def test_lips_that_are_a_twentieth_of_the_eye_span_off_are_told_from_the_known_ones():
    known = known_film(PEOPLE[0])
    shifted = replace(known, lips=known.lips + np.array([0.05 * known.eye_span, 0.0]))
    found = agreement(known, _as_mesh(shifted))
    assert found.off == pytest.approx(0.05)
    assert found.opening_r == pytest.approx(1.0)


def test_a_mesh_that_is_three_frames_late_follows_the_opening_less():
    known = known_film(PEOPLE[0])
    late = replace(known, lips=np.roll(known.lips, 3, axis=0))
    assert agreement(known, _as_mesh(late)).opening_r < LEAST_R


def _as_mesh(known: KnownFilm) -> Iterator[Points]:
    """Known lips as a mesh would tell them, with the known eyes."""
    for lips in known.lips:
        points = np.zeros((478, 2))
        points[known.landmarks] = lips
        points[263], points[33] = known.eyes
        yield points
