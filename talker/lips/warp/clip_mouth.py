"""A mouth for a face that moves: one of its own frames lends it, and it is laid into the others."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from talker.faces.face import Face
from talker.faces.smoothing import Pose
from talker.lips.paste.mouth_paste import MouthPaste
from talker.lips.paste.placing import Affine
from talker.lips.visemes import REST, MouthShape
from talker.lips.warp import fields
from talker.lips.warp.bases import LipRows
from talker.lips.warp.donors import turn_of
from talker.lips.warp.face_frame import FaceFrame
from talker.lips.warp.mouth import Mouth
from talker.lips.warp.sampling import ease
from talker.media.frames import Picture

# Lips further apart than this, in eye spans, are brought together before they speak.
_SLIT = 0.009
# From here down, in eye spans from the mouth, landmarks say where the donor's lower face goes.
_LOWER_FACE = -0.25
# Degrees over which one donor takes over from another.
_HANDOVER = 4.0
# How far the mask reaches beyond the chins, in distances between them, and at most in eye spans.
_BEYOND, _MOST_BEYOND = 0.8, 0.07
# Eye spans below the mouth's corners; what is lower falls with the jaw.
_CHEEKS_END = 0.05
# How far a closed jaw is raised further and its lips are pressed, up to which opening.
_SEAL, _SEAL_PRESS, _SEALED_TO = 0.15, 0.65, 0.15
_MARGIN = 0.1  # around what is kept of a donor, in eye spans


@dataclass(frozen=True, slots=True)
class Donor:
    """A frame that lends its mouth.

    Attributes:
        picture: uint8 RGB, what the mouth moves and the eyes.
        landmarks: Of its face in that picture, shape (478, 3), pixels.
        turn: Of its head, degrees, shape (2,).
        mouth: That can take any shape.
    """

    picture: Picture
    landmarks: NDArray[np.float32]
    turn: NDArray[np.float32]
    mouth: Mouth

    @classmethod
    def of(cls, frame: Picture, face: Face) -> Donor:
        """The donor that a frame of the clip is; only a part of the frame is kept."""
        plane = FaceFrame(face.landmarks)
        corners = np.array(
            [(x, y) for x in (fields.LEFT, fields.RIGHT) for y in (fields.TOP, fields.BOTTOM)]
        )
        reach = np.concatenate([plane.to_pixels(corners), face.landmarks[:, :2]])
        margin = _MARGIN * plane.unit
        low = np.maximum(np.floor(reach.min(axis=0) - margin), 0).astype(int)
        high = np.ceil(reach.max(axis=0) + margin).astype(int)
        picture = np.ascontiguousarray(frame[low[1] : high[1], low[0] : high[0]])
        landmarks = face.landmarks.copy()
        landmarks[:, :2] -= low
        mouth = Mouth(picture, landmarks, _SLIT)
        if mouth.is_open:
            # Closed first, it opens as others do, without the teeth it happened to show.
            closed = picture.copy()
            mouth.draw(closed, REST)
            picture, landmarks = closed, mouth.landmarks_of(REST)
            mouth = Mouth(picture, landmarks)
        return cls(picture, landmarks, turn_of(plane), mouth)


class ClipMouth:
    """Gives the face of a clip other mouths than its own.

    The lower face of a donor, with its mouth in the shape that is wanted, is turned, scaled and
    laid over that of the frame, so that nothing of the frame's own mouth is left.

    Args:
        paste: Lays it.
    """

    def __init__(self, paste: MouthPaste) -> None:
        self._paste = paste

    def draw(
        self, frame: Picture, face: Face, shape: MouthShape, donors: Sequence[Donor]
    ) -> Picture:
        """A frame with a mouth of a shape, as a new picture.

        Args:
            frame: uint8 RGB, shape (height, width, 3).
            face: In the frame.
            shape: Of the mouth.
            donors: Of the face, at least one.
        """
        picture, sealed = frame, _sealed(shape)
        for donor, share in _shares(donors, turn_of(FaceFrame(face.landmarks))):
            pose = Pose.between(donor.landmarks, face.landmarks)
            to_frame = _placed(donor.landmarks, pose.apply(donor.landmarks.astype(np.float64)))
            canvas = donor.picture.copy()
            donor.mouth.draw(canvas, sealed)
            outline = _covering(
                face, pose.apply(donor.mouth.landmarks_of(sealed).astype(np.float64))
            )
            picture = self._paste.paste(picture, outline, canvas, to_frame, share)
        return picture


def _sealed(shape: MouthShape) -> MouthShape:
    """A shape in which closed lips lie on each other, as resting ones may leave a slit."""
    shut = float(1.0 - ease(0.0, _SEALED_TO, np.array(shape.jaw + shape.part + shape.tuck)))
    return replace(shape, jaw=shape.jaw - _SEAL * shut, press=max(shape.press, _SEAL_PRESS * shut))


def _shares(donors: Sequence[Donor], turn: NDArray[np.float32]) -> list[tuple[Donor, float]]:
    """The donor nearest to a pose, and how far the next is seen over it, if it is as near."""
    away = [float(np.hypot(*(donor.turn - turn))) for donor in donors]
    first, *others = np.argsort(away)
    shares = [(donors[first], 1.0)]
    if others:
        second = others[0]
        lead = (away[second] - away[first]) / _HANDOVER
        if lead < 1.0:
            # As near as the first it is seen as much.
            rest = 1.0 - lead
            shares.append((donors[second], 0.5 * rest * rest * (3 - 2 * rest)))
    return shares


def _placed(donor: NDArray[np.float32], resting: NDArray[np.float64]) -> Affine:
    """Where the pixels of a donor lie in the frame, best around the mouth (least squares)."""
    used = FaceFrame(donor).local[:468, 1] > _LOWER_FACE
    source = donor[:468][used, :2].astype(np.float64) - 0.5
    target = resting[:468][used, :2] - 0.5
    design = np.column_stack([source, np.ones(len(source))])
    return np.linalg.lstsq(design, target, rcond=None)[0].T.astype(np.float64).astype(np.float64)


def _covering(face: Face, wanted: NDArray[np.float64]) -> Face:
    """A face whose lips and jaw reach as far as those that are seen and those that are wanted."""
    plane = FaceFrame(face.landmarks)
    down = plane.down_axis / np.linalg.norm(plane.down_axis)
    landmarks = face.landmarks.copy()
    lower = (wanted[:, :2] - landmarks[:, :2]) @ down
    rows = LipRows()
    falls = np.where(rows.lips, rows.lower & ~rows.corners, plane.local[:, 1] > _CHEEKS_END)
    rises = rows.upper & ~rows.corners
    further = (falls & (lower > 0)) | (rises & (lower < 0))
    landmarks[further, :2] = wanted[further, :2]
    # What is left of a chin that is elsewhere would show through the soft edge below it.
    beyond = np.minimum(_BEYOND * np.abs(lower), _MOST_BEYOND * plane.unit)
    landmarks[falls, :2] += beyond[falls, None] * down
    return replace(face, landmarks=landmarks)
