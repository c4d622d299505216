from __future__ import annotations

import itertools
from fractions import Fraction
from pathlib import Path

import numpy as np
import pytest

from talker.lips.engine import LipSettings, frame_count
from talker.narration.recording import Recording, Turn
from talker.script.scenes import Utterance
from talker.speech.timeline import SAMPLE_RATE, Mark, Speech


def turn(folder: Path, speaker: str, start_s: float, length_s: float, level: float) -> Turn:
    count = round(length_s * SAMPLE_RATE)
    file = folder / f"{speaker}-{start_s}.f32"
    file.write_bytes(np.full(count, level, np.float32).tobytes())
    marks = (
        Mark("line", speaker, 0, length_s),
        Mark("word", speaker, 0.0, length_s),
        Mark("phone", "a", 0.0, length_s),
    )
    nothing = np.broadcast_to(np.float32(0), count)
    speech = Speech(nothing, SAMPLE_RATE, marks, "en", speaker)
    return Turn(Utterance(speaker, speaker, 1), speech, file, start_s)


@pytest.fixture(params=[Fraction(25), Fraction(30000, 1001), Fraction(12)])
def recording(request: pytest.FixtureRequest, tmp_path: Path) -> Recording:
    turns = (turn(tmp_path, "Ann", 0.5, 1.0, 0.25), turn(tmp_path, "Ben", 2.0, 0.5, 0.5))
    return Recording(turns, int(3 * request.param), request.param, "en", "key")


def test_a_stretch_of_a_scene_takes_its_frames_exactly(recording: Recording) -> None:
    for first, end in (
        (0, recording.frames),
        (0, 1),
        (7, 19),
        (recording.frames - 1, recording.frames + 5),
    ):
        speech = recording.heard(None, first, end)
        assert frame_count(speech, LipSettings(fps=recording.fps)) == end - first


def test_a_listener_is_silent_while_others_speak(recording: Recording) -> None:
    ann, ben = recording.heard("Ann"), recording.heard("Ben")
    assert set(np.unique(ann.samples)) == {np.float32(0), np.float32(0.25)}
    assert set(np.unique(ben.samples)) == {np.float32(0), np.float32(0.5)}
    assert [mark.label for mark in ann.of_kind("word")] == ["Ann"]
    both = recording.heard()
    np.testing.assert_array_equal(both.samples, ann.samples + ben.samples)


def test_marks_move_with_the_stretch_and_pauses_fill_it(recording: Recording) -> None:
    first = recording.frames // 3
    speech = recording.heard("Ben", first)
    start_s = 2.0 - float(first / recording.fps)
    (word,) = speech.of_kind("word")
    assert word.start_s == pytest.approx(start_s)
    heard = np.flatnonzero(speech.samples)
    assert heard[0] / SAMPLE_RATE == pytest.approx(start_s, abs=1e-4)
    timeline = sorted(
        (mark.start_s, mark.end_s) for mark in speech.marks if mark.kind in ("phone", "pause")
    )
    assert timeline[0][0] == 0
    assert timeline[-1][1] == pytest.approx(speech.duration_s)
    for before, after in itertools.pairwise(timeline):
        assert after[0] == pytest.approx(before[1])
