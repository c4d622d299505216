"""MediaPipe's face mesh: 478 landmarks of one face, in three dimensions."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import cv2
import numpy as np
from numpy.typing import NDArray

from talker.faces.detection import Detection
from talker.faces.face import LEFT_EYE_OUTER, RIGHT_EYE_OUTER
from talker.litert import open_interpreter
from talker.media.frames import Picture

_SIDE = 256
# How much larger than the face the model wants its picture to be, as in its training.
_MARGIN = 1.5


@dataclass(frozen=True, slots=True)
class Crop:
    """A square of a picture, turned so that the eyes are level.

    Attributes:
        centre: x and y in pixels.
        side: Pixels.
        angle: Radians from the picture's x axis to the eye line, clockwise on the screen.
    """

    centre: NDArray[np.float64]
    side: float
    angle: float

    @property
    def square(self) -> NDArray[np.float64]:
        """x0, y0, x1, y1 of the crop before it is turned."""
        return np.concatenate([self.centre - self.side / 2, self.centre + self.side / 2])

    def to_cut_out(self, points: NDArray[np.floating]) -> NDArray[np.float64]:
        """Points of the picture, shape (n, 2), in pixels of the crop's `cut_out`."""
        scale = _SIDE / self.side
        return (points - self.centre) @ rotation(-self.angle).T * scale + _SIDE / 2

    def from_cut_out(self, points: NDArray[np.floating]) -> NDArray[np.float64]:
        """The way back of `to_cut_out`."""
        scale = _SIDE / self.side
        return (points - _SIDE / 2) @ rotation(self.angle).T / scale + self.centre

    def locate(self, inner: Crop) -> Crop:
        """A crop of the crop's `cut_out` as a crop of the picture."""
        [centre] = self.from_cut_out(inner.centre[None])
        return Crop(centre, inner.side * self.side / _SIDE, inner.angle + self.angle)

    @classmethod
    def of_detection(cls, detection: Detection) -> Crop:
        """The crop for a face that a detector has found."""
        low, high = detection.box[:2], detection.box[2:]
        eyes = detection.left_eye - detection.right_eye
        return cls((low + high) / 2, _MARGIN * float((high - low).max()), _angle(eyes))

    @classmethod
    def of_landmarks(cls, landmarks: NDArray[np.floating]) -> Crop:
        """The crop for a face whose landmarks are known, shape (n, 2 or 3)."""
        points = landmarks[:, :2].astype(np.float64)
        angle = _angle(points[LEFT_EYE_OUTER] - points[RIGHT_EYE_OUTER])
        level = points @ rotation(-angle).T
        low, high = level.min(axis=0), level.max(axis=0)
        centre = rotation(angle) @ ((low + high) / 2)
        return cls(centre, _MARGIN * float((high - low).max()), angle)


class Mesh:
    """The landmark model and its interpreter.

    Args:
        model: `face_landmarks_detector.tflite` of MediaPipe's face landmarker.
    """

    def __init__(self, model: Path) -> None:
        self._interpreter = open_interpreter(model)
        self._input = self._interpreter.get_input_details()[0]["index"]
        outputs = {
            detail["name"]: detail["index"] for detail in self._interpreter.get_output_details()
        }
        self._landmarks, self._presence = outputs["Identity"], outputs["Identity_1"]

    def landmarks(self, picture: Picture, crop: Crop) -> tuple[NDArray[np.float32], float]:
        """Landmarks of the face in a crop.

        Args:
            picture: uint8 RGB, shape (h, w, 3).
            crop: Where the face is.

        Returns:
            Landmarks as in `Face`, shape (478, 3), and how sure the model is, in [0, 1], that
            the crop shows a face.
        """
        return self.landmarks_in(cut_out(picture, crop), crop)

    def landmarks_in(self, square: Picture, crop: Crop) -> tuple[NDArray[np.float32], float]:
        """As `landmarks`, for a crop that is cut out already.

        Args:
            square: uint8 RGB, shape (256, 256, 3).
            crop: Where it is from.
        """
        self._interpreter.set_tensor(self._input, square[None].astype(np.float32) / 255)
        self._interpreter.invoke()
        raw = self._interpreter.get_tensor(self._landmarks).reshape(-1, 3).astype(np.float64)
        logit = float(self._interpreter.get_tensor(self._presence).item())
        flat = crop.from_cut_out(raw[:, :2])
        points = np.column_stack([flat, raw[:, 2] * (crop.side / _SIDE)]).astype(np.float32)
        return points, float(1 / (1 + np.exp(-np.clip(logit, -100, 100))))


def cut_out(picture: Picture, crop: Crop) -> Picture:
    """A crop as a picture of its own, uint8 RGB, shape (256, 256, 3), with the eyes level.

    What lies outside the picture repeats its border; large faces are shrunk before they are
    turned, against aliasing.
    """
    to_crop = _SIDE / crop.side * rotation(-crop.angle)
    offset = _SIDE / 2 - to_crop @ crop.centre
    reach = crop.side / 2 * np.abs(to_crop).sum(axis=0).max() * crop.side / _SIDE + 2
    height, width = picture.shape[:2]
    x0, y0 = np.clip(np.floor(crop.centre - reach), 0, (width - 1, height - 1)).astype(int)
    x1, y1 = np.clip(np.ceil(crop.centre + reach), (x0 + 1, y0 + 1), (width, height)).astype(int)
    around = picture[y0:y1, x0:x1]
    offset += to_crop @ (x0, y0)
    if crop.side > 2 * _SIDE:
        # By a whole number: OpenCV does that several times as fast as any other shrinking.
        step = int(crop.side / _SIDE)
        new_width, new_height = np.maximum(1, np.divide((x1 - x0, y1 - y0), step).astype(int))
        around = around[: new_height * step, : new_width * step]
        ratio = np.divide(around.shape[1::-1], (new_width, new_height))
        around = cv2.resize(around, (int(new_width), int(new_height)), interpolation=cv2.INTER_AREA)
        to_crop = to_crop * ratio
    # OpenCV counts from pixel centres, landmarks from corners.
    offset += to_crop @ (0.5, 0.5) - 0.5
    return cv2.warpAffine(
        around,
        np.column_stack([to_crop, offset]),
        (_SIDE, _SIDE),
        flags=cv2.INTER_LINEAR,
        borderMode=cv2.BORDER_REPLICATE,
    ).astype(np.uint8, copy=False)


def _angle(direction: NDArray[np.float64]) -> float:
    return float(np.arctan2(direction[1], direction[0]))


def rotation(angle: float) -> NDArray[np.float64]:
    """Turns points by an angle, from the x axis towards the y axis (clockwise on the screen)."""
    return np.array([[np.cos(angle), -np.sin(angle)], [np.sin(angle), np.cos(angle)]])
