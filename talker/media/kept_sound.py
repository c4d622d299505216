"""The sound that a clip had, kept under the speech."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
from numpy.typing import NDArray

from talker.closing import Closing
from talker.errors import MediaError
from talker.media.clip import ClipSource
from talker.media.fitting import cross_fade_s
from talker.media.sound import sound_pieces
from talker.media.spooled_sound import SpooledSound

# What is shorter would be heard as a rattle or a tone.
_SHORTEST_S = 1
# Up to here a sum is left as it is, beyond it is bent, so that it never reaches full scale.
_KNEE = 0.9


class KeptSound(Closing):
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
        self._length = round(max(clip.duration_s, _SHORTEST_S) * sample_rate)
        self._fade = round(cross_fade_s(clip) * sample_rate)
        pieces = sound_pieces(clip.path, sample_rate, clip.times_s.start_s)
        self._sound = SpooledSound(_readable(pieces), self._length)

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
        read = self._repeated if self._repeats and length > self._length else self._sound.read
        for start in range(0, length, block):
            above = np.zeros(min(block, length - start), np.float32)
            here = samples[max(0, start - first) : max(0, start + len(above) - first)]
            place = max(0, first - start)
            above[place : place + len(here)] = here
            kept = read(start, len(above)) * self._gain
            yield _bent(np.add(above, kept, dtype=np.float32))

    def _repeated(self, first: int, count: int) -> NDArray[np.float32]:
        """Samples of the clip again and again."""
        return self._sound.repeated(first, count, length=self._length, fade=self._fade)

    def close(self) -> None:
        """Removes the temporary file."""
        self._sound.close()


def _readable(pieces: Iterator[NDArray[np.float32]]) -> Iterator[NDArray[np.float32]]:
    """Pieces of a sound up to where it breaks off; raises where that is at once."""
    is_heard = False
    try:
        for piece in pieces:
            yield piece
            is_heard = is_heard or bool(len(piece))
    except MediaError:
        if not is_heard:
            raise


def _bent(samples: NDArray[np.float32]) -> NDArray[np.float32]:
    over = np.abs(samples) - _KNEE
    bent = _KNEE + (1 - _KNEE) * np.tanh(np.maximum(over, 0) / (1 - _KNEE))
    return np.where(over > 0, np.sign(samples) * bent, samples).astype(np.float32)
