"""Captions with times of their own, for tests."""

from collections.abc import Sequence

from talker.speech.cues import Cue, CueWord


def cue_of(*lines: Sequence[str], start_s: float = 0.0, step_s: float = 0.5) -> Cue:
    """A caption whose words follow each other, each as long as the others."""
    made: list[tuple[CueWord, ...]] = []
    time_s = start_s
    for line in lines:
        words: list[CueWord] = []
        for word in line:
            words.append(CueWord(word, time_s, time_s + step_s))
            time_s += step_s
        made.append(tuple(words))
    return Cue(start_s, time_s, tuple(made))
