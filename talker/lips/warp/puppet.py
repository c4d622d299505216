"""A portrait that can take any expression: mouth, eyes and head put together."""

from __future__ import annotations

from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from talker.lips.visemes import MouthShape
from talker.lips.warp.eyes import Eyes
from talker.lips.warp.head import Head
from talker.lips.warp.mouth import Mouth
from talker.media.frames import Picture


class Puppet:
    """A portrait and all that moves in it.

    Args:
        picture: uint8 RGB, shape (height, width, 3).
        landmarks: Of its face, shape (478, 3), pixels.
        matte_model: The person segmentation network's file; None for a head that never moves.
    """

    def __init__(
        self, picture: Picture, landmarks: NDArray[np.float32], matte_model: Path | None
    ) -> None:
        self._picture = picture
        self._mouth = Mouth(picture, landmarks)
        self._eyes = Eyes(picture, landmarks)
        self._head = None if matte_model is None else Head(picture, landmarks, matte_model)

    def still(self, mouth: MouthShape, blink: float, gaze: tuple[float, float]) -> Picture:
        """The portrait with another mouth and other eyes, the head where it is.

        Args:
            mouth: Shape of the mouth.
            blink: 0 as in the portrait to 1 closed.
            gaze: To the right and down, in eye spans.
        """
        canvas = self._picture.copy()
        self._mouth.draw(canvas, mouth)
        if blink > 0.004 or gaze != (0.0, 0.0):
            self._eyes.draw(canvas, blink, gaze)
        return canvas

    def moved(
        self, canvas: Picture, pose: NDArray[np.float32], breath: float, brows: float
    ) -> Picture:
        """What `still` drew with the head in another pose; see `Head.move`."""
        return canvas if self._head is None else self._head.move(canvas, pose, breath, brows)
