"""Piper voices (VITS, one ONNX file a voice), with the times that the model itself gives."""

from __future__ import annotations

import json
import zlib
from collections.abc import Sequence
from pathlib import Path
from typing import Any, ClassVar

import numpy as np
from numpy.typing import NDArray

from talker.errors import AssetError, UsageError
from talker.onnx import onnx_runtime
from talker.speech.engine import SpeechCapabilities, SpeechEngine, SpeechSettings
from talker.speech.espeak_library import espeak_library
from talker.speech.piper_graph import open_graph
from talker.speech.piper_symbols import BEGIN, END, PAD, Symbol, symbols_of
from talker.speech.piper_times import phone_marks
from talker.speech.pitch import at_pitch
from talker.speech.timeline import Speech, sorted_marks
from talker.speech.words import word_marks
from talker.text.sentence import Token, written

_THREADS = 2
_DURATION_CHANNELS = 2
_SPEECH_CHANNELS = 192
_FRAMES_AN_ID = 8
"""Noise is drawn for so many frames a phoneme id at the voice's own tempo, about four times
what speech takes; slower speech draws more."""


class PiperEngine(SpeechEngine):
    """One Piper voice.

    Args:
        model: The voice's `.onnx` file; its `.onnx.json` lies beside it.
        speaker: Name or number of the speaker, of a voice with several.

    Raises:
        AssetError: Files that are missing or no Piper voice.
        UsageError: No such speaker.
        MissingExtraError: The `espeak` extra is not installed.
    """

    name: ClassVar[str] = "piper"

    def __init__(self, model: Path, *, speaker: str | None = None) -> None:
        self._library = espeak_library()
        self._config = _read_config(model)
        self._alphabet: dict[str, list[int]] = self._config["phoneme_id_map"]
        self._espeak_voice: str = self._config["espeak"]["voice"]
        self._sample_rate = int(self._config["audio"]["sample_rate"])
        self._speaker = _speaker_id(self._config, speaker)
        self._session, self._noise_inputs, self._outputs = _load(model)
        language = self._espeak_voice.split("-")[0]
        self.capabilities = SpeechCapabilities(languages=frozenset({language}), pitch=True)

    def synthesize(self, tokens: tuple[Token, ...], settings: SpeechSettings) -> Speech:
        """See `SpeechEngine.synthesize`."""
        return at_pitch(settings, lambda tempo: self._speak(tokens, tempo, settings.seed))

    def _speak(self, tokens: tuple[Token, ...], tempo: float, seed: int) -> Speech:
        symbols = symbols_of(tokens, self._library, self._espeak_voice, self._alphabet)
        samples, durations_s = self._sound(symbols, tempo, seed)
        phones, pauses, owner = phone_marks(symbols, durations_s)
        words = word_marks(tokens, owner, phones)
        return Speech(
            samples=samples,
            sample_rate=self._sample_rate,
            marks=sorted_marks([*phones, *pauses, *words]),
            language=tokens[0].language,
            text=written(tokens),
        )

    def _sound(
        self, symbols: Sequence[Symbol], tempo: float, seed: int
    ) -> tuple[NDArray[np.float32], list[float]]:
        """Samples, and the seconds of every begin mark, symbol, pad and end mark in order."""
        ids = [*self._alphabet[BEGIN], *self._alphabet[PAD]]
        for symbol in symbols:
            ids += [*self._alphabet[symbol.text], *self._alphabet[PAD]]
        ids += self._alphabet[END]
        feed: dict[str, NDArray[Any]] = {
            "input": np.array([ids], np.int64),
            "input_lengths": np.array([len(ids)], np.int64),
        }
        if self._speaker is not None:
            feed["sid"] = np.array([self._speaker], np.int64)
        seeds = [seed, zlib.crc32(feed["input"].tobytes())]
        samples, frames, exact = self._run(feed, seeds, 1.0)
        if tempo != 1:
            samples, frames, _ = self._run(feed, seeds, _stretch(exact, tempo))
        hop_s = len(samples) / float(frames.sum()) / self._sample_rate
        return samples, [float(count) * hop_s for count in frames]

    def _run(
        self, feed: dict[str, NDArray[Any]], seeds: list[int], stretch: float
    ) -> tuple[NDArray[np.float32], NDArray[np.float32], NDArray[np.float32]]:
        """Samples, frames an id, and the same before rounding; the noise follows from the seeds."""
        inference = self._config.get("inference", {})
        scales = [
            inference.get("noise_scale", 0.667),
            inference.get("length_scale", 1.0) * stretch,
            inference.get("noise_w", 0.8),
        ]
        feed["scales"] = np.array(scales, np.float32)
        length = feed["input"].shape[1]
        frames = int(length * _FRAMES_AN_ID * max(1.0, stretch)) + 64
        sizes = (length * _DURATION_CHANNELS, frames * _SPEECH_CHANNELS)
        for stream, (name, size) in enumerate(zip(self._noise_inputs, sizes, strict=True)):
            generator = np.random.default_rng([*seeds, stream])
            feed[name] = generator.standard_normal(size, dtype=np.float32)
        sound, durations, exact = self._session.run(self._outputs, feed)
        samples = np.ascontiguousarray(sound.reshape(-1), np.float32)
        return samples, durations.reshape(-1), exact.reshape(-1)


