"""The pipeline: text to speech, speech to lips, lips to a file; it knows no engine by name."""

from __future__ import annotations

import time
from collections.abc import Generator
from contextlib import closing

import numpy as np

from talker.assets.portraits import Portrait, load_portrait
from talker.casting import cast, check_device
from talker.fetching import fetch_missing
from talker.jobs import FilmResult, SayJob, SoundResult, SpeakJob, SyncJob
from talker.lips.engine import LipEngine, LipSettings, frame_count
from talker.lips.registry import LIP_ENGINES, lip_engine
from talker.media.film_writer import FILM_SUFFIXES, FilmWriter
from talker.media.frames import Picture, Still
from talker.media.sound import SOUND_SUFFIXES, read_sound, write_sound
from talker.media.targets import check_target
from talker.progress import Reporter
from talker.settings import FilmSettings
from talker.side_files import check_side_files, on_film_clock, write_side_files
from talker.sitter import Sitter, first_look, models_for, seat
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
    check_target(job.output, suffixes=FILM_SUFFIXES, overwrite=job.overwrite)
    check_side_files(job.marks, job.srt, overwrite=job.overwrite)
    lips = _lips_for(job.settings)
    casting = cast(job)
    portrait = load_portrait(job.portrait)
    picture = first_look(portrait)
    assets = LIP_ENGINES[lips.name].assets
    fetch_missing([*casting.models, *models_for(portrait), *assets], reporter)
    sitter = seat(portrait, picture, job.settings, reporter)
    speech = casting.speak(reporter)
    tags = film_tags(job.text, job.output.name, [*casting.ingredients, _shown(portrait)])
    frames = _render(job, sitter, speech, lips, tags, reporter)
    write_side_files(_timeline(speech, frames, job.settings), job.marks, job.srt)
    return _result(job, frames, sitter, speech, casting.names, portrait, lips, started_s)


def speak(job: SpeakJob, reporter: Reporter = SILENT) -> SoundResult:
    """Makes a sound file of a voice that says a text; arguments and errors as `say`."""
    started_s = time.monotonic()
    check_target(job.output, suffixes=SOUND_SUFFIXES, overwrite=job.overwrite)
    check_side_files(job.marks, job.srt, overwrite=job.overwrite)
    casting = cast(job)
    check_device(job.settings.device, casting.devices)
    fetch_missing(casting.models, reporter)
    speech = casting.speak(reporter)
    tags = film_tags(job.text, job.output.name, casting.ingredients)
    write_sound(job.output, speech.samples, speech.sample_rate, tags, overwrite=job.overwrite)
    write_side_files(speech, job.marks, job.srt)
    return SoundResult(
        path=job.output,
        length_s=speech.duration_s,
        language=speech.language,
        voice=casting.names,
        taken_s=time.monotonic() - started_s,
    )


def sync(job: SyncJob, reporter: Reporter = SILENT) -> FilmResult:
    """Makes a film of a portrait that says what a sound says; arguments and errors as `say`."""
    started_s = time.monotonic()
    check_target(job.output, suffixes=FILM_SUFFIXES, overwrite=job.overwrite)
    check_side_files(job.marks, None, overwrite=job.overwrite)
    lips = _lips_for(job.settings)
    portrait = load_portrait(job.face)
    picture = first_look(portrait)
    samples = read_sound(job.audio)
    fetch_missing([*models_for(portrait), *LIP_ENGINES[lips.name].assets], reporter)
    sitter = seat(portrait, picture, job.settings, reporter)
    with reporter.stage("Listening", len(samples) / SAMPLE_RATE, "seconds") as advance:
        speech = listen(samples, SAMPLE_RATE, text=job.text, language=job.settings.language)
        advance(speech.duration_s)
    source = Ingredient("Voice", f"the sound of {job.audio.name}")
    tags = film_tags(job.text, job.output.name, [source, _shown(portrait)])
    frames = _render(job, sitter, speech, lips, tags, reporter)
    write_side_files(_timeline(speech, frames, job.settings), job.marks, None)
    return _result(job, frames, sitter, speech, job.audio.name, portrait, lips, started_s)


def _lips_for(settings: FilmSettings) -> LipEngine:
    lips = lip_engine(settings.lips)
    check_device(settings.device, {lips.name: lips.capabilities.devices})
    return lips


def _shown(portrait: Portrait) -> Ingredient:
    return Ingredient("Portrait", portrait.title, portrait.credit, portrait.licence)


def _render(
    job: SayJob | SyncJob,
    sitter: Sitter,
    speech: Speech,
    lips: LipEngine,
    tags: dict[str, str],
    reporter: Reporter,
) -> int:
    """Writes the film, frame by frame; returns how many."""
    settings = job.settings
    lip_settings = LipSettings(
        fps=settings.fps,
        lead_in_s=settings.lead_in_s,
        tail_s=settings.tail_s,
        life=settings.life,
        seed=settings.seed,
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
    count = frame_count(speech, lip_settings)
    with (
        reporter.stage("Rendering", count, "frames") as advance,
        writer as film,
        closing(_pictures(lips, sitter, speech, lip_settings)) as pictures,
    ):
        film.write_sound(np.zeros(round(settings.lead_in_s * speech.sample_rate), np.float32))
        film.write_sound(speech.samples)
        for picture in pictures:
            film.write_picture(picture)
            advance(1)
    return film.frames


def _pictures(
    lips: LipEngine, sitter: Sitter, speech: Speech, settings: LipSettings
) -> Generator[Picture]:
    """The frames of a film; closing it stops the engine."""
    for frame in lips.animate(Still(sitter.picture), [sitter.face], speech, settings):
        yield frame.picture


def _timeline(speech: Speech, frames: int, settings: FilmSettings) -> Speech:
    return on_film_clock(speech, settings.lead_in_s, float(frames / settings.fps))


def _result(
    job: SayJob | SyncJob,
    frames: int,
    sitter: Sitter,
    speech: Speech,
    voice: str,
    portrait: Portrait,
    lips: LipEngine,
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
        language=speech.language,
        voice=voice,
        portrait=portrait.title,
        lips=lips.name,
        device="cpu",
        taken_s=time.monotonic() - started_s,
    )
