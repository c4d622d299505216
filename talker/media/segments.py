"""Parts of a film that are rendered one by one and joined without encoding them again."""

from __future__ import annotations

from collections.abc import Generator, Iterable, Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from fractions import Fraction
from pathlib import Path
from types import TracebackType
from typing import TYPE_CHECKING, Self, cast

import numpy as np
from numpy.typing import NDArray

from talker.errors import MediaError
from talker.media.conversion import ToRgb
from talker.media.film_container import FILM_SUFFIXES, check_playable, film_container
from talker.media.frames import Picture
from talker.media.picture_track import PICTURE_CRF, PictureTrack
from talker.media.sound_track import OUTPUT_RATE, SoundTrack
from talker.media.subtitle_track import Caption, SubtitleTrack
from talker.media.targets import check_target, writing

if TYPE_CHECKING:
    from av.container import InputContainer
    from av.packet import Packet
    from av.video.stream import VideoStream

SEGMENT_SUFFIX = ".mp4"

_AHEAD_S = Fraction(1, 2)


class SegmentWriter:
    """Writes pictures to a segment that appears under its name only when it is complete.

    A context manager. What is encoded is what `FilmWriter` makes of the same pictures; it begins
    with a keyframe, and none of its frames needs one of another segment.

    Args:
        path: The target, with `SEGMENT_SUFFIX`; replaced where it exists.
        size: Width and height in pixels, even.
        fps: Frames a second.
        crf: Constant rate factor of x264, 0 (lossless) to 51.

    Raises:
        UsageError: Another suffix, no parent folder, odd size, impossible rate.
        MediaError: The folder lets nothing be written.
        WriteError: The disk is full or fails (from any method).
    """

    def __init__(
        self, path: Path, size: tuple[int, int], fps: Fraction, crf: int = PICTURE_CRF
    ) -> None:
        check_playable(size, fps)
        check_target(path, suffixes=(SEGMENT_SUFFIX,), overwrite=True)
        self._path = path
        self._size = size
        self._fps = fps
        self._crf = crf

    @property
    def frames(self) -> int:
        """Pictures written so far."""
        return self._pictures.frames

    def __enter__(self) -> Self:
        with ExitStack() as stack:
            self._film = stack.enter_context(film_container(self._path, tags={}, overwrite=True))
            with writing(self._path):
                self._pictures = PictureTrack(
                    self._film.container, self._size, self._fps, self._crf
                )
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
        with self._stack:
            if not self.frames:
                raise ValueError("a segment needs at least one picture")
            with writing(self._path):
                self._pictures.finish()
            self._film.frames = self.frames

    def write_picture(self, picture: Picture) -> None:
        """Append a picture: uint8 RGB, shape (height, width, 3) of the segment's size."""
        with writing(self._path):
            self._pictures.encode(picture)


def segment_length(path: Path) -> int:
    """Frames of a segment, which is whole.

    Raises:
        MediaError: There is no such file, or it is no segment or damaged.
    """
    return _read(path).frames


def segment_frames(path: Path) -> Iterator[Picture]:
    """The pictures of a segment as a player shows them, in order.

    Yields:
        uint8 RGB, shape (height, width, 3).

    Raises:
        MediaError: There is no such file, or it is no segment or damaged.
    """
    with _opened(path) as stream:
        to_rgb = ToRgb()
        for _, packet in _packets(path, stream):
            for frame in packet.decode():
                yield to_rgb.convert(frame)
        for frame in stream.decode(None):
            yield to_rgb.convert(frame)


