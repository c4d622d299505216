"""What cameras, phones and editors write, and what is left of it after accidents."""

from __future__ import annotations

from fractions import Fraction
from pathlib import Path

import numpy as np
import pytest
from numbered_clips import HEIGHT, WIDTH, drawn, number_in, write_clip

from talker.errors import MediaError
from talker.media.clip import ClipSource, is_clip

RATES = [
    Fraction(24000, 1001),
    Fraction(24),
    Fraction(25),
    Fraction(30000, 1001),
    Fraction(30),
    Fraction(50),
    Fraction(60000, 1001),
    Fraction(60),
]


def numbers(source: ClipSource, first: int = 0, end: int | None = None) -> list[int]:
    return [number_in(frame.picture) for frame in source.frames(first, end)]


@pytest.mark.parametrize("suffix", ["mp4", "mkv", "ts", "mov"])
@pytest.mark.parametrize("fps", RATES, ids=str)
def test_every_frame_comes_once_at_its_time(tmp_path: Path, fps: Fraction, suffix: str) -> None:
    source = ClipSource(write_clip(tmp_path / f"clip.{suffix}", 31, fps))
    assert source.fps == fps
    assert numbers(source) == list(range(31))
    for number, frame in enumerate(source.frames()):
        # Matroska counts milliseconds, MPEG-TS ticks of a 90 000th.
        assert abs(frame.time_s - number / fps) <= Fraction(1, 1000)
        assert frame.time_s == source.times_s[number]
    assert float(source.duration_s) == pytest.approx(float(31 / fps), abs=0.002)


@pytest.mark.parametrize(
    ("codec", "pixels", "name"),
    [
        ("libx264", "yuv444p", "c.mp4"),
        ("libx264", "yuv422p", "c.mov"),
        ("libx264", "yuv420p10le", "c.mp4"),
        ("libx264", "yuvj420p", "c.mp4"),
        ("libx265", "yuv420p10le", "c.mp4"),
        ("libvpx-vp9", "yuva420p", "c.webm"),
        ("mpeg4", "yuv420p", "c.avi"),
        ("mjpeg", "yuvj422p", "c.avi"),
        ("mpeg2video", "yuv420p", "c.mpg"),
        ("prores_ks", "yuv422p10le", "c.mov"),
        ("ffv1", "bgr0", "c.mkv"),
        ("ffv1", "gray", "c.mkv"),
        ("gif", "rgb8", "c.gif"),
    ],
)
def test_every_usual_codec_and_pixel_format_is_read(
    tmp_path: Path, codec: str, pixels: str, name: str
) -> None:
    source = ClipSource(write_clip(tmp_path / name, 20, codec=codec, pixels=pixels))
    assert numbers(source) == list(range(20))
    last = list(source.frames())[-1].picture
    bars, meant = last[:, ::4].astype(float), drawn(19)[:, ::4].astype(float)
    if pixels == "gray":
        bars, meant = bars.mean(axis=2), meant @ [0.299, 0.587, 0.114]
    tolerance = {"gif": 30, "mpeg4": 12, "mpeg2video": 12}.get(codec, 6)
    assert np.median(np.abs(bars - meant)) <= tolerance


