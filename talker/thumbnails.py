"""Portraits as small squares, a clip as its first frame."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import numpy as np

from talker.assets import store
from talker.assets.portraits import Portrait
from talker.errors import AssetError
from talker.media.clip import ClipSource, is_clip
from talker.media.frames import Picture
from talker.media.pictures import read_picture

_ABOVE = 0.3
"""Of what is cut off a tall picture: faces are in its upper half."""


@dataclass(frozen=True, slots=True)
class Thumbnail:
    """A portrait, small.

    Attributes:
        name: The portrait's.
        picture: uint8 RGB, shape (side, side, 3); None where there is none to show.
        clip_s: How long it is, where it is a clip.
    """

    name: str
    picture: Picture | None = None
    clip_s: float | None = None

    @property
    def sign(self) -> str:
        """As `clip_sign`."""
        return clip_sign(self.clip_s)


def thumbnail_of(portrait: Portrait, side: int) -> Thumbnail:
    """The part of a portrait to use, as square as it allows; nothing of what was not pulled.

    Args:
        portrait: It.
        side: Pixels.

    Raises:
        MediaError: Its picture or clip cannot be read.
        AssetError: Its picture is gone, or its crop does not lie in it.
    """
    import cv2

    if not is_here(portrait):
        return Thumbnail(portrait.name)
    shown, clip_s = _first_picture(portrait.picture())
    square = _square(_part(shown, portrait))
    small = cv2.resize(square, (side, side), interpolation=cv2.INTER_AREA)
    return Thumbnail(portrait.name, np.asarray(small, np.uint8), clip_s)


def clip_sign(length_s: float | None) -> str:
    """What tells a clip from a still, such as "clip, 5 s"; empty for a still, of no length."""
    return "" if length_s is None else f"clip, {max(1, round(length_s))} s"


def is_here(portrait: Portrait) -> bool:
    """Whether a portrait is no file of the model store, or one that has been pulled."""
    return portrait.model is None or store.is_ready(portrait.model)


def _first_picture(path: Path) -> tuple[Picture, float | None]:
    """What a portrait shows first, and the seconds that it lasts if it is a clip."""
    if not is_clip(path):
        return read_picture(path), None
    clip = ClipSource(path)
    return next(clip.frames(0, 1)).picture, float(clip.duration_s)


def _part(picture: Picture, portrait: Portrait) -> Picture:
    if portrait.crop is None:
        return picture
    left, top, right, bottom = portrait.crop
    height, width = picture.shape[:2]
    if right > width or bottom > height:
        raise AssetError(
            f"The crop {portrait.crop} of the portrait '{portrait.name}' does not lie in its "
            f"picture of {width}x{height} pixels.",
            "Give x0, y0, x1, y1 in pixels of the picture.",
        )
    return picture[top:bottom, left:right]


def _square(picture: Picture) -> Picture:
    height, width = picture.shape[:2]
    side = min(height, width)
    left, top = (width - side) // 2, round((height - side) * _ABOVE)
    return picture[top : top + side, left : left + side]
