"""The encoded picture track of a file that is being written."""

from __future__ import annotations

from fractions import Fraction
from typing import TYPE_CHECKING

import numpy as np

from talker.media.colour import ToYuv420
from talker.media.conversion import plane_of
from talker.media.frames import Picture

if TYPE_CHECKING:
    from av.container import OutputContainer
    from av.video.stream import VideoStream

PICTURE_CRF = 15
"""Quality of films of pictures. Measured on painted portraits: more than 48 dB."""

CLIP_CRF = 18
"""Quality of films of clips, which were encoded once before. Measured on camera grain at 1080p:
two thirds of the work and half of the size of 15."""

_KEYFRAME_S = 2
# x264's frames depend on its number of threads; a fixed number gives the same film everywhere.
_X264_THREADS = 4
# Superfast with veryfast's look ahead: at 1080p its quality and size for half of its work (21
# and 41 ms of processor time a frame of a talking clip at CLIP_CRF, 14 and 25 ms on two cores,
# both 45.6 dB and 4 Mbit/s).
# The chroma sites are in the centre of each 2x2 square, as `ToYuv420` makes them.
_X264 = {"preset": "superfast", "x264-params": "rc-lookahead=10:mbtree=1:chromaloc=1"}


class PictureTrack:
    """Encodes pictures to H.264 and muxes them as they come, the first at 0.

    Args:
        container: An open output.
        size: Width and height in pixels, even.
        fps: Frames a second.
        crf: Constant rate factor of x264, 0 (lossless) to 51.
    """

    def __init__(
        self, container: OutputContainer, size: tuple[int, int], fps: Fraction, crf: int
    ) -> None:
        import av

        self._container = container
        self._size = size
        self._stream = _h264_stream(container, size, fps, crf)
        self._to_yuv = ToYuv420(*size)
        # The encoder copies what it is given, so one frame serves for all.
        self._frame = av.VideoFrame(*size, "yuv420p")
        self._frame.time_base = 1 / fps
        self.frames = 0
        """Pictures encoded so far."""

    def encode(self, picture: Picture) -> None:
        """Append a picture: uint8 RGB, shape (height, width, 3) of the track's size."""
        width, height = self._size
        if picture.shape != (height, width, 3) or picture.dtype != np.uint8:
            raise ValueError(
                f"a picture of this film is uint8 {(height, width, 3)}, "
                f"not {picture.dtype} {picture.shape}"
            )
        self._frame.make_writable()
        self._to_yuv.convert(picture, [plane_of(plane) for plane in self._frame.planes])
        self.repeat()

    def repeat(self) -> None:
        """Append the last picture again."""
        self._frame.pts = self.frames
        self._container.mux(self._stream.encode(self._frame))
        self.frames += 1

    def finish(self) -> None:
        """Encode what the encoder still holds."""
        self._container.mux(self._stream.encode(None))


def _h264_stream(
    container: OutputContainer, size: tuple[int, int], fps: Fraction, crf: int
) -> VideoStream:
    stream = container.add_stream("libx264", rate=fps, options=_X264 | {"crf": str(crf)})
    stream.width, stream.height = size
    stream.pix_fmt = "yuv420p"
    context = stream.codec_context
    context.time_base = 1 / fps
    context.thread_count = _X264_THREADS
    context.gop_size = max(1, round(fps * _KEYFRAME_S))
    mark_bt709(stream)
    return stream


def mark_bt709(stream: VideoStream) -> None:
    """Says in a stream that its colours are BT.709 in the narrow range, as players expect."""
    from av.video.reformatter import ColorPrimaries, ColorRange, Colorspace, ColorTrc

    context = stream.codec_context
    context.color_range = ColorRange.MPEG
    context.colorspace = Colorspace.ITU709
    context.color_primaries = ColorPrimaries.BT709
    context.color_trc = ColorTrc.BT709
