"""A mouth for a face that moves: one of its own frames lends it, the others are given it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from talker.faces.face import Face
from talker.faces.smoothing import Pose
from talker.lips.paste.mouth_paste import MouthPaste
from talker.lips.paste.placing import Affine
from talker.lips.visemes import MouthShape
from talker.lips.warp.bases import LipRows
from talker.lips.warp.face_frame import FaceFrame
from talker.lips.warp.lent_mouth import LentMouth
from talker.lips.warp.sampling import ease
from talker.media.frames import Picture

# From here down, in eye spans from the mouth, landmarks say where the lent lower face goes.
_LOWER_FACE = -0.25
# How far the mask reaches beyond the chins, in distances between them, and at most in eye spans.
_BEYOND, _MOST_BEYOND = 0.8, 0.07
# Eye spans below the mouth's corners; what is lower falls with the jaw.
_CHEEKS_END = 0.05
# How far a closed jaw is raised further and its lips are pressed, up to which opening.
_SEAL, _SEAL_PRESS, _SEALED_TO = 0.15, 0.65, 0.15


class ClipMouth:
    """Gives the face of a clip other mouths than its own.

    The lower face of a frame in which the mouth rests, with its mouth in the shape that is wanted,
    is turned, scaled and laid over that of each frame, so that nothing of its own mouth is left.

    Args:
        paste: Lays it.
    """

    def __init__(self, paste: MouthPaste) -> None:
        self._paste = paste

    def draw(
        self,
        frame: Picture,
        face: Face,
        shape: MouthShape,
        lent: Sequence[tuple[LentMouth, float]],
    ) -> Picture:
        """A frame with a mouth of a shape, as a new picture.

        Args:
            frame: uint8 RGB, shape (height, width, 3).
            face: In the frame.
            shape: Of the mouth.
            lent: Mouths of the same face, and how far each is seen over those before it.
        """
        picture, sealed = frame, _sealed(shape)
        for mouth, share in lent:
            pose = Pose.between(mouth.landmarks, face.landmarks)
            wanted = pose.apply(mouth.landmarks_of(sealed).astype(np.float64))
            to_frame = _placed(mouth.landmarks, pose.apply(mouth.landmarks.astype(np.float64)))
            patch = mouth.draw(sealed)
            picture = self._paste.paste(picture, _covering(face, wanted), patch, to_frame, share)
        return picture


def _sealed(shape: MouthShape) -> MouthShape:
    """A shape in which closed lips lie on each other, as resting ones may leave a slit."""
    shut = float(1.0 - ease(0.0, _SEALED_TO, np.array(shape.jaw + shape.part + shape.tuck)))
    return replace(shape, jaw=shape.jaw - _SEAL * shut, press=max(shape.press, _SEAL_PRESS * shut))


def _placed(lent: NDArray[np.float32], resting: NDArray[np.float64]) -> Affine:
    """Where the pixels of a lent mouth lie in the frame, best around it (least squares)."""
    used = FaceFrame(lent).local[:468, 1] > _LOWER_FACE
    source = lent[:468][used, :2].astype(np.float64) - 0.5
    target = resting[:468][used, :2] - 0.5
    design = np.column_stack([source, np.ones(len(source))])
    return np.linalg.lstsq(design, target, rcond=None)[0].T.astype(np.float64)


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
