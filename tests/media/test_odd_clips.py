"""What cameras, phones and editors write, and what is left of it after accidents."""

from __future__ import annotations

from fractions import Fraction
from itertools import pairwise
from pathlib import Path

import av
import numpy as np
import pytest
from numbered_clips import HEIGHT, WIDTH, drawn, number_in, write_clip, write_matrix

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
        ("apng", "rgb24", "c.apng"),
        ("libx264", "yuv420p", "c.avi"),
        ("libvpx", "yuv420p", "c.webm"),
        ("flv", "yuv420p", "c.flv"),
        ("wmv2", "yuv420p", "c.wmv"),
        ("qtrle", "argb", "c.mov"),
        ("ffv1", "yuv411p", "c.mkv"),
        ("ffv1", "gbrp12le", "c.mkv"),
        ("ffv1", "gray16le", "c.mkv"),
    ],
)
def test_every_usual_codec_and_pixel_format_is_read(
    tmp_path: Path, codec: str, pixels: str, name: str
) -> None:
    source = ClipSource(write_clip(tmp_path / name, 20, codec=codec, pixels=pixels))
    assert numbers(source) == list(range(20))
    last = list(source.frames())[-1].picture
    bars, meant = last[:, ::4].astype(float), drawn(19)[:, ::4].astype(float)
    if pixels.startswith("gray"):
        bars, meant = bars.mean(axis=2), meant @ [0.299, 0.587, 0.114]
    tolerance = {"gif": 30, "mpeg4": 12, "mpeg2video": 12, "flv": 12, "wmv2": 12}.get(codec, 6)
    assert np.median(np.abs(bars - meant)) <= tolerance


