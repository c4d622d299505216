from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from fractions import Fraction
from itertools import pairwise
from pathlib import Path

import av
import numpy as np
import pytest

from talker.errors import MediaError, UsageError
from talker.media.clip import ClipSource, probe
from talker.media.film_writer import FilmWriter
from talker.media.segments import SegmentWriter, join, segment_frames, segment_length
from talker.media.sound import read_sound

SIDE = 64
LENGTHS = (30, 1, 2, 3, 55)
TONE_HZ = 440


@dataclass(frozen=True)
class Shown:
    start_s: float
    end_s: float
    text: str


CAPTIONS = (
    Shown(0.1, 0.5, "明月几时有？\n把酒问青天。"),
    Shown(0.5, 0.933, "Gapless {braces} \\news & <tags> 😀"),
    Shown(1.5, 2.001, "After a gap."),
    Shown(3.0, 3.25, "The last."),
)


def pictures(first: int, count: int) -> Iterator[np.ndarray]:
    """A moving ramp with a cut to noise now and then."""
    rng = np.random.default_rng(first)
    ramp = np.tile(np.arange(SIDE, dtype=np.uint8)[None, :, None] * 3, (SIDE, 1, 3))
    for number in range(first, first + count):
        noise = rng.integers(0, 255, (SIDE, SIDE, 3), np.uint8)
        yield noise if number % 17 == 5 else np.roll(ramp, 3 * number, axis=1)


def segments(
    folder: Path, fps: Fraction, lengths: tuple[int, ...] = LENGTHS, crf: int = 15
) -> list[Path]:
    paths: list[Path] = []
    first = 0
    for length in lengths:
        paths.append(folder / f"{len(paths)}-{crf}.mp4")
        with SegmentWriter(paths[-1], (SIDE, SIDE), fps, crf) as writer:
            for picture in pictures(first, length):
                writer.write_picture(picture)
        first += length
    return paths


def tone(length_s: float, rate: int = 48000) -> np.ndarray:
    times = np.arange(round(length_s * rate)) / rate
    return (0.3 * np.sin(2 * np.pi * TONE_HZ * times)).astype(np.float32)


def joined(paths: list[Path], output: Path, fps: Fraction, **options: object) -> Path:
    chosen = {"sample_rate": 48000, "size": (SIDE, SIDE), "fps": fps, "tags": {"title": "Joined"}}
    if "sound" not in options:
        options["sound"] = iter([tone(float(sum(map(segment_length, paths)) / fps))])
    join(paths, output, **(chosen | options))
    return output


@pytest.mark.parametrize("suffix", ["mp4", "mov", "mkv"])
@pytest.mark.parametrize("fps", ["25", "30000/1001", "24000/1001", "60", "120"])
def test_a_joined_film_shows_the_frames_of_its_segments(
    tmp_path: Path, fps: str, suffix: str
) -> None:
    rate = Fraction(fps)
    paths = segments(tmp_path, rate)
    output = joined(paths, tmp_path / f"film.{suffix}", rate)
    wanted = [picture for path in paths for picture in segment_frames(path)]
    shown = list(ClipSource(output).frames())
    assert len(shown) == len(wanted) == sum(LENGTHS)
    # Matroska counts milliseconds.
    tolerance = Fraction(1, 2000) if suffix == "mkv" else 0
    for number, (frame, picture) in enumerate(zip(shown, wanted, strict=True)):
        np.testing.assert_array_equal(frame.picture, picture)
        assert abs(frame.time_s - number / rate) <= tolerance
    with av.open(str(output)) as film:
        assert film.streams.video[0].start_time == 0
        times = [packet.dts for packet in film.demux(video=0) if packet.dts is not None]
        assert all(before < after for before, after in pairwise(times))
    facts = probe(output)
    assert facts.fps == pytest.approx(float(rate), rel=0.001)
    assert abs(facts.picture_s - (facts.sound_s or 0)) <= 1024 / 48000 + 0.001
    assert dict(facts.tags)["title"] == "Joined"


