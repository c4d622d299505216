"""PaddleSpeech's released ONNX graphs on plain ONNX Runtime, without PaddleSpeech or Paddle."""

from __future__ import annotations

import os
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from talker.errors import AssetError, SpeechError
from talker.speech.paddlespeech.kept_sessions import session_of
from talker.speech.paddlespeech.opened_graphs import (
    DURATIONS,
    NOISE,
    SLOWNESS,
    noise_of,
    open_acoustic_graph,
    open_vocoder_graph,
)
from talker.speech.paddlespeech.synthesizer import Synthesizer, Utterance

# The inputs of the released graphs: FastSpeech2's, SpeedySpeech's, and every vocoder's.
_TEXT, _PHONES, _TONES, _SPEAKER, _MEL = "text", "phones", "tones", "spk_id", "logmel"
_MOST_THREADS = 4
_SAMPLES_A_FRAME = 300
"""The most of any released vocoder; it bounds the noise that one draws."""


class OnnxSynthesizer(Synthesizer):
    """An acoustic graph and a vocoder's.

    Args:
        acoustic: The `.onnx` file of FastSpeech2 or SpeedySpeech.
        vocoder: The `.onnx` file of HiFiGAN, MelGAN or Parallel WaveGAN.
        sample_rate: Of what the vocoder makes, Hz.

    Raises:
        AssetError: A file is no such graph.
    """

    def __init__(self, acoustic: Path, vocoder: Path, sample_rate: int) -> None:
        self.sample_rate = sample_rate
        threads = min(_MOST_THREADS, os.cpu_count() or 1)
        self.device = f"CPU (onnxruntime, {threads} threads)"
        with ThreadPoolExecutor(1, "talker-graph") as aside:
            opening = aside.submit(session_of, vocoder, open_vocoder_graph, threads)
            self._acoustic = session_of(acoustic, open_acoustic_graph, threads)
            self._vocoder = opening.result()
        self._inputs = {wanted.name for wanted in self._acoustic.get_inputs()}
        self._mel = self._acoustic.get_outputs()[0].name
        if not (self._inputs <= {_TEXT, _PHONES, _TONES, _SPEAKER, SLOWNESS}) or not (
            self._inputs & {_TEXT, _PHONES}
        ):
            raise AssetError(
                f"'{acoustic}' takes {', '.join(sorted(self._inputs - {SLOWNESS}))}; "
                "PaddleSpeech's acoustic models take text, or phones and tones.",
                "Name one of its released models.",
            )
        taken = {wanted.name for wanted in self._vocoder.get_inputs()}
        self._wants_noise = NOISE in taken
        if _MEL not in taken:
            raise AssetError(
                f"'{vocoder}' takes no '{_MEL}', so it is none of PaddleSpeech's vocoders.",
                "Name one of its released models.",
            )

    def speak(
        self,
        phones: Sequence[int],
        tones: Sequence[int] | None,
        speaker: int | None,
        slowness: float,
    ) -> Utterance:
        """See `Synthesizer.speak`."""
        mel, durations = self.mel(phones, tones, speaker, slowness)
        if not len(mel):
            return Utterance(np.zeros(0, np.float32), durations)
        feed = {_MEL: mel}
        if self._wants_noise:
            feed[NOISE] = noise_of(len(mel) * _SAMPLES_A_FRAME)
        samples = _run(self._vocoder, None, feed)[0].reshape(-1)
        return Utterance(np.clip(samples, -1, 1).astype(np.float32, copy=False), durations)

    def mel(
        self,
        phones: Sequence[int],
        tones: Sequence[int] | None,
        speaker: int | None,
        slowness: float,
    ) -> tuple[NDArray[np.float32], NDArray[np.int64]]:
        """The log mel spectrogram, float32 of shape (frames, 80), and frames of each phone.

        Arguments and errors are those of `speak`.
        """
        ids = np.asarray(phones, np.int64)
        feed: dict[str, NDArray[Any]] = {
            _TEXT: ids,
            _PHONES: ids,
            _TONES: np.asarray(tones or (), np.int64),
            _SPEAKER: np.array([speaker or 0], np.int64),
            SLOWNESS: np.array([slowness], np.float32),
        }
        taken = {name: value for name, value in feed.items() if name in self._inputs}
        mel, durations = _run(self._acoustic, [self._mel, DURATIONS], taken)
        if len(durations) != len(ids) or int(durations.sum()) != len(mel):
            raise SpeechError(
                f"The voice gave {len(mel)} frames for phones of {int(durations.sum())}.",
                "Take another voice, and tell talker's makers which one this was.",
            )
        return mel, durations

    def close(self) -> None:
        """See `Synthesizer.close`."""
        del self._acoustic, self._vocoder


def _run(session: Any, outputs: list[str] | None, feed: dict[str, NDArray[Any]]) -> list[Any]:
    try:
        return session.run(outputs, feed)
    except Exception as error:  # the runtime's own errors have no other base
        raise SpeechError(
            f"The voice failed: {error}", "Word the sentence differently, or take another voice."
        ) from error
