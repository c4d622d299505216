"""The generator through Paddle: its inference engine with oneDNN on a CPU, the layer on a GPU."""

from __future__ import annotations

import tempfile
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from talker.errors import UsageError
from talker.lips.wav2lip.generating import (
    CPU_BATCH,
    GPU_BATCH,
    GeneratorRuntime,
    usable_threads,
)
from talker.lips.wav2lip.network import FACE_SIZE, MEL_BANDS, MEL_COLUMNS
from talker.lips.wav2lip.weights import load_weights
from talker.paddle import paddle_module

_AMP_KINDS = {"fp16": "float16", "bf16": "bfloat16"}


def open_paddle(
    weights: Path, gpu: int | None, precision: str, first_row: int = 0
) -> GeneratorRuntime:
    """The generator on a CPU or a GPU.

    Args:
        weights: The file of the weights.
        gpu: Number of the GPU; None for the CPU.
        precision: "fp32", or on a GPU "fp16" or "bf16".
        first_row: Of the faces that come out; the whole is computed all the same.

    Raises:
        AssetError: The weights cannot be read.
        UsageError: The GPU cannot be used.
    """
    generator = _OnCpu(weights) if gpu is None else _OnGpu(weights, gpu, precision)
    generator.first_row = first_row
    return generator


def has_cuda() -> bool:
    """Whether the Paddle that is installed was built for GPUs."""
    return paddle_module().device.is_compiled_with_cuda()


class _PaddleGenerator(GeneratorRuntime):
    name = "paddle"

    def _is_out_of_memory(self, error: Exception) -> bool:
        # "std::exception" is all that oneDNN says of it.
        words = str(error).lower()
        return super()._is_out_of_memory(error) or any(
            sign in words
            for sign in ("resourceexhausted", "out of memory", "bad_alloc", "std::exception")
        )


class _OnCpu(_PaddleGenerator):
    def __init__(self, weights: Path) -> None:
        threads = usable_threads()
        self._predictor = _predictor(weights, threads)
        self.batch = CPU_BATCH
        self.device = f"CPU (Paddle, oneDNN, {threads} thread{'s' * (threads > 1)})"

    def _run(self, mels: NDArray[np.float32], faces: NDArray[np.float32]) -> NDArray[np.float32]:
        predictor = self._predictor
        for name, values in (("mels", mels), ("faces", faces)):
            predictor.get_input_handle(name).copy_from_cpu(values)
        predictor.run()
        (output,) = predictor.get_output_names()
        return predictor.get_output_handle(output).copy_to_cpu()[:, :, self.first_row :]


def _predictor(weights: Path, threads: int) -> Any:
    """Paddle's inference engine, which takes networks from files only."""
    paddle = paddle_module()
    from paddle import inference

    with tempfile.TemporaryDirectory(prefix="talker-", ignore_cleanup_errors=True) as folder:
        saved = Path(folder, "generator")
        inputs = [
            paddle.static.InputSpec([None, *shape], "float32", name)
            for name, shape in (
                ("mels", (1, MEL_BANDS, MEL_COLUMNS)),
                ("faces", (6, FACE_SIZE, FACE_SIZE)),
            )
        ]
        network = _loaded(weights)
        paddle.jit.save(paddle.jit.to_static(network, inputs, full_graph=True), str(saved))
        config = inference.Config(f"{saved}.json", f"{saved}.pdiparams")
        config.disable_gpu()
        config.enable_mkldnn()
        config.set_cpu_math_library_num_threads(threads)
        config.disable_glog_info()
        return inference.create_predictor(config)


class _OnGpu(_PaddleGenerator):
    def __init__(self, weights: Path, gpu: int, precision: str) -> None:
        paddle = paddle_module()
        if gpu >= paddle.device.cuda.device_count():
            raise UsageError(
                f"Paddle does not see GPU {gpu}.", "Compare `nvidia-smi` with CUDA_VISIBLE_DEVICES."
            )
        paddle.device.set_device(f"gpu:{gpu}")
        self._network = _loaded(weights)
        self._kind = _AMP_KINDS.get(precision)
        self.batch = GPU_BATCH
        self.device = f"GPU {gpu} (Paddle, CUDA, {precision})"

    def _run(self, mels: NDArray[np.float32], faces: NDArray[np.float32]) -> NDArray[np.float32]:
        paddle = paddle_module()
        half = paddle.amp.auto_cast(
            enable=self._kind is not None, dtype=self._kind or "float16", level="O2"
        )
        with paddle.no_grad(), half:
            spoken = self._network(paddle.to_tensor(mels), paddle.to_tensor(faces))
        return spoken.astype("float32").numpy()[:, :, self.first_row :]


def _loaded(weights: Path) -> Any:
    from talker.lips.wav2lip.paddle_network import paddle_network

    network = paddle_network()
    network.set_state_dict(load_weights(weights))
    return network
