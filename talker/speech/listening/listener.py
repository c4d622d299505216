"""Phones from a recording: by its text where that is known, else by ear."""

from __future__ import annotations

import logging
import re
from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from talker.extras import LISTEN
from talker.speech.ipa import is_vowel
from talker.speech.listening import recogniser
from talker.speech.listening.acoustics import STEP_S
from talker.speech.listening.alignment import align
from talker.speech.listening.arpabet import to_ipa
from talker.speech.listening.by_ear import phones_by_ear
from talker.speech.listening.gate import speech_spans
from talker.speech.listening.hearing import Recording, loudness_gain, pieces
from talker.speech.listening.openness import (
    adjusted_vowel,
    estimated_openness,
    mean_between,
    relative_f2,
)
from talker.speech.listening.recogniser import AlignmentError, PhoneLoop
from talker.speech.listening.timing import clipped, gaps, spread, tiled
from talker.speech.timeline import Mark, Speech, sorted_marks

_log = logging.getLogger(__name__)

_UNHEARD_MIN_S = 0.06  # a gap of the phone loop within speech that is worth filling by ear
_COVERED_SPEECH, _SOUNDING_WORDS = 0.88, 0.7
"""What words must cover of the speech, and sound of the words; texts that fit, even in noise of
8 dB, were measured at 0.98 and 0.84 or more, wrong texts at 0.04 to 0.85 of the speech."""


def listen(
    samples: NDArray[np.float32],
    sample_rate: int,
    *,
    text: str | None = None,
    language: str | None = None,
) -> Speech:
    """Hears what the mouth does in a recording of speech.

    English text is laid on the sound word by word (pocketsphinx's forced alignment). Without it,
    or where it does not fit the sound, phones come from a phone loop, and the openness of each
    vowel from the sound. Without the `listen` extra, they come from the acoustics alone. A
    warning is logged wherever a lesser way is taken than could be expected.

    Args:
        samples: float32 mono in [-1, 1], shape (n,), of any length and in any language.
        sample_rate: Samples a second.
        text: What is said, where it is known.
        language: BCP 47 language of the sound; None for English where the text is in Latin
            letters, else unknown ("und").

    Returns:
        The same sound with phone (IPA) and pause marks that tile it, and word marks where the
        text was laid on it.
    """
    samples = np.array(samples, np.float32)
    if language is None:
        language = "en" if text and re.search("[A-Za-z]", text) and text.isascii() else "und"
    marks: list[Mark] = []
    if len(samples):
        english = text if language.split("-")[0] == "en" else None
        marks = _Listener(samples, sample_rate).marks(english)
    return Speech(samples, sample_rate, sorted_marks(marks), language, text or "")


class _Listener:
    """What is known of one recording before its phones are."""

    def __init__(self, samples: NDArray[np.float32], sample_rate: int) -> None:
        self._recording = Recording(samples, sample_rate)
        self._acoustics = self._recording.acoustics()
        self._spans = speech_spans(self._acoustics.level_db, self._acoustics.voicing)
        self._spoken = [(start * STEP_S, end * STEP_S) for start, end in self._spans]
        self._openness = estimated_openness(self._acoustics)
        self._f2 = relative_f2(self._acoustics)

    def marks(self, english: str | None) -> list[Mark]:
        """Phones, pauses and words.

        Args:
            english: What is said; None where it is not known.
        """
        words: list[Mark] = []
        if not self._spans:
            phones: list[Mark] = []
        elif not recogniser.is_available():
            _log.warning("Phones come from the acoustics alone; better: %s", LISTEN.command)
            phones = self._by_ear(self._spoken)
        else:
            phones, words = self._aligned(english) if english else ([], [])
            phones = phones or self._by_loop()
        return [*tiled(phones, self._recording.duration_s), *words]

    def _aligned(self, english: str) -> tuple[list[Mark], list[Mark]]:
        """Phones and words of a text; both empty where it does not fit the sound."""
        try:
            phones, words = align(english, self._pieces())
            self._check(phones)
        except AlignmentError as problem:
            _log.warning("The text does not fit the sound (%s); going by the sound alone", problem)
            return [], []
        return phones, words

    def _check(self, phones: list[Mark]) -> None:
        said_s = sum(mark.end_s - mark.start_s for mark in phones)
        heard_s = sum(end_s - start_s for start_s, end_s in self._spoken)
        both_s = sum(mark.end_s - mark.start_s for mark in clipped(phones, self._spoken))
        if both_s < _COVERED_SPEECH * heard_s:
            raise AlignmentError(f"its words cover {both_s / heard_s:.0%} of the speech")
        if both_s < _SOUNDING_WORDS * said_s:
            raise AlignmentError(f"{1 - both_s / said_s:.0%} of its words lie in silence")

    def _by_loop(self) -> list[Mark]:
        """Phones of the phone loop, vowels opened as they sound, what it left out by ear."""
        loop = PhoneLoop()
        phones: list[Mark] = []
        for start_s, sound in self._pieces():
            for heard in loop.phones(sound):
                labels = to_ipa(heard.name)
                phones += spread(labels, start_s + heard.start_s, start_s + heard.end_s)
        phones = clipped(phones, self._spoken)
        opened = [self._opened(mark) for mark in phones]
        unheard = [
            (start_s, end_s)
            for span in self._spoken
            for start_s, end_s in gaps(opened, span)
            if end_s - start_s >= _UNHEARD_MIN_S
        ]
        return [*opened, *self._by_ear(unheard)]

    def _opened(self, mark: Mark) -> Mark:
        """A vowel made as open as it sounds; a consonant stays."""
        if not is_vowel(mark.label):
            return mark
        heard = mean_between(self._openness, mark.start_s / STEP_S, mark.end_s / STEP_S)
        return replace(mark, label=adjusted_vowel(mark.label, heard))

    def _by_ear(self, stretches: list[tuple[float, float]]) -> list[Mark]:
        return [
            mark
            for start_s, end_s in stretches
            for mark in phones_by_ear(
                self._acoustics,
                self._openness,
                self._f2,
                (round(start_s / STEP_S), round(end_s / STEP_S)),
            )
        ]

    def _pieces(self) -> list[tuple[float, NDArray[np.float32]]]:
        gain = loudness_gain(self._acoustics.level_db)
        return [
            (first * STEP_S, gain * self._recording.heard(first, last))
            for first, last in pieces(self._spans, self._acoustics.level_db)
        ]
