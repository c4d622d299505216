"""A script made a film: every scene spoken, filmed once and kept, then all joined."""

from __future__ import annotations

import time
from collections.abc import Sequence
from contextlib import nullcontext
from dataclasses import asdict, replace
from itertools import groupby
from pathlib import Path

import cv2

from talker.fetching import fetch_missing
from talker.media.segments import SegmentWriter, join, segment_frames
from talker.narration.captioning import programme_cues
from talker.narration.filming import BODY, HEAD, TAIL, film_scene
from talker.narration.job import NarrateJob, NarrateResult, sidecars_of
from talker.narration.keeping import Keep, kept_home, key_of
from talker.narration.parts import Part, speak_scenes
from talker.narration.production import Production, check_narration
from talker.narration.recording import transition_frames
from talker.narration.seating import Seats
from talker.narration.staging import Staging, stage_of
from talker.progress import Reporter, WithinStage
from talker.side_files import write_text
from talker.speech.subtitles import WRITERS
from talker.stage.fonts import FontBook
from talker.stage.programme import PROGRAMME_RATE, MusicStretch, ProgrammeSound
from talker.stage.speech_track import SpeechPiece
from talker.studio import Studio
from talker.tags import drawn, film_tags, shown
from talker.take import lip_settings

SILENT = Reporter()
_JOINT = "joint.mp4"


def narrate(
    job: NarrateJob, reporter: Reporter = SILENT, studio: Studio | None = None
) -> NarrateResult:
    """Makes a film of a script.

    Scenes that were rendered before, in this film or another, are used again: who goes on after
    an interruption, or after a change in one scene, waits for what is new alone.

    Args:
        job: What is asked for.
        reporter: Told of the stages.
        studio: Of earlier films, to load nothing twice.

    Returns:
        What was made.

    Raises:
        UsageError: A wrong script, option or target; told before any work is done.
        AssetError: A model that cannot be had.
        WriteError: A disk that is full or fails; no film is left, and what was rendered is kept.
    """
    started_s = time.monotonic()
    studio = studio or Studio()
    production = check_narration(job)
    lips = studio.lips(production.lips)
    production = replace(production, lips=lips, threads=studio.threads)
    fetch_missing(production.models, reporter)
    _prepare(production, reporter)
    with nullcontext(studio.keep) if studio.keep else Keep(kept_home()) as keep:
        parts = speak_scenes(production, studio, keep, reporter)
        segments, reused = _film(production, parts, keep, reporter)
        cues = programme_cues(parts)
        pieces = [
            SpeechPiece(turn.file, part.start_s + turn.start_s)
            for part in parts
            for turn in part.recording.turns
        ]
        length_s = float(sum(part.recording.frames for part in parts) / production.fps)
        with (
            reporter.stage("Joining", len(segments), "steps") as advance,
            ProgrammeSound(pieces, length_s, music=_music(parts)) as sound,
        ):
            frames = join(
                segments,
                job.output,
                sound.blocks(),
                sample_rate=PROGRAMME_RATE,
                size=production.size,
                fps=production.fps,
                tags=_tags(production),
                subtitles=cues if "soft" in job.captions else None,
                language=production.script.language,
                overwrite=job.overwrite,
            )
            advance(len(segments))
        sidecars = sidecars_of(job.output, job.captions)
        for path in sidecars:
            write_text(path, WRITERS[path.suffix](cues), overwrite=job.overwrite)
    castings = production.castings.values()
    width, height = production.size
    return NarrateResult(
        path=job.output,
        captions=[str(path) for path in sidecars],
        title=production.script.title,
        length_s=float(frames / production.fps),
        frames=frames,
        fps=production.fps,
        width=width,
        height=height,
        scenes=len(parts),
        reused=reused,
        voices=" + ".join(
            dict.fromkeys(voice.name for casting in castings for voice in casting.voices)
        ),
        portraits=" + ".join(portrait.title for portrait in production.portraits),
        lips=production.lips.spec.name,
        device=production.lips.engine.device,
        taken_s=time.monotonic() - started_s,
    )


