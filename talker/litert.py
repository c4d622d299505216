"""LiteRT models, opened without the line that the runtime writes to standard error."""

from __future__ import annotations

import os
from collections.abc import Generator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from ai_edge_litert.interpreter import Interpreter

_STANDARD_ERROR = 2


def open_interpreter(model: Path, threads: int = 1) -> Interpreter:
    """An interpreter with its tensors allocated.

    Args:
        model: A `.tflite` file.
        threads: Of the CPU.

    Raises:
        ValueError: The file is no model.
    """
    from ai_edge_litert.interpreter import Interpreter

    interpreter = Interpreter(model_path=str(model), num_threads=threads)
    allocate(interpreter)
    return interpreter


def allocate(interpreter: Interpreter) -> None:
    """Allocates tensors, once more after an input was resized."""
    with _hushed():
        interpreter.allocate_tensors()


@contextmanager
def _hushed() -> Generator[None]:
    """Sends standard error nowhere: the runtime announces its delegate there, unasked."""
    try:
        kept = os.dup(_STANDARD_ERROR)
    except OSError:  # a process without standard error
        yield
        return
    nowhere = os.open(os.devnull, os.O_WRONLY)
    try:
        os.dup2(nowhere, _STANDARD_ERROR)
        yield
    finally:
        os.dup2(kept, _STANDARD_ERROR)
        os.close(nowhere)
        os.close(kept)
