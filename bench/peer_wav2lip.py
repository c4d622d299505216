"""What PaddleGAN's wav2lip tool does to a film, done again step by step and measured.

python -m bench.peer_wav2lip --face clip.mp4 --sound voice.wav --weights random.pdparams \
    --box TOP,BOTTOM,LEFT,RIGHT -o film.mp4

Written from what the tool is seen to do: all frames in memory, one fixed face box (its detector's
weights are on no package index, so finding the face costs it nothing here), batches of 128 in
float64, the whole box pasted hard, DIVX in an .avi first and H.264 after that. Prints one line of
JSON with its stages.
"""

from __future__ import annotations

import argparse
import tempfile
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

import cv2
import numpy as np
from numpy.typing import NDArray

from bench import peer_mel
from bench.stage_meter import StageMeter

Box = tuple[int, int, int, int]
"""Top, bottom, left and right in pixels; bottom and right are outside."""
Picture = NDArray[np.uint8]
"""BGR, shape (height, width, 3)."""

BATCH = 128
STILL_FPS = 25.0
_FACE = 96
_STILLS = (".jpg", ".jpeg", ".png")


def main() -> None:
    """Makes the film and prints what each stage took."""
    parser = argparse.ArgumentParser(prog="python -m bench.peer_wav2lip", description=__doc__)
    parser.add_argument("--face", type=Path, required=True)
    parser.add_argument("--sound", type=Path, required=True)
    parser.add_argument("--weights", type=Path, required=True)
    parser.add_argument("--box", type=read_box, required=True)
    parser.add_argument("--batch", type=int, default=BATCH)
    parser.add_argument("--device", default="cpu", help="cpu or gpu")
    parser.add_argument("-o", "--output", type=Path, required=True)
    args = parser.parse_args()
    meter = StageMeter()
    frames = make_film(
        args.face,
        args.sound,
        args.weights,
        args.box,
        args.output,
        meter,
        batch=args.batch,
        device=args.device,
    )
    print(meter.as_json(frames))


def read_box(text: str) -> Box:
    """A box from its four numbers with commas between."""
    top, bottom, left, right = map(int, text.split(","))
    return top, bottom, left, right


def make_film(
    face: Path,
    sound: Path,
    weights: Path,
    box: Box,
    output: Path,
    meter: StageMeter,
    *,
    batch: int = BATCH,
    device: str = "cpu",
) -> int:
    """Makes the peer's film.

    Args:
        face: A still or a clip.
        sound: A WAV file.
        weights: A `.pdparams` file.
        box: The face, the same in every frame.
        output: An `.mp4` file.
        meter: Takes the stages.
        batch: Faces at a time.
        device: "cpu" or "gpu".

    Returns:
        Frames of the film.
    """
    with meter.stage("decode"):
        frames, fps = read_frames(face)
    with meter.stage("mel"):
        mels = peer_mel.windows(peer_mel.melspectrogram(peer_mel.read_sound(sound)), fps)
    if np.isnan(mels[0]).any():
        raise ValueError(f"{sound} gives mels that are no numbers")
    with meter.stage("load"):
        network = loaded_network(weights, device)
    with tempfile.TemporaryDirectory() as folder:
        film = Path(folder) / "silent.avi"
        height, width = frames[0].shape[:2]
        divx = cv2.VideoWriter.fourcc(*"DIVX")
        writer = cv2.VideoWriter(str(film), divx, fps, (width, height))
        for faces, windows, copies in batches(frames[: len(mels)], mels, box, batch, meter):
            with meter.stage("generator"):
                made = generate(network, windows, faces)
            with meter.stage("paste"):
                for generated, copy in zip(made, copies, strict=True):
                    paste(copy, generated, box)
            with meter.stage("encode"):
                for copy in copies:
                    writer.write(copy)
        with meter.stage("encode"):
            writer.release()
            encode_again(film, sound, output)
    return len(mels)


def read_frames(path: Path) -> tuple[list[Picture], float]:
    """Every frame at once, and the frames a second."""
    if path.suffix in _STILLS:
        still = cv2.imread(str(path))
        if still is None:
            raise ValueError(f"{path} is no picture")
        return [still.astype(np.uint8, copy=False)], STILL_FPS
    clip = cv2.VideoCapture(str(path))
    fps = clip.get(cv2.CAP_PROP_FPS)
    frames: list[Picture] = []
    while True:
        more, frame = clip.read()
        if not more:
            break
        frames.append(frame.astype(np.uint8, copy=False))
    clip.release()
    return frames, fps


def loaded_network(weights: Path, device: str) -> Any:
    """The dygraph network with its weights."""
    import paddle

    from bench.peer_network import peer_network

    paddle.set_device(device)
    network = peer_network()
    network.load_dict(paddle.load(str(weights)))
    return network


def batches(
    frames: Sequence[Picture],
    mels: Sequence[NDArray[np.float64]],
    box: Box,
    batch: int,
    meter: StageMeter,
) -> Iterator[tuple[NDArray[np.float64], NDArray[np.float64], list[Picture]]]:
    """Faces (n, 96, 96, 6) float64 in [0, 1], mels (n, 80, 16, 1) and a copy of each frame.

    A clip that is shorter than the sound begins again.
    """
    top, bottom, left, right = box
    for first in range(0, len(mels), batch):
        windows = mels[first : first + batch]
        with meter.stage("crop"):
            copies = [frames[(first + n) % len(frames)].copy() for n in range(len(windows))]
            faces = np.asarray(
                [cv2.resize(copy[top:bottom, left:right], (_FACE, _FACE)) for copy in copies]
            )
            masked = faces.copy()
            masked[:, _FACE // 2 :] = 0
            both = np.concatenate((masked, faces), axis=3) / 255.0
            columns = np.asarray(windows)[..., None]
        yield both, columns, copies


def generate(
    network: Any, mels: NDArray[np.float64], faces: NDArray[np.float64]
) -> NDArray[np.float32]:
    """Faces that speak, shape (n, 96, 96, 3), 0 to 255."""
    import paddle

    tensors = [
        paddle.to_tensor(np.transpose(array, (0, 3, 1, 2))).astype("float32")
        for array in (mels, faces)
    ]
    with paddle.no_grad():
        made = network(*tensors)
    return made.numpy().transpose(0, 2, 3, 1) * 255.0


def paste(frame: Picture, generated: NDArray[np.float32], box: Box) -> None:
    """Replaces the whole box of a frame, in place."""
    top, bottom, left, right = box
    size = (right - left, bottom - top)
    frame[top:bottom, left:right] = cv2.resize(generated.astype(np.uint8), size)


def encode_again(film: Path, sound: Path, output: Path) -> None:
    """The silent .avi and the sound as an .mp4, encoded as ffmpeg does when nothing is asked for.

    That is libx264 as it comes (preset medium, CRF 23), as many threads as it likes, and AAC.
    """
    import av

    with (
        av.open(str(film)) as pictures,
        av.open(str(sound)) as voice,
        av.open(str(output), "w") as made,
    ):
        seen, heard = pictures.streams.video[0], voice.streams.audio[0]
        seen.thread_type = "AUTO"
        video = made.add_stream("libx264", rate=seen.average_rate)
        video.width, video.height, video.pix_fmt = seen.width, seen.height, "yuv420p"
        video.thread_count = 0
        audio = made.add_stream("aac", rate=heard.rate)
        for frame in pictures.decode(seen):
            made.mux(video.encode(frame))
        made.mux(video.encode())
        for frame in voice.decode(heard):
            made.mux(audio.encode(frame))
        made.mux(audio.encode())


if __name__ == "__main__":
    main()
