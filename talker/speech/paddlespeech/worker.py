"""A process that speaks with PaddleSpeech's models: `python -m talker.speech.paddlespeech.worker`.

It answers requests on its standard input until that is closed. What it or Paddle prints goes to
standard error.
"""

from __future__ import annotations

import os
import sys
import traceback
from importlib import import_module
from pathlib import Path
from typing import IO, Any

from talker.speech.paddlespeech.wire import Arrays, receive, send


def main() -> None:
    """Serve until the other end is closed."""
    requests = os.fdopen(os.dup(0), "rb")
    answers = os.fdopen(os.dup(1), "wb")
    os.dup2(2, 1)
    serve = _Server()
    while True:
        try:
            request, arrays = receive(requests)
        except EOFError:
            return
        _answer(serve, request, arrays, answers)


class _Server:
    def __init__(self) -> None:
        self._models: dict[tuple[str, str], tuple[Any, Any]] = {}

    def open(self, device: str) -> dict[str, Any]:
        paddle: Any = import_module("paddle")
        has_gpu = paddle.device.is_compiled_with_cuda() and paddle.device.cuda.device_count() > 0
        if device == "auto":
            device = "gpu" if has_gpu else "cpu"
        if device == "gpu" and not paddle.device.is_compiled_with_cuda():
            raise ValueError(f"Paddle {paddle.__version__} here was built without CUDA")
        paddle.set_device(device)
        from talker.speech.paddlespeech.paddle_models import take_sizes_as_tensors

        take_sizes_as_tensors()
        return {"paddle": paddle.__version__, "device": paddle.get_device()}

    def load(self, acoustic: list[str], vocoder: list[str]) -> dict[str, Any]:
        from talker.speech.paddlespeech.paddle_models import AcousticModel, Vocoder

        key = acoustic[1], vocoder[1]
        if key not in self._models:
            self._models[key] = (
                AcousticModel(acoustic[0], Path(acoustic[1])),
                Vocoder(vocoder[0], Path(vocoder[1])),
            )
        return {"sample_rate": self._models[key][0].sample_rate}

    def speak(self, key: list[str], arguments: list[Any]) -> Arrays:
        acoustic, vocoder = self._models[key[0], key[1]]
        mel, durations = acoustic.mel(*arguments)
        samples = vocoder.samples(mel) if len(mel) else mel.reshape(-1)
        return {"mel": mel, "durations": durations, "samples": samples}


def _answer(server: _Server, request: dict[str, Any], arrays: Arrays, answers: IO[bytes]) -> None:
    do = request.pop("do")
    try:
        result = getattr(server, do)(**request, **arrays)
    except Exception as error:  # whatever goes wrong is the other end's to tell
        traceback.print_exc()
        send(answers, {"error": f"{type(error).__name__}: {error}"})
        return
    if do == "speak":
        send(answers, {}, result)
    else:
        send(answers, result)


if __name__ == "__main__":
    # Whoever starts this ends it by closing the pipe; Ctrl-C is theirs.
    import signal

    signal.signal(signal.SIGINT, signal.SIG_IGN)
    main()
    sys.exit()
