"""What can be measured in a sound, a hundred times a second, without knowing what is said."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

LISTENING_RATE = 16_000
"""Samples a second of all sound in this package."""

STEP_S = 0.01
"""Time from frame to frame; frame i stands for the time from i to i + 1 steps."""

_STEP = round(STEP_S * LISTENING_RATE)
_WINDOW = 400
_FFT = 512
_LPC_ORDER = 11
_LPC_TOP_HZ = 5000
_FORMANT_FLOOR_HZ = 200
_FORMANT_WIDTH_HZ = 500


@dataclass(frozen=True, slots=True)
class Acoustics:
    """Features, each of shape (frames,), float64.

    Attributes:
        level_db: Level from 80 Hz to 7.6 kHz, decibels against full scale.
        body_db: Level from 300 Hz to 3 kHz, where open vowels are.
        murmur_db: Level below 400 Hz against that from 500 Hz to 3 kHz: high in nasals and in the
            voiced closure of /b d ɡ/.
        hiss_db: Level from 3.5 to 7.6 kHz against that from 200 Hz to 3 kHz: high in fricatives.
        centroid_hz: Centre of gravity of the spectrum above 500 Hz.
        f1_hz: First formant, nan where there is none.
        f2_hz: Second formant, nan where there is none.
        voicing: Periodicity in [0, 1]: the highest autocorrelation at the lag of a voice's pitch.
    """

    level_db: NDArray[np.float64]
    body_db: NDArray[np.float64]
    murmur_db: NDArray[np.float64]
    hiss_db: NDArray[np.float64]
    centroid_hz: NDArray[np.float64]
    f1_hz: NDArray[np.float64]
    f2_hz: NDArray[np.float64]
    voicing: NDArray[np.float64]

    def __len__(self) -> int:
        return len(self.level_db)


def analyse(samples: NDArray[np.float32]) -> Acoustics:
    """Measure a sound.

    Args:
        samples: float32 mono at 16 kHz, shape (n,), n at least 1.

    Returns:
        Features of n / 160 frames, rounded up.
    """
    power, hertz = _power(samples)
    body = _band(power, hertz, 300, 3000)
    f1_hz, f2_hz = _formants(power, hertz)
    upper = power[:, hertz >= 500] + 1e-14
    return Acoustics(
        level_db=_decibels(_band(power, hertz, 80, 7600)),
        body_db=_decibels(body),
        murmur_db=_decibels(_band(power, hertz, 80, 400) / _band(power, hertz, 500, 3000)),
        hiss_db=_decibels(_band(power, hertz, 3500, 7600) / _band(power, hertz, 200, 3000)),
        centroid_hz=(upper @ hertz[hertz >= 500]) / upper.sum(axis=1),
        f1_hz=f1_hz,
        f2_hz=f2_hz,
        voicing=_voicing(power),
    )


def _power(samples: NDArray[np.float32]) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Power spectra, shape (frames, bins), and the frequency of each bin."""
    frames = -(-len(samples) // _STEP)
    before = (_WINDOW - _STEP) // 2
    padded = np.pad(samples, (before, frames * _STEP + _WINDOW - len(samples)))
    windows = np.lib.stride_tricks.sliding_window_view(padded, _WINDOW)[::_STEP][:frames]
    taper = np.hanning(_WINDOW)
    power = np.abs(np.fft.rfft(windows * taper, _FFT)) ** 2 / (taper.sum() ** 2 / 4)
    return power, np.fft.rfftfreq(_FFT, 1 / LISTENING_RATE).astype(np.float64)


def _voicing(power: NDArray[np.float64]) -> NDArray[np.float64]:
    """Height of the autocorrelation's peak between 80 and 400 Hz, the window's own slope undone."""
    taper = np.hanning(_WINDOW)
    own = np.fft.irfft(np.abs(np.fft.rfft(taper, 2 * _FFT)) ** 2)
    longest, shortest = LISTENING_RATE // 110, LISTENING_RATE // 400
    correlation = np.fft.irfft(power, axis=1)[:, : longest + 1]
    share = correlation[:, shortest:] / (correlation[:, :1] + 1e-12)
    return np.clip((share / (own[shortest : longest + 1] / own[0])).max(axis=1), 0, 1)


def _band(
    power: NDArray[np.float64], hertz: NDArray[np.float64], low: float, high: float
) -> NDArray[np.float64]:
    return power[:, (hertz >= low) & (hertz < high)].sum(axis=1) + 1e-12


def _decibels(power: NDArray[np.float64]) -> NDArray[np.float64]:
    return 10 * np.log10(power)


def _formants(
    power: NDArray[np.float64], hertz: NDArray[np.float64]
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """First and second formant by linear prediction on the spectrum up to 5 kHz.

    The autocorrelation is the inverse transform of the power spectrum (Wiener-Khinchin), so
    cutting the spectrum at 5 kHz stands for resampling to 10 kHz; the all-pole model is solved
    by Levinson's recursion and its poles are the formants (Markel and Gray 1976).
    """
    kept = hertz <= _LPC_TOP_HZ
    rate = 2 * _LPC_TOP_HZ
    turn = 2 * np.pi * hertz[kept] / rate
    emphasised = (power[:, kept] + 1e-12) * np.abs(1 - 0.95 * np.exp(-1j * turn)) ** 2
    correlation = np.fft.irfft(emphasised, axis=1)[:, : _LPC_ORDER + 1]
    correlation[:, 0] *= 1 + 1e-6
    poles = np.linalg.eigvals(_companions(_levinson(correlation)))
    frequency = np.angle(poles) * rate / (2 * np.pi)
    width = -np.log(np.maximum(np.abs(poles), 1e-9)) * rate / np.pi
    sound = (frequency > _FORMANT_FLOOR_HZ) & (width < _FORMANT_WIDTH_HZ)
    ordered = np.sort(np.where(sound, frequency, np.inf), axis=1)[:, :2]
    ordered[~np.isfinite(ordered)] = np.nan
    return ordered[:, 0], ordered[:, 1]


def _levinson(correlation: NDArray[np.float64]) -> NDArray[np.float64]:
    """Predictor polynomials, shape (frames, order + 1), the first coefficient 1."""
    polynomial = np.zeros_like(correlation)
    polynomial[:, 0] = 1
    error = correlation[:, 0].copy()
    for order in range(1, correlation.shape[1]):
        overlap = (polynomial[:, :order] * correlation[:, order:0:-1]).sum(axis=1)
        reflection = (-overlap / error)[:, None]
        polynomial[:, 1 : order + 1] += reflection * polynomial[:, order - 1 :: -1][:, :order]
        error *= 1 - reflection[:, 0] ** 2
    return polynomial


def _companions(polynomial: NDArray[np.float64]) -> NDArray[np.float64]:
    order = polynomial.shape[1] - 1
    matrices = np.zeros((len(polynomial), order, order))
    matrices[:, 0] = -polynomial[:, 1:]
    matrices[:, np.arange(1, order), np.arange(order - 1)] = 1
    return matrices
