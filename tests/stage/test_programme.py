from __future__ import annotations

import tracemalloc
from collections.abc import Iterator
from dataclasses import dataclass
from fractions import Fraction
from pathlib import Path

import numpy as np
import pytest
import soundfile

from talker.errors import MediaError, UsageError
from talker.media.film_writer import FilmWriter
from talker.media.sound import read_sound
from talker.speech.levelling import levelled
from talker.speech.loudness import integrated_loudness, peak_envelope
from talker.stage.ducking import Ducking
from talker.stage.music import check_music
from talker.stage.programme import MusicStretch, ProgrammeSound
from talker.stage.speech_track import SpeechPiece

RATE = 48_000


@dataclass(frozen=True)
class Bed:
    file: Path
    level_lufs: float = -28.0
    duck_db: float = 10.0


def voice(seconds: float, seed: int = 0, level_lufs: float = -20.0) -> np.ndarray:
    """A buzz of 24 kHz in syllables with pauses, as loud as a voice of ours and as peaky."""
    rng = np.random.default_rng(seed)
    count = round(seconds * 24000)
    times = np.arange(count) / 24000
    phase = np.cumsum(120 + 20 * np.sin(2 * np.pi * 0.4 * times)) / 24000
    buzz = sum(np.cos(2 * np.pi * n * phase + n * n) / n for n in range(1, 30))
    syllables = np.interp(
        times * 4, np.arange(round(seconds * 4) + 2), rng.uniform(0, 1, round(seconds * 4) + 2)
    )
    words = np.sin(np.pi * times / 2.4) ** 2 > 0.03
    sound = (buzz * syllables**2 * words + rng.normal(0, 1e-4, count)).astype(np.float32)
    return levelled(sound, 24000) * np.float32(10 ** ((level_lufs + 20) / 20))


def piece(folder: Path, samples: np.ndarray, start_s: float) -> SpeechPiece:
    path = folder / f"{start_s}.f32"
    path.write_bytes(samples.astype(np.float32).tobytes())
    return SpeechPiece(path, start_s)


def music(folder: Path, seconds: float = 20.0, name: str = "music.flac") -> Path:
    """Even chords, whose loudness is the same at any time."""
    times = np.arange(round(seconds * 44100)) / 44100
    chord = sum(np.sin(2 * np.pi * hertz * times + hertz) for hertz in (220, 277, 331, 442, 659))
    soundfile.write(folder / name, 0.1 * chord, 44100)
    return folder / name


def made(
    pieces: list[SpeechPiece], length_s: float, music: Bed | None = None, **options: object
) -> np.ndarray:
    stretches = [] if music is None else [MusicStretch(music, 0, length_s)]
    with ProgrammeSound(pieces, length_s, music=stretches, **options) as sound:
        return np.concatenate(list(sound.blocks()))


def true_peak_db(samples: np.ndarray) -> float:
    return 20 * np.log10(max(float(peaks.max()) for peaks in peak_envelope(samples)))


def part(samples: np.ndarray, start_s: float, end_s: float) -> np.ndarray:
    return samples[round(start_s * RATE) : round(end_s * RATE)]


@pytest.mark.parametrize(
    ("seconds", "level_lufs"), [(20.0, -20.0), (20.0, -45.0), (0.6, -20.0), (3.0, -14.0)]
)
def test_speech_is_as_loud_as_broadcasts(tmp_path: Path, seconds: float, level_lufs: float) -> None:
    samples = made([piece(tmp_path, voice(seconds, 1, level_lufs), 2.0)], 30.0)
    assert len(samples) == 30 * RATE
    assert integrated_loudness(samples, RATE) == pytest.approx(-16, abs=0.3)
    assert true_peak_db(samples) <= -1.45
    assert np.abs(part(samples, 0, 1.99)).max() == 0


@pytest.mark.parametrize("level_lufs", [-34.0, -28.0, -22.0])
def test_speech_over_music_is_as_loud_as_broadcasts(tmp_path: Path, level_lufs: float) -> None:
    pieces = [piece(tmp_path, voice(25, 1), 4.0), piece(tmp_path, voice(20, 2), 35.0)]
    samples = made(pieces, 60.0, music=Bed(music(tmp_path), level_lufs))
    assert integrated_loudness(samples, RATE) == pytest.approx(-16, abs=0.3)
    assert true_peak_db(samples) <= -1.45


