"""The speech of a scene: its utterances spoken, each once, and laid on the scene's clock."""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from fractions import Fraction
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from talker.casting import Casting
from talker.kept_speech import SAMPLE_BYTES, SAMPLES, read_speech
from talker.narration.keeping import Keep, key_of
from talker.progress import Reporter
from talker.script.scenes import Scene, Transition, Utterance
from talker.speech.timeline import SAMPLE_RATE, Mark, Speech, pauses_between, sorted_marks
from talker.studio import Studio

TRANSITION_S: dict[Transition, float] = {"cut": 0.0, "dissolve": 0.6, "fade": 0.6}
"""Seconds of picture before a scene is seen by itself."""

_CUT_AHEAD_S = 0.2
"""The picture cuts to another speaker so long before they are heard."""

_LEAD_S, _TAIL_S = 0.35, 0.45
_CARD_LEAD_S, _CARD_TAIL_S = 0.7, 0.9


def transition_frames(kind: Transition, fps: Fraction) -> int:
    """Frames that a transition takes."""
    return round(TRANSITION_S[kind] * fps)


@dataclass(frozen=True, slots=True)
class Turn:
    """An utterance in its scene.

    Attributes:
        utterance: What is said, and by whom.
        speech: Its timeline, on a clock of its own; its samples are zeros that take no memory.
        file: Its samples, float32 mono at `SAMPLE_RATE`.
        start_s: Seconds on the scene's clock at which it begins.
    """

    utterance: Utterance
    speech: Speech
    file: Path
    start_s: float

    @property
    def end_s(self) -> float:
        """When it ends on the scene's clock."""
        return self.start_s + self.speech.duration_s

    def samples(self, first: int, end: int) -> NDArray[np.float32]:
        """Some of its samples."""
        return np.fromfile(self.file, np.float32, end - first, offset=first * SAMPLE_BYTES)


@dataclass(frozen=True, slots=True)
class Recording:
    """All that is heard in a scene.

    Attributes:
        turns: In order.
        frames: Pictures that the scene takes.
        fps: Pictures a second.
        language: Of the script.
        key: Of what was said and how.
    """

    turns: tuple[Turn, ...]
    frames: int
    fps: Fraction
    language: str
    key: str

    @property
    def length_s(self) -> float:
        """Seconds that the scene takes."""
        return float(self.frames / self.fps)

    def heard(self, speaker: str | None = None, first: int = 0, end: int | None = None) -> Speech:
        """The speech of a stretch of the scene, on that stretch's clock.

        Args:
            speaker: Of whom, the others being silent; None for all.
            first: Frame at which the stretch begins.
            end: Frame before which it ends, which may lie behind the scene; None for the end.

        Returns:
            Speech that takes exactly `end - first` frames.
        """
        end = self.frames if end is None else end
        start_s = float(first / self.fps)
        # Not a sample more than the frames last, which would take one frame more.
        count = int((end - first) / self.fps * SAMPLE_RATE)
        samples = np.zeros(count, np.float32)
        marks: list[Mark] = []
        for turn in self.turns:
            if speaker not in (None, turn.utterance.speaker):
                continue
            at = round((turn.start_s - start_s) * SAMPLE_RATE)
            low, high = max(0, at), min(count, at + len(turn.speech.samples))
            if low >= high:
                continue
            samples[low:high] = turn.samples(low - at, high - at)
            marks += _inside(turn.speech.marks, turn.start_s - start_s, count / SAMPLE_RATE)
        phones = [mark for mark in marks if mark.kind == "phone"]
        marks += pauses_between(phones, count / SAMPLE_RATE)
        said = "\n".join(turn.speech.text for turn in self.turns)
        return Speech(samples, SAMPLE_RATE, sorted_marks(marks), self.language, said)


def cut_s(before: Turn, after: Turn) -> float:
    """When the picture cuts from one speaker to another, on the scene's clock."""
    return max(before.end_s, after.start_s - _CUT_AHEAD_S)


def _inside(marks: Iterable[Mark], by_s: float, length_s: float) -> list[Mark]:
    """Marks moved, without pauses, as far as they lie in a stretch from 0."""
    moved = (
        replace(mark, start_s=max(0.0, mark.start_s + by_s), end_s=min(length_s, mark.end_s + by_s))
        for mark in marks
        if mark.kind != "pause"
    )
    return [mark for mark in moved if mark.end_s >= mark.start_s]


class Recorder:
    """Speaks the utterances of a script, each as often as it is said differently.

    Args:
        castings: Who speaks each utterance, by the scene's number and its place in the scene.
        studio: What programmes have in common: the loaded voices.
        keep: Where speech is kept.
        fps: Frames a second of the programme.
        language: Of the script.
    """

    def __init__(
        self,
        castings: Mapping[tuple[int, int], Casting],
        studio: Studio,
        keep: Keep,
        fps: Fraction,
        language: str,
    ) -> None:
        self._castings = castings
        self._studio = studio
        self._keep = keep
        self._fps = fps
        self._language = language

    def record(self, scene: Scene, reporter: Reporter) -> Recording:
        """Speaks what is said in a scene; errors as `talker.speech.speaking.speak`."""
        folders = [
            self._studio.keep_speech(self._castings[scene.number, place], reporter, self._keep)
            for place in range(len(scene.utterances))
        ]
        turns, length_s = _laid(scene, folders)
        frames = max(1, math.ceil(length_s * self._fps))
        # A folder has the name of what was said and how.
        spoken = [[folder.name for folder in folders], [turn.start_s for turn in turns]]
        key = key_of({"spoken": spoken, "frames": frames})
        return Recording(turns, frames, self._fps, self._language, key)


def _laid(scene: Scene, folders: Sequence[Path]) -> tuple[tuple[Turn, ...], float]:
    """The utterances one after the other, and the seconds that the scene takes."""
    is_card = scene.form == "card"
    at_s = _CARD_LEAD_S if is_card else _LEAD_S
    at_s += TRANSITION_S[scene.transition]
    tail_s = _CARD_TAIL_S if is_card else _TAIL_S
    turns: list[Turn] = []
    pause_s = 0.0
    for utterance, folder in zip(scene.utterances, folders, strict=True):
        turns.append(
            Turn(utterance, read_speech(folder, silent=True), folder / SAMPLES, at_s + pause_s)
        )
        at_s = turns[-1].end_s
        pause_s = utterance.pause_s
    return tuple(turns), max(scene.least_s, at_s + max(tail_s, pause_s))
