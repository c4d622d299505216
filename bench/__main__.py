"""`python -m bench`: the speeds and sizes that talker promises, measured on this machine."""

from __future__ import annotations

import argparse
import json
import os
import platform
import sys
import tempfile
from collections.abc import Callable, Iterator, Mapping
from dataclasses import asdict, dataclass
from functools import cached_property
from pathlib import Path

import numpy as np
import soundfile
from rich.box import SIMPLE_HEAD
from rich.console import Console
from rich.table import Table

from bench import known_lips, narration, peers, talking_clip
from bench.commands import talker
from bench.films_against_peer import Scene, film_tables, made_scene, random_store
from bench.generator import generator_table
from bench.sync_metrics import measure, read_marks
from talker.lips.wav2lip.gpus import gpu_names

SENTENCES = {
    "en": "The tide came in at seven, and the boats went out past the old stone pier.",
    "zh": "明月几时有？把酒问青天。不知天上宫阙，今夕是何年。",
    "fr": "La marée est montée à sept heures, et les bateaux sont sortis du port.",
}
"""Four to six seconds each."""

SENTENCES_A_MINUTE = 13


@dataclass(frozen=True, slots=True)
class Row:
    """A measured figure, and the bar it should reach where there is one."""

    what: str
    value: str
    bar: str = ""


@dataclass(frozen=True)
class Bench:
    """What the parts measure with.

    Attributes:
        folder: For what they make.
        quick: Whether short films do.
        long: Whether films of minutes are made too.
        clip: The user's own clip of a talking face; None for one of talker's portraits.
        device: "cpu" or "gpu", for the films.
    """

    folder: Path
    quick: bool
    long: bool
    clip: Path | None
    device: str

    @cached_property
    def scene(self) -> Scene:
        """What the films show and say."""
        return made_scene(2 if self.quick else 6, self.clip)

    @cached_property
    def weights(self) -> tuple[Path, Mapping[str, str]]:
        """Random weights for the peer, and an environment in which talker has them."""
        return random_store(self.folder)


def start(_: Bench) -> Iterator[Row]:
    """The wait for help."""
    help_s = min(talker("--help").wall_s for _ in range(5))
    yield Row("talker --help", f"{help_s:.2f} s", "<= 0.4 s")


def speech(bench: Bench) -> Iterator[Row]:
    """Speech from cold, a voice at a time."""
    for language, sentence in SENTENCES.items():
        sound = bench.folder / f"{language}.wav"
        text = f"{sentence} {sentence}"
        ran = talker("speak", "--text", text, "--voice", language, "--json", "-o", sound)
        made = json.loads(ran.out)
        length_s = made["length_s"]
        yield Row(
            f"{length_s:.1f} s of speech from cold, voice {made['voice']}",
            f"{ran.wall_s:.1f} s, {ran.wall_s / length_s:.2f} of real time, {ran.peak_mb:.0f} MB",
            "<= 1.00",
        )


def peer_speech(bench: Bench) -> Iterator[Row]:
    """English by the library that the voice was made for."""
    from talker.assets import store

    model = store.file("piper-joe", "en_US-joe-medium.onnx")
    text = f"{SENTENCES['en']} {SENTENCES['en']}"
    try:
        ran, length_s = peers.piper_speech(model, text, bench.folder / "peer.wav")
        value = (
            f"{ran.wall_s:.1f} s, {ran.wall_s / length_s:.2f} of real time, {ran.peak_mb:.0f} MB"
        )
    except peers.NoPeerError as error:
        value = str(error)
        length_s = 0.0
    yield Row(f"peer piper-tts, {length_s:.1f} s of speech from cold", value)


def frames(bench: Bench) -> Iterator[Row]:
    """Frames a second, encoding included."""
    text = f"{SENTENCES['en']} {SENTENCES['en']}"
    for side, bar in ((512, 60), (1024, 30)):
        film = bench.folder / f"{side}.mp4"
        size = f"{side}x{side}"
        ran = talker("say", "--text", text, "--voice", "en", "--size", size, "-o", film)
        rate = ran.rate("Rendering")
        yield Row(f"frames at {size}, with encoding", f"{rate:.0f} /s", f">= {bar} /s")


