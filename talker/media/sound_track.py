"""One encoded sound track of a file that is being written."""

from __future__ import annotations

from fractions import Fraction
from typing import TYPE_CHECKING, Literal

import numpy as np
from numpy.typing import NDArray

if TYPE_CHECKING:
    from av.container import OutputContainer

OUTPUT_RATE = 48_000
"""Samples a second of every encoded track: the rate all players and platforms take, and the
one at which AAC's priming is shortest for players that do not skip it."""


class SoundTrack:
    """Resamples, encodes and muxes mono sound as it comes.

    Args:
        container: An open output.
        codec: FFmpeg's name of an encoder, "aac" or "libmp3lame".
        sample_rate: Of the samples that will be given.
    """

    def __init__(
        self, container: OutputContainer, codec: Literal["aac", "libmp3lame"], sample_rate: int
    ) -> None:
        import soxr

        self._container = container
        self._stream = container.add_stream(codec, rate=OUTPUT_RATE, layout="mono")
        self._stream.bit_rate = 128_000
        self._stream.codec_context.open()
        self._frame_size = self._stream.codec_context.frame_size
        self._resampler = soxr.ResampleStream(sample_rate, OUTPUT_RATE, 1, dtype="float32")
        self._pending = np.empty(0, np.float32)
        self._encoded = 0

    def encode(self, samples: NDArray[np.float32]) -> None:
        """Append samples: float32 mono, shape (n,); what is outside [-1, 1] is clipped."""
        self._push(self._resampler.resample_chunk(samples))

    def finish(self, length: int = 0) -> None:
        """Encode what is left, then silence up to about `length` output samples.

        The track ends with the encoder's frame nearest to `length`, as decoders give back whole
        frames; no sound is cut off for that.
        """
        self._push(self._resampler.resample_chunk(np.empty(0, np.float32), last=True))
        nearest = max(1, round(length / self._frame_size)) * self._frame_size if length else 0
        missing = nearest - self._encoded - len(self._pending)
        if missing > 0:
            self._push(np.zeros(missing, np.float32))
        if len(self._pending):
            self._encode_frame(self._pending)
        for packet in self._stream.encode(None):
            self._container.mux(packet)

    def _push(self, samples: NDArray[np.float32]) -> None:
        self._pending = np.concatenate([self._pending, np.clip(samples, -1.0, 1.0)])
        whole = len(self._pending) // self._frame_size * self._frame_size
        for start in range(0, whole, self._frame_size):
            self._encode_frame(self._pending[start : start + self._frame_size])
        self._pending = self._pending[whole:]

    def _encode_frame(self, samples: NDArray[np.float32]) -> None:
        import av

        frame = av.AudioFrame.from_ndarray(samples[None], format="fltp", layout="mono")
        frame.sample_rate = OUTPUT_RATE
        frame.time_base = Fraction(1, OUTPUT_RATE)
        frame.pts = self._encoded
        self._encoded += len(samples)
        for packet in self._stream.encode(frame):
            self._container.mux(packet)
