from __future__ import annotations

import numpy as np

from talker.speech.registry import EngineSpec
from talker.speech.timeline import Mark, Speech
from talker.text.reading import read_text
from talker.text.sentence import Token

SAMPLES = {
    "baker": ("zh", "zh", "爸爸买了苹果，妈妈看报纸。"),
    "piper": ("en", "en", "Bob put a big map on top of the piano, but mom did not mind."),
    "espeak": ("de", "de", "Der Bäcker backt am Morgen, und Papa kauft das Brot."),
}
"""For each engine a voice, a language and a sentence with closed lips in it; an engine that is
not listed here fails the contract suite."""


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


def median_pitch_hz(speech: Speech) -> float:
    """Median fundamental by autocorrelation of 50 ms windows, over voiced windows."""
    rate, found = speech.sample_rate, []
    size = round(0.05 * rate)
    for start in range(0, len(speech.samples) - size, size // 4):
        window = speech.samples[start : start + size].astype(np.float64)
        window -= window.mean()
        if window.std() < 0.1 * speech.samples.std():
            continue
        likeness = np.correlate(window, window, "full")[size - 1 :]
        low, high = round(rate / 500), round(rate / 60)
        lag = low + int(np.argmax(likeness[low:high]))
        if likeness[lag] > 0.5 * likeness[0]:
            found.append(rate / lag)
    return float(np.median(found))
