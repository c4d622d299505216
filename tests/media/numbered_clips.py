"""Clips whose frames carry their numbers as bars of light and dark."""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction
from pathlib import Path
from typing import Any

import av
import numpy as np
from numpy.typing import NDArray

BITS = 10
BAR = 16
SOUND_RATE = 24_000
WIDTH, HEIGHT = BITS * BAR, 64


def drawn(number: int, width: int = WIDTH, height: int = HEIGHT) -> NDArray[np.uint8]:
    """Bars of the number's bits in the upper half, a ramp of colour below."""
    picture = np.zeros((height, width, 3), np.uint8)
    for bit in range(BITS):
        picture[: height // 2, bit * BAR : (bit + 1) * BAR] = 235 if number >> bit & 1 else 20
    picture[height // 2 :] = np.linspace(0, 200, width, dtype=np.uint8)[None, :, None]
    picture[height // 2 :, :, 0] = 180
    return picture


def number_in(picture: NDArray[np.uint8]) -> int:
    """The number that `drawn` wrote."""
    bars = picture[4 : HEIGHT // 2 - 4, BAR // 2 : WIDTH : BAR].mean(axis=(0, 2))
    return sum(1 << bit for bit, light in enumerate(bars[:BITS]) if light > 128)


def write_clip(
    path: Path,
    count: int = 40,
    fps: Fraction = Fraction(25),
    *,
    codec: str = "libx264",
    pixels: str = "yuv420p",
    stamps: Sequence[int] | None = None,
    time_base: Fraction | None = None,
    size: tuple[int, int] = (WIDTH, HEIGHT),
    rotation: int = 0,
    options: dict[str, str] | None = None,
    sound: NDArray[np.float32] | None = None,
    **container: Any,
) -> Path:
    """Write frames 0 to count - 1, at `stamps` in units of `time_base` where they are given.

    The sound is mono of `SOUND_RATE`, for containers that take plain samples of 32 bits.
    """
    # Bit-exact, as Matroska's random marks would let the same damage hit something else.
    with av.open(str(path), "w", **{"options": {"fflags": "+bitexact"}, **container}) as film:
        stream = film.add_stream(codec, rate=fps, options=options or {})
        stream.width, stream.height = size
        stream.pix_fmt = pixels
        stream.time_base = stream.codec_context.time_base = time_base or 1 / fps
        if sound is not None:
            track = film.add_stream("pcm_f32le", rate=SOUND_RATE, layout="mono")
            for start in range(0, len(sound), SOUND_RATE // 10):
                piece = sound[None, start : start + SOUND_RATE // 10]
                samples = av.AudioFrame.from_ndarray(piece, format="flt", layout="mono")
                samples.sample_rate = SOUND_RATE
                samples.pts = start
                film.mux(track.encode(samples))
            film.mux(track.encode(None))
        for number in range(count):
            frame = av.VideoFrame.from_ndarray(drawn(number, *size), "rgb24")
            frame = frame.reformat(format=pixels)
            frame.pts = number if stamps is None else stamps[number]
            frame.time_base = time_base or 1 / fps
            film.mux(stream.encode(frame))
        film.mux(stream.encode(None))
    if rotation:
        turn_header(path, rotation)
    return path


_ONE = 1 << 16


def turn_header(path: Path, degrees: int) -> None:
    """Write a quarter turn into an MP4's track header, as phones do."""
    cosine, sine = {90: (0, 1), 180: (-1, 0), 270: (0, -1)}[degrees]
    write_matrix(path, cosine, sine, -sine, cosine)


def write_matrix(path: Path, a: int, b: int, c: int, d: int) -> None:
    """Let an MP4 ask that its pixel (x, y) be shown at (ax + cy, bx + dy), but for a shift.

    The matrix of the track header: ISO 14496-12, 8.3.2.
    """
    film = bytearray(path.read_bytes())
    start = film.index(b"tkhd") + 4 + 40
    matrix = (a * _ONE, b * _ONE, 0, c * _ONE, d * _ONE, 0, 0, 0, 1 << 30)
    film[start : start + 36] = b"".join(each.to_bytes(4, "big", signed=True) for each in matrix)
    path.write_bytes(film)
