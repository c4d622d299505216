from __future__ import annotations

import os
import signal
import subprocess
import sys
from fractions import Fraction
from pathlib import Path

import av
import numpy as np
import pytest

from talker.errors import MediaError, TalkerError, UsageError
from talker.media.clip import ClipSource, probe
from talker.media.film_writer import FilmWriter
from talker.media.pictures import read_picture
from talker.media.sound import read_sound

ROOT = Path(__file__).parents[2]
RATES = ["24000/1001", "24", "25", "30000/1001", "30", "50", "60"]


def film(path: Path, frames: int, *, fps: str = "25", side: int = 64, **options: object) -> None:
    """Grey frames of noise, a tone beside them."""
    rng = np.random.default_rng(0)
    with FilmWriter(
        path, size=(side, side), fps=Fraction(fps), sample_rate=24000, tags={}, **options
    ) as writer:
        for _ in range(frames):
            writer.write_picture(rng.integers(0, 255, (side, side, 3), dtype=np.uint8))
        writer.write_sound(np.zeros(int(frames / Fraction(fps) * 24000), np.float32))


def left_behind(folder: Path) -> list[str]:
    return sorted(entry.name for entry in folder.iterdir())


@pytest.mark.parametrize("suffix", ["mp4", "mov", "mkv"])
@pytest.mark.parametrize("fps", RATES)
def test_clicks_are_heard_when_flashes_are_seen(tmp_path: Path, fps: str, suffix: str) -> None:
    path, rate = tmp_path / f"sync.{suffix}", Fraction(fps)
    frames = int(3 * rate)
    flashes = [int(frames * share) for share in (0.1, 0.5, 0.9)]
    sound = np.zeros(int(frames / rate * 24000), np.float32)
    for flash in flashes:
        start = round(flash / rate * 24000)
        sound[start : start + 100] = 0.9
    with FilmWriter(path, size=(64, 64), fps=rate, sample_rate=24000, tags={}) as writer:
        writer.write_sound(sound)
        for index in range(frames):
            writer.write_picture(np.full((64, 64, 3), 240 if index in flashes else 20, np.uint8))

    shown = list(ClipSource(path).frames())
    seen = [float(frame.time_s) for frame in shown if frame.picture.mean() > 130]
    heard = read_sound(path, 48000)
    loud = np.flatnonzero(np.abs(heard) > 0.3)
    onsets = loud[np.flatnonzero(np.diff(loud, prepend=-48000) > 4800)] / 48000
    assert len(shown) == frames
    np.testing.assert_allclose(seen, [float(flash / rate) for flash in flashes], atol=0.001)
    np.testing.assert_allclose(onsets, seen, atol=0.002)
    facts = probe(path)
    assert facts.fps == pytest.approx(float(rate), rel=0.001)
    assert abs(facts.picture_s - (facts.sound_s or 0)) <= float(1 / rate) + 0.001


