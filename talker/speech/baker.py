"""Mandarin: FastSpeech2 and MB-MelGAN of the Baker voice on LiteRT.

FastSpeech2 (Ren et al. 2020) tells how many frames each symbol takes; MB-MelGAN (Yang et al.
2020) makes exactly 300 samples of each frame, so that the marks sum to the sound.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, ClassVar

import numpy as np
from numpy.typing import NDArray

from talker.errors import AssetError
from talker.litert import allocate
from talker.speech.clauses import clauses
from talker.speech.engine import SpeechEngine, SpeechSettings
from talker.speech.engine_capabilities import BAKER
from talker.speech.mandarin_edges import TimedSyllable, acoustic_edges
from talker.speech.pinyin import Syllable, syllables
from talker.speech.pinyin_ipa import FINALS, INITIALS
from talker.speech.pitch import at_pitch
from talker.speech.timeline import Mark, Speech, pauses_between, sorted_marks
from talker.speech.words import word_marks
from talker.text.sentence import Token, written

_RATE = 24_000
_HOP = 300
"""Samples a frame."""
_THREADS = 2

_LONGEST_CHUNK = 60
"""Syllables; the voice was trained on sentences of up to about 40."""

_NEAREST_BASES = {
    "n": "en", "m": "mu", "hm": "heng", "hng": "heng", "ê": "ei", "fiao": "fei", "nun": "nen",
    "cei": "ce", "wong": "weng", "din": "ding", "bong": "beng", "r": "er", "lüe": "lve",
    "nüe": "nve", "yai": "ya", "sei": "sai", "eh": "ei",
}  # fmt: skip
"""Syllables that the voice's dictionary lacks, by one it can say."""


class BakerEngine(SpeechEngine):
    """The Baker voice.

    Args:
        folder: Holds `fastspeech2.tflite` (without its dropout), `mb_melgan.tflite` and
            `baker_mapper.json`.

    Raises:
        AssetError: Files that are missing or broken.
    """

    name: ClassVar[str] = "baker"
    capabilities = BAKER

    def __init__(self, folder: Path) -> None:
        self._alphabet = _read_alphabet(folder / "baker_mapper.json")
        self._acoustic = _Network(folder / "fastspeech2.tflite")
        self._vocoder = _Network(folder / "mb_melgan.tflite")

    def synthesize(self, tokens: tuple[Token, ...], settings: SpeechSettings) -> Speech:
        """See `SpeechEngine.synthesize`."""
        return at_pitch(settings, lambda tempo: self._speak(tokens, tempo))

    def _speak(self, tokens: tuple[Token, ...], tempo: float) -> Speech:
        sound: list[NDArray[np.float32]] = []
        phones: list[Mark] = []
        owner: list[int] = []
        at = 0
        for chunk in _chunks(tokens):
            samples, timed = self._chunk(chunk.syllables, tempo)
            start_s = at / _RATE
            for syllable in timed:
                for label, begin_s, end_s in syllable.phones:
                    phones.append(Mark("phone", label, start_s + begin_s, start_s + end_s))
                    owner.append(syllable.owner)
            silence = round(chunk.pause_s / tempo * _RATE)
            sound += [samples, np.zeros(silence, np.float32)]
            at += len(samples) + silence
        return Speech(
            samples=np.concatenate(sound) if sound else np.zeros(0, np.float32),
            sample_rate=_RATE,
            marks=sorted_marks(
                [*phones, *pauses_between(phones, at / _RATE), *word_marks(tokens, owner, phones)]
            ),
            language=tokens[0].language,
            text=written(tokens),
        )

    def _chunk(
        self, spoken: Sequence[Syllable], tempo: float
    ) -> tuple[NDArray[np.float32], list[TimedSyllable]]:
        symbols, places = self._alphabet.symbols(spoken)
        ids = np.array([[self._alphabet.ids[symbol] for symbol in symbols]], np.int32)
        one = np.ones(1, np.float32)
        outputs = self._acoustic.run(
            input_ids=ids,
            speaker_ids=np.zeros(1, np.int32),
            speed_ratios=one / np.float32(tempo),
            f0_ratios=one,
            energy_ratios=one,
        )
        frames = outputs["Identity_2"][0]
        samples = self._vocoder.run(mels=outputs["Identity_1"])["Identity"][0, :, 0]
        ends = np.cumsum(frames) * (_HOP / _RATE)
        starts = ends - frames * (_HOP / _RATE)
        timed = [
            TimedSyllable(
                initial=INITIALS.get(symbols[place.initial], "") if place.initial >= 0 else "",
                final=FINALS[symbols[place.final][:-1]],
                start_s=float(starts[place.initial if place.initial >= 0 else place.final]),
                vowel_s=float(starts[place.final]),
                end_s=float(ends[place.end]),
                owner=syllable.owner,
            )
            for syllable, place in zip(spoken, places, strict=True)
        ]
        return samples, acoustic_edges(samples, _RATE, timed)


