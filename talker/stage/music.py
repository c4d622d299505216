"""Music under a programme, repeated as often as need be."""

from __future__ import annotations

import math
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from talker.closing import Closing
from talker.errors import MediaError, UsageError
from talker.media.sound import sound_pieces
from talker.media.spooled_sound import SpooledSound
from talker.speech.loudness import loudness_of_blocks
from talker.stage.ducking import Ducking, Span

LOUDEST_LUFS = -18.0
"""Level of music that may be under a programme at most."""

_FADE_IN_S, _FADE_OUT_S = 1.5, 2.5
_CROSS_FADE_S = 2.0
# What is shorter would be heard as a rattle or a tone.
_SHORTEST_S = 2.0


class Music(Protocol):
    """Which music, and how loud."""

    @property
    def file(self) -> Path:
        """A sound file."""
        ...

    @property
    def level_lufs(self) -> float:
        """Loudness where nobody speaks."""
        ...

    @property
    def duck_db(self) -> float:
        """By how much quieter it is under speech."""
        ...


class MusicBed(Closing):
    """The music of a programme, levelled, repeated, ducked and faded in and out.

    A context manager: the music lies in a temporary file.

    Args:
        music: It.
        spans: When somebody speaks.
        length: Of the programme in samples.
        rate: Samples a second of the programme.

    Raises:
        MediaError: No sound, silent, shorter than two seconds, damaged or too long.
        UsageError: A level above `LOUDEST_LUFS`.
    """

    def __init__(self, music: Music, spans: Iterable[Span], length: int, rate: int) -> None:
        if music.level_lufs > LOUDEST_LUFS:
            raise UsageError(
                f"Music of {music.level_lufs:g} LUFS would drown the speech.",
                f"Give it {LOUDEST_LUFS:g} or less; -28 is usual.",
            )
        self._length = length
        self._rate = rate
        self._ducking = Ducking(spans, music.duck_db)
        self._sound = SpooledSound(sound_pieces(music.file, rate))
        try:
            loudness = loudness_of_blocks(self._once(), rate)
            _check(music.file, self._sound.length / rate, loudness)
        except BaseException:
            self.close()
            raise
        self._gain = np.float32(10 ** ((music.level_lufs - loudness) / 20))
        self._fade = round(min(_CROSS_FADE_S, self._sound.length / rate / 4) * rate)

    def read(self, first: int, count: int) -> NDArray[np.float32]:
        """Samples of the programme's music, float32 of shape (count,)."""
        if self._sound.length >= self._length:
            heard = self._sound.read(first, count)
        else:
            heard = self._sound.repeated(first, count, length=self._sound.length, fade=self._fade)
        ducked = self._ducking.gain(first, count, self._rate)
        gain = self._gain * ducked * self._faded(first, count)
        return np.multiply(heard, gain, dtype=np.float32)

    def _faded(self, first: int, count: int) -> NDArray[np.float32]:
        """Factors that rise from nothing at the programme's start and fall to it at its end."""
        share = min(1.0, self._length / self._rate / (_FADE_IN_S + _FADE_OUT_S))
        way_in, way_out = (s * share * self._rate for s in (_FADE_IN_S, _FADE_OUT_S))
        if way_in <= first and first + count <= self._length - 1 - way_out:
            return np.ones(count, np.float32)
        places = first + np.arange(count)
        coming, leaving = places / way_in, (self._length - 1 - places) / way_out
        inside = np.clip(np.minimum(coming, leaving), 0, 1)
        return (0.5 - 0.5 * np.cos(np.pi * inside)).astype(np.float32)

    def _once(self) -> Iterator[NDArray[np.float32]]:
        for first in range(0, self._sound.length, self._rate):
            yield self._sound.read(first, min(self._rate, self._sound.length - first))

    def close(self) -> None:
        """Removes the temporary file."""
        self._sound.close()


def check_music(music: Music) -> None:
    """Finds out before any work is done whether a programme can have this music; reads all of it.

    Raises:
        MediaError: As `MusicBed`.
        UsageError: As `MusicBed`.
    """
    MusicBed(music, (), 0, 48_000).close()


def _check(path: Path, length_s: float, loudness: float) -> None:
    if length_s < _SHORTEST_S:
        raise MediaError(
            f"'{path}' is {length_s:.1f} s long, too short to be music.",
            f"Give a sound file of {_SHORTEST_S:g} s or more.",
        )
    if not math.isfinite(loudness):
        raise MediaError(f"'{path}' is silent.", "Give a sound file in which music is heard.")
