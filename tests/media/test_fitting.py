from __future__ import annotations

from collections.abc import Callable
from fractions import Fraction
from pathlib import Path

import numpy as np
import pytest
from numbered_clips import number_in, write_clip

from talker.media.clip import ClipSource
from talker.media.fitting import FITS, Fit, FittedClip, fitted_count

RATES = [
    Fraction(24000, 1001),
    Fraction(24),
    Fraction(25),
    Fraction(30000, 1001),
    Fraction(30),
    Fraction(50),
    Fraction(60),
]


@pytest.fixture(scope="module")
def clip(tmp_path_factory: pytest.TempPathFactory) -> ClipSource:
    """Two seconds, frames 0 to 49."""
    return ClipSource(write_clip(tmp_path_factory.mktemp("clip") / "c.mp4", 50))


def seen(fitted: FittedClip) -> list[int]:
    return [number_in(frame.picture) for frame in fitted.frames()]


@pytest.mark.parametrize("fit", FITS)
@pytest.mark.parametrize("fps", RATES, ids=str)
@pytest.mark.parametrize("count", [1, 30, 173])
def test_a_film_has_its_frames_at_its_times(
    clip: ClipSource, fit: Fit, fps: Fraction, count: int
) -> None:
    fitted = FittedClip(clip, fit, fps=fps, count=count)
    times = [frame.time_s for frame in fitted.frames()]
    assert times == [number / fps for number in range(count)]


@pytest.mark.parametrize("fit", FITS)
def test_what_is_said_to_be_shown_is_shown(clip: ClipSource, fit: Fit) -> None:
    fitted = FittedClip(clip, fit, fps=Fraction(30), count=200)
    for number, picture_number in enumerate(seen(fitted)):
        shown = fitted.shown(number)
        if shown.fading is None:
            assert picture_number == shown.number


@pytest.mark.parametrize("fit", ["loop", "bounce", "hold", "cut"])
def test_a_clip_longer_than_the_film_is_shown_as_it_is(clip: ClipSource, fit: Fit) -> None:
    assert seen(FittedClip(clip, fit, fps=Fraction(25), count=50)) == list(range(50))


@pytest.mark.parametrize("fps", RATES, ids=str)
def test_milliseconds_neither_double_nor_drop_a_frame(tmp_path: Path, fps: Fraction) -> None:
    source = ClipSource(write_clip(tmp_path / "m.mkv", 90, fps))
    assert seen(FittedClip(source, "hold", fps=fps, count=90)) == list(range(90))


def test_other_rates_keep_the_tempo(clip: ClipSource) -> None:
    for fps in RATES:
        count = int(2 * fps)
        shown = seen(FittedClip(clip, "hold", fps=fps, count=count))
        for number, at in enumerate(shown):
            assert abs(number / fps - Fraction(at, 25)) <= max(1 / fps, Fraction(1, 25))


def test_bounce_plays_to_and_fro_without_a_jump(clip: ClipSource) -> None:
    shown = seen(FittedClip(clip, "bounce", fps=Fraction(25), count=200))
    to_and_fro = [*range(50), *range(49, -1, -1)]
    assert shown == to_and_fro * 2


def test_a_loop_fades_into_its_next_round(clip: ClipSource) -> None:
    fitted = FittedClip(clip, "loop", fps=Fraction(25), count=120)
    pictures = [frame.picture.astype(np.int16) for frame in fitted.frames()]
    shown = [fitted.shown(number) for number in range(120)]
    # A round is the clip less the ten frames of its fade.
    assert [each.number for each in shown[:50]] == list(range(50))
    assert [each.fading for each in shown[40:50]] == list(range(10))
    assert [each.number for each in shown[50:80]] == list(range(10, 40))
    shares = [each.share for each in shown[40:50]]
    assert shares == sorted(shares)
    plain = [frame.picture.astype(np.float64) for frame in clip.frames()]
    for number, share in enumerate(shares):
        mixed = plain[40 + number] * (1 - share) + plain[number] * share
        np.testing.assert_allclose(pictures[40 + number], mixed, atol=1)


def test_hold_stays_on_the_last_frame(clip: ClipSource) -> None:
    shown = seen(FittedClip(clip, "hold", fps=Fraction(25), count=70))
    assert shown == [*range(50), *[49] * 20]


@pytest.mark.parametrize("count", [25, 100, 101])
def test_stretch_covers_the_film_evenly(clip: ClipSource, count: int) -> None:
    shown = seen(FittedClip(clip, "stretch", fps=Fraction(25), count=count))
    assert shown[0] == 0
    assert shown[-1] >= 48
    steps = np.diff(shown)
    assert steps.min() >= 50 // count
    assert steps.max() <= -(-50 // count) + (count == 101)


def test_cut_ends_the_film_with_the_clip(clip: ClipSource) -> None:
    assert fitted_count(clip, "cut", Fraction(25), 400) == 50
    assert fitted_count(clip, "cut", Fraction(60), 400) == 120
    assert fitted_count(clip, "cut", Fraction(25), 20) == 20
    assert fitted_count(clip, "loop", Fraction(25), 400) == 400


def test_a_clip_of_one_frame_serves_as_a_still(tmp_path: Path) -> None:
    source = ClipSource(write_clip(tmp_path / "1.mkv", 1))
    for fit in FITS:
        assert seen(FittedClip(source, fit, fps=Fraction(25), count=12)) == [0] * 12


def test_playing_backwards_reads_a_stretch_at_a_time(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("talker.media.fitting._MAX_BACKWARD", 7)
    asked: list[tuple[int, int | None]] = []
    source = ClipSource(write_clip(tmp_path / "b.mp4", 30, options={"g": "9", "bf": "2"}))
    stored: Callable[..., object] = source.stored
    monkeypatch.setattr(source, "stored", lambda *ends: (asked.append(ends), stored(*ends))[1])
    shown = seen(FittedClip(source, "bounce", fps=Fraction(25), count=60))
    assert shown == [*range(30), *range(29, -1, -1)]
    assert [ends for ends in asked if len(ends) == 2] == [
        (27, 30),  # from a key frame
        (20, 27),
        (18, 20),
        (11, 18),
        (9, 11),
        (2, 9),
        (0, 2),
    ]