def _stretch(exact: NDArray[np.float32], tempo: float) -> float:
    """What to scale durations by, so that their sum, each rounded up, is `tempo` times shorter.

    Rounding up adds about half a frame an id, so the scale is not just 1 / tempo.
    """
    wanted = np.ceil(exact).sum() / tempo
    low, high = 0.0, 2.0 / tempo
    for _ in range(30):
        middle = (low + high) / 2
        if np.ceil(exact * middle).sum() < wanted:
            low = middle
        else:
            high = middle
    return high


def _read_config(model: Path) -> dict[str, Any]:
    path = model.with_name(model.name + ".json")
    try:
        config = json.loads(path.read_text("utf-8"))
        kind = config.get("phoneme_type", "espeak")
        _ = config["phoneme_id_map"], config["espeak"]["voice"], config["audio"]["sample_rate"]
    except OSError as error:
        raise AssetError(
            f"The Piper voice {model.name!r} has no readable {path.name!r} beside it.",
            "Put the .onnx file and its .onnx.json into one folder.",
        ) from error
    except (ValueError, KeyError, TypeError, AttributeError) as error:
        raise AssetError(
            f"{path} is not the description of a Piper voice.",
            "Download the voice's .onnx.json again.",
        ) from error
    if kind != "espeak":
        raise AssetError(
            f"The Piper voice {model.name!r} reads {kind!r}, not espeak-ng's phonemes.",
            "Take a voice whose phoneme_type is 'espeak'.",
        )
    return config


def _speaker_id(config: dict[str, Any], speaker: str | None) -> int | None:
    count = int(config.get("num_speakers", 1))
    if count <= 1:
        return None
    known: dict[str, int] = config.get("speaker_id_map") or {}
    if speaker is None:
        return 0
    if speaker in known:
        return known[speaker]
    if speaker.isdecimal() and int(speaker) < count:
        return int(speaker)
    raise UsageError(
        f"This Piper voice has no speaker {speaker!r}.",
        f"It has {', '.join(list(known)[:20]) or f'0 to {count - 1}'}.",
    )


def _load(model: Path) -> tuple[Any, tuple[str, ...], list[str]]:
    """A session, the names of its noise inputs, and those of sound, durations, exact durations."""
    onnxruntime = onnx_runtime()
    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = _THREADS
    options.inter_op_num_threads = 1
    options.log_severity_level = 4
    # Every sentence has another length, so a pattern kept for each only takes memory.
    options.enable_mem_pattern = False
    options.add_session_config_entry("session.intra_op.allow_spinning", "0")
    try:
        graph = open_graph(model.read_bytes())
        session = onnxruntime.InferenceSession(
            graph.model, options, providers=["CPUExecutionProvider"]
        )
    except OSError as error:
        raise AssetError(
            f"The Piper voice {str(model)!r} cannot be read: {error.strerror}.",
            "Give the path of the voice's .onnx file.",
        ) from error
    except Exception as error:  # the runtime's own errors have no other base
        raise AssetError(
            f"{str(model)!r} is not a Piper voice that can run: {error}.",
            "Download the voice's .onnx file again.",
        ) from error
    outputs = ["output", graph.durations_output, graph.exact_durations_output]
    return session, graph.noise_inputs, outputs
