"""What is laid over a picture: drawings with a place, and how they change in time."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray


@dataclass(frozen=True, slots=True)
class Layer:
    """A drawing in its place.

    Attributes:
        pixels: uint8 RGBA, alpha not multiplied in, shape (h, w, 4); never written to, so that
            one drawing may serve for many frames.
        left: Pixels from the left edge of the picture; the drawing may reach beyond the edges.
        top: Pixels from its top.
        opacity: 0 (unseen) to 1.
    """

    pixels: NDArray[np.uint8]
    left: int
    top: int
    opacity: float = 1.0


class Element(ABC):
    """Something drawn over a scene: captions, a headline, a title."""

    @abstractmethod
    def at(self, time_s: float) -> Sequence[Layer]:
        """Its layers, the lowest first, at a time on the scene's clock; none where it is unseen."""


class Shifted(Element):
    """Another element in another place.

    Args:
        element: What is drawn.
        right: Pixels by which it is moved to the right.
    """

    def __init__(self, element: Element, right: int) -> None:
        self._element, self._right = element, right

    def at(self, time_s: float) -> Sequence[Layer]:
        """Its layers, moved."""
        layers = self._element.at(time_s)
        return [replace(layer, left=layer.left + self._right) for layer in layers]
