"""Wav2Lip's generator alone: every runtime here against the peer's dygraph.

python -m bench.generator --runtime onnx --device cpu --batch 16
"""

from __future__ import annotations

import argparse
import json
import sys
import time
from collections.abc import Callable, Iterator, Mapping
from dataclasses import asdict, dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from rich.box import SIMPLE_HEAD
from rich.table import Table

from bench.commands import measure
from bench.flops import generator_flops, peak_fp16_flops
from talker.lips.wav2lip.runtime import RUNTIMES

PEER = "peer"
_REPEATS = 3


@dataclass(frozen=True, slots=True)
class Speed:
    """How fast one runtime draws.

    Attributes:
        device: In words.
        precision: "fp32", "fp16" or "bf16".
        rate: Faces a second, the best of three turns.
    """

    device: str
    precision: str
    rate: float


def generator_table(
    weights: Path, environment: Mapping[str, str], batch: int, gpu: str | None
) -> Table:
    """Faces a second of each runtime, on the CPU and, where there is one, on the GPU.

    Args:
        weights: For the peer.
        environment: In which talker has the same weights.
        batch: Faces at a time, for all.
        gpu: Name of the GPU; None where there is none.
    """
    gflops = generator_flops() / 1e9
    table = Table(
        title=f"Generator alone, {batch} faces at a time, {gflops:.2f} GFLOP a face",
        title_justify="left",
        box=SIMPLE_HEAD,
    )
    for column in ("runtime", "device", "precision"):
        table.add_column(column)
    for column in ("faces/s", "times the peer", "MB", "TFLOP/s", "of the device's peak"):
        table.add_column(column, justify="right")
    for device in ("cpu", "gpu") if gpu else ("cpu",):
        peak = peak_fp16_flops(gpu) if gpu and device == "gpu" else None
        faces = batch * (4 if device == "cpu" else 64)
        peer_rate = None
        for runtime, precision in _rows(device):
            command = (
                *(sys.executable, "-m", "bench.generator", "--runtime", runtime),
                *("--device", device, "--precision", precision, "--weights", str(weights)),
                *("--batch", str(batch), "--faces", str(faces)),
            )
            try:
                ran = measure(*command, environment=environment)
            except RuntimeError as error:
                reason = str(error).strip().splitlines()[-1]
                table.add_row(runtime, device, precision, "-", "-", "-", "-", reason)
                continue
            speed = Speed(**json.loads(ran.out.splitlines()[-1]))
            peer_rate = speed.rate if runtime == PEER else peer_rate
            flops = speed.rate * generator_flops()
            table.add_row(
                runtime,
                speed.device,
                speed.precision,
                f"{speed.rate:.1f}",
                f"{speed.rate / peer_rate:.1f}" if peer_rate else "-",
                f"{ran.peak_mb:.0f}",
                f"{flops / 1e12:.2f}",
                f"{flops / peak:.1%}" if peak and precision != "fp32" else "-",
            )
    return table


def main() -> None:
    """Measures one runtime in this process and prints its speed as one line of JSON."""
    parser = argparse.ArgumentParser(prog="python -m bench.generator", description=__doc__)
    parser.add_argument(
        "--runtime", choices=(PEER, *(spec.name for spec in RUNTIMES)), required=True
    )
    parser.add_argument("--device", default="cpu", help="cpu or gpu")
    parser.add_argument("--precision", default="fp32")
    parser.add_argument("--weights", type=Path, help="for the peer: a .pdparams file")
    parser.add_argument("--batch", type=int, default=16)
    parser.add_argument("--faces", type=int, default=64)
    args = parser.parse_args()
    if args.runtime == PEER:
        device, draw = args.device, _peer(args.weights, args.device)
    else:
        from talker.lips.wav2lip.runtime import open_generator

        ours = open_generator(args.device, args.runtime, args.precision)
        device, draw = ours.device, ours.generate
    rate = _rate(draw, args.batch, args.faces)
    print(json.dumps(asdict(Speed(device, args.precision, rate))))


def _rows(device: str) -> Iterator[tuple[str, str]]:
    """Runtimes and the precisions they compute in on a kind of device."""
    yield PEER, "fp32"
    for spec in RUNTIMES:
        for precision in ("fp32",) if device == "cpu" else spec.precisions:
            yield spec.name, precision


def _peer(weights: Path, device: str) -> Callable[..., NDArray[np.float32]]:
    import paddle

    from bench.peer_wav2lip import loaded_network

    network = loaded_network(weights, device)

    def draw(mels: NDArray[np.float32], faces: NDArray[np.float32]) -> NDArray[np.float32]:
        with paddle.no_grad():
            return network(paddle.to_tensor(mels), paddle.to_tensor(faces)).numpy()

    return draw


def _rate(draw: Callable[..., NDArray[np.float32]], batch: int, faces: int) -> float:
    rng = np.random.default_rng(0)
    mels = rng.uniform(-4, 4, (batch, 1, 80, 16)).astype(np.float32)
    pictures = rng.uniform(0, 1, (batch, 6, 96, 96)).astype(np.float32)
    draw(mels, pictures)  # the first turn also plans and allocates
    turns = max(1, faces // batch // _REPEATS)
    rates: list[float] = []
    for _ in range(_REPEATS):
        started_s = time.perf_counter()
        for _ in range(turns):
            draw(mels, pictures)
        rates.append(turns * batch / (time.perf_counter() - started_s))
    return max(rates)


if __name__ == "__main__":
    main()
