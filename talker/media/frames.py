"""Pictures and clips as one kind of thing: a source of frames."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Iterator
from dataclasses import dataclass
from fractions import Fraction
from itertools import islice

import numpy as np
from numpy.typing import NDArray

Picture = NDArray[np.uint8]
"""RGB, shape (height, width, 3), 0 to 255."""


@dataclass(frozen=True, slots=True)
class Frame:
    """One picture of a film.

    A picture may be held for as long as one likes: it never changes once it is handed out. It is
    not to be written to either, as frames that show the same share it.

    Attributes:
        picture: uint8 RGB, shape (height, width, 3).
        time_s: Exact presentation time.
    """

    picture: Picture
    time_s: Fraction


class FrameSource(ABC):
    """Frames one after the other; each call of `frames` starts again.

    Attributes:
        width: Pixels.
        height: Pixels.
        fps: Nominal frames a second; None for a still.
        length: Number of frames; None where it is not known.
    """

    width: int
    height: int
    fps: Fraction | None
    length: int | None

    @abstractmethod
    def frames(self) -> Iterator[Frame]:
        """The frames in order, decoded as they are asked for."""

    def picture_at(self, number: int) -> Picture:
        """The picture of one frame, uint8 RGB; slow where all before it have to be decoded."""
        return next(islice(self.frames(), number, None)).picture


class Still(FrameSource):
    """A picture as a source of one frame."""

    def __init__(self, picture: Picture) -> None:
        self.picture = picture
        self.height, self.width = picture.shape[:2]
        self.fps = None
        self.length = 1

    def frames(self) -> Iterator[Frame]:
        """The picture, once."""
        yield Frame(self.picture, Fraction(0))
