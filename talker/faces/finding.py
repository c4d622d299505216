"""Every face in a picture, at any tilt."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray

from talker.assets import store
from talker.faces.detection import FULL_RANGE_GRIDS, SHORT_RANGE_GRIDS, Detector, overlap
from talker.faces.face import Face
from talker.faces.mesh import Crop, Mesh, cut_out, rotation
from talker.media.frames import Picture

_SAME_FACE = 0.3
_MIN_PRESENCE = 0.5
# Each pass crops by the landmarks of the one before; the third moves them by 0.3 % of the span.
_PASSES = 3
# Eye span against the longest side; where every face is smaller, there may be more of them.
_GROUP = 0.1
# Score of the short-range detector that only upright faces reach.
_SURE = 0.9
# Corners of the right and the left eye.
_EYES = ([33, 133], [263, 362])
# Of the distance between the eyes: 0.12 is the most on good faces, 0.4 and more on wrong meshes.
_EYE_TOLERANCE = 0.3
# Degrees; quarter turns first, for pictures that lost the note of how the camera was held.
_TURNS = (90, 270, 180, 45, 315, 135, 225)
_TURNED_SIDE = 512
_TILE = 960
_TILE_STEP = 640


class Finder:
    """Finds faces; holds the interpreters of both detectors and the mesh.

    Attributes:
        mesh: The landmark model.

    Raises:
        AssetError: A model is missing.
    """

    def __init__(self) -> None:
        self._short = Detector(
            store.file("face-detectors", "face_detection_short_range.tflite"), SHORT_RANGE_GRIDS
        )
        self._full = Detector(
            store.file("face-detectors", "face_detection_full_range.tflite"), FULL_RANGE_GRIDS
        )
        self.mesh = Mesh(store.file("face-mesh", "face_landmarks_detector.tflite"))

    def find(self, picture: Picture) -> list[Face]:
        """Faces in a picture, the largest first.

        The picture is searched as it is; where that shows none or only small ones, also in tiles,
        and where there is still none, turned.

        Args:
            picture: uint8 RGB, shape (h, w, 3).
        """
        crops = self._detect([_View(picture, 0.0, 1.0, np.zeros(2))])
        faces = self._measure(picture, crops)
        largest = max((face.eye_span for face in faces), default=0.0)
        if largest < _GROUP * max(picture.shape):
            faces = self._measure(picture, crops + self._detect(_tiles(picture)))
        if not faces:
            turned = (self._measure(picture, self._detect([view])) for view in _turned(picture))
            faces = next(filter(None, turned), [])
        return sorted(faces, key=lambda face: -face.eye_span)

    def glance(self, picture: Picture) -> list[Face]:
        """Faces that are seen at first sight, in the picture as it is; the largest first.

        Args:
            picture: uint8 RGB, shape (h, w, 3).
        """
        crops = self._detect([_View(picture, 0.0, 1.0, np.zeros(2))])
        return sorted(self._measure(picture, crops), key=lambda face: -face.eye_span)

    def _detect(self, views: list[_View]) -> list[tuple[float, Crop]]:
        """Places in the whole picture where a detector sees a face, each with its score."""
        return [
            (found.score, view.locate(Crop.of_detection(found)))
            for view in views
            for detector in (self._short, self._full)
            for found in detector.detect(view.picture)
        ]

    def _measure(self, picture: Picture, crops: list[tuple[float, Crop]]) -> list[Face]:
        """The faces that the mesh confirms, each once; the detectors' surest go first."""
        faces: list[Face] = []
        taken: list[NDArray[np.float64]] = []
        for score, crop in sorted(crops, key=lambda scored: -scored[0]):
            if any(overlap(crop.square, square) > _SAME_FACE for square in taken):
                continue
            face = self._confirm(picture, crop, score)
            if face and all(overlap(face.box, other.box) <= _SAME_FACE for other in faces):
                faces.append(face)
                taken.append(Crop.of_landmarks(face.landmarks).square)
        return faces

    def _confirm(self, picture: Picture, crop: Crop, score: float) -> Face | None:
        """The landmarks of the face in a crop, if there is one and its eyes are where they say."""
        upright = self._upright(picture, crop)
        if upright is None:
            return None
        landmarks, presence = self.mesh.landmarks(picture, upright)
        for _ in range(_PASSES - 1):
            landmarks, presence = self.mesh.landmarks(picture, Crop.of_landmarks(landmarks))
        if presence < _MIN_PRESENCE or not self._agrees(picture, landmarks):
            return None
        points = landmarks[:, :2]
        box = np.concatenate([points.min(axis=0), points.max(axis=0)])
        height, width = picture.shape[:2]
        if not (0 <= box[[0, 2]].mean() < width and 0 <= box[[1, 3]].mean() < height):
            return None
        return Face(box, landmarks, score)

    def _upright(self, picture: Picture, crop: Crop) -> Crop | None:
        """The crop as the short-range detector sees it best, of all the ways it may be turned.

        Far-tilted faces come from the detectors with eyes and mouth mixed up, and the mesh is then
        just as sure of itself. The detector is surest of an upright face: 0.9 and more, against
        0.5 to 0.9 for the same face at any other tilt.
        """
        best: tuple[float, Crop] | None = None
        for turn in np.arange(8) * (np.pi / 4):
            turned = Crop(crop.centre, crop.side, crop.angle + turn)
            for seen in self._short.detect(cut_out(picture, turned)):
                if best is None or seen.score > best[0]:
                    best = seen.score, turned.locate(Crop.of_detection(seen))
            if best and best[0] >= _SURE:
                break
        return best[1] if best else None

    def _agrees(self, picture: Picture, landmarks: NDArray[np.float32]) -> bool:
        """Whether the detector, shown the face upright, sees the eyes where the landmarks are."""
        crop = Crop.of_landmarks(landmarks)
        eyes = crop.to_cut_out(np.stack([landmarks[ring, :2].mean(axis=0) for ring in _EYES]))
        span = np.linalg.norm(eyes[1] - eyes[0])
        return any(
            np.abs(np.stack([seen.right_eye, seen.left_eye]) - eyes).max() < _EYE_TOLERANCE * span
            for seen in self._short.detect(cut_out(picture, crop))
        )


