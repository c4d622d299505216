"""The pipeline: text to speech, speech to lips, lips to a file; it knows no engine by name."""

from __future__ import annotations

import time
from collections.abc import Generator
from contextlib import closing

import numpy as np

from talker.assets.portraits import Portrait
from talker.checking import Showing, check_say, check_speak, check_sync
from talker.fetching import fetch_missing
from talker.jobs import FilmResult, SayJob, SoundResult, SpeakJob, SyncJob
from talker.lips.engine import LipSettings, frame_count
from talker.media.film_writer import FilmWriter
from talker.media.frames import Picture, Still
from talker.media.sound import write_sound
from talker.progress import Reporter
from talker.side_files import on_film_clock, write_side_files
from talker.sitter import Sitter, seat
from talker.speech.listening import listen
from talker.speech.timeline import SAMPLE_RATE, Speech
from talker.tags import Ingredient, film_tags

SILENT = Reporter()


def say(job: SayJob, reporter: Reporter = SILENT) -> FilmResult:
    """Makes a film of a portrait that says a text.

    Args:
        job: What is asked for.
        reporter: Told of the stages.

    Returns:
        What was made.

    Raises:
        UsageError: A wrong input; told before any work is done.
        AssetError: A model that cannot be had.
        WriteError: A disk that is full or fails; no file is left.
    """
    started_s = time.monotonic()
    casting, showing = check_say(job)
    fetch_missing([*casting.models, *showing.models], reporter)
    sitter = seat(showing.portrait, showing.picture, job.settings, reporter)
    speech = casting.speak(reporter)
    tags = film_tags(job.text, job.output.name, [*casting.ingredients, _shown(showing.portrait)])
    frames = _render(job, showing, sitter, speech, tags, reporter)
    write_side_files(_on_clock(speech, frames, job), job.marks, job.srt, overwrite=job.overwrite)
    voice = casting.names, casting.engine_names
    return _result(job, frames, showing, sitter, speech.language, voice, started_s)


def speak(job: SpeakJob, reporter: Reporter = SILENT) -> SoundResult:
    """Makes a sound file of a voice that says a text; arguments and errors as `say`."""
    started_s = time.monotonic()
    casting = check_speak(job)
    fetch_missing(casting.models, reporter)
    speech = casting.speak(reporter)
    tags = film_tags(job.text, job.output.name, casting.ingredients, kind="speech")
    write_sound(job.output, speech.samples, speech.sample_rate, tags, overwrite=job.overwrite)
    write_side_files(speech, job.marks, job.srt, overwrite=job.overwrite)
    return SoundResult(
        path=job.output,
        length_s=speech.duration_s,
        language=speech.language,
        voice=casting.names,
        engine=casting.engine_names,
        device="cpu",
        taken_s=time.monotonic() - started_s,
    )


def sync(job: SyncJob, reporter: Reporter = SILENT) -> FilmResult:
    """Makes a film of a portrait that says what a sound says; arguments and errors as `say`."""
    started_s = time.monotonic()
    samples, showing = check_sync(job)
    fetch_missing(showing.models, reporter)
    sitter = seat(showing.portrait, showing.picture, job.settings, reporter)
    with reporter.stage("Listening", len(samples) / SAMPLE_RATE, "seconds") as advance:
        speech = listen(samples, SAMPLE_RATE, text=job.text, language=job.settings.language)
        advance(speech.duration_s)
    heard = Ingredient("Voice", f"the sound of {job.audio.name}")
    tags = film_tags(job.text, job.output.name, [heard, _shown(showing.portrait)])
    frames = _render(job, showing, sitter, speech, tags, reporter)
    write_side_files(_on_clock(speech, frames, job), job.marks, None, overwrite=job.overwrite)
    voice = job.audio.name, ""
    return _result(job, frames, showing, sitter, speech.language, voice, started_s)


def _render(
    job: SayJob | SyncJob,
    showing: Showing,
    sitter: Sitter,
    speech: Speech,
    tags: dict[str, str],
    reporter: Reporter,
) -> int:
    """Writes the film frame by frame; returns how many frames it has."""
    settings = LipSettings(
        fps=job.settings.fps,
        lead_in_s=job.settings.lead_in_s,
        tail_s=job.settings.tail_s,
        life=job.settings.life,
        seed=job.settings.seed,
    )
    height, width = sitter.picture.shape[:2]
    writer = FilmWriter(
        job.output,
        size=(width, height),
        fps=settings.fps,
        sample_rate=speech.sample_rate,
        tags=tags,
        overwrite=job.overwrite,
    )
    count = frame_count(speech, settings)
    with (
        reporter.stage("Rendering", count, "frames") as advance,
        writer as film,
        closing(_pictures(showing, sitter, speech, settings)) as pictures,
    ):
        film.write_sound(np.zeros(round(settings.lead_in_s * speech.sample_rate), np.float32))
        film.write_sound(speech.samples)
        for picture in pictures:
            film.write_picture(picture)
            advance(1)
    return film.frames


def _pictures(
    showing: Showing, sitter: Sitter, speech: Speech, settings: LipSettings
) -> Generator[Picture]:
    """The pictures of a film; closing it stops the engine's threads."""
    still = Still(sitter.picture)
    for frame in showing.lips.animate(still, [sitter.face], speech, settings):
        yield frame.picture


def _on_clock(speech: Speech, frames: int, job: SayJob | SyncJob) -> Speech:
    settings = job.settings
    return on_film_clock(speech, settings.lead_in_s, float(frames / settings.fps))


def _shown(portrait: Portrait) -> Ingredient:
    return Ingredient("Portrait", portrait.title, portrait.credit, portrait.licence)


def _result(
    job: SayJob | SyncJob,
    frames: int,
    showing: Showing,
    sitter: Sitter,
    language: str,
    voice: tuple[str, str],
    started_s: float,
) -> FilmResult:
    height, width = sitter.picture.shape[:2]
    return FilmResult(
        path=job.output,
        length_s=float(frames / job.settings.fps),
        frames=frames,
        fps=job.settings.fps,
        width=width,
        height=height,
        language=language,
        voice=voice[0],
        engine=voice[1],
        portrait=showing.portrait.title,
        lips=showing.lips.name,
        device=showing.lips.capabilities.devices[0],
        taken_s=time.monotonic() - started_s,
    )
