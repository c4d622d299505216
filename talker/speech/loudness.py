"""Loudness and true peak of a mono sound, after Recommendation ITU-R BS.1770-4."""

from __future__ import annotations

import math
from array import array
from collections.abc import Iterable, Iterator
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
PEAK_REACH = _TAPS_A_PHASE // 2
"""How many samples on either side a true peak depends on."""

_SCREEN = 256

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
    return loudness_of_blocks((samples,), rate)


def loudness_of_blocks(blocks: Iterable[NDArray[np.float32]], rate: int) -> float:
    """As `integrated_loudness`, of a sound that comes in blocks of any length."""
    energies, length = step_energies(blocks, rate)
    if length < _STEPS_A_BLOCK * _step(rate):
        return _loudness_of_power(float(energies.sum()) / length if length else 0.0)
    return gated_loudness(energies[: length // _step(rate)], rate)


def step_energies(
    blocks: Iterable[NDArray[np.float32]], rate: int
) -> tuple[NDArray[np.float64], int]:
    """What gated loudness is made of.

    Args:
        blocks: float32 mono, shape (n,), any n.
        rate: Samples a second.

    Returns:
        K-weighted energy of every step of 100 ms, the last of which may be shorter, and the
        number of samples.
    """
    step = _step(rate)
    energies = array("d")
    at = 0
    for chunk in _weighted(blocks, rate):
        steps = (at + np.arange(len(chunk))) // step
        first = int(steps[0])
        found = np.bincount(steps - first, chunk**2)
        if first < len(energies):
            energies[first] += found[0]
            found = found[1:]
        energies.frombytes(found.tobytes())
        at += len(chunk)
    return np.array(energies), at


def gated_loudness(energies: NDArray[np.float64], rate: int) -> float:
    """Gated loudness in LUFS of a sound of whole steps, at least four; -inf for silence.

    Args:
        energies: K-weighted energy of every step of 100 ms, shape (n,).
        rate: Samples a second.
    """
    size = _STEPS_A_BLOCK * _step(rate)
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
    reach = PEAK_REACH
    for start in range(0, len(samples), _CHUNK_SIZE):
        stop = min(start + _CHUNK_SIZE, len(samples))
        low, high = max(0, start - reach), min(len(samples), stop + reach)
        chunk = np.pad(samples[low:high], (reach - (start - low), reach - (high - stop)))
        highest = np.abs(samples[start:stop])
        for phase in phases:
            between = np.convolve(chunk, phase, mode="valid")[1:]
            np.maximum(highest, np.abs(between), out=highest)
        yield highest


def peaks_over(
    samples: NDArray[np.float32], ceiling: float
) -> tuple[NDArray[np.intp], NDArray[np.float32]]:
    """The places of `peak_envelope` that are above a ceiling, and what it is there.

    Only the loud parts are looked at closely: between samples a sound is nowhere louder than the
    interpolators can make the samples around.

    Args:
        samples: float32 mono, shape (n,).
        ceiling: Magnitude.

    Returns:
        Indices and magnitudes, each of shape (m,).
    """
    harmless = ceiling / max(float(np.abs(phase).sum()) for phase in _interpolators())
    places: list[NDArray[np.intp]] = [np.zeros(0, np.intp)]
    found: list[NDArray[np.float32]] = [np.zeros(0, np.float32)]
    for low, high in _loud_stretches(samples, harmless):
        first = max(0, low - PEAK_REACH)
        at = first
        for peaks in peak_envelope(samples[first : high + PEAK_REACH]):
            peaks[: max(0, low - at)] = 0
            peaks[max(0, high - at) :] = 0
            over = np.flatnonzero(peaks > ceiling)
            places.append(over + at)
            found.append(peaks[over])
            at += len(peaks)
    return np.concatenate(places), np.concatenate(found)


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


def _loud_stretches(samples: NDArray[np.float32], threshold: float) -> Iterator[tuple[int, int]]:
    """Stretches without which no sample, nor any that is near to one, is above a threshold."""
    starts = np.arange(0, len(samples), _SCREEN)
    if not len(starts):
        return
    highest = np.maximum(
        np.maximum.reduceat(samples, starts), -np.minimum.reduceat(samples, starts)
    )
    near = np.pad(highest, 1)
    loud = np.maximum(np.maximum(near[:-2], near[2:]), highest) > threshold
    edges = np.flatnonzero(np.diff(np.pad(loud.astype(np.int8), 1)))
    for low, high in zip(edges[::2], edges[1::2], strict=True):
        yield int(low) * _SCREEN, min(int(high) * _SCREEN, len(samples))


def _step(rate: int) -> int:
    return round(_STEP_S * rate)


def _weighted(blocks: Iterable[NDArray[np.float32]], rate: int) -> Iterator[NDArray[np.float64]]:
    """The K-weighted sound in chunks, by overlap-add with the filters' impulse response."""
    response, tail = _filter(rate), _FILTER_SIZE
    over = np.zeros(tail)
    for chunk in chunks_of(blocks, _CHUNK_SIZE - tail):
        filtered = np.fft.irfft(np.fft.rfft(chunk, _CHUNK_SIZE) * response, _CHUNK_SIZE)
        filtered[:tail] += over
        over = filtered[len(chunk) : len(chunk) + tail].copy()
        yield filtered[: len(chunk)]


def chunks_of(blocks: Iterable[NDArray[np.float32]], size: int) -> Iterator[NDArray[np.float32]]:
    """A sound of blocks of any length in chunks of one length, the last of which may be shorter."""
    held: list[NDArray[np.float32]] = []
    missing = size
    for block in blocks:
        at = 0
        while len(block) - at >= missing:
            yield np.concatenate([*held, block[at : at + missing]])
            at += missing
            held, missing = [], size
        if at < len(block):
            held.append(block[at:])
            missing -= len(block) - at
    if held:
        yield np.concatenate(held)


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
