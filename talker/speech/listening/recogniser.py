"""pocketsphinx with its own English models: phones of a piece of sound, with or without text."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from talker.errors import MissingExtraError
from talker.extras import LISTEN
from talker.speech.listening.acoustics import LISTENING_RATE

_FRAMES_A_SECOND = 100
_LATE_S = 0.015
"""A frame starts before the 25.6 ms of sound that it describes; marks go to its middle."""

_LOOP_BEAM = 1e-10
_ALIGNMENT_BEAM = 1e-80  # a known text is worth looking for, even in noise
_LOOP_LANGUAGE_WEIGHT = 1.0  # the phone model is of English; the ear counts for more than the rule


@dataclass(frozen=True, slots=True)
class HeardPhone:
    """A phone of the recogniser.

    Attributes:
        name: ARPABET, or "SIL" and the like.
        start_s: Seconds from the start of the piece.
        end_s: Seconds from the start of the piece.
        word: Index of its word in the text, -1 where there is none.
    """

    name: str
    start_s: float
    end_s: float
    word: int = -1


class AlignmentError(Exception):
    """The words cannot be laid on the sound; never leaves this package."""


def is_available() -> bool:
    """Whether the `listen` extra is installed."""
    try:
        _pocketsphinx()
    except MissingExtraError:
        return False
    return True


class PhoneLoop:
    """Phones in any order, as the sound suggests."""

    def __init__(self) -> None:
        sphinx = _pocketsphinx()
        model = Path(sphinx.get_model_path()) / "en-us" / "en-us-phone.lm.bin"
        self._decoder = sphinx.Decoder(
            loglevel="FATAL",
            lm=None,
            dict=None,
            allphone=str(model),
            allphone_ci=False,
            lw=_LOOP_LANGUAGE_WEIGHT,
            beam=_LOOP_BEAM,
            pbeam=_LOOP_BEAM,
        )

    def phones(self, sound: NDArray[np.float32]) -> list[HeardPhone]:
        """Phones of a piece of sound.

        Args:
            sound: float32 mono at 16 kHz, shape (n,).
        """
        _decode(self._decoder, sound)
        return [
            HeardPhone(
                segment.word,
                segment.start_frame / _FRAMES_A_SECOND + _LATE_S,
                (segment.end_frame + 1) / _FRAMES_A_SECOND + _LATE_S,
            )
            for segment in self._decoder.seg() or ()
        ]


class Aligner:
    """Lays known words on sound, piece after piece.

    Args:
        words: Lower-case English words in the order they are said.
        pronunciations: ARPABET phones of the words that the dictionary lacks.
    """

    def __init__(self, words: Sequence[str], pronunciations: Mapping[str, Sequence[str]]) -> None:
        sphinx = _pocketsphinx()
        self._words = list(words)
        self._next = 0
        self._decoder = sphinx.Decoder(
            loglevel="FATAL",
            lm=None,
            bestpath=False,
            beam=_ALIGNMENT_BEAM,
            pbeam=_ALIGNMENT_BEAM,
            wbeam=_ALIGNMENT_BEAM,
        )
        for word, phones in pronunciations.items():
            self._decoder.add_word(word, " ".join(phones), False)

    @property
    def finished(self) -> bool:
        """Whether every word has been heard."""
        return self._next == len(self._words)

    def phones(self, sound: NDArray[np.float32], *, last: bool) -> list[HeardPhone]:
        """Phones of the next piece.

        Args:
            sound: float32 mono at 16 kHz, shape (n,).
            last: Whether all words that are left are in it.

        Raises:
            AlignmentError: The sound does not say the words.
        """
        left = self._words[self._next :]
        count = len(left) if last else self._count_heard(sound, left)
        if count == 0:
            return []
        decoder = self._decoder
        try:
            decoder.set_align_text(" ".join(left[:count]))
            _decode(decoder, sound)
            decoder.set_alignment()
            _decode(decoder, sound)
            aligned = decoder.get_alignment()
        except RuntimeError as error:
            raise AlignmentError(str(error)) from error
        if aligned is None:
            raise AlignmentError("no path through the words")
        phones: list[HeardPhone] = []
        index = self._next - 1
        for word in aligned:
            spoken = not word.name.startswith(("<", "+", "["))
            index += spoken
            phones += [
                HeardPhone(
                    phone.name,
                    phone.start / _FRAMES_A_SECOND + _LATE_S,
                    (phone.start + phone.duration) / _FRAMES_A_SECOND + _LATE_S,
                    index if spoken else -1,
                )
                for phone in word
            ]
        self._next += count
        return phones

    def _count_heard(self, sound: NDArray[np.float32], words: Sequence[str]) -> int:
        """How many of the words the piece says: the best path through a grammar of beginnings."""
        fastest_words_a_second = 6
        likely = words[: int(len(sound) / LISTENING_RATE * fastest_words_a_second) + 4]
        end = len(likely) + 1
        steps: list[tuple[Any, ...]] = []
        for index, word in enumerate(likely):
            steps += [(index, index + 1, 1.0, word), (index, end, 0.5)]
        steps.append((len(likely), end, 0.5))
        try:
            grammar = self._decoder.create_fsg("beginnings", 0, end, steps)
            self._decoder.add_fsg("beginnings", grammar)
            self._decoder.activate_search("beginnings")
            _decode(self._decoder, sound)
        except RuntimeError as error:
            raise AlignmentError(str(error)) from error
        heard = [s.word for s in self._decoder.seg() or () if s.word[0] not in "<+[("]
        return len(heard)


def missing_words(words: Sequence[str]) -> list[str]:
    """The words, each once, that pocketsphinx's dictionary does not have."""
    known = _dictionary()
    return [word for word in dict.fromkeys(words) if word not in known]


def _dictionary() -> frozenset[str]:
    path = Path(_pocketsphinx().get_model_path()) / "en-us" / "cmudict-en-us.dict"
    with path.open(encoding="utf-8") as lines:
        return frozenset(line.split(maxsplit=1)[0] for line in lines if line.strip())


def _decode(decoder: Any, sound: NDArray[np.float32]) -> None:
    decoder.start_utt()
    decoder.process_raw((np.clip(sound, -1, 1) * 32767).astype("<i2").tobytes(), full_utt=True)
    decoder.end_utt()


def _pocketsphinx() -> Any:
    try:
        import pocketsphinx
    except ImportError:
        raise LISTEN.missing("Hearing phones in a sound") from None
    return pocketsphinx
