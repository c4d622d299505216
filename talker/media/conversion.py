"""Decoded frames of every kind as upright RGB pictures of one size."""

from __future__ import annotations

from fractions import Fraction
from typing import TYPE_CHECKING, Any, Literal, cast

import numpy as np
from numpy.typing import NDArray

from talker.media.colour import (
    BT601,
    BT709,
    BT2020,
    SMPTE240,
    FromYuv,
    LumaWeights,
    PictureStock,
    rgb_matrix,
)
from talker.media.frames import Picture

if TYPE_CHECKING:
    from av.video.frame import VideoFrame
    from av.video.plane import VideoPlane

_Kind = Literal["planes", "yuv", "grey", "rgb", "alpha"]

# FFmpeg's numbers for matrices, ranges, primaries and transfers (ITU-T H.273, tables 2 to 4).
_WEIGHTS = {1: BT709, 4: BT601, 5: BT601, 6: BT601, 7: SMPTE240, 9: BT2020, 10: BT2020}
_LIMITED_RANGE, _FULL_RANGE = 1, 2
# The matrices of BT.2020 stand for its primaries where these are not told.
_BT2020_PRIMARIES, _RGB, _UNSPECIFIED = (9, 10), 0, 2
_PRIMARIES = (1, 2, *range(4, 13), 22)
_TRANSFERS = (1, 2, *range(4, 19))
_PQ, _HLG = 16, 18
# Without a word about it, what is larger than standard definition is BT.709, as players hold it.
_MAX_SD_WIDTH, _MAX_SD_HEIGHT = 1024, 576
_OWN_PLANES = {f"yuv{j}{layout}p" for j in ("", "j") for layout in ("420", "422", "444", "440")}
# A pixel shape nearer to a square than this is one.
_SQUARE = 0.01
_MAX_STRETCH = 4


class Upright:
    """How frames are turned, stretched and cut to what the film shows.

    Args:
        stored: Width and height of the frames as they are stored, in pixels.
        pixel_shape: Width of a pixel by its height; None for squares.
        matrix: Display matrix, 3x3 (ISO 14496-12, 6.2.2); None for an upright film.
        size: Width and height to come out, even; what is too much at two sides is cut off. None
            for the film's own size, less an odd row or column.

    Attributes:
        cut_off: Share of the width or the height that is cut off to be of `size`.
    """

    def __init__(
        self,
        stored: tuple[int, int],
        pixel_shape: Fraction | None,
        matrix: NDArray[np.float64] | None,
        size: tuple[int, int] | None = None,
    ) -> None:
        shape = float(pixel_shape or 1)
        if abs(shape - 1) < _SQUARE or not 1 / _MAX_STRETCH <= shape <= _MAX_STRETCH:
            shape = 1.0
        # The side that gets longer, so that no detail is lost.
        square = round(stored[0] * max(1, shape)), round(stored[1] * max(1, 1 / shape))
        self._swapped, self._mirrored, self._flipped = _turn(matrix)
        self._square = square
        shown = square[::-1] if self._swapped else square
        self.width, self.height = size or (shown[0] - shown[0] % 2, shown[1] - shown[1] % 2)
        self._scale, self.cut_off = 1.0, 0.0
        if size is not None:
            shares = size[0] / shown[0], size[1] / shown[1]
            self._scale = max(shares)
            self.cut_off = 1 - min(shares) / max(shares)

    def apply(self, picture: Picture) -> Picture:
        """The picture as it is shown, shape (self.height, self.width, 3)."""
        whole = tuple(round(side * self._scale) for side in self._square)
        picture = _resized(picture, (whole[0], whole[1]))
        if self._swapped:
            picture = picture.transpose(1, 0, 2)
        if self._mirrored:
            picture = picture[:, ::-1]
        if self._flipped:
            picture = picture[::-1]
        left = (picture.shape[1] - self.width) // 2
        top = (picture.shape[0] - self.height) // 2
        return np.ascontiguousarray(picture[top : top + self.height, left : left + self.width])


