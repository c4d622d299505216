"""Fitting a portrait to the size of the film, around its face."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from talker.errors import UsageError
from talker.faces.face import Face
from talker.media.frames import Picture
from talker.settings import MAX_SIDE, MIN_SIDE

if TYPE_CHECKING:
    from talker.faces.extending import Mask

MAX_SIDES = 1080, 1920
"""Pixels of the shorter and the longer side of a film whose size nobody asked for: full HD."""

SMALL_SIDE, ENLARGED_SIDE = 360, 512
"""A picture whose shorter side has fewer pixels than the first is enlarged to the second; scaling
a larger one by a little would only cost sharpness."""

MIDDLE = 0.5
"""Of the film's width."""

_FOREHEAD, _CHIN = 10, 152
BELOW = 0.35
"""Under a chin, in lengths from forehead to chin: shoulders."""

# Above a face hair and hat, beside it shoulders, in the same lengths.
_ABOVE, _BESIDE = 0.85, 0.85
# Of the width of a bust, that of the head with its hair.
_HEAD_SHARE = 0.65
# A hair's breadth of the bust may go where the picture has an odd number of pixels.
_KEPT = 0.97


def frame_portrait(
    picture: Picture,
    face: Face,
    size: tuple[int, int] | None = None,
    crop: tuple[float, float, float, float] | None = None,
) -> tuple[Picture, Face]:
    """Cut and scale a portrait of one who speaks; see `frame_faces`."""
    framed, (moved,) = frame_faces(picture, (face,), size, crop)
    return framed, moved


def frame_faces(
    picture: Picture,
    faces: Sequence[Face],
    size: tuple[int, int] | None = None,
    crop: tuple[float, float, float, float] | None = None,
    *,
    place: float = MIDDLE,
    below: float = BELOW,
    person: Mask | None = None,
) -> tuple[Picture, tuple[Face, ...]]:
    """Cut and scale a portrait to the film's size; its faces go along.

    Where the shapes differ, the picture is cut around the heads and shoulders; where they would
    not fit, it is extended.

    Args:
        picture: uint8 RGB, shape (h, w, 3).
        faces: Those that are to speak, in the picture's pixels.
        size: Width and height of the film in pixels, even; None for the picture's own size, up
            to `MAX_SIDES`.
        crop: x0, y0, x1, y1 in pixels of the picture: the part of it to use.
        place: Where the middle of the heads comes, 0 (left edge) to 1; a place beside the middle
            is kept even where the picture must be extended for it.
        below: How much is shown under the chins at least, in lengths from forehead to chin, as
            far as the picture goes.
        person: Where people are in the picture; see `talker.faces.extending.extended`.

    Returns:
        uint8 RGB of the film's size, and the faces in its pixels.

    Raises:
        UsageError: An odd or impossible size, or a crop without a face.
    """
    height, width = picture.shape[:2]
    whole = Window(0, 0, width, height)
    part = whole if crop is None else _checked_crop(crop, picture, faces)
    film_size = _own_size(part) if size is None else _checked_size(size)
    window = _window_of(part, faces, film_size, place, below)
    scale = np.array([film_size[0] / window.width, film_size[1] / window.height])
    framed = _scaled(picture, person, part, window, film_size)
    origin = np.array([window.left, window.top])
    return framed, tuple(_moved(face, origin, scale) for face in faces)


def window_of(
    picture: Picture,
    faces: Sequence[Face],
    size: tuple[int, int],
    *,
    place: float = MIDDLE,
    below: float = BELOW,
) -> Window:
    """What of a picture `frame_faces` shows, and more where it is extended; arguments as there."""
    whole = Window(0, 0, picture.shape[1], picture.shape[0])
    return _window_of(whole, faces, _checked_size(size), place, below)


def _window_of(
    part: Window, faces: Sequence[Face], size: tuple[int, int], place: float, below: float
) -> Window:
    bust = _around([_bust(face, part, below) for face in faces])
    return _window(part, bust, size, place)


def _moved(face: Face, origin: NDArray[np.float64], scale: NDArray[np.float64]) -> Face:
    """A face in a picture that was cut at `origin` and then scaled."""
    landmarks = face.landmarks * np.append(scale, np.sqrt(scale.prod()))
    landmarks[:, :2] -= origin * scale
    box = (face.box.reshape(2, 2) - origin) * scale
    return Face(box.reshape(4).astype(np.float32), landmarks.astype(np.float32), face.score)


@dataclass(frozen=True, slots=True)
class Window:
    """A rectangle of a picture, in its pixels; may reach beyond it."""

    left: float
    top: float
    right: float
    bottom: float

    @property
    def width(self) -> float:
        """Pixels."""
        return self.right - self.left

    @property
    def height(self) -> float:
        """Pixels."""
        return self.bottom - self.top


