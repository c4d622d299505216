from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import av
import numpy as np
import pytest
import soundfile

from talker.errors import MediaError, UsageError
from talker.media.sound import SOUND_SUFFIXES, read_sound, write_sound

ROOT = Path(__file__).parents[2]


def tone(rate: int, length_s: float = 1.0, hz: float = 440.0) -> np.ndarray:
    time = np.arange(round(rate * length_s)) / rate
    return (0.5 * np.sin(2 * np.pi * hz * time)).astype(np.float32)


@pytest.mark.parametrize("suffix", SOUND_SUFFIXES)
def test_every_kind_comes_back_in_place(tmp_path: Path, suffix: str) -> None:
    path = tmp_path / f"tone{suffix}"
    samples = np.concatenate([np.zeros(6000, np.float32), tone(24000)])
    write_sound(path, samples, 24000, {"title": "明月", "comment": "generated"})
    back = read_sound(path, 24000)
    assert 0 <= len(back) - len(samples) <= 1024
    assert np.sqrt(np.mean((back[: len(samples)] - samples) ** 2)) < 0.02
    with av.open(str(path)) as container:
        assert container.metadata["title"] == "明月"
        assert container.metadata["comment"] == "generated"
    assert [entry.name for entry in tmp_path.iterdir()] == [path.name]


@pytest.mark.parametrize("rate", [8000, 22050, 44100, 48000])
@pytest.mark.parametrize("channels", [1, 2, 6])
def test_any_rate_and_channels_are_mixed_down(tmp_path: Path, rate: int, channels: int) -> None:
    path = tmp_path / "in.wav"
    soundfile.write(path, np.repeat(tone(rate)[:, None], channels, axis=1), rate)
    back = read_sound(path, 24000)
    assert abs(len(back) - 24000) <= 2
    expected = tone(24000)[1000:-1000]
    gain = float(back[1000 : 1000 + len(expected)] @ expected / (expected @ expected))
    assert 0.95 < gain < 1.05
    residue = back[1000 : 1000 + len(expected)] - gain * expected
    assert np.abs(residue).max() < 0.02


def test_a_broadcast_may_change_its_channels_and_rate(tmp_path: Path) -> None:
    pieces: list[bytes] = []
    for rate, layout in ((48_000, "stereo"), (48_000, "mono"), (32_000, "stereo")):
        path = tmp_path / f"{rate}-{layout}.mp3"
        with av.open(str(path), "w", options={"write_xing": "0", "id3v2_version": "0"}) as sound:
            stream = sound.add_stream("libmp3lame", rate=rate, layout=layout)
            channels = 2 if layout == "stereo" else 1
            content = np.repeat(tone(rate)[None], channels, axis=0)
            size = stream.codec_context.frame_size or 1152
            for start in range(0, rate, size):
                piece = np.ascontiguousarray(content[:, start : start + size])
                frame = av.AudioFrame.from_ndarray(piece, format="fltp", layout=layout)
                frame.sample_rate, frame.pts = rate, start
                sound.mux(stream.encode(frame))
            sound.mux(stream.encode(None))
        pieces.append(path.read_bytes())
    whole = tmp_path / "broadcast.mp3"
    whole.write_bytes(b"".join(pieces))
    back = read_sound(whole, 24_000)
    assert abs(len(back) / 24_000 - 3) < 0.2
    for start_s in (0.3, 1.4, 2.5):
        part = back[round(start_s * 24_000) :][:12_000]
        spectrum = np.abs(np.fft.rfft(part * np.hanning(12_000)))
        assert spectrum.argmax() * 2 == 440
        assert np.abs(part).max() == pytest.approx(0.5, abs=0.05)


def test_real_recordings_are_read(media: Path) -> None:
    lengths = {
        "en_librispeech-1995-1837-0001.wav": 8.73,
        "guangquan.m4a": 7.019,
        "grid_bbaf2n.mpg": 2.978,
    }
    for name, length_s in lengths.items():
        samples = read_sound(media / name, 16000)
        assert len(samples) / 16000 == pytest.approx(length_s, abs=0.01)
        assert samples.dtype == np.float32
        assert 0.05 < np.abs(samples).max() <= 1.0


