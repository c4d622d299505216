"""Films as sources of frames."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from fractions import Fraction
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from talker.errors import MediaError
from talker.media.colour import from_yuv420
from talker.media.frames import Frame, FrameSource, Picture
from talker.media.opening import opened

if TYPE_CHECKING:
    from av.container import InputContainer
    from av.video.frame import VideoFrame
    from av.video.stream import VideoStream

MAX_FRAME_PIXELS = 64_000_000
"""A film with larger frames is refused before any is decoded."""

# FFmpeg's numbers for matrices and ranges.
_ITU709, _ITU601, _LIMITED = 1, (5, 6), 1


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
        picture = _pictures(path, container)
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
            fps=_fps(picture),
            length=length,
            picture_s=spans.get(picture.index, 0.0),
            sound_s=spans.get(sound.index, 0.0) if sound else None,
            sample_rate=sound.rate if sound else None,
            codecs=tuple(stream.codec_context.name for stream in (picture, sound) if stream),
            tags={name.lower(): text for name, text in container.metadata.items()},
        )


class ClipSource(FrameSource):
    """A film as a source of frames, decoded as they are asked for.

    Args:
        path: The film.

    Raises:
        MediaError: Missing, a folder, no film, damaged, or without pictures.
    """

    def __init__(self, path: Path) -> None:
        self._path = path
        with opened(path, "film") as container:
            stream = _pictures(path, container)
            self.width, self.height = stream.width, stream.height
            self.fps = _fps(stream)
            self.length = stream.frames or None

    def frames(self) -> Iterator[Frame]:
        """The frames, timed from the first one.

        Raises:
            MediaError: The film is damaged.
        """
        with opened(self._path, "film") as container:
            stream = _pictures(self._path, container)
            stream.thread_type = "AUTO"
            first: Fraction | None = None
            for frame in container.decode(stream):
                if frame.pts is None or frame.time_base is None:
                    continue
                time_s = frame.pts * frame.time_base
                first = time_s if first is None else first
                yield Frame(_rgb(frame), time_s - first)


def _pictures(path: Path, container: InputContainer) -> VideoStream:
    if not container.streams.video:
        raise MediaError(f"'{path}' has no pictures.", "Give a film, not a sound file.")
    stream = container.streams.video[0]
    if not 0 < stream.width * stream.height <= MAX_FRAME_PIXELS:
        raise MediaError(
            f"'{path}' claims frames of {stream.width}x{stream.height} pixels.",
            "Shrink it, for instance to 1080 pixels of height.",
        )
    return stream


def _rgb(frame: VideoFrame) -> Picture:
    """The picture; swscale rounds down, which makes it a level darker, our own way does not."""
    ours = frame.format.name == "yuv420p" and not (frame.width % 2 or frame.height % 2)
    if ours and frame.colorspace in (_ITU709, *_ITU601) and frame.color_range == _LIMITED:
        planes = frame.to_ndarray().astype(np.uint8, copy=False)
        return from_yuv420(planes, bt709=frame.colorspace == _ITU709)
    return np.ascontiguousarray(frame.to_ndarray(format="rgb24"), np.uint8)


def _fps(stream: VideoStream) -> Fraction:
    return stream.average_rate or stream.guessed_rate or Fraction(25)
