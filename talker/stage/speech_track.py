"""Speech that lies in files, played at its places in a programme."""

from __future__ import annotations

from collections import deque
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from talker.speech.timeline import SAMPLE_RATE
from talker.stage.ducking import Span

_EDGE_S = 0.004
_BYTES = 4


@dataclass(frozen=True, slots=True)
class SpeechPiece:
    """Speech at a place of the programme.

    Attributes:
        file: Its samples as they are, float32 mono at 24 kHz in the machine's byte order.
        start_s: When it begins, in seconds of the programme.
    """

    file: Path
    start_s: float

    @property
    def span(self) -> Span:
        """When it begins and ends."""
        count = self.file.stat().st_size // _BYTES
        return self.start_s, self.start_s + count / SAMPLE_RATE


def laid(
    pieces: Sequence[SpeechPiece], length_s: float, rate: int
) -> Iterator[NDArray[np.float32]]:
    """Speech at its places, with silence between, in blocks of a second.

    Args:
        pieces: By their starts.
        length_s: Of all of it; what lies behind is cut off.
        rate: Samples a second.
    """
    waiting = deque(pieces)
    playing: list[_Playing] = []
    length = round(length_s * rate)
    for first in range(0, length, rate):
        heard = np.zeros(min(rate, length - first), np.float32)
        while waiting and round(waiting[0].start_s * rate) < first + len(heard):
            playing.append(_Playing(waiting.popleft(), rate))
        playing = [piece for piece in playing if piece.onto(heard, first)]
        yield heard


class _Playing:
    """A piece that is being played."""

    def __init__(self, piece: SpeechPiece, rate: int) -> None:
        self._at = round(piece.start_s * rate)
        self._chunks = _samples(piece.file, rate)
        self._rest = np.zeros(0, np.float32)

    def onto(self, heard: NDArray[np.float32], first: int) -> bool:
        """Adds what falls into a block that begins at a sample; whether there is more to come."""
        end = first + len(heard)
        while self._at < end:
            if not len(self._rest):
                chunk = next(self._chunks, None)
                if chunk is None:
                    return False
                self._rest = chunk
            part = self._rest[: end - self._at]
            place = self._at - first
            heard[place : place + len(part)] += part
            self._at += len(part)
            self._rest = self._rest[len(part) :]
        return True


def _samples(file: Path, rate: int) -> Iterator[NDArray[np.float32]]:
    """Spooled speech at a rate, its first and last samples faded so that no edge is heard."""
    import soxr

    count = file.stat().st_size // _BYTES
    edge = max(1, min(round(_EDGE_S * SAMPLE_RATE), count // 2))
    resampler = soxr.ResampleStream(SAMPLE_RATE, rate, 1, dtype="float32")
    with file.open("rb") as stream:
        for first in range(0, count, SAMPLE_RATE):
            chunk = np.frombuffer(
                stream.read(SAMPLE_RATE * _BYTES)[: (count - first) * _BYTES], np.float32
            )
            places = first + np.arange(len(chunk))
            inside = np.minimum((np.minimum(places, count - 1 - places) + 0.5) / edge, 1)
            chunk = chunk * (0.5 - 0.5 * np.cos(np.pi * inside)).astype(np.float32)
            yield resampler.resample_chunk(chunk)
    yield resampler.resample_chunk(np.zeros(0, np.float32), last=True)
