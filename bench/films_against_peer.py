"""The same still and the same clip made to speak by talker and by the peer, on one machine."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

import soundfile
from rich.table import Table

from bench import talking_clip
from bench.commands import ROOT, measure, talker
from bench.comparison import Made, film_table
from bench.random_weights import linked_store
from bench.stage_meter import read_stages

KEPT = ROOT / "build" / "bench"
"""Clips and sounds, kept from one run to the next."""
# Weights that the user may have must not be taken for the random ones.
_NEURAL = "wav2lip"
_ENTRY = "wav2lip-hq"
# Pixels that the peer's tool adds under the chin.
_UNDER_CHIN = 10


@dataclass(frozen=True, slots=True)
class Scene:
    """What both sides are given.

    Attributes:
        clip: A talking person at 1080p.
        still: Its first frame.
        sound: WAV, about as long as the clip.
        short_sound: For the still.
        box: Of the face: top, bottom, left and right in pixels, as text.
    """

    clip: Path
    still: Path
    sound: Path
    short_sound: Path
    box: str


def made_scene(length_s: float, clip: Path | None = None) -> Scene:
    """Clip, still and sounds, made where they are not there yet.

    Args:
        length_s: Of the clip and the sound, in seconds; the still's sound is a third as long.
        clip: The user's own clip instead.
    """
    KEPT.mkdir(parents=True, exist_ok=True)
    own = KEPT / f"clip-{length_s:g}.mp4"
    if clip is None and not own.exists():
        part = own.with_name(f"part-{own.name}")
        talking_clip.make_clip(part, length_s)
        part.rename(own)
    sounds = [KEPT / f"speech-{seconds:.3g}.wav" for seconds in (length_s, length_s / 3)]
    if not all(path.exists() for path in sounds):
        talking_clip.make_speech(sounds[0], length_s)
        samples, rate = soundfile.read(sounds[0], dtype="float32")
        for sound, seconds in zip(sounds, (length_s, length_s / 3), strict=True):
            soundfile.write(sound, samples[: round(seconds * rate)], rate)
    chosen = clip or own
    still = KEPT / f"{chosen.stem}.png"
    return Scene(chosen, still, *sounds, _face_box(chosen, still))


def random_store(folder: Path) -> tuple[Path, Mapping[str, str]]:
    """Random weights as a file for the peer, and an environment in which talker has them.

    Args:
        folder: An empty one.
    """
    weights = folder / "random.pdparams"
    measure(sys.executable, "-m", "bench.random_weights", str(weights))
    from talker.assets import store

    home = folder / "store"
    linked_store(home, store.path(), without=_NEURAL)
    environment = {**os.environ, "TALKER_HOME": str(home)}
    talker("models", "import", weights, "--as", _ENTRY, environment=environment)
    # The graph is exported once in the life of some weights, here.
    first = (sys.executable, "-m", "bench.generator", "--runtime", "onnx", "--faces", "1")
    measure(*first, environment=environment)
    return weights, environment


def film_tables(
    scene: Scene,
    weights: Path,
    environment: Mapping[str, str],
    folder: Path,
    device: str = "cpu",
) -> Iterator[Table | str]:
    """A table for the clip, then one for the still; in words, why the peer is missing.

    Args:
        scene: What is shown and said.
        weights: For the peer.
        environment: In which talker has the same weights.
        folder: For the films.
        device: "cpu" or "gpu".
    """
    for what, face, sound in (
        ("clip", scene.clip, scene.sound),
        ("still", scene.still, scene.short_sound),
    ):
        try:
            peer = _peer(face, sound, weights, scene.box, folder / "peer.mp4", device)
        except RuntimeError as error:
            peer = None
            yield f"The peer cannot run here: {str(error).strip().splitlines()[-1]}"
        ours = _ours(face, sound, folder / "ours.mp4", environment, device)
        length_s = soundfile.info(sound).duration
        title = f"Wav2Lip on a {what} of 1080p, {length_s:.1f} s, random weights, {device}"
        yield film_table(title, ours, peer, talking_clip.FPS)


def _peer(face: Path, sound: Path, weights: Path, box: str, output: Path, device: str) -> Made:
    ran = measure(
        *(sys.executable, "-m", "bench.peer_wav2lip", "--face", str(face), "--sound", str(sound)),
        *("--weights", str(weights), "--box", box, "--device", device, "-o", str(output)),
    )
    frames, stages = read_stages(ran.out.splitlines()[-1])
    # The meter begins the process's own high-water mark anew with every stage.
    peak_mb = max(stage.peak_mb for stage in stages.values())
    return Made(frames, stages, ran.wall_s, ran.cpu_s, peak_mb)


def _ours(
    face: Path, sound: Path, output: Path, environment: Mapping[str, str], device: str
) -> Made:
    whole = talker(
        *("sync", "--face", face, "--audio", sound, "--lips", "wav2lip", "--device", device),
        *("--overwrite", "-o", output),
        environment=environment,
    )
    stages = measure(
        *(sys.executable, "-m", "bench.our_wav2lip", "--face", str(face), "--sound", str(sound)),
        *("--device", device, "-o", str(output)),
        environment=environment,
    )
    frames, read = read_stages(stages.out.splitlines()[-1])
    return Made(frames, read, whole.wall_s, whole.cpu_s, whole.peak_mb)


def _face_box(clip: Path, still: Path) -> str:
    """Where the face of the first frame is, which is written as a picture beside it."""
    from talker.faces.finding import find_faces

    left, top, right, bottom = map(int, find_faces(talking_clip.make_still(clip, still))[0].box)
    return f"{top},{bottom + _UNDER_CHIN},{left},{right}"
