"""A sound in a temporary file, so that a long one needs no memory."""

from __future__ import annotations

import tempfile
from collections.abc import Iterable

import numpy as np
from numpy.typing import NDArray

from talker.closing import Closing

_BYTES = 4


class SpooledSound(Closing):
    """A sound that can be read from anywhere, once or again and again.

    A context manager.

    Args:
        pieces: float32 mono, shape (n,), any n; nothing is left behind where they raise.
        most: Samples that are taken of them at most; None for all.
    """

    def __init__(self, pieces: Iterable[NDArray[np.float32]], most: int | None = None) -> None:
        self._file = tempfile.TemporaryFile()  # noqa: SIM115 - closed by `close`
        self.length = 0
        """Samples that are in it."""
        try:
            for piece in pieces:
                taken = piece if most is None else piece[: most - self.length]
                self._file.write(taken.tobytes())
                self.length += len(taken)
                if self.length == most:
                    break
        except BaseException:
            self.close()
            raise

    def read(self, first: int, count: int) -> NDArray[np.float32]:
        """Samples, float32 of shape (count,); silence past the end."""
        self._file.seek(first * _BYTES)
        found = np.frombuffer(self._file.read(count * _BYTES), np.float32)
        return np.concatenate([found, np.zeros(count - len(found), np.float32)])

    def repeated(self, first: int, count: int, *, length: int, fade: int) -> NDArray[np.float32]:
        """Samples of the sound played again and again, each round fading into the next.

        Args:
            first: Where they begin.
            count: How many.
            length: Of a round in samples.
            fade: Samples in which a round goes and the next one comes, with equal power, as the
                two ends have nothing in common.

        Returns:
            float32, shape (count,).
        """
        step = length - fade
        heard = np.zeros(count, np.float32)
        for rounds in range(max(0, (first - fade) // step), (first + count) // step + 1):
            begin = rounds * step
            start, end = max(first, begin), min(first + count, begin + length)
            if start < end:
                piece = self.read(start - begin, end - start)
                if (rounds and start - begin < fade) or end - begin > step:
                    places = np.arange(start - begin, end - begin)
                    coming = np.clip(places / max(fade, 1), 0, 1) if rounds else 1.0
                    leaving = np.clip((length - places) / max(fade, 1), 0, 1)
                    shares = np.sin(np.minimum(coming, leaving) * np.pi / 2)
                    piece = piece * shares.astype(np.float32)
                heard[start - first : end - first] += piece
        return heard

    def close(self) -> None:
        """Removes the temporary file."""
        self._file.close()
