"""What the generator hears of a speech, frame by frame of a film: silence where nobody speaks."""

from __future__ import annotations

from fractions import Fraction

import numpy as np
from numpy.typing import NDArray

from talker.lips.engine import LipSettings
from talker.lips.gate import SpeechGate
from talker.lips.wav2lip.mel import COLUMNS_PER_S, SILENT, Mel
from talker.speech.timeline import Speech

MEL_LEAD_S = Fraction(1, 25)
"""In training the sound for a frame began one frame of 25 a second before it."""


class GatedMel:
    """Mel windows of a speech for the frames of a film.

    Noise between two phrases is turned down to digital silence, column by column, so that the
    generator closes the mouth.

    Args:
        speech: What is said.
        settings: Frames a second, and when the speech starts in the film.
    """

    def __init__(self, speech: Speech, settings: LipSettings) -> None:
        self._fps = settings.fps
        self._offset_s = Fraction(settings.lead_in_s).limit_denominator(1_000_000) + MEL_LEAD_S
        mel = Mel(speech.samples, speech.sample_rate)
        share = SpeechGate(speech).at(np.arange(len(mel.columns)) / COLUMNS_PER_S)
        gated = SILENT + share[:, None] * (mel.columns - SILENT)
        mel.columns = gated.astype(np.float32)
        self._mel = mel

    def windows(self, numbers: NDArray[np.int_]) -> NDArray[np.float32]:
        """Windows for some frames of the film, float32 in [-4, 4], shape (n, 1, 80, 16)."""
        first, end = int(numbers.min()), int(numbers.max()) + 1
        return self._mel.windows(first, end, self._fps, self._offset_s)[numbers - first]
