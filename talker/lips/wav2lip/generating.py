"""The contract of what runs the generator: faces and speech in, faces that speak out."""

from __future__ import annotations

import os
from abc import ABC, abstractmethod

import numpy as np
from numpy.typing import NDArray

from talker.errors import TalkerError
from talker.lips.wav2lip.network import FACE_SIZE, MEL_BANDS, MEL_COLUMNS

GPU_BATCH = 64
"""Faces that a GPU draws at once to be busy."""
CPU_BATCH = 8
"""Faces that a CPU draws at once; with more it is no faster and takes more memory."""


class GeneratorRuntime(ABC):
    """The generator, loaded and ready.

    Its faces are the same whatever batches they are drawn in, to 1e-5 in fp32.

    Attributes:
        name: Of the runtime.
        device: Where it computes and how, in words for people.
        batch: Faces that it draws at once, and that are best given at once; falls when memory
            does not suffice.
        first_row: The first row of the faces that comes out, 0 for whole faces.
    """

    name: str
    device: str
    batch: int
    first_row: int = 0

    def generate(
        self, mels: NDArray[np.float32], faces: NDArray[np.float32]
    ) -> NDArray[np.float32]:
        """Make faces speak.

        Args:
            mels: Windows of speech, float32 in [-4, 4], shape (n, 1, 80, 16); n may be 0.
            faces: float32 in [0, 1], shape (n, 6, 96, 96), BGR: three channels of the face with
                its lower half black, three of the face whole.

        Returns:
            Faces, float32 in [0, 1], shape (n, 3, 96 - first_row, 96), BGR.

        Raises:
            TalkerError: Not even one face fits in memory.
            ValueError: The shapes do not fit each other or the network.
        """
        count = len(mels)
        if mels.shape[1:] != (1, MEL_BANDS, MEL_COLUMNS):
            raise ValueError(f"mels of shape {mels.shape}")
        if faces.shape != (count, 6, FACE_SIZE, FACE_SIZE):
            raise ValueError(f"faces of shape {faces.shape} for {count} mels")
        spoken = np.empty((count, 3, FACE_SIZE - self.first_row, FACE_SIZE), np.float32)
        done = 0
        while done < count:
            part = slice(done, min(done + self.batch, count))
            try:
                spoken[part] = self._run(
                    np.ascontiguousarray(mels[part], np.float32),
                    np.ascontiguousarray(faces[part], np.float32),
                )
            except Exception as error:
                if not self._is_out_of_memory(error):
                    raise
                self._take_less(part.stop - part.start, error)
                continue
            done = part.stop
        return spoken

    @abstractmethod
    def _run(self, mels: NDArray[np.float32], faces: NDArray[np.float32]) -> NDArray[np.float32]:
        """Draws one batch, of at least one face and at most `batch`."""

    def _is_out_of_memory(self, error: Exception) -> bool:
        return isinstance(error, MemoryError)

    def _take_less(self, tried: int, error: Exception) -> None:
        if tried == 1:
            raise TalkerError(
                f"The memory of {self.device} does not hold the drawing of a single face.",
                "Close other programs, or choose another device with --device.",
            ) from error
        self.batch = tried // 2


def usable_threads() -> int:
    """Cores that this process may use."""
    if hasattr(os, "sched_getaffinity"):
        return len(os.sched_getaffinity(0))
    return os.cpu_count() or 1
