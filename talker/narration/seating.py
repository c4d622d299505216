"""Who sits where: the people of one portrait, framed for the place in which they are seen."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from talker.assets.portraits import load_portrait
from talker.faces.choosing import warnings_for
from talker.faces.face import Face
from talker.faces.framing import BELOW, MIDDLE, frame_faces
from talker.framing_clips import frame_clip, people_in
from talker.media.clip import ClipSource
from talker.media.pictures import read_picture
from talker.progress import Reporter
from talker.script.scenes import Speaker
from talker.settings import FilmSettings
from talker.sitter import Sitter, chosen_face, first_look


@dataclass(frozen=True, slots=True)
class Group:
    """People who are seen in one picture.

    Attributes:
        portrait: Whose picture or clip.
        speakers: Keys of `Script.cast`.
        faces: Which face of the portrait each speaks with; None for the largest.
        place: Where the middle of their heads comes in the picture's width, 0 to 1.
        below: How much is shown under their chins, in lengths from forehead to chin.
    """

    portrait: str
    speakers: tuple[str, ...]
    faces: tuple[int | None, ...]
    place: float = MIDDLE
    below: float = BELOW


def groups_of(speakers: Sequence[str], cast: Mapping[str, Speaker]) -> tuple[Group, ...]:
    """Speakers by the portraits that show them, in the order of the first of each."""
    together: dict[str, list[str]] = {}
    for name in speakers:
        speaker = cast[name]
        # Two who share a portrait and a face are one person in two roles.
        shares = speaker.face_index is not None
        together.setdefault(speaker.portrait if shares else f"{name}\0", []).append(name)
    return tuple(
        Group(
            cast[names[0]].portrait,
            tuple(names),
            tuple(cast[name].face_index for name in names),
        )
        for names in together.values()
    )


class Seats:
    """The people of a programme, each group framed once for each size in which it is seen.

    Args:
        settings: How to make the films.
        reporter: Told what will not look its best.
    """

    def __init__(self, settings: FilmSettings, reporter: Reporter) -> None:
        self._settings = settings
        self._reporter = reporter
        self._taken: dict[tuple[Group, tuple[int, int]], tuple[Sitter | ClipSource, ...]] = {}

    def of(self, group: Group, size: tuple[int, int]) -> tuple[Sitter | ClipSource, ...]:
        """For each speaker of a group a picture with the face that speaks, or a clip.

        Args:
            group: Who.
            size: Width and height in pixels, even.

        Raises:
            FaceError: There is no face, or no such face.
            MediaError: The file is no picture and no clip that can be used.
        """
        if (group, size) not in self._taken:
            self._taken[group, size] = self._seated(group, size)
        return self._taken[group, size]

    def _seated(self, group: Group, size: tuple[int, int]) -> tuple[Sitter | ClipSource, ...]:
        portrait = load_portrait(group.portrait)
        hows = [
            self._settings.model_copy(update={"size": size, "face_index": face})
            for face in group.faces
        ]
        look = first_look(portrait, hows[0])
        if isinstance(look, ClipSource):
            clip = frame_clip(portrait, hows, size, place=group.place, below=group.below)
            return (clip or look,) * len(group.speakers)
        picture = read_picture(portrait.picture()) if look is None else look
        faces = [chosen_face(portrait, picture, how, self._reporter) for how in hows]
        self._tell(group, faces)
        framed, moved = frame_faces(
            picture,
            faces,
            size,
            portrait.crop,
            place=group.place,
            below=group.below,
            person=people_in(picture, faces),
        )
        return tuple(Sitter(framed, face) for face in moved)

    def _tell(self, group: Group, faces: Sequence[Face]) -> None:
        """Warns of what will not look its best, once whatever the size."""
        if all(group.portrait != known.portrait for known, _ in self._taken):
            for warning in dict.fromkeys(line for face in faces for line in warnings_for(face)):
                self._reporter.warn(f"{group.portrait}: {warning}")
