"""Speeches made of phones whose times are known, with a steady noise for a voice."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from talker.speech.timeline import Mark, Speech

RATE = 24_000


def said(*phones: tuple[str, float], before_s: float = 0.3, after_s: float = 0.4) -> Speech:
    """Phones (label and seconds) one after the other, silence around them."""
    marks, at_s = [Mark("pause", "", 0.0, before_s)], before_s
    for label, length_s in phones:
        marks.append(Mark("phone", label, at_s, at_s + length_s))
        at_s += length_s
    marks.append(Mark("pause", "", at_s, at_s + after_s))
    samples = np.zeros(round((at_s + after_s) * RATE), np.float32)
    voiced = slice(round(before_s * RATE), round(at_s * RATE))
    samples[voiced] = 0.1 * np.random.default_rng(0).normal(size=len(samples[voiced]))
    return Speech(samples, RATE, tuple(marks), "en", "")


def evenly(labels: Sequence[str], length_s: float = 0.08, **around: float) -> Speech:
    """Phones of the same length."""
    return said(*((label, length_s) for label in labels), **around)
