"""The choice of what runs the generator: by what is here, and by measured speed."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass
from importlib.util import find_spec
from pathlib import Path

import numpy as np

from talker.errors import MissingExtraError, UsageError
from talker.lips.wav2lip.generating import GeneratorRuntime
from talker.lips.wav2lip.gpus import gpu_names
from talker.lips.wav2lip.network import FACE_SIZE, MEL_BANDS, MEL_COLUMNS
from talker.lips.wav2lip.weights import missing_weights, ready_weights

PRECISIONS = ("fp32", "fp16", "bf16")


@dataclass(frozen=True, slots=True)
class RuntimeSpec:
    """A runtime that may be installed.

    Attributes:
        name: As users choose it.
        package: That brings it.
        module: What is imported of it.
        install: The command that installs it.
        gpu_package: That brings the build for GPUs, and how it is had.
        precisions: That it computes in on a GPU; on a CPU it is fp32 alone.
        has_cuda: Tells whether the installed build is one for GPUs; loads it.
        open: Loads the generator: file of the weights, number of the GPU or None, precision,
            first row of the faces that come out.
    """

    name: str
    package: str
    module: str
    install: str
    gpu_package: str
    precisions: tuple[str, ...]
    has_cuda: Callable[[], bool]
    open: Callable[[Path, int | None, str, int], GeneratorRuntime]

    @property
    def is_installed(self) -> bool:
        """Whether it can be imported; nothing is loaded to find out."""
        return find_spec(self.module) is not None


def _onnx_has_cuda() -> bool:
    from talker.lips.wav2lip.onnx_runtime import has_cuda

    return has_cuda()


def _open_onnx(weights: Path, gpu: int | None, precision: str, first_row: int) -> GeneratorRuntime:
    from talker.lips.wav2lip.onnx_runtime import OnnxGenerator

    return OnnxGenerator(weights, gpu, precision, first_row)


def _paddle_has_cuda() -> bool:
    from talker.lips.wav2lip.paddle_runtime import has_cuda

    return has_cuda()


def _open_paddle(
    weights: Path, gpu: int | None, precision: str, first_row: int
) -> GeneratorRuntime:
    from talker.lips.wav2lip.paddle_runtime import open_paddle

    return open_paddle(weights, gpu, precision, first_row)


RUNTIMES = (
    RuntimeSpec(
        "onnx",
        "onnxruntime",
        "onnxruntime",
        "pip install onnxruntime",
        "onnxruntime-gpu",
        ("fp32", "fp16"),
        _onnx_has_cuda,
        _open_onnx,
    ),
    RuntimeSpec(
        "paddle",
        "paddlepaddle",
        "paddle",
        "pip install 'talker[paddle]'",
        "paddlepaddle-gpu (as Paddle's install guide says)",
        ("fp32", "fp16", "bf16"),
        _paddle_has_cuda,
        _open_paddle,
    ),
)
"""On a CPU the first that is installed is taken: as fast as the other, and ready sooner."""


def open_generator(
    device: str = "auto",
    runtime: str = "auto",
    precision: str = "fp32",
    weights: Path | None = None,
    first_row: int = 0,
) -> GeneratorRuntime:
    """The generator, loaded where it runs fastest.

    Args:
        device: "auto" for a GPU where there is one that can be used, "cpu", "gpu" for the first
            GPU, or "gpu:N".
        runtime: Name of one of `RUNTIMES`, or "auto".
        precision: One of `PRECISIONS`; other than fp32 on a GPU only.
        weights: File of the weights; None for the best in the store.
        first_row: Of the faces that come out: whoever needs but the mouth is served sooner.

    Raises:
        AssetError: There are no weights, or they cannot be used.
        UsageError: There is no such device or runtime, or not together, or not in that precision.
    """
    specs = _installed(runtime)
    if precision not in PRECISIONS:
        raise UsageError(
            f"There is no precision '{precision}'.", f"Choose one of: {', '.join(PRECISIONS)}."
        )
    gpus = () if device == "cpu" else gpu_names()
    number = _gpu_number(device, gpus)
    path = weights or ready_weights(None)
    if path is None:
        raise missing_weights()
    idle = ""
    if number is not None:
        try:
            return _fastest_on_gpu(specs, path, number, precision, first_row, gpus[number])
        except UsageError as problem:
            if device != "auto" or precision != "fp32":
                raise
            idle = f"; {gpus[number]} stays idle: {str(problem).rstrip('.')}"
    if precision != "fp32":
        raise UsageError(
            f"A CPU draws the mouth in fp32 only, not in {precision}.",
            "Leave the precision out, or choose a GPU with --device gpu.",
        )
    generator = specs[0].open(path, None, precision, first_row)
    generator.device += idle
    return generator


def _installed(name: str) -> tuple[RuntimeSpec, ...]:
    """The runtimes that a name stands for and that are installed, at least one."""
    if name != "auto" and name not in (spec.name for spec in RUNTIMES):
        names = ", ".join(["auto", *(spec.name for spec in RUNTIMES)])
        raise UsageError(f"There is no runtime '{name}'.", f"Choose one of: {names}.")
    named = [spec for spec in RUNTIMES if name in ("auto", spec.name)]
    found = tuple(spec for spec in named if spec.is_installed)
    if not found:
        raise MissingExtraError(f"The runtime '{name}'", named[0].package, named[0].install)
    return found


def _gpu_number(device: str, gpus: tuple[str, ...]) -> int | None:
    """Number of the GPU that a device stands for, or None for the CPU."""
    if device == "cpu" or (device == "auto" and not gpus):
        return None
    kind, _, number = device.partition(":")
    if device not in ("auto", "gpu") and not (kind == "gpu" and number.isdecimal()):
        raise UsageError(f"There is no device '{device}'.", "Choose auto, cpu, gpu or gpu:N.")
    if not gpus:
        raise UsageError(
            "There is no NVIDIA GPU that talker can use here.",
            "Choose --device cpu, or see with nvidia-smi what the driver says.",
        )
    if int(number or 0) >= len(gpus):
        raise UsageError(
            f"There is no GPU {number}; the last one is GPU {len(gpus) - 1}.",
            "Choose one with --device gpu:N, or leave the number out.",
        )
    return int(number or 0)


def _fastest_on_gpu(
    specs: tuple[RuntimeSpec, ...],
    weights: Path,
    gpu: int,
    precision: str,
    first_row: int,
    gpu_name: str,
) -> GeneratorRuntime:
    """The runtime that draws most on a GPU; where there are several, found out by drawing.

    Raises:
        UsageError: None of them can use it.
    """
    able = [spec for spec in specs if precision in spec.precisions and spec.has_cuda()]
    if not able:
        packages = [spec.gpu_package for spec in RUNTIMES if precision in spec.precisions]
        choice = "--device cpu" if precision == "fp32" else "--precision fp32"
        raise UsageError(
            f"No runtime that is installed can draw in {precision} on GPU {gpu}, {gpu_name}.",
            f"Install {' or '.join(packages)}, or choose {choice}.",
        )
    opened: list[GeneratorRuntime] = []
    problems: list[UsageError] = []
    for spec in able:
        try:
            opened.append(spec.open(weights, gpu, precision, first_row))
        except UsageError as problem:
            problems.append(problem)
    if not opened:
        raise problems[0]
    return opened[0] if len(opened) == 1 else min(opened, key=drawing_time_s)


def drawing_time_s(generator: GeneratorRuntime) -> float:
    """Seconds that a generator takes for one batch once it has drawn another."""
    mels = np.zeros((generator.batch, 1, MEL_BANDS, MEL_COLUMNS), np.float32)
    faces = np.zeros((generator.batch, 6, FACE_SIZE, FACE_SIZE), np.float32)
    generator.generate(mels, faces)
    start = time.perf_counter()
    generator.generate(mels, faces)
    return time.perf_counter() - start
