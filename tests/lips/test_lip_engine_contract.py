"""What every registered lip engine promises, on a real portrait."""

from __future__ import annotations

import hashlib
import subprocess
import sys
import threading
from collections.abc import Iterator
from dataclasses import replace
from fractions import Fraction
from pathlib import Path

import cv2
import numpy as np
import pytest
from numpy.typing import NDArray
from spoken_phones import RATE, evenly

from talker.assets import store
from talker.errors import FaceError, UsageError
from talker.faces.face import Face
from talker.lips.engine import LipEngine, LipSettings, frame_count
from talker.lips.registry import LIP_ENGINES, LipEngineSpec, lip_engine
from talker.media.frames import Frame, Picture, Still
from talker.speech.timeline import Mark, Speech

SIDE = 256
PHRASE = evenly(["m", "a", "t", "i", "b", "u", "s", "æ", "p"], before_s=0.1, after_s=0.1)
LOWER_FACE = (
    *(234, 93, 132, 58, 172, 136, 150, 149, 176, 148, 152, 377, 400, 378, 379, 365, 397, 288),
    *(361, 323, 454, 98, 327, 2, 50, 280),
)


@pytest.fixture(params=LIP_ENGINES.values(), ids=lambda spec: spec.name, scope="module")
def spec(request: pytest.FixtureRequest, store_with_weights: Path) -> Iterator[LipEngineSpec]:
    with pytest.MonkeyPatch.context() as patch:
        if request.param.capabilities.needs_weights:
            patch.setenv("TALKER_HOME", str(store_with_weights))
        yield request.param


@pytest.fixture(scope="module")
def engine(spec: LipEngineSpec) -> LipEngine:
    return lip_engine(spec.name)


@pytest.fixture(scope="module")
def sitter(seated) -> tuple[Picture, Face]:
    return seated("poet", SIDE)


def animated(
    engine: LipEngine,
    sitter: tuple[Picture, Face],
    speech: Speech = PHRASE,
    settings: LipSettings | None = None,
) -> Iterator[Frame]:
    picture, face = sitter
    return engine.animate(Still(picture), [face], speech, settings or LipSettings())


def fingerprints(frames: Iterator[Frame]) -> list[str]:
    return [hashlib.sha256(frame.picture.tobytes()).hexdigest() for frame in frames]


def speech_of(samples: int) -> Speech:
    sound = np.full(samples, 0.05, np.float32)
    return Speech(sound, RATE, (Mark("phone", "a", 0.0, samples / RATE),), "en", "")


def test_engine_is_what_its_declaration_says(spec: LipEngineSpec, engine: LipEngine) -> None:
    assert engine.name == spec.name
    assert engine.capabilities == spec.capabilities
    assert all(store.is_ready(entry) for entry in spec.assets)


def test_a_name_nobody_registered_is_a_usage_error() -> None:
    with pytest.raises(UsageError, match=r"no lip engine 'wrap'.*Choose one of: auto, "):
        lip_engine("wrap")


@pytest.mark.parametrize(
    ("fps", "samples", "lead_in_s", "tail_s", "frames"),
    [
        (Fraction(24), 240, 0.0, 0.0, 1),
        (Fraction(25), 960, 0.0, 0.0, 1),
        (Fraction(25), 961, 0.0, 0.0, 2),
        (Fraction(25), 48_000, 0.15, 0.35, 63),
        (Fraction(30000, 1001), 24_007, 0.1, 0.0, 33),
        (Fraction(50), 31_111, 0.0, 0.3, 80),
    ],
)
def test_frames_cover_lead_in_speech_and_tail(
    engine: LipEngine,
    sitter: tuple[Picture, Face],
    fps: Fraction,
    samples: int,
    lead_in_s: float,
    tail_s: float,
    frames: int,
) -> None:
    settings = LipSettings(fps=fps, lead_in_s=lead_in_s, tail_s=tail_s, life=0.0)
    speech = speech_of(samples)
    times_s = [frame.time_s for frame in animated(engine, sitter, speech, settings)]
    assert len(times_s) == frame_count(speech, settings) == frames
    assert all(isinstance(time_s, Fraction) for time_s in times_s)
    assert times_s == [number / fps for number in range(frames)]


@pytest.mark.parametrize("size", [(200, 320), (322, 178)])
def test_frames_have_the_size_of_the_source(
    engine: LipEngine, seated, size: tuple[int, int]
) -> None:
    from talker.faces.framing import frame_portrait

    sitter = frame_portrait(*seated("reader"), size)
    for frame in animated(engine, sitter, speech_of(4000)):
        assert frame.picture.shape == (size[1], size[0], 3)
        assert frame.picture.dtype == np.uint8


def test_frames_may_be_kept_and_the_source_stays_as_it_was(
    engine: LipEngine, sitter: tuple[Picture, Face]
) -> None:
    before = sitter[0].copy()
    kept: list[Picture] = []
    seen: list[str] = []
    for frame in animated(engine, sitter):
        kept.append(frame.picture)
        seen += fingerprints(iter([frame]))
    assert fingerprints(Frame(picture, Fraction(0)) for picture in kept) == seen
    assert not any(np.shares_memory(one, kept[-1]) for one in kept[:-1])
    assert not any(np.shares_memory(one, sitter[0]) for one in kept)
    np.testing.assert_array_equal(sitter[0], before)


