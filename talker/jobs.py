"""What can be asked of talker, and what comes back: one value each."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, field
from fractions import Fraction
from pathlib import Path
from typing import TYPE_CHECKING

from talker.progress import Cell
from talker.settings import FilmSettings

if TYPE_CHECKING:
    from _typeshed import DataclassInstance

DEFAULT_PORTRAIT = "reader"

Fact = Cell | Sequence[Mapping[str, Cell]]
"""A value of a result; a list of stretches of the film has a table each."""


@dataclass(frozen=True, slots=True)
class SayJob:
    """A portrait says a text.

    Attributes:
        text: What is said.
        output: The film; its suffix says the container.
        voice: Name of a voice, a language, or path of a Piper voice; None for the one
            that suits the portrait, else the language's own.
        portrait: Name of a portrait, or path of a picture or a clip.
        lexicon: File of words and how they are said.
        marks: Where to write the timeline as JSON.
        srt: Where to write subtitles.
        overwrite: Whether files that exist are replaced.
        settings: How to make it.
    """

    text: str
    output: Path
    voice: str | None = None
    portrait: str = DEFAULT_PORTRAIT
    lexicon: Path | None = None
    marks: Path | None = None
    srt: Path | None = None
    overwrite: bool = False
    settings: FilmSettings = field(default_factory=FilmSettings)


@dataclass(frozen=True, slots=True)
class SpeakJob:
    """A voice says a text; attributes as those of `SayJob`, `output` is a sound file."""

    text: str
    output: Path
    voice: str | None = None
    lexicon: Path | None = None
    marks: Path | None = None
    srt: Path | None = None
    overwrite: bool = False
    settings: FilmSettings = field(default_factory=FilmSettings)


@dataclass(frozen=True, slots=True)
class SyncJob:
    """A portrait or a clip says what a sound file says.

    Attributes:
        face: Name of a portrait, or path of a picture or a clip.
        audio: A sound file, or a film whose sound is taken.
        output: The film; its suffix says the container.
        text: What the sound says, where it is known: the lips follow it more closely.
        marks: Where to write the timeline as JSON.
        overwrite: Whether files that exist are replaced.
        settings: How to make it.
    """

    face: str
    audio: Path
    output: Path
    text: str | None = None
    marks: Path | None = None
    overwrite: bool = False
    settings: FilmSettings = field(default_factory=FilmSettings)


@dataclass(frozen=True, slots=True)
class SoundResult:
    """A sound file that was made.

    Attributes:
        path: The file.
        length_s: Seconds of sound.
        language: BCP 47 language of most of it.
        voice: The voices that speak, joined by " + ".
        engine: Their speech engines, joined by " + ".
        device: What they ran on.
        taken_s: Seconds from the start of the job to the finished file.
    """

    path: Path
    length_s: float
    language: str
    voice: str
    engine: str
    device: str
    taken_s: float

    @property
    def speed(self) -> float:
        """Seconds of sound made a second."""
        return self.length_s / self.taken_s


@dataclass(frozen=True, slots=True)
class FaceSpan:
    """A stretch of a film in which the clip's face is not as it should be.

    Attributes:
        start_s: Seconds from the film's start.
        end_s: The same, of its end.
        reason: "lost", "turned", "covered" or "tiny".
        policy: What is done: "pass" (the frames stay as they are), "hold" or "interpolate" (the
            face is held, or put between where it was and will be), or "use" (its mouth is replaced
            all the same).
    """

    start_s: float
    end_s: float
    reason: str
    policy: str


@dataclass(frozen=True, slots=True)
class FilmResult:
    """A film that was made.

    Attributes:
        path: The file.
        length_s: Seconds of film.
        frames: Pictures in it.
        fps: Pictures a second.
        width: Pixels.
        height: Pixels.
        language: BCP 47 language of most of the speech.
        voice: The voices that speak, joined by " + "; the sound file's name where it was given.
        engine: Their speech engines, joined by " + "; empty where the sound was given.
        portrait: Title of the portrait, or name of the picture file.
        lips: Name of the lip engine.
        lips_reason: Why "auto" took it, and how to get a better one; empty where it was named.
        weights: Model of the store that it drew with; None where it needs none.
        licence: What that model may be used for; empty without one.
        device: What the lip engine ran on.
        spans: Where the face of a clip is not as it should be, in order.
        taken_s: Seconds from the start of the job to the finished file.
    """

    path: Path
    length_s: float
    frames: int
    fps: Fraction
    width: int
    height: int
    language: str
    voice: str
    engine: str
    portrait: str
    lips: str
    lips_reason: str
    weights: str | None
    licence: str
    device: str
    spans: tuple[FaceSpan, ...]
    taken_s: float

    @property
    def speed(self) -> float:
        """Seconds of film made a second."""
        return self.length_s / self.taken_s


@dataclass(frozen=True, slots=True)
class PreviewResult:
    """A contact sheet that was drawn.

    Attributes:
        path: The file.
        portrait: Title of the portrait, or name of the file.
        frames: The frames on it, by number and time.
        problems: Of those, where the face is not as it should be, and why.
        taken_s: Seconds that it took.
    """

    path: Path
    portrait: str
    frames: Sequence[str]
    problems: Sequence[str]
    taken_s: float


def facts(result: DataclassInstance) -> dict[str, Fact]:
    """A result for a program; a rate is text such as "30000/1001"."""
    plain: dict[str, Fact] = {}
    for name, value in asdict(result).items():
        plain[name] = str(value) if isinstance(value, Path | Fraction) else value
    speed = getattr(result, "speed", None)
    return plain if speed is None else {**plain, "speed": speed}


def summary(result: SoundResult | FilmResult) -> dict[str, Cell]:
    """The result for a reader, in few lines."""
    speed = f"{result.speed:.1f} x real time ({result.taken_s:.1f} s)"
    voice = f"{result.voice}, {result.engine} engine" if result.engine else result.voice
    spoken: dict[str, Cell] = {"voice": voice, "language": result.language}
    if isinstance(result, SoundResult):
        return {
            "sound": str(result.path),
            "length": f"{result.length_s:.2f} s",
            **spoken,
            "device": result.device,
            "speed": speed,
        }
    return {
        "film": str(result.path),
        "length": f"{result.length_s:.2f} s, {result.frames} frames at {result.fps} frames/s",
        "picture": f"{result.width}x{result.height}",
        **spoken,
        "portrait": result.portrait,
        "lips": f"{result.lips} engine",
        "weights": f"{result.weights}: {result.licence}" if result.weights else None,
        "device": result.device,
        "speed": speed,
    }
