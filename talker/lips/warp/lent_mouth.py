"""The mouth of one frame, for other frames of the same face to speak with."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from talker.faces.face import Face
from talker.lips.visemes import REST, MouthShape
from talker.lips.warp import fields
from talker.lips.warp.face_frame import FaceFrame
from talker.lips.warp.mouth import Mouth
from talker.media.frames import FrameSource, Picture

# Lips further apart than this, in eye spans, are brought together before they speak.
_SLIT = 0.009
_MARGIN = 0.1  # around what is kept of a frame, in eye spans
# Mouths that are kept for later frames; each takes the memory of a dozen pictures of its face.
_KEPT = 6


class LentMouth:
    """A mouth that can take any shape, with the part of its frame that it moves.

    Args:
        frame: uint8 RGB, shape (height, width, 3); only a part of it is kept.
        face: In the frame, with all of its mouth.

    Attributes:
        landmarks: Of the face in the part that is kept, the lips closed; shape (478, 3), pixels.
    """

    def __init__(self, frame: Picture, face: Face) -> None:
        picture, landmarks = _cut(frame, face)
        mouth = Mouth(picture, landmarks, _SLIT)
        if mouth.is_open:
            # Closed first, it opens as others do, without the teeth it happened to show.
            closed = picture.copy()
            mouth.draw(closed, REST)
            picture, landmarks = closed, mouth.landmarks_of(REST)
            mouth = Mouth(picture, landmarks)
        self._picture, self._mouth = picture, mouth
        self.landmarks = landmarks

    def draw(self, shape: MouthShape) -> Picture:
        """The part that is kept with a mouth of a shape, as a new picture."""
        canvas = self._picture.copy()
        self._mouth.draw(canvas, shape)
        return canvas

    def landmarks_of(self, shape: MouthShape) -> NDArray[np.float32]:
        """As `landmarks`, with a mouth of a shape."""
        return self._mouth.landmarks_of(shape)


class LentMouths:
    """The mouths of a clip's frames, made when they are first asked for; a few are kept.

    Args:
        source: The clip.
        track: The face in each of its frames.
    """

    def __init__(self, source: FrameSource, track: Sequence[Face | None]) -> None:
        self._source, self._track = source, track
        self._kept: OrderedDict[int, LentMouth] = OrderedDict()

    def of(self, number: int) -> LentMouth:
        """The mouth of a frame with a face."""
        if number not in self._kept:
            face = self._track[number]
            assert face is not None  # noqa: S101 - as the caller promises
            if len(self._kept) == _KEPT:
                self._kept.popitem(last=False)
            self._kept[number] = LentMouth(self._source.picture_at(number), face)
        self._kept.move_to_end(number)
        return self._kept[number]


def _cut(frame: Picture, face: Face) -> tuple[Picture, NDArray[np.float32]]:
    """The part of a frame that a mouth moves, with the eyes, and the landmarks in it."""
    plane = FaceFrame(face.landmarks)
    corners = np.array(
        [(x, y) for x in (fields.LEFT, fields.RIGHT) for y in (fields.TOP, fields.BOTTOM)]
    )
    reach = np.concatenate([plane.to_pixels(corners), face.landmarks[:, :2]])
    margin = _MARGIN * plane.unit
    low = np.maximum(np.floor(reach.min(axis=0) - margin), 0).astype(int)
    high = np.ceil(reach.max(axis=0) + margin).astype(int)
    landmarks = face.landmarks.copy()
    landmarks[:, :2] -= low
    return np.ascontiguousarray(frame[low[1] : high[1], low[0] : high[0]]), landmarks
