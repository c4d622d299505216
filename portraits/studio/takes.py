"""Films a person: python -m studio.takes takes/poet-turning.toml STUDIO_PYTHON.

Runs in talker's own environment, which speaks and encodes; the frames are rendered by
`studio.frames` in the studio's, whose interpreter is named.
"""

from __future__ import annotations

import json
import subprocess
import sys
import tomllib
from collections.abc import Iterable
from fractions import Fraction
from pathlib import Path
from typing import Any

import av
import cv2
import numpy as np
from av.video.reformatter import ColorRange, Colorspace
from numpy.typing import NDArray
from pydantic import BaseModel, ConfigDict

from studio.posture import Posture, unlike
from talker.lips.visemes import PARTS, MouthTrack
from talker.media.film_writer import FilmWriter
from talker.media.picture_track import mark_bt709
from talker.media.pictures import read_picture
from talker.speech.export import marks_json
from talker.speech.speaking import speak
from talker.speech.timeline import Speech
from talker.stage.life import Life, blink

ROOT = Path(__file__).resolve().parents[2]
_TALK_CRF = 15
_LOOP_CRF = 13
_FEATHER = 8  # pixels over which a region goes over into the still
_LICENCE = "CC0-1.0"

Frame = NDArray[np.uint8]
"""RGB, shape (height, width, 3)."""

# How the parts of a mouth's shape are held by face units.
_HELD_BY: dict[str, dict[str, float]] = {
    "jaw": {"jawOpen": 0.45},
    "part": {"mouthLowerDown": 0.40, "mouthUpperUp": 0.25},
    "wide": {"mouthStretch": 0.45, "mouthSmile": 0.12},
    "round": {"mouthPucker": 0.75, "mouthFunnel": 0.15},
    "press": {"mouthRollLower": 0.22, "mouthRollUpper": 0.22},
    "tuck": {"mouthRollLower": 0.55, "mouthUpperUp": 0.25, "jawOpen": 0.06},
    "tongue": {"tongueOut": 0.15},
}


