"""Who is shown: a picture or a clip, with the one face in it that is to speak."""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction
from pathlib import Path

import numpy as np

from talker.assets.portraits import Portrait
from talker.errors import AssetError, UsageError
from talker.faces.face import Face
from talker.faces.track import FaceTrack
from talker.media.clip import ClipSource, is_clip
from talker.media.film_container import MAX_FPS, MIN_FPS
from talker.media.frames import FrameSource, Picture, Still
from talker.media.pictures import read_picture
from talker.media.sound import has_sound
from talker.progress import Reporter
from talker.settings import FilmSettings

FACE_MODELS = ("face-detectors", "face-mesh")

STILL_FPS = Fraction(25)
"""Frames a second of a film of a still, where nothing else is asked for."""

Look = Picture | ClipSource | None
"""What a portrait is: a picture, uint8 RGB of shape (h, w, 3); a clip; or None where the picture
is still to be fetched."""


@dataclass(frozen=True, slots=True)
class Sitter:
    """A face that can be animated.

    Attributes:
        picture: uint8 RGB, shape (height, width, 3), of the film's size.
        face: The face that speaks, in pixels of `picture`.
    """

    picture: Picture
    face: Face


def first_look(portrait: Portrait, settings: FilmSettings) -> Look:
    """What a portrait shows, read before anything is fetched, so that a wrong one is told.

    Raises:
        UsageError: A clip's sound is to be kept, and there is no clip, or no sound in it.
        MediaError: The file is no picture and no clip that can be used.
        AssetError: The file is gone, or a clip is described with what only pictures have.
    """
    if portrait.model:
        return None
    path = portrait.picture()
    if is_clip(path):
        if portrait.crop or portrait.landmarks:
            raise AssetError(
                f"The portrait '{portrait.name}' is a clip, which is shown whole and followed by "
                "itself.",
                "Take `crop` and `landmarks` out of its description.",
            )
        if settings.keep_audio is not None and not has_sound(path):
            raise UsageError(f"The clip '{path}' has no sound to keep.", "Leave --keep-audio out.")
        return ClipSource(path, settings.size)
    if settings.keep_audio is not None:
        raise UsageError(
            f"'{path}' is a picture: it has no sound to keep.", "Leave --keep-audio out."
        )
    return read_picture(path)


def models_for(portrait: Portrait) -> tuple[str, ...]:
    """Entries of the model store that showing a portrait needs."""
    own = () if portrait.model is None else (portrait.model,)
    return own if portrait.landmarks else (*own, *FACE_MODELS)


def film_fps(look: Look, settings: FilmSettings) -> Fraction:
    """Frames a second of the film: as asked for, else the clip's own, within what players take."""
    if settings.fps is not None:
        return settings.fps
    if not isinstance(look, ClipSource) or look.fps is None:
        return STILL_FPS
    fps = max(look.fps, MIN_FPS)
    while fps > MAX_FPS:
        fps /= 2
    return fps


def seat(
    portrait: Portrait, picture: Picture | None, settings: FilmSettings, reporter: Reporter
) -> Sitter:
    """Finds the face that speaks in a picture, and cuts it to the film's size.

    Args:
        portrait: Who is shown.
        picture: What `first_look` found.
        settings: Which face, and the size of the film.
        reporter: Told what will not look its best.

    Raises:
        FaceError: There is no face, or no such face.
    """
    from talker.faces.choosing import warnings_for
    from talker.faces.framing import frame_portrait

    if picture is None:
        picture = read_picture(portrait.picture())
    face = chosen_face(portrait, picture, settings, reporter)
    for warning in warnings_for(face):
        reporter.warn(warning)
    return Sitter(*frame_portrait(picture, face, settings.size, portrait.crop))


def chosen_face(
    portrait: Portrait, picture: Picture, settings: FilmSettings, reporter: Reporter
) -> Face:
    """The face of a picture that is to speak; arguments and errors as `seat`."""
    from talker.faces.choosing import choose_face

    if settings.face_like is not None:
        say_how_people_are_told(reporter)
        return _alike(picture, settings.face_like)
    height, width = picture.shape[:2]
    return choose_face(
        _faces(portrait, picture),
        index=settings.face_index,
        at=settings.face_at,
        size=(width, height),
    )


def _alike(picture: Picture, like: Path) -> Face:
    from talker.faces.following import FaceChoice, track_faces

    with track_faces(Still(picture), FaceChoice(like=like)) as track:
        face = track[0]
    assert face is not None  # noqa: S101 - the track of a picture is its face
    return face


def say_how_people_are_told(reporter: Reporter) -> None:
    """Notes what `--face-like` goes by where there is something better."""
    from talker.faces.recognition import MODEL
    from talker.faces.wanted import recognises_people

    if not recognises_people():
        reporter.note(
            "--face-like compares faces by their looks in this light; "
            f"'talker models pull {MODEL[0]}' gets a model that knows a person in any picture."
        )


def follow(clip: FrameSource, settings: FilmSettings, reporter: Reporter) -> FaceTrack:
    """The face that speaks in each frame of a clip; arguments and errors as `seat`."""
    from talker.faces.following import FaceChoice, track_faces

    choice = FaceChoice(settings.face_index, settings.face_at, settings.face_like)
    if choice.like is not None:
        say_how_people_are_told(reporter)
    length = clip.length or 0
    with reporter.stage("Following the face", length, "frames") as advance:
        done = 0.0

        def heard(share: float) -> None:
            nonlocal done
            advance(share * length - done)
            done = share * length

        return track_faces(clip, choice, settings.lost, heard)


def _faces(portrait: Portrait, picture: Picture) -> list[Face]:
    landmarks = portrait.load_landmarks()
    if landmarks is None:
        from talker.faces.finding import find_faces

        return find_faces(picture)
    points = landmarks[:, :2]
    box = np.concatenate([points.min(axis=0), points.max(axis=0)])
    return [Face(box, landmarks, 1.0)]
