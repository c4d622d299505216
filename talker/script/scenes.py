"""What a script says: scenes, each a value that holds all it takes to film it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from fractions import Fraction
from pathlib import Path
from typing import Literal

Kind = Literal["poem", "news", "dialogue"]

View = Literal["full", "bust", "circle", "corner", "together"]
"""The talking head: over the whole picture; head and shoulders beside what is shown; in a circle;
in a corner; all speakers side by side."""

CaptionStyle = Literal["line", "karaoke", "vertical"]

Transition = Literal["cut", "dissolve", "fade"]
"""Into a scene: at once; out of the scene before; out of the theme's darkest colour."""


@dataclass(frozen=True, slots=True)
class Speaker:
    """Somebody who speaks.

    Attributes:
        name: As the script calls them; empty for the only one of a poem.
        portrait: Name of a portrait, or absolute path of a picture or a clip.
        voice: Name of a voice; None for the one that suits the portrait.
        role: What a lower third says under the name.
        face_index: Which face of the portrait, where it shows several; None for the largest.
    """

    name: str
    portrait: str
    voice: str | None = None
    role: str = ""
    face_index: int | None = None


@dataclass(frozen=True, slots=True)
class Utterance:
    """Words of one speaker over one picture; a stanza of a poem.

    Attributes:
        speaker: Key of `Script.cast`.
        text: What is said, as markup (`talker.text.ssml`); a line of it is a line of the script.
        line: Number of the script's line on which it begins, from 1.
        picture: Shown from its first word on; None for none.
        pause_s: Silence after it.
    """

    speaker: str
    text: str
    line: int
    picture: Path | None = None
    pause_s: float = 0.4


@dataclass(frozen=True, slots=True)
class Background:
    """What is behind everything.

    Attributes:
        colours: One or, for a gradient from top to bottom, two, as "#rrggbb".
        file: A picture or a clip over the colours; None for none.
        zoom: Whether a picture is slowly moved into.
    """

    colours: tuple[str, ...] = ()
    file: Path | None = None
    zoom: bool = True


@dataclass(frozen=True, slots=True)
class Music:
    """Music under what is said, repeated as often as need be.

    Attributes:
        file: A sound file.
        level_lufs: Loudness where nobody speaks.
        duck_db: By how much quieter it is under speech.
    """

    file: Path
    level_lufs: float = -28.0
    duck_db: float = 10.0


@dataclass(frozen=True, slots=True)
class Scene:
    """A part of a programme that is rendered for itself.

    Attributes:
        number: From 1.
        line: Number of the script's line on which it begins, from 1.
        form: "card" (a title, on which nobody is seen) or "talk".
        title: Of a card; headline of a news item; empty for none.
        subtitle: Of a card, under the title.
        utterances: What is said, in order; a card may be silent.
        speakers: Keys of `Script.cast`: who is seen, in order from left to right.
        view: How they are seen.
        background: What is behind; None for the theme's own.
        captioned: Whether what is said is shown as captions.
        transition: How the scene begins.
        music: Under it; scenes that follow each other with the same music go on with it.
        least_s: Seconds that it takes at least.
    """

    number: int
    line: int
    form: Literal["card", "talk"]
    title: str = ""
    subtitle: str = ""
    utterances: tuple[Utterance, ...] = ()
    speakers: tuple[str, ...] = ()
    view: View = "full"
    background: Background | None = None
    captioned: bool = True
    transition: Transition = "cut"
    music: Music | None = None
    least_s: float = 0.0


@dataclass(frozen=True, slots=True)
class Script:
    """A programme.

    Attributes:
        path: The file that it was read from.
        kind: What it is.
        title: Its name.
        language: BCP 47 language of most of it.
        cast: The speakers, by name.
        scenes: In order.
        theme: Name of a theme, or path of a theme's TOML file.
        size: Width and height in pixels; None for 1280x720.
        fps: Frames a second.
        captions: How captions that are burned in look.
        lexicon: The author's own pronunciations; None for none.
        ticker: Short news that take turns in a strip at the bottom.
        day: Shown by news, in the language of the audience.
        author: Of a poem; empty where that is not known.
    """

    path: Path
    kind: Kind
    title: str
    language: str
    cast: Mapping[str, Speaker]
    scenes: tuple[Scene, ...]
    theme: str = "plain"
    size: tuple[int, int] | None = None
    fps: Fraction = Fraction(25)
    captions: CaptionStyle = "line"
    lexicon: Path | None = None
    ticker: tuple[str, ...] = field(default=())
    day: date | None = None
    author: str = ""
