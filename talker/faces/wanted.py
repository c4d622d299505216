"""The person of a picture among the faces of others."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from talker.assets import store
from talker.faces.choosing import choose_face
from talker.faces.face import Face
from talker.faces.finding import Finder
from talker.faces.looks import Look
from talker.faces.recognition import MODEL, Recogniser
from talker.media.frames import Picture
from talker.media.pictures import read_picture


@dataclass(frozen=True, slots=True)
class WantedPerson:
    """Somebody a user knows to be among others, and has a picture of.

    Attributes:
        likeness: Of a face in a picture to theirs.
        least: Likeness from which it may be theirs.
        margin: By how much theirs is more alike than all others.
    """

    likeness: Callable[[Picture, Face], float]
    least: float
    margin: float

    def among(self, faces: Sequence[Face], picture: Picture) -> Face | None:
        """Their face among those of a picture; None where it is not there, or not told apart."""
        alike = np.array([self.likeness(picture, face) for face in faces])
        best = int(alike.argmax())
        others = np.delete(alike, best).max(initial=-np.inf)
        if alike[best] < self.least or alike[best] - others < self.margin:
            return None
        return faces[best]


def recognises_people() -> bool:
    """Whether the store has the model that knows a person in any picture."""
    return store.is_ready(MODEL[0])


def wanted_person(finder: Finder, path: Path) -> WantedPerson:
    """The largest face of a picture; compared by looks where nothing better is there.

    Raises:
        FaceError: There is no face in it.
        MediaError: It is no picture.
    """
    picture = read_picture(path)
    face = choose_face(finder.find(picture))
    if recognises_people():
        recogniser = Recogniser(store.file(*MODEL))
        theirs = recogniser.embedding(picture, face)
        return WantedPerson(
            lambda other, seen: float(theirs @ recogniser.embedding(other, seen)), 0.363, 0.05
        )
    look = Look.in_picture(picture, face.landmarks)
    return WantedPerson(
        lambda other, seen: look.likeness(Look.in_picture(other, seen.landmarks)), 0.7, 0.03
    )