@pytest.mark.parametrize("degrees", [90, 180, 270])
def test_phone_video_is_shown_upright(tmp_path: Path, degrees: int) -> None:
    source = ClipSource(write_clip(tmp_path / "phone.mp4", 12, rotation=degrees))
    sides = (HEIGHT, WIDTH) if degrees % 180 else (WIDTH, HEIGHT)
    assert (source.width, source.height) == sides
    for number, frame in enumerate(source.frames()):
        assert frame.picture.shape == (sides[1], sides[0], 3)
        assert number_in(np.rot90(frame.picture, degrees // 90)) == number


def test_variable_frame_rate_keeps_its_times(tmp_path: Path) -> None:
    stamps = np.cumsum([0, *([33, 34, 33, 50, 17, 200, 33, 33, 34, 1] * 3)]).tolist()
    path = write_clip(
        tmp_path / "v.mkv",
        len(stamps),
        stamps=stamps,
        time_base=Fraction(1, 1000),
        fps=Fraction(30),
    )
    source = ClipSource(path)
    assert [time * 1000 for time in source.times_s] == stamps
    assert numbers(source) == list(range(len(stamps)))
    assert source.fps == 30


@pytest.mark.parametrize("gop", ["1", "12", "1000"])
def test_any_range_is_what_the_whole_shows(tmp_path: Path, gop: str) -> None:
    path = write_clip(tmp_path / "g.mp4", 60, options={"g": gop, "bf": "3"})
    source = ClipSource(path)
    for first, end in ((0, 1), (59, 60), (13, 40), (30, 30), (5, None)):
        assert numbers(source, first, end) == list(range(60))[first:end]


def test_odd_sides_lose_a_row_and_a_column(tmp_path: Path) -> None:
    path = write_clip(tmp_path / "o.mp4", 5, pixels="yuv444p", size=(WIDTH + 1, HEIGHT + 1))
    source = ClipSource(path)
    assert (source.width, source.height) == (WIDTH, HEIGHT)
    assert numbers(source) == list(range(5))


def test_a_size_scales_and_cuts_evenly(tmp_path: Path) -> None:
    source = ClipSource(write_clip(tmp_path / "s.mp4", 3), size=(64, 64))
    whole = ClipSource(tmp_path / "s.mp4")
    small, large = next(source.frames()).picture, next(whole.frames()).picture
    assert small.shape == (64, 64, 3)
    middle = large[:, (WIDTH - 64) // 2 : (WIDTH + 64) // 2]
    np.testing.assert_array_equal(small, middle)


def test_late_starts_and_missing_sound_do_not_matter(tmp_path: Path) -> None:
    stamps = [900 + 40 * number for number in range(15)]
    path = write_clip(tmp_path / "l.mkv", 15, stamps=stamps, time_base=Fraction(1, 1000))
    source = ClipSource(path)
    assert source.times_s[0] == 0
    assert numbers(source) == list(range(15))


@pytest.mark.parametrize("suffix", ["mkv", "ts", "avi", "mpg"])
@pytest.mark.parametrize("seed", range(4))
def test_damage_costs_pictures_but_no_frame(tmp_path: Path, suffix: str, seed: int) -> None:
    codec = {"avi": "mpeg4", "mpg": "mpeg2video"}.get(suffix, "libx264")
    path = write_clip(tmp_path / f"d.{suffix}", 60, codec=codec, options={"g": "10"})
    film = bytearray(path.read_bytes())
    chance = np.random.default_rng(seed)
    for place in chance.integers(len(film) // 4, len(film), 12):
        film[place] ^= 1 << int(chance.integers(8))
    path.write_bytes(film)
    source = ClipSource(path)
    frames = list(source.frames())
    assert len(frames) == len(source.times_s) == source.length
    assert all(a < b for a, b in zip(source.times_s, list(source.times_s)[1:], strict=False))
    assert len(frames) >= 30


@pytest.mark.parametrize("share", [0.5, 0.7, 0.95])
@pytest.mark.parametrize("suffix", ["mkv", "ts", "avi"])
def test_a_film_cut_off_ends_early(tmp_path: Path, suffix: str, share: float) -> None:
    codec = "mpeg4" if suffix == "avi" else "libx264"
    path = write_clip(tmp_path / f"t.{suffix}", 100, codec=codec, options={"g": "10"})
    film = path.read_bytes()
    path.write_bytes(film[: int(len(film) * share)])
    source = ClipSource(path)
    seen = numbers(source)
    assert len(seen) == source.length
    assert 5 < len(seen) <= 100
    assert seen[: len(seen) // 2] == list(range(len(seen) // 2))


def test_what_is_a_clip_is_told_by_content(tmp_path: Path, media: Path) -> None:
    import cv2

    cv2.imwrite(str(tmp_path / "still.png"), drawn(3))
    write_clip(tmp_path / "moves.gif", 5, codec="gif", pixels="rgb8")
    (tmp_path / "renamed.jpg").write_bytes((media / "mona7s.mp4").read_bytes())
    assert is_clip(tmp_path / "moves.gif")
    assert is_clip(tmp_path / "renamed.jpg")
    assert is_clip(media / "grid_bbaf2n.mpg")
    assert not is_clip(tmp_path / "still.png")
    with pytest.raises(MediaError, match="nowhere"):
        is_clip(tmp_path / "nowhere.mp4")


def test_a_clip_without_one_good_picture_is_explained(tmp_path: Path) -> None:
    path = write_clip(tmp_path / "z.mkv", 10)
    film = bytearray(path.read_bytes())
    start = film.index(b"\x1f\x43\xb6\x75")  # the first cluster of Matroska
    film[start + 40 :] = bytes(len(film) - start - 40)
    path.write_bytes(film)
    with pytest.raises(MediaError, match=r"z\.mkv"):
        list(ClipSource(path).frames())
