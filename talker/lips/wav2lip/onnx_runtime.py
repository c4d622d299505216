"""The generator through ONNX Runtime, on a CPU or through CUDA."""

from __future__ import annotations

import re
from contextlib import redirect_stdout
from io import StringIO
from pathlib import Path
from types import ModuleType
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
from talker.lips.wav2lip.graph import FACES, MELS, Precision
from talker.lips.wav2lip.graph_export import ready_graph
from talker.lips.wav2lip.weights import load_weights
from talker.onnx import onnx_runtime

CUDA = "CUDAExecutionProvider"

# Its errors come as exceptions, too.
_NOTHING_BUT_CRASHES = 4


class OnnxGenerator(GeneratorRuntime):
    """The graph of some weights, exported beside them when it is first needed.

    Args:
        weights: The file of the weights.
        gpu: Number of the GPU; None for the CPU.
        precision: "fp32", or on a GPU "fp16".
        first_row: Of the faces that come out; what only rows above it need is not computed.

    Raises:
        AssetError: The weights cannot be read, or their graph does not draw what they draw.
        UsageError: The GPU cannot be used.
    """

    name = "onnx"

    def __init__(self, weights: Path, gpu: int | None, precision: str, first_row: int = 0) -> None:
        kind: Precision = "fp16" if precision == "fp16" else "fp32"
        half, part = "-fp16" * (kind == "fp16"), f"-from-{first_row}" * (first_row > 0)
        path = weights.with_name(f"generator{half}{part}.onnx")
        graph = ready_graph(load_weights(weights), path, kind, first_row)
        self._session = _session(graph, gpu)
        self.first_row = first_row
        threads = usable_threads()
        self.batch = CPU_BATCH if gpu is None else GPU_BATCH
        self.device = (
            f"CPU (onnxruntime, {threads} thread{'s' * (threads > 1)})"
            if gpu is None
            else f"GPU {gpu} (onnxruntime, CUDA, {precision})"
        )

    def _run(self, mels: NDArray[np.float32], faces: NDArray[np.float32]) -> NDArray[np.float32]:
        return self._session.run(None, {MELS: mels, FACES: faces})[0]

    def _is_out_of_memory(self, error: Exception) -> bool:
        return super()._is_out_of_memory(error) or _is_out_of_memory(error)


def has_cuda() -> bool:
    """Whether the ONNX Runtime that is installed was built for GPUs."""
    return CUDA in onnx_runtime().get_available_providers()


def _session(graph: Path | bytes, gpu: int | None) -> Any:
    runtime = onnx_runtime()
    options = runtime.SessionOptions()
    options.intra_op_num_threads = usable_threads()
    # Threads that wait busily take the cores from those who read and write the film.
    options.add_session_config_entry("session.intra_op.allow_spinning", "0")
    options.log_severity_level = _NOTHING_BUT_CRASHES
    content = graph if isinstance(graph, bytes) else str(graph)
    if gpu is None:
        return runtime.InferenceSession(content, options, providers=["CPUExecutionProvider"])
    return _gpu_session(runtime, content, options, gpu)


def _gpu_session(runtime: ModuleType, content: bytes | str, options: Any, gpu: int) -> Any:
    # What goes wrong outside a session, the loading of CUDA itself, has a log of its own.
    runtime.set_default_logger_severity(_NOTHING_BUT_CRASHES)
    if hasattr(runtime, "preload_dlls"):
        with redirect_stdout(StringIO()):  # it prints which libraries it does not find
            runtime.preload_dlls()  # CUDA's libraries from wheels, where they are installed so
    # The search that is the default tries all algorithms anew for every size of a batch; TF32 is
    # no fp32.
    settings = {
        "device_id": str(gpu),
        "arena_extend_strategy": "kSameAsRequested",
        "cudnn_conv_algo_search": "HEURISTIC",
        "use_tf32": "0",
    }
    try:
        # Where the GPU fails it would else say so on the standard output and go on with the CPU.
        session = runtime.InferenceSession(
            content,
            options,
            providers=[(CUDA, settings), "CPUExecutionProvider"],
            enable_fallback=0,
        )
    except Exception as error:
        if _is_out_of_memory(error):
            raise UsageError(
                f"The memory of GPU {gpu} does not hold the generator.",
                "Close other programs that use it, or choose --device cpu.",
            ) from error
        raise UsageError(
            f"ONNX Runtime cannot compute on GPU {gpu}: {_reason(error)}.",
            "See with nvidia-smi what the driver says, or choose --device cpu.",
        ) from error
    session.disable_fallback()
    if CUDA not in session.get_providers():
        raise UsageError(
            f"ONNX Runtime cannot compute on GPU {gpu}: its CUDA libraries do not load.",
            "Install them with: pip install 'onnxruntime-gpu[cuda,cudnn]'",
        )
    return session


def _is_out_of_memory(error: Exception) -> bool:
    # ONNX Runtime has no exception of its own for it; these are its words for the arena of a
    # CPU or GPU, for C++'s own, and those of CUDA and its libraries.
    words = str(error).lower()
    return any(
        sign in words
        for sign in (
            "failed to allocate",
            "bad allocation",
            "bad_alloc",
            "out of memory",
            "alloc_failed",
        )
    )


def _reason(error: Exception) -> str:
    """What CUDA says, or else all of the first line, without the places in their source."""
    words = (str(error).strip() or type(error).__name__).splitlines()[0]
    said = re.search(r"failure -?\d+: (.+?) ;", words)
    return (said[1] if said else words.rpartition("FAIL : ")[2]).rstrip(" .")
