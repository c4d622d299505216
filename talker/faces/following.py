"""One person's face followed through a clip."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from talker.errors import FaceError
from talker.faces.choosing import choose_face
from talker.faces.covering import MouthCover
from talker.faces.cuts import SceneFrame, split_scenes
from talker.faces.detection import overlap
from talker.faces.face import Face
from talker.faces.finding import Finder
from talker.faces.finishing import Sighting, Sightings, finish
from talker.faces.looks import Look
from talker.faces.mesh import Crop, cut_out
from talker.faces.recognition import MODEL
from talker.faces.track import FaceTrack
from talker.faces.wanted import recognises_people, wanted_person
from talker.media.frames import FrameSource, Picture

_MIN_PRESENCE = 0.5
# Likeness of a face to the person's running look from which it is theirs, when it was out of
# sight; and while it is followed, to that and to the frame before.
_SAME_PERSON = 0.9
_STILL_THEIRS, _STILL_THE_SAME = 0.55, 0.8
_MARGIN = 0.03  # by how much more alike than others
# Between two frames a face moves by less than this, in eye spans, and changes in size by less.
_LONGEST_STEP = 0.8
_LARGEST_GROWTH = 1.3
# Frames between two looks for a lost face, which are held meanwhile, and full searches of frames.
_SEARCH_EVERY = 4
_SEARCH_FULLY_EVERY = 32
# Frames between two looks at who else is there.
_LOOK_AROUND_EVERY = 48
_SAME_PLACE = 0.2
_MOST_OTHERS = 12


@dataclass(frozen=True, slots=True)
class FaceChoice:
    """Which of the people in a clip is to speak; the largest face where nothing is said.

    Attributes:
        index: Counted from the left, from 0, in the first frame that shows so many faces.
        at: x and y of a point in the face or near it, pixels or fractions, in the first frame that
            shows a face.
        like: A picture of the person. Where the store has no model that recognises people, they are
            compared by shades and shape, and the picture has to be from the same sitting.
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
    finder = Finder()
    if source.fps is None:
        picture = next(source.frames()).picture
        size = source.width, source.height
        faces = finder.find(picture)
        if choice.like is not None and faces:
            face = wanted_person(finder, choice.like).among(faces, picture)
            if face is None:
                raise _nobody_like(choice.like)
            return FaceTrack.of_still(face)
        return FaceTrack.of_still(choose_face(faces, index=choice.index, at=choice.at, size=size))
    follower = _Follower(finder, choice)
    with Sightings() as sightings:
        for sighting in follower.follow(split_scenes(source.frames())):
            sightings.append(sighting)
            if advance is not None and source.length:
                advance(min(1.0, len(sightings) / source.length))
        follower.require_found()
        return finish(sightings, lost)


