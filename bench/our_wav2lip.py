"""The stages of talker's own film through Wav2Lip, one after the other, each measured alone.

python -m bench.our_wav2lip --face clip.mp4 --sound voice.wav -o film.mp4

In a film they overlap, and a few frames are held at a time; here each stage runs by itself over as
many frames as the film has, the later ones on the clip's first frames, shown to and fro. Tracking
decodes the clip itself, as it does in a film. Prints one line of JSON with its stages.
"""

from __future__ import annotations

import argparse
from collections.abc import Iterator, Sequence
from fractions import Fraction
from itertools import cycle, islice
from pathlib import Path
from typing import TypeVar

import numpy as np

from bench.stage_meter import StageMeter
from talker.faces.following import track_faces
from talker.lips.paste.mouth_paste import MouthPaste
from talker.lips.wav2lip.crop import cut_face
from talker.lips.wav2lip.mel import Mel
from talker.lips.wav2lip.runtime import open_generator
from talker.media.clip import ClipSource
from talker.media.film_writer import FilmWriter
from talker.media.frames import FrameSource, Still
from talker.media.picture_track import CLIP_CRF
from talker.media.pictures import read_picture
from talker.media.sound import read_sound
from talker.speech.timeline import SAMPLE_RATE

_T = TypeVar("_T")

STILL_FPS = Fraction(25)
_HELD = 12
_STILLS = (".jpg", ".jpeg", ".png")


def main() -> None:
    """Runs the stages and prints what each took."""
    parser = argparse.ArgumentParser(prog="python -m bench.our_wav2lip", description=__doc__)
    parser.add_argument("--face", type=Path, required=True)
    parser.add_argument("--sound", type=Path, required=True)
    parser.add_argument("--device", default="cpu", help="cpu or gpu")
    parser.add_argument("-o", "--output", type=Path, required=True)
    args = parser.parse_args()
    meter = StageMeter()
    frames = run_stages(args.face, args.sound, args.output, meter, device=args.device)
    print(meter.as_json(frames))


def run_stages(
    face: Path, sound: Path, output: Path, meter: StageMeter, *, device: str = "cpu"
) -> int:
    """Runs each stage over a whole film.

    Args:
        face: A still or a clip.
        sound: What is said.
        output: An `.mp4` file.
        meter: Takes the stages.
        device: "cpu" or "gpu".

    Returns:
        Frames of the film.
    """
    with meter.stage("load"):
        generator = open_generator(device)
    samples = read_sound(sound)
    with meter.stage("decode"):
        still = face.suffix in _STILLS
        source: FrameSource = Still(read_picture(face)) if still else ClipSource(face)
        fps = source.fps or STILL_FPS
        count = -int(-len(samples) * fps // SAMPLE_RATE)
        for _ in islice(source.frames(), count):
            pass
    with meter.stage("track"), track_faces(source) as track:
        faces = [track[number] for number in range(min(_HELD, len(track)))]
    with meter.stage("mel"):
        mels = Mel(samples, SAMPLE_RATE).windows(0, count, fps)
    pictures = [frame.picture for frame in islice(source.frames(), _HELD)]
    shown = [
        (picture, face) for picture, face in zip(pictures, faces, strict=False) if face is not None
    ]
    with meter.stage("crop"):
        crops = [cut_face(*pair) for pair in islice(_to_and_fro(shown), count)]
        batch = np.stack([crop.face for crop in crops])
    with meter.stage("generator"):
        spoken = generator.generate(mels, batch)
    paste = MouthPaste()
    with meter.stage("paste"):
        for pair, crop, made in zip(_to_and_fro(shown), crops, spoken, strict=False):
            patch = 255 * made[::-1].transpose(1, 2, 0)
            paste.paste(*pair, patch, crop.to_frame)
    size = source.width, source.height
    with meter.stage("encode"), _writer(output, size, fps) as film:
        film.write_sound(samples)
        for picture in islice(_to_and_fro(pictures), count):
            film.write_picture(picture)
    return count


def _writer(output: Path, size: tuple[int, int], fps: Fraction) -> FilmWriter:
    return FilmWriter(
        output, size=size, fps=fps, sample_rate=SAMPLE_RATE, tags={}, crf=CLIP_CRF, overwrite=True
    )


def _to_and_fro(shown: Sequence[_T]) -> Iterator[_T]:
    return cycle([*shown, *reversed(shown)])


if __name__ == "__main__":
    main()
