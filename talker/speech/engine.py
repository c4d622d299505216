"""The contract every speech engine keeps."""

from __future__ import annotations

from abc import ABC, abstractmethod
from dataclasses import dataclass
from typing import ClassVar

from talker.speech.timeline import Speech
from talker.text.sentence import Token


@dataclass(frozen=True, slots=True)
class SpeechSettings:
    """How to speak, the same for every engine.

    Attributes:
        speed: Tempo against the voice's own, in [0.5, 2]; 1.2 is a fifth faster.
        pitch: Semitones against the voice's own, in [-12, 12], the formants kept; engines whose
            capabilities say so only.
        timbre: Semitones by which formants and pitch are moved together, in [-6, 6]: below 0 for
            a larger speaker, above for a smaller one; engines that can change the pitch only.
        seed: Of everything random; the same seed gives the same sound.
    """

    speed: float = 1.0
    pitch: float = 0.0
    timbre: float = 0.0
    seed: int = 0


@dataclass(frozen=True, slots=True)
class SpeechCapabilities:
    """What an engine can do, known without loading it.

    Attributes:
        languages: BCP 47 languages it speaks.
        pitch: Whether it can shift the pitch and the timbre.
        devices: "cpu", "gpu" or both.
    """

    languages: frozenset[str]
    pitch: bool = False
    devices: tuple[str, ...] = ("cpu",)


class SpeechEngine(ABC):
    """Turns the tokens of one sentence into sound with a timeline."""

    name: ClassVar[str]
    capabilities: SpeechCapabilities

    @property
    def device(self) -> str:
        """What it runs on, in words for people."""
        return "cpu"

    @abstractmethod
    def synthesize(self, tokens: tuple[Token, ...], settings: SpeechSettings) -> Speech:
        """Speak one sentence, or the part of it that is in one language.

        Args:
            tokens: In one language that `capabilities.languages` holds.
            settings: How to speak.

        Returns:
            The engine's own sample rate and level. Phone marks (IPA) follow each other without
            gaps from 0 to the end of the sound, silence as "pause" marks; one word mark a word
            token, with the token's `source` as its label.

        Raises:
            LanguageError: Tokens that the voice cannot speak.
        """