@pytest.mark.parametrize("suffix", [".wav", ".flac", ".m4a"])
def test_a_cut_off_sound_is_refused(tmp_path: Path, suffix: str) -> None:
    whole = tmp_path / f"whole{suffix}"
    write_sound(whole, tone(24000, 4.0), 24000, {})
    cut = tmp_path / f"cut{suffix}"
    cut.write_bytes(whole.read_bytes()[: whole.stat().st_size // 2])
    with pytest.raises(MediaError, match="damaged") as refusal:
        read_sound(cut)
    assert refusal.value.exit_code == 2


@pytest.mark.parametrize(
    ("content", "says"),
    [
        (None, "no sound at"),
        (b"", "is empty"),
        (b"I am no sound.\n" * 200, "not a sound"),
        (b"#EXTM3U\n#EXTINF:1,\nfile:///etc/passwd\n" * 20, "not a sound"),
    ],
    ids=["missing", "empty", "text", "playlist"],
)
def test_bad_input_is_explained(tmp_path: Path, content: bytes | None, says: str) -> None:
    path = tmp_path / "speech.wav"
    if content is not None:
        path.write_bytes(content)
    with pytest.raises(MediaError, match=says) as refusal:
        read_sound(path)
    assert refusal.value.exit_code == 2


def test_a_folder_and_a_silent_film_are_no_sound(tmp_path: Path) -> None:
    with pytest.raises(MediaError, match="is a folder"):
        read_sound(tmp_path)
    path = tmp_path / "mute.mp4"
    with av.open(str(path), "w") as container:
        stream = container.add_stream("libx264", rate=25)
        stream.width = stream.height = 64
        stream.pix_fmt = "yuv420p"
        frame = av.VideoFrame.from_ndarray(np.zeros((64, 64, 3), np.uint8), format="rgb24")
        container.mux(stream.encode(frame))
        container.mux(stream.encode(None))
    with pytest.raises(MediaError, match="no sound track"):
        read_sound(path)


def test_a_header_without_samples_is_refused(tmp_path: Path) -> None:
    soundfile.write(tmp_path / "none.wav", np.zeros(0, np.float32), 24000)
    with pytest.raises(MediaError):
        read_sound(tmp_path / "none.wav")


def test_an_existing_sound_is_kept_unless_told(tmp_path: Path) -> None:
    path = tmp_path / "kept.wav"
    path.write_bytes(b"mine")
    with pytest.raises(UsageError, match="exists already"):
        write_sound(path, tone(24000), 24000, {})
    assert path.read_bytes() == b"mine"
    write_sound(path, tone(24000), 24000, {}, overwrite=True)
    assert len(read_sound(path)) == 24000


def test_a_sound_that_does_not_fit_leaves_nothing(tmp_path: Path) -> None:
    program = (
        "import resource, numpy as np\n"
        "from pathlib import Path\n"
        "from talker.errors import TalkerError\n"
        "from talker.media.sound import write_sound\n"
        "resource.setrlimit(resource.RLIMIT_FSIZE, (50_000, 50_000))\n"
        "noise = np.random.default_rng(0).uniform(-1, 1, 480_000).astype(np.float32)\n"
        "for suffix in ('wav', 'flac', 'mp3', 'm4a'):\n"
        "    try:\n"
        "        write_sound(Path(f'big.{suffix}'), noise, 24_000, {})\n"
        "    except TalkerError as error:\n"
        "        print(suffix, error.exit_code)\n"
    )
    done = subprocess.run(
        [sys.executable, "-c", program],
        cwd=tmp_path,
        env={**os.environ, "PYTHONPATH": str(ROOT)},
        capture_output=True,
        text=True,
        check=True,
    )
    assert done.stdout.split() == ["wav", "1", "flac", "1", "mp3", "1", "m4a", "1"]
    assert list(tmp_path.iterdir()) == []
