"""What is free around a face."""

from __future__ import annotations

from dataclasses import dataclass

from talker.stage.box import Box


@dataclass(frozen=True, slots=True)
class Side:
    """A place beside a face.

    Attributes:
        box: In pixels of the picture.
        worth: How well it is that this part of the picture is covered, against 1.
    """

    box: Box
    worth: float


def sides_of(face: Box, room: Box, air: int) -> tuple[Side, ...]:
    """What a face leaves of a room to its right, to its left, below it and above it.

    Args:
        face: In pixels of the picture.
        room: Where things may stand.
        air: Pixels that are kept between them and the face.

    Returns:
        Some may be empty. Rather a chest is covered than a background, and that rather than hair.
    """
    start = max(room.left, face.right + air)
    right = Box(start, room.top, max(0, room.right - start), room.height)
    left = Box(room.left, room.top, max(0, face.left - air - room.left), room.height)
    start = max(room.top, face.bottom + air)
    below = Box(room.left, start, room.width, max(0, room.bottom - start))
    above = Box(room.left, room.top, room.width, max(0, face.top - air - room.top))
    return Side(right, 1.0), Side(left, 1.0), Side(below, 1.3), Side(above, 0.8)
