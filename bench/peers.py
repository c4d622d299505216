"""The same job done by others, where a package index alone can bring them."""

from __future__ import annotations

import subprocess
import sys
import wave
from pathlib import Path

from bench.commands import ROOT, Measured, measure

PLACE = ROOT / "build" / "peers"


class NoPeerError(Exception):
    """A peer that cannot be installed or run here; the message says why."""


def piper_speech(model: Path, text: str, sound: Path) -> tuple[Measured, float]:
    """The `piper-tts` command with the voice file that talker uses.

    Args:
        model: The voice's `.onnx` file.
        text: What is said.
        sound: Where the WAV goes.

    Returns:
        The run, and the seconds of sound it made.

    Raises:
        NoPeerError: It cannot be installed or run.
    """
    python = _installed("piper-tts")
    try:
        ran = measure(str(python), "-m", "piper", "-m", str(model), "-f", str(sound), "--", text)
    except RuntimeError as error:
        raise NoPeerError(str(error).strip().splitlines()[-1]) from error
    with wave.open(str(sound)) as made:
        return ran, made.getnframes() / made.getframerate()


def _installed(package: str) -> Path:
    """The Python of a virtual environment that holds only this peer."""
    place = PLACE / package
    python = place / "bin" / "python"
    ready = place / "ready"
    if ready.exists():
        return python
    steps = (
        [sys.executable, "-m", "venv", "--clear", str(place)],
        [str(python), "-m", "pip", "install", "--quiet", "--only-binary", ":all:", package],
    )
    for step in steps:
        done = subprocess.run(step, capture_output=True, text=True, check=False)
        if done.returncode:
            reason = (done.stderr.strip().splitlines() or ["pip gave no reason"])[-1]
            raise NoPeerError(f"{package} cannot be installed here: {reason}")
    ready.touch()
    return python
