"""A job looked at before any work is done: every wrong input is told here, nothing is fetched."""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from talker.assets.portraits import Portrait, load_portrait
from talker.casting import Casting, cast
from talker.errors import UsageError
from talker.jobs import SayJob, SpeakJob, SyncJob
from talker.lips.registry import LipChoice, choose_lips
from talker.media.film_container import FILM_SUFFIXES
from talker.media.sound import SOUND_SUFFIXES, read_sound
from talker.media.targets import check_target
from talker.settings import FilmSettings
from talker.side_files import check_side_files
from talker.sitter import Look, film_fps, first_look, models_for

SHEET_SUFFIXES = (".png",)


@dataclass(frozen=True, slots=True)
class Showing:
    """Who will be shown, and how.

    Attributes:
        portrait: Whose face.
        look: What there is to see.
        fps: Frames a second of the film.
        lips: What will move it, and why.
    """

    portrait: Portrait
    look: Look
    fps: Fraction
    lips: LipChoice

    @property
    def models(self) -> tuple[str, ...]:
        """Entries of the model store that it needs."""
        return (*models_for(self.portrait), *self.lips.spec.assets)


def check_say(job: SayJob) -> tuple[Casting, Showing]:
    """Who speaks and who is shown; raises as `talker.film.say`."""
    check_target(job.output, suffixes=FILM_SUFFIXES, overwrite=job.overwrite)
    check_side_files(job.marks, job.srt, overwrite=job.overwrite)
    showing = _showing(job.portrait, job.settings)
    return cast(job, showing.portrait.voices), showing


def check_speak(job: SpeakJob) -> Casting:
    """Who speaks; raises as `talker.film.speak`."""
    check_target(job.output, suffixes=SOUND_SUFFIXES, overwrite=job.overwrite)
    check_side_files(job.marks, job.srt, overwrite=job.overwrite)
    casting = cast(job)
    devices = {spec.name: spec.capabilities.devices for spec in casting.engines}
    check_device(job.settings.device, devices)
    return casting


def check_sync(job: SyncJob) -> tuple[NDArray[np.float32], Showing]:
    """The sound, as `read_sound` gives it, and who is shown; raises as `talker.film.sync`."""
    check_target(job.output, suffixes=FILM_SUFFIXES, overwrite=job.overwrite)
    check_side_files(job.marks, None, overwrite=job.overwrite)
    showing = _showing(job.face, job.settings)
    return read_sound(job.audio), showing


def check_preview(job: SyncJob) -> tuple[Path, Portrait, Look]:
    """The sheet, and who is on it; raises as `talker.previewing.preview`."""
    is_sheet = job.output.suffix.lower() in SHEET_SUFFIXES
    path = job.output if is_sheet else job.output.with_suffix(".preview.png")
    check_target(path, suffixes=SHEET_SUFFIXES, overwrite=job.overwrite)
    portrait = load_portrait(job.face)
    return path, portrait, first_look(portrait, job.settings)


def _showing(name: str, settings: FilmSettings) -> Showing:
    # A wrong name of an engine is told before a long clip is read.
    lips = choose_lips(settings.lips, weights=settings.weights)
    portrait = load_portrait(name)
    look = first_look(portrait, settings)
    check_device(settings.device, {lips.spec.name: lips.spec.capabilities.devices})
    return Showing(portrait, look, film_fps(look, settings), lips)


def check_device(wanted: str, engines: dict[str, tuple[str, ...]]) -> None:
    """Refuses a GPU that no engine of the job would use."""
    if wanted.startswith("gpu") and not any("gpu" in devices for devices in engines.values()):
        raise UsageError(
            f"The device '{wanted}' is of no use: {', '.join(engines)} run on the CPU only.",
            "Give --device cpu, or leave it out.",
        )
