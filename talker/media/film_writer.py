"""Pictures and sound in, one finished film out, or none."""

from __future__ import annotations

from collections import deque
from collections.abc import Mapping
from contextlib import ExitStack
from fractions import Fraction
from pathlib import Path
from types import TracebackType
from typing import Self

import numpy as np
from numpy.typing import NDArray

from talker.media.film_container import FILM_SUFFIXES, check_playable, film_container
from talker.media.frames import Picture
from talker.media.picture_track import PICTURE_CRF, PictureTrack
from talker.media.sound_track import OUTPUT_RATE, SoundTrack
from talker.media.targets import check_target, writing

_SOUND_AHEAD_S = Fraction(1, 2)


class FilmWriter:
    """Writes H.264 and AAC to a file that appears under its name only when it is complete.

    A context manager. Pictures and sound may come in any order and in pieces of any length: both
    start at 0, and sound is encoded beside the pictures, so memory stays flat. When the block
    ends well, the shorter of the two is filled up (with silence, or by repeating the last
    picture), the film is checked and renamed into place; when it ends with an exception, nothing
    is left.

    Args:
        path: The target; its suffix decides the container.
        size: Width and height in pixels, even.
        fps: Frames a second.
        sample_rate: Of the sound that will be given.
        tags: Container tags: title, artist, comment, description, date, genre, copyright.
        crf: Constant rate factor of x264, 0 (lossless) to 51.
        overwrite: Whether a file that exists may be replaced.

    Raises:
        UsageError: Unknown suffix, existing target, no parent folder, odd size, impossible rate.
        MediaError: The folder lets nothing be written.
        WriteError: The disk is full or fails (from any method).
    """

    def __init__(
        self,
        path: Path,
        *,
        size: tuple[int, int],
        fps: Fraction,
        sample_rate: int,
        tags: Mapping[str, str],
        crf: int = PICTURE_CRF,
        overwrite: bool = False,
    ) -> None:
        check_playable(size, fps)
        check_target(path, suffixes=FILM_SUFFIXES, overwrite=overwrite)
        self._path = path
        self._size = size
        self._fps = fps
        self._sample_rate = sample_rate
        self._tags = dict(tags)
        self._crf = crf
        self._overwrite = overwrite
        self._waiting: deque[NDArray[np.float32]] = deque()
        self._samples_given = 0
        self._samples_taken = 0

    @property
    def frames(self) -> int:
        """Pictures written so far."""
        return self._pictures.frames

    def __enter__(self) -> Self:
        with ExitStack() as stack:
            self._film = stack.enter_context(
                film_container(self._path, tags=self._tags, overwrite=self._overwrite)
            )
            container = self._film.container
            with writing(self._path):
                self._pictures = PictureTrack(container, self._size, self._fps, self._crf)
                self._sound = SoundTrack(container, "aac", self._sample_rate)
            self._stack = stack.pop_all()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        if error is not None:
            self._stack.__exit__(kind, error, trace)
            return
        with self._stack, writing(self._path):
            self._finish()

    def write_picture(self, picture: Picture) -> None:
        """Append a picture: uint8 RGB, shape (height, width, 3) of the film's size."""
        with writing(self._path):
            self._pictures.encode(picture)
            self._encode_sound_until(self.frames / self._fps + _SOUND_AHEAD_S)

    def write_sound(self, samples: NDArray[np.float32]) -> None:
        """Append samples: float32 mono, shape (n,), in [-1, 1]; kept by reference until encoded."""
        if samples.ndim != 1:
            raise ValueError(f"sound is mono, shape (n,), not {samples.shape}")
        self._waiting.append(samples)
        self._samples_given += len(samples)

    def _encode_sound_until(self, time_s: Fraction) -> None:
        """Feed the sound encoder in small pieces, up to a time on the film's clock."""
        piece = self._sample_rate // 2
        while self._waiting and self._samples_taken < time_s * self._sample_rate:
            samples = self._waiting.popleft()
            if len(samples) > piece:
                self._waiting.appendleft(samples[piece:])
                samples = samples[:piece]
            self._samples_taken += len(samples)
            self._sound.encode(samples)

    def _finish(self) -> None:
        if not self.frames:
            raise ValueError("a film needs at least one picture")
        length_s = Fraction(self._samples_given, self._sample_rate)
        while self.frames / self._fps < length_s:
            self._pictures.repeat()
            self._encode_sound_until(self.frames / self._fps + _SOUND_AHEAD_S)
        self._encode_sound_until(length_s + 1)
        self._sound.finish(round(self.frames / self._fps * OUTPUT_RATE))
        self._pictures.finish()
        self._film.frames, self._film.sounds = self.frames, 1