def test_music_has_its_level_where_nobody_speaks(tmp_path: Path) -> None:
    pieces = [piece(tmp_path, voice(20, 1), 10.0), piece(tmp_path, voice(20, 2), 45.0)]
    for level_lufs in (-32.0, -22.0):
        samples = made(pieces, 75.0, music=Bed(music(tmp_path), level_lufs))
        for start_s, end_s in ((2, 9.6), (31, 44.6), (66, 72)):
            heard = integrated_loudness(part(samples, start_s, end_s), RATE)
            assert heard == pytest.approx(level_lufs, abs=0.5)


@pytest.mark.parametrize("duck_db", [6.0, 10.0, 15.0])
def test_music_makes_way_by_what_is_said(tmp_path: Path, duck_db: float) -> None:
    # Silent speech, so that the music is heard alone.
    silence = np.zeros(24000, np.float32)
    spans = [(10.0, 20.0), (21.0, 30.0)]
    samples = made(
        [piece(tmp_path, silence, 10.0)],
        60.0,
        music=Bed(music(tmp_path), -28.0, duck_db),
        spans=spans,
    )
    loud = integrated_loudness(part(samples, 2, 9.6), RATE)
    # A gap of a second does not bring it back.
    soft = integrated_loudness(part(samples, 10, 30), RATE)
    assert loud - soft == pytest.approx(duck_db, abs=0.3)
    again = integrated_loudness(part(samples, 31, 50), RATE)
    assert again == pytest.approx(loud, abs=0.3)


def test_music_is_down_when_speech_begins_and_back_soon_after() -> None:
    ducking = Ducking([(5.0, 6.0), (7.1, 8.0), (12.0, 13.0)], 10.0)
    gain_db = 20 * np.log10(ducking.gain(0, 20_000, 1000))
    down = [5000, 5999, 6500, 7100, 8000, 12000, 13000]
    np.testing.assert_allclose(gain_db[down], -10, atol=0.01)
    np.testing.assert_allclose(gain_db[[0, 4650, 8900, 10000, 11650, 13900, 19999]], 0, atol=0.01)
    assert gain_db[4825] == pytest.approx(-5, abs=0.1)
    assert gain_db[8450] == pytest.approx(-5, abs=0.1)
    # Smooth: never faster than half a cosine over the shorter of the two ways.
    assert np.abs(np.diff(gain_db)).max() <= 10 * np.pi / 2 / 350 * 1.01
    pieces = [ducking.gain(first, 333, 1000) for first in range(0, 19_980, 333)]
    np.testing.assert_array_equal(np.concatenate(pieces), ducking.gain(0, 19_980, 1000))


def test_music_fades_in_and_out(tmp_path: Path) -> None:
    samples = made([], 30.0, music=Bed(music(tmp_path)))
    level = [
        float(np.sqrt(np.mean(part(samples, at, at + 0.1) ** 2))) for at in np.arange(0, 30, 0.1)
    ]
    steady = np.median(level)
    assert np.abs(samples[:10]).max() < 1e-4
    assert np.abs(samples[-10:]).max() < 1e-4
    assert level[7] / steady == pytest.approx(0.5, abs=0.1)
    assert level[16] / steady == pytest.approx(1, abs=0.1)
    assert level[-12] / steady == pytest.approx(0.5, abs=0.1)
    assert integrated_loudness(samples, RATE) == pytest.approx(-28, abs=0.5)


def test_stretches_of_music_follow_each_other_with_silence_between(tmp_path: Path) -> None:
    bed = Bed(music(tmp_path))
    stretches = [MusicStretch(bed, 0, 10), MusicStretch(bed, 15, 30)]
    with ProgrammeSound([], 30.0, music=stretches) as sound:
        samples = np.concatenate(list(sound.blocks()))
    assert np.abs(part(samples, 10, 15)).max() == 0
    for start_s, end_s in ((3, 7), (18, 26)):
        heard = integrated_loudness(part(samples, start_s, end_s), RATE)
        assert heard == pytest.approx(-28, abs=1.5)


def test_short_music_is_repeated_without_a_gap(tmp_path: Path) -> None:
    samples = made([], 60.0, music=Bed(music(tmp_path, 7.0)))
    level = [integrated_loudness(part(samples, at, at + 1), RATE) for at in range(2, 57)]
    assert max(level) - min(level) < 4
    steps = np.abs(np.diff(part(samples, 2, 57)))
    assert steps.max() < 4 * np.median(steps) + 0.01


