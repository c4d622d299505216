"""Scene cuts: frames that show something else than the frame before."""

from __future__ import annotations

from collections import deque
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray

from talker.media.frames import Frame, Picture

# Cells of a thumbnail.
_COLUMNS, _ROWS = 32, 18
# Frames on either side of a cut that must all differ: the longest flash of a camera.
_LOOK_AHEAD = 3
# Distance of thumbnails, of which 0 is the same and about 1 is unrelated: 0.02 is the most on
# people who talk, 0.29 the least between people filmed alike before one wall.
_MIN_CHANGE = 0.2
# A cut stands out against the motion around it by this factor.
_STANDS_OUT = 2.5
_REMEMBERED = 12


@dataclass(frozen=True, slots=True)
class SceneFrame:
    """A frame of a clip.

    Attributes:
        frame: The frame.
        is_cut: Whether a new scene begins with it.
    """

    frame: Frame
    is_cut: bool


def split_scenes(frames: Iterable[Frame]) -> Iterator[SceneFrame]:
    """Marks the first frame of each new scene; holds four frames at a time.

    A cut is a frame that differs, as do the frames after it, from the frames before, by much more
    than frames have differed of late. Frames are compared as thumbnails whose brightness and
    contrast are made equal, and allowing for a shift, so that a flash, a fade or a moving camera
    is none. What hides most of the picture from one frame to the next counts as a cut.

    Args:
        frames: In order.
    """
    waiting: deque[tuple[Frame, NDArray[np.float32]]] = deque()
    before: deque[NDArray[np.float32]] = deque(maxlen=_LOOK_AHEAD)
    changes: deque[float] = deque(maxlen=_REMEMBERED)

    def next_scene_frame() -> SceneFrame:
        frame, thumbnail = waiting.popleft()
        is_cut = False
        if before:
            change = _distance(before[-1], thumbnail)
            usual = float(np.median(changes)) if changes else 0.0
            if change > max(_MIN_CHANGE, _STANDS_OUT * usual):
                after = [thumbnail, *(other for _, other in waiting)]
                least = max(_MIN_CHANGE, 0.6 * change)
                is_cut = all(_distance(one, other) > least for one in before for other in after)
            if is_cut:
                changes.clear()
                before.clear()
            else:
                changes.append(change)
        before.append(thumbnail)
        return SceneFrame(frame, is_cut)

    for frame in frames:
        waiting.append((frame, _thumbnail(frame.picture)))
        if len(waiting) > _LOOK_AHEAD:
            yield next_scene_frame()
    while waiting:
        yield next_scene_frame()


def _thumbnail(picture: Picture) -> NDArray[np.float32]:
    """The picture in a few cells, of mean 0 and deviation 1, shape (18, 32, 3)."""
    step = max(1, min(picture.shape[0] // (4 * _ROWS), picture.shape[1] // (4 * _COLUMNS)))
    sparse = np.ascontiguousarray(picture[::step, ::step])
    small = cv2.resize(sparse, (_COLUMNS, _ROWS), interpolation=cv2.INTER_AREA).astype(np.float32)
    small -= small.mean(axis=(0, 1))
    # A floor: the grain of a black frame is no picture.
    return small / max(8.0, float(small.std()))


def _distance(one: NDArray[np.float32], other: NDArray[np.float32]) -> float:
    """How different two thumbnails are at the best shift: 0 to about 1."""
    reach = 2
    inner = one[reach:-reach, reach:-reach]
    rows, columns = inner.shape[:2]
    return min(
        float(np.abs(inner - other[y : y + rows, x : x + columns]).mean())
        for y in range(2 * reach + 1)
        for x in range(2 * reach + 1)
    )
