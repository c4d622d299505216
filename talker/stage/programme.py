"""The sound of a whole programme: speech and music under it, at the loudness of broadcasts."""

from __future__ import annotations

import math
from collections import deque
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from types import TracebackType
from typing import Self

import numpy as np
from numpy.typing import NDArray

from talker.speech.levelling import limited
from talker.speech.loudness import gated_loudness, loudness_of_blocks, step_energies
from talker.speech.timeline import SAMPLE_RATE
from talker.stage.ducking import Span
from talker.stage.music import Music, MusicBed

PROGRAMME_LUFS = -16.0
"""Integrated loudness, as platforms want speech."""
PROGRAMME_RATE = 48_000

_HIGHEST_GAIN_DB = 40.0
_MOST_APART_LU = 3.0
"""How far the speech alone may be from the programme, of which much may be music."""
_MOST_MADE_UP_DB = 6.0
_NEAR_LU = 0.15
_PASSES = 3
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


class ProgrammeSound:
    """The sound of a programme, made block by block in memory that does not grow with it.

    A context manager. The music has the level that it is given; the speech is brought to that at
    which the programme as a whole has `PROGRAMME_LUFS`, its peaks limited. Where music is heard
    for much longer than speech the programme is quieter, as the speech alone is at most 3 dB
    louder than that; without speech it is as loud as its music.

    Args:
        pieces: The speech; where there is none, there is silence.
        length_s: Of the programme in seconds; what lies behind is cut off.
        music: Under it; None for none.
        spans: When somebody speaks, for whom the music makes way; None for from the beginning to
            the end of each piece.

    Raises:
        MediaError: The music is silent, damaged or no music.
    """

    def __init__(
        self,
        pieces: Iterable[SpeechPiece],
        length_s: float,
        *,
        music: Music | None = None,
        spans: Iterable[Span] | None = None,
    ) -> None:
        self._pieces = sorted(pieces, key=lambda piece: piece.start_s)
        self._length_s = length_s
        self.length = round(length_s * PROGRAMME_RATE)
        """Samples."""
        if spans is None:
            spans = [piece.span for piece in self._pieces]
        self._bed = MusicBed(music, spans, self.length, PROGRAMME_RATE) if music else None
        try:
            self._gain = self._gain_to_loudness()
        except BaseException:
            self.close()
            raise

    def blocks(self) -> Iterator[NDArray[np.float32]]:
        """The sound from its start, at 48 kHz, in blocks of about a second.

        Yields:
            float32 mono in [-1, 1], shape (n,), that join to shape (length,).
        """
        return limited(self._mixed(self._gain), PROGRAMME_RATE)

    def _mixed(self, gain: float) -> Iterator[NDArray[np.float32]]:
        """Speech at a gain over the music."""
        at = 0
        for speech in _laid(self._pieces, self._length_s, PROGRAMME_RATE):
            mixed = speech * np.float32(gain)
            if self._bed is not None:
                mixed += self._bed.read(at, len(mixed))
            at += len(mixed)
            yield mixed

    def _gain_to_loudness(self) -> float:
        """The factor of the speech that gives the programme its loudness."""
        speech, _ = step_energies(_laid(self._pieces, self._length_s, SAMPLE_RATE), SAMPLE_RATE)
        if not speech.any():
            return 1.0
        # Energies are sums over samples, of which there will be more; a gate wants four steps.
        steps = max(len(speech), 4)
        speech = _padded(speech * (PROGRAMME_RATE / SAMPLE_RATE), steps)
        music = np.zeros(steps)
        if self._bed is not None:
            music, _ = step_energies(self._bed_blocks(self._bed), PROGRAMME_RATE)
            music = _padded(music, steps)
        own = gated_loudness(speech, PROGRAMME_RATE)
        if not math.isfinite(own):
            return 1.0
        bounds = [
            min(PROGRAMME_LUFS + way * _MOST_APART_LU - own, _HIGHEST_GAIN_DB) for way in (-1, 1)
        ]
        loudness = partial(_loudness_of_sum, speech, music)
        gain_db = _nearest(loudness, bounds[0], bounds[1])
        return 10 ** (self._made_up(gain_db, loudness(gain_db)) / 20)

    def _made_up(self, gain_db: float, wanted: float) -> float:
        """The gain with what the limiter takes away made up for, as far as that is not much."""
        first_db, slope = gain_db, 1.0
        made = self._made(gain_db)
        for _ in range(_PASSES):
            missing = wanted - made
            if abs(missing) < _NEAR_LU:
                break
            before_db, before = gain_db, made
            gain_db = min(gain_db + missing / slope, first_db + _MOST_MADE_UP_DB)
            if gain_db == before_db:
                break
            made = self._made(gain_db)
            # The louder it is, the more the limiter takes.
            slope = min(1.0, max(0.3, (made - before) / (gain_db - before_db)))
        return gain_db

    def _made(self, gain_db: float) -> float:
        """Loudness of the programme with its peaks limited."""
        mixed = self._mixed(10 ** (gain_db / 20))
        return loudness_of_blocks(limited(mixed, PROGRAMME_RATE), PROGRAMME_RATE)

    def _bed_blocks(self, bed: MusicBed) -> Iterator[NDArray[np.float32]]:
        for first in range(0, self.length, PROGRAMME_RATE):
            yield bed.read(first, min(PROGRAMME_RATE, self.length - first))

    def close(self) -> None:
        """Removes the temporary file of the music."""
        if self._bed is not None:
            self._bed.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.close()


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


def _laid(
    pieces: Sequence[SpeechPiece], length_s: float, rate: int
) -> Iterator[NDArray[np.float32]]:
    """The speech at its places, in blocks of a second."""
    waiting = deque(pieces)
    playing: list[_Playing] = []
    length = round(length_s * rate)
    for first in range(0, length, rate):
        heard = np.zeros(min(rate, length - first), np.float32)
        while waiting and round(waiting[0].start_s * rate) < first + len(heard):
            playing.append(_Playing(waiting.popleft(), rate))
        playing = [piece for piece in playing if piece.onto(heard, first)]
        yield heard


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


def _nearest(loudness: Callable[[float], float], least_db: float, most_db: float) -> float:
    """The gain in dB at which a loudness is nearest to that of a programme.

    The loudness does not always grow with the gain: at some gain its gate shuts music out.
    """
    low, high, step_db = least_db, most_db, 0.5
    found = low
    for _ in range(2):
        gains = np.linspace(low, high, 1 + math.ceil((high - low) / step_db))
        found = min(map(float, gains), key=lambda gain: abs(loudness(gain) - PROGRAMME_LUFS))
        low, high = max(least_db, found - step_db), min(most_db, found + step_db)
        step_db /= 20
    return found


def _loudness_of_sum(
    speech: NDArray[np.float64], music: NDArray[np.float64], gain_db: float
) -> float:
    """Loudness of speech at a gain over music that has nothing in common with it."""
    return gated_loudness(speech * 10 ** (gain_db / 10) + music, PROGRAMME_RATE)


def _padded(energies: NDArray[np.float64], length: int) -> NDArray[np.float64]:
    return np.pad(energies[:length], (0, max(0, length - len(energies))))