@pytest.mark.parametrize("degrees", [90, 180, 270])
def test_phone_video_is_shown_upright(tmp_path: Path, degrees: int) -> None:
    source = ClipSource(write_clip(tmp_path / "phone.mp4", 12, rotation=degrees))
    sides = (HEIGHT, WIDTH) if degrees % 180 else (WIDTH, HEIGHT)
    assert (source.width, source.height) == sides
    for number, frame in enumerate(source.frames()):
        assert frame.picture.shape == (sides[1], sides[0], 3)
        assert number_in(np.rot90(frame.picture, degrees // 90)) == number


@pytest.mark.parametrize(
    "matrix",
    [(-1, 0, 0, 1), (1, 0, 0, -1), (0, 1, 1, 0), (0, -1, -1, 0)],
    ids=["mirrored", "upside-down", "transposed", "transversed"],
)
def test_mirrored_film_is_shown_as_players_do(
    tmp_path: Path, matrix: tuple[int, int, int, int]
) -> None:
    path = write_clip(tmp_path / "selfie.mp4", 1)
    stored = next(ClipSource(path).frames()).picture
    write_matrix(path, *matrix)
    a, b, c, d = matrix
    rows, columns = np.mgrid[:HEIGHT, :WIDTH]
    across, down = a * columns + c * rows, b * columns + d * rows
    meant = np.empty((HEIGHT, WIDTH, 3) if a else (WIDTH, HEIGHT, 3), np.uint8)
    meant[down - down.min(), across - across.min()] = stored
    np.testing.assert_array_equal(next(ClipSource(path).frames()).picture, meant)


def test_an_edit_list_shows_its_part(tmp_path: Path) -> None:
    path = write_clip(tmp_path / "e.mp4", 40, options={"bf": "2", "g": "100"})
    film = bytearray(path.read_bytes())
    entry = film.index(b"elst") + 12  # ISO 14496-12, 8.6.6
    start = int.from_bytes(film[entry + 4 : entry + 8], "big")
    film[entry : entry + 4] = (20 * 40).to_bytes(4, "big")  # milliseconds
    film[entry + 4 : entry + 8] = (start + 10 * 512).to_bytes(4, "big")  # of 12 800 a second
    path.write_bytes(film)
    source = ClipSource(path)
    assert numbers(source) == list(range(10, 30))
    assert source.times_s[:2] == [0, Fraction(1, 25)]
    assert numbers(source, 5, 8) == [15, 16, 17]


def test_the_film_is_found_among_covers_and_small_copies(tmp_path: Path) -> None:
    path = tmp_path / "many.mkv"
    with av.open(str(path), "w") as film:
        streams = [film.add_stream(codec, rate=25) for codec in ("mjpeg", "libx264", "libx264")]
        for stream, scale in zip(streams, (4, 0.5, 1), strict=True):
            stream.width, stream.height = int(WIDTH * scale), int(HEIGHT * scale)
            stream.pix_fmt = "yuvj420p" if scale == 4 else "yuv420p"
        for number in range(20):
            for stream in streams[bool(number) :]:
                frame = av.VideoFrame.from_ndarray(drawn(number), "rgb24")
                frame = frame.reformat(stream.width, stream.height, stream.pix_fmt)
                frame.pts = number
                film.mux(stream.encode(frame))
        for stream in streams:
            film.mux(stream.encode(None))
    source = ClipSource(path)
    assert (source.width, source.height) == (WIDTH, HEIGHT)
    assert numbers(source) == list(range(20))


@pytest.mark.parametrize("suffix", ["mp4", "ts", "mpg"])
def test_interlaced_film_keeps_its_frames_and_loses_its_combs(tmp_path: Path, suffix: str) -> None:
    # A bright block moves to the right by 8 pixels from one field to the next.
    path = tmp_path / f"i.{suffix}"
    mpeg2 = suffix == "mpg"
    options = {"flags": "+ildct+ilme"} if mpeg2 else {"x264-params": "tff=1", "crf": "5"}
    with av.open(str(path), "w") as film:
        stream = film.add_stream(
            "mpeg2video" if mpeg2 else "libx264", rate=25, options={"g": "6", **options}
        )
        stream.width, stream.height, stream.pix_fmt = 320, 96, "yuv420p"
        stream.bit_rate = 8_000_000
        for number in range(18):
            picture = np.full((96, 320, 3), 40, np.uint8)
            for field in (0, 1):
                left = 16 + 8 * (2 * number + field)
                picture[16 + field : 80 : 2, left : left + 48] = 220
            frame = av.VideoFrame.from_ndarray(picture, "rgb24").reformat(format="yuv420p")
            frame.pts = number
            film.mux(stream.encode(frame))
        film.mux(stream.encode(None))
    source = ClipSource(path)
    frames = [frame.picture[..., 1].astype(float) for frame in source.frames()]
    assert len(frames) == 18
    for number, picture in enumerate(frames[1:-1], 1):
        lit = np.flatnonzero(picture[48] > 130)
        # Where the frame's first field has it, by the film's own order of fields.
        middle = 16 + 16 * number + 23.5
        assert middle - 1 <= lit.mean() <= middle + 9
        # Lines differ from their neighbours only where the block begins and ends.
        assert np.abs(np.diff(picture[20:76], axis=0)).mean() < 4
    again = [frame.picture for frame in source.frames(7, 9)]
    np.testing.assert_allclose(again[1][..., 1], frames[8], atol=2)


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


@pytest.mark.parametrize("start", [188 * 20, 188 * 40, 9999])
def test_a_recording_that_begins_between_key_frames_begins_with_the_next(
    tmp_path: Path, start: int
) -> None:
    path = write_clip(tmp_path / "c.ts", 100, options={"g": "30", "bf": "2"})
    path.write_bytes(path.read_bytes()[start:])
    source = ClipSource(path)
    seen = numbers(source)
    assert seen == list(range(100))[-len(seen) :]
    assert seen[0] % 30 == 0
    assert source.times_s[0] == 0
    assert source.duration_s == Fraction(len(seen), 25)
    assert not source.times_s.counted  # found without decoding it all


def test_recordings_put_together_are_shown_one_after_the_other(tmp_path: Path) -> None:
    path = write_clip(tmp_path / "one.ts", 50, options={"g": "10"})
    path.write_bytes(path.read_bytes() * 3)
    source = ClipSource(path)
    assert numbers(source) == [*range(50)] * 3
    assert source.times_s[149] == Fraction(149, 25)


def remuxed(path: Path, stamps: list[int]) -> Path:
    """A film of pictures of their own at stamps in milliseconds, right or wrong."""
    whole = write_clip(path.with_suffix(".avi"), len(stamps), codec="mjpeg", pixels="yuvj420p")
    with av.open(str(whole)) as source, av.open(str(path), "w") as film:
        stream = film.add_stream_from_template(source.streams.video[0])
        packets = (packet for packet in source.demux(video=0) if packet.size)
        for packet, stamp in zip(packets, stamps, strict=True):
            packet.stream = stream
            packet.time_base = Fraction(1, 1000)
            packet.pts = packet.dts = stamp
            film.mux(packet)
    return path


def test_of_frames_with_one_stamp_the_first_is_shown(tmp_path: Path) -> None:
    stamps = [0, 40, 80, 80, 80, 200, 240]
    source = ClipSource(remuxed(tmp_path / "d.mkv", stamps))
    assert list(source.times_s) == [Fraction(stamp, 1000) for stamp in (0, 40, 80, 200, 240)]
    assert numbers(source) == [0, 1, 2, 5, 6]


def test_a_leap_of_an_hour_is_no_pause(tmp_path: Path) -> None:
    stamps = [*range(0, 400, 40), *range(3_600_000, 3_600_400, 40)]
    source = ClipSource(remuxed(tmp_path / "l.nut", stamps))
    assert numbers(source) == list(range(20))
    assert list(source.times_s) == [Fraction(number, 25) for number in range(20)]


@pytest.mark.parametrize(
    ("codec", "name"), [("libx264", "d.mkv"), ("libx264", "d.mp4"), ("mpeg4", "d.avi")]
)
@pytest.mark.parametrize("seed", range(3))
def test_damaged_pictures_cost_no_frame(tmp_path: Path, codec: str, name: str, seed: int) -> None:
    path = write_clip(tmp_path / name, 60, codec=codec, options={"g": "10"})
    with av.open(str(path)) as container:
        packets = [packet for packet in container.demux(video=0) if packet.size]
        places = [(packet.pos or 0, packet.size) for packet in packets[20:30]]
    film = bytearray(path.read_bytes())
    chance = np.random.default_rng(seed)
    for start, size in places:
        for place in chance.integers(start + size // 3, start + size, 3):
            film[place] ^= 1 << int(chance.integers(8))
    path.write_bytes(film)
    source = ClipSource(path)
    seen = numbers(source)
    assert len(seen) == source.length == 60
    assert seen[:18] == list(range(18))
    assert seen[32:] == list(range(32, 60))
    assert list(source.times_s) == [Fraction(number, 25) for number in range(60)]


@pytest.mark.parametrize("suffix", ["mp4", "mkv", "ts", "avi", "mpg", "webm", "flv", "gif"])
@pytest.mark.parametrize("seed", range(6))
def test_any_damage_leaves_a_film_or_is_explained(tmp_path: Path, suffix: str, seed: int) -> None:
    codec, pixels = {
        "avi": ("mpeg4", "yuv420p"),
        "mpg": ("mpeg2video", "yuv420p"),
        "webm": ("libvpx", "yuv420p"),
        "gif": ("gif", "rgb8"),
    }.get(suffix, ("libx264", "yuv420p"))
    path = write_clip(tmp_path / f"d.{suffix}", 30, codec=codec, pixels=pixels)
    film = bytearray(path.read_bytes())
    chance = np.random.default_rng(seed)
    for place in chance.integers(0, len(film), (1, 5, 25)[seed % 3]):
        film[place] ^= 1 << int(chance.integers(8))
    start = int(chance.integers(len(film)))
    del film[start : start + int(chance.integers(400))]
    path.write_bytes(film)
    is_clip(path)
    try:
        source = ClipSource(path)
        frames = list(source.frames())
    except MediaError:
        return
    times = [frame.time_s for frame in frames]
    assert times == list(source.times_s)
    assert times[0] == 0
    assert all(earlier < later for earlier, later in pairwise(times))
    assert source.duration_s > times[-1]
    assert {frame.picture.shape for frame in frames} == {(source.height, source.width, 3)}


@pytest.mark.parametrize("share", [0.5, 0.7, 0.95])
@pytest.mark.parametrize("suffix", ["mkv", "ts", "avi", "mp4"])
def test_a_film_cut_off_ends_early(tmp_path: Path, suffix: str, share: float) -> None:
    codec = "mpeg4" if suffix == "avi" else "libx264"
    index_first = {"container_options": {"movflags": "+faststart"}} if suffix == "mp4" else {}
    path = write_clip(
        tmp_path / f"t.{suffix}", 100, codec=codec, options={"g": "10"}, **index_first
    )
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
    moving = write_clip(
        tmp_path / "moves.avif", 5, codec="libsvtav1", format="avif", options={"preset": "12"}
    )
    assert is_clip(moving)
    assert numbers(ClipSource(moving)) == list(range(5))
    assert is_clip(tmp_path / "moves.gif")
    assert is_clip(tmp_path / "renamed.jpg")
    assert is_clip(media / "grid_bbaf2n.mpg")
    assert not is_clip(tmp_path / "still.png")
    # A film of one frame can only be read as a film, a GIF of one as a picture.
    assert is_clip(write_clip(tmp_path / "one.mp4", 1))
    assert not is_clip(write_clip(tmp_path / "one.gif", 1, codec="gif", pixels="rgb8"))
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
