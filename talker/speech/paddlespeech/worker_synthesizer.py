"""PaddleSpeech itself, in one process that stays: what crashes there is an error here."""

from __future__ import annotations

import atexit
import os
import subprocess
import sys
import tempfile
import threading
from collections.abc import Sequence
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

import talker
from talker.errors import AssetError, MissingExtraError, SpeechError
from talker.speech.paddlespeech.synthesizer import Synthesizer, Utterance
from talker.speech.paddlespeech.wire import Arrays, receive, send

_LONGEST_S = 600.0
"""Of one answer; the slowest vocoder takes a minute for a sentence on a slow machine."""
_LAST_LINES = 6
_NEEDS = ("paddle", "paddlespeech", "typeguard")


class WorkerSynthesizer(Synthesizer):
    """An acoustic model and a vocoder of PaddleSpeech's, in Paddle.

    Args:
        acoustic: Name of the release and its folder; see `paddle_models.AcousticModel`.
        vocoder: The same of the vocoder.
        device: "cpu", "gpu", or "auto" for the GPU where Paddle has one.

    Raises:
        MissingExtraError: Paddle or PaddleSpeech is not installed.
        AssetError: A folder does not hold such a model, or Paddle has no such device.
    """

    def __init__(
        self, acoustic: tuple[str, Path], vocoder: tuple[str, Path], device: str = "auto"
    ) -> None:
        require_paddlespeech()
        self._worker = _Worker.of(device)
        self._named = [[name, str(folder)] for name, folder in (acoustic, vocoder)]
        self.device = self._worker.device
        self.sample_rate = self._load()

    def speak(
        self,
        phones: Sequence[int],
        tones: Sequence[int] | None,
        speaker: int | None,
        slowness: float,
    ) -> Utterance:
        """See `Synthesizer.speak`."""
        spoken = self._speak(phones, tones, speaker, slowness)
        samples = np.clip(spoken["samples"], -1, 1).astype(np.float32, copy=False)
        return Utterance(samples, spoken["durations"])

    def mel(
        self,
        phones: Sequence[int],
        tones: Sequence[int] | None,
        speaker: int | None,
        slowness: float,
    ) -> tuple[NDArray[np.float32], NDArray[np.int64]]:
        """As `OnnxSynthesizer.mel`."""
        spoken = self._speak(phones, tones, speaker, slowness)
        return spoken["mel"], spoken["durations"]

    def close(self) -> None:
        """Nothing: the process stays for other voices, until this one ends."""

    def _load(self) -> int:
        acoustic, vocoder = self._named
        try:
            loaded, _ = self._worker.ask({"do": "load", "acoustic": acoustic, "vocoder": vocoder})
        except SpeechError as error:
            raise AssetError(
                f"PaddleSpeech cannot load {acoustic[0]} and {vocoder[0]}: {error.problem}",
                f"Fetch them again with: talker models pull {acoustic[0]} {vocoder[0]}",
            ) from error
        return int(loaded["sample_rate"])

    def _speak(
        self,
        phones: Sequence[int],
        tones: Sequence[int] | None,
        speaker: int | None,
        slowness: float,
    ) -> Arrays:
        if self._worker.is_gone:
            self._worker = _Worker.of(self._worker.name)
            self._load()
        arguments = [list(phones), None if tones is None else list(tones), speaker, slowness]
        key = [folder for _, folder in self._named]
        _, arrays = self._worker.ask({"do": "speak", "key": key, "arguments": arguments})
        return arrays


INSTALL = (
    "make paddle; or: pip install 'talker[paddle]' && pip install --no-deps paddlespeech==1.5.0"
)
"""How PaddleSpeech's models come to run: alone, since of what it names they need very little."""


def missing_package() -> str | None:
    """The first package that PaddleSpeech's models need and that is not installed."""
    return next((package for package in _NEEDS if find_spec(package) is None), None)


def require_paddlespeech() -> None:
    """Raises: MissingExtraError: Something that PaddleSpeech's models need is not installed."""
    package = missing_package()
    if package is not None:
        raise MissingExtraError("This voice", package, INSTALL)


class _Worker:
    """The process of a device."""

    _running: dict[str, _Worker] = {}  # noqa: RUF012 - one table for all

    def __init__(self, name: str) -> None:
        self.name = name
        self._lock = threading.Lock()
        self._errors = tempfile.TemporaryFile()  # noqa: SIM115 - lives as long as the process
        # Found as it is found here, and nothing of the folder that the user happens to be in.
        paths = [str(Path(talker.__file__).parents[1]), os.environ.get("PYTHONPATH", "")]
        self._process = subprocess.Popen(
            [sys.executable, "-P", "-m", "talker.speech.paddlespeech.worker"],
            env={**os.environ, "PYTHONPATH": os.pathsep.join(filter(None, paths))},
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=self._errors,
        )
        try:
            opened, _ = self.ask({"do": "open", "device": name})
        except SpeechError as error:
            self.end()
            raise AssetError(
                f"PaddleSpeech does not start: {error.problem}",
                "See what is installed with: talker doctor",
            ) from error
        where = {"cpu": "CPU"}.get(opened["device"], opened["device"])
        self.device = f"{where} (PaddleSpeech in Paddle {opened['paddle']})"

    @classmethod
    def of(cls, name: str) -> _Worker:
        """The worker of a device, started where there is none."""
        worker = cls._running.get(name)
        if worker is None or worker.is_gone:
            worker = cls._running[name] = cls(name)
            atexit.register(worker.end)
        return worker

    @property
    def is_gone(self) -> bool:
        """Whether the process has ended."""
        return self._process.poll() is not None

    def ask(self, request: dict[str, Any]) -> tuple[dict[str, Any], Arrays]:
        """Send a request and wait for its answer.

        Raises:
            SpeechError: It fails, the process dies of it, or it takes too long.
        """
        stdin, stdout = self._process.stdin, self._process.stdout
        assert stdin is not None and stdout is not None  # noqa: S101, PT018 - both are pipes
        with self._lock:
            late = threading.Timer(_LONGEST_S, self._process.kill)
            late.daemon = True
            late.start()
            try:
                send(stdin, request)
                answer, arrays = receive(stdout)
            except (OSError, EOFError, ValueError) as error:
                self._process.kill()
                code = self._process.wait()
                raise SpeechError(
                    f"PaddleSpeech's process ended (exit {code}). {self._last_words()}".strip(),
                    "Word the sentence differently, or take another voice.",
                ) from error
            except BaseException:
                # An answer that nobody read would be taken for the next one's.
                self._process.kill()
                raise
            finally:
                late.cancel()
        if "error" in answer:
            raise SpeechError(
                f"PaddleSpeech failed: {answer['error']}",
                "Word the sentence differently, or take another voice.",
            )
        return answer, arrays

    def end(self) -> None:
        """End the process; once is enough."""
        if self._process.stdin is not None:
            self._process.stdin.close()
        try:
            self._process.wait(timeout=2)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait()

    def _last_words(self) -> str:
        self._errors.seek(0)
        lines = self._errors.read().decode("utf-8", "replace").splitlines()
        return "\n".join(line for line in lines[-_LAST_LINES:] if line.strip())
