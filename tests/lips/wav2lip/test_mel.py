"""What Wav2Lip hears, against the formulas written out once more, plainly."""

from __future__ import annotations

import importlib.util
import sys
import tracemalloc
import types
from fractions import Fraction
from pathlib import Path

import numpy as np
import pytest
import scipy.fft
import scipy.signal
from numpy.typing import NDArray

from talker.lips.wav2lip.mel import SILENT, Mel
from talker.media.sound import read_sound

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


def a_sound(seconds: float, rate: int = 16_000, seed: int = 0) -> NDArray[np.float32]:
    """Tones that rise and fall in noise, with a stretch of digital zero."""
    time = np.arange(round(seconds * rate)) / rate
    noise = np.random.default_rng(seed).normal(0, 0.02, len(time))
    tones = 0.4 * np.sin(2 * np.pi * (150 + 40 * time) * time) + 0.2 * np.sin(5e3 * time)
    sound = (tones + noise) * (0.5 + 0.5 * np.sin(9 * time))
    sound[len(sound) // 3 : len(sound) // 2] = 0
    return sound.astype(np.float32)


def plain_filters() -> NDArray[np.float64]:
    """80 triangles on Slaney's scale, one by one, shape (80, 401)."""

    def mel(hertz: float) -> float:
        if hertz < 1000:
            return hertz * 3 / 200
        return 15 + 27 * np.log(hertz / 1000) / np.log(6.4)

    def hertz(mel: float) -> float:
        return mel * 200 / 3 if mel < 15 else 1000 * 6.4 ** ((mel - 15) / 27)

    edges = [hertz(m) for m in np.linspace(mel(55), mel(7600), 82)]
    filters = np.zeros((80, 401))
    for band in range(80):
        low, middle, high = edges[band : band + 3]
        for k in range(401):
            f = k * 20.0
            height = min((f - low) / (middle - low), (high - f) / (high - middle))
            filters[band, k] = max(0.0, height) * 2 / (high - low)
    return filters


def plain_mel(sound: NDArray[np.float32]) -> NDArray[np.float64]:
    """The mel of a sound at 16 kHz, all at once and with other libraries, shape (80, columns)."""
    emphasised = scipy.signal.lfilter([1, -0.97], [1], sound.astype(np.float64))
    padded = np.pad(emphasised, 400, mode="reflect")
    window = scipy.signal.get_window("hann", 800, fftbins=True)
    starts = range(0, len(padded) - 799, 200)
    spectrum = np.array([np.abs(scipy.fft.fft(padded[s : s + 800] * window))[:401] for s in starts])
    bands = plain_filters() @ spectrum.T
    level = 20 * np.log10(np.maximum(1e-5, bands)) - 20
    return np.clip(8 * (level + 100) / 100 - 4, -4, 4)


@pytest.mark.parametrize("seconds", [0.01, 0.0251, 0.2, 1.0, 12.345])
def test_the_mel_is_that_of_an_independent_implementation(seconds: float) -> None:
    sound = a_sound(seconds)
    plain = plain_mel(sound)
    columns = Mel(sound, 16_000).columns
    assert columns.shape == plain.T.shape
    assert plain.std() > 0.4
    np.testing.assert_allclose(columns, plain.T, atol=1e-4)


@pytest.mark.parametrize(
    "name", ["en_librispeech-1995-1837-0001.wav", "zh_aishell-BAC009S0724W0121.wav"]
)
def test_the_mel_of_real_speech_is_that_of_an_independent_implementation(
    name: str, media: Path
) -> None:
    sound = read_sound(media / name, 16_000)
    np.testing.assert_allclose(Mel(sound, 16_000).columns, plain_mel(sound).T, atol=1e-4)


def test_the_mel_is_what_the_peer_makes_of_the_same_spectrum(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """The peer's own steps around the transform and the filters, which it takes from librosa."""
    audio = peer_audio(monkeypatch)
    monkeypatch.setattr(audio, "_mel_basis", plain_filters())
    monkeypatch.setattr(
        audio,
        "_stft",
        lambda y: (
            scipy.signal.stft(
                np.pad(y, 400, mode="reflect"),
                nperseg=800,
                noverlap=600,
                boundary=None,
                padded=False,
                scaling="spectrum",
            )[2]
            * 400
        ),
    )
    sound = a_sound(2)
    np.testing.assert_allclose(Mel(sound, 16_000).columns, audio.melspectrogram(sound).T, atol=1e-4)


def peer_audio(monkeypatch: pytest.MonkeyPatch) -> types.ModuleType:
    """The module `ppgan.utils.audio`, without the packages around it, which no longer load."""
    pytest.importorskip("paddle", reason="Paddle is not installed")
    found = importlib.util.find_spec("ppgan")
    if found is None or not found.submodule_search_locations:
        pytest.skip("the peer is not installed")
    package = types.ModuleType("ppgan.utils")
    package.__path__ = [str(Path(found.submodule_search_locations[0], "utils"))]
    monkeypatch.setitem(sys.modules, "ppgan.utils", package)
    return importlib.import_module("ppgan.utils.audio")


@pytest.mark.parametrize("rate", [8_000, 22_050, 24_000, 44_100, 48_000])
def test_sound_of_any_rate_gives_the_mel_of_16_khz(rate: int) -> None:
    def tone(rate: int) -> NDArray[np.float32]:
        time = np.arange(10 * rate) / rate
        return (0.4 * np.sin(2 * np.pi * (300 + 100 * time) * time)).astype(np.float32)

    resampled, direct = Mel(tone(rate), rate).columns, Mel(tone(16_000), 16_000).columns
    assert resampled.shape == direct.shape
    audible = direct[5:-5] > 0
    assert audible.mean() > 0.02
    np.testing.assert_allclose(resampled[5:-5][audible], direct[5:-5][audible], atol=0.02)


@pytest.mark.parametrize("rate", [16_000, 44_100])
@pytest.mark.parametrize("samples", [0, 1, 2, 100, 160, 399, 400, 401, 402, 799])
def test_shortest_sounds_and_digital_zero_give_finite_mels(samples: int, rate: int) -> None:
    for sound in (a_sound(1, rate)[:samples], np.zeros(samples, np.float32)):
        windows = Mel(sound, rate).windows(0, 3, Fraction(25))
        assert windows.shape == (3, 1, 80, 16)
        assert windows.dtype == np.float32
        assert np.isfinite(windows).all()
        assert np.abs(windows).max() <= 4


def test_digital_zero_is_the_least_a_mel_can_be() -> None:
    assert (Mel(np.zeros(8000, np.float32), 16_000).columns == SILENT).all()


@pytest.mark.parametrize("fps", RATES, ids=str)
def test_windows_start_at_the_column_of_their_frame(fps: Fraction) -> None:
    mel = Mel(a_sound(30), 16_000)
    count = int(30 * fps) - 6
    windows = mel.windows(0, count, fps)
    for n in range(count):
        start = 80 * n * fps.denominator // fps.numerator
        expected = mel.columns[start : start + 16].T
        np.testing.assert_array_equal(windows[n, 0, :, : expected.shape[1]], expected)


@pytest.mark.parametrize("fps", [Fraction(25), Fraction(30), Fraction(24000, 1001)], ids=str)
def test_windows_are_the_originals_wherever_the_sound_fills_them(fps: Fraction) -> None:
    mel = Mel(a_sound(7), 16_000)
    spectrogram = mel.columns.T
    chunks: list[NDArray[np.float32]] = []
    while (start := int(len(chunks) * (80.0 / float(fps)))) + 16 <= spectrogram.shape[1]:
        chunks.append(spectrogram[:, start : start + 16])
    assert len(chunks) > 150
    np.testing.assert_array_equal(mel.windows(0, len(chunks), fps)[:, 0], chunks)


def test_no_rounding_gathers_over_hours() -> None:
    sound = np.zeros(16_000, np.float32)
    sound[0] = 1
    fps = Fraction(30000, 1001)
    late = 1_000_000
    offset = late / fps
    mel = Mel(sound, 16_000)
    np.testing.assert_array_equal(mel.windows(late, late + 1, fps, offset), mel.windows(0, 1, fps))


def test_before_and_after_the_sound_there_is_silence() -> None:
    mel = Mel(a_sound(1), 16_000)
    assert len(mel.columns) == 81
    first = mel.windows(0, 1, Fraction(25), Fraction(1, 10))[0, 0]
    assert (first[:, :8] == SILENT).all()
    np.testing.assert_array_equal(first[:, 8:], mel.columns[:8].T)
    last = mel.windows(24, 25, Fraction(25))[0, 0]
    np.testing.assert_array_equal(last[:, :5], mel.columns[76:].T)
    assert (last[:, 5:] == SILENT).all()
    assert (mel.windows(1000, 1003, Fraction(25)) == SILENT).all()


def test_windows_can_be_had_in_any_parts() -> None:
    mel = Mel(a_sound(3), 16_000)
    fps = Fraction(30000, 1001)
    parts = [mel.windows(0, 1, fps), mel.windows(1, 40, fps), mel.windows(40, 40, fps)]
    parts.append(mel.windows(40, 91, fps))
    assert parts[2].shape == (0, 1, 80, 16)
    np.testing.assert_array_equal(np.concatenate(parts), mel.windows(0, 91, fps))


def test_a_long_sound_takes_little_more_memory_than_its_mel() -> None:
    sound = np.tile(a_sound(10, 48_000), 30)
    tracemalloc.start()
    mel = Mel(sound, 48_000)
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert mel.columns.nbytes == 24_001 * 320
    assert peak - mel.columns.nbytes < 32e6
