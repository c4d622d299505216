"""Text in, narrated talking-head video out.

    job = talker.SayJob("Good evening.", Path("evening.mp4"), voice="en")
    result = talker.say(job)

Everything that raises for a reason the caller can mend raises a `TalkerError`.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from talker.batch.job import BatchJob, BatchResult
    from talker.batch.running import run_batch
    from talker.errors import TalkerError
    from talker.film import say, speak, sync
    from talker.jobs import (
        FaceSpan,
        FilmResult,
        PreviewResult,
        SayJob,
        SoundResult,
        SpeakJob,
        SyncJob,
    )
    from talker.narration.job import NarrateJob, NarrateResult
    from talker.narration.narrating import narrate
    from talker.previewing import preview
    from talker.progress import Reporter
    from talker.settings import FilmSettings, film_settings

__version__ = "0.1.0"

__all__ = [
    "BatchJob",
    "BatchResult",
    "FaceSpan",
    "FilmResult",
    "FilmSettings",
    "NarrateJob",
    "NarrateResult",
    "PreviewResult",
    "Reporter",
    "SayJob",
    "SoundResult",
    "SpeakJob",
    "SyncJob",
    "TalkerError",
    "film_settings",
    "narrate",
    "preview",
    "run_batch",
    "say",
    "speak",
    "sync",
]

_HOMES = {
    "BatchJob": "batch.job",
    "BatchResult": "batch.job",
    "FaceSpan": "jobs",
    "FilmResult": "jobs",
    "FilmSettings": "settings",
    "NarrateJob": "narration.job",
    "NarrateResult": "narration.job",
    "PreviewResult": "jobs",
    "Reporter": "progress",
    "SayJob": "jobs",
    "SoundResult": "jobs",
    "SpeakJob": "jobs",
    "SyncJob": "jobs",
    "TalkerError": "errors",
    "film_settings": "settings",
    "narrate": "narration.narrating",
    "preview": "previewing",
    "run_batch": "batch.running",
    "say": "film",
    "speak": "film",
    "sync": "film",
}


def __getattr__(name: str) -> Any:
    """Loads the public names when they are first used: importing talker loads no engine."""
    if name not in _HOMES:
        raise AttributeError(f"module 'talker' has no attribute {name!r}")
    return getattr(import_module(f"talker.{_HOMES[name]}"), name)
