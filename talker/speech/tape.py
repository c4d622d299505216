"""The sound of a text in the making, with its marks on one clock."""

from __future__ import annotations

import re
from array import array
from collections.abc import Iterable
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from talker.speech.levelling import faded, finish, levelled
from talker.speech.timeline import SAMPLE_RATE, Mark, Speech, sorted_marks
from talker.text.splitting import without_tags

_LEAD_S, _TAIL_S = 0.03, 0.06
"""What is kept of a voice's own silence before and after a run of speech."""
_FADE_S = 0.008
_SPACES = re.compile(r"[ \t]{2,}")


class Tape:
    """The sound so far, with its marks.

    Args:
        text: The text that is spoken; lines are named by their part of it.
    """

    def __init__(self, text: str) -> None:
        self._text = text
        self._read = 0
        # One block that grows in place: pieces would hold a long text twice when they are joined.
        self._sound = array("f")
        self._marks: list[Mark] = []
        self._lines: dict[int, _Line] = {}
        self.inner_pause_s = 0.0
        """Silence that is due before the next run of the same sentence."""

    @property
    def length(self) -> int:
        """Samples so far."""
        return len(self._sound)

    def add(self, speech: Speech, volume_db: float = 0.0) -> None:
        """Lays a run of speech on the tape, at the common rate and level.

        Args:
            speech: As its engine gave it.
            volume_db: How much louder than the common level it is to be.
        """
        speech = _trimmed(_at_rate(speech))
        samples = faded(levelled(speech.samples, SAMPLE_RATE), SAMPLE_RATE, _FADE_S)
        if volume_db:
            samples = samples * np.float32(10 ** (volume_db / 20))
        self.silence(self.inner_pause_s)
        at_s = self.length / SAMPLE_RATE
        self._marks += [
            replace(mark, start_s=at_s + mark.start_s, end_s=at_s + mark.end_s)
            for mark in speech.marks
        ]
        self._lay(samples)

    def silence(self, length_s: float) -> None:
        """Adds a pause."""
        self.inner_pause_s = 0.0
        count = round(length_s * SAMPLE_RATE)
        if count:
            start = self.length
            self._lay(np.zeros(count, np.float32))
            self._marks.append(Mark("pause", "", start / SAMPLE_RATE, self.length / SAMPLE_RATE))

    def line(self, number: int, source: str, begin: int) -> None:
        """Notes that a sentence of a source line was spoken.

        Args:
            number: Index of the line.
            source: The sentence as it stands in the text.
            begin: Length of the tape before the sentence.
        """
        self.inner_pause_s = 0.0
        found = self._text.find(source, self._read)
        if found >= 0:
            self._read = found + len(source)
        if self.length == begin:
            return
        line = self._lines.get(number)
        if line is None:
            self._lines[number] = _Line(source, found, begin, self.length)
            return
        if found >= 0 and line.found >= 0:
            label = _SPACES.sub(" ", without_tags(self._text[line.found : self._read]))
        else:
            label = f"{line.label} {source}"
        self._lines[number] = replace(line, label=label, end=self.length)

    def speech(self, language: str, text: str) -> Speech:
        """Everything on the tape, at the target loudness; the tape is empty afterwards."""
        samples = np.frombuffer(self._sound, np.float32)
        self._sound = array("f")
        finish(samples, SAMPLE_RATE)
        marks = _joined(self._marks)
        marks += [
            Mark("line", line.label, line.begin / SAMPLE_RATE, line.end / SAMPLE_RATE)
            for line in self._lines.values()
        ]
        length_s = len(samples) / SAMPLE_RATE
        inside = (replace(mark, end_s=min(mark.end_s, length_s)) for mark in marks)
        return Speech(samples, SAMPLE_RATE, sorted_marks(inside), language, text)

    def _lay(self, samples: NDArray[np.float32]) -> None:
        self._sound.frombytes(samples.tobytes())


@dataclass(frozen=True, slots=True)
class _Line:
    """A source line on the tape: its text, where that begins, its first and last sample."""

    label: str
    found: int
    begin: int
    end: int


def _joined(marks: Iterable[Mark]) -> list[Mark]:
    """Marks in order, with pauses that touch made one and phones that touch to the last bit."""
    result: list[Mark] = []
    tail = -1
    for mark in marks:
        if mark.kind in ("phone", "pause"):
            before = result[tail] if tail >= 0 else None
            if before is not None and before.kind == "pause" == mark.kind:
                result[tail] = replace(before, end_s=mark.end_s)
                continue
            if before is not None:
                mark = replace(mark, start_s=before.end_s)
            tail = len(result)
        result.append(mark)
    return result


def _at_rate(speech: Speech) -> Speech:
    if speech.sample_rate == SAMPLE_RATE:
        return speech
    import soxr

    samples = soxr.resample(speech.samples, speech.sample_rate, SAMPLE_RATE)
    return replace(
        speech, samples=np.ascontiguousarray(samples, np.float32), sample_rate=SAMPLE_RATE
    )


def _trimmed(speech: Speech) -> Speech:
    """The speech with but a little of the silence at its ends, its marks moved along."""
    phones = speech.of_kind("phone")
    if not phones:
        return speech
    first = max(0, round((phones[0].start_s - _LEAD_S) * SAMPLE_RATE))
    last = min(len(speech.samples), round((phones[-1].end_s + _TAIL_S) * SAMPLE_RATE))
    length_s = (last - first) / SAMPLE_RATE
    marks: list[Mark] = []
    for mark in speech.marks:
        start_s = min(max(mark.start_s - first / SAMPLE_RATE, 0.0), length_s)
        end_s = min(max(mark.end_s - first / SAMPLE_RATE, 0.0), length_s)
        if end_s > start_s or mark.kind == "word":
            marks.append(replace(mark, start_s=start_s, end_s=end_s))
    return replace(speech, samples=speech.samples[first:last].copy(), marks=tuple(marks))
