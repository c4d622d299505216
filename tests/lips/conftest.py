from __future__ import annotations

from collections.abc import Callable
from functools import cache

import pytest

from talker.assets.portraits import load_portrait
from talker.faces.face import Face
from talker.media.frames import Picture


@pytest.fixture(scope="session")
def seated(assets: None) -> Callable[..., tuple[Picture, Face]]:
    """A portrait and its face, in its own size or cut to a square of so many pixels."""
    from talker.faces.finding import find_faces
    from talker.faces.framing import frame_portrait
    from talker.media.pictures import read_picture

    @cache
    def seat(name: str, side: int | None = None) -> tuple[Picture, Face]:
        picture = read_picture(load_portrait(name).picture())
        face = find_faces(picture)[0]
        if side is not None:
            picture, face = frame_portrait(picture, face, (side, side))
        picture.flags.writeable = False
        return picture, face

    return seat