def test_a_segment_is_encoded_as_a_film_is(tmp_path: Path) -> None:
    fps = Fraction(25)
    (path,) = segments(tmp_path, fps, (40,))
    with FilmWriter(
        tmp_path / "film.mp4", size=(SIDE, SIDE), fps=fps, sample_rate=24000, tags={}
    ) as writer:
        for picture in pictures(0, 40):
            writer.write_picture(picture)
    film = ClipSource(tmp_path / "film.mp4").frames()
    for picture, frame in zip(segment_frames(path), film, strict=True):
        np.testing.assert_array_equal(picture, frame.picture)
    with av.open(str(path)) as segment, av.open(str(tmp_path / "film.mp4")) as whole:
        one, other = (file.streams.video[0].codec_context for file in (segment, whole))
        assert one.extradata == other.extradata
        for name in ("color_range", "colorspace", "color_primaries", "color_trc", "pix_fmt"):
            assert getattr(one, name) == getattr(other, name)
        assert next(segment.demux(video=0)).is_keyframe


def test_sound_stays_in_step_to_the_end(tmp_path: Path) -> None:
    fps = Fraction(30000, 1001)
    paths = segments(tmp_path, fps)
    length_s = float(sum(LENGTHS) / fps)
    sound = np.zeros(round(length_s * 48000), np.float32)
    clicks = [0.25, 1.0, 2.5, length_s - 0.1]
    for click in clicks:
        sound[round(click * 48000) : round(click * 48000) + 200] = 0.9
    blocks = (sound[start : start + 7777] for start in range(0, len(sound), 7777))
    output = joined(paths, tmp_path / "film.mp4", fps, sound=blocks)
    heard = read_sound(output, 48000)
    loud = np.flatnonzero(np.abs(heard) > 0.3)
    onsets = loud[np.flatnonzero(np.diff(loud, prepend=-48000) > 4800)] / 48000
    np.testing.assert_allclose(onsets, clicks, atol=0.002)


@pytest.mark.parametrize("given_s", [0.0, 1.0, 9.0])
def test_sound_is_as_long_as_the_pictures(tmp_path: Path, given_s: float) -> None:
    fps = Fraction(25)
    paths = segments(tmp_path, fps, (30, 45))
    output = joined(paths, tmp_path / "film.mp4", fps, sound=iter([tone(given_s)]))
    facts = probe(output)
    assert facts.length == 75
    assert facts.sound_s == pytest.approx(3.0, abs=1024 / 48000)
    heard = read_sound(output, 48000)
    assert np.abs(heard[48000 * 2 : 48000 * 3 - 2048]).max() == pytest.approx(
        0.3 if given_s > 3 else 0.0, abs=0.02
    )


@pytest.mark.parametrize(("suffix", "chinese"), [("mp4", "zho"), ("mov", "chi"), ("mkv", "chi")])
def test_captions_come_back_with_text_and_times(tmp_path: Path, suffix: str, chinese: str) -> None:
    fps = Fraction(25)
    paths = segments(tmp_path, fps)
    output = joined(paths, tmp_path / f"film.{suffix}", fps, subtitles=CAPTIONS, language="zh-Hans")
    found: list[tuple[float, float, str]] = []
    with av.open(str(output)) as film:
        (stream,) = film.streams.subtitles
        assert stream.language == chinese
        for packet in film.demux(stream):
            # An empty sample is a gap.
            for event in packet.decode() if packet.size > 2 else ():
                text = event.ass.decode().split(",", 8)[8].replace("\\N", "\n")
                start_s = float(packet.pts * packet.time_base)
                found.append((start_s, start_s + float(packet.duration * packet.time_base), text))
    assert len(found) == len(CAPTIONS)
    for (start_s, end_s, text), caption in zip(found, CAPTIONS, strict=True):
        assert start_s == pytest.approx(caption.start_s, abs=0.001)
        assert end_s == pytest.approx(caption.end_s, abs=0.001)
        # A joiner keeps what looks like a command or a tag from being one.
        assert text.replace("\u2060", "") == caption.text


@pytest.mark.parametrize("suffix", ["mp4", "mov"])
def test_gaps_between_captions_are_empty_samples(tmp_path: Path, suffix: str) -> None:
    fps = Fraction(25)
    output = joined(
        segments(tmp_path, fps), tmp_path / f"film.{suffix}", fps, subtitles=CAPTIONS, language="en"
    )
    with av.open(str(output)) as film:
        samples = [packet for packet in film.demux(subtitles=0) if packet.pts is not None]
    ends = [float((packet.pts + packet.duration) * packet.time_base) for packet in samples]
    starts = [float(packet.pts * packet.time_base) for packet in samples]
    assert starts[0] == 0
    np.testing.assert_allclose(starts[1:], ends[:-1], atol=1e-6)
    assert [packet.size > 2 for packet in samples[:7]] == [
        *(False, True, True, False, True, False, True)
    ]


