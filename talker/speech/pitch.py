"""A shift of pitch that any engine can have: speak slower, play faster."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import numpy as np

from talker.speech.engine import SpeechSettings
from talker.speech.timeline import Speech

SEMITONES_AN_OCTAVE = 12


def at_pitch(settings: SpeechSettings, speak: Callable[[float], Speech]) -> Speech:
    """Speaks at the tempo and the pitch of the settings.

    The engine speaks slower by the ratio of pitches, and its sound is played faster by the same
    ratio, so that the tempo stays and the pitch moves by exactly that ratio. The formants move
    with it, as they do with a larger or smaller speaker.

    Args:
        settings: Tempo and pitch.
        speak: Speaks at a tempo, at the engine's own pitch.
    """
    ratio = 2.0 ** (settings.pitch / SEMITONES_AN_OCTAVE)
    speech = speak(settings.speed / ratio)
    if settings.pitch == 0:
        return speech
    import soxr

    rate = speech.sample_rate
    samples = np.asarray(soxr.resample(speech.samples, rate * ratio, rate), np.float32)
    shrink = len(samples) / max(1, len(speech.samples))
    marks = tuple(
        replace(mark, start_s=mark.start_s * shrink, end_s=mark.end_s * shrink)
        for mark in speech.marks
    )
    return replace(speech, samples=samples, marks=marks)