class _Follower:
    """The state of following one person from frame to frame."""

    def __init__(self, finder: Finder, choice: FaceChoice) -> None:
        self._finder = finder
        self._choice = choice
        self._wanted = None if choice.like is None else wanted_person(finder, choice.like)
        # The person's look as it was chosen and has become, and in the frame before.
        self._look: Look | None = None
        self._last_look: Look | None = None
        self._others: list[Look] = []
        self._cover = MouthCover()
        self._most: list[Face] = []
        self._searched = 0
        self._looked_around = 0

    def follow(self, frames: Iterable[SceneFrame]) -> Iterator[Sighting]:
        """What every frame shows of the person; holds a few frames while they are out of sight."""
        face: Face | None = None
        held: list[SceneFrame] = []
        for frame in frames:
            if frame.is_cut:
                yield from self._after(held)
                held, face = [], None
                self._last_look, self._cover = None, MouthCover()
                self._looked_around = 0
            self._looked_around -= 1
            picture = frame.frame.picture
            # A search is due at once where a scene begins and where the face was lost just now.
            due = frame.is_cut or face is not None or not self._searched
            if face is not None:
                face = self._followed(picture, face)
                if face is not None:
                    yield self._sighting(frame, face)
                    continue
            held.append(frame)
            if not due and len(held) < _SEARCH_EVERY:
                continue
            face = self._sought(picture)
            if face is None:
                if len(held) >= _SEARCH_EVERY:
                    yield from map(_lost, held)
                    held = []
                continue
            yield from self._before(held, face)
            held = []
        yield from self._after(held)

    def require_found(self) -> None:
        """Raises: FaceError: The person was in no frame."""
        if self._look is not None:
            return
        if self._choice.like is not None and self._most:
            raise _nobody_like(self._choice.like)
        # Says what there is instead.
        choose_face(self._most, index=self._choice.index)

    def _before(self, held: list[SceneFrame], face: Face) -> Iterator[Sighting]:
        """Frames of which the last shows the face: those before it may show it too."""
        sightings = [self._sighting(held[-1], face)]
        look = self._last_look
        earlier: Face | None = face
        for frame in reversed(held[:-1]):
            earlier = earlier and self._followed(frame.frame.picture, earlier)
            sightings.append(self._sighting(frame, earlier) if earlier else _lost(frame))
        self._last_look = look
        yield from reversed(sightings)

    def _after(self, held: list[SceneFrame]) -> Iterator[Sighting]:
        """Frames at the end of a scene, the last of which has not been searched."""
        face = self._sought(held[-1].frame.picture) if held else None
        yield from self._before(held, face) if face else map(_lost, held)

    def _sighting(self, frame: SceneFrame, face: Face) -> Sighting:
        crop = Crop.of_landmarks(face.landmarks)
        square = cut_out(frame.frame.picture, crop)
        covered = self._cover.is_covered(square, crop, face.landmarks)
        return Sighting(frame.frame.time_s, frame.is_cut, face, covered)

    def _followed(self, picture: Picture, last: Face) -> Face | None:
        crop = Crop.of_landmarks(last.landmarks)
        square = cut_out(picture, crop)
        landmarks, presence = self._finder.mesh.landmarks_in(square, crop)
        if presence < _MIN_PRESENCE or not _within(picture, landmarks):
            return None
        points = landmarks[:, :2]
        face = Face(np.concatenate([points.min(axis=0), points.max(axis=0)]), landmarks, last.score)
        moved = np.median(np.hypot(*(landmarks - last.landmarks)[:, :2].T))
        growth = face.eye_span / last.eye_span
        if moved > _LONGEST_STEP * last.eye_span or not (
            1 / _LARGEST_GROWTH < growth < _LARGEST_GROWTH
        ):
            return None
        look = Look.of(square, crop, landmarks)
        if self._look is None or self._last_look is None:
            return None
        own = self._look.likeness(look)
        if self._looked_around <= 0 or (own < _SAME_PERSON and self._looked_around % 4 == 0):
            self._look_around(picture, face)
        if (
            own < _STILL_THEIRS
            or own < self._likest_other(look)
            or self._last_look.likeness(look) < _STILL_THE_SAME
        ):
            return None
        self._last_look = look
        if own >= _SAME_PERSON:
            self._look = self._look.renewed(look)
        return face

    def _look_around(self, picture: Picture, own: Face) -> None:
        """Learns the looks of the others in a frame."""
        self._looked_around = _LOOK_AROUND_EVERY
        self._learn(
            Look.in_picture(picture, face.landmarks)
            for face in self._finder.glance(picture)
            if overlap(face.box, own.box) < _SAME_PLACE
        )

    def _learn(self, others: Iterable[Look]) -> None:
        for look in others:
            if self._likest_other(look) < _SAME_PERSON:
                self._others = [*self._others, look][-_MOST_OTHERS:]

    def _likest_other(self, look: Look) -> float:
        return max((other.likeness(look) for other in self._others), default=-1.0)

    def _sought(self, picture: Picture) -> Face | None:
        """The person in a frame, wherever they are."""
        if self._look is None:
            return self._chosen(picture)
        seen = [
            (Look.in_picture(picture, face.landmarks), face)
            for face in self._finder.glance(picture)
        ]
        scored = [(self._own_likeness(look), look, face) for look, face in seen]
        scored.sort(key=lambda one: -one[0])
        if not scored or scored[0][0] < _SAME_PERSON:
            return None
        best, look, face = scored[0]
        second = scored[1][0] if len(scored) > 1 else -1.0
        if best - second < _MARGIN or best < self._likest_other(look):
            return None
        self._learn(other for _, other, _ in scored[1:])
        self._last_look = look
        return face

    def _own_likeness(self, look: Look) -> float:
        looks = (self._look, self._last_look)
        return max(own.likeness(look) for own in looks if own is not None)

    def _chosen(self, picture: Picture) -> Face | None:
        """The person in the first frame that shows them, as the user chose."""
        fully = self._searched % (_SEARCH_FULLY_EVERY // _SEARCH_EVERY) == 0
        self._searched += 1
        faces = self._finder.find(picture) if fully else self._finder.glance(picture)
        if len(faces) > len(self._most):
            self._most = faces
        looks = [Look.in_picture(picture, face.landmarks) for face in faces]
        face = self._choice_among(faces, picture)
        if face is None:
            return None
        for look, other in zip(looks, faces, strict=True):
            if other is face:
                self._look = self._last_look = look
        self._learn(look for look, other in zip(looks, faces, strict=True) if other is not face)
        return face

    def _choice_among(self, faces: list[Face], picture: Picture) -> Face | None:
        if not faces or (self._choice.index is not None and self._choice.index >= len(faces)):
            return None
        if self._wanted is not None:
            return self._wanted.among(faces, picture)
        size = picture.shape[1], picture.shape[0]
        return choose_face(faces, index=self._choice.index, at=self._choice.at, size=size)


def _nobody_like(picture: Path) -> FaceError:
    return FaceError(
        f"No face there looks enough like the one in '{picture}'.",
        "Choose with --face-index or --face-at."
        if recognises_people()
        else "Give a picture of the same sitting, choose with --face-index or --face-at, or run "
        f"'talker models pull {MODEL[0]}', which recognises people in any picture.",
    )


def _lost(frame: SceneFrame) -> Sighting:
    return Sighting(frame.frame.time_s, frame.is_cut, None)


def _within(picture: Picture, landmarks: NDArray[np.float32]) -> bool:
    """Whether the middle of the face is in the picture."""
    x, y = (landmarks[:, :2].min(axis=0) + landmarks[:, :2].max(axis=0)) / 2
    return bool(0 <= x < picture.shape[1] and 0 <= y < picture.shape[0])
