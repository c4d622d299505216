"""Colours of films as they were meant, and pictures that stay as they were handed out."""

from __future__ import annotations

import gc
from fractions import Fraction
from pathlib import Path
from typing import Any

import av
import numpy as np
import pytest
from numbered_clips import drawn, number_in, write_clip
from numpy.typing import NDArray

from talker.media.clip import ClipSource
from talker.media.colour import PictureStock

PATCHES = [(180, 60, 60), (60, 170, 80), (50, 70, 190), (224, 172, 140), (128, 128, 128)]
BT709, BT470BG, SMPTE170M, BT2020 = 1, 5, 6, 9
PQ, HLG = 16, 18


def stored(
    path: Path, planes: list[NDArray[np.uint16]], pixels: str, codec: str = "ffv1", **notes: Any
) -> Path:
    """One frame of planes as they are; notes are the colour notes of the stream."""
    with av.open(str(path), "w") as film:
        stream = film.add_stream(codec, rate=25)
        stream.height, stream.width = planes[0].shape
        stream.pix_fmt = pixels
        for name, note in notes.items():
            setattr(stream.codec_context, name, note)
        frame = av.VideoFrame(stream.width, stream.height, pixels)
        for plane, content in zip(frame.planes, planes, strict=True):
            rows = content.astype(np.uint16 if "10" in pixels else np.uint8)
            padded = np.zeros((plane.height, plane.line_size // rows.itemsize), rows.dtype)
            padded[:, : rows.shape[1]] = rows
            plane.update(padded.tobytes())
        frame.pts = 0
        film.mux(stream.encode(frame))
        film.mux(stream.encode(None))
    return path


def flat(levels: list[tuple[float, float, float]]) -> list[NDArray[np.uint16]]:
    """Y, Cb and Cr of patches of 32 pixels side by side, 4:4:4."""
    return [
        np.rint(np.repeat([level[part] for level in levels], 32))
        .astype(np.uint16)[None]
        .repeat(32, 0)
        for part in range(3)
    ]


def shown(path: Path, count: int) -> NDArray[np.int64]:
    """The patches of its first frame, RGB, shape (count, 3)."""
    picture = next(ClipSource(path).frames()).picture
    return np.array([picture[16, 32 * patch + 16] for patch in range(count)], np.int64)


@pytest.mark.parametrize("full", [False, True], ids=["limited", "full"])
@pytest.mark.parametrize(
    ("colorspace", "red", "blue"),
    [(BT709, 0.2126, 0.0722), (BT470BG, 0.299, 0.114), (SMPTE170M, 0.299, 0.114)],
    ids=["bt709", "bt601-625", "bt601-525"],
)
def test_the_matrix_and_range_of_the_film_are_used(
    tmp_path: Path, colorspace: int, red: float, blue: float, full: bool
) -> None:
    levels: list[tuple[float, float, float]] = []
    for r, g, b in PATCHES:
        y = red * r + (1 - red - blue) * g + blue * b
        cb, cr = (b - y) / (2 - 2 * blue), (r - y) / (2 - 2 * red)
        if full:
            levels.append((y, 128 + cb, 128 + cr))
        else:
            levels.append((16 + y * 219 / 255, 128 + cb * 224 / 255, 128 + cr * 224 / 255))
    path = stored(
        tmp_path / "m.mkv",
        flat(levels),
        "yuv444p",
        colorspace=colorspace,
        color_range=2 if full else 1,
    )
    np.testing.assert_allclose(shown(path, len(PATCHES)), PATCHES, atol=2)


def to_signal(light: float, transfer: int) -> float:
    """What a camera writes for light in nits (HLG: for a screen of 1000 nits)."""
    if transfer == PQ:  # SMPTE ST 2084
        root = (light / 10_000) ** 0.1593017578125
        return ((0.8359375 + 18.8515625 * root) / (1 + 18.6875 * root)) ** 78.84375
    scene = (light / 1000) ** (1 / 1.2)  # BT.2100, of a grey
    if scene <= 1 / 12:
        return (3 * scene) ** 0.5
    return 0.17883277 * np.log(12 * scene - 0.28466892) + 0.55991073


@pytest.mark.parametrize("transfer", [PQ, HLG], ids=["pq", "hlg"])
def test_hdr_looks_as_on_a_usual_screen(tmp_path: Path, transfer: int) -> None:
    # Greys of a scene: deep shadow, shadow, skin in the shade, and beyond; 203 nits are white.
    nits = [0.5, 5, 25, 60, 100, 203, 400, 1000]
    levels = [(64 + 876 * to_signal(light, transfer), 512.0, 512.0) for light in nits]
    path = stored(
        tmp_path / "h.mkv",
        flat(levels),
        "yuv444p10le",
        colorspace=BT2020,
        color_primaries=9,
        color_trc=transfer,
        color_range=1,
    )
    grey = shown(path, len(nits))
    assert np.ptp(grey, axis=1).max() <= 1
    # BT.1886: below the knee light is kept.
    for light, level in zip(nits[:5], grey[:5, 0], strict=True):
        assert level == pytest.approx(255 * (light / 203) ** (1 / 2.4), abs=2)
    # Above it highlights are rolled off and stay apart.
    assert np.all(np.diff(grey[4:, 0]) >= 8)
    assert grey[-1, 0] >= 253


def test_wide_colours_are_shown_as_bt709(tmp_path: Path) -> None:
    # BT.709 primaries at half of their light, in BT.2020's colours (BT.2087, its inverse).
    to_2020 = np.array(
        [[0.6274, 0.3293, 0.0433], [0.0691, 0.9195, 0.0114], [0.0164, 0.0880, 0.8956]]
    )
    meant = np.eye(3) * 0.5 + 0.05
    signal = (meant @ to_2020.T) ** (1 / 2.4)
    luma = signal @ [0.2627, 0.6780, 0.0593]
    cb, cr = (signal[:, 2] - luma) / 1.8814, (signal[:, 0] - luma) / 1.4746
    levels = np.column_stack([64 + 876 * luma, 512 + 896 * cb, 512 + 896 * cr])
    path = stored(
        tmp_path / "w.mkv",
        flat([(y, b, r) for y, b, r in levels.tolist()]),
        "yuv444p10le",
        colorspace=BT2020,
        color_primaries=9,
        color_trc=14,
        color_range=1,
    )
    np.testing.assert_allclose(shown(path, 3), 255 * meant ** (1 / 2.4), atol=3)


def test_colour_notes_that_nobody_knows_are_as_none(tmp_path: Path) -> None:
    path = write_clip(tmp_path / "n.mov", 5, codec="prores_ks", pixels="yuv422p10le")
    film = bytearray(path.read_bytes())
    start = film.find(b"icpf")  # each frame's header; SMPTE RDD 36, 5.1.1
    while start >= 0:
        film[start + 18 : start + 21] = bytes([66, 77, 88])
        start = film.find(b"icpf", start + 4)
    path.write_bytes(film)
    assert [number_in(frame.picture) for frame in ClipSource(path).frames()] == list(range(5))


def test_transparency_is_black(tmp_path: Path) -> None:
    path = tmp_path / "a.mov"
    with av.open(str(path), "w") as film:
        stream = film.add_stream("png", rate=25)
        stream.width, stream.height, stream.pix_fmt = 64, 32, "rgba"
        content = np.full((32, 64, 4), 200, np.uint8)
        content[:, :32, 3], content[:, 32:, 3] = 255, 0
        frame = av.VideoFrame.from_ndarray(content, "rgba")
        frame.pts = 0
        film.mux(stream.encode(frame))
        film.mux(stream.encode(None))
    assert shown(path, 2).tolist() == [[200] * 3, [0] * 3]


@pytest.mark.parametrize("pixels", ["yuv420p", "yuv422p10le"])
def test_pictures_that_are_held_do_not_change(tmp_path: Path, pixels: str) -> None:
    source = ClipSource(write_clip(tmp_path / "h.mp4", 60, pixels=pixels))
    held = [(frame.picture, frame.picture.copy()) for frame in source.frames()]
    parts = [frame.picture[:32][::-1] for frame in source.frames()]
    for number, (picture, copy) in enumerate(held):
        np.testing.assert_array_equal(picture, copy)
        np.testing.assert_array_equal(parts[number], copy[:32][::-1])
        assert number_in(picture) == number


def test_memory_is_used_again_once_nobody_holds_it() -> None:
    stock = PictureStock()
    picture = stock.take(40, 60)
    place = picture.ctypes.data
    part = picture[10:20, ::2]
    del picture
    gc.collect()
    other = stock.take(40, 60)
    assert other.ctypes.data != place  # as a part of the first is still held
    del part
    gc.collect()
    assert stock.take(40, 60).ctypes.data == place


def test_pixels_that_are_no_squares_become_squares(tmp_path: Path) -> None:
    path = tmp_path / "dv.mkv"
    with av.open(str(path), "w") as film:
        stream = film.add_stream("libx264", rate=25)
        stream.width, stream.height, stream.pix_fmt = 144, 176, "yuv420p"
        stream.codec_context.sample_aspect_ratio = Fraction(4, 3)
        frame = av.VideoFrame.from_ndarray(drawn(0, 144, 176), "rgb24")
        frame.pts = 0
        film.mux(stream.encode(frame))
        film.mux(stream.encode(None))
    source = ClipSource(path)
    assert (source.width, source.height) == (192, 176)
    assert next(source.frames()).picture.shape == (176, 192, 3)