@dataclass(frozen=True, slots=True)
class _Chunk:
    syllables: list[Syllable]
    pause_s: float


@dataclass(frozen=True, slots=True)
class _Place:
    """Indices of a syllable's symbols; `initial` is -1 where it has none."""

    initial: int
    final: int
    end: int


class _Alphabet:
    """The symbols that the voice reads."""

    def __init__(self, mapper: Mapping[str, Any]) -> None:
        self.ids: dict[str, int] = mapper["symbol_to_id"]
        self._pairs: dict[str, list[str]] = mapper["pinyin_dict"]

    def symbols(self, spoken: Sequence[Syllable]) -> tuple[list[str], list[_Place]]:
        """Symbols of a chunk, silence at both ends, and where each syllable's are."""
        symbols = ["sil"]
        places: list[_Place] = []
        for syllable in spoken:
            if syllable.curls and symbols[-1] == "#0":
                symbols[-1] = "er5"
                last = len(symbols) - 1
                places[-1] = replace(places[-1], end=last - 1)
                symbols.append("#0")
                places.append(_Place(-1, last, last + 1))
                continue
            initial, final = self._pair(syllable.base)
            symbols += [initial, f"{final}{syllable.tone}", "#0"]
            last = len(symbols) - 1
            places.append(_Place(last - 2, last - 1, last))
        # The voice has no tail of the final before a silence.
        symbols[-1:] = ["sil", "eos"]
        places[-1] = replace(places[-1], end=places[-1].final)
        return symbols, places

    def _pair(self, base: str) -> tuple[str, str]:
        """Initial and final of a syllable, the nearest that the voice can say."""
        for known in (base, _NEAREST_BASES.get(base, base)):
            if known in self._pairs:
                initial, final = self._pairs[known]
                return initial, final
        for size in (2, 1, 0):
            initial, final = base[:size] or "^", base[size:]
            if initial in self.ids and (initial == "^" or initial in INITIALS):
                while final and final not in FINALS:
                    final = final[:-1]
                if final:
                    return initial, final
        return "^", "e"


class _Network:
    """A LiteRT model that takes inputs of any length."""

    def __init__(self, path: Path) -> None:
        from ai_edge_litert.interpreter import Interpreter

        try:
            self._interpreter: Any = Interpreter(str(path), num_threads=_THREADS)
        except (ValueError, OSError) as error:
            raise AssetError(
                f"The Mandarin voice cannot read {str(path)!r}: {error}.",
                "Get it again with: talker models pull baker",
            ) from error
        self._inputs = {
            entry["name"]: entry["index"] for entry in self._interpreter.get_input_details()
        }
        self._outputs = {
            entry["name"]: entry["index"] for entry in self._interpreter.get_output_details()
        }

    def run(self, **inputs: NDArray[Any]) -> dict[str, NDArray[Any]]:
        for name, value in inputs.items():
            self._interpreter.resize_tensor_input(self._inputs[name], value.shape)
        allocate(self._interpreter)
        for name, value in inputs.items():
            self._interpreter.set_tensor(self._inputs[name], value)
        self._interpreter.invoke()
        return {name: self._interpreter.get_tensor(at) for name, at in self._outputs.items()}


def _read_alphabet(path: Path) -> _Alphabet:
    try:
        return _Alphabet(json.loads(path.read_text("utf-8")))
    except (OSError, ValueError, KeyError) as error:
        raise AssetError(
            f"The Mandarin voice cannot read {str(path)!r}.",
            "Get it again with: talker models pull baker",
        ) from error


def _chunks(tokens: Sequence[Token]) -> list[_Chunk]:
    """Clauses with the pause after each; a clause that never pauses is cut between words."""
    chunks: list[_Chunk] = []
    for clause, pause_s in _syllables_by_clause(tokens):
        while len(clause) > _LONGEST_CHUNK:
            cut = _LONGEST_CHUNK
            while cut > 1 and clause[cut].owner == clause[cut - 1].owner:
                cut -= 1
            cut = cut if cut > 1 else _LONGEST_CHUNK
            chunks.append(_Chunk(clause[:cut], 0.0))
            clause = clause[cut:]
        chunks.append(_Chunk(clause, pause_s))
    return chunks


def _syllables_by_clause(tokens: Sequence[Token]) -> list[tuple[list[Syllable], float]]:
    found = [
        (
            [
                replace(syllable, owner=syllable.owner + clause.first)
                for syllable in syllables(clause.tokens)
            ],
            clause.pause_s,
        )
        for clause in clauses(tokens)
    ]
    return [(spoken, pause_s) for spoken, pause_s in found if spoken]
