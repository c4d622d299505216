"""What can be asked of a narration, and what comes back."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass, field
from fractions import Fraction
from pathlib import Path
from typing import Literal, get_args

from talker.errors import UsageError
from talker.progress import Cell
from talker.settings import FilmSettings

CaptionMode = Literal["burn", "karaoke", "soft", "file"]
"""In the picture, as the script says or word by word; as a track that players show when asked; as
files beside the film."""

CAPTION_MODES: tuple[CaptionMode, ...] = get_args(CaptionMode)

SIDECARS = (".srt", ".vtt", ".ass")
"""Caption files beside a film."""


@dataclass(frozen=True, slots=True)
class NarrateJob:
    """A script is made a film.

    Attributes:
        script: A Markdown file; `docs/script.md` says how it is written.
        output: The film; its suffix says the container.
        captions: How what is said is shown; empty for not at all.
        scenes: Numbers of the first and the last scene to film, from 1; None for the script's own.
        overwrite: Whether files that exist are replaced.
        settings: How to make it; its size and rate win over the script's.
    """

    script: Path
    output: Path
    captions: frozenset[CaptionMode] = frozenset({"burn"})
    scenes: tuple[int | None, int | None] = (None, None)
    overwrite: bool = False
    settings: FilmSettings = field(default_factory=FilmSettings)


@dataclass(frozen=True, slots=True)
class NarrateResult:
    """A film that was made of a script.

    Attributes:
        path: The film.
        captions: The caption files beside it.
        title: Of the programme.
        length_s: Seconds of film.
        frames: Pictures in it.
        fps: Pictures a second.
        width: Pixels.
        height: Pixels.
        scenes: How many it has.
        reused: How many of them had been rendered before.
        voices: Who speaks, joined by " + ".
        portraits: Who is seen, joined by " + ".
        lips: Name of the lip engine.
        device: What that ran on.
        taken_s: Seconds from the start of the job to the finished file.
    """

    path: Path
    captions: Sequence[str]
    title: str
    length_s: float
    frames: int
    fps: Fraction
    width: int
    height: int
    scenes: int
    reused: int
    voices: str
    portraits: str
    lips: str
    device: str
    taken_s: float

    @property
    def speed(self) -> float:
        """Seconds of film made a second."""
        return self.length_s / self.taken_s


@dataclass(frozen=True, slots=True)
class StoryboardResult:
    """Pictures of the scenes of a script.

    Attributes:
        pictures: One file a scene.
        taken_s: Seconds that it took.
    """

    pictures: Sequence[str]
    taken_s: float


def read_captions(value: str) -> frozenset[CaptionMode]:
    """Reads "off", or modes joined by commas, such as "burn,file".

    Raises:
        UsageError: A mode that there is not.
    """
    given = [word.strip() for word in value.lower().split(",")]
    if given == ["off"]:
        return frozenset()
    modes: frozenset[CaptionMode] = frozenset(mode for mode in CAPTION_MODES if mode in given)
    unknown = next((word for word in given if word not in CAPTION_MODES), None)
    if unknown is not None:
        raise UsageError(
            f"The captions cannot be '{value}'.",
            f"Give off, or one or more of {', '.join(CAPTION_MODES)}, joined by commas.",
        )
    return modes


def read_scenes(
    scene: str | None, first: str | None, last: str | None
) -> tuple[int | None, int | None]:
    """Reads which scenes to film: one by its number, or from one to another.

    Raises:
        UsageError: No number of a scene, or one scene as well as a range of them.
    """
    if scene is not None and (first is not None or last is not None):
        raise UsageError("--scene and --from or --to exclude each other.", "Leave one out.")
    if scene is not None:
        return _number("scene", scene), _number("scene", scene)
    return _number("from", first), _number("to", last)


def _number(option: str, value: str | None) -> int | None:
    if value is None:
        return None
    if not value.isdecimal() or not int(value):
        raise UsageError(
            f"The {option} cannot be '{value}'.", "Give the number of a scene, from 1."
        )
    return int(value)


def sidecars_of(output: Path, captions: Collection[CaptionMode]) -> tuple[Path, ...]:
    """The caption files of a film."""
    return tuple(output.with_suffix(suffix) for suffix in SIDECARS) if "file" in captions else ()


def summary(result: NarrateResult) -> dict[str, Cell]:
    """The result for a reader, in few lines."""
    scenes = f"{result.scenes}, {result.reused} of them from earlier" if result.reused else ""
    return {
        "film": str(result.path),
        "captions": list(result.captions) or None,
        "length": f"{result.length_s:.2f} s, {result.frames} frames at {result.fps} frames/s",
        "picture": f"{result.width}x{result.height}",
        "scenes": scenes or str(result.scenes),
        "voices": result.voices,
        "portraits": result.portraits,
        "lips": f"{result.lips} engine",
        "device": result.device,
        "speed": f"{result.speed:.1f} x real time ({result.taken_s:.1f} s)",
    }
