"""A clip of a talking face at 1080p, made from what talker holds, and long ones made from it."""

from __future__ import annotations

import itertools
from collections.abc import Iterator
from fractions import Fraction
from pathlib import Path

import av
import cv2
import numpy as np
from numpy.typing import NDArray

from bench.commands import talker

WIDTH, HEIGHT = 1920, 1080
FPS = 25
PORTRAIT = "reader"
CLIP_TEXT = "The tide came in at seven, and the boats went out past the old stone pier. "
"""What the person says by herself."""
TEXT = "My brother bought a map of the moon, but he gave it away before Monday. "
"""What she is made to say."""

# As a camera's: grain of two levels in 255, and encoded to about ten megabits a second.
_GRAIN, _GRAINS, _CRF = 2.0, 7, "18"
_BACKDROP_BLUR = 101
_KEYFRAME_S = 2

Picture = NDArray[np.uint8]
"""RGB, shape (height, width, 3)."""


def make_speech(path: Path, length_s: float) -> None:
    """Speech that is a little longer than asked for.

    Args:
        path: Where the WAV file goes.
        length_s: In seconds.
    """
    text = TEXT * (1 + round(length_s / 3))
    talker("speak", "--text", text, "--voice", "en", "--overwrite", "-o", path)


def make_clip(path: Path, length_s: float) -> None:
    """A person who talks before a blurred background, with a camera's grain.

    Args:
        path: Where the `.mp4` goes.
        length_s: Its length in seconds.
    """
    portrait = path.with_name("portrait.mp4")
    side = f"{HEIGHT}x{HEIGHT}"
    text = CLIP_TEXT * max(1, round(length_s / 3))
    arguments = ("--portrait", PORTRAIT, "--voice", "en", "--size", side, "--lips", "warp")
    talker("say", "--text", text, *arguments, "--overwrite", "-o", portrait)
    rng = np.random.default_rng(0)
    grains = [_grain(rng) for _ in range(_GRAINS)]
    options = {"crf": _CRF, "preset": "veryfast", "g": str(_KEYFRAME_S * FPS)}
    with av.open(str(path), "w") as made:
        video = made.add_stream("libx264", rate=FPS, options=options)
        video.width, video.height, video.pix_fmt = WIDTH, HEIGHT, "yuv420p"
        shown = itertools.islice(_pictures(portrait), round(length_s * FPS))
        for picture, grain in zip(_wide(shown), itertools.cycle(grains), strict=False):
            grained = cv2.add(picture, grain, dtype=cv2.CV_8U)
            made.mux(video.encode(av.VideoFrame.from_ndarray(grained, format="rgb24")))
        made.mux(video.encode())
    portrait.unlink()


def make_still(clip: Path, path: Path) -> Picture:
    """Writes the first frame of a clip as a picture, and returns it."""
    picture = next(_pictures(clip))
    cv2.imwrite(str(path), cv2.cvtColor(picture, cv2.COLOR_RGB2BGR))
    return picture


def make_long(clip: Path, path: Path, length_s: float) -> None:
    """A clip shown again and again until a length is full; nothing is encoded, so it is quick."""
    with av.open(str(path), "w") as made:
        video = None
        for turn in itertools.count():
            with av.open(str(clip)) as read:
                given = read.streams.video[0]
                video = video or made.add_stream_from_template(given)
                step = given.time_base or Fraction(1, FPS)
                span = round(given.duration or 0)
                if turn * span * step >= length_s:
                    return
                for packet in read.demux(given):
                    if packet.dts is None:
                        continue
                    packet.pts = (packet.pts or 0) + turn * span
                    packet.dts += turn * span
                    packet.stream = video
                    made.mux(packet)


def _wide(pictures: Iterator[Picture]) -> Iterator[Picture]:
    """Square pictures in the middle of wide ones."""
    backdrop = None
    left = (WIDTH - HEIGHT) // 2
    for picture in pictures:
        if backdrop is None:
            stretched = cv2.resize(picture, (WIDTH, HEIGHT)).astype(np.uint8, copy=False)
            size = (_BACKDROP_BLUR, _BACKDROP_BLUR)
            backdrop = cv2.GaussianBlur(stretched, size, 0).astype(np.uint8, copy=False)
        wide = backdrop.copy()
        wide[:, left : left + HEIGHT] = picture
        yield wide


def _grain(rng: np.random.Generator) -> NDArray[np.int16]:
    """The same in all colours, shape (height, width, 3)."""
    grain = rng.normal(0, _GRAIN, (HEIGHT, WIDTH)).round().astype(np.int16)
    return np.repeat(grain[..., None], 3, axis=2)


def _pictures(film: Path) -> Iterator[Picture]:
    with av.open(str(film)) as read:
        for frame in read.decode(video=0):
            yield frame.to_ndarray(format="rgb24")
