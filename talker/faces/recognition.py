"""Whether two pictures show the same person, however light and years have changed them."""

from __future__ import annotations

from pathlib import Path

import cv2
import numpy as np
from numpy.typing import NDArray

from talker.faces.face import Face
from talker.media.frames import Picture

MODEL = ("face-embeddings", "face_recognition_sface_2021dec.onnx")
"""SFace (Zhong et al., 2021): its entry and file in the model store."""

# Landmarks in whose middle the points lie by which the network wants a face aligned: the person's
# right and left eye, tip of the nose, right and left corner of the mouth.
_POINTS = ((33, 133), (362, 263), (4,), (61,), (291,))


class Recogniser:
    """The network that turns a face into what stays the same of it.

    Args:
        model: The network's file.
    """

    def __init__(self, model: Path) -> None:
        level = cv2.utils.logging.getLogLevel()
        cv2.utils.logging.setLogLevel(cv2.utils.logging.LOG_LEVEL_ERROR)
        try:
            self._network = cv2.FaceRecognizerSF.create(str(model), "")
        finally:
            cv2.utils.logging.setLogLevel(level)

    def embedding(self, picture: Picture, face: Face) -> NDArray[np.float32]:
        """The face as a vector of length 1, shape (128,).

        The scalar product of two is above 0.363 for pictures of the same person and below for
        others, with an error of 0.4 % on Labeled Faces in the Wild (as OpenCV's documentation of
        the network measures).

        Args:
            picture: uint8 RGB, shape (height, width, 3).
            face: In the picture.
        """
        points = np.stack([face.landmarks[list(ids), :2].mean(axis=0) for ids in _POINTS])
        # As OpenCV's face detector reports a face: box, points, score; only the points are used.
        row = np.concatenate([np.zeros(4), points.ravel(), np.ones(1)]).astype(np.float32)
        aligned = self._network.alignCrop(cv2.cvtColor(picture, cv2.COLOR_RGB2BGR), row[None])
        [embedding] = self._network.feature(aligned)
        return embedding / np.linalg.norm(embedding)
