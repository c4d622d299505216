"""The captions of scenes and of a programme, on their clocks."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from itertools import pairwise

import numpy as np

from talker.narration.parts import Part
from talker.narration.recording import Recording, Turn, cut_s
from talker.speech.cues import Cue, cues, line_cues, moved
from talker.speech.timeline import Speech


def turn_cues(
    recording: Recording,
    *,
    columns: int | None = None,
    by_line: bool = False,
    named: bool = False,
) -> list[tuple[Cue, ...]]:
    """The captions of each turn of a scene, on the scene's clock.

    Args:
        recording: What is said.
        columns: Latin characters that a line has room for.
        by_line: Whether each source line is one caption, as in verse.
        named: Whether they say who speaks.
    """
    found: list[tuple[Cue, ...]] = []
    # What somebody has said goes when the picture cuts to somebody else.
    ends = [
        cut_s(turn, after) if turn.utterance.speaker != after.utterance.speaker else after.start_s
        for turn, after in pairwise(recording.turns)
    ]
    # A silent scene has no turns, and its end follows none.
    for turn, until_s in zip(recording.turns, [*ends, recording.length_s], strict=False):
        speaker = turn.utterance.speaker if named else ""
        speech = _with_silence(turn, until_s)
        made = (
            line_cues(speech, speaker=speaker)
            if by_line
            else cues(speech, speaker=speaker, columns=columns)
        )
        found.append(moved(made, turn.start_s))
    return found


def programme_cues(parts: Iterable[Part]) -> tuple[Cue, ...]:
    """The captions of a programme, on its clock, those of scenes that show none among them."""
    found: list[Cue] = []
    for part in parts:
        for made in turn_cues(part.recording):
            found += moved(made, part.start_s)
    shortened = [
        replace(cue, end_s=min(cue.end_s, after.start_s)) for cue, after in pairwise(found)
    ]
    return (*shortened, *found[-1:])


def _with_silence(turn: Turn, until_s: float) -> Speech:
    """What is said in a turn, with the silence behind it, in which it can be read; no sound."""
    speech = turn.speech
    count = max(len(speech.samples), round((until_s - turn.start_s) * speech.sample_rate))
    nothing = np.broadcast_to(np.float32(0), count)
    return Speech(nothing, speech.sample_rate, speech.marks, speech.language, speech.text)
