"""What works on this machine, what is missing, and the command that gets it."""

from __future__ import annotations

import importlib
import os
import platform
import re
import shutil
import sys
from collections.abc import Iterator
from importlib.metadata import (
    Distribution,
    PackageNotFoundError,
    distributions,
    packages_distributions,
    requires,
    version,
)

from talker.assets import store
from talker.assets.registry import built_in
from talker.errors import AssetError
from talker.extras import LISTEN, RAY, Extra
from talker.lips.registry import LIP_ENGINES, LipEngineSpec
from talker.lips.wav2lip.gpus import gpu_names
from talker.lips.wav2lip.runtime import RUNTIMES, RuntimeSpec
from talker.progress import Cell, size_of
from talker.speech.paddlespeech.worker_synthesizer import INSTALL, missing_package
from talker.speech.registry import engines

Row = dict[str, Cell]

ENOUGH_ROOM = 1_000_000_000
"""Bytes that should be free for models and films."""


def examine() -> list[Row]:
    """Looks at everything talker needs.

    Returns:
        A row a part: its name, "ok", "optional" (it can be had, and all else works without it),
        "missing" or "broken", what was found, and the command that mends it, empty where nothing
        needs mending.
    """
    return [*_machine(), *_libraries(), *_engines(), *_models()]


def _machine() -> Iterator[Row]:
    found = f"{platform.python_version()}, {platform.machine()}"
    yield _row("Python", sys.version_info >= (3, 11), found, "")
    yield _row("processor", True, f"{os.cpu_count()} cores", "")
    yield _row("graphics", True, ", ".join(gpu_names()) or "no NVIDIA GPU; the CPU is used", "")
    home = store.path()
    standing = next(folder for folder in (home, *home.absolute().parents) if folder.exists())
    writable = os.access(standing, os.W_OK)
    yield _row("model store", writable, str(home), "set TALKER_HOME to a folder you may write to")
    free = shutil.disk_usage(standing).free
    yield _row(
        "free disk", free > ENOUGH_ROOM, size_of(free), "free some space, or set TALKER_HOME"
    )


def _libraries() -> Iterator[Row]:
    yield _packages()
    wheels = sorted(
        f"{wheel.name} {wheel.version}"
        for wheel in distributions()
        if wheel.name.lower().startswith("opencv")
    )
    mend = "pip uninstall all of them, then: pip install opencv-python-headless"
    try:
        importlib.import_module("cv2")
        yield _row("OpenCV", len(wheels) == 1, ", ".join(wheels), mend)
    except ImportError as error:
        yield _row("OpenCV", False, f"{', '.join(wheels)}: {error}", mend, state="broken")
    yield _codecs()
    for runtime in RUNTIMES:
        yield _runtime(runtime)


def _runtime(runtime: RuntimeSpec) -> Row:
    """A runtime of neural lip engines, and whether it can use a GPU."""
    part = f"runtime {runtime.name}"
    if not runtime.is_installed:
        found = f"{runtime.package} is not installed"
        return _row(part, False, found, runtime.install, state="optional")
    try:
        where = "CPU and GPU" if runtime.has_cuda() else "CPU"
    except ImportError as error:
        return _row(part, False, str(error), runtime.install, state="broken")
    wheel = next(iter(packages_distributions().get(runtime.module, ())), runtime.package)
    return _row(part, True, f"{wheel} {version(wheel)}, on {where}", "")


def _packages() -> Row:
    """What pip installs with talker, extras apart; empty where talker runs from a bare checkout."""
    try:
        needs = requires("talker") or []
    except PackageNotFoundError:
        needs = []
    names = [re.split(r"[^\w.-]", need)[0] for need in needs if "extra ==" not in need]
    missing = [name for name in names if not any(Distribution.discover(name=name))]
    found = f"without {', '.join(missing)}" if missing else f"{len(names)} of the base install"
    return _row("Python packages", not missing, found, f"pip install {' '.join(missing)}")


def _codecs() -> Row:
    mend = "pip install --force-reinstall --only-binary :all: av"
    try:
        from av.codec import codecs_available
    except ImportError as error:
        return _row("video codecs", False, str(error), mend, state="broken")
    missing = {"libx264", "aac"} - codecs_available
    found = f"without {', '.join(sorted(missing))}" if missing else "H.264 and AAC"
    return _row("video codecs", not missing, found, mend)


def _engines() -> Iterator[Row]:
    for spec in engines():
        yield _engine(f"speech engine {spec.name}", spec.extra)
    yield _paddlespeech()
    for lips in LIP_ENGINES.values():
        yield _engine(f"lip engine {lips.name}", lips.extra)
        if lips.capabilities.needs_weights:
            yield _weights(lips)
    found = f"the extra '{RAY.name}'"
    yield _row("batches on Ray", RAY.is_installed, found, RAY.command, state="optional")
    # The lesser way still works without it.
    yield _engine("phones from sound", LISTEN)


def _weights(lips: LipEngineSpec) -> Row:
    part = f"weights of {lips.name}"
    try:
        file = lips.weights(None)
    except AssetError as error:
        return _row(part, False, error.problem, error.remedy, state="broken")
    if file is None:
        found = "none; another engine moves the lips"
        return _row(part, False, found, lips.ways_to_weights, state="optional")
    entry = built_in().entries[file.parent.name]
    return _row(part, True, f"{entry.name}: {entry.licence}", "")


def _paddlespeech() -> Row:
    """PaddleSpeech itself, which its voices can do without."""
    package = missing_package()
    found = f"{package} is not installed; its voices speak without it"
    if package is None:
        found = f"PaddleSpeech {version('paddlespeech')}, as in --voice csmsc:paddle"
    return _row("PaddleSpeech in Paddle", package is None, found, INSTALL, state="optional")


def _engine(part: str, extra: Extra | None) -> Row:
    if extra is None:
        return _row(part, True, "part of the base install", "")
    found = f"the extra '{extra.name}' ({extra.package})"
    return _row(part, extra.is_installed, found, extra.command)


def _models() -> Iterator[Row]:
    for status in store.statuses():
        if status.entry.embedded:
            mend = f"talker models pull {status.entry.name}"
            found = f"{status.entry.title}, {size_of(status.entry.size)}"
            is_ready = status.state == "ready"
            state = "broken" if status.state == "damaged" else "missing"
            yield _row(f"model {status.entry.name}", is_ready, found, mend, state=state)


def _row(part: str, is_good: bool, found: str, mend: str, *, state: str = "missing") -> Row:
    return {
        "part": part,
        "state": "ok" if is_good else state,
        "found": found,
        "mend": "" if is_good else mend,
    }
