"""The sound that a clip had, kept under the speech."""

from __future__ import annotations

import tempfile
from collections.abc import Iterator
from types import TracebackType
from typing import Self

import numpy as np
from numpy.typing import NDArray

from talker.errors import MediaError
from talker.media.clip import ClipSource
from talker.media.fitting import cross_fade_s
from talker.media.sound import sound_pieces

_BYTES = 4
# What is shorter would be heard as a rattle or a tone.
_SHORTEST_S = 1
# Up to here a sum is left as it is, beyond it is bent, so that it never reaches full scale.
_KNEE = 0.9


class KeptSound:
    """A clip's sound, spooled to a temporary file so that long ones need no memory.

    A context manager. It begins and starts again with the pictures of a clip that is looped, by
    the same cross-fade; it never runs backwards or at another tempo, whatever the pictures do.
    Where it breaks off, silence follows.

    Args:
        clip: Whose sound it is.
        sample_rate: Of the sound that comes out.
        gain_db: By how much it is made louder; negative for quieter.
        repeats: Whether it starts again where the clip ends, else silence follows.

    Raises:
        MediaError: The clip has no sound, or none of it can be read.
    """

    def __init__(
        self, clip: ClipSource, sample_rate: int, gain_db: float, *, repeats: bool
    ) -> None:
        self._gain = np.float32(10 ** (gain_db / 20))
        self._repeats = repeats
        self._file = tempfile.TemporaryFile()  # noqa: SIM115 - closed by `close`
        self._length = round(max(clip.duration_s, _SHORTEST_S) * sample_rate)
        self._fade = round(cross_fade_s(clip) * sample_rate)
        try:
            self._spool(sound_pieces(clip.path, sample_rate, clip.times_s.start_s))
        except BaseException:
            self.close()
            raise

    def _spool(self, pieces: Iterator[NDArray[np.float32]]) -> None:
        spooled = 0
        try:
            for piece in pieces:
                self._file.write(piece[: self._length - spooled].tobytes())
                spooled = min(spooled + len(piece), self._length)
                if spooled == self._length:
                    return
        except MediaError:
            if not spooled:
                raise

    def under(
        self, samples: NDArray[np.float32], block: int, *, first: int = 0, length: int | None = None
    ) -> Iterator[NDArray[np.float32]]:
        """A sound with the kept one under it, block by block.

        Args:
            samples: What lies above, float32 mono in [-1, 1], shape (n,).
            block: Samples of a block.
            first: Where they begin.
            length: Of the whole; None where it ends with them.
        """
        length = first + len(samples) if length is None else length
        read = self._repeated if self._repeats and length > self._length else self._stored
        for start in range(0, length, block):
            above = np.zeros(min(block, length - start), np.float32)
            here = samples[max(0, start - first) : max(0, start + len(above) - first)]
            place = max(0, first - start)
            above[place : place + len(here)] = here
            kept = read(start, len(above)) * self._gain
            yield _bent(np.add(above, kept, dtype=np.float32))

    def _repeated(self, first: int, count: int) -> NDArray[np.float32]:
        """Samples of the clip again and again."""
        step = self._length - self._fade
        heard = np.zeros(count, np.float32)
        for rounds in range(max(0, (first - self._fade) // step), (first + count) // step + 1):
            begin = rounds * step
            start, end = max(first, begin), min(first + count, begin + self._length)
            if start < end:
                places = np.arange(start - begin, end - begin)
                shares = np.ones(end - start, np.float32)
                if self._fade:
                    # Equal power, as the two ends have nothing in common.
                    coming = np.clip(places / self._fade, 0, 1) if rounds else 1.0
                    leaving = np.clip((self._length - places) / self._fade, 0, 1)
                    shares = np.sin(np.minimum(coming, leaving) * np.pi / 2).astype(np.float32)
                piece = self._stored(start - begin, end - start)
                heard[start - first : end - first] += piece * shares
        return heard

    def _stored(self, first: int, count: int) -> NDArray[np.float32]:
        """Samples of the clip; silence past its end."""
        self._file.seek(first * _BYTES)
        found = np.frombuffer(self._file.read(count * _BYTES), np.float32)
        return np.concatenate([found, np.zeros(count - len(found), np.float32)])

    def close(self) -> None:
        """Removes the temporary file."""
        self._file.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.close()


def _bent(samples: NDArray[np.float32]) -> NDArray[np.float32]:
    over = np.abs(samples) - _KNEE
    bent = _KNEE + (1 - _KNEE) * np.tanh(np.maximum(over, 0) / (1 - _KNEE))
    return np.where(over > 0, np.sign(samples) * bent, samples).astype(np.float32)