def memory(bench: Bench) -> Iterator[Row]:
    """Peak memory of a short and a long film."""
    script, film = bench.folder / "long.txt", bench.folder / "long.mp4"
    peaks: list[float] = []
    for minutes in (0.5, 5.0 if bench.long else 2.0):
        script.write_text(f"{SENTENCES['en']}\n" * round(minutes * SENTENCES_A_MINUTE), "utf-8")
        ran = talker("say", script, "--voice", "en", "--json", "--overwrite", "-o", film)
        length_s = json.loads(ran.out)["length_s"]
        peaks.append(ran.peak_mb)
        yield Row(f"memory for a film of {length_s:.0f} s", f"{ran.peak_mb:.0f} MB", "<= 900 MB")
    yield Row("the long one against the short", f"{peaks[1] / peaks[0] - 1:+.1%}", "<= +10 %")


def wav2lip(bench: Bench) -> Iterator[Table | str]:
    """Films through Wav2Lip, by talker and by the peer's own steps."""
    yield from film_tables(bench.scene, *bench.weights, bench.folder, bench.device)


def generator(bench: Bench) -> Iterator[Table | str]:
    """Wav2Lip's generator alone, in every runtime."""
    gpus = gpu_names()
    yield generator_table(*bench.weights, _BATCH, gpus[0] if gpus else None)
    if not gpus:
        yield "There is no GPU here, so none was measured."


def clip_sync(bench: Bench) -> Iterator[Table]:
    """How well `warp` makes a person in a clip say something else, her own mouth moving."""
    film, marks = bench.folder / "sync.mp4", bench.folder / "sync.json"
    talker(
        *("say", "--text", 3 * talking_clip.TEXT, "--voice", "en", "--portrait", bench.scene.clip),
        *("--lips", "warp", "--overwrite", "-o", film, "--marks", marks),
    )
    table = Table(title="warp on the clip", title_justify="left", box=SIMPLE_HEAD)
    table.add_column("figure")
    table.add_column("value", justify="right")
    for name, value in asdict(measure(film, read_marks(marks)).sync).items():
        if np.isfinite(value):
            table.add_row(name, f"{value:.3f}" if isinstance(value, float) else str(value))
    yield table


def known(bench: Bench) -> Iterator[Row]:
    """How well meshes find lips that are known, and how near `warp` comes to them."""
    for person in known_lips.PEOPLE:
        film = known_lips.known_film(person)
        meshes = {
            "our mesh": (known_lips.our_points, "<= 2.5 %, r >= .9"),
            "independent mesh": (known_lips.independent_points, ""),
        }
        for name, (found, bar) in meshes.items():
            seen = known_lips.agreement(film, found(film.film))
            value = f"{seen.off:.1%} of the eye span, opening r {seen.opening_r:.3f}"
            yield Row(f"{name} from the {person}'s known lips", value, bar)
        r = known_lips.drawn_opening(film, bench.folder / "known.mp4")
        yield Row(f"warp on the {person}'s portrait beside the model", f"opening r {r:.3f}")


def clip_memory(bench: Bench) -> Iterator[Row]:
    """Peak memory of a short and a long clip through Wav2Lip; takes a good while."""
    _, environment = bench.weights
    samples, rate = soundfile.read(bench.scene.sound, dtype="float32")
    clip, sound, film = (bench.folder / name for name in ("long.mp4", "long.wav", "film.mp4"))
    peaks: list[float] = []
    for minutes in (1, 10):
        talking_clip.make_long(bench.scene.clip, clip, 60 * minutes)
        soundfile.write(sound, np.resize(samples, 60 * minutes * rate), rate)
        ran = talker(
            *("sync", "--face", clip, "--audio", sound, "--lips", "wav2lip"),
            *("--overwrite", "-o", film),
            environment=environment,
        )
        peaks.append(ran.peak_mb)
        speed = 60 * minutes * talking_clip.FPS / ran.wall_s
        yield Row(
            f"memory for a clip of 1080p and {minutes} min",
            f"{ran.peak_mb:.0f} MB, {speed:.1f} frames/s",
            "<= 1500 MB",
        )
    yield Row("the long clip against the short", f"{peaks[1] / peaks[0] - 1:+.1%}", "<= +10 %")


