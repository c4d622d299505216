"""The pipeline: text to speech, speech to lips, lips to a file; it knows no engine by name."""

from __future__ import annotations

import time
from collections.abc import Generator, Iterator
from contextlib import closing
from dataclasses import dataclass, replace
from fractions import Fraction
from itertools import islice

import numpy as np
from numpy.typing import NDArray

from talker.checking import Showing, check_say, check_speak, check_sync
from talker.fetching import fetch_missing
from talker.framing_clips import aimed, framed
from talker.jobs import FaceSpan, FilmResult, SayJob, SoundResult, SpeakJob, SyncJob
from talker.lips.registry import LipChoice
from talker.media.clip import ClipSource
from talker.media.film_writer import FilmWriter
from talker.media.frames import Picture
from talker.media.kept_sound import KeptSound
from talker.media.picture_track import CLIP_CRF, PICTURE_CRF
from talker.media.sound import write_sound
from talker.progress import Reporter
from talker.settings import FilmSettings
from talker.side_files import on_film_clock, write_side_files
from talker.sitter import Sitter
from talker.speech.listening import listen
from talker.speech.timeline import SAMPLE_RATE, Speech
from talker.studio import Studio
from talker.tags import Ingredient, drawn, film_tags, shown
from talker.take import Take, lip_settings, take_of

SILENT = Reporter()

_UNDETERMINED = "und"  # BCP 47
_SECONDS_AHEAD = 2  # of the sound, before the pictures
_MOST_SPANS_TOLD = 6
_REASONS = {
    "lost": "the face cannot be found",
    "turned": "the face is turned away",
    "covered": "the mouth is covered",
    "tiny": "the face is too small to look sharp",
}
_POLICIES = {
    "pass": "the frames stay as they are",
    "hold": "it is held where it was",
    "interpolate": "it is put between where it was and will be",
    "use": "its mouth is replaced all the same",
}


@dataclass(frozen=True, slots=True)
class _Spoken:
    """What a film says.

    Attributes:
        speech: The sound and its marks.
        voice: Who speaks, for a reader.
        engine: The speech engines; empty where the sound was given.
        ingredients: The voices, for the film's tags.
    """

    speech: Speech
    voice: str
    engine: str
    ingredients: list[Ingredient]


def say(job: SayJob, reporter: Reporter = SILENT, studio: Studio | None = None) -> FilmResult:
    """Makes a film of a portrait or a clip that says a text.

    Args:
        job: What is asked for.
        reporter: Told of the stages.
        studio: Of earlier films, to load and to find nothing twice.

    Returns:
        What was made.

    Raises:
        UsageError: A wrong input; told before any work is done.
        AssetError: A model that cannot be had.
        WriteError: A disk that is full or fails; no file is left.
    """
    started_s = time.monotonic()
    studio = studio or Studio()
    casting, showing = check_say(job)
    fetch_missing([*casting.models, *showing.models], reporter)
    showing = replace(showing, lips=studio.lips(showing.lips))
    sitter = _ready(showing, job.settings, studio, reporter)
    speech = studio.speak(casting, reporter)
    spoken = _Spoken(speech, casting.names, casting.engine_names, casting.ingredients)
    return _filmed(job, showing, sitter, spoken, studio, reporter, started_s)


def speak(job: SpeakJob, reporter: Reporter = SILENT) -> SoundResult:
    """Makes a sound file of a voice that says a text; arguments and errors as `say`."""
    started_s = time.monotonic()
    casting = check_speak(job)
    fetch_missing(casting.models, reporter)
    speech, device = casting.speak(reporter)
    tags = film_tags(speech.text, job.output.name, casting.ingredients, kind="speech")
    write_sound(job.output, speech.samples, speech.sample_rate, tags, overwrite=job.overwrite)
    write_side_files(speech, job.marks, job.srt, overwrite=job.overwrite)
    return SoundResult(
        path=job.output,
        length_s=speech.duration_s,
        language=speech.language,
        voice=casting.names,
        engine=casting.engine_names,
        device=device,
        taken_s=time.monotonic() - started_s,
    )


def sync(job: SyncJob, reporter: Reporter = SILENT) -> FilmResult:
    """Makes a film of a portrait or a clip that says what a sound says; the rest as `say`."""
    started_s = time.monotonic()
    studio = Studio()
    samples, showing = check_sync(job)
    fetch_missing(showing.models, reporter)
    sitter = _ready(showing, job.settings, studio, reporter)
    heard = Ingredient("Voice", f"the sound of {job.audio.name}")
    spoken = _Spoken(_heard(job, showing, samples, reporter), job.audio.name, "", [heard])
    return _filmed(job, showing, sitter, spoken, studio, reporter, started_s)


def _ready(
    showing: Showing, settings: FilmSettings, studio: Studio, reporter: Reporter
) -> Sitter | ClipSource:
    """Prepares the lip engine, says what will be used, and frames who is shown."""
    lips = showing.lips
    if lips.reason:
        reporter.note(f"Lips: {lips.reason}")
    lips.engine.prepare(lip_settings(settings, showing.fps, studio.threads))
    if lips.engine.weights is not None:
        reporter.note(f"Lips: {lips.spec.name} draws on {lips.engine.device}.")
        reporter.note(f"Weights {lips.engine.weights}: {lips.licence}.")
    if isinstance(showing.look, ClipSource):
        return framed(showing.portrait, showing.look, settings, reporter)
    return studio.seat(showing.portrait, showing.look, settings, reporter)


