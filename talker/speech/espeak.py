"""Every language of espeak-ng, by rule: small, quick, plain in sound."""

from __future__ import annotations

from dataclasses import replace
from typing import ClassVar

from talker.speech.closures import with_closures
from talker.speech.engine import SpeechEngine, SpeechSettings
from talker.speech.engine_capabilities import ESPEAK
from talker.speech.espeak_library import EspeakPhone, espeak_library
from talker.speech.espeak_mnemonics import mnemonics
from talker.speech.ipa import segments
from talker.speech.pitch import at_pitch
from talker.speech.timeline import Mark, Speech, sorted_marks
from talker.speech.words import owners, spell, word_marks
from talker.text.sentence import Token, written

_SHORTEST_PAUSE_S = 0.06
"""A nameless phone shorter than this is a hiatus between vowels, no silence."""


class EspeakEngine(SpeechEngine):
    """espeak-ng with the voice of one language.

    Args:
        language: BCP 47 language, or the name of an espeak-ng voice such as "en-gb-scotland".
    """

    name: ClassVar[str] = "espeak"
    capabilities = ESPEAK

    def __init__(self, language: str) -> None:
        self._language = language
        self._library = espeak_library()

    def synthesize(self, tokens: tuple[Token, ...], settings: SpeechSettings) -> Speech:
        """See `SpeechEngine.synthesize`."""
        return at_pitch(settings, lambda tempo: self._speak(tokens, tempo))

    def _speak(self, tokens: tuple[Token, ...], tempo: float) -> Speech:
        spelling = spell(tokens, [_spoken(token) for token in tokens])
        spoken = self._library.speak(spelling.text, self._language, speed=tempo, afresh=True)
        rate = self._library.sample_rate
        phones: list[Mark] = []
        starts: list[int] = []
        pauses: list[Mark] = []
        for phone in _without_hiatus(spoken.phones, rate):
            parts = segments(phone.label)
            if not parts:
                pauses.append(Mark("pause", "", phone.start / rate, phone.end / rate))
            at = float(phone.start)
            for label, share in parts:
                end = at + share * (phone.end - phone.start)
                phones.append(Mark("phone", label, at / rate, end / rate))
                starts.append(phone.word_at)
                at = end
        owner = owners(tokens, spelling.spans, starts)
        phones, pauses = with_closures(spoken.samples, rate, phones, pauses)
        words = word_marks(tokens, owner, phones)
        return Speech(
            samples=spoken.samples,
            sample_rate=rate,
            marks=sorted_marks([*phones, *pauses, *words]),
            language=tokens[0].language,
            text=written(tokens),
        )


def _spoken(token: Token) -> str:
    if token.pronunciation is None:
        return token.spoken
    return f"[[{mnemonics(token.pronunciation)}]]"


def _without_hiatus(phones: tuple[EspeakPhone, ...], rate: int) -> list[EspeakPhone]:
    """Phones with what is neither a sound nor a pause given to the sound before it."""
    kept: list[EspeakPhone] = []
    for index, phone in enumerate(phones):
        nameless = not segments(phone.label)
        last = index == len(phones) - 1
        short = phone.end - phone.start < _SHORTEST_PAUSE_S * rate
        # A name that is no segment ("ʲ") colours the sound before it.
        if nameless and kept and not last and (short or phone.label):
            kept[-1] = replace(kept[-1], end=phone.end)
        else:
            kept.append(phone)
    return kept
