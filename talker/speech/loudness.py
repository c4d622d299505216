"""Loudness and true peak of a mono sound, after Recommendation ITU-R BS.1770-4."""

from __future__ import annotations

import math
from collections.abc import Iterator
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

_STEP_S = 0.1
_STEPS_A_BLOCK = 4
_ABSOLUTE_GATE_LUFS = -70.0
_RELATIVE_GATE_LU = -10.0
_OFFSET_LU = -0.691

_OVERSAMPLING = 4
_TAPS_A_PHASE = 24

_FILTER_SIZE = 1 << 14
_CHUNK_SIZE = 1 << 17


def integrated_loudness(samples: NDArray[np.float32], rate: int) -> float:
    """Gated loudness in LUFS; -inf for silence.

    A sound shorter than one block of 400 ms is measured as if silence followed, over its own
    length.

    Args:
        samples: float32 mono, shape (n,).
        rate: Samples a second.
    """
    step = round(_STEP_S * rate)
    size = _STEPS_A_BLOCK * step
    if len(samples) < size:
        return _loudness_of_power(_power(samples, rate))
    energies = _step_energies(samples, rate, step)
    blocks = np.lib.stride_tricks.sliding_window_view(energies, _STEPS_A_BLOCK).sum(axis=1) / size
    loud = blocks[blocks > _power_of_loudness(_ABSOLUTE_GATE_LUFS)]
    if not len(loud):
        return -math.inf
    gate = _power_of_loudness(_loudness_of_power(float(loud.mean())) + _RELATIVE_GATE_LU)
    return _loudness_of_power(float(loud[loud > gate].mean()))


def peak_envelope(samples: NDArray[np.float32]) -> Iterator[NDArray[np.float32]]:
    """True peaks: for every sample, the highest magnitude from it to the next.

    By fourfold oversampling.

    Args:
        samples: float32 mono, shape (n,).

    Yields:
        float32 in chunks that join to shape (n,), in order.
    """
    phases = _interpolators()
    reach = _TAPS_A_PHASE // 2
    for start in range(0, len(samples), _CHUNK_SIZE):
        stop = min(start + _CHUNK_SIZE, len(samples))
        low, high = max(0, start - reach), min(len(samples), stop + reach)
        chunk = np.pad(samples[low:high], (reach - (start - low), reach - (high - stop)))
        highest = np.abs(samples[start:stop])
        for phase in phases:
            between = np.convolve(chunk, phase, mode="valid")[1:]
            np.maximum(highest, np.abs(between), out=highest)
        yield highest


def k_weighting(frequencies: NDArray[np.float64], rate: int) -> NDArray[np.complex128]:
    """Response of the K-weighting filters of a sampling rate.

    The recommendation gives coefficients for 48 kHz; these are the same analogue filters under
    the bilinear transform at any rate, with the parameters that reproduce that table (De Man,
    "Evaluation of implementations of the EBU R128 loudness measurement", AES 2018).

    Args:
        frequencies: In Hz.
        rate: Samples a second.
    """
    z = np.exp(-2j * np.pi * frequencies / rate)
    k = math.tan(math.pi * 1681.974450955533 / rate)
    q = 0.7071752369554196
    gain = 10 ** (3.999843853973347 / 20)
    bend = gain**0.4996667741545416
    shelf = (
        (gain + bend * k / q + k * k)
        + 2 * (k * k - gain) * z
        + (gain - bend * k / q + k * k) * z**2
    ) / ((1 + k / q + k * k) + 2 * (k * k - 1) * z + (1 - k / q + k * k) * z**2)
    k = math.tan(math.pi * 38.13547087602444 / rate)
    q = 0.5003270373238773
    low, mid, high = 1 + k / q + k * k, 2 * (k * k - 1), 1 - k / q + k * k
    return shelf * (1 - 2 * z + z**2) / (1 + (mid * z + high * z**2) / low)


def _loudness_of_power(power: float) -> float:
    """LUFS of a K-weighted mean square."""
    return _OFFSET_LU + 10 * math.log10(power) if power > 0 else -math.inf


def _power_of_loudness(lufs: float) -> float:
    return 10 ** ((lufs - _OFFSET_LU) / 10)


def _power(samples: NDArray[np.float32], rate: int) -> float:
    if not len(samples):
        return 0.0
    total = sum(float(np.vdot(chunk, chunk)) for chunk in _weighted(samples, rate))
    return total / len(samples)


def _step_energies(samples: NDArray[np.float32], rate: int, step: int) -> NDArray[np.float64]:
    """K-weighted energy of every whole step of 100 ms."""
    count = len(samples) // step
    energies = np.zeros(count + 1)
    at = 0
    for chunk in _weighted(samples, rate):
        places = np.minimum((at + np.arange(len(chunk))) // step, count)
        energies += np.bincount(places, chunk.astype(np.float64) ** 2, count + 1)
        at += len(chunk)
    return energies[:count]


def _weighted(samples: NDArray[np.float32], rate: int) -> Iterator[NDArray[np.float64]]:
    """The K-weighted sound in chunks, by overlap-add with the filters' impulse response."""
    response, tail = _filter(rate), _FILTER_SIZE
    over = np.zeros(tail)
    for start in range(0, len(samples), _CHUNK_SIZE - tail):
        chunk = samples[start : start + _CHUNK_SIZE - tail]
        filtered = np.fft.irfft(np.fft.rfft(chunk, _CHUNK_SIZE) * response, _CHUNK_SIZE)
        filtered[:tail] += over
        over = filtered[len(chunk) : len(chunk) + tail].copy()
        yield filtered[: len(chunk)]


@lru_cache(maxsize=4)
def _filter(rate: int) -> NDArray[np.complex128]:
    """Spectrum of the impulse response, which has died away after `_FILTER_SIZE` samples."""
    frequencies = np.fft.rfftfreq(_FILTER_SIZE, 1 / rate).astype(np.float64)
    impulse = np.fft.irfft(k_weighting(frequencies, rate), _FILTER_SIZE)
    return np.fft.rfft(impulse, _CHUNK_SIZE)


@lru_cache(maxsize=1)
def _interpolators() -> tuple[NDArray[np.float32], ...]:
    """Windowed sincs that give the sound at 1/4, 1/2 and 3/4 of the way to the next sample."""
    phases: list[NDArray[np.float32]] = []
    taps = np.arange(_TAPS_A_PHASE) - _TAPS_A_PHASE // 2 + 1
    for step in range(1, _OVERSAMPLING):
        offset = step / _OVERSAMPLING
        distance = taps - offset
        window = np.cos(np.pi * distance / (_TAPS_A_PHASE + 1)) ** 2
        # Reversed, since a convolution reads its kernel backwards.
        phases.append((np.sinc(distance) * window)[::-1].astype(np.float32))
    return tuple(phases)
