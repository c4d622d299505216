"""What turns phones into sound, whichever way PaddleSpeech's models are run."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray


@dataclass(frozen=True, slots=True)
class Utterance:
    """Phones that were spoken.

    Attributes:
        samples: float32, shape (n,), in [-1, 1].
        durations: int64, shape (phones,): frames that each phone takes; their sum is the sound's
            length in frames.
    """

    samples: NDArray[np.float32]
    durations: NDArray[np.int64]


class Synthesizer(ABC):
    """An acoustic model and a vocoder, loaded.

    Attributes:
        sample_rate: Hz.
        device: What it runs on, in words for people.
    """

    sample_rate: int
    device: str

    @abstractmethod
    def speak(
        self,
        phones: Sequence[int],
        tones: Sequence[int] | None,
        speaker: int | None,
        slowness: float,
    ) -> Utterance:
        """Speak a clause.

        Args:
            phones: Numbers of the model's phones.
            tones: Numbers of their tones, for models that take them apart.
            speaker: Number of the speaker, for models that have several.
            slowness: What each phone's length is multiplied with before it is rounded to frames;
                1 over the tempo.

        Raises:
            SpeechError: The model fails on these phones.
        """

    @abstractmethod
    def close(self) -> None:
        """Free what it holds."""
