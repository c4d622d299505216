"""One person's face followed through a clip."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from fractions import Fraction
from pathlib import Path
from typing import Literal

import numpy as np

from talker.errors import UsageError
from talker.faces.choosing import choose_face
from talker.faces.cuts import SceneFrame, split_scenes
from talker.faces.face import Face
from talker.faces.finding import Finder
from talker.faces.finishing import Sightings, finish
from talker.faces.looks import Look
from talker.faces.mesh import Crop, cut_out
from talker.faces.track import FaceTrack
from talker.media.frames import FrameSource, Picture

_MIN_PRESENCE = 0.5
# A look less like the person's own is somebody else's, or nobody's.
_SAME_PERSON = 0.6
# Between two frames a face moves by less than this, in eye spans, and changes in size by less.
_LONGEST_STEP = 0.8
_LARGEST_GROWTH = 1.3
# Seconds between two looks for a lost face.
_SEARCH_EVERY_S = Fraction(1, 8)


@dataclass(frozen=True, slots=True)
class FaceChoice:
    """Which of the people in a clip is to speak; the largest face where nothing is said.

    Attributes:
        index: Counted from the left, from 0, in the first frame that shows so many faces.
        at: x and y of a point in the face or near it, pixels or fractions, in the first frame that
            shows a face.
        like: A picture of the person.
    """

    index: int | None = None
    at: tuple[float, float] | None = None
    like: Path | None = None


def track_faces(
    source: FrameSource,
    choice: FaceChoice | None = None,
    lost: Literal["hold", "interpolate", "pass"] = "interpolate",
    advance: Callable[[float], None] | None = None,
) -> FaceTrack:
    """Where one person's face is in every frame; a picture's face is found once.

    Args:
        source: Read once, a few frames at a time.
        choice: Who.
        lost: What to do in frames in which the face cannot be found.
        advance: Told the share of the frames that are done, in [0, 1].

    Returns:
        The track, which the caller closes.

    Raises:
        FaceError: There is no face in the clip, or no such face.
        AssetError: A model is missing.
    """
    choice = choice or FaceChoice()
    if choice.like is not None:
        raise UsageError(
            f"A face cannot be chosen by a picture of it yet, as '{choice.like}' asks.",
            "Choose it by --face-index or --face-at.",
        )
    finder = Finder()
    if source.fps is None:
        picture = next(source.frames()).picture
        size = source.width, source.height
        faces = finder.find(picture)
        return FaceTrack.of_still(choose_face(faces, index=choice.index, at=choice.at, size=size))
    follower = _Follower(finder, choice)
    with Sightings() as sightings:
        for scene_frame in split_scenes(source.frames()):
            face = follower.next_face(scene_frame)
            sightings.append(face, scene_frame.frame.time_s, scene_frame.is_cut)
            if advance is not None and source.length:
                advance(min(1.0, len(sightings) / source.length))
        follower.require_found()
        return finish(sightings, lost)


class _Follower:
    """The state of following one person from frame to frame."""

    def __init__(self, finder: Finder, choice: FaceChoice) -> None:
        self._finder = finder
        self._choice = choice
        self._look: Look | None = None
        self._face: Face | None = None
        self._most: list[Face] = []
        self._search_s: Fraction | None = None

    def next_face(self, scene_frame: SceneFrame) -> Face | None:
        """The person's face in the next frame; None where it is not to be found."""
        picture, time_s = scene_frame.frame.picture, scene_frame.frame.time_s
        if scene_frame.is_cut:
            self._face, self._search_s = None, None
        if self._face is not None:
            self._face = self._followed(picture, self._face)
            if self._face is None:
                self._search_s = None
        if self._face is None and (
            self._search_s is None or time_s - self._search_s >= _SEARCH_EVERY_S
        ):
            self._search_s = time_s
            self._face = self._sought(picture)
        return self._face

    def require_found(self) -> None:
        """Raises: FaceError: The person was in no frame."""
        if self._look is None:
            # Says what there is instead.
            choose_face(self._most, index=self._choice.index)

    def _followed(self, picture: Picture, last: Face) -> Face | None:
        crop = Crop.of_landmarks(last.landmarks)
        square = cut_out(picture, crop)
        landmarks, presence = self._finder.mesh.landmarks_in(square, crop)
        points = landmarks[:, :2]
        box = np.concatenate([points.min(axis=0), points.max(axis=0)])
        if presence < _MIN_PRESENCE:
            return None
        face = Face(box, landmarks, last.score)
        moved = np.median(np.hypot(*(landmarks - last.landmarks)[:, :2].T))
        growth = face.eye_span / last.eye_span
        if moved > _LONGEST_STEP * last.eye_span or not (
            1 / _LARGEST_GROWTH < growth < _LARGEST_GROWTH
        ):
            return None
        look = Look.of(square, crop, landmarks)
        if self._look is None or self._look.likeness(look) < _SAME_PERSON:
            return None
        self._look = self._look.renewed(look)
        return face

    def _sought(self, picture: Picture) -> Face | None:
        if self._look is None:
            return self._chosen(picture)
        looks = [(_look(picture, face), face) for face in self._finder.glance(picture)]
        alike = [(self._look.likeness(look), face) for look, face in looks]
        best, face = max(alike, key=lambda scored: scored[0], default=(0.0, None))
        return face if best >= _SAME_PERSON else None

    def _chosen(self, picture: Picture) -> Face | None:
        """The person in the first frame that shows them, as the user chose."""
        faces = self._finder.find(picture)
        if len(faces) > len(self._most):
            self._most = faces
        if not faces or (self._choice.index is not None and self._choice.index >= len(faces)):
            return None
        size = picture.shape[1], picture.shape[0]
        face = choose_face(faces, index=self._choice.index, at=self._choice.at, size=size)
        self._look = _look(picture, face)
        return face


def _look(picture: Picture, face: Face) -> Look:
    crop = Crop.of_landmarks(face.landmarks)
    return Look.of(cut_out(picture, crop), crop, face.landmarks)