def join(
    segments: Sequence[Path],
    output: Path,
    sound: Iterator[NDArray[np.float32]],
    *,
    sample_rate: int,
    size: tuple[int, int],
    fps: Fraction,
    tags: Mapping[str, str],
    subtitles: Iterable[Caption] | None = None,
    language: str = "und",
    overwrite: bool = False,
) -> int:
    """Joins segments, without encoding them again, and sound to a film.

    The film appears under its name only when it is complete and checked; its memory is flat in
    its length.

    Args:
        segments: In order, all of one size, rate and quality.
        output: The target; its suffix decides the container (`FILM_SUFFIXES`).
        sound: Blocks of float32 mono in [-1, 1], shape (n,), any n. Silence follows where it is
            shorter than the pictures; what is longer is cut off.
        sample_rate: Of the sound.
        size: Width and height of the segments in pixels.
        fps: Frames a second of the segments.
        tags: As `FilmWriter`'s.
        subtitles: Captions of a track that players show when asked; None for no such track.
        language: BCP 47 language of them.
        overwrite: Whether a file that exists may be replaced.

    Returns:
        Frames of the film.

    Raises:
        UsageError: Unknown suffix, existing target, no parent folder.
        MediaError: A segment is missing, damaged or does not go with the others, or the folder
            lets nothing be written.
        WriteError: The disk is full or fails.
    """
    if not segments:
        raise ValueError("a film needs at least one segment")
    check_target(output, suffixes=FILM_SUFFIXES, overwrite=overwrite)
    found = [_read(path) for path in segments]
    for path, segment in zip(segments, found, strict=True):
        if segment.kind != found[0].kind or segment.kind[:2] != (size, fps):
            raise MediaError(
                f"The segment '{path}' was made in another way than the film around it.",
                "Delete it and run again.",
            )
    frames = sum(segment.frames for segment in found)
    delay = max(segment.delay for segment in found)
    with film_container(output, tags=tags, overwrite=overwrite) as film:
        film.frames, film.sounds, film.subtitles = frames, 1, int(subtitles is not None)
        with _opened(segments[0]) as first, writing(output):
            pictures = film.container.add_stream_from_template(first)
            pictures.time_base = 1 / fps
            track = SoundTrack(film.container, "aac", sample_rate)
            captions = None
            if subtitles is not None:
                captions = SubtitleTrack(film.container, subtitles, language)
        heard, encoded = _pieces(sound, sample_rate // 2, int(frames / fps * sample_rate)), 0
        for place, (number, packet) in enumerate(_joined(segments)):
            packet.stream, packet.time_base = pictures, 1 / fps
            packet.pts, packet.dts, packet.duration = number, place - delay, 1
            ahead_s = place / fps + _AHEAD_S
            with writing(output):
                if captions is not None:
                    captions.encode_until(ahead_s)
                film.container.mux_one(packet)
            while encoded < ahead_s * sample_rate and (piece := next(heard, None)) is not None:
                encoded += len(piece)
                with writing(output):
                    track.encode(piece)
        with writing(output):
            if captions is not None:
                captions.encode_until()
            track.finish(round(frames / fps * OUTPUT_RATE))
    return frames


@dataclass(frozen=True, slots=True)
class _Segment:
    """What is in a segment.

    Attributes:
        frames: How many.
        delay: By how many frames a frame may be shown earlier than its place in the file says.
        kind: Size, frame rate and parameter sets, which segments of one film share.
    """

    frames: int
    delay: int
    kind: tuple[tuple[int, int], Fraction, bytes]


def _read(path: Path) -> _Segment:
    with _opened(path) as stream:
        numbers = [number for number, _ in _packets(path, stream)]
        context = stream.codec_context
        rate = stream.average_rate or Fraction(0)
        kind = (context.width, context.height), rate, bytes(context.extradata or b"")
        claimed = stream.frames
    if not numbers or sorted(numbers) != list(range(max(len(numbers), claimed))):
        raise _damaged(path, f"{len(numbers)} of {claimed} frames are there")
    return _Segment(len(numbers), max(at - number for at, number in enumerate(numbers)), kind)


@contextmanager
def _opened(path: Path) -> Generator[VideoStream]:
    """The pictures of a segment; what FFmpeg says of them in the block becomes a clear error."""
    import av
    from av.error import FFmpegError

    try:
        with av.open(f"file:{path.absolute()}") as container:
            if len(container.streams.video) != 1:
                raise _damaged(path, "it holds no pictures")
            yield container.streams.video[0]
    except FFmpegError as error:
        raise _damaged(path, error.strerror or str(error)) from error


def _packets(path: Path, stream: VideoStream) -> Iterator[tuple[int, Packet[VideoStream]]]:
    """Every packet in the order of decoding, with the number of the frame that it holds."""
    rate, base = stream.average_rate or Fraction(0), stream.time_base or Fraction(0)
    for packet in cast("InputContainer", stream.container).demux(stream):
        if packet.size:
            number = (packet.pts or 0) * base * rate
            if packet.pts is None or number.denominator != 1 or packet.is_corrupt:
                raise _damaged(path, f"a frame is at {packet.pts} x {base} s")
            yield number.numerator, packet


def _joined(segments: Sequence[Path]) -> Iterator[tuple[int, Packet[VideoStream]]]:
    """As `_packets`, of all segments one after the other."""
    before = 0
    for path in segments:
        count = 0
        with _opened(path) as stream:
            for number, packet in _packets(path, stream):
                yield before + number, packet
                count += 1
        before += count


def _pieces(
    blocks: Iterator[NDArray[np.float32]], size: int, length: int
) -> Iterator[NDArray[np.float32]]:
    """The first `length` samples of a sound, cut into pieces of at most `size`."""
    for block in blocks:
        for start in range(0, len(block), size):
            piece = block[start : start + min(size, length)]
            length -= len(piece)
            yield piece
        if not length:
            return


def _damaged(path: Path, what: str) -> MediaError:
    return MediaError(f"The segment '{path}' is damaged: {what}.", "Delete it and run again.")
