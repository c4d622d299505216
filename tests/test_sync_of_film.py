"""Films held to what is promised of them, by a mesh that the product does not use.

The mesh is MediaPipe's older one at 192 pixels. It sees closed lips as open by up to 0.02 eye
spans where the line between them is thick, and that bias is in the figures of silence here.
"""

from __future__ import annotations

from fractions import Fraction
from pathlib import Path

import av
import pytest

import talker as api
from bench.sync_metrics import FilmFigures, measure, read_marks
from talker.assets.portraits import load_portrait
from talker.media.pictures import read_picture

SIDE = 384
ENGLISH = (
    "The city council spent four years on a plan to clear the old harbor. "
    "Its leaders say the work will start in March, and may take until December."
)
MANDARIN = (
    "今天下午，他在家里看了一会儿书，喝了半杯茶。明月几时有，把酒问青天。外面下着小雨，没有人跑步。"
)
PORTRAITS = {"reader": ("en", ENGLISH), "poet": ("zh", MANDARIN)}
CLIPS = {"grid_pwij3p.mpg": ("en", ENGLISH), "grid_bbaf2n.mpg": ("zh", MANDARIN)}
FILMS = PORTRAITS | CLIPS


@pytest.fixture(scope="module", params=FILMS)
def film(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory, assets: None
) -> tuple[api.FilmResult, FilmFigures]:
    """A film of several seconds with at least seven bilabials far enough apart to be told.

    The clips show people who say something else with their own mouths.
    """
    shown = request.param
    voice, text = FILMS[shown]
    folder = tmp_path_factory.mktemp("film")
    job = api.SayJob(
        text,
        folder / "film.mp4",
        voice=voice,
        portrait=str(request.getfixturevalue("media") / shown) if shown in CLIPS else shown,
        marks=folder / "marks.json",
        settings=api.film_settings(
            size=None if shown in CLIPS else f"{SIDE}x{SIDE}", lips="warp", seed=1
        ),
    )
    result = api.say(job)
    return result, measure(result.path, read_marks(folder / "marks.json"))


def test_the_face_is_seen_and_the_bilabials_are_enough_to_count(film) -> None:
    result, figures = film
    assert figures.sync.frames == result.frames
    assert figures.sync.lost == 0
    assert figures.sync.bilabials >= 7
    assert figures.sync.open_vowels >= 5


def test_lips_meet_on_p_b_and_m_far_more_often_than_by_chance(film) -> None:
    sync = film[1].sync
    assert sync.closure >= 0.95
    assert sync.closure >= sync.closure_null + 0.35


def test_the_mouth_opens_with_the_phones(film) -> None:
    sync = film[1].sync
    assert sync.correlation >= 0.75
    assert sync.opening_p95 > 0.08


def test_picture_and_sound_are_together(film) -> None:
    assert abs(film[1].sync.lag_s) <= 0.04


def test_mouth_is_closed_in_silence(film) -> None:
    assert film[1].sync.silence <= 0.12


def test_open_vowels_are_not_shut(film) -> None:
    assert film[1].sync.false_closures <= 0.1


def test_a_living_head_does_not_tremble(film) -> None:
    assert film[1].steadiness.jitter_percent <= 1.0


@pytest.mark.parametrize("film", PORTRAITS, indirect=True)
def test_a_living_portrait_does_not_flicker(film) -> None:
    assert film[1].steadiness.flicker < 0.1


def test_sound_and_picture_end_together(film) -> None:
    result, _ = film
    with av.open(str(result.path)) as container:
        streams = container.streams.video[0], container.streams.audio[0]
        video_s, audio_s = (stream.duration * stream.time_base for stream in streams)
    assert abs(video_s - audio_s) <= Fraction(1, 25)


@pytest.mark.parametrize("portrait", PORTRAITS)
def test_without_life_all_but_the_lower_face_is_the_portrait_s(
    portrait: str, tmp_path: Path, assets: None
) -> None:
    voice, text = PORTRAITS[portrait]
    settings = api.film_settings(size=f"{SIDE}x{SIDE}", lips="warp", life=0.0)
    job = api.SayJob(
        text[: 20 if voice == "zh" else 68],
        tmp_path / "film.mp4",
        voice=voice,
        portrait=portrait,
        marks=tmp_path / "marks.json",
        settings=settings,
    )
    result = api.say(job)
    portrait_s_own = read_picture(load_portrait(portrait).picture())
    assert portrait_s_own.shape[0] == portrait_s_own.shape[1]
    marks = read_marks(tmp_path / "marks.json")
    figures = measure(result.path, marks, reference=portrait_s_own)
    # The poet's beard hangs below what is left out of the measure, over a white collar, and moves
    # with his chin.
    assert figures.steadiness.psnr_outside_db >= (37 if portrait == "poet" else 38)
    assert figures.steadiness.jitter_percent <= 1.0
