"""The pipeline: text to speech, speech to lips, lips to a file; it knows no engine by name."""

from __future__ import annotations

import time
from collections.abc import Generator, Iterator
from contextlib import AbstractContextManager, closing
from dataclasses import dataclass
from fractions import Fraction

import numpy as np
from numpy.typing import NDArray

from talker.assets.portraits import Portrait
from talker.checking import Showing, check_say, check_speak, check_sync
from talker.fetching import fetch_missing
from talker.jobs import FaceSpan, FilmResult, SayJob, SoundResult, SpeakJob, SyncJob
from talker.lips.registry import LipChoice
from talker.media.film_writer import CLIP_CRF, PICTURE_CRF, FilmWriter
from talker.media.frames import Picture
from talker.media.kept_sound import KeptSound
from talker.media.sound import write_sound
from talker.progress import Reporter
from talker.settings import FilmSettings
from talker.side_files import on_film_clock, write_side_files
from talker.sitter import ClipSitter, Sitter, seated
from talker.speech.listening import listen
from talker.speech.timeline import SAMPLE_RATE, Speech
from talker.tags import Ingredient, film_tags
from talker.take import Take, lip_settings, take_of

SILENT = Reporter()

_SOUND_BLOCK_S = 10
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


def say(job: SayJob, reporter: Reporter = SILENT) -> FilmResult:
    """Makes a film of a portrait or a clip that says a text.

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
    with _ready(showing, job.settings, reporter) as sitter:
        speech = casting.speak(reporter)
        spoken = _Spoken(speech, casting.names, casting.engine_names, casting.ingredients)
        return _filmed(job, showing, sitter, spoken, reporter, started_s)


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
    """Makes a film of a portrait or a clip that says what a sound says; the rest as `say`."""
    started_s = time.monotonic()
    samples, showing = check_sync(job)
    fetch_missing(showing.models, reporter)
    with _ready(showing, job.settings, reporter) as sitter:
        with reporter.stage("Listening", len(samples) / SAMPLE_RATE, "seconds") as advance:
            speech = listen(samples, SAMPLE_RATE, text=job.text, language=job.settings.language)
            advance(speech.duration_s)
        heard = Ingredient("Voice", f"the sound of {job.audio.name}")
        spoken = _Spoken(speech, job.audio.name, "", [heard])
        return _filmed(job, showing, sitter, spoken, reporter, started_s)


def _ready(
    showing: Showing, settings: FilmSettings, reporter: Reporter
) -> AbstractContextManager[Sitter | ClipSitter]:
    """Prepares the lip engine, says what will be used, and finds the face."""
    lips = showing.lips
    if lips.reason:
        reporter.note(f"Lips: {lips.reason}")
    lips.engine.prepare(lip_settings(settings, showing.fps))
    if lips.engine.weights is not None:
        reporter.note(f"Lips: {lips.spec.name} draws on {lips.engine.device}.")
        reporter.note(f"Weights {lips.engine.weights}: {lips.licence}.")
    return seated(showing.portrait, showing.look, settings, reporter)


def _filmed(
    job: SayJob | SyncJob,
    showing: Showing,
    sitter: Sitter | ClipSitter,
    spoken: _Spoken,
    reporter: Reporter,
    started_s: float,
) -> FilmResult:
    """Writes the film and what goes beside it."""
    take = take_of(sitter, spoken.speech, job.settings, showing.fps)
    spans = _spans(take, showing.fps)
    _tell(spans, reporter)
    ingredients = [*spoken.ingredients, _shown(showing.portrait), *_drawn(showing.lips)]
    tags = film_tags(job.text, job.output.name, ingredients)
    frames = _render(job, showing, sitter, take, tags, reporter)
    length_s = float(frames / showing.fps)
    timeline = on_film_clock(take.speech, job.settings.lead_in_s, length_s)
    srt = job.srt if isinstance(job, SayJob) else None
    write_side_files(timeline, job.marks, srt, overwrite=job.overwrite)
    width, height = sitter.size
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
    sitter: Sitter | ClipSitter,
    take: Take,
    tags: dict[str, str],
    reporter: Reporter,
) -> int:
    """Writes the film frame by frame; returns how many frames it has."""
    writer = FilmWriter(
        job.output,
        size=sitter.size,
        fps=showing.fps,
        sample_rate=take.speech.sample_rate,
        tags=tags,
        overwrite=job.overwrite,
        crf=PICTURE_CRF if isinstance(sitter, Sitter) else CLIP_CRF,
    )
    with (
        reporter.stage("Rendering", take.frames, "frames") as advance,
        writer as film,
        closing(_pictures(showing.lips, take)) as pictures,
    ):
        for samples in _sound(sitter, take, job.settings):
            film.write_sound(samples)
        for picture in pictures:
            film.write_picture(picture)
            advance(1)
    return film.frames


def _pictures(lips: LipChoice, take: Take) -> Generator[Picture]:
    """The pictures of a film; closing it stops the engine's threads."""
    for frame in lips.engine.animate(take.source, take.track, take.speech, take.settings):
        yield frame.picture


def _sound(
    sitter: Sitter | ClipSitter, take: Take, settings: FilmSettings
) -> Iterator[NDArray[np.float32]]:
    """The film's sound: silence, the speech, and a clip's own sound under both if it is kept."""
    speech = take.speech
    before = np.zeros(round(settings.lead_in_s * speech.sample_rate), np.float32)
    if settings.keep_audio is None or isinstance(sitter, Sitter):
        yield before
        yield speech.samples
        return
    # Not a sample more than the frames last, which would take one frame more.
    length = int(take.frames / take.settings.fps * speech.sample_rate)
    whole = np.concatenate([before, speech.samples, np.zeros(length, np.float32)])[:length]
    repeats = settings.fit in ("bounce", "loop")
    path, rate = sitter.clip.path, speech.sample_rate
    with KeptSound(path, rate, settings.keep_audio, repeats=repeats) as kept:
        yield from kept.under(whole, _SOUND_BLOCK_S * rate)


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


def _shown(portrait: Portrait) -> Ingredient:
    return Ingredient("Portrait", portrait.title, portrait.credit, portrait.licence)


def _drawn(lips: LipChoice) -> list[Ingredient]:
    """The weights that draw the lips."""
    if lips.engine.weights is None:
        return []
    return [Ingredient("Lips", f"{lips.spec.name} ({lips.engine.weights})", licence=lips.licence)]
