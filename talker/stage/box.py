"""A rectangle in a picture."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Box:
    """A rectangle, in whole pixels of the picture.

    Attributes:
        left: From the picture's left edge.
        top: From its top.
        width: To the right.
        height: Downwards.
    """

    left: int
    top: int
    width: int
    height: int

    @property
    def right(self) -> int:
        """The first column that is not inside."""
        return self.left + self.width

    @property
    def bottom(self) -> int:
        """The first row that is not inside."""
        return self.top + self.height

    @property
    def middle(self) -> tuple[float, float]:
        """Its centre, x and y."""
        return self.left + self.width / 2, self.top + self.height / 2

    def inset(self, across: int, down: int) -> Box:
        """Smaller by so many pixels at the left and right, and at the top and bottom."""
        return Box(
            self.left + across,
            self.top + down,
            max(1, self.width - 2 * across),
            max(1, self.height - 2 * down),
        )

    def square(self) -> Box:
        """The largest square in its middle."""
        side = min(self.width, self.height)
        return Box(
            self.left + (self.width - side) // 2, self.top + (self.height - side) // 2, side, side
        )

    def overlaps(self, other: Box) -> bool:
        """Whether they share a pixel."""
        return (
            self.left < other.right
            and other.left < self.right
            and self.top < other.bottom
            and other.top < self.bottom
        )

    def contains(self, other: Box) -> bool:
        """Whether all of the other is inside."""
        return (
            self.left <= other.left
            and self.top <= other.top
            and other.right <= self.right
            and other.bottom <= self.bottom
        )
