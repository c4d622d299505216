"""Clips through the command line: tracked, fitted, given another mouth, written.

The mouths are drawn with weights that nobody trained: what is tested is everything around them.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from fractions import Fraction
from pathlib import Path

import av
import numpy as np
import pytest
from numpy.typing import NDArray
from running import Run

from talker.assets.portraits import load_portrait
from talker.media.film_writer import FilmWriter
from talker.media.frames import Picture
from talker.media.pictures import read_picture
from talker.media.sound import read_sound, write_sound

Talker = Callable[..., Run]

RATE = 24_000
SIDE = 256


@pytest.fixture
def place(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, store_with_weights: Path) -> Path:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("TALKER_HOME", str(store_with_weights))
    hum = 0.2 * np.sin(2 * np.pi * 150 * np.arange(round(0.4 * RATE)) / RATE)
    write_sound(Path("hum.wav"), hum.astype(np.float32), RATE, {})
    return tmp_path


@pytest.fixture(scope="module")
def portrait() -> Picture:
    import cv2

    picture = read_picture(load_portrait("reader").picture())
    return np.asarray(cv2.resize(picture, (SIDE, SIDE), interpolation=cv2.INTER_AREA), np.uint8)


def film_of(
    pictures: list[Picture], path: Path, fps: Fraction = Fraction(25), tone_hz: float = 0
) -> Path:
    """A clip; silent, yet with a sound track, unless it hums."""
    times_s = np.arange(round(len(pictures) / fps * RATE)) / RATE
    tone = (0.3 * np.sin(2 * np.pi * tone_hz * times_s)).astype(np.float32)
    writer = FilmWriter(path, size=(SIDE, SIDE), fps=fps, sample_rate=RATE, tags={})
    with writer as film:
        film.write_sound(tone)
        for picture in pictures:
            film.write_picture(picture)
    return path


def swaying(portrait: Picture, count: int) -> list[Picture]:
    return [np.roll(portrait, round(4 * np.sin(number / 5)), axis=1) for number in range(count)]


def blank() -> Picture:
    rows = np.linspace(60, 160, SIDE, dtype=np.uint8)
    return np.ascontiguousarray(np.broadcast_to(rows[:, None, None], (SIDE, SIDE, 3)))


def times_s(film: Path) -> list[Fraction]:
    with av.open(str(film)) as container:
        return [frame.pts * frame.time_base for frame in container.decode(video=0)]


def made(run: Run) -> dict[str, object]:
    assert run.code == 0, run.err
    return json.loads(run.out)


def loudness_at(sound: NDArray[np.float32], tone_hz: float) -> float:
    """How loud a tone is: its amplitude."""
    waves = np.exp(-2j * np.pi * tone_hz * np.arange(len(sound)) / RATE)
    return float(2 * np.abs(np.mean(sound * waves)))


@pytest.mark.parametrize(
    "fps", ["24000/1001", "24", "25", "30000/1001", "30", "50", "60000/1001", "60"]
)
def test_frames_are_exact_at_the_clip_s_own_rate(
    talker: Talker, place: Path, portrait: Picture, fps: str
) -> None:
    clip = film_of(swaying(portrait, 9), place / "clip.mkv", Fraction(fps))
    result = made(talker("sync", "--face", clip, "--audio", "hum.wav", "-o", "a.mp4", "--json"))
    count = -int(-Fraction(2, 5) * Fraction(fps) // 1)
    assert result["frames"] == count
    assert result["fps"] == fps
    step = Fraction(1) / Fraction(fps)
    shown = times_s(place / "a.mp4")
    assert len(shown) == count
    assert all(abs(time_s - number * step) < step / 20 for number, time_s in enumerate(shown))


def test_another_rate_is_kept_too(talker: Talker, place: Path, portrait: Picture) -> None:
    clip = film_of(swaying(portrait, 12), place / "clip.mp4")
    arguments = ("sync", "--face", clip, "--audio", "hum.wav", "--fps", "29.97", "-o", "a.mp4")
    result = made(talker(*arguments, "--json"))
    assert (result["fps"], result["frames"]) == ("30000/1001", 12)
    assert len(times_s(place / "a.mp4")) == 12


def test_device_weights_and_licence_are_said_in_json_on_screen_and_in_the_film(
    talker: Talker, place: Path, portrait: Picture
) -> None:
    clip = film_of(swaying(portrait, 5), place / "clip.mp4")
    run = talker("sync", "--face", clip, "--audio", "hum.wav", "-o", "a.mp4", "--json")
    result = made(run)
    assert (result["lips"], result["weights"]) == ("wav2lip", "wav2lip")
    assert "CPU" in str(result["device"])
    assert "Non-commercial" in str(result["licence"])
    assert str(result["device"]) in run.err
    assert str(result["licence"]) in run.err
    with av.open("a.mp4") as film:
        assert "Non-commercial" in film.metadata["copyright"]
        assert "Lips: wav2lip" in film.metadata["description"]


def test_a_lost_face_is_reported_on_the_film_s_clock(
    talker: Talker, place: Path, portrait: Picture
) -> None:
    # 20 frames with a face, 20 without, 20 with it.
    shown = swaying(portrait, 60)
    clip = film_of([*shown[:20], *[blank()] * 20, *shown[40:]], place / "clip.mp4")
    write_sound(Path("long.wav"), np.full(round(2.4 * RATE), 0.01, np.float32), RATE, {})
    arguments = ("sync", "--face", clip, "--audio", "long.wav", "-o", "a.mp4", "--lost", "pass")
    run = talker(*arguments, "--json")
    (span,) = made(run)["spans"]
    assert span["reason"] == "lost"
    assert span["policy"] == "pass"
    assert abs(span["start_s"] - 0.8) <= 0.08
    assert abs(span["end_s"] - 1.6) <= 0.08
    assert "Warning: From" in run.err
    assert "cannot be found" in run.err


def test_a_clip_s_own_sound_is_kept_as_loud_as_asked(
    talker: Talker, place: Path, portrait: Picture
) -> None:
    clip = film_of(swaying(portrait, 12), place / "clip.mp4", tone_hz=1000)
    command = ("sync", "--face", clip, "--audio", "hum.wav", "--overwrite", "-o", "a.mp4")
    loud = {}
    for kept in (None, "-6dB", "-18"):
        run = talker(*command, *(("--keep-audio", kept) if kept else ()))
        assert run.code == 0, run.err
        loud[kept] = loudness_at(read_sound(Path("a.mp4"), RATE)[2400:-2400], 1000)
    assert loud[None] < 0.003
    assert 20 * np.log10(loud["-6dB"] / 0.3) == pytest.approx(-6, abs=1.5)
    assert 20 * np.log10(loud["-18"] / 0.3) == pytest.approx(-18, abs=1.5)


@pytest.mark.parametrize(("fit", "frames"), [("cut", 6), ("hold", 10), ("stretch", 10)])
def test_a_short_clip_is_fitted(
    talker: Talker, place: Path, portrait: Picture, fit: str, frames: int
) -> None:
    clip = film_of(swaying(portrait, 6), place / "clip.mp4")
    command = ("sync", "--face", clip, "--audio", "hum.wav", "-o", "a.mp4", "--fit", fit)
    result = made(talker(*command, "--marks", "a.json", "--json"))
    assert result["frames"] == len(times_s(place / "a.mp4")) == frames
    marks = json.loads(Path("a.json").read_text())
    ends = [mark["end_s"] for kind in marks.values() if isinstance(kind, list) for mark in kind]
    assert max(ends) <= frames / 25 + 1e-6


def test_a_clip_is_told_by_its_content(talker: Talker, place: Path, portrait: Picture) -> None:
    film_of(swaying(portrait, 6), place / "clip.mp4").rename(place / "clip.png")
    result = made(
        talker("sync", "--face", "clip.png", "--audio", "hum.wav", "-o", "a.mp4", "--json")
    )
    assert result["frames"] == 10


def test_what_is_wrong_with_a_clip_is_told_and_nothing_is_left(
    talker: Talker, place: Path, portrait: Picture
) -> None:
    clip = film_of(swaying(portrait, 3), place / "clip.mp4")
    empty = film_of([blank()] * 5, place / "empty.mp4")
    command = ("sync", "--audio", "hum.wav", "-o", "a.mp4", "--face")
    for arguments, words in (
        ((empty,), "No face"),
        ((clip, "--face-index", "3"), "There is no face 3"),
        ((clip, "--device", "gpu:7"), "GPU"),
        ((clip, "--precision", "fp16"), "fp16"),
        ((clip, "--weights", "nobody"), "nobody"),
        ((clip, "--keep-audio", "loud"), "decibels"),
        ((clip, "--fit", "shrink"), "bounce"),
        ((clip, "--lost", "found"), "interpolate"),
        (("hum.wav",), "hum.wav"),
        ((place / "reader.mp4",), "reader.mp4"),
    ):
        run = talker(*command, *arguments)
        assert run.code == 2, run.err
        assert words in run.err
    assert sorted(path.name for path in place.iterdir()) == ["clip.mp4", "empty.mp4", "hum.wav"]


def test_sound_that_is_not_there_cannot_be_kept(
    talker: Talker, place: Path, portrait: Picture
) -> None:
    with av.open("mute.mp4", "w") as container:
        stream = container.add_stream("libx264", rate=25)
        stream.width = stream.height = SIDE
        for picture in swaying(portrait, 3):
            container.mux(stream.encode(av.VideoFrame.from_ndarray(picture)))
        container.mux(stream.encode(None))
    command = ("sync", "--face", "mute.mp4", "--audio", "hum.wav", "-o", "a.mp4")
    run = talker(*command, "--keep-audio", "-18dB")
    assert run.code == 2
    assert "no sound to keep" in run.err
    assert talker(*command).code == 0


@pytest.mark.parametrize("output", ["sheet.png", "film.mp4"])
def test_a_preview_shows_the_face_of_the_first_seconds(
    talker: Talker,
    tmp_path: Path,
    portrait: Picture,
    output: str,
    assets: None,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.chdir(tmp_path)
    shown = swaying(portrait, 30)
    clip = film_of([*shown[:10], *[blank()] * 10, *shown[20:]], tmp_path / "clip.mp4")
    command = ("sync", "--face", clip, "--audio", "none.wav", "--preview", "-o", output)
    result = made(talker(*command, "--lost", "pass", "--json"))
    sheet = Path(str(result["path"]))
    assert sheet.name == ("sheet.png" if output == "sheet.png" else "film.preview.png")
    assert {path.name for path in tmp_path.iterdir()} == {"clip.mp4", sheet.name}
    numbers = [int(frame.split()[1].rstrip(",")) for frame in result["frames"]]
    assert numbers[0] == 0
    assert numbers[-1] == 29
    lost = [number for number in numbers if 11 <= number < 19]
    assert len([problem for problem in result["problems"] if "lost: pass" in problem]) >= len(lost)
    colours = read_picture(sheet).reshape(-1, 3).astype(int)
    box = np.abs(colours - (38, 139, 210)).max(axis=1) < 8
    assert np.count_nonzero(box) > 500
    assert talker(*command).code == 2


def test_an_engine_without_weights_is_refused_before_any_work(
    talker: Talker, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("TALKER_HOME", str(tmp_path / "store"))
    run = talker("say", "Hi.", "--lips", "wav2lip", "-o", tmp_path / "a.mp4", "--json")
    assert run.code == 1
    error = json.loads(run.out)["error"]
    assert "talker models import FILE --as wav2lip" in error["remedy"]
    assert "talker models pull wav2lip-hq" in error["remedy"]
    assert not (tmp_path / "store").exists()


def test_auto_says_what_it_took_and_how_to_get_better(
    talker: Talker, tmp_path: Path, assets: None
) -> None:
    command = (
        "sync",
        "--face",
        "reader",
        "--audio",
        tmp_path / "hum.wav",
        "-o",
        tmp_path / "a.mp4",
    )
    hum = 0.2 * np.sin(np.arange(4800) / 30)
    write_sound(tmp_path / "hum.wav", hum.astype(np.float32), RATE, {})
    run = talker(*command, "--size", "128x128", "--json")
    result = made(run)
    assert result["lips"] == "warp"
    assert result["weights"] is None
    assert "talker models pull wav2lip-hq" in str(result["lips_reason"])
    assert str(result["lips_reason"]) in run.err


def test_a_dry_run_tells_the_clip_and_its_face(
    talker: Talker, place: Path, portrait: Picture
) -> None:
    clip = film_of(swaying(portrait, 6), place / "clip.mp4")
    command = ("sync", "--face", clip, "--audio", "hum.wav", "-o", "a.mp4", "--fit", "cut")
    plan = made(talker(*command, "--dry-run", "--json"))
    assert plan["lips"] == "wav2lip"
    assert "6 frames at 25" in str(plan["clip"])
    assert "6 frames at 25" in str(plan["length"])
    assert "--face-index 0" in str(plan["face"])
    assert not Path("a.mp4").exists()


def test_every_fit_runtime_and_precision_that_there_is_can_be_set() -> None:
    from typing import get_args

    from talker.lips.wav2lip.runtime import PRECISIONS, RUNTIMES
    from talker.media.fitting import FITS
    from talker.settings import FilmSettings

    def offered(name: str) -> set[str]:
        return set(get_args(FilmSettings.model_fields[name].annotation))

    assert offered("fit") == set(FITS)
    assert offered("runtime") == {"auto", *(runtime.name for runtime in RUNTIMES)}
    assert offered("precision") == set(PRECISIONS)
