"""`python -m bench`: the speeds and sizes that talker promises, measured on this machine."""

from __future__ import annotations

import argparse
import json
import os
import platform
import tempfile
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

from bench import peers
from bench.commands import talker

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


def start(_: Path) -> Iterator[Row]:
    """The wait for help."""
    help_s = min(talker("--help").wall_s for _ in range(5))
    yield Row("talker --help", f"{help_s:.2f} s", "<= 0.4 s")


def speech(folder: Path) -> Iterator[Row]:
    """Speech from cold, a voice at a time."""
    for language, sentence in SENTENCES.items():
        sound = folder / f"{language}.wav"
        text = f"{sentence} {sentence}"
        ran = talker("speak", "--text", text, "--voice", language, "--json", "-o", sound)
        made = json.loads(ran.out)
        length_s = made["length_s"]
        yield Row(
            f"{length_s:.1f} s of speech from cold, voice {made['voice']}",
            f"{ran.wall_s:.1f} s, {ran.wall_s / length_s:.2f} of real time, {ran.peak_mb:.0f} MB",
            "<= 1.00",
        )


def peer_speech(folder: Path) -> Iterator[Row]:
    """English by the library that the voice was made for."""
    from talker.assets import store

    model = store.file("piper-joe", "en_US-joe-medium.onnx")
    text = f"{SENTENCES['en']} {SENTENCES['en']}"
    try:
        ran, length_s = peers.piper_speech(model, text, folder / "peer.wav")
        value = (
            f"{ran.wall_s:.1f} s, {ran.wall_s / length_s:.2f} of real time, {ran.peak_mb:.0f} MB"
        )
    except peers.NoPeerError as error:
        value = str(error)
        length_s = 0.0
    yield Row(f"peer piper-tts, {length_s:.1f} s of speech from cold", value)


def frames(folder: Path) -> Iterator[Row]:
    """Frames a second, encoding included."""
    text = f"{SENTENCES['en']} {SENTENCES['en']}"
    for side, bar in ((512, 60), (1024, 30)):
        film = folder / f"{side}.mp4"
        size = f"{side}x{side}"
        ran = talker("say", "--text", text, "--voice", "en", "--size", size, "-o", film)
        rate = ran.rate("Rendering")
        yield Row(f"frames at {size}, with encoding", f"{rate:.0f} /s", f">= {bar} /s")
    yield Row(
        "peer for frames", "none: Wav2Lip, SadTalker and MuseTalk need weights that no index holds"
    )


def memory(folder: Path) -> Iterator[Row]:
    """Peak memory of a short and a long film."""
    script, film = folder / "long.txt", folder / "long.mp4"
    peaks: list[float] = []
    for minutes in (0.5, 5.0):
        script.write_text(f"{SENTENCES['en']}\n" * round(minutes * SENTENCES_A_MINUTE), "utf-8")
        ran = talker("say", script, "--voice", "en", "--json", "--overwrite", "-o", film)
        length_s = json.loads(ran.out)["length_s"]
        peaks.append(ran.peak_mb)
        yield Row(f"memory for a film of {length_s:.0f} s", f"{ran.peak_mb:.0f} MB", "<= 900 MB")
    yield Row("the long one against the short", f"{peaks[1] / peaks[0] - 1:+.1%}", "<= +10 %")


PARTS: dict[str, Callable[[Path], Iterator[Row]]] = {
    "start": start,
    "speech": speech,
    "peer-speech": peer_speech,
    "frames": frames,
    "memory": memory,
}


def main() -> None:
    """Measures the parts that are named, all by default, and prints each figure as it comes."""
    parser = argparse.ArgumentParser(prog="python -m bench", description=__doc__)
    parser.add_argument("parts", nargs="*", metavar="PART", help=f"of: {', '.join(PARTS)}")
    chosen = parser.parse_args().parts or list(PARTS)
    if unknown := set(chosen) - PARTS.keys():
        parser.error(f"no such part: {', '.join(sorted(unknown))}")
    print(f"{os.cpu_count()} cores, Python {platform.python_version()}, {platform.machine()}")
    print(f"{'what':60}{'measured':42}bar")
    with tempfile.TemporaryDirectory() as folder:
        for part in chosen:
            for row in PARTS[part](Path(folder)):
                print(f"{row.what:60}{row.value:42}{row.bar}", flush=True)


if __name__ == "__main__":
    main()
