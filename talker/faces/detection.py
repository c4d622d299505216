"""MediaPipe's face detectors: where faces are, and which way up they are.

Both are single-shot detectors with one box and six keypoints an anchor (Bazarevsky et al.,
"BlazeFace", 2019). The short-range one sees large faces at any tilt, the full-range one also
small ones.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Any, cast

import cv2
import numpy as np
from numpy.typing import NDArray

from talker.litert import open_interpreter
from talker.media.frames import Picture

SHORT_RANGE_GRIDS = ((16, 2), (8, 6))
"""Anchor grids of the short-range model: cells a side, anchors a cell."""

FULL_RANGE_GRIDS = ((48, 1),)
"""Anchor grids of the full-range model."""

MIN_SCORE = 0.5
"""Weaker answers are no faces."""

_OVERLAP = 0.3

# What LiteRT declares too narrowly.
_Tensors = list[dict[str, Any]]


@dataclass(frozen=True, slots=True)
class Detection:
    """A place where a detector sees a face.

    Attributes:
        box: x0, y0, x1, y1 in pixels of the picture, float64, shape (4,).
        right_eye: Centre of the person's right eye, x and y in pixels, shape (2,).
        left_eye: Centre of the person's left eye, shape (2,).
        score: In [0, 1].
    """

    box: NDArray[np.float64]
    right_eye: NDArray[np.float64]
    left_eye: NDArray[np.float64]
    score: float


class Detector:
    """One detector model and its interpreter.

    Args:
        model: A `.tflite` file with a square input.
        grids: Its anchor grids, in the order of its outputs.
    """

    def __init__(self, model: Path, grids: tuple[tuple[int, int], ...]) -> None:
        self._interpreter = open_interpreter(model)
        [entry] = cast(_Tensors, self._interpreter.get_input_details())
        self._input = entry["index"]
        self._side = int(entry["shape"][1])
        by_width = {
            int(detail["shape"][-1]): detail["index"]
            for detail in cast(_Tensors, self._interpreter.get_output_details())
        }
        self._shapes, self._scores = by_width[16], by_width[1]
        self._anchors = _anchors(grids)

    def detect(self, picture: Picture) -> list[Detection]:
        """Faces in a picture, the surest first, one for each place.

        Args:
            picture: uint8 RGB, shape (h, w, 3).
        """
        scores, shapes, to_pixels = self._run(picture)
        sure = np.flatnonzero(scores >= MIN_SCORE)
        sure = sure[np.argsort(-scores[sure], kind="stable")]
        # Centre, size and keypoints are in input pixels, all but the size from the anchor.
        points = shapes[sure].reshape(-1, 8, 2).astype(np.float64) / self._side
        centre, half = points[:, :1] + self._anchors[sure, None], points[:, 1:2] / 2
        keypoints = points[:, 2:] + self._anchors[sure, None]
        found = np.concatenate([centre - half, centre + half, keypoints], axis=1)
        return _merge(to_pixels.apply(found), scores[sure])

    def _run(self, picture: Picture) -> tuple[NDArray[np.float64], NDArray[np.float32], _Letterbox]:
        """Scores (n,), raw shapes (n, 16), and the way from input fractions to pixels."""
        height, width = picture.shape[:2]
        scale = self._side / max(height, width)
        small = cv2.resize(
            picture,
            (max(1, round(width * scale)), max(1, round(height * scale))),
            interpolation=cv2.INTER_AREA if scale < 1 else cv2.INTER_LINEAR,
        )
        top = (self._side - small.shape[0]) // 2
        left = (self._side - small.shape[1]) // 2
        square = np.zeros((1, self._side, self._side, 3), np.float32)
        square[0, top : top + small.shape[0], left : left + small.shape[1]] = small
        self._interpreter.set_tensor(self._input, square / np.float32(127.5) - 1)
        self._interpreter.invoke()
        logits = self._interpreter.get_tensor(self._scores)[0, :, 0].astype(np.float64)
        shapes = self._interpreter.get_tensor(self._shapes)[0]
        scores = 1 / (1 + np.exp(-np.clip(logits, -100, 100)))
        return scores, shapes, _Letterbox(self._side, left, top, scale)


@dataclass(frozen=True, slots=True)
class _Letterbox:
    """How a picture lies in the model's square input."""

    side: int
    left: int
    top: int
    scale: float

    def apply(self, fractions: NDArray[np.float64]) -> NDArray[np.float64]:
        """Points in fractions of the input as pixels of the picture."""
        return (fractions * self.side - (self.left, self.top)) / self.scale


def overlap(one: NDArray[np.floating], other: NDArray[np.floating]) -> float:
    """Intersection over union of two boxes x0, y0, x1, y1."""
    shared = _area(np.maximum(one[:2], other[:2]), np.minimum(one[2:], other[2:]))
    union = _area(one[:2], one[2:]) + _area(other[:2], other[2:]) - shared
    return shared / union if union > 0 else 0.0


def _area(low: NDArray[np.floating], high: NDArray[np.floating]) -> float:
    return float(np.prod(np.maximum(0, high - low)))


def _anchors(grids: tuple[tuple[int, int], ...]) -> NDArray[np.float64]:
    """Centres of the anchors, in fractions of the input, shape (n, 2)."""
    centres: list[NDArray[np.float64]] = []
    for cells, repeats in grids:
        along = (np.arange(cells) + 0.5) / cells
        grid = np.stack(np.meshgrid(along, along), axis=-1).reshape(-1, 2)
        centres.append(np.repeat(grid, repeats, axis=0))
    return np.concatenate(centres)


def _merge(found: NDArray[np.float64], scores: NDArray[np.float64]) -> list[Detection]:
    """Non-maximum suppression that averages what it suppresses, weighted by score.

    Args:
        found: Corners and keypoints, shape (n, 2 + 6, 2), sorted by score.
        scores: Shape (n,).
    """
    detections: list[Detection] = []
    left = list(range(len(found)))
    while left:
        best, *others = left
        near = [i for i in others if overlap(_box(found[i]), _box(found[best])) > _OVERLAP]
        left = [i for i in others if i not in near]
        mean = np.average(found[[best, *near]], axis=0, weights=scores[[best, *near]])
        detections.append(Detection(_box(mean), mean[2], mean[3], float(scores[best])))
    return detections


def _box(points: NDArray[np.float64]) -> NDArray[np.float64]:
    return points[:2].reshape(4)
