"""When each frame of a film is shown: found by a look at all of its packets."""

from __future__ import annotations

from array import array
from collections.abc import Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass
from fractions import Fraction
from itertools import chain
from pathlib import Path
from typing import TYPE_CHECKING, Any, cast, overload

import numpy as np
from numpy.typing import NDArray

from talker.errors import MediaError
from talker.media.opening import opened

if TYPE_CHECKING:
    from av.container import InputContainer
    from av.packet import Packet
    from av.video.frame import VideoFrame
    from av.video.stream import VideoStream

MAX_FRAME_PIXELS = 64_000_000
"""A film with larger frames is refused before any is decoded; one among others is left out."""

STANDARD_RATES = (
    *map(Fraction, (10, 12, 15, 20, 24, 25, 30, 48, 50, 60, 100, 120, 240)),
    *(Fraction(1000 * whole, 1001) for whole in (12, 15, 24, 30, 48, 60, 120, 240)),
)
"""Frames a second that cameras, phones and editors mean (SMPTE ST 2036-1 and its kin)."""

_PICTURE_CODECS = ("mjpeg", "png", "bmp", "gif", "webp")
# What a decoder hands out first is compared with what the packets promise.
_PROBED_FRAMES = 12
_MAX_FRAMES = 20_000_000
# How far frames may be out of the order of their times, and how long one may stay, before the
# times are not believed.
_MAX_DISORDER = 16
_MAX_STAY_S = 60
_NEAR_STANDARD = Fraction(1, 100)


