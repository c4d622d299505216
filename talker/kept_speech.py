"""Speech kept in folders, by what was said and how."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np

from talker.casting import Casting
from talker.narration.keeping import key_of
from talker.speech.export import marks_json
from talker.speech.timeline import SAMPLE_RATE, Mark, Speech

SAMPLES = "speech.f32"
"""File of the samples, float32 mono at `SAMPLE_RATE` in the machine's byte order."""

SAMPLE_BYTES = 4

_MARKS = "speech.json"


def speech_key(casting: Casting) -> str:
    """The key of what a casting says."""
    settings = casting.settings
    return key_of(
        {
            "text": casting.text,
            "language": casting.language,
            "voices": [voice.model_dump(mode="json") for voice in casting.voices],
            "lexicon": repr(casting.lexicon and casting.lexicon.entries),
            "speed": settings.speed,
            "pitch": settings.pitch,
            "seed": settings.seed,
        }
    )


def write_speech(folder: Path, speech: Speech) -> None:
    """Writes a speech into a folder that exists."""
    (folder / SAMPLES).write_bytes(speech.samples.tobytes())
    told = {**marks_json(speech), "language": speech.language, "text": speech.text}
    (folder / _MARKS).write_text(json.dumps(told, ensure_ascii=False), "utf-8")


def read_speech(folder: Path, *, silent: bool = False) -> Speech:
    """Reads a speech that was written.

    Args:
        folder: Where.
        silent: Whether its samples are left in their file; there are zeros instead, which take
            no memory.

    Raises:
        OSError: It is not there.
        ValueError: It is broken.
    """
    told = json.loads((folder / _MARKS).read_text("utf-8"))
    if silent:
        count = (folder / SAMPLES).stat().st_size // SAMPLE_BYTES
        samples = np.broadcast_to(np.float32(0), count)
    else:
        samples = np.frombuffer((folder / SAMPLES).read_bytes(), np.float32)
    marks = tuple(Mark(**row) for row in told["marks"])
    return Speech(samples, SAMPLE_RATE, marks, told["language"], told["text"])
