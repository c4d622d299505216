"""A clip fitted to the length and the frame rate of a film."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from fractions import Fraction
from typing import TYPE_CHECKING, Literal

import numpy as np

from talker.media.clip import ClipSource
from talker.media.conversion import ToRgb
from talker.media.frames import Frame, FrameSource, Picture

if TYPE_CHECKING:
    from av.video.frame import VideoFrame

Fit = Literal["loop", "bounce", "hold", "cut", "stretch"]

FITS: dict[Fit, str] = {
    "bounce": "plays to and fro",
    "loop": "plays again and again, each join cross-faded",
    "hold": "stays on its last frame",
    "cut": "ends the film",
    "stretch": "plays as fast as the speech needs it",
}
"""What a clip does that is shorter than the speech; `stretch` also hastens one that is longer."""

CROSS_FADE_S = Fraction(2, 5)
"""How long one round of a loop fades into the next; a quarter of a clip that is short."""

# Memory of the frames of one stretch that is played backwards, as the decoder gives them.
_BACKWARD_BYTES = 128_000_000
_MIN_BACKWARD, _MAX_BACKWARD = 8, 256


@dataclass(frozen=True, slots=True)
class Shown:
    """What a frame of the film shows of the clip.

    Attributes:
        number: Frame of the clip.
        fading: Frame that fades in over it; None where no rounds meet.
        share: Of the one that fades in, from 0 to below 1.
    """

    number: int
    fading: int | None = None
    share: float = 0.0


@dataclass(frozen=True, slots=True)
class _Place:
    """A time of the clip, in the round in which it is played; odd rounds may run backwards."""

    round: int
    time_s: Fraction


def cross_fade_s(clip: ClipSource) -> Fraction:
    """How long a round of a clip that is looped fades into the next."""
    return min(CROSS_FADE_S, clip.duration_s / 4)


def fitted_count(clip: ClipSource, fit: Fit, fps: Fraction, count: int) -> int:
    """Frames that the film has.

    Args:
        clip: What is shown.
        fit: What it does when it ends.
        fps: Frames a second of the film.
        count: Frames that the speech needs.
    """
    return min(count, max(1, round(clip.duration_s * fps))) if fit == "cut" else count


class FittedClip(FrameSource):
    """A clip as exactly so many frames, one every 1 / fps seconds.

    A frame of the film shows the clip's frame that has begun by then, with half a frame of
    tolerance: stamps that were rounded, as in Matroska, neither double nor drop a frame.

    Args:
        clip: What is shown.
        fit: What it does when it ends before the film.
        fps: Frames a second of the film.
        count: Frames of the film.
    """

    def __init__(self, clip: ClipSource, fit: Fit, *, fps: Fraction, count: int) -> None:
        self._clip = clip
        self.width, self.height = clip.width, clip.height
        self.fps = self._rate = fps
        self.length = self._count = count
        self._tolerance_s = 1 / max(fps, clip.fps or fps) / 2
        self._bounces = fit == "bounce"
        self._fade_s = cross_fade_s(clip)
        self._places = self._places_by(fit)

    def shown(self, number: int) -> Shown:
        """What frame `number` of the film shows."""
        places = self._places(number)
        if len(places) == 1:
            return Shown(self._at(places[0]))
        (leaving, _), (coming, share) = ((place, self._share(place)) for place in places)
        return Shown(self._at(leaving), self._at(coming), share)

    @property
    def reach(self) -> int:
        """Frames of the clip, from its first on, behind which none is shown."""
        return 1 + max(self.shown(number).number for number in range(self._count))

    def index(self, number: int) -> int:
        """The clip's frame that is seen best in frame `number` of the film."""
        shown = self.shown(number)
        if shown.fading is not None and shown.share >= 0.5:
            return shown.fading
        return shown.number

    def picture_at(self, number: int) -> Picture:
        """See `FrameSource.picture_at`; of two that fade into each other, the one seen best."""
        shown = self.index(number)
        return next(self._clip.frames(shown, shown + 1)).picture

    def frames(self) -> Iterator[Frame]:
        """The frames of the film; the clip is decoded as they are asked for.

        Raises:
            MediaError: No picture can be decoded.
        """
        import cv2

        readers: dict[int, _Reader] = {}
        for number in range(self._count):
            places = self._places(number)
            for old in readers.keys() - {place.round for place in places}:
                del readers[old]
            pictures: list[Picture] = []
            for place in places:
                if place.round not in readers:
                    backwards = self._bounces and place.round % 2 == 1
                    readers[place.round] = (_Backward if backwards else _Forward)(self._clip)
                pictures.append(readers[place.round].picture(self._at(place)))
            picture = pictures[0]
            if len(pictures) == 2:
                share = self._share(places[1])
                mixed = cv2.addWeighted(pictures[0], 1 - share, pictures[1], share, 0)
                picture = mixed.astype(np.uint8, copy=False)
            yield Frame(picture, number / self._rate)

    def _places_by(self, fit: Fit) -> Callable[[int], tuple[_Place, ...]]:
        length_s = self._clip.duration_s
        # A film that the clip covers shows it once, whatever follows.
        if fit == "stretch":
            tempo = length_s / (self._count / self._rate)
            return lambda number: (_Place(0, number / self._rate * tempo),)
        if (self._count - 1) / self._rate < length_s or fit in ("hold", "cut"):
            return lambda number: (_Place(0, number / self._rate),)
        return self._bounced if self._bounces else self._looped

    def _looped(self, number: int) -> tuple[_Place, ...]:
        fade_s = self._fade_s
        round_s = self._clip.duration_s - fade_s
        time_s = number / self._rate
        rounds = int(time_s // round_s)
        coming = _Place(rounds, time_s - rounds * round_s)
        if rounds == 0 or coming.time_s >= fade_s:
            return (coming,)
        return _Place(rounds - 1, coming.time_s + round_s), coming

    def _bounced(self, number: int) -> tuple[_Place, ...]:
        rounds, time_s = divmod(number / self._rate, self._clip.duration_s)
        back = rounds % 2 == 1
        return (_Place(int(rounds), self._clip.duration_s - time_s if back else time_s),)

    def _share(self, coming: _Place) -> float:
        """Of a round that fades in: eased, so that neither end of the fade is a jolt."""
        share = float(min(Fraction(1), coming.time_s / self._fade_s))
        return share * share * (3 - 2 * share)

    def _at(self, place: _Place) -> int:
        """The clip's frame at a place."""
        if self._bounces and place.round % 2 == 1:
            return self._clip.times_s.started_before(place.time_s - self._tolerance_s)
        return self._clip.times_s.shown_at(place.time_s + self._tolerance_s)


class _Forward:
    """Reads frames of rising numbers."""

    def __init__(self, clip: ClipSource) -> None:
        self._clip = clip
        self._to_rgb = ToRgb()
        self._stored = iter(())
        self._number = -1
        self._picture: Picture | None = None

    def picture(self, number: int) -> Picture:
        """The picture of a frame that is not before the last one."""
        if self._picture is None or number != self._number:
            if self._picture is None:
                self._stored = self._clip.stored(number)
            stored = next(frame for at, frame in self._stored if at == number)
            self._picture = self._clip.picture(stored, self._to_rgb)
            self._number = number
        return self._picture


class _Backward:
    """Reads frames of falling numbers, a stretch at a time."""

    def __init__(self, clip: ClipSource) -> None:
        self._clip = clip
        self._to_rgb = ToRgb()
        room = _BACKWARD_BYTES // max(1, clip.frame_bytes)
        self._at_once = min(max(room, _MIN_BACKWARD), _MAX_BACKWARD)
        self._stretch: dict[int, VideoFrame] = {}
        self._number = -1
        self._picture: Picture | None = None

    def picture(self, number: int) -> Picture:
        """The picture of a frame that is not after the last one."""
        if self._picture is None or number != self._number:
            if number not in self._stretch:
                self._stretch = {}
                first = self._beginning(number)
                self._stretch = dict(self._clip.stored(first, number + 1))
            self._picture = self._clip.picture(self._stretch[number], self._to_rgb)
            self._number = number
        return self._picture

    def _beginning(self, number: int) -> int:
        """First frame of the stretch that ends with frame `number`: a key frame, if one is near."""
        earliest = max(0, number + 1 - self._at_once)
        keys = self._clip.times_s.keys
        near = keys[np.searchsorted(keys, earliest) : np.searchsorted(keys, number, "right")]
        return int(near[0]) if len(near) else earliest


_Reader = _Forward | _Backward
