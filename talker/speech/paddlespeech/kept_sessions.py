"""Graphs opened and optimised once, and kept beside the file they come from."""

from __future__ import annotations

import os
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from threading import get_ident
from typing import Any

from talker.errors import AssetError
from talker.onnx import onnx_runtime


def session_of(path: Path, opened: Callable[[Path], bytes], threads: int) -> Any:
    """An ONNX Runtime session of an opened graph.

    Opening and optimising a graph of 160 MB takes 1.5 s, loading what came of it 0.1 s. What is
    kept is of this very file, by its size and time, and of this version of the runtime.

    Args:
        path: The ONNX file.
        opened: Makes the graph to run of it.
        threads: That it may use.

    Raises:
        AssetError: The file holds no graph that can run.
    """
    onnxruntime = onnx_runtime()
    levels = onnxruntime.GraphOptimizationLevel
    kept = _kept(path, onnxruntime.__version__)
    if kept.exists():
        with suppress(Exception):  # a kept graph that cannot be used is made again
            return _session(str(kept), levels.ORT_DISABLE_ALL, threads)
    graph = opened(path)
    fresh = kept.with_name(f"{kept.name}.{os.getpid()}-{get_ident()}.new")
    try:
        if os.access(path.parent, os.W_OK):
            with suppress(Exception):  # a full disk keeps nothing, and speaks all the same
                session = _session(graph, levels.ORT_ENABLE_EXTENDED, threads, fresh)
                for old in path.parent.glob(f".{path.stem}-*.opened"):
                    old.unlink(missing_ok=True)
                fresh.replace(kept)
                return session
        return _session(graph, levels.ORT_ENABLE_EXTENDED, threads)
    except Exception as error:  # the runtime's own errors have no other base
        raise AssetError(
            f"'{path}' is no graph that can run: {error}.",
            "Fetch it again with: talker models pull",
        ) from error
    finally:
        fresh.unlink(missing_ok=True)


def _kept(path: Path, version: str) -> Path:
    status = path.stat()
    mark = f"{status.st_size:x}-{status.st_mtime_ns:x}-{version}"
    return path.with_name(f".{path.stem}-{mark}.opened")


def _session(graph: bytes | str, level: Any, threads: int, keep: Path | None = None) -> Any:
    onnxruntime = onnx_runtime()
    options = onnxruntime.SessionOptions()
    options.graph_optimization_level = level
    options.intra_op_num_threads = threads
    options.inter_op_num_threads = 1
    options.log_severity_level = 4
    # Every clause has another length, so a pattern kept for each only takes memory.
    options.enable_mem_pattern = False
    if keep is not None:
        options.optimized_model_filepath = str(keep)
    return onnxruntime.InferenceSession(graph, options, providers=["CPUExecutionProvider"])
