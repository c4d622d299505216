"""A storyboard: one picture a scene, drawn without filming it."""

from __future__ import annotations

import time
from pathlib import Path

from talker.fetching import fetch_missing
from talker.media.pictures import write_png
from talker.media.targets import check_target
from talker.narration.filming import scene_picture
from talker.narration.job import NarrateJob, StoryboardResult
from talker.narration.keeping import Keep, kept_home
from talker.narration.parts import speak_scenes
from talker.narration.production import check_narration
from talker.narration.recording import Recording
from talker.narration.seating import Seats
from talker.narration.staging import stage_of
from talker.progress import Reporter
from talker.stage.fonts import FontBook
from talker.studio import Studio

SILENT = Reporter()

_MIDST = 0.6
"""Of the scene's length: when its captions and pictures have come."""


def draw(job: NarrateJob, reporter: Reporter = SILENT) -> StoryboardResult:
    """Draws every scene of a script as it is seen in its midst, with faces at rest.

    Args:
        job: As `talker.narration.narrating.narrate` takes it; the pictures lie beside its output.
        reporter: Told of the stages.

    Raises:
        UsageError: A wrong script, option or target; told before any work is done.
        AssetError: A model that cannot be had.
    """
    started_s = time.monotonic()
    production = check_narration(job)
    paths = [_path(job.output, scene.number) for scene in production.scenes]
    for path in paths:
        check_target(path, suffixes=(".png",), overwrite=job.overwrite)
    fetch_missing(production.models, reporter)
    seats = Seats(production.settings, reporter)
    book = FontBook(production.script.language)
    with Keep(kept_home()) as keep:
        parts = speak_scenes(production, Studio(), keep, reporter)
        with reporter.stage("Drawing", len(parts), "steps") as advance:
            for part, path in zip(parts, paths, strict=True):
                staging = stage_of(production, part, seats, book)
                time_s = _midst_s(part.recording)
                picture = scene_picture(production, staging, part, seats, time_s)
                write_png(path, picture, overwrite=job.overwrite)
                advance(1)
    return StoryboardResult([str(path) for path in paths], time.monotonic() - started_s)


def _midst_s(recording: Recording) -> float:
    """A time at which somebody speaks, in the midst of the scene."""
    wanted_s = _MIDST * recording.length_s
    nearest = min(
        recording.turns,
        key=lambda turn: max(turn.start_s - wanted_s, wanted_s - turn.end_s),
        default=None,
    )
    if nearest is None:
        return wanted_s
    return min(max(wanted_s, nearest.start_s + 0.6 * nearest.speech.duration_s), nearest.end_s)


def _path(output: Path, number: int) -> Path:
    return output.with_name(f"{output.stem}.scene-{number:02}.png")
