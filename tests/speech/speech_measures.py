from __future__ import annotations

import numpy as np

from talker.speech.loudness import peak_envelope
from talker.speech.pitch_track import STEP_S, track_pitch
from talker.speech.registry import EngineSpec
from talker.speech.timeline import Mark, Speech
from talker.text.reading import read_text
from talker.text.sentence import Token

SAMPLES = {
    "baker": ("zh", "zh", "爸爸买了苹果，妈妈看报纸。"),
    "piper": ("en", "en", "Bob put a big map on top of the piano, but mom did not mind."),
    "espeak": ("de", "de", "Der Bäcker backt am Morgen, und Papa kauft das Brot."),
    "paddlespeech": ("mix", "zh", "爸爸买了苹果，妈妈看 Bob 的 map。"),
    "paddlespeech in Paddle": ("mix:paddle", "zh", "爸爸买了苹果，妈妈看 Bob 的 map。"),
}
"""For each engine, and each way of running it, a voice, a language and a sentence with closed lips
in it; an engine that is not listed here fails the contract suite."""

TRAINED = ("baker", "piper", "espeak")
"""Those whose models are here; the others speak noise with models of random weights."""


def sample_tokens(spec: EngineSpec) -> tuple[Token, ...]:
    _, language, text = SAMPLES[spec.name]
    return next(read_text(text, language=language)).tokens


def tokens_of(text: str, language: str) -> tuple[Token, ...]:
    return next(read_text(text, language=language)).tokens


def timeline(speech: Speech) -> list[Mark]:
    """Phones and pauses in order."""
    return [mark for mark in speech.marks if mark.kind in ("phone", "pause")]


def level_db(speech: Speech, mark: Mark) -> float:
    """Mean level of the sound under a mark, in dB of full scale."""
    begin, end = (round(at * speech.sample_rate) for at in (mark.start_s, mark.end_s))
    part = speech.samples[begin : max(end, begin + 1)].astype(np.float64)
    return 10 * np.log10(np.mean(part**2) + 1e-12)


def true_peak(samples: np.ndarray) -> float:
    """Highest magnitude of the sound between its samples."""
    return max(float(peaks.max()) for peaks in peak_envelope(samples))


def median_pitch_hz(speech: Speech) -> float:
    """Median fundamental over what is voiced."""
    found = track_pitch(speech.samples, speech.sample_rate)
    return float(np.median(found[found > 0]))


def brightness_hz(speech: Speech) -> float:
    """Centre of gravity of the spectrum of what is voiced, from 200 Hz to 5 kHz.

    It moves with the formants.
    """
    rate = speech.sample_rate
    is_voiced = np.interp(
        np.arange(len(speech.samples)) / rate / STEP_S,
        np.arange(len(found := track_pitch(speech.samples, rate))),
        found > 0,
    )
    power = np.abs(np.fft.rfft(speech.samples * is_voiced)) ** 2
    hertz = np.fft.rfftfreq(len(speech.samples), 1 / rate)
    band = (hertz > 200) & (hertz < 5000)
    return float((power[band] * hertz[band]).sum() / power[band].sum())