class _Table(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class Sway(_Table):
    """A part that goes out and back: size * (1 - cos(2 pi cycles t / seconds)) / 2.

    Attributes:
        part: turn, nod or tilt in degrees, breath, or a face unit.
        size: How far.
        cycles: How often in the take.
    """

    part: str
    size: float
    cycles: int = 1


class Line(_Table):
    """What is said."""

    text: str
    language: str
    voice: str
    lead_in_s: float = 0.4
    seed: int = 0


class Take(_Table):
    """One film of one person.

    Attributes:
        person: A file of `people`.
        target: The film, from the repository's root; with a line, a JSON beside it holds the
            weights of the face units and the lips' landmarks in every frame.
        seconds: Its length; a take without a line ends as it begins.
        size: Width and height in pixels.
        samples: Of each pixel.
        frame_m: Width of the frame, metres; the person's own if not given.
        centre_mm: Its middle from between the eyes; likewise.
        sways: What moves in a take without a line.
        blinks: When the eyes close in it, seconds.
        line: What is said.
    """

    person: str
    target: Path
    seconds: float
    size: int
    samples: int
    frame_m: float | None = None
    centre_mm: tuple[float, float] | None = None
    fps: int = 25
    sways: tuple[Sway, ...] = ()
    blinks: tuple[float, ...] = ()
    line: Line | None = None

    def times_s(self) -> NDArray[np.float64]:
        """When each frame is shown."""
        return np.arange(round(self.seconds * self.fps)) / self.fps


def swaying(take: Take) -> list[Posture]:
    """A posture a frame of a take without a line."""
    times_s = take.times_s()
    closed = np.zeros(len(times_s))
    for at_s in take.blinks:
        closed = np.maximum(closed, blink(times_s - at_s))
    columns = {"eyeBlink": closed}
    for sway in take.sways:
        way = (1 - np.cos(2 * np.pi * sway.cycles * times_s / take.seconds)) / 2
        columns[sway.part] = columns.get(sway.part, 0) + sway.size * way
    own = {part: columns.pop(part) for part in ("turn", "nod", "tilt", "breath") if part in columns}
    return [
        Posture(
            {unit: float(values[k]) for unit, values in columns.items()},
            **{part: float(values[k]) for part, values in own.items()},
        )
        for k in range(len(times_s))
    ]


def speaking(take: Take, line: Line, speech: Speech) -> list[Posture]:
    """A posture a frame of a person who says a line and blinks, all else held still."""
    times_s = take.times_s()
    mouth = MouthTrack(speech).at(times_s - line.lead_in_s)
    life = Life(speech, line.lead_in_s, take.seconds, 1.0, line.seed).at(times_s)
    postures = []
    for k, shape in enumerate(mouth):
        held = [
            (units, share)
            for part, share in zip(PARTS, shape, strict=True)
            for units in [_HELD_BY[part]]
        ]
        held.append(({"eyeBlink": 1.0}, life.blink[k]))
        weights: dict[str, float] = {}
        for units, share in held:
            for unit, weight in units.items():
                weights[unit] = weights.get(unit, 0.0) + weight * float(share)
        postures.append(Posture(weights))
    return postures


def render(take: Take, postures: list[Posture], studio: str, folder: Path) -> dict[str, Any]:
    """Renders postures to a folder, as far as they are not there yet.

    Returns:
        What `studio.frames` tells of them.
    """
    person = ROOT / "portraits" / "studio" / "people" / f"{take.person}.toml"
    plan = {
        "person": person.read_text("utf-8"),  # a person who has changed is rendered anew
        "size": take.size,
        "samples": take.samples,
        "frame": take.model_dump(include={"frame_m", "centre_mm"}, exclude_none=True),
        "postures": [posture.to_json() for posture in postures],
    }
    text = json.dumps(plan)
    plan_file = folder / "plan.json"
    if not plan_file.is_file() or plan_file.read_text("utf-8") != text:
        for old in folder.glob("*"):
            old.unlink()
        folder.mkdir(parents=True, exist_ok=True)
        plan_file.write_text(text, "utf-8")
    command = [studio, "-m", "studio.frames", str(person), str(plan_file), str(folder)]
    subprocess.run(command, check=True)  # noqa: S603 - no words of a stranger
    return json.loads((folder / "frames.json").read_text("utf-8"))


def pictures(folder: Path, told: dict[str, Any]) -> list[NDArray[np.uint8]]:
    """Every posture's picture, what was not rendered of it taken from the still."""
    still = read_picture(folder / "still.png")
    made = []
    for k, box in enumerate(told["regions"]):
        picture = read_picture(folder / f"{k:04}.png")
        made.append(picture if box is None else _over(still, picture, box))
    return made


def _over(
    still: NDArray[np.uint8], picture: NDArray[np.uint8], box: list[int]
) -> NDArray[np.uint8]:
    left, top, right, bottom = box
    share = np.zeros(still.shape[:2], np.float32)
    inset = _FEATHER // 2
    share[top + inset : bottom - inset, left + inset : right - inset] = 1
    share = cv2.blur(share, (_FEATHER, _FEATHER))[..., None]
    return np.round(still + share * (picture.astype(np.float32) - still)).astype(np.uint8)


def encode_talk(take: Take, line: Line, speech: Speech, frames: Iterable[Frame]) -> None:
    """Writes a film with its sound."""
    rate = speech.sample_rate
    with FilmWriter(
        ROOT / take.target,
        size=(take.size, take.size),
        fps=Fraction(take.fps),
        sample_rate=rate,
        tags={"title": line.text, "comment": "Rendered; the voice is generated."},
        crf=_TALK_CRF,
        overwrite=True,
    ) as film:
        film.write_sound(np.zeros(round(line.lead_in_s * rate), np.float32))
        film.write_sound(speech.samples)
        for frame in frames:
            film.write_picture(frame)


def encode_loop(take: Take, frames: Iterable[Frame]) -> None:
    """Writes a film without sound, its one keyframe at the start, so that nothing jumps later."""
    target = ROOT / take.target
    part = target.with_suffix(".part.mp4")
    options = {"preset": "slow", "crf": str(_LOOP_CRF), "g": str(len(take.times_s()))}
    with av.open(str(part), "w") as film:
        stream = film.add_stream("libx264", rate=take.fps, options=options)
        stream.width = stream.height = take.size
        stream.pix_fmt = "yuv420p"
        mark_bt709(stream)
        for frame in frames:
            picture = av.VideoFrame.from_ndarray(frame, format="rgb24").reformat(
                format="yuv420p",
                dst_colorspace=Colorspace.ITU709,
                dst_color_range=ColorRange.MPEG,
            )
            film.mux(stream.encode(picture))
        film.mux(stream.encode(None))
    part.replace(target)


def truth(
    take: Take,
    line: Line,
    speech: Speech,
    each: list[Posture],
    which: list[int],
    told: dict[str, Any],
) -> dict[str, Any]:
    """What is known of a talking film, as JSON values."""
    units = sorted({unit for posture in each for unit in posture.units})
    ids = list(told["lips"][0])
    return {
        "person": take.person,
        "licence": _LICENCE,
        "text": line.text,
        "language": line.language,
        "voice": line.voice,
        "lead_in_s": line.lead_in_s,
        **marks_json(speech),
        "size": take.size,
        "fps": take.fps,
        "units": units,
        "weights": [[each[k].units.get(unit, 0.0) for unit in units] for k in which],
        "eyes": told["eyes"],
        "landmarks": [int(index) for index in ids],
        "lips": [[told["lips"][k][index] for index in ids] for k in which],
    }


def main() -> None:
    """Reads the command line."""
    file, studio = Path(sys.argv[1]), sys.argv[2]
    take = Take(**tomllib.loads(file.read_text("utf-8")))
    folder = ROOT / "build" / "takes" / file.stem
    line = take.line
    if line is None:
        each, which = unlike(swaying(take))
        shown = pictures(folder, render(take, each, studio, folder))
        encode_loop(take, (shown[k] for k in which))
        return
    speech = speak(line.text, voice=line.voice, language=line.language)
    each, which = unlike(speaking(take, line, speech))
    told = render(take, each, studio, folder)
    shown = pictures(folder, told)
    encode_talk(take, line, speech, (shown[k] for k in which))
    known = truth(take, line, speech, each, which, told)
    side = (ROOT / take.target).with_suffix(".json")
    side.write_text(json.dumps(known, ensure_ascii=False), "utf-8")


if __name__ == "__main__":
    main()