def narrations(bench: Bench) -> Iterator[Row]:
    """A script filmed, filmed again, and filmed after a change in one of its scenes."""
    first = None
    for run in narration.changes(bench.folder):
        wall_s = run.measured.wall_s
        first = first or wall_s
        yield Row(
            f"{narration.SCENES} scenes, {run.length_s:.0f} s of 1280x720: {run.what}",
            f"{wall_s:.1f} s, {run.reused} reused, {run.measured.peak_mb:.0f} MB",
            f"about {1.5 * first / narration.SCENES:.0f} s" if run.reused else "",
        )


def narration_memory(bench: Bench) -> Iterator[Row]:
    """Peak memory of a narration of minutes and of one of an hour."""
    peaks: list[float] = []
    for run in narration.lengths(bench.folder, (3, 60)):
        peaks.append(run.measured.peak_mb)
        yield Row(f"memory for a narration of {run.length_s:.0f} s", f"{peaks[-1]:.0f} MB")
    yield Row("the long one against the short", f"{peaks[1] / peaks[0] - 1:+.1%}", "<= +10 %")


Shown = Row | Table | str
PARTS: dict[str, Callable[[Bench], Iterator[Shown]]] = {
    "start": start,
    "speech": speech,
    "peer-speech": peer_speech,
    "frames": frames,
    "memory": memory,
    "narrations": narrations,
    "narration-memory": narration_memory,
    "generator": generator,
    "wav2lip": wav2lip,
    "clip-sync": clip_sync,
    "known-lips": known,
    "clip-memory": clip_memory,
}
_BATCH = 16
ON_REQUEST = {"clip-memory", "narration-memory"}
"""Parts that only `--long` or their name brings."""
_WIDTH = 120


def main() -> None:
    """Measures the parts that are named, all by default, and prints each figure as it comes."""
    parser = argparse.ArgumentParser(prog="python -m bench", description=__doc__)
    parser.add_argument("parts", nargs="*", metavar="PART", help=f"of: {', '.join(PARTS)}")
    parser.add_argument("--quick", action="store_true", help="films of two seconds")
    parser.add_argument("--long", action="store_true", help="also films of up to ten minutes")
    parser.add_argument("--clip", type=Path, help="a clip of a talking face, for the lip engines")
    parser.add_argument("--device", choices=("cpu", "gpu"), default="cpu", help="for those films")
    args = parser.parse_args()
    chosen = args.parts or [name for name in PARTS if args.long or name not in ON_REQUEST]
    if unknown := set(chosen) - PARTS.keys():
        parser.error(f"no such part: {', '.join(sorted(unknown))}")
    clip = args.clip and args.clip.resolve()
    console = Console(width=None if sys.stdout.isatty() else _WIDTH, highlight=False)
    print(f"{os.cpu_count()} cores, Python {platform.python_version()}, {platform.machine()}")
    print(f"{'what':60}{'measured':42}bar")
    with tempfile.TemporaryDirectory() as folder:
        bench = Bench(Path(folder), args.quick, args.long, clip, args.device)
        failed = [part for part in chosen if not _measured(part, bench, console)]
    sys.exit(bool(failed))


def _measured(part: str, bench: Bench, console: Console) -> bool:
    """Shows what a part measures; one that fails tells why and leaves the others their turn."""
    try:
        for shown in PARTS[part](bench):
            _show(console, shown)
    except RuntimeError as error:
        print(f"{part} failed: {error}", flush=True)
        return False
    return True


def _show(console: Console, shown: Shown) -> None:
    if isinstance(shown, Row):
        print(f"{shown.what:60}{shown.value:42}{shown.bar}", flush=True)
    else:
        console.print(shown)


if __name__ == "__main__":
    main()
