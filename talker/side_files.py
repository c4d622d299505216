"""What is written beside a film or a sound: its timeline as JSON and as subtitles."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np

from talker.media.targets import check_target, replacing, writing
from talker.speech.cues import cues
from talker.speech.export import marks_json
from talker.speech.subtitles import WRITERS
from talker.speech.timeline import Mark, Speech, sorted_marks

MARKS_SUFFIXES = (".json",)
SUBTITLE_SUFFIXES = tuple(WRITERS)


def check_side_files(marks: Path | None, subtitles: Path | None, *, overwrite: bool) -> None:
    """Finds out before any work is done whether they could be written; raises as `check_target`."""
    if marks is not None:
        check_target(marks, suffixes=MARKS_SUFFIXES, overwrite=overwrite)
    if subtitles is not None:
        check_target(subtitles, suffixes=SUBTITLE_SUFFIXES, overwrite=overwrite)


def write_side_files(
    speech: Speech, marks: Path | None, subtitles: Path | None, *, overwrite: bool
) -> None:
    """Writes the timeline of a speech, each file whole or not at all.

    Raises:
        UsageError: A file came to be there meanwhile, and may not be replaced.
        WriteError: The disk is full or fails.
    """
    if marks is not None:
        content = json.dumps(marks_json(speech), ensure_ascii=False, indent=1)
        write_text(marks, content + "\n", overwrite=overwrite)
    if subtitles is not None:
        write = WRITERS[subtitles.suffix.lower()]
        write_text(subtitles, write(cues(speech)), overwrite=overwrite)


def on_film_clock(speech: Speech, lead_in_s: float, length_s: float) -> Speech:
    """The timeline of a speech as the film has it: silence before and after, no sound.

    Args:
        speech: What is said.
        lead_in_s: Seconds of the film before it starts.
        length_s: Seconds of the whole film.

    Returns:
        Marks moved by the lead-in, with pauses from 0 to the end of the film. The samples are
        zeros that take no memory; only their number counts.
    """
    end_s = lead_in_s + speech.duration_s
    moved = [
        Mark(mark.kind, mark.label, mark.start_s + lead_in_s, mark.end_s + lead_in_s)
        for mark in speech.marks
    ]
    silences = ((0.0, lead_in_s), (end_s, length_s))
    moved += [Mark("pause", "", start, end) for start, end in silences if end > start]
    nothing = np.broadcast_to(np.float32(0), round(length_s * speech.sample_rate))
    return Speech(nothing, speech.sample_rate, sorted_marks(moved), speech.language, speech.text)


def write_text(path: Path, content: str, *, overwrite: bool) -> None:
    """Writes a text beside a film, whole or not at all; errors as `write_side_files`."""
    with replacing(path, overwrite=overwrite) as part, writing(path):
        part.write_text(content, encoding="utf-8", newline="\n")
