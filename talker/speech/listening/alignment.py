"""A known English text laid on the sound that says it."""

from __future__ import annotations

import re
from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from talker.speech.listening.arpabet import to_ipa
from talker.speech.listening.pronunciation import pronunciations
from talker.speech.listening.recogniser import Aligner, AlignmentError, missing_words
from talker.speech.listening.timing import spread
from talker.speech.timeline import Mark
from talker.text.reading import read_text

_WORD = re.compile(r"[a-z]+(?:'[a-z]+)*")


def align(
    text: str, pieces: Sequence[tuple[float, NDArray[np.float32]]]
) -> tuple[list[Mark], list[Mark]]:
    """Phones and words of a text.

    Args:
        text: As written.
        pieces: Start in seconds and sound (float32 mono at 16 kHz) of each piece of the
            recording, cut in pauses.

    Returns:
        Phone marks, and a word mark for each word of the source.

    Raises:
        AlignmentError: The text does not fit the sound.
    """
    sources, spoken = _words(text)
    if not spoken:
        raise AlignmentError("it has no English words")
    words = [word for word, _ in spoken]
    aligner = Aligner(words, pronunciations(missing_words(words)))
    phones: list[Mark] = []
    spans: dict[int, tuple[float, float]] = {}
    for index, (at_s, sound) in enumerate(pieces):
        for heard in aligner.phones(sound, last=index == len(pieces) - 1):
            start_s, end_s = at_s + heard.start_s, at_s + heard.end_s
            phones += spread(to_ipa(heard.name), start_s, end_s)
            if heard.word >= 0:
                source = spoken[heard.word][1]
                spans[source] = (spans.get(source, (start_s, end_s))[0], end_s)
    if not aligner.finished:
        raise AlignmentError("the sound ends before it")
    return phones, [Mark("word", sources[i], *spans[i]) for i in sorted(spans)]


def _words(text: str) -> tuple[list[str], list[tuple[str, int]]]:
    """Words as written, and the words to say, each with the index of the written one."""
    sources: list[str] = []
    spoken: list[tuple[str, int]] = []
    for sentence in read_text(text, language="en"):
        for token in sentence.tokens:
            words = _WORD.findall(token.spoken.lower().replace("’", "'"))
            if token.kind != "word" or not words:
                continue
            spoken += [(word, len(sources)) for word in words]
            sources.append(token.source)
    return sources, spoken
