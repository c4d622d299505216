"""How many workers a machine has room for, and what each of them may use."""

from __future__ import annotations

import os
import sys
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path

from talker.lips.registry import LIP_ENGINES
from talker.lips.wav2lip.generating import usable_threads
from talker.lips.wav2lip.gpus import gpu_names
from talker.lips.wav2lip.runtime import RUNTIMES
from talker.narration.keeping import Keep, kept_home
from talker.studio import Studio

WORKER_BYTES = 1_200_000_000
"""Memory of a worker that has its models loaded, with room for a film of 1080p."""


@dataclass(frozen=True, slots=True)
class Post:
    """A worker's place.

    Attributes:
        title: Who works there, for a reader.
        threads: Frames that it renders at a time.
        environment: What is set for its process.
    """

    title: str
    threads: int
    environment: Mapping[str, str] = field(default_factory=dict[str, str])


def posts(workers: int | None = None) -> tuple[Post, ...]:
    """The posts of a pool: one a GPU where a lip engine can use one, else one a core.

    Args:
        workers: How many; None for as many as cores and memory allow.
    """
    gpus = len(gpu_names()) if has_use_of_gpus() else 0
    cores = usable_threads()
    count = workers or gpus or max(1, min(cores, free_memory() // WORKER_BYTES))
    threads = max(1, cores // count)
    return tuple(
        Post(
            f"worker {number + 1}" + (f" on GPU {number % gpus}" if gpus else ""),
            threads,
            {"CUDA_VISIBLE_DEVICES": str(number % gpus)} if gpus else {},
        )
        for number in range(count)
    )


def studio_of(threads: int) -> Studio:
    """The studio of a process that renders so many frames at a time."""
    import cv2

    cv2.setNumThreads(threads)
    return Studio(threads, Keep(kept_home()))


def free_memory() -> int:
    """Bytes that new processes may take, those of a container's limit at most."""
    free = sys.maxsize
    with suppress(OSError, ValueError, StopIteration):
        lines = Path("/proc/meminfo").read_text("ascii").splitlines()
        line = next(line for line in lines if line.startswith("MemAvailable"))
        free = int(line.split()[1]) * 1024
    with suppress(OSError, ValueError):
        limit = int(Path("/sys/fs/cgroup/memory.max").read_text("ascii"))
        used = int(Path("/sys/fs/cgroup/memory.current").read_text("ascii"))
        free = min(free, max(0, limit - used))
    if free == sys.maxsize and hasattr(os, "sysconf"):
        with suppress(OSError, ValueError):
            free = os.sysconf("SC_PHYS_PAGES") * os.sysconf("SC_PAGE_SIZE") // 2
    return free


def has_use_of_gpus() -> bool:
    """Whether the lip engine that "auto" takes draws on a GPU here."""
    spec = next(spec for spec in LIP_ENGINES.values() if not spec.lacks_weights())
    if "gpu" not in spec.capabilities.devices:
        return False
    with suppress(ImportError):
        return any(runtime.is_installed and runtime.has_cuda() for runtime in RUNTIMES)
    return False
