"""A face mesh that the product does not use: the judge of its films.

MediaPipe's first mesh (468 points, 192 px), run by LiteRT in a crop that follows the face so
slowly that it adds no jitter of its own.
"""

from __future__ import annotations

import cv2
import numpy as np
from ai_edge_litert.interpreter import Interpreter
from numpy.typing import NDArray

from talker.assets import store
from talker.litert import open_interpreter

Points = NDArray[np.float32]
"""x, y in pixels of the picture, shape (468, 2)."""

_MESH_SIZE = 192
_CROP_MARGIN = 1.5  # side of the crop against the longer side of the box around the landmarks
_CROP_FOLLOW = 0.08  # share of the way that the crop goes to the face with each frame
_FACE_SCORE = 0.5
_RIGHT_EYE, _LEFT_EYE = 33, 263


class IndependentMesh:
    """Landmarks of one face, frame after frame."""

    def __init__(self) -> None:
        self._mesh = open_interpreter(store.file("face-mesh-468", "face_landmark.tflite"))
        self._detectors = [
            (open_interpreter(store.file("face-detectors", file)), anchors)
            for file, anchors in (
                ("face_detection_full_range.tflite", _grid_anchors([(48, 1)])),
                ("face_detection_short_range.tflite", _grid_anchors([(16, 2), (8, 6)])),
            )
        ]
        self._crop: NDArray[np.float64] | None = None  # centre x, y, side, angle

    def follow(self, picture: NDArray[np.uint8]) -> Points | None:
        """Landmarks in the next frame of a film.

        Args:
            picture: uint8 RGB, shape (height, width, 3).

        Returns:
            The landmarks, or None where there is no face.
        """
        if self._crop is None:
            self._crop = self._first_crop(picture)
            if self._crop is None:
                return None
        points = self._landmarks(picture, self._crop)
        if points is None:
            self._crop = None
            return None
        self._crop = self._crop + _CROP_FOLLOW * (_crop_around(points) - self._crop)
        return points

    def _first_crop(self, picture: NDArray[np.uint8]) -> NDArray[np.float64] | None:
        crop = self._detected(picture)
        for _ in range(3):  # the mesh sees its own crop better than the detector's
            if crop is None:
                return None
            points = self._landmarks(picture, crop)
            crop = None if points is None else _crop_around(points)
        return crop

    def _landmarks(self, picture: NDArray[np.uint8], crop: NDArray[np.float64]) -> Points | None:
        x, y, side, angle = crop
        fine = max(1, round(side / _MESH_SIZE))  # cut finer, then average: no aliasing
        turn = cv2.getRotationMatrix2D((x, y), np.degrees(angle), _MESH_SIZE / side)
        turn[:, 2] += _MESH_SIZE / 2 - np.array([x, y])
        cut = cv2.warpAffine(
            picture,
            turn * fine,
            (_MESH_SIZE * fine, _MESH_SIZE * fine),
            borderMode=cv2.BORDER_REPLICATE,
        )
        cut = cv2.resize(cut, (_MESH_SIZE, _MESH_SIZE), interpolation=cv2.INTER_AREA)
        outputs = _invoke(self._mesh, cut[None].astype(np.float32) / 255)
        score = next(out for out in outputs if out.size == 1)
        if 1 / (1 + np.exp(-float(score.ravel()[0]))) < _FACE_SCORE:
            return None
        flat = next(out for out in outputs if out.size == 468 * 3)
        back = cv2.invertAffineTransform(turn)
        points = flat.reshape(468, 3)[:, :2] @ back[:, :2].T + back[:, 2]
        return points.astype(np.float32)

    def _detected(self, picture: NDArray[np.uint8]) -> NDArray[np.float64] | None:
        best_score, best = _FACE_SCORE, None
        for detector, anchors in self._detectors:
            size = int(detector.get_input_details()[0]["shape"][1])
            scale = size / max(picture.shape[:2])
            small = cv2.resize(picture, None, fx=scale, fy=scale, interpolation=cv2.INTER_AREA)
            padded = np.zeros((size, size, 3), np.float32)
            padded[: small.shape[0], : small.shape[1]] = small[:size, :size]
            outputs = _invoke(detector, padded[None] / 127.5 - 1)
            boxes = next(out[0] for out in outputs if out.shape[-1] == 16)
            logits = next(out[0, :, 0] for out in outputs if out.shape[-1] == 1)
            top = int(logits.argmax())
            score = 1 / (1 + np.exp(-float(np.clip(logits[top], -80, 80))))
            if score > best_score:
                centre = boxes[top, :2] / size + anchors[top]
                eyes = boxes[top, 4:8].reshape(2, 2)
                across = eyes[1] - eyes[0]
                side = _CROP_MARGIN * boxes[top, 2:4].max() / size
                best_score = score
                best = np.array(
                    [*(centre * size / scale), side * size / scale, np.arctan2(*across[::-1])]
                )
        return best


def _crop_around(points: Points) -> NDArray[np.float64]:
    """Centre x, y, side and angle of the crop that shows these landmarks best."""
    across = points[_LEFT_EYE] - points[_RIGHT_EYE]
    angle = np.arctan2(across[1], across[0])
    turn = np.array([[np.cos(angle), np.sin(angle)], [-np.sin(angle), np.cos(angle)]])
    upright = points @ turn.T
    low, high = upright.min(0), upright.max(0)
    centre = ((low + high) / 2) @ turn
    return np.array([*centre, _CROP_MARGIN * (high - low).max(), angle], np.float64)


def _grid_anchors(layers: list[tuple[int, int]]) -> NDArray[np.float64]:
    """Anchor centres in [0, 1], shape (n, 2), of (cells a side, anchors a cell) layers."""
    rows: list[NDArray[np.float64]] = []
    for cells, repeat in layers:
        centre = (np.arange(cells) + 0.5) / cells
        x, y = np.meshgrid(centre, centre)
        rows.append(np.repeat(np.stack([x.ravel(), y.ravel()], 1), repeat, axis=0))
    return np.concatenate(rows)


def _invoke(interpreter: Interpreter, tensor: NDArray[np.float32]) -> list[NDArray[np.float32]]:
    details = interpreter.get_input_details()[0]
    interpreter.set_tensor(details["index"], tensor.astype(np.float32))
    interpreter.invoke()
    return [interpreter.get_tensor(out["index"]) for out in interpreter.get_output_details()]
