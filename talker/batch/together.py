"""What can only be wrong with the values of a row together; looked at once for all that share them.

Portraits are opened, voices and engines asked, and nothing is fetched.
"""

from __future__ import annotations

import tempfile
from pathlib import Path

from talker.checking import check_say
from talker.jobs import SayJob
from talker.settings import FilmSettings

# These differ from row to row and cannot be wrong together with others.
_FREE = ("seed", "life", "lead_in_s", "tail_s", "speed", "sharpness")
_USUAL = {name: FilmSettings.model_fields[name].default for name in _FREE}


def shared(how: FilmSettings) -> FilmSettings:
    """The settings as far as they can be wrong together with others."""
    return how.model_copy(update=_USUAL)


class Aside:
    """A value that goes along with a question and is no part of it."""

    def __init__(self, text: str) -> None:
        self.text = text

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Aside)

    def __hash__(self) -> int:
        return 0


def check_together(
    language: str,
    voice: str | None,
    portrait: str,
    lexicon: str | None,
    how: FilmSettings,
    text: Aside,
) -> None:
    """What can only be wrong with values together; asked once for all rows that share them."""
    with tempfile.TemporaryDirectory(prefix="talker-") as folder:
        check_say(
            SayJob(
                text.text,
                Path(folder) / "film.mp4",
                voice=voice,
                portrait=portrait,
                lexicon=None if lexicon is None else Path(lexicon),
                settings=how.model_copy(update={"language": language}),
            )
        )
