"""Films as sources of frames."""

from __future__ import annotations

from collections.abc import Generator, Iterator, Mapping
from contextlib import closing
from dataclasses import dataclass
from fractions import Fraction
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from talker.errors import MediaError
from talker.media.conversion import ToRgb, Upright, display_matrix
from talker.media.deinterlacing import deinterlaced
from talker.media.frame_times import (
    FrameTimes,
    claimed_rate,
    decoded,
    nothing_decoded,
    packets_of,
    pictures_of,
    scan,
)
from talker.media.frames import Frame, FrameSource, Picture
from talker.media.inputs import checked_input
from talker.media.opening import opened

if TYPE_CHECKING:
    from av.video.frame import VideoFrame

MIN_SIDE = 16
"""Pixels; smaller frames show nothing."""

# What MP4 files begin with, those of sound and of pictures left out (mp4ra.org).
_FILM_BRANDS = (
    *(b"isom", b"iso2", b"iso4", b"iso5", b"iso6", b"avc1", b"mp41", b"mp42", b"qt  "),
    *(b"M4V ", b"dash", b"3gp4", b"3gp5", b"3gp6", b"3g2a", b"MSNV", b"XAVC"),
)
# Matroska, FLV, MPEG program streams and ASF.
_FILM_STARTS = (b"\x1aE\xdf\xa3", b"FLV\x01", b"\0\0\x01\xba", b"\x30\x26\xb2\x75\x8e\x66\xcf\x11")


@dataclass(frozen=True, slots=True)
class FilmFacts:
    """What a film's header says.

    Attributes:
        width: Pixels.
        height: Pixels.
        fps: Nominal frames a second.
        length: Number of frames, counted where the header is silent.
        picture_s: Length of the picture track in seconds.
        sound_s: Length of the sound track in seconds; None without one.
        sample_rate: Of the sound; None without one.
        codecs: Names of the codecs, picture first.
        tags: The container's tags, names in lower case.
    """

    width: int
    height: int
    fps: Fraction
    length: int
    picture_s: float
    sound_s: float | None
    sample_rate: int | None
    codecs: tuple[str, ...]
    tags: Mapping[str, str]


def probe(path: Path) -> FilmFacts:
    """Read what a film is, without decoding it.

    Raises:
        MediaError: Missing, a folder, no film, damaged, or without pictures.
    """
    with opened(path, "film") as container:
        picture = pictures_of(path, container)
        ends: dict[int, Fraction] = {}
        starts: dict[int, Fraction] = {}
        length = 0
        for packet in container.demux():
            if packet.pts is None:
                continue
            start = packet.pts * packet.time_base
            end = start + (packet.duration or 0) * packet.time_base
            ends[packet.stream_index] = max(end, ends.get(packet.stream_index, end))
            starts[packet.stream_index] = min(start, starts.get(packet.stream_index, start))
            length += packet.stream_index == picture.index
        sound = container.streams.audio[0] if container.streams.audio else None
        spans = {index: float(ends[index] - max(Fraction(0), starts[index])) for index in ends}
        return FilmFacts(
            width=picture.width,
            height=picture.height,
            fps=claimed_rate(picture),
            length=length,
            picture_s=spans.get(picture.index, 0.0),
            sound_s=spans.get(sound.index, 0.0) if sound else None,
            sample_rate=sound.rate if sound else None,
            codecs=tuple(stream.codec_context.name for stream in (picture, sound) if stream),
            tags={name.lower(): text for name, text in container.metadata.items()},
        )


