"""A clip fitted to a place in the film, around the faces of its first frame."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import cv2
import numpy as np
from numpy.typing import NDArray

from talker.faces.face import Face
from talker.faces.framing import BELOW, MIDDLE, Window, frame_faces, window_of
from talker.media.clip import ClipSource
from talker.media.frames import Picture

if TYPE_CHECKING:
    from av.video.frame import VideoFrame

    from talker.faces.extending import Mask
    from talker.media.conversion import ToRgb

_SEAM = 0.03
"""Of the longer side of what the clip shows: how far it fades into what it is extended by."""


class FramedClip(ClipSource):
    """A clip framed as a portrait is: see `talker.faces.framing.frame_faces`.

    Every frame is cut and scaled alike. Where the clip does not reach, its first frame, extended,
    stands still around it.

    Args:
        path: The film.
        first: Its first frame, uint8 RGB, upright.
        faces: Those of its first frame that are to speak, in its pixels.
        size: Width and height in pixels, even.
        place: See `frame_faces`, as for the others.
        below: See there.
        person: Where people are in the first frame.

    Attributes:
        faces: In the first frame, in pixels of the film.

    Raises:
        MediaError: Missing, a folder, no film, damaged, or without pictures.
    """

    def __init__(
        self,
        path: Path,
        first: Picture,
        faces: Sequence[Face],
        size: tuple[int, int],
        *,
        place: float = MIDDLE,
        below: float = BELOW,
        person: Mask | None = None,
    ) -> None:
        super().__init__(path)
        window = window_of(first, faces, size, place=place, below=below)
        self._around, self.faces = frame_faces(
            first, faces, size, place=place, below=below, person=person
        )
        self._from, self._to = _places(window, (self.width, self.height), size)
        self._share = _share(self._to, size)
        self.width, self.height = size

    def picture(self, frame: VideoFrame, to_rgb: ToRgb) -> Picture:
        """See `ClipSource.picture`."""
        left, top, right, bottom = self._from
        shown = super().picture(frame, to_rgb)[top:bottom, left:right]
        left, top, right, bottom = self._to
        size = right - left, bottom - top
        way = cv2.INTER_AREA if size[0] < shown.shape[1] else cv2.INTER_CUBIC
        scaled = np.asarray(cv2.resize(shown, size, interpolation=way), np.uint8)
        if self._share is None:
            return scaled
        around = np.ascontiguousarray(self._around[top:bottom, left:right])
        laid = self._around.copy()
        laid[top:bottom, left:right] = cv2.blendLinear(scaled, around, self._share, 1 - self._share)
        return laid


_Edges = tuple[int, int, int, int]
"""Left, top, right and bottom in pixels; the last two are outside."""


def _places(window: Window, clip: tuple[int, int], film: tuple[int, int]) -> tuple[_Edges, _Edges]:
    """What of the clip is shown, and where in the film."""
    shown: list[list[int]] = []
    laid: list[list[int]] = []
    sides = (window.left, window.right), (window.top, window.bottom)
    for (low, high), length, pixels in zip(sides, clip, film, strict=True):
        scale = pixels / (high - low)
        first, end = max(0, round(low)), min(length, round(high))
        shown.append([first, end])
        laid.append([
            0 if low >= 0 else max(0, round((first - low) * scale)),
            pixels if high <= length else min(pixels, round((end - low) * scale)),
        ])  # fmt: skip
    (left, right), (top, bottom) = shown
    (to_left, to_right), (to_top, to_bottom) = laid
    return (left, top, right, bottom), (to_left, to_top, to_right, to_bottom)


def _share(place: _Edges, film: tuple[int, int]) -> NDArray[np.float32] | None:
    """How much the clip shows of itself in its place; None where that is the whole picture."""
    left, top, right, bottom = place
    if place == (0, 0, *film):
        return None
    reach = max(2.0, _SEAM * max(right - left, bottom - top))
    x = _risen(right - left, reach, before=left > 0, after=right < film[0])
    y = _risen(bottom - top, reach, before=top > 0, after=bottom < film[1])
    return np.minimum(x[None], y[:, None])


def _risen(length: int, reach: float, *, before: bool, after: bool) -> NDArray[np.float32]:
    """From 0 up to 1 at the ends at which something comes before or after."""
    from_start = np.arange(length) + 0.5
    apart = np.full(length, reach)
    if before:
        apart = np.minimum(apart, from_start)
    if after:
        apart = np.minimum(apart, from_start[::-1])
    share = apart / reach
    return (share * share * (3 - 2 * share)).astype(np.float32)