def _checked_crop(
    crop: tuple[float, float, float, float], picture: Picture, faces: Sequence[Face]
) -> Window:
    height, width = picture.shape[:2]
    window = Window(*(float(round(edge)) for edge in crop))
    inside = 0 <= window.left < window.right <= width and 0 <= window.top < window.bottom <= height
    if not inside:
        raise UsageError(
            f"The crop {crop} does not lie in a picture of {width}x{height} pixels.",
            "Give x0, y0, x1, y1 in pixels of the picture.",
        )
    for face in faces:
        x, y = (face.box[:2] + face.box[2:]) / 2
        if not (window.left <= x <= window.right and window.top <= y <= window.bottom):
            raise UsageError(
                f"The crop {crop} cuts off the face at {x:.0f},{y:.0f}.",
                "Choose a crop around the face.",
            )
    return window


def _checked_size(size: tuple[int, int]) -> tuple[int, int]:
    width, height = size
    if width % 2 or height % 2:
        raise UsageError(
            f"A film cannot be {width}x{height} pixels: H.264 needs even numbers.",
            f"Use --size {width - width % 2}x{height - height % 2}.",
        )
    if min(size) < MIN_SIDE or max(size) > MAX_SIDE:
        raise UsageError(
            f"A film of {width}x{height} pixels cannot be made.",
            f"Choose from {MIN_SIDE} to {MAX_SIDE} pixels a side.",
        )
    return width, height


def _own_size(part: Window) -> tuple[int, int]:
    """The part's size within the limits, in even numbers; no scaling where none is needed."""
    sides = sorted((part.width, part.height))
    shrink = min(1.0, *(most / side for most, side in zip(MAX_SIDES, sides, strict=True)))
    shortest = shrink * sides[0]
    enlarge = ENLARGED_SIDE / shortest if shortest < SMALL_SIDE else 1.0
    scale = min(shrink * enlarge, MAX_SIDE / max(part.width, part.height))
    width, height = (
        max(MIN_SIDE, int(side * scale + 1e-6) // 2 * 2) for side in (part.width, part.height)
    )
    return width, height


def _bust(face: Face, part: Window, below: float) -> Window:
    """Head and shoulders, as far as the part shows them."""
    forehead, chin = face.landmarks[_FOREHEAD, :2], face.landmarks[_CHIN, :2]
    up = forehead - chin
    side = np.array([-up[1], up[0]]) * _BESIDE
    ends = np.stack([forehead + up * _ABOVE, chin - up * below])
    corners = np.concatenate([ends - side, ends + side])
    edges = np.array([[part.left, part.top], [part.right, part.bottom]])
    low, high = np.clip([corners.min(axis=0), corners.max(axis=0)], edges[0], edges[1])
    return Window(*(float(edge) for edge in (*low, *high)))


def _around(windows: Sequence[Window]) -> Window:
    """The smallest window that holds them all."""
    return Window(
        min(window.left for window in windows),
        min(window.top for window in windows),
        max(window.right for window in windows),
        max(window.bottom for window in windows),
    )


def _window(part: Window, bust: Window, size: tuple[int, int], place: float) -> Window:
    """The rectangle to show in a film of a size, in its shape, the bust at a place in its width.

    The largest in the part, or the smallest that holds the bust where that is larger.
    """
    shape = size[0] / size[1]
    height = min(part.height, part.width / shape)
    if size[1] <= height < size[1] + 2:
        # An odd pixel is cut off; to scale it away would cost sharpness.
        height = size[1]
    # A tall film rather cuts the shoulders than goes on above and below the picture.
    least_width = max(_HEAD_SHARE * bust.width, min(_KEPT * bust.width, part.height * shape))
    height = max(height, _KEPT * bust.height, least_width / shape)
    width = height * shape
    middle = (bust.left + bust.right) / 2
    if place == MIDDLE:
        left = _placed(middle, width, part.left, part.right)
    else:
        left = float(round(middle - place * width))
    top = _placed((bust.top + bust.bottom) / 2, height, part.top, part.bottom)
    return Window(left, top, left + width, top + height)


def _placed(middle: float, length: float, low: float, high: float) -> float:
    """Where a stretch around a middle starts so that it stays between low and high, or around."""
    first, last = sorted((low, high - length))
    # Whole pixels: a picture that is only cut keeps its sharpness.
    return float(np.clip(round(middle - length / 2), first, last))


def _scaled(
    picture: Picture,
    person: Mask | None,
    part: Window,
    window: Window,
    size: tuple[int, int],
) -> Picture:
    """The window as a picture of a size."""
    from PIL import Image

    left, top, right, bottom = (
        int(edge) for edge in (part.left, part.top, part.right, part.bottom)
    )
    shown = picture[top:bottom, left:right]
    margins = [
        max(0, math.ceil(edge - 1e-6))
        for edge in (
            part.top - window.top,
            window.bottom - part.bottom,
            part.left - window.left,
            window.right - part.right,
        )
    ]
    if any(margins):
        from talker.faces.extending import Margins, extended

        known = None if person is None else person[top:bottom, left:right]
        shown = extended(shown, Margins(*margins), known)
    x, y = window.left - left + margins[2], window.top - top + margins[0]
    box = (x, y, min(x + window.width, shown.shape[1]), min(y + window.height, shown.shape[0]))
    scaled = Image.fromarray(shown).resize(size, Image.Resampling.LANCZOS, box=box)
    return np.array(scaled, np.uint8)
