"""A portrait that lives around a mouth which others draw."""

from __future__ import annotations

from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from talker.lips.warp.eyes import Eyes
from talker.lips.warp.head import Head
from talker.media.frames import Picture
from talker.stage.life import LifeCurves


class LivingPortrait:
    """Blinks, glances, breathes and moves its head.

    Args:
        picture: uint8 RGB, shape (height, width, 3).
        landmarks: Of its face, shape (478, 3), pixels.
        matte_model: The person segmentation network's file; None for a head that never moves.
    """

    def __init__(
        self, picture: Picture, landmarks: NDArray[np.float32], matte_model: Path | None
    ) -> None:
        self._eyes = Eyes(picture, landmarks)
        self._head = None if matte_model is None else Head(picture, landmarks, matte_model)

    def draw(self, canvas: Picture, life: LifeCurves, row: int = 0) -> Picture:
        """The portrait alive at one moment.

        Args:
            canvas: The portrait with this moment's mouth; changed.
            life: Where all else stands.
            row: Of the curves.

        Returns:
            A picture that may be the canvas.
        """
        gaze = float(life.gaze[row, 0]), float(life.gaze[row, 1])
        self._eyes.draw(canvas, float(life.blink[row]), gaze)
        if self._head is None:
            return canvas
        breath, brows = float(life.breath[row]), float(life.brows[row])
        return self._head.move(canvas, life.pose[row], breath, brows)
