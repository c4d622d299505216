"""Pitch and size of a speaker, for any engine."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import numpy as np

from talker.speech.engine import SpeechSettings
from talker.speech.timeline import Speech

_SEMITONES_AN_OCTAVE = 12


def at_pitch(settings: SpeechSettings, speak: Callable[[float], Speech]) -> Speech:
    """Speaks at the tempo, the pitch and the timbre of the settings.

    The pitch alone is moved period by period (`talker.speech.psola`). For the timbre, the engine
    speaks slower by a ratio and its sound is played faster by the same, so that the tempo stays
    and everything else is that of a smaller speaker.

    Args:
        settings: Tempo, pitch and timbre.
        speak: Speaks at a tempo, in the engine's own voice.
    """
    size = _ratio(settings.timbre)
    speech = speak(settings.speed / size)
    if settings.pitch:
        from talker.speech.psola import repitched

        samples = repitched(speech.samples, speech.sample_rate, _ratio(settings.pitch))
        speech = replace(speech, samples=samples)
    if settings.timbre:
        speech = _played(speech, size)
    return _below_full_scale(speech) if settings.pitch or settings.timbre else speech


def _played(speech: Speech, faster: float) -> Speech:
    """The sound played faster, at the same sample rate, with its marks."""
    import soxr

    rate = speech.sample_rate
    samples = np.asarray(soxr.resample(speech.samples, rate * faster, rate), np.float32)
    shrink = len(samples) / max(1, len(speech.samples))
    marks = tuple(
        replace(mark, start_s=mark.start_s * shrink, end_s=mark.end_s * shrink)
        for mark in speech.marks
    )
    return replace(speech, samples=samples, marks=marks)


def _below_full_scale(speech: Speech) -> Speech:
    peak = float(np.abs(speech.samples).max(initial=0.0))
    return replace(speech, samples=speech.samples / np.float32(peak)) if peak > 1 else speech


def _ratio(semitones: float) -> float:
    return 2.0 ** (semitones / _SEMITONES_AN_OCTAVE)
