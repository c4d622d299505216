"""Which of the faces in a picture is to speak, and what to warn about."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from talker.errors import FaceError, UsageError
from talker.faces.face import LEFT_EYE_OUTER, RIGHT_EYE_OUTER, Face

MIN_EYE_SPAN = 60
"""Pixels between the outer eye corners below which a face looks soft in a film."""

MAX_TURN_DEG = 30
"""Degrees away from the camera up to which the lips look right."""

_FOREHEAD, _CHIN = 10, 152
# The line from forehead to chin leans back by this much, in degrees, on faces seen straight on.
_LEAN_DEG = 5.0


def choose_face(
    faces: Sequence[Face],
    *,
    index: int | None = None,
    at: tuple[float, float] | None = None,
    size: tuple[int, int] | None = None,
) -> Face:
    """The face that is to speak; the largest one where nothing else is asked for.

    Args:
        faces: Of one picture, in any order.
        index: Counted from the left in the picture, from 0.
        at: x and y of a place in the face or near it: pixels, or fractions of the picture where
            `size` is given and both are in [0, 1]; no face has its middle in that corner pixel.
        size: Width and height of the picture in pixels.

    Raises:
        FaceError: There is no face, or none with that index; the message lists those there are.
        UsageError: Both `index` and `at`, or a place outside the picture.
    """
    if index is not None and at is not None:
        raise UsageError(
            "--face-index and --face-at both choose a face.", "Give only one of the two."
        )
    if not faces:
        raise FaceError(
            "No face was found in the picture.",
            "Use a well-lit picture of a face seen from the front, at least 100 pixels wide; for "
            "a drawing, give the portrait's TOML its landmarks.",
        )
    if at is not None:
        place = _in_pixels(at, size)
        if size is not None and np.any(place > size):
            raise UsageError(
                f"The place {at[0]:g},{at[1]:g} is outside the picture of {size[0]}x{size[1]} "
                f"pixels; its faces are:\n{list_faces(faces)}",
                "Give a place in one of them.",
            )
        return _nearest(faces, place)
    if index is None:
        return max(faces, key=lambda face: face.eye_span)
    ordered = from_left(faces)
    if not 0 <= index < len(ordered):
        raise FaceError(
            f"There is no face {index}; the picture shows {len(ordered)}:\n{list_faces(ordered)}",
            "Choose one with the option at its line.",
        )
    return ordered[index]


def from_left(faces: Sequence[Face]) -> list[Face]:
    """Faces by the middle of their boxes, as `--face-index` counts them."""
    return sorted(faces, key=lambda face: float(face.box[0] + face.box[2]))


def list_faces(faces: Sequence[Face]) -> str:
    """One line a face: where it is, how large, and the option that chooses it."""
    lines: list[str] = []
    for index, face in enumerate(from_left(faces)):
        x0, y0, x1, y1 = (round(float(edge)) for edge in face.box)
        lines.append(
            f"  --face-index {index}   x {x0} to {x1}, y {y0} to {y1}, "
            f"eye span {face.eye_span:.0f} pixels   (or --face-at {(x0 + x1) // 2},"
            f"{(y0 + y1) // 2})"
        )
    return "\n".join(lines)


def warnings_for(face: Face) -> list[str]:
    """What will not look its best with this face; empty where all is well."""
    warnings: list[str] = []
    if face.eye_span < MIN_EYE_SPAN:
        warnings.append(
            f"The face is small (eye span {face.eye_span:.0f} pixels, {MIN_EYE_SPAN} and more "
            "look sharp): use a larger picture of it."
        )
    yaw, pitch = turned_deg(face)
    if abs(yaw) > MAX_TURN_DEG:
        warnings.append(
            f"The face is turned {abs(yaw):.0f} degrees to the side: a picture from the front "
            "moves more naturally."
        )
    if abs(pitch) > MAX_TURN_DEG:
        way = "down" if pitch > 0 else "up"
        warnings.append(
            f"The face looks {abs(pitch):.0f} degrees {way}: a picture from the front moves more "
            "naturally."
        )
    return warnings


def turned_deg(face: Face) -> tuple[float, float]:
    """How far a face is turned from the camera, from the depth of its landmarks.

    Returns:
        Yaw (positive where the person's left side is farther away) and pitch (positive where
        the person looks down), in degrees.
    """
    across = face.landmarks[LEFT_EYE_OUTER] - face.landmarks[RIGHT_EYE_OUTER]
    down = face.landmarks[_CHIN] - face.landmarks[_FOREHEAD]
    return _depth_deg(across), _depth_deg(down) - _LEAN_DEG


def _depth_deg(direction: NDArray[np.float32]) -> float:
    x, y, z = (float(part) for part in direction)
    return float(np.degrees(np.arctan2(z, np.hypot(x, y))))


def _in_pixels(at: tuple[float, float], size: tuple[int, int] | None) -> NDArray[np.float64]:
    place = np.array(at, np.float64)
    if size is not None and np.all((place >= 0) & (place <= 1)):
        return place * size
    return place


def _nearest(faces: Sequence[Face], place: NDArray[np.float64]) -> Face:
    """The face whose box is nearest; of several around the place, the best centred one."""

    def distance(face: Face) -> tuple[float, float]:
        low, high = face.box[:2], face.box[2:]
        outside = np.maximum(0, np.maximum(low - place, place - high))
        return float(np.linalg.norm(outside)), float(np.linalg.norm((low + high) / 2 - place))

    return min(faces, key=distance)
