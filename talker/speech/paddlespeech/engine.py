"""PaddleSpeech's voices as a speech engine."""

from __future__ import annotations

from collections.abc import Sequence
from typing import ClassVar

import numpy as np
from numpy.typing import NDArray

from talker.assets.voices import Voice
from talker.speech.clauses import clauses
from talker.speech.engine import SpeechEngine, SpeechSettings
from talker.speech.engine_capabilities import PADDLESPEECH
from talker.speech.paddlespeech.alphabet import Alphabet
from talker.speech.paddlespeech.models import open_models
from talker.speech.paddlespeech.phones import Phone, phones_of
from talker.speech.paddlespeech.synthesizer import Synthesizer
from talker.speech.pitch import at_pitch
from talker.speech.timeline import Mark, Speech, pauses_between, sorted_marks
from talker.speech.words import word_marks
from talker.text.sentence import Token, written

_LONGEST_CHUNK = 120
"""Phones; the models were trained on sentences of up to about 100."""


class PaddleSpeechEngine(SpeechEngine):
    """A voice of PaddleSpeech.

    Args:
        synthesizer: Its models, loaded.
        alphabet: The phones that they take.
        speaker: Which of their speakers, where they have several.
    """

    name: ClassVar[str] = "paddlespeech"
    capabilities = PADDLESPEECH

    def __init__(
        self, synthesizer: Synthesizer, alphabet: Alphabet, speaker: int | None = None
    ) -> None:
        self._synthesizer = synthesizer
        self._alphabet = alphabet
        self._speaker = speaker

    @classmethod
    def of(cls, voice: Voice, language: str) -> PaddleSpeechEngine:
        """The engine of a voice; see `open_models` for what it raises."""
        return cls(*open_models(voice))

    @property
    def device(self) -> str:
        """What it runs on, in words for people."""
        return self._synthesizer.device

    def synthesize(self, tokens: tuple[Token, ...], settings: SpeechSettings) -> Speech:
        """See `SpeechEngine.synthesize`."""
        return at_pitch(settings, lambda tempo: self._speak(tokens, tempo))

    def _speak(self, tokens: tuple[Token, ...], tempo: float) -> Speech:
        rate = self._synthesizer.sample_rate
        sound: list[NDArray[np.float32]] = []
        marks: list[Mark] = []
        owner: list[int] = []
        at = 0
        for clause in clauses(tokens):
            for chunk in _chunks(phones_of(clause.tokens, self._alphabet)):
                samples, spoken = self._chunk(chunk, at / rate, tempo)
                sound.append(samples)
                at += len(samples)
                marks += [mark for mark, _ in spoken]
                owner += [index + clause.first for _, index in spoken]
            silence = round(clause.pause_s / tempo * rate)
            sound.append(np.zeros(silence, np.float32))
            at += silence
        return Speech(
            samples=np.concatenate(sound) if sound else np.zeros(0, np.float32),
            sample_rate=rate,
            marks=sorted_marks(
                [*marks, *pauses_between(marks, at / rate), *word_marks(tokens, owner, marks)]
            ),
            language=tokens[0].language,
            text=written(tokens),
        )

    def _chunk(
        self, phones: Sequence[Phone], start_s: float, tempo: float
    ) -> tuple[NDArray[np.float32], list[tuple[Mark, int]]]:
        """Samples, and the marks of what is heard in them with the tokens they belong to."""
        tones = None
        if self._alphabet.tones:
            tones = [self._alphabet.tones[phone.tone] for phone in phones]
        utterance = self._synthesizer.speak(
            [self._alphabet.phones[phone.symbol] for phone in phones],
            tones,
            self._speaker,
            1 / tempo,
        )
        frames = int(utterance.durations.sum())
        length_s = len(utterance.samples) / self._synthesizer.sample_rate
        # Ends of the phones; the vocoder gives each frame as many samples as any other.
        ends_s = start_s + np.cumsum(utterance.durations) * (length_s / max(1, frames))
        spoken: list[tuple[Mark, int]] = []
        begin_s = start_s
        for phone, end_s in zip(phones, ends_s.tolist(), strict=True):
            at_s = begin_s
            for label, share in phone.segments if end_s > begin_s else ():
                until_s = at_s + share * (end_s - begin_s)
                spoken.append((Mark("phone", label, at_s, until_s), phone.owner))
                at_s = until_s
            begin_s = end_s
        return utterance.samples, spoken


def _chunks(phones: list[Phone]) -> list[list[Phone]]:
    """A clause in parts that a model can say at once, cut between words."""
    chunks: list[list[Phone]] = []
    while len(phones) > _LONGEST_CHUNK:
        cut = _LONGEST_CHUNK
        while cut > 1 and phones[cut].owner == phones[cut - 1].owner:
            cut -= 1
        cut = cut if cut > 1 else _LONGEST_CHUNK
        chunks.append(phones[:cut])
        phones = phones[cut:]
    return [*chunks, phones] if phones else chunks