class ToRgb:
    """Turns frames of a decoder into RGB; its scratch memory serves one thread at a time.

    YUV is converted by the film's own matrix and range, wide colour gamuts and HDR are mapped to
    what a usual screen shows, and transparency lies on black.
    """

    def __init__(self) -> None:
        self._stock = PictureStock()
        self._from_yuv = FromYuv(self._stock)

    def convert(self, frame: VideoFrame) -> Picture:
        """The picture: uint8 RGB, shape (height, width, 3) of the frame."""
        _forget_unknown_notes(frame)
        if _is_wide(frame):
            from talker.media.wide_colour import narrow

            picture = self._stock.take(frame.height, frame.width)
            matrix = _deep_matrix(frame)
            narrow(_deep_planes(frame), matrix, picture, transfer=int(frame.color_trc))
            return picture
        kind = _kind(frame)
        if kind == "yuv":
            # Bits and sub-sampling only: swscale's own matrix rounds down, a level too dark.
            same = frame.color_range
            frame = frame.reformat(format="yuv444p", src_color_range=same, dst_color_range=same)
        if kind in ("planes", "yuv"):
            planes = [plane_of(plane) for plane in frame.planes[:3]]
            return self._from_yuv.convert(planes, _weights(frame), full_range=_is_full(frame))
        if kind == "grey":
            return _grey(frame)
        if kind == "alpha":
            rgba = frame.to_ndarray(format="rgba")
            share = rgba[..., 3:].astype(np.uint16)
            return ((rgba[..., :3] * share + 127) // 255).astype(np.uint8)
        return np.ascontiguousarray(frame.to_ndarray(format="rgb24"), np.uint8)


def display_matrix(frame: VideoFrame) -> NDArray[np.float64] | None:
    """How a film wants to be turned, 3x3 in rows; None where it says nothing."""
    from av.sidedata.sidedata import Type

    try:
        note = cast("Any", frame.side_data)[Type.DISPLAYMATRIX]
    except KeyError:
        return None
    return np.frombuffer(bytes(note), np.int32).reshape(3, 3).astype(np.float64)


def plane_of(plane: VideoPlane) -> NDArray[np.uint8]:
    """What lies in a plane of 8 bits, shape (height, width), in the frame's own memory."""
    rows = np.frombuffer(memoryview(cast("Any", plane)), np.uint8, plane.line_size * plane.height)
    return rows.reshape(plane.height, plane.line_size)[:, : plane.width]


def _resized(picture: Picture, size: tuple[int, int]) -> Picture:
    import cv2

    if picture.shape[1::-1] == size:
        return picture
    way = cv2.INTER_AREA if picture.shape[1] > size[0] else cv2.INTER_CUBIC
    return cv2.resize(picture, size, interpolation=way).astype(np.uint8, copy=False)


def _kind(frame: VideoFrame) -> _Kind:
    if frame.format.name in _OWN_PLANES and all(plane.line_size > 0 for plane in frame.planes):
        return "planes"
    parts = frame.format.components
    if frame.format.has_palette or any(part.is_alpha for part in parts):
        return "alpha"
    if frame.format.is_rgb:
        return "rgb"
    return "yuv" if any(part.is_chroma for part in parts) else "grey"


def _turn(matrix: NDArray[np.float64] | None) -> tuple[bool, bool, bool]:
    """The quarter turn or mirroring nearest to a matrix: axes swapped, mirrored, upside down."""
    if matrix is None:
        return False, False, False
    (a, b), (c, d) = matrix[:2, :2]
    if abs(a) + abs(d) >= abs(b) + abs(c):
        return False, bool(a < 0), bool(d < 0)
    # What ran along the rows (its step is (a, b)) now runs along the columns.
    return True, bool(c < 0), bool(b < 0)


def _weights(frame: VideoFrame) -> LumaWeights:
    said = _WEIGHTS.get(int(frame.colorspace))
    if said is not None:
        return said
    small = frame.width <= _MAX_SD_WIDTH and frame.height <= _MAX_SD_HEIGHT
    return BT601 if small else BT709


def _is_full(frame: VideoFrame) -> bool:
    return int(frame.color_range) == _FULL_RANGE or frame.format.name.startswith("yuvj")


def _forget_unknown_notes(frame: VideoFrame) -> None:
    """Takes what FFmpeg would refuse to convert, as damage leaves it, for nothing told."""
    if int(frame.colorspace) not in (*_WEIGHTS, _RGB, _UNSPECIFIED):
        frame.colorspace = _UNSPECIFIED
    if int(frame.color_primaries) not in _PRIMARIES:
        frame.color_primaries = _UNSPECIFIED
    if int(frame.color_trc) not in _TRANSFERS:
        frame.color_trc = _UNSPECIFIED


def _is_wide(frame: VideoFrame) -> bool:
    """Whether colours are HDR or beyond those of BT.709."""
    if frame.format.is_rgb or frame.format.has_palette:
        return False
    primaries = int(frame.color_primaries)
    if primaries == _UNSPECIFIED:
        primaries = int(frame.colorspace)
    return primaries in _BT2020_PRIMARIES or int(frame.color_trc) in (_PQ, _HLG)


def _deep_planes(frame: VideoFrame) -> list[NDArray[np.uint16]]:
    """Y, Cb and Cr of a YUV frame of any depth, uint16, shape (h, w)."""
    same = frame.color_range
    deep = frame.reformat(format="yuv444p16le", src_color_range=same, dst_color_range=same)
    return [
        np.frombuffer(memoryview(cast("Any", plane)), np.uint16).reshape(-1, plane.line_size // 2)[
            : plane.height, : plane.width
        ]
        for plane in deep.planes[:3]
    ]


def _deep_matrix(frame: VideoFrame) -> NDArray[np.float32]:
    """3x4: what `_deep_planes` and 1 give to R', G', B', all in 0 to 65535."""
    # 8-bit levels are 256 levels of 16 bits; black and neutral chroma lie at 16 and 128 times that.
    matrix = rgb_matrix(_weights(frame), full_range=_is_full(frame)) * (65535 / 255)
    matrix[:, :3] /= 256
    return matrix


def _grey(frame: VideoFrame) -> Picture:
    grey = frame.to_ndarray(format="gray").astype(np.float32)
    if int(frame.color_range) == _LIMITED_RANGE:
        grey = (grey - 16) * (255 / 219)
    levels = np.clip(np.rint(grey), 0, 255).astype(np.uint8)
    return np.repeat(levels[:, :, None], 3, axis=2)