class ClipSource(FrameSource):
    """A film as a source of upright frames, decoded as they are asked for.

    Turned and mirrored films are set upright, pixels made square, interlaced ones woven to whole
    frames, HDR mapped to a usual screen, transparency laid on black. A frame that is damaged
    shows the last good picture once more.

    Args:
        path: The film.
        size: Width and height in pixels to scale and cut to, even; None for its own size, less an
            odd row or column.

    Attributes:
        times_s: When each frame starts, in seconds from 0, exact and strictly rising.
        duration_s: When the last frame ends.
        cut_off: Share of its width or its height that is cut off to be of `size`.

    Raises:
        MediaError: Missing, a folder, no film, damaged, or without pictures.
    """

    times_s: FrameTimes
    duration_s: Fraction

    def __init__(self, path: Path, size: tuple[int, int] | None = None) -> None:
        self.path = path
        found = scan(path)
        self.times_s = found.times
        self.duration_s = found.times.duration_s
        self.fps = found.fps
        self.length = len(found.times)
        first = found.probed[0]
        self.frame_bytes = sum(plane.buffer_size for plane in first.planes)
        stored = first.width, first.height
        self._upright = Upright(stored, found.pixel_shape, display_matrix(first), size)
        self._interlaced = any(frame.interlaced_frame for frame in found.probed)
        self.width, self.height = self._upright.width, self._upright.height
        self.cut_off = self._upright.cut_off
        if min(self.width, self.height) < MIN_SIDE:
            raise MediaError(
                f"The frames of '{path}' have {first.width}x{first.height} pixels.",
                "Give a larger film.",
            )

    def frames(self, first: int = 0, end: int | None = None) -> Iterator[Frame]:
        """One frame for each of `times_s`, or for a range of them.

        Args:
            first: Number of the first frame.
            end: Number after that of the last one; None for the end of the film.

        Raises:
            MediaError: No picture can be decoded.
        """
        to_rgb = ToRgb()
        shown: tuple[VideoFrame, Picture] | None = None
        for number, frame in self.stored(first, end):
            if shown is None or shown[0] is not frame:
                shown = frame, self.picture(frame, to_rgb)
            yield Frame(shown[1], self.times_s[number])

    def stored(self, first: int = 0, end: int | None = None) -> Iterator[tuple[int, VideoFrame]]:
        """As `frames`, yet as the decoder gives them, which takes half the memory.

        Yields:
            Number of the frame, and the frame; `picture` converts it.
        """
        end = len(self.times_s) if end is None else min(end, len(self.times_s))
        if first >= end:
            return
        good: VideoFrame | None = None
        wanted = first
        with closing(self._run_before(first)) as run:
            for number, frame in run:
                good = good or frame
                while wanted < min(number, end):
                    yield wanted, good
                    wanted += 1
                good = frame
                if wanted == number < end:
                    yield wanted, frame
                    wanted += 1
                if wanted == end:
                    return
        if good is None:
            raise nothing_decoded(self.path)
        for number in range(wanted, end):
            yield number, good

    def picture(self, frame: VideoFrame, to_rgb: ToRgb) -> Picture:
        """A frame that `stored` gave: uint8 RGB, shape (self.height, self.width, 3).

        Raises:
            MediaError: Its format is one that nothing can be made of.
        """
        from av.error import FFmpegError

        try:
            return self._upright.apply(to_rgb.convert(frame))
        except (FFmpegError, ValueError) as error:
            raise MediaError(
                f"A frame of '{self.path}' cannot be shown ({frame.format.name}).",
                "Save it again as H.264 in an MP4 file.",
            ) from error

    def _run_before(self, first: int) -> Generator[tuple[int, VideoFrame]]:
        """Good frames from one that is not after `first`, if there is any."""
        # Weaving fields needs the frame before.
        latest = max(0, first - self._interlaced)
        keys = self.times_s.keys
        nearest = int(np.searchsorted(keys, latest, "right")) - 1
        for key in keys[max(0, nearest - 1) : nearest + 1][::-1]:
            if self.times_s.counted or key == 0:
                break
            run = self._run(int(key))
            head = next(run, None)
            if head is not None and head[0] <= latest:
                yield head
                yield from run
                return
            run.close()
        yield from self._run(0)

    def _run(self, key: int) -> Generator[tuple[int, VideoFrame]]:
        """Good frames in order from a key frame on, or somewhere near it."""
        with opened(self.path, "film") as container:
            stream = pictures_of(self.path, container)
            stream.thread_type = "AUTO"
            if key:
                container.seek(int(self.times_s.ticks[key]), stream=stream)
            frames = decoded(container, stream)
            if self._interlaced:
                frames = deinterlaced(frames, stream)
            last = -1
            for count, frame in enumerate(frames):
                number = count if self.times_s.counted else self._number_of(frame)
                if number is not None and last < number < len(self.times_s):
                    yield number, frame
                    last = number

    def _number_of(self, frame: VideoFrame) -> int | None:
        return None if frame.pts is None else self.times_s.number_of(frame.pts)


def is_clip(path: Path) -> bool:
    """Whether a file is a film, by its content; its name tells nothing.

    A GIF, APNG, HEIC or AVIF of one frame is a picture, as is an animated WebP, of which pictures'
    readers know the first frame. A film that cannot be opened is one, so that what is wrong with
    it can be told.

    Raises:
        MediaError: Missing, a folder, empty or not readable.
    """
    checked_input(path, "picture or film")
    try:
        with opened(path, "film") as container:
            packets = packets_of(container, pictures_of(path, container))
            if next(packets, None) is None:
                return _looks_like_film(path)
            return next(packets, None) is not None or not _may_be_picture(path)
    except MediaError:
        return _looks_like_film(path)


def clip_length_s(path: Path) -> float | None:
    """Seconds that a film lasts; None for a picture.

    Raises:
        MediaError: Missing, a folder, empty or not readable.
    """
    return probe(path).picture_s if is_clip(path) else None


def _may_be_picture(path: Path) -> bool:
    """Whether a file is of a kind that holds single pictures as well as films."""
    head = _head(path)
    if head[4:8] == b"ftyp":
        return head[8:12] not in _FILM_BRANDS
    return head.startswith((b"GIF8", b"\x89PNG"))


def _looks_like_film(path: Path) -> bool:
    head = _head(path)
    if head[4:8] == b"ftyp":
        return head[8:12] in _FILM_BRANDS
    return head.startswith(_FILM_STARTS) or (head[:4] == b"RIFF" and head[8:12] == b"AVI ")


def _head(path: Path) -> bytes:
    with path.open("rb") as stream:
        return stream.read(16)