def find_faces(picture: Picture) -> list[Face]:
    """Faces in one picture, the largest first; for many pictures keep a `Finder`.

    Args:
        picture: uint8 RGB, shape (h, w, 3).

    Raises:
        AssetError: A model is missing.
    """
    return Finder().find(picture)


@dataclass(frozen=True, slots=True)
class _View:
    """A part of a picture, or the picture turned and shrunk.

    Attributes:
        picture: uint8 RGB.
        angle: Radians by which a direction in the view is turned to be one in the picture.
        scale: Pixels of the picture in a pixel of the view.
        origin: Where the view's (0, 0) is in the picture.
    """

    picture: Picture
    angle: float
    scale: float
    origin: NDArray[np.float64]

    def locate(self, crop: Crop) -> Crop:
        """A crop of the view as a crop of the picture."""
        centre = self.origin + self.scale * rotation(self.angle) @ crop.centre
        return Crop(centre, crop.side * self.scale, crop.angle + self.angle)


def _tiles(picture: Picture) -> list[_View]:
    """Overlapping squares of a picture that is large enough to hide small faces."""
    height, width = picture.shape[:2]
    if max(height, width) <= _TILE:
        return []
    return [
        _View(picture[y : y + _TILE, x : x + _TILE], 0.0, 1.0, np.array([x, y], np.float64))
        for y in _starts(height)
        for x in _starts(width)
    ]


def _starts(length: int) -> list[int]:
    return [*range(0, max(1, length - _TILE), _TILE_STEP), max(0, length - _TILE)]


def _turned(picture: Picture) -> Iterator[_View]:
    """The picture shrunk and turned, whole, on larger canvases."""
    scale = max(1.0, max(picture.shape[:2]) / _TURNED_SIDE)
    width, height = (max(1, round(side / scale)) for side in picture.shape[1::-1])
    small = cv2.resize(picture, (width, height), interpolation=cv2.INTER_AREA)
    for angle in np.radians(_TURNS):
        turn = rotation(angle)
        canvas = np.ceil(np.abs(turn) @ (width, height))
        origin = np.array([width, height]) / 2 - turn @ canvas / 2
        view = cv2.warpAffine(
            small,
            np.column_stack([turn, origin]),
            (int(canvas[0]), int(canvas[1])),
            flags=cv2.INTER_LINEAR | cv2.WARP_INVERSE_MAP,
        )
        yield _View(view.astype(np.uint8, copy=False), angle, scale, origin * scale)
