"""The peer's mel spectrogram and its windows, as its published parameters describe them.

16 kHz, pre-emphasis 0.97, a Fourier transform of 800 samples every 200, 80 Slaney bands from 55 to
7600 Hz, decibels from -100 to 20 brought to -4 to 4. Written apart from talker's own, which the
tests compare with it.
"""

from __future__ import annotations

from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from scipy import signal

SAMPLE_RATE = 16_000
COLUMNS = 16
COLUMNS_A_SECOND = 80.0

_SIZE, _HOP, _BANDS = 800, 200, 80
_LOWEST_HZ, _HIGHEST_HZ = 55.0, 7600.0
_FLOOR_DB, _REFERENCE_DB, _LIMIT = -100.0, 20.0, 4.0
# Slaney's scale is linear up to 1 kHz, 15 mels, and logarithmic above, 27 mels to 6.4 kHz.
_BREAK_HZ, _BREAK_MEL, _MELS_A_FACTOR = 1000.0, 15.0, 27.0 / np.log(6.4)


def read_sound(path: Path) -> NDArray[np.float32]:
    """Samples of a sound file at 16 kHz, shape (n,)."""
    import soundfile
    import soxr

    samples, rate = soundfile.read(path, dtype="float32", always_2d=True)
    return soxr.resample(samples.mean(axis=1), rate, SAMPLE_RATE, quality="HQ")


def melspectrogram(samples: NDArray[np.float32]) -> NDArray[np.float64]:
    """Mel spectrogram in [-4, 4], shape (80, columns), of samples at 16 kHz."""
    sharpened = signal.lfilter([1.0, -0.97], [1.0], samples)
    padded = np.pad(sharpened, _SIZE // 2, mode="reflect")
    pieces = np.lib.stride_tricks.sliding_window_view(padded, _SIZE)[::_HOP]
    spectrum = np.abs(np.fft.rfft(pieces * signal.get_window("hann", _SIZE), axis=1))
    bands = _filters() @ spectrum.T
    decibels = 20 * np.log10(np.maximum(10 ** (_FLOOR_DB / 20), bands)) - _REFERENCE_DB
    return np.clip((decibels - _FLOOR_DB) / -_FLOOR_DB * 2 * _LIMIT - _LIMIT, -_LIMIT, _LIMIT)


def windows(mel: NDArray[np.float64], fps: float) -> list[NDArray[np.float64]]:
    """One window of 16 columns a frame, shape (80, 16).

    They begin every 80 / fps columns, rounded down; the first that would pass the end is taken
    from the end instead, and is the last.
    """
    found: list[NDArray[np.float64]] = []
    while (start := int(len(found) * (COLUMNS_A_SECOND / fps))) + COLUMNS <= mel.shape[1]:
        found.append(mel[:, start : start + COLUMNS])
    return [*found, mel[:, -COLUMNS:]]


def _filters() -> NDArray[np.float64]:
    """Triangles of equal area on Slaney's mel scale, shape (80, 401)."""
    edges = _hz(np.linspace(_mel(_LOWEST_HZ), _mel(_HIGHEST_HZ), _BANDS + 2))
    lines = np.arange(_SIZE // 2 + 1) * SAMPLE_RATE / _SIZE
    low, middle, high = (edges[start : start + _BANDS, None] for start in range(3))
    triangles = np.minimum((lines - low) / (middle - low), (high - lines) / (high - middle))
    return np.maximum(0.0, triangles) * 2 / (high - low)


def _mel(hz: float) -> float:
    if hz < _BREAK_HZ:
        return hz * _BREAK_MEL / _BREAK_HZ
    return _BREAK_MEL + _MELS_A_FACTOR * float(np.log(hz / _BREAK_HZ))


def _hz(mel: NDArray[np.float64]) -> NDArray[np.float64]:
    above = _BREAK_HZ * np.exp((mel - _BREAK_MEL) / _MELS_A_FACTOR)
    return np.where(mel < _BREAK_MEL, mel * _BREAK_HZ / _BREAK_MEL, above)
