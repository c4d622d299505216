"""What Wav2Lip hears: mel windows of a sound, placed on the clock of a film.

Source: the audio front end of Wav2Lip (Prajwal et al., "A Lip Sync Expert Is All You Need", 2020,
section 3.1), with the constants that its released weights were trained with.
"""

from __future__ import annotations

from collections.abc import Iterator
from fractions import Fraction
from math import ceil, floor

import numpy as np
from numpy.typing import NDArray

from talker.lips.wav2lip.network import MEL_BANDS, MEL_COLUMNS

COLUMNS_PER_S = 80
SILENT = -4.0
"""The least a mel can be, and what digital silence is."""

_LOUDEST = 4.0
_RATE = 16_000
_HOP = _RATE // COLUMNS_PER_S
_SPAN = 800
_MARGIN = _SPAN // 2
_PREEMPHASIS = 0.97
_LOWEST_HZ, _HIGHEST_HZ = 55.0, 7600.0
_REFERENCE_DB = 20.0
_LEAST_DB = -100.0
# Columns transformed at once, and samples resampled at once: what they need is a few megabytes.
_BLOCK = 512
_PIECE = 1 << 16


class Mel:
    """The mel spectrogram of a sound.

    Column c is centred on the time c / 80 s; the sound is mirrored at its two ends, as librosa did
    for the original. The sound is worked through in blocks, so that beside the result, 25.6 kB a
    second, little is held.

    Args:
        samples: float32 mono in [-1, 1], shape (n,); n may be 0.
        sample_rate: In Hz.

    Attributes:
        columns: float32 in [-4, 4], shape (1 + n16 // 200, 80), n16 being the length at 16 kHz;
            read-only. Without a single sample there is no column.
    """

    columns: NDArray[np.float32]

    def __init__(self, samples: NDArray[np.float32], sample_rate: int) -> None:
        length = ceil(Fraction(len(samples) * _RATE, sample_rate))
        self.columns = np.empty((1 + length // _HOP if length else 0, MEL_BANDS), np.float32)
        filled = 0
        for block in _blocks(_mirrored(_preemphasised(_resampled(samples, sample_rate, length)))):
            self.columns[filled : filled + len(block)] = _normalised(block)
            filled += len(block)
        self.columns.flags.writeable = False

    def windows(
        self, first: int, end: int, fps: Fraction, offset_s: Fraction = Fraction(0)
    ) -> NDArray[np.float32]:
        """The windows of the frames `first` to `end` of a film, 0.2 s each.

        The window of frame n starts at the column floor(80 (n / fps - offset_s)), reckoned without
        rounding. Before the sound and after it there is digital silence; the original moves its
        last window back to where the sound fills it, and ends the film there.

        Args:
            first: Number of the first frame.
            end: Number of the frame after the last.
            fps: Frames a second.
            offset_s: How much earlier the windows start than their frames.

        Returns:
            float32 in [-4, 4], shape (end - first, 1, 80, 16).
        """
        starts = [floor(COLUMNS_PER_S * (n / fps - offset_s)) for n in range(first, end)]
        places = np.array(starts, np.int64).reshape(-1, 1) + np.arange(MEL_COLUMNS)
        heard = (places >= 0) & (places < len(self.columns))
        windows = np.full((*places.shape, MEL_BANDS), SILENT, np.float32)
        windows[heard] = self.columns[places[heard]]
        return np.ascontiguousarray(windows.transpose(0, 2, 1))[:, None]


def _resampled(
    samples: NDArray[np.float32], sample_rate: int, length: int
) -> Iterator[NDArray[np.float32]]:
    """The sound at 16 kHz, `length` samples in pieces, none of them empty."""
    import soxr

    pieces = (samples[at : at + _PIECE] for at in range(0, len(samples), _PIECE))
    if sample_rate == _RATE:
        yield from pieces
        return
    resampler = soxr.ResampleStream(sample_rate, _RATE, 1, dtype="float32")
    left = length
    for at, piece in zip(range(0, len(samples), _PIECE), pieces, strict=True):
        last = at + _PIECE >= len(samples)
        ready = resampler.resample_chunk(np.ascontiguousarray(piece), last=last)[:left]
        left -= len(ready)
        if len(ready):
            yield ready
    if left:  # the resampler rounds the length down
        yield np.zeros(left, np.float32)


def _preemphasised(pieces: Iterator[NDArray[np.float32]]) -> Iterator[NDArray[np.float64]]:
    before = 0.0
    for piece in pieces:
        exact = piece.astype(np.float64)
        previous = np.concatenate([[before], exact[:-1]])
        before = exact[-1]
        yield exact - _PREEMPHASIS * previous


def _mirrored(pieces: Iterator[NDArray[np.float64]]) -> Iterator[NDArray[np.float64]]:
    """The pieces with half a span before and after them, mirrored at the first and last sample."""
    held = np.empty(0)
    started = False
    for piece in pieces:
        held = np.concatenate([held, piece])
        if len(held) <= _MARGIN:
            continue
        if not started:
            yield held[_MARGIN:0:-1]
            started = True
        yield held[: -_MARGIN - 1]
        held = held[-_MARGIN - 1 :]
    if len(held):
        yield np.pad(held, (0 if started else _MARGIN, _MARGIN), mode="reflect")


def _blocks(pieces: Iterator[NDArray[np.float64]]) -> Iterator[NDArray[np.float64]]:
    """Mel bands of the columns, shape (columns, 80), some columns at a time."""
    held = np.empty(0)
    for piece in pieces:
        held = np.concatenate([held, piece])
        columns = (len(held) - _SPAN) // _HOP + 1
        if columns >= _BLOCK:
            yield from _transformed(held, columns)
            held = held[columns * _HOP :]
    if len(held) >= _SPAN:
        yield from _transformed(held, (len(held) - _SPAN) // _HOP + 1)


def _transformed(samples: NDArray[np.float64], columns: int) -> Iterator[NDArray[np.float64]]:
    spans = np.lib.stride_tricks.sliding_window_view(samples, _SPAN)[::_HOP]
    for at in range(0, columns, _BLOCK):
        spectrum = np.fft.rfft(spans[at : min(at + _BLOCK, columns)] * _WINDOW)
        yield np.abs(spectrum) @ _FILTERS


def _normalised(bands: NDArray[np.float64]) -> NDArray[np.float64]:
    """Decibels from -100 to 0, below a reference of 20 dB, to -4 to 4."""
    least = 10 ** (_LEAST_DB / 20)
    decibels = 20 * np.log10(np.maximum(bands, least)) - _REFERENCE_DB
    share = (decibels - _LEAST_DB) / -_LEAST_DB
    return np.clip(SILENT + (_LOUDEST - SILENT) * share, SILENT, _LOUDEST)


def _mel_filters() -> NDArray[np.float64]:
    """Triangles over the frequencies, shape (401, 80), of equal area (Slaney's norm)."""
    lowest, highest = _mels(np.array([_LOWEST_HZ, _HIGHEST_HZ]))
    edges = _hertz(np.linspace(lowest, highest, MEL_BANDS + 2))
    frequencies = np.fft.rfftfreq(_SPAN, 1 / _RATE)[:, None]
    rising = (frequencies - edges[:-2]) / (edges[1:-1] - edges[:-2])
    falling = (edges[2:] - frequencies) / (edges[2:] - edges[1:-1])
    return np.maximum(0, np.minimum(rising, falling)) * 2 / (edges[2:] - edges[:-2])


# Slaney's scale ("Auditory Toolbox", Interval Research Technical Report 1998-010): linear up to
# 1000 Hz, 15 mels, and logarithmic above, 27 mels for a factor of 6.4.
_KNEE_HZ, _KNEE_MELS = 1000.0, 15.0
_LOG_STEP = np.log(6.4) / 27


def _mels(hertz: NDArray[np.float64]) -> NDArray[np.float64]:
    above = _KNEE_MELS + np.log(np.maximum(hertz, _KNEE_HZ) / _KNEE_HZ) / _LOG_STEP
    return np.where(hertz < _KNEE_HZ, hertz * _KNEE_MELS / _KNEE_HZ, above)


def _hertz(mels: NDArray[np.float64]) -> NDArray[np.float64]:
    above = _KNEE_HZ * np.exp(_LOG_STEP * (mels - _KNEE_MELS))
    return np.where(mels < _KNEE_MELS, mels * _KNEE_HZ / _KNEE_MELS, above)


# Hann, periodic.
_WINDOW = 0.5 - 0.5 * np.cos(2 * np.pi * np.arange(_SPAN) / _SPAN)
_FILTERS = _mel_filters()
