"""What is behind everything in a scene: a picture that is slowly moved into, or a clip."""

from __future__ import annotations

from collections.abc import Generator
from contextlib import closing
from fractions import Fraction
from typing import cast

import cv2
import numpy as np

from talker.media.clip import ClipSource
from talker.media.fitting import FittedClip
from talker.media.frames import Frame, Picture

_ZOOM_A_SECOND = 0.006
"""Share by which a picture grows a second: seen, but not noticed."""

_MOST_ZOOM = 0.12
_UNSEEN = 1e-4


def still_backdrop(picture: Picture, count: int) -> Generator[Picture]:
    """The same picture for so many frames."""
    for _ in range(count):
        yield picture


def zoomed_backdrop(picture: Picture, count: int, fps: Fraction) -> Generator[Picture]:
    """A picture that is slowly moved into, and comes to rest where it would lose its sharpness.

    Args:
        picture: uint8 RGB of the film's size.
        count: Frames.
        fps: Frames a second.

    Yields:
        Pictures of the same size.
    """
    height, width = picture.shape[:2]
    middle = np.array([(width - 1) / 2, (height - 1) / 2])
    for number in range(count):
        # Ever slower: the move has no end that could be seen.
        way = _ZOOM_A_SECOND * float(number / fps)
        zoom = 1 + _MOST_ZOOM * (1 - np.exp(-way / _MOST_ZOOM))
        if zoom - 1 < _UNSEEN:
            yield picture
            continue
        matrix = np.array(
            [[zoom, 0, middle[0] * (1 - zoom)], [0, zoom, middle[1] * (1 - zoom)]], np.float64
        )
        moved = cv2.warpAffine(picture, matrix, (width, height), flags=cv2.INTER_CUBIC)
        yield np.asarray(moved, np.uint8)


def clip_backdrop(clip: ClipSource, count: int, fps: Fraction) -> Generator[Picture]:
    """A clip of the film's size, again and again, each join cross-faded."""
    frames = FittedClip(clip, "loop", fps=fps, count=count).frames()
    with closing(cast(Generator[Frame], frames)):
        for frame in frames:
            yield frame.picture


def covering(picture: Picture, size: tuple[int, int]) -> Picture:
    """A picture cut around its middle and scaled to fill a size.

    Args:
        picture: uint8 RGB, shape (h, w, 3).
        size: Width and height in pixels.
    """
    height, width = picture.shape[:2]
    scale = max(size[0] / width, size[1] / height)
    kept = size[0] / scale, size[1] / scale
    left, top = (width - kept[0]) / 2, (height - kept[1]) / 2
    from PIL import Image

    box = (left, top, left + kept[0], top + kept[1])
    scaled = Image.fromarray(picture).resize(size, Image.Resampling.LANCZOS, box=box)
    return np.array(scaled, np.uint8)
