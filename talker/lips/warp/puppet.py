"""A portrait that can take any expression: mouth, eyes and head put together."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from talker.lips.visemes import MouthShape
from talker.lips.warp.eyes import Eyes
from talker.lips.warp.head import Head
from talker.lips.warp.mouth import Mouth
from talker.media.frames import Picture


@dataclass(frozen=True, slots=True)
class Expression:
    """All that moves in a face, at one moment.

    Attributes:
        mouth: Shape of the mouth.
        blink: 0 as in the portrait to 1 closed.
        gaze: To the right and down, in eye spans.
        pose: Shift to the right and down in eye spans, roll, yaw and pitch in radians, shape (5,).
        breath: 0 breathed out to 1 breathed in.
        brows: 0 at rest to 1 raised.
    """

    mouth: MouthShape
    blink: float
    gaze: tuple[float, float]
    pose: NDArray[np.float32]
    breath: float
    brows: float


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

    def draw(self, expression: Expression) -> Picture:
        """The portrait with an expression, as a new picture."""
        canvas = self._picture.copy()
        self._mouth.draw(canvas, expression.mouth)
        self._eyes.draw(canvas, expression.blink, expression.gaze)
        if self._head is None:
            return canvas
        return self._head.move(canvas, expression.pose, expression.breath, expression.brows)