def test_an_mp4_starts_with_its_index(tmp_path: Path) -> None:
    fps = Fraction(25)
    content = joined(segments(tmp_path, fps), tmp_path / "film.mp4", fps).read_bytes()
    assert 0 < content.find(b"moov") < content.find(b"mdat")


def test_segments_that_do_not_go_together_are_named(tmp_path: Path) -> None:
    fps = Fraction(25)
    paths = segments(tmp_path, fps, (5,)) + segments(tmp_path, Fraction(30), (5, 6), 18)[1:]
    with pytest.raises(MediaError, match=r"1-18\.mp4"):
        joined(paths, tmp_path / "film.mp4", fps)
    with pytest.raises(MediaError, match="another way"):
        joined(paths[:1], tmp_path / "film.mp4", Fraction(30))
    with pytest.raises(MediaError, match="another way"):
        joined(paths[:1], tmp_path / "film.mp4", fps, size=(32, 32))
    assert not (tmp_path / "film.mp4").exists()


def test_a_damaged_segment_is_named_and_leaves_no_film(tmp_path: Path) -> None:
    fps = Fraction(25)
    first, second = segments(tmp_path, fps, (30, 40))
    whole = second.read_bytes()
    broken = {
        "cut": whole[: len(whole) * 2 // 3],
        "empty": b"",
        "text": b"no film at all",
    }
    for content in broken.values():
        second.write_bytes(content)
        with pytest.raises(MediaError, match=r"1-15\.mp4"):
            segment_length(second)
        with pytest.raises(MediaError, match=r"1-15\.mp4"):
            joined([first, second], tmp_path / "film.mp4", fps, sound=iter([]))
    second.unlink()
    with pytest.raises(MediaError, match=r"1-15\.mp4"):
        segment_length(second)
    assert [path.name for path in tmp_path.iterdir()] == [first.name]


def test_an_interrupted_segment_leaves_nothing(tmp_path: Path) -> None:
    writer = SegmentWriter(tmp_path / "part.mp4", (SIDE, SIDE), Fraction(25))
    with pytest.raises(RuntimeError, match="mine"), writer:  # noqa: PT012
        for picture in pictures(0, 30):
            writer.write_picture(picture)
        raise RuntimeError("mine")
    assert list(tmp_path.iterdir()) == []


def test_an_error_of_the_sound_leaves_no_film(tmp_path: Path) -> None:
    def breaking() -> Iterator[np.ndarray]:
        yield tone(0.5)
        raise MediaError("The music broke.", "Mend it.")

    fps = Fraction(25)
    paths = segments(tmp_path, fps)
    with pytest.raises(MediaError, match="The music broke"):
        joined(paths, tmp_path / "film.mp4", fps, sound=breaking())
    assert sorted(path.name for path in tmp_path.iterdir()) == sorted(path.name for path in paths)


def test_an_existing_film_is_kept_unless_told(tmp_path: Path) -> None:
    fps = Fraction(25)
    paths = segments(tmp_path, fps, (5,))
    (tmp_path / "film.mp4").write_bytes(b"mine")
    with pytest.raises(UsageError, match="exists already"):
        joined(paths, tmp_path / "film.mp4", fps)
    assert (tmp_path / "film.mp4").read_bytes() == b"mine"
    joined(paths, tmp_path / "film.mp4", fps, overwrite=True)
    assert probe(tmp_path / "film.mp4").length == 5


@pytest.mark.skipif(not Path("/proc/self/statm").exists(), reason="asks Linux for its memory")
def test_a_long_film_is_joined_in_flat_memory(tmp_path: Path) -> None:
    fps = Fraction(25)
    (path,) = segments(tmp_path, fps, (250,))
    held: list[int] = []

    def noise() -> Iterator[np.ndarray]:
        rng = np.random.default_rng(0)
        while True:
            yield rng.normal(0, 0.1, 48000).astype(np.float32)
            held.append(int(Path("/proc/self/statm").read_text().split()[1]) * 4096)

    joined([path] * 40, tmp_path / "film.mp4", fps, sound=noise())
    assert len(held) >= 399
    # The samples that follow would take 70 MB.
    assert max(held) - held[30] < 10_000_000
