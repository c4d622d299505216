"""The sound of a whole programme: speech and music under it, at the loudness of broadcasts."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import partial

import numpy as np
from numpy.typing import NDArray

from talker.closing import Closing
from talker.speech.levelling import limited
from talker.speech.loudness import gated_loudness, loudness_of_blocks, step_energies
from talker.speech.timeline import SAMPLE_RATE
from talker.stage.ducking import Span
from talker.stage.music import Music, MusicBed
from talker.stage.speech_track import SpeechPiece, laid

PROGRAMME_LUFS = -16.0
"""Integrated loudness, as platforms want speech."""
PROGRAMME_RATE = 48_000

_HIGHEST_GAIN_DB = 40.0
_MOST_APART_LU = 3.0
"""How far the speech alone may be from the programme, of which much may be music."""
_MOST_MADE_UP_DB = 6.0
_NEAR_LU = 0.15
_PASSES = 3


@dataclass(frozen=True, slots=True)
class MusicStretch:
    """Music under a stretch of the programme.

    Attributes:
        music: Which.
        start_s: When it fades in, in seconds of the programme.
        end_s: When it has faded out.
    """

    music: Music
    start_s: float
    end_s: float


class ProgrammeSound(Closing):
    """The sound of a programme, made block by block in memory that does not grow with it.

    A context manager. The music has the level that it is given; the speech is brought to that at
    which the programme as a whole has `PROGRAMME_LUFS`, its peaks limited. Where music is heard
    for much longer than speech the programme is quieter, as the speech alone is at most 3 dB
    louder than that; without speech it is as loud as its music.

    Args:
        pieces: The speech; where there is none, there is silence.
        length_s: Of the programme in seconds; what lies behind is cut off.
        music: Under it, in stretches that do not overlap.
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
        music: Sequence[MusicStretch] = (),
        spans: Iterable[Span] | None = None,
    ) -> None:
        self._pieces = sorted(pieces, key=lambda piece: piece.start_s)
        self._length_s = length_s
        self.length = round(length_s * PROGRAMME_RATE)
        """Samples."""
        if spans is None:
            spans = [piece.span for piece in self._pieces]
        self._beds: list[_Bed] = []
        try:
            for stretch in music:
                self._beds.append(_Bed(stretch, spans, self.length))
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
        for speech in laid(self._pieces, self._length_s, PROGRAMME_RATE):
            mixed = speech * np.float32(gain)
            mixed += self._music(at, len(mixed))
            at += len(mixed)
            yield mixed

    def _gain_to_loudness(self) -> float:
        """The factor of the speech that gives the programme its loudness."""
        speech, _ = step_energies(laid(self._pieces, self._length_s, SAMPLE_RATE), SAMPLE_RATE)
        if not speech.any():
            return 1.0
        # Energies are sums over samples, of which there will be more; a gate wants four steps.
        steps = max(len(speech), 4)
        speech = _padded(speech * (PROGRAMME_RATE / SAMPLE_RATE), steps)
        music, _ = step_energies(self._music_blocks(), PROGRAMME_RATE)
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

    def _music(self, first: int, count: int) -> NDArray[np.float32]:
        """Samples of the programme's music; silence where there is none."""
        heard = np.zeros(count, np.float32)
        for bed in self._beds:
            bed.onto(heard, first)
        return heard

    def _music_blocks(self) -> Iterator[NDArray[np.float32]]:
        for first in range(0, self.length, PROGRAMME_RATE):
            yield self._music(first, min(PROGRAMME_RATE, self.length - first))

    def close(self) -> None:
        """Removes the temporary files of the music."""
        for bed in self._beds:
            bed.close()


class _Bed:
    """Music at its place in the programme."""

    def __init__(self, stretch: MusicStretch, spans: Iterable[Span], length: int) -> None:
        self._first = round(stretch.start_s * PROGRAMME_RATE)
        self._end = min(length, round(stretch.end_s * PROGRAMME_RATE))
        own = [(start - stretch.start_s, end - stretch.start_s) for start, end in spans]
        self._bed = MusicBed(stretch.music, own, self._end - self._first, PROGRAMME_RATE)

    def onto(self, heard: NDArray[np.float32], first: int) -> None:
        """Adds what falls into a block that begins at a sample."""
        low, high = max(first, self._first), min(first + len(heard), self._end)
        if low < high:
            heard[low - first : high - first] += self._bed.read(low - self._first, high - low)

    def close(self) -> None:
        """Removes the temporary file."""
        self._bed.close()


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
