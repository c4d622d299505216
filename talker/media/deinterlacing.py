"""Whole frames from the two fields of interlaced films."""

from __future__ import annotations

from collections import deque
from collections.abc import Iterator
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from av.video.frame import VideoFrame
    from av.video.stream import VideoStream


def deinterlaced(frames: Iterator[VideoFrame], stream: VideoStream) -> Iterator[VideoFrame]:
    """Frames without combs, one for each that came in; those that are whole pass unchanged.

    A frame looks at its neighbours (FFmpeg's bwdif), so the first and the last of a run are woven
    from less than those between.

    Args:
        frames: Of one film, in order.
        stream: The film they come from.
    """
    weaver: _Weaver | None = None
    for frame in frames:
        kind = frame.width, frame.height, frame.format.name
        if weaver is None or weaver.kind != kind:
            if weaver is not None:
                yield from weaver.weave(None)
            weaver = _Weaver(kind, stream)
        yield from weaver.weave(frame)
    if weaver is not None:
        yield from weaver.weave(None)


class _Weaver:
    """A filter for frames of one size and format."""

    def __init__(self, kind: tuple[int, int, str], stream: VideoStream) -> None:
        from av.filter import Graph
        from av.video.format import VideoFormat

        self.kind = kind
        self._stamps: deque[int | None] = deque()
        self._graph = Graph()
        width, height, pixels = kind
        source = self._graph.add_buffer(
            width=width, height=height, format=VideoFormat(pixels), time_base=stream.time_base
        )
        weave = self._graph.add("bwdif", "mode=send_frame:parity=auto:deint=interlaced")
        sink = self._graph.add("buffersink")
        self._graph.link_nodes(source, weave, sink).configure()

    def weave(self, frame: VideoFrame | None) -> Iterator[VideoFrame]:
        """Frames that are ready once one more, or none (the end), is known."""
        from av.error import BlockingIOError, EOFError

        if frame is not None:
            self._stamps.append(frame.pts)
        self._graph.vpush(frame)
        while True:
            try:
                woven = self._graph.vpull()
            except (BlockingIOError, EOFError):
                return
            woven.pts = self._stamps.popleft()  # the filter counts in halves of ticks
            yield woven
