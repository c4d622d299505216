"""The beginning of a clip."""

from __future__ import annotations

from collections.abc import Iterator

from talker.media.clip import ClipSource
from talker.media.frames import Frame, FrameSource


class Excerpt(FrameSource):
    """The first frames of a clip.

    Args:
        clip: It.
        count: How many of its frames.
    """

    def __init__(self, clip: ClipSource, count: int) -> None:
        self._clip = clip
        self.width, self.height, self.fps = clip.width, clip.height, clip.fps
        self.length = self.count = min(count, len(clip.times_s))

    def frames(self) -> Iterator[Frame]:
        """See `FrameSource.frames`."""
        return self._clip.frames(0, self.count)