def test_a_seed_gives_the_same_frames_with_any_number_of_threads(
    engine: LipEngine, sitter: tuple[Picture, Face]
) -> None:
    settings = LipSettings(life=1.0, seed=5)
    first = fingerprints(animated(engine, sitter, PHRASE, settings))
    for threads in (1, 3):
        again = replace(settings, threads=threads)
        assert fingerprints(animated(engine, sitter, PHRASE, again)) == first


def test_another_seed_gives_another_life_and_none_where_there_is_none(
    engine: LipEngine, sitter: tuple[Picture, Face]
) -> None:
    def made(life: float, seed: int) -> list[str]:
        settings = LipSettings(life=life, seed=seed)
        return fingerprints(animated(engine, sitter, PHRASE, settings))

    assert made(1.0, 1) != made(1.0, 2)
    assert made(0.0, 1) == made(0.0, 2)


def test_without_life_only_the_lower_face_changes(
    engine: LipEngine, sitter: tuple[Picture, Face]
) -> None:
    picture, face = sitter
    near, far = (~lower_face(face, picture.shape[:2], margin) for margin in (0.2, 0.8))
    most, errors = 0.0, []
    for frame in animated(engine, sitter, PHRASE, LipSettings(life=0.0)):
        change = np.abs(frame.picture.astype(np.float64) - picture).max(axis=2)
        errors.append(np.mean(change[near] ** 2))
        assert change[far].max() == 0
        most = max(most, float((change[~near] > 8).mean()))
    assert 10 * np.log10(255**2 / np.mean(errors)) > 38
    assert most > 0.05


def lower_face(face: Face, size: tuple[int, int], margin: float) -> NDArray[np.bool_]:
    """Mouth, cheeks and jaw, and so many eye spans around them for the falling chin."""
    inside = np.zeros(size, np.uint8)
    hull = cv2.convexHull(np.round(face.landmarks[list(LOWER_FACE), :2]).astype(np.int32))
    cv2.fillConvexPoly(inside, hull, 1)
    side = 2 * round(margin * face.eye_span) + 1
    disc = cv2.getStructuringElement(cv2.MORPH_ELLIPSE, (side, side))
    return cv2.dilate(inside, disc) > 0


def test_with_life_the_head_moves_too(engine: LipEngine, sitter: tuple[Picture, Face]) -> None:
    settings = LipSettings(life=1.0, seed=1)
    *_, last = animated(engine, sitter, PHRASE, settings)
    outside = ~lower_face(sitter[1], sitter[0].shape[:2], 0.4)
    assert (last.picture != sitter[0]).any(axis=2)[outside].mean() > 0.02


@pytest.mark.parametrize("track", [[], [None]])
def test_no_face_is_a_face_error(
    engine: LipEngine, sitter: tuple[Picture, Face], track: list[None]
) -> None:
    with pytest.raises(FaceError, match="no face"):
        next(engine.animate(Still(sitter[0]), track, PHRASE, LipSettings()))


def test_an_abandoned_film_leaves_no_thread_running(
    engine: LipEngine, sitter: tuple[Picture, Face]
) -> None:
    before = set(threading.enumerate())
    frames = animated(engine, sitter, PHRASE, LipSettings(threads=3))
    for _ in range(3):
        next(frames)
    assert set(threading.enumerate()) - before
    frames.close()  # type: ignore[attr-defined]
    assert set(threading.enumerate()) <= before


def test_a_finished_film_leaves_no_thread_running(
    engine: LipEngine, sitter: tuple[Picture, Face]
) -> None:
    before = set(threading.enumerate())
    assert sum(1 for _ in animated(engine, sitter, speech_of(3000))) > 1
    assert set(threading.enumerate()) <= before


def test_a_speech_that_nobody_timed_is_animated_too(
    engine: LipEngine, sitter: tuple[Picture, Face]
) -> None:
    untimed = Speech(PHRASE.samples, RATE, (), "und", "")
    frames = animated(engine, sitter, untimed)
    assert sum(1 for _ in frames) == frame_count(untimed, LipSettings())


_GROWTH = """
import resource, sys
from fractions import Fraction
import numpy as np
from talker.faces.face import Face
from talker.lips.engine import LipSettings
from talker.lips.registry import lip_engine
from talker.media.frames import Still
from talker.speech.timeline import Mark, Speech

name, path = sys.argv[1:]
sitter = np.load(path)
face = Face(sitter["box"], sitter["landmarks"], 1.0)
marks = tuple(Mark("phone", "amatipu"[i % 7], i / 10, (i + 1) / 10) for i in range(120))
speech = Speech(np.full(12 * 24_000, 0.1, np.float32), 24_000, marks, "en", "")
frames = lip_engine(name).animate(Still(sitter["picture"]), [face], speech, LipSettings())
for number, _ in enumerate(frames, 1):
    if number in (100, 300):
        print(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss)
"""


@pytest.mark.skipif(sys.platform == "win32", reason="no resource module")
def test_memory_does_not_grow_with_the_film(
    spec: LipEngineSpec, sitter: tuple[Picture, Face], tmp_path: Path
) -> None:
    picture, face = sitter
    path = tmp_path / "sitter.npz"
    np.savez(path, picture=picture, landmarks=face.landmarks, box=face.box)
    command = [sys.executable, "-c", _GROWTH, spec.name, str(path)]
    done = subprocess.run(command, capture_output=True, text=True, check=True)
    unit = 1 if sys.platform == "darwin" else 1024
    early, late = (int(line) * unit for line in done.stdout.split())
    # 200 frames of 256 x 256 pixels would be 39 MB.
    assert late - early < 15e6
