"""What the people of the studio do in front of the camera; how they look is rendered elsewhere."""

from __future__ import annotations

import sys
import tomllib
from pathlib import Path

import numpy as np
import pytest
from running import ROOT

sys.path.insert(0, str(ROOT / "portraits"))

from studio.posture import Posture, unlike
from studio.takes import Take, speaking, swaying

from talker.speech.speaking import speak

TAKES = sorted((ROOT / "portraits" / "studio" / "takes").glob("*.toml"))
SILENT = [file for file in TAKES if "[line]" not in file.read_text("utf-8")]
FACE_UNITS_OF_A_MOUTH = {"jawOpen", "mouthPucker", "mouthRollLower", "mouthRollUpper"}


def _take(file: Path) -> Take:
    return Take(**tomllib.loads(file.read_text("utf-8")))


@pytest.mark.parametrize("file", TAKES, ids=lambda file: file.stem)
def test_a_take_films_a_person_of_the_cast_and_its_film_is_there(file: Path):
    take = _take(file)
    assert (ROOT / "portraits" / "studio" / "people" / f"{take.person}.toml").is_file()
    assert (ROOT / take.target).is_file()


def test_a_key_that_nothing_reads_is_refused():
    with pytest.raises(ValueError, match="blink_at"):
        Take(person="a", target=Path("a.mp4"), seconds=1, size=64, samples=1, blink_at=[1.0])


@pytest.mark.parametrize("file", SILENT, ids=lambda file: file.stem)
def test_a_take_without_a_line_starts_at_rest_and_comes_back_to_it_with_no_jump(file: Path):
    take = _take(file)
    postures = swaying(take)
    assert len(postures) == take.seconds * take.fps
    assert not any(postures[0].to_json()["units"].values())
    turns = np.array([[p.turn, p.nod, p.tilt] for p in [*postures, postures[0]]])
    steps = np.abs(np.diff(turns, axis=0)).max(0)
    assert np.abs(turns[0]).max() == 0
    assert (steps[np.abs(turns).max(0) > 1] < 1).all()
    assert np.abs(turns[-2] - turns[0]).max() < 0.2


def test_what_goes_out_and_back_is_rendered_once_for_both_ways():
    turn = {"part": "turn", "size": 10.0}
    take = Take(person="a", target=Path("a"), seconds=2, size=64, samples=1, sways=(turn,))
    each, which = unlike(swaying(take))
    assert len(which) == 50
    assert len(each) == 26
    assert each[which[25]].turn == pytest.approx(10)
    assert which[1:25] == which[:25:-1]


def test_lids_close_at_the_times_of_the_blinks_alone():
    take = Take(person="a", target=Path("a"), seconds=4, size=64, samples=1, blinks=(1.0, 3.0))
    closed = np.array([p.units["eyeBlink"] for p in swaying(take)])
    shut = np.nonzero(closed > 0.95)[0] / take.fps
    assert {round(at) for at in shut} == {1, 3}
    assert (closed[:25] == 0).all()


def test_postures_that_differ_by_less_than_can_be_seen_are_one():
    each, which = unlike([Posture({"jawOpen": 0.1}), Posture({"jawOpen": 0.1 + 1e-6}), Posture()])
    assert which == [0, 0, 1]
    assert len(each) == 2


def test_a_line_moves_the_mouth_while_it_is_said_and_closes_it_before_and_after(assets: None):
    line = {"text": "My papa may be home.", "language": "en", "voice": "en", "lead_in_s": 0.5}
    take = Take(person="a", target=Path("a"), seconds=4, size=64, samples=1, line=line)
    assert take.line
    speech = speak(take.line.text, voice="en", language="en")
    postures = speaking(take, take.line, speech)
    jaw = np.array([posture.units.get("jawOpen", 0.0) for posture in postures])
    said = (take.times_s() > 0.5) & (take.times_s() < 0.5 + speech.duration_s)
    assert jaw[said].max() > 0.25
    assert jaw[:10].max() < 0.02
    assert jaw[-5:].max() < 0.02
    assert all(set(posture.units) >= FACE_UNITS_OF_A_MOUTH for posture in postures)
    assert all(posture.turn == posture.nod == posture.tilt == 0 for posture in postures)