@pytest.mark.parametrize("fps", ["24000/1001", "25", "60"])
@pytest.mark.parametrize("sound_s", [0.01, 0.5, 1.73, 3.0])
def test_sound_and_picture_end_within_a_frame(tmp_path: Path, fps: str, sound_s: float) -> None:
    path, rate = tmp_path / "end.mp4", Fraction(fps)
    samples = np.full(round(sound_s * 24000), 0.1, np.float32)
    with FilmWriter(path, size=(64, 64), fps=rate, sample_rate=24000, tags={}) as writer:
        writer.write_picture(np.zeros((64, 64, 3), np.uint8))
        writer.write_sound(samples)
    facts = probe(path)
    assert facts.length == -(-len(samples) * rate // 24000)
    assert facts.picture_s >= sound_s - 0.001
    longest_s = max(float(1 / rate), 1024 / 48000)
    assert abs(facts.picture_s - (facts.sound_s or 0)) <= longest_s + 0.001
    heard = read_sound(path)
    assert len(heard) >= len(samples)
    assert abs(len(heard) / 24000 - facts.picture_s) <= longest_s + 0.001


@pytest.mark.parametrize("suffix", ["mp4", "mov", "mkv"])
@pytest.mark.parametrize(
    "fps", ["24000/1001", "24", "25", "30000/1001", "30", "50", "60000/1001", "60", "12"]
)
def test_every_picture_has_its_exact_time(tmp_path: Path, fps: str, suffix: str) -> None:
    path, rate = tmp_path / f"f.{suffix}", Fraction(fps)
    with FilmWriter(path, size=(64, 64), fps=rate, sample_rate=24000, tags={}) as writer:
        for number in range(75):
            writer.write_picture(np.full((64, 64, 3), 3 * number, np.uint8))
    times = ClipSource(path).times_s
    # Matroska counts milliseconds.
    tolerance = Fraction(1, 2000) if suffix == "mkv" else 0
    assert len(times) == 75
    assert all(abs(time - number / rate) <= tolerance for number, time in enumerate(times))
    with av.open(str(path)) as film:
        assert film.streams.video[0].start_time == 0


def test_sound_given_in_crumbs_or_at_once_is_the_same(tmp_path: Path) -> None:
    sound = (np.random.default_rng(1).normal(0, 0.1, 30_000)).astype(np.float32)
    black = np.zeros((64, 64, 3), np.uint8)
    heard = []
    for name, step in (("once", 30_000), ("crumbs", 777)):
        path = tmp_path / f"{name}.mp4"
        with FilmWriter(
            path, size=(64, 64), fps=Fraction(25), sample_rate=24000, tags={}
        ) as writer:
            for index, start in enumerate(range(0, len(sound), step)):
                writer.write_sound(sound[start : start + step])
                if index < 32:
                    writer.write_picture(black)
            while writer.frames < 32:
                writer.write_picture(black)
        heard.append(read_sound(path))
    assert np.abs(heard[0] - heard[1]).max() < 1e-4


def test_colours_come_back(tmp_path: Path) -> None:
    patches = np.array(
        [
            *([0, 0, 0], [255, 255, 255], [128, 128, 128], [200, 40, 40], [40, 180, 60]),
            *([30, 60, 200], [224, 172, 140], [90, 60, 45], [250, 220, 30], [20, 120, 130]),
        ],
        np.uint8,
    )
    picture = np.repeat(np.repeat(patches.reshape(2, 5, 3), 64, axis=0), 64, axis=1)
    path = tmp_path / "colour.mp4"
    with FilmWriter(path, size=(320, 128), fps=Fraction(25), sample_rate=24000, tags={}) as writer:
        for _ in range(12):
            writer.write_picture(picture)
    with av.open(str(path)) as container:
        context = container.streams.video[0].codec_context
        assert (context.color_primaries, context.color_trc, context.colorspace) == (1, 1, 1)
        assert context.color_range == 1
        assert context.pix_fmt == "yuv420p"
    *_, last = ClipSource(path).frames()
    middles = last.picture[32::64, 32::64].reshape(-1, 3).astype(int)
    assert np.abs(middles - patches).max() <= 2


def test_a_still_portrait_keeps_its_detail(tmp_path: Path) -> None:
    picture = read_picture(ROOT / "portraits" / "poet.png")[128:640, 128:640]
    path = tmp_path / "still.mp4"
    with FilmWriter(path, size=(512, 512), fps=Fraction(25), sample_rate=24000, tags={}) as writer:
        for _ in range(10):
            writer.write_picture(picture)
    for frame in ClipSource(path).frames():
        # Half of the colour's resolution is gone in 4:2:0, whatever the encoder does.
        error = frame.picture.astype(float) - picture
        assert 10 * np.log10(255**2 / np.mean(error**2)) > 41


def test_the_same_frames_give_the_same_film(tmp_path: Path) -> None:
    for name in ("one", "two"):
        film(tmp_path / f"{name}.mp4", 60, side=96)
    one, two = (ClipSource(tmp_path / f"{name}.mp4").frames() for name in ("one", "two"))
    for first, second in zip(one, two, strict=True):
        np.testing.assert_array_equal(first.picture, second.picture)


@pytest.mark.parametrize("suffix", ["mp4", "mov", "mkv"])
def test_tags_are_in_the_container(tmp_path: Path, suffix: str) -> None:
    path = tmp_path / f"tagged.{suffix}"
    tags = {"title": "水调歌头", "artist": "poet", "comment": "Generated by talker; voice zh."}
    with FilmWriter(path, size=(64, 64), fps=Fraction(25), sample_rate=24000, tags=tags) as writer:
        writer.write_picture(np.zeros((64, 64, 3), np.uint8))
    assert tags.items() <= dict(probe(path).tags).items()


def test_an_mp4_starts_with_its_index(tmp_path: Path) -> None:
    film(tmp_path / "fast.mp4", 5)
    content = (tmp_path / "fast.mp4").read_bytes()
    assert 0 < content.find(b"moov") < content.find(b"mdat")


def test_an_exception_leaves_nothing(tmp_path: Path) -> None:
    writer = FilmWriter(
        tmp_path / "x.mp4", size=(64, 64), fps=Fraction(25), sample_rate=24000, tags={}
    )
    with pytest.raises(RuntimeError, match="mine"), writer:  # noqa: PT012
        for _ in range(30):
            writer.write_picture(np.zeros((64, 64, 3), np.uint8))
        raise RuntimeError("mine")
    assert left_behind(tmp_path) == []


def test_ctrl_c_leaves_nothing(tmp_path: Path) -> None:
    program = (
        "import numpy as np\n"
        "from fractions import Fraction\n"
        "from pathlib import Path\n"
        "from talker.media.film_writer import FilmWriter\n"
        "with FilmWriter(Path('x.mp4'), size=(256, 256), fps=Fraction(25),\n"
        "                sample_rate=24000, tags={}) as writer:\n"
        "    while True:\n"
        "        writer.write_picture(np.zeros((256, 256, 3), np.uint8))\n"
        "        if writer.frames == 60:\n"
        "            print('going', flush=True)\n"
    )
    with subprocess.Popen(
        [sys.executable, "-c", program],
        cwd=tmp_path,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        env={**os.environ, "PYTHONPATH": str(ROOT)},
    ) as process:
        assert process.stdout is not None
        assert process.stdout.readline() == b"going\n"
        process.send_signal(signal.SIGINT)
        process.communicate(timeout=20)
    assert process.returncode == -signal.SIGINT
    assert left_behind(tmp_path) == []


def test_an_existing_film_is_kept_unless_told(tmp_path: Path) -> None:
    path = tmp_path / "kept.mp4"
    path.write_bytes(b"mine")
    with pytest.raises(UsageError, match="exists already"):
        film(path, 2)
    assert path.read_bytes() == b"mine"
    film(path, 2, overwrite=True)
    assert probe(path).length == 2
    assert left_behind(tmp_path) == ["kept.mp4"]


def test_a_film_that_another_made_meanwhile_is_kept(tmp_path: Path) -> None:
    target = tmp_path / "film.mp4"
    writer = FilmWriter(target, size=(64, 64), fps=Fraction(25), sample_rate=24000, tags={})
    writer.__enter__()
    writer.write_picture(np.zeros((64, 64, 3), np.uint8))
    target.write_text("precious")
    with pytest.raises(UsageError, match="exists already"):
        writer.__exit__(None, None, None)
    assert target.read_text() == "precious"
    assert left_behind(tmp_path) == ["film.mp4"]


def test_an_old_film_survives_a_failed_new_one(tmp_path: Path) -> None:
    path = tmp_path / "old.mp4"
    film(path, 3)
    before = path.read_bytes()
    writer = FilmWriter(
        path, size=(64, 64), fps=Fraction(25), sample_rate=24000, tags={}, overwrite=True
    )
    with pytest.raises(ValueError, match="a picture of this film"), writer:
        writer.write_picture(np.zeros((32, 64, 3), np.uint8))
    assert path.read_bytes() == before
    assert left_behind(tmp_path) == ["old.mp4"]


@pytest.mark.parametrize(
    ("name", "size", "fps", "says"),
    [
        ("film.avi", (64, 64), 25, ".mp4, .mov, .mkv"),
        ("film", (64, 64), 25, ".mp4, .mov, .mkv"),
        ("absent/film.mp4", (64, 64), 25, "mkdir -p"),
        ("film.mp4", (65, 64), 25, "64x64"),
        ("film.mp4", (64, 64), 0, "rate from 1 to 120"),
        ("film.mp4", (64, 64), 1000, "rate from 1 to 120"),
        ("folder.mp4", (64, 64), 25, "a file in it"),
    ],
)
def test_impossible_targets_are_refused_before_anything_is_done(
    tmp_path: Path, name: str, size: tuple[int, int], fps: int, says: str
) -> None:
    (tmp_path / "folder.mp4").mkdir()
    with pytest.raises(UsageError) as refusal:
        FilmWriter(tmp_path / name, size=size, fps=Fraction(fps), sample_rate=24000, tags={})
    assert says in refusal.value.remedy
    assert refusal.value.exit_code == 2
    assert left_behind(tmp_path) == ["folder.mp4"]


def test_a_folder_that_takes_no_files_is_refused() -> None:
    # Nobody may make a file in /proc, not even root.
    with pytest.raises(MediaError, match="cannot be written"):
        FilmWriter(
            Path("/proc/film.mp4"), size=(64, 64), fps=Fraction(25), sample_rate=24000, tags={}
        )


FILL = (
    "import resource, sys\n"
    "import numpy as np\n"
    "from fractions import Fraction\n"
    "from pathlib import Path\n"
    "from talker.errors import TalkerError\n"
    "from talker.media.film_writer import FilmWriter\n"
    "if sys.argv[1] != '0':\n"
    "    resource.setrlimit(resource.RLIMIT_FSIZE, (int(sys.argv[1]),) * 2)\n"
    "rng = np.random.default_rng(0)\n"
    "try:\n"
    "    with FilmWriter(Path('full.' + sys.argv[2]), size=(256, 256), fps=Fraction(25),\n"
    "                    sample_rate=24000, tags={}) as writer:\n"
    "        for _ in range(int(sys.argv[3])):\n"
    "            writer.write_picture(rng.integers(0, 255, (256, 256, 3), dtype=np.uint8))\n"
    "except TalkerError as error:\n"
    "    print(type(error).__name__, error.exit_code, error)\n"
)


def fill(folder: Path, limit: int, suffix: str, frames: int) -> str:
    done = subprocess.run(
        [sys.executable, "-c", FILL, str(limit), suffix, str(frames)],
        cwd=folder,
        env={**os.environ, "PYTHONPATH": str(ROOT)},
        capture_output=True,
        text=True,
        check=True,
    )
    assert done.stderr == ""
    return done.stdout


@pytest.mark.parametrize("suffix", ["mp4", "mkv"])
@pytest.mark.parametrize("frames", [3, 60])
def test_a_film_that_does_not_fit_leaves_nothing(tmp_path: Path, suffix: str, frames: int) -> None:
    assert fill(tmp_path, 100_000, suffix, frames).startswith("WriteError 1")
    assert left_behind(tmp_path) == []


def test_a_full_disk_leaves_nothing(tmp_path: Path) -> None:
    disk = tmp_path / "disk"
    disk.mkdir()
    mounted = subprocess.run(
        ["mount", "-t", "tmpfs", "-o", "size=300k", "tmpfs", str(disk)], capture_output=True
    )
    if mounted.returncode:
        pytest.skip("a small disk cannot be mounted without the right to mount")
    try:
        said = fill(disk, 0, "mp4", 60)
        assert said.startswith("WriteError 1")
        assert "disk became full" in said
        assert left_behind(disk) == []
    finally:
        subprocess.run(["umount", str(disk)], check=True)


def test_a_film_needs_a_picture(tmp_path: Path) -> None:
    with pytest.raises(ValueError, match="at least one picture"):
        film(tmp_path / "none.mp4", 0)
    assert left_behind(tmp_path) == []
    assert not issubclass(ValueError, TalkerError)
