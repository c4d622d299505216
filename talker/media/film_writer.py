"""Pictures and sound in, one finished film out, or none."""

from __future__ import annotations

from collections import deque
from collections.abc import Mapping
from contextlib import ExitStack, suppress
from fractions import Fraction
from pathlib import Path
from types import TracebackType
from typing import TYPE_CHECKING, Self

import numpy as np
from numpy.typing import NDArray

from talker.errors import UsageError, WriteError
from talker.media.colour import ToYuv420
from talker.media.conversion import plane_of
from talker.media.frames import Picture
from talker.media.sound_track import OUTPUT_RATE, SoundTrack
from talker.media.targets import check_target, replacing, writing

if TYPE_CHECKING:
    from av.container import OutputContainer
    from av.video.stream import VideoStream

FILM_SUFFIXES = (".mp4", ".mov", ".mkv")
"""Containers by suffix."""

MIN_FPS, MAX_FPS = Fraction(1), Fraction(120)
"""Frame rates that players take."""

_FORMATS = {".mp4": "mp4", ".mov": "mov", ".mkv": "matroska"}
_KEYFRAME_S = 2
_SOUND_AHEAD_S = Fraction(1, 2)
# x264's frames depend on its number of threads; a fixed number gives the same film everywhere.
_X264_THREADS = 4
# Superfast with veryfast's look ahead: at 1080p its quality and size for half of its work (21
# and 41 ms of processor time a frame of a talking clip at CLIP_CRF, 14 and 25 ms on two cores,
# both 45.6 dB and 4 Mbit/s).
# The chroma sites are in the centre of each 2x2 square, as `ToYuv420` makes them.
_X264 = {"preset": "superfast", "x264-params": "rc-lookahead=10:mbtree=1:chromaloc=1"}

PICTURE_CRF = 15
"""Quality of films of pictures. Measured on painted portraits: more than 48 dB."""

CLIP_CRF = 18
"""Quality of films of clips, which were encoded once before. Measured on camera grain at 1080p:
two thirds of the work and half of the size of 15."""


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
        _check_playable(size, fps)
        check_target(path, suffixes=FILM_SUFFIXES, overwrite=overwrite)
        self._path = path
        self._size = size
        self._fps = fps
        self._sample_rate = sample_rate
        self._tags = dict(tags)
        self._crf = crf
        self._overwrite = overwrite
        self._finished = False
        self._frames = 0
        self._to_yuv = ToYuv420(*size)
        self._waiting: deque[NDArray[np.float32]] = deque()
        self._samples_given = 0
        self._samples_taken = 0

    @property
    def frames(self) -> int:
        """Pictures written so far."""
        return self._frames

    def __enter__(self) -> Self:
        with ExitStack() as stack:
            self._part = stack.enter_context(replacing(self._path, overwrite=self._overwrite))
            with writing(self._path):
                self._container = self._open()
            stack.callback(self._let_go)
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
        width, height = self._size
        if picture.shape != (height, width, 3) or picture.dtype != np.uint8:
            raise ValueError(
                f"a picture of this film is uint8 {(height, width, 3)}, "
                f"not {picture.dtype} {picture.shape}"
            )
        with writing(self._path):
            # The encoder copies what it is given, so one frame serves for all.
            self._frame.make_writable()
            self._to_yuv.convert(picture, [plane_of(plane) for plane in self._frame.planes])
            self._encode_frame()
            self._encode_sound_until(self._frames / self._fps + _SOUND_AHEAD_S)

    def write_sound(self, samples: NDArray[np.float32]) -> None:
        """Append samples: float32 mono, shape (n,), in [-1, 1]; kept by reference until encoded."""
        if samples.ndim != 1:
            raise ValueError(f"sound is mono, shape (n,), not {samples.shape}")
        self._waiting.append(samples)
        self._samples_given += len(samples)

    def _open(self) -> OutputContainer:
        import av

        kind = _FORMATS[self._path.suffix.lower()]
        options = {} if kind == "matroska" else {"movflags": "+faststart"}
        container = av.open(
            f"file:{self._part.absolute()}", "w", format=kind, container_options=options
        )
        container.metadata.update(self._tags)
        self._picture_stream = self._add_picture_stream(container)
        self._frame = av.VideoFrame(*self._size, "yuv420p")
        self._frame.time_base = 1 / self._fps
        self._sound = SoundTrack(container, "aac", self._sample_rate)
        return container

    def _add_picture_stream(self, container: OutputContainer) -> VideoStream:
        from av.video.reformatter import ColorPrimaries, ColorRange, Colorspace, ColorTrc

        stream = container.add_stream(
            "libx264", rate=self._fps, options=_X264 | {"crf": str(self._crf)}
        )
        stream.width, stream.height = self._size
        stream.pix_fmt = "yuv420p"
        context = stream.codec_context
        context.time_base = 1 / self._fps
        context.thread_count = _X264_THREADS
        context.gop_size = max(1, round(self._fps * _KEYFRAME_S))
        context.color_range = ColorRange.MPEG
        context.colorspace = Colorspace.ITU709
        context.color_primaries = ColorPrimaries.BT709
        context.color_trc = ColorTrc.BT709
        return stream

    def _encode_frame(self) -> None:
        """Append the picture that was converted last."""
        self._frame.pts = self._frames
        self._container.mux(self._picture_stream.encode(self._frame))
        self._frames += 1

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
        if not self._frames:
            raise ValueError("a film needs at least one picture")
        length_s = Fraction(self._samples_given, self._sample_rate)
        while self._frames / self._fps < length_s:
            self._encode_frame()
            self._encode_sound_until(self._frames / self._fps + _SOUND_AHEAD_S)
        self._encode_sound_until(length_s + 1)
        self._sound.finish(round(self._frames / self._fps * OUTPUT_RATE))
        self._container.mux(self._picture_stream.encode(None))
        self._container.close()
        self._finished = True
        self._verify()

    def _verify(self) -> None:
        """Open what was written and count its frames."""
        import av

        with av.open(f"file:{self._part.absolute()}") as film:
            packets = sum(1 for packet in film.demux(video=0) if packet.size)
            whole = packets == self._frames and len(film.streams.audio) == 1
        if not whole:
            raise WriteError(
                f"'{self._path}' came out damaged ({packets} of {self._frames} frames).",
                "Try again on another disk.",
            )

    def _let_go(self) -> None:
        """Close the container; an unfinished file goes first, so that no time is spent on it."""
        from av.error import FFmpegError

        with suppress(OSError, FFmpegError):  # what ended the block is told, not what follows it
            if not self._finished:
                self._part.unlink(missing_ok=True)
            self._container.close()


def _check_playable(size: tuple[int, int], fps: Fraction) -> None:
    width, height = size
    if width % 2 or height % 2 or min(size) < 2:
        raise UsageError(
            f"A film of {width}x{height} pixels cannot be encoded: H.264 needs even numbers.",
            f"Use {max(2, width - width % 2)}x{max(2, height - height % 2)}.",
        )
    if not MIN_FPS <= fps <= MAX_FPS:
        raise UsageError(
            f"{float(fps):g} frames a second cannot be played.",
            f"Choose a rate from {MIN_FPS} to {MAX_FPS}, such as 25 or 30000/1001.",
        )
