"""Clips framed around those who speak in them, as pictures are, for films of another shape."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

import numpy as np

from talker.assets import store
from talker.assets.portraits import Portrait
from talker.errors import FaceError
from talker.faces.face import Face
from talker.faces.framing import BELOW, MIDDLE
from talker.media.clip import ClipSource
from talker.media.frames import Picture
from talker.progress import Reporter
from talker.settings import FilmSettings
from talker.sitter import Sitter, chosen_face, say_how_people_are_told

if TYPE_CHECKING:
    from talker.faces.extending import Mask
    from talker.faces.framed_clip import FramedClip

FRAMING_MODELS = ("person-matte",)
"""Entries of the model store that framing a clip needs, beside those that find its face."""

_SAME_SHAPE = 0.01
"""Of a clip's width or height: where no more is cut off, its shape is that of the film."""


def framed(
    portrait: Portrait, clip: ClipSource, settings: FilmSettings, reporter: Reporter
) -> ClipSource:
    """A clip as a film shows it: where its shape is another, around the face that speaks.

    Args:
        portrait: Whose clip it is.
        clip: What `talker.sitter.first_look` found.
        settings: Which face, and the size of the film.
        reporter: Told how the face is chosen.

    Returns:
        The clip itself where it has the film's shape, or where its face comes later than its
        first frame.

    Raises:
        UsageError: A place of a face outside the clip.
    """
    if settings.size is None or not is_framed(clip):
        return clip
    found = frame_clip(portrait, [settings], settings.size)
    if found is None:
        return clip
    if settings.face_like is not None:
        say_how_people_are_told(reporter)
    return found


def is_framed(clip: ClipSource) -> bool:
    """Whether a clip has another shape than its film, which then frames it around a face."""
    return clip.cut_off > _SAME_SHAPE


def aimed(who: Sitter | ClipSource, settings: FilmSettings, place: int = 0) -> FilmSettings:
    """The settings that choose the face around which a clip was framed; others stay as they are.

    A frame may have cut off other faces, by which this one was counted.

    Args:
        who: Who is shown.
        settings: With the choice in the clip as it was.
        place: Which of `FramedClip.faces`.
    """
    from talker.faces.framed_clip import FramedClip

    if not isinstance(who, FramedClip):
        return settings
    box = who.faces[place].box
    x, y = (float(edge) for edge in (box[:2] + box[2:]) / 2)
    choice = {"face_index": None, "face_at": (x, y), "face_like": None}
    return settings.model_copy(update=choice)


def first_picture(clip: ClipSource) -> Picture:
    """The first frame of a clip, in whose pixels a face is chosen: uncut where it is framed."""
    whole = ClipSource(clip.path) if is_framed(clip) else clip
    return next(whole.frames(0, 1)).picture


def frame_clip(
    portrait: Portrait,
    choices: Sequence[FilmSettings],
    size: tuple[int, int],
    *,
    place: float = MIDDLE,
    below: float = BELOW,
) -> FramedClip | None:
    """A clip around the faces of its first frame; None where they come later.

    Args:
        portrait: Whose clip it is.
        choices: Which face, for each that is to speak.
        size: Width and height in pixels, even.
        place: See `talker.faces.framing.frame_faces`, as for the other.
        below: See there.
    """
    from talker.faces.framed_clip import FramedClip

    path = portrait.picture()
    first = next(ClipSource(path).frames(0, 1)).picture
    try:
        faces = [chosen_face(portrait, first, choice, Reporter()) for choice in choices]
    except FaceError:
        return None
    people = people_in(first, faces)
    return FramedClip(path, first, faces, size, place=place, below=below, person=people)


def people_in(picture: Picture, faces: Sequence[Face]) -> Mask | None:
    """Where the people of these faces are; None where nobody is told from the background."""
    from talker.lips.warp.matte import MODEL, person_matte

    model = store.file(*MODEL)
    mattes = [person_matte(model, picture, face.landmarks, face.eye_span) for face in faces]
    people = [matte.person for matte in mattes if matte is not None]
    return np.maximum.reduce(people) if people else None