def _music(parts: Sequence[Part]) -> list[MusicStretch]:
    """Music from scene to scene; one that goes on does not begin anew."""
    stretches: list[MusicStretch] = []
    for music, run in groupby(parts, key=lambda part: part.scene.music):
        scenes = list(run)
        if music is not None:
            end_s = scenes[-1].start_s + scenes[-1].recording.length_s
            stretches.append(MusicStretch(music, scenes[0].start_s, end_s))
    return stretches


def _prepare(production: Production, reporter: Reporter) -> None:
    """Loads the lip engine, and says what will be used."""
    lips = production.lips
    if lips.reason:
        reporter.note(f"Lips: {lips.reason}")
    how = lip_settings(production.settings, production.fps, production.threads)
    lips.engine.prepare(how)
    if lips.engine.weights is not None:
        reporter.note(f"Lips: {lips.spec.name} draws on {lips.engine.device}.")
        reporter.note(f"Weights {lips.engine.weights}: {lips.licence}.")


def _film(
    production: Production, parts: Sequence[Part], keep: Keep, reporter: Reporter
) -> tuple[list[Path], int]:
    """The segments of the programme in order, and how many scenes were there before."""
    seats = Seats(production.settings, reporter)
    book = FontBook(production.script.language)
    stagings = [stage_of(production, part, seats, book) for part in parts]
    keys = [_key(production, part, staging) for part, staging in zip(parts, stagings, strict=True)]
    found = [keep.find(key) for key in keys]
    reused = sum(folder is not None for folder in found)
    missing = [part for part, folder in zip(parts, found, strict=True) if folder is None]
    frames = sum(part.frames.total for part in missing)
    what = f"{len(missing)} of {len(parts)} scenes" if reused else f"{len(parts)} scenes"
    if missing:
        within = WithinStage(reporter)
        with reporter.stage(f"Rendering {what}", frames, "frames") as advance:
            for part, staging, key in zip(parts, stagings, keys, strict=True):
                if keep.find(key) is None:
                    with keep.making(key) as new:
                        film_scene(production, staging, part, seats, new, within, advance)
    for warning in book.warnings():
        reporter.warn(warning)
    folders = [keep.kept(key) for key in keys]
    segments: list[Path] = []
    for index, (part, folder) in enumerate(zip(parts, folders, strict=True)):
        if part.frames.head:
            joint = _joint(production, folders[index - 1] / TAIL, folder / HEAD, keep)
            segments.append(joint)
        segments.append(folder / BODY)
    return segments, reused


def _joint(production: Production, leaving: Path, coming: Path, keep: Keep) -> Path:
    """The frames in which one scene dissolves into the next."""
    key = key_of({"leaving": leaving, "coming": coming})
    if keep.find(key) is None:
        with keep.making(key) as folder:
            _dissolve(production, leaving, coming, folder / _JOINT)
    return keep.kept(key) / _JOINT


def _dissolve(production: Production, leaving: Path, coming: Path, target: Path) -> None:
    count = transition_frames("dissolve", production.fps)
    pairs = zip(segment_frames(leaving), segment_frames(coming), strict=True)
    with SegmentWriter(target, production.size, production.fps) as out:
        for number, (old, new) in enumerate(pairs):
            share = (number + 1) / (count + 1)
            share = share * share * (3 - 2 * share)
            out.write_picture(cv2.addWeighted(old, 1 - share, new, share, 0))  # type: ignore[arg-type]


def _key(production: Production, part: Part, staging: Staging) -> str:
    settings = production.settings
    return key_of(
        {
            "heard": part.recording.key,
            "frames": asdict(part.frames),
            "seen": staging.facts,
            "theme": production.theme.model_dump(mode="json"),
            "settings": settings.model_dump(),
            "lips": [production.lips.spec.name, production.lips.engine.weights],
            "device": production.lips.engine.device,
        }
    )


def _tags(production: Production) -> dict[str, str]:
    castings = production.castings.values()
    ingredients = [
        *(item for casting in castings for item in casting.ingredients),
        *map(shown, production.portraits),
        *drawn(production.lips),
    ]
    each_once = list({str(item): item for item in ingredients}.values())
    return film_tags(production.script.title, production.job.output.name, each_once)
