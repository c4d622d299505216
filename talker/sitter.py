"""Who is shown: a picture of the film's size, with the one face in it that is to speak."""

from __future__ import annotations

import mimetypes
from dataclasses import dataclass

import numpy as np

from talker.assets.portraits import Portrait
from talker.errors import UsageError
from talker.faces.face import Face
from talker.media.frames import Picture
from talker.media.pictures import read_picture
from talker.progress import Reporter
from talker.settings import FilmSettings

FACE_MODELS = ("face-detectors", "face-mesh")


@dataclass(frozen=True, slots=True)
class Sitter:
    """A face that can be animated.

    Attributes:
        picture: uint8 RGB, shape (height, width, 3), of the film's size.
        face: The face that speaks, in pixels of `picture`.
    """

    picture: Picture
    face: Face


def first_look(portrait: Portrait) -> Picture | None:
    """The picture of a portrait, read before anything is fetched, so that a wrong one is told.

    Returns:
        uint8 RGB, shape (h, w, 3); None where the picture itself is still to be fetched.

    Raises:
        UsageError: The file is a clip.
        MediaError: The file is no picture that can be used.
    """
    kind, _ = mimetypes.guess_type(portrait.image.name)
    if kind is not None and kind.startswith("video/"):
        raise UsageError(
            f"'{portrait.image}' is a clip, and the lip engines here animate stills only.",
            "Give a picture of the face, such as one frame of the clip.",
        )
    return None if portrait.model else read_picture(portrait.picture())


def models_for(portrait: Portrait) -> tuple[str, ...]:
    """Entries of the model store that showing a portrait needs."""
    own = () if portrait.model is None else (portrait.model,)
    return own if portrait.landmarks else (*own, *FACE_MODELS)


def seat(
    portrait: Portrait, picture: Picture | None, settings: FilmSettings, reporter: Reporter
) -> Sitter:
    """Finds the face that speaks and cuts the picture to the film's size around it.

    Args:
        portrait: Who is shown.
        picture: What `first_look` read.
        settings: Which face, and the size of the film.
        reporter: Told what will not look its best.

    Raises:
        FaceError: There is no face, or no such face.
    """
    from talker.faces.choosing import choose_face, warnings_for
    from talker.faces.framing import frame_portrait

    if picture is None:
        picture = read_picture(portrait.picture())
    height, width = picture.shape[:2]
    face = choose_face(
        _faces(portrait, picture),
        index=settings.face_index,
        at=settings.face_at,
        size=(width, height),
    )
    for warning in warnings_for(face):
        reporter.warn(warning)
    return Sitter(*frame_portrait(picture, face, settings.size, portrait.crop))


def _faces(portrait: Portrait, picture: Picture) -> list[Face]:
    landmarks = portrait.load_landmarks()
    if landmarks is None:
        from talker.faces.finding import find_faces

        return find_faces(picture)
    points = landmarks[:, :2]
    box = np.concatenate([points.min(axis=0), points.max(axis=0)])
    return [Face(box, landmarks, 1.0)]
