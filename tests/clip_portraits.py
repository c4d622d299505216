"""A portrait that is a clip, made of one of ours."""

from __future__ import annotations

from fractions import Fraction
from pathlib import Path

import av
import cv2
import numpy as np

from talker.assets.portraits import load_portrait
from talker.media.frames import Picture
from talker.media.pictures import read_picture


def swaying(name: str, side: int, count: int) -> list[Picture]:
    """One of ours, small, moved to and fro a little; it begins in the middle."""
    whole = read_picture(load_portrait(name).picture())
    small = cv2.resize(whole, (side, side), interpolation=cv2.INTER_AREA)
    moves = (round(side / 60 * np.sin(2 * np.pi * number / count)) for number in range(count))
    return [np.asarray(np.roll(small, move, axis=1), np.uint8) for move in moves]


def write_clip(path: Path, pictures: list[Picture], fps: int = 25) -> Path:
    """An H.264 film without sound."""
    height, width = pictures[0].shape[:2]
    with av.open(str(path), "w") as film:
        stream = film.add_stream("libx264", rate=Fraction(fps), options={"crf": "12"})
        stream.width, stream.height, stream.pix_fmt = width, height, "yuv420p"
        for picture in pictures:
            frame = av.VideoFrame.from_ndarray(picture, format="rgb24")
            film.mux(stream.encode(frame))
        film.mux(stream.encode())
    return path


def describe(clip: Path, more: str = "") -> Path:
    """The TOML beside a clip, with its voice."""
    description = clip.with_suffix(".toml")
    shown = f'title = "A reader who listens"\nimage = "{clip.name}"\n{more}\n'
    description.write_text(f'{shown}[voices]\nen = "en-woman"\n')
    return description