def _heard(
    job: SyncJob, showing: Showing, samples: NDArray[np.float32], reporter: Reporter
) -> Speech:
    """The sound with its phones, where anybody asks for them."""
    language = job.settings.language
    if not showing.lips.spec.capabilities.uses_phones and job.marks is None:
        return Speech(samples, SAMPLE_RATE, (), language or _UNDETERMINED, job.text or "")
    with reporter.stage("Listening", len(samples) / SAMPLE_RATE, "seconds") as advance:
        speech = listen(samples, SAMPLE_RATE, text=job.text, language=language)
        advance(speech.duration_s)
    return speech


def _filmed(
    job: SayJob | SyncJob,
    showing: Showing,
    sitter: Sitter | ClipSource,
    spoken: _Spoken,
    studio: Studio,
    reporter: Reporter,
    started_s: float,
) -> FilmResult:
    """Writes the film and what goes beside it."""
    ingredients = [*spoken.ingredients, shown(showing.portrait), *drawn(showing.lips)]
    tags = film_tags(spoken.speech.text or job.text, job.output.name, ingredients)
    settings = aimed(sitter, job.settings)
    with take_of(sitter, spoken.speech, settings, showing.fps, reporter, studio.threads) as take:
        spans = _spans(take, showing.fps)
        _tell(spans, reporter)
        frames = _render(job, showing, take, tags, reporter)
    length_s = float(frames / showing.fps)
    timeline = on_film_clock(take.speech, job.settings.lead_in_s, length_s)
    srt = job.srt if isinstance(job, SayJob) else None
    write_side_files(timeline, job.marks, srt, overwrite=job.overwrite)
    width, height = take.size
    return FilmResult(
        path=job.output,
        length_s=length_s,
        frames=frames,
        fps=showing.fps,
        width=width,
        height=height,
        language=spoken.speech.language,
        voice=spoken.voice,
        engine=spoken.engine,
        portrait=showing.portrait.title,
        lips=showing.lips.spec.name,
        lips_reason=showing.lips.reason,
        weights=showing.lips.engine.weights,
        licence=showing.lips.licence,
        device=showing.lips.engine.device,
        spans=spans,
        taken_s=time.monotonic() - started_s,
    )


def _render(
    job: SayJob | SyncJob,
    showing: Showing,
    take: Take,
    tags: dict[str, str],
    reporter: Reporter,
) -> int:
    """Writes the film frame by frame; returns how many frames it has."""
    writer = FilmWriter(
        job.output,
        size=take.size,
        fps=showing.fps,
        sample_rate=take.speech.sample_rate,
        tags=tags,
        overwrite=job.overwrite,
        crf=CLIP_CRF if isinstance(showing.look, ClipSource) else PICTURE_CRF,
    )
    with (
        reporter.stage("Rendering", take.frames, "frames") as advance,
        writer as film,
        closing(_pictures(showing.lips, take)) as pictures,
    ):
        sound, given = _sound(showing, take, job.settings), 0
        for picture in pictures:
            due = int(film.frames / showing.fps) + _SECONDS_AHEAD
            for samples in islice(sound, due - given):
                film.write_sound(samples)
            given = due
            film.write_picture(picture)
            advance(1)
        for samples in sound:
            film.write_sound(samples)
    return film.frames


def _pictures(lips: LipChoice, take: Take) -> Generator[Picture]:
    """The pictures of a film; closing it stops the engine's threads."""
    for frame in lips.engine.animate(take.source, take.track, take.speech, take.settings):
        yield frame.picture


def _sound(showing: Showing, take: Take, settings: FilmSettings) -> Iterator[NDArray[np.float32]]:
    """The film's sound, second by second: the speech, and a clip's own under it if it is kept."""
    speech, rate = take.speech, take.speech.sample_rate
    lead_in = round(settings.lead_in_s * rate)
    if settings.keep_audio is None or not isinstance(showing.look, ClipSource):
        for start in range(-lead_in, len(speech.samples), rate):
            silence = np.zeros(max(0, min(rate, -start)), np.float32)
            heard = speech.samples[max(0, start) : max(0, start + rate)]
            yield np.concatenate([silence, heard]) if len(silence) else heard
        return
    # Not a sample more than the frames last, which would take one frame more.
    length = int(take.frames / take.settings.fps * rate)
    repeats = settings.fit in ("bounce", "loop")
    with KeptSound(showing.look, rate, settings.keep_audio, repeats=repeats) as kept:
        yield from kept.under(speech.samples, rate, first=lead_in, length=length)


def _spans(take: Take, fps: Fraction) -> tuple[FaceSpan, ...]:
    return tuple(
        FaceSpan(float(span.first / fps), float(span.end / fps), span.reason, span.policy)
        for span in take.spans
    )


def _tell(spans: tuple[FaceSpan, ...], reporter: Reporter) -> None:
    """Warns of where the face of a clip is not as it should be."""
    for span in spans[:_MOST_SPANS_TOLD]:
        reporter.warn(
            f"From {span.start_s:.2f} to {span.end_s:.2f} s {_REASONS[span.reason]}: "
            f"{_POLICIES[span.policy]}."
        )
    rest = spans[_MOST_SPANS_TOLD:]
    if rest:
        length_s = sum(span.end_s - span.start_s for span in rest)
        reporter.warn(
            f"{len(rest)} more such stretches, {length_s:.1f} s together; --json lists them all."
        )