def test_no_joint_is_heard(tmp_path: Path) -> None:
    # The worst pieces: they begin and end in the middle of a loud tone.
    times = np.arange(24000 * 3) / 24000
    tone = (0.5 * np.cos(2 * np.pi * 300 * times)).astype(np.float32)
    starts_s = (1.0, 4.0, 7.3)
    samples = made([piece(tmp_path, tone, start_s) for start_s in starts_s], 12.0)
    steps = np.abs(np.diff(samples))
    for start_s in starts_s:
        for joint_s in (start_s, start_s + 3):
            at = round(joint_s * RATE)
            around = np.concatenate([steps[at - 4800 : at - 480], steps[at + 480 : at + 4800]])
            assert steps[at - 480 : at + 480].max() <= around.max() * 1.001


def test_the_same_programme_sounds_the_same(tmp_path: Path) -> None:
    pieces = [piece(tmp_path, voice(8, 1), 1.5), piece(tmp_path, voice(8, 2), 11.0)]
    bed = Bed(music(tmp_path))
    np.testing.assert_array_equal(made(pieces, 20.0, music=bed), made(pieces, 20.0, music=bed))


def test_pieces_are_where_they_belong(tmp_path: Path) -> None:
    click = np.zeros(4800, np.float32)
    click[2400] = 0.5
    starts_s = (0.0, 0.9, 3.123, 5.0)
    samples = made([piece(tmp_path, click, start_s) for start_s in starts_s], 6.0)
    for start_s in starts_s:
        near = part(samples, start_s, start_s + 0.2)
        assert np.abs(near).argmax() / RATE == pytest.approx(0.1, abs=1 / RATE)


def test_peaks_stay_under_one_decibel_when_encoded(tmp_path: Path) -> None:
    samples = made([piece(tmp_path, voice(20, 3), 1.0)], 22.0, music=Bed(music(tmp_path), -24.0))
    path = tmp_path / "film.mp4"
    with FilmWriter(path, size=(64, 64), fps=Fraction(25), sample_rate=RATE, tags={}) as writer:
        for start in range(0, len(samples), RATE):
            writer.write_sound(samples[start : start + RATE])
        for _ in range(550):
            writer.write_picture(np.zeros((64, 64, 3), np.uint8))
    heard = read_sound(path, RATE)
    assert true_peak_db(heard) <= -1
    assert integrated_loudness(heard, RATE) == pytest.approx(-16, abs=0.5)


def test_silence_stays_silent() -> None:
    samples = made([], 3.0)
    assert len(samples) == 3 * RATE
    assert not samples.any()


def test_music_that_is_none_is_refused(tmp_path: Path) -> None:
    soundfile.write(tmp_path / "silent.wav", np.zeros(44100 * 5), 44100)
    (tmp_path / "text.mp3").write_text("no music")
    whole = music(tmp_path, 5.0, "whole.wav").read_bytes()
    (tmp_path / "cut.wav").write_bytes(whole[: len(whole) // 2])
    music(tmp_path, 1.0, "short.wav")
    for name, says in (
        *(("silent.wav", "is silent"), ("text.mp3", "not a sound"), ("absent.mp3", "absent")),
        *(("cut.wav", "cut off"), ("short.wav", "too short")),
    ):
        with pytest.raises(MediaError, match=says):
            check_music(Bed(tmp_path / name))
    with pytest.raises(UsageError, match="drown"):
        check_music(Bed(music(tmp_path), -10.0))
    check_music(Bed(music(tmp_path)))


def test_a_long_programme_is_mixed_in_flat_memory(tmp_path: Path) -> None:
    path = tmp_path / "speech.f32"
    path.write_bytes(voice(30, 4).tobytes())
    minutes = 10
    pieces = [SpeechPiece(path, 60.0 * minute + 5) for minute in range(minutes)]
    bed = Bed(music(tmp_path))
    tracemalloc.start()
    stretch = MusicStretch(bed, 0, 60.0 * minutes)
    with ProgrammeSound(pieces, 60.0 * minutes, music=[stretch]) as sound:
        length = peak = 0
        blocks: Iterator[np.ndarray] = sound.blocks()
        for block in blocks:
            length += len(block)
            peak = max(peak, len(block))
    _, most = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert length == 60 * minutes * RATE
    assert peak <= 2 * RATE
    # The sound takes 115 MB.
    assert most < 30_000_000
