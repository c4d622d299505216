"""What the generator sees of a face: 96 x 96 pixels from the forehead to under the chin."""

from __future__ import annotations

from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray

from talker.faces.face import LEFT_EYE_OUTER, RIGHT_EYE_OUTER, Face
from talker.lips.paste.placing import Affine, places, scale_of
from talker.lips.warp import anatomy
from talker.lips.warp.sampling import sample
from talker.lips.wav2lip.network import FACE_SIZE
from talker.media.frames import Picture

# The network learnt on the boxes of the detector S3FD: from the hairline to the chin and from cheek
# to cheek, ten pixels more at the bottom. Eyes stand at 0.34 of their height, the mouth at 0.70.
# In heights and widths of the face's landmarks:
_ABOVE, _BELOW, _BESIDE = 0.07, 0.05, 0.02

_LEANING = np.deg2rad(8.0)
"""Up to here a face leans in its box, as it did in training; a steeper one is set upright to it."""

_FINEST = 8
"""Samples a side that are averaged for a pixel, at most; enough for a face of 800 pixels."""


@dataclass(frozen=True, slots=True)
class FaceCrop:
    """A face as the generator takes it.

    Attributes:
        face: float32 in [0, 1], shape (6, 96, 96), BGR: three channels of the face with its lower
            half black, three of the face whole.
        to_frame: From the pixels of the crop to those of the frame.
    """

    face: NDArray[np.float32]
    to_frame: Affine


def cut_face(frame: Picture, face: Face) -> FaceCrop:
    """Cut a face out of a frame, scaled, nearly upright.

    Args:
        frame: uint8 RGB, shape (height, width, 3).
        face: In the frame; beyond the frame's edge its last pixels are repeated.
    """
    to_frame = crop_to_frame(face)
    finer = int(np.clip(np.ceil(scale_of(to_frame)), 1, _FINEST))
    # The middle of a pixel of the crop is the middle of its finer ones.
    fine = to_frame.copy()
    fine[:, :2] /= finer
    fine[:, 2] += to_frame[:, :2] @ np.full(2, 0.5 / finer - 0.5)
    side = finer * FACE_SIZE
    picture = sample(frame, places(fine, (0, 0), (side, side)))
    if finer > 1:
        picture = cv2.resize(picture, (FACE_SIZE, FACE_SIZE), interpolation=cv2.INTER_AREA)
    whole = picture[..., ::-1].transpose(2, 0, 1).astype(np.float32) / 255.0
    seen = np.concatenate([whole, whole])
    seen[:3, FACE_SIZE // 2 :] = 0.0
    return FaceCrop(seen, to_frame)


def crop_to_frame(face: Face) -> Affine:
    """Where the pixels of a face's crop lie in the frame, shape (2, 3)."""
    points = face.landmarks[:, :2].astype(np.float64)
    across = points[LEFT_EYE_OUTER] - points[RIGHT_EYE_OUTER]
    roll = float(np.arctan2(across[1], across[0]))
    angle = np.sign(roll) * max(0.0, abs(roll) - _LEANING)
    turn = np.array([[np.cos(angle), -np.sin(angle)], [np.sin(angle), np.cos(angle)]])
    oval = points[list(anatomy.OVAL)] @ turn
    (left, top), (right, bottom) = oval.min(axis=0), oval.max(axis=0)
    width, height = right - left, bottom - top
    first = np.array([left - _BESIDE * width, top - _ABOVE * height])
    step = np.array([(1 + 2 * _BESIDE) * width, (1 + _ABOVE + _BELOW) * height]) / FACE_SIZE
    # From the box's corner to the middles of pixels, on both sides.
    shift = turn @ (first + step / 2) - 0.5
    return np.column_stack([turn * step, shift])