class FrameTimes(Sequence[Fraction]):
    """Start times of a film's frames in seconds from the first, strictly rising, exact.

    Args:
        ticks: int64, shape (n,), strictly rising: presentation times in units of `time_base`.
        time_base: Seconds.
        last_ticks: How long the last frame is shown.
        keys: int64, rising: numbers of the frames at which decoding can start.
        counted: Whether the film's own stamps are of no use, so that decoded frames must be
            counted from the start.
    """

    def __init__(
        self,
        ticks: NDArray[np.int64],
        time_base: Fraction,
        last_ticks: int,
        keys: NDArray[np.int64],
        *,
        counted: bool,
    ) -> None:
        self.ticks = ticks
        self.time_base = time_base
        self.keys = keys
        self.counted = counted
        self._last = last_ticks
        self.duration_s = (int(ticks[-1] - ticks[0]) + last_ticks) * time_base

    @property
    def start_s(self) -> Fraction | None:
        """When the first frame is shown on the film's own clock; None where frames are counted."""
        return None if self.counted else int(self.ticks[0]) * self.time_base

    def __len__(self) -> int:
        return len(self.ticks)

    @overload
    def __getitem__(self, index: int) -> Fraction: ...
    @overload
    def __getitem__(self, index: slice) -> list[Fraction]: ...
    def __getitem__(self, index: int | slice) -> Fraction | list[Fraction]:
        if isinstance(index, slice):
            return [self[number] for number in range(*index.indices(len(self)))]
        return int(self.ticks[index] - self.ticks[0]) * self.time_base

    def since(self, pts: int) -> FrameTimes:
        """The same from the first frame on that is not stamped earlier; at least the last one."""
        skipped = min(int(np.searchsorted(self.ticks, pts)), len(self.ticks) - 1)
        keys = self.keys[self.keys >= skipped] - skipped
        times = FrameTimes(
            self.ticks[skipped:], self.time_base, self._last, keys, counted=self.counted
        )
        return times if skipped else self

    def shown_at(self, time_s: Fraction) -> int:
        """Number of the frame on screen at a time: the last one that has started."""
        tick = time_s / self.time_base // 1 + int(self.ticks[0])
        return max(0, int(np.searchsorted(self.ticks, int(tick), "right")) - 1)

    def started_before(self, time_s: Fraction) -> int:
        """Number of the last frame that starts before a time, not at it."""
        tick = -(-time_s / self.time_base // 1) + int(self.ticks[0])
        return max(0, int(np.searchsorted(self.ticks, int(tick), "left")) - 1)

    def number_of(self, pts: int) -> int | None:
        """Number of the frame with a stamp; None where no frame has it."""
        number = int(np.searchsorted(self.ticks, pts))
        return number if number < len(self.ticks) and self.ticks[number] == pts else None


@dataclass(frozen=True, slots=True)
class Scan:
    """What a look at a film's packets and its first frames tells.

    Attributes:
        times: When each frame is shown.
        fps: Nominal frames a second.
        probed: The first frames that can be decoded, at least one.
        pixel_shape: Width of a pixel by its height; None where the film does not tell.
    """

    times: FrameTimes
    fps: Fraction
    probed: list[VideoFrame]
    pixel_shape: Fraction | None


def scan(path: Path) -> Scan:
    """Find out when each frame of a film is shown.

    Packets tell it, where the first frames that come out of the decoder agree with them; else
    (no stamps, stamps in the wrong order, two packets a frame) the whole film is decoded once.

    Raises:
        MediaError: Missing, a folder, no film, damaged, or without pictures that can be decoded.
    """
    with opened(path, "film") as container:
        stream = pictures_of(path, container)
        times = _from_packets(container, stream)
        claimed, shape = claimed_rate(stream), stream.sample_aspect_ratio
    with opened(path, "film") as container:
        probed = _first_frames(container, pictures_of(path, container))
    if not probed:
        raise nothing_decoded(path)
    times = times and _agreed(times, probed)
    times = times or _from_frames(path, claimed)
    return Scan(times, _nominal(times, claimed), probed, shape)


def pictures_of(path: Path, container: InputContainer) -> VideoStream:
    """The stream that is the film: no cover; the largest, where there are several.

    Raises:
        MediaError: There is none, or its frames are too large.
    """
    from av.stream import Disposition

    films = [
        stream
        for stream in container.streams.video
        if not stream.disposition & Disposition.attached_pic
    ]
    if not films:
        raise MediaError(f"'{path}' has no pictures.", "Give a film, not a sound file.")
    films = [film for film in films if cast("Any", film).codec_context is not None]
    if not films:
        raise MediaError(
            f"The pictures of '{path}' are of a kind that cannot be decoded.",
            "Save it again as H.264 in an MP4 file.",
        )
    stream = max(films, key=_is_more_of_a_film)
    if not 0 < stream.width * stream.height <= MAX_FRAME_PIXELS:
        raise MediaError(
            f"'{path}' claims frames of {stream.width}x{stream.height} pixels.",
            "Shrink it, for instance to 1080 pixels of height.",
        )
    return stream


def _is_more_of_a_film(stream: VideoStream) -> tuple[bool, int, int]:
    # Covers are not always marked as such, and an animated AVIF is a picture, too.
    moves = stream.codec_context.name not in _PICTURE_CODECS and stream.frames != 1
    return moves, stream.width * stream.height, -stream.index


def claimed_rate(stream: VideoStream) -> Fraction:
    """Frames a second by the film's header; 25 where it is silent or tells less than one."""
    rate = stream.average_rate or stream.guessed_rate
    return rate if rate and rate >= 1 else Fraction(25)


def packets_of(container: InputContainer, stream: VideoStream) -> Iterator[Packet[VideoStream]]:
    """A stream's packets with something in them, up to where the file is cut off or broken."""
    from av.error import FFmpegError

    # PyAV raises IndexError where damage makes FFmpeg see one more stream.
    with suppress(FFmpegError, IndexError):
        for packet in container.demux(stream):
            if packet.size:
                yield packet


def decoded(container: InputContainer, stream: VideoStream) -> Iterator[VideoFrame]:
    """Every frame of a stream that can be decoded, in the order of showing."""
    from av.error import FFmpegError

    for packet in chain(packets_of(container, stream), [None]):
        with suppress(FFmpegError):
            for frame in stream.decode(packet):
                if frame.width * frame.height <= MAX_FRAME_PIXELS:
                    yield frame


def _from_packets(container: InputContainer, stream: VideoStream) -> FrameTimes | None:
    """None where the packets' stamps cannot be those of the frames."""
    stamps, durations, keys = array("q"), array("q"), array("q")
    for packet in packets_of(container, stream):
        if packet.is_discard:
            continue
        if packet.pts is None or len(stamps) > _MAX_FRAMES:
            return None
        if packet.is_keyframe:
            keys.append(packet.pts)
        stamps.append(packet.pts)
        durations.append(packet.duration or 0)
    if not stamps or stream.time_base is None:
        return None
    unsorted = np.array(stamps, np.int64)
    order = np.argsort(unsorted, kind="stable")
    ticks = unsorted[order]
    if not _are_times(order, ticks, stream.time_base):
        return None
    starts = np.searchsorted(ticks, np.unique(np.array(keys, np.int64)))
    last = _last_ticks(ticks, durations[order[-1]], stream)
    return FrameTimes(ticks, stream.time_base, last, starts, counted=False)


def _first_frames(container: InputContainer, stream: VideoStream) -> list[VideoFrame]:
    frames: list[VideoFrame] = []
    for frame in decoded(container, stream):
        frames.append(frame)
        if len(frames) == _PROBED_FRAMES:
            break
    return frames


def _agreed(times: FrameTimes, frames: Sequence[VideoFrame]) -> FrameTimes | None:
    """The times from that of the first frame on; None where frames do not come one for each.

    A recording that begins between two key frames has packets that nothing can be made of.
    """
    stamps = [frame.pts for frame in frames]
    if stamps[0] is None:
        return None
    times = times.since(stamps[0])
    whole = len(stamps) in (_PROBED_FRAMES, len(times))
    return times if whole and stamps == times.ticks[: len(stamps)].tolist() else None


def _from_frames(path: Path, claimed: Fraction) -> FrameTimes:
    """Times of the frames that can be decoded, by decoding all of them."""
    with opened(path, "film") as container:
        stream = pictures_of(path, container)
        stream.thread_type = "AUTO"
        stamps, keys = array("q"), array("q")
        missing = 0
        last_duration = 0
        for frame in decoded(container, stream):
            if frame.key_frame:
                keys.append(len(stamps))
            missing += frame.pts is None
            stamps.append(frame.pts or 0)
            last_duration = frame.duration or 0
            if len(stamps) > _MAX_FRAMES:
                break
    if not stamps:
        raise nothing_decoded(path)
    pts = np.array(stamps, np.int64)
    base = None if missing else stream.time_base
    if base is not None:
        fresh = np.diff(pts, prepend=pts[0] - 1) != 0
        once, starts = pts[fresh], np.cumsum(fresh)[np.array(keys, np.intp)] - 1
        order = np.argsort(once, kind="stable")
        if _are_times(order, once[order], base):
            last = _last_ticks(once[order], last_duration, stream)
            in_order = bool(np.all(np.diff(order) > 0))
            if in_order:
                return FrameTimes(once, base, last, np.unique(starts), counted=False)
            if len(once) == len(pts):
                return FrameTimes(once[order], base, last, starts, counted=True)
        rising = np.diff(pts)[np.diff(pts) > 0]
        if len(rising):
            claimed = 1 / (int(np.median(rising)) * base)
    ticks = np.arange(len(pts), dtype=np.int64)
    none = np.empty(0, np.int64)
    return FrameTimes(ticks, 1 / _snapped(claimed), 1, none, counted=True)


def nothing_decoded(path: Path) -> MediaError:
    """What to raise for a film without one good picture."""
    return MediaError(f"No picture of '{path}' can be decoded.", "Save or download the film again.")


def _are_times(order: NDArray[np.intp], ticks: NDArray[np.int64], time_base: Fraction) -> bool:
    """Whether stamps can be believed: once each, nearly in order, and none stays too long.

    Args:
        order: What sorts the stamps as they came.
        ticks: The sorted stamps, in units of `time_base`.
        time_base: Seconds.
    """
    steps = np.diff(ticks)
    disorder = int(np.abs(order - np.arange(len(order))).max())
    return disorder <= _MAX_DISORDER and bool(
        np.all((steps > 0) & (steps <= int(_MAX_STAY_S / time_base)))
    )


def _last_ticks(ticks: NDArray[np.int64], claimed: int, stream: VideoStream) -> int:
    """How long the last frame is shown: as its packet says, else as long as frames usually are."""
    time_base = stream.time_base or Fraction(1, 1000)
    if 0 < claimed * time_base <= _MAX_STAY_S:
        return claimed
    if len(ticks) > 1:
        return int(np.median(np.diff(ticks)))
    return max(1, round(1 / (_snapped(claimed_rate(stream)) * time_base)))


def _nominal(times: FrameTimes, claimed: Fraction) -> Fraction:
    """Frames a second that a film means.

    A film of variable rate means the standard rate nearest to that of its usual frames. What its
    header claims is believed where the frames agree, as stamps in milliseconds cannot tell 24
    from 23.976.
    """
    if len(times) == 1:
        return _snapped(1 / times.duration_s)
    steps = np.diff(times.ticks)
    usual = steps[np.abs(steps - np.median(steps)) <= 0.3 * np.median(steps)]
    mean = Fraction(int(usual.sum()), len(usual)) if len(usual) else Fraction(int(np.median(steps)))
    measured = 1 / (mean * times.time_base)
    if abs(claimed / measured - 1) <= _NEAR_STANDARD:
        return _snapped(claimed)
    return _snapped(measured)


def _snapped(rate: Fraction) -> Fraction:
    """The standard rate that is meant, else a short fraction, from 1/1000 to 1000."""
    nearest = min(STANDARD_RATES, key=lambda standard: abs(standard / rate - 1))
    if abs(nearest / rate - 1) <= _NEAR_STANDARD:
        return nearest
    short = rate.limit_denominator(1001 if rate.denominator == 1001 else 100)
    return min(max(short, Fraction(1, 1000)), Fraction(1000))
