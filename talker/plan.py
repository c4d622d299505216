"""What a job would do: the dry run, which makes nothing and fetches nothing."""

from __future__ import annotations

import os
from collections.abc import Iterable

from talker.assets import store
from talker.casting import Casting
from talker.checking import Showing, check_say, check_speak, check_sync
from talker.errors import AssetError
from talker.framing_clips import first_picture
from talker.jobs import SayJob, SpeakJob, SyncJob
from talker.media.clip import ClipSource
from talker.media.fitting import FITS
from talker.media.frames import Picture
from talker.progress import Cell, Reporter, size_of
from talker.settings import FilmSettings
from talker.sitter import Sitter, seat
from talker.speech.timeline import SAMPLE_RATE
from talker.text.reading import read_text

Facts = dict[str, Cell]

LETTERS_A_SECOND = 14.5
"""Of speech in an alphabet, as the embedded English voice reads news."""

HAN_A_SECOND = 4.4
"""Of Mandarin, as the embedded voice reads it."""

FRAME_S, PIXEL_S = 0.014, 36e-9
"""Seconds of one core to animate and encode a frame, and more for each of its pixels."""

MOST_CORES = 8
"""That a render can use."""

SPEECH_COST = 0.25
"""Seconds of work for a second of speech."""

START_S = 2.5
"""Seconds that loading takes."""


def say(job: SayJob, reporter: Reporter) -> Facts:
    """What `talker.film.say` would do; raises as it does for a wrong input."""
    casting, showing = check_say(job)
    speech_s = estimated_s(casting)
    return {
        **_spoken(casting),
        **_shown(job, showing, speech_s, reporter),
        "to fetch": _to_fetch([*casting.models, *showing.models]),
        "output": str(job.output),
    }


def speak(job: SpeakJob) -> Facts:
    """What `talker.film.speak` would do; raises as it does for a wrong input."""
    casting = check_speak(job)
    speech_s = estimated_s(casting)
    return {
        **_spoken(casting),
        "length": f"about {speech_s:.0f} s",
        "expected time": f"about {START_S + SPEECH_COST * speech_s:.0f} s",
        "to fetch": _to_fetch(casting.models),
        "output": str(job.output),
    }


def sync(job: SyncJob, reporter: Reporter) -> Facts:
    """What `talker.film.sync` would do; raises as it does for a wrong input."""
    samples, showing = check_sync(job)
    return {
        "sound": str(job.audio),
        **_shown(job, showing, len(samples) / SAMPLE_RATE, reporter),
        "to fetch": _to_fetch(showing.models),
        "output": str(job.output),
    }


def _spoken(casting: Casting) -> Facts:
    return {
        "text": f"{len(casting.text)} characters",
        "language": casting.language,
        "voice": ", ".join(f"{voice.name} ({voice.title})" for voice in casting.voices),
        "speech engine": casting.engine_names,
    }


def _shown(job: SayJob | SyncJob, showing: Showing, speech_s: float, reporter: Reporter) -> Facts:
    settings = job.settings
    length_s = settings.lead_in_s + speech_s + settings.tail_s
    frames = round(length_s * showing.fps)
    lips = showing.lips
    if isinstance(showing.look, ClipSource):
        length_s = min(length_s, _fitted_s(showing.look, settings, length_s))
        frames = round(length_s * showing.fps)
    facts: Facts = {
        "portrait": showing.portrait.title,
        "lips": lips.spec.name,
        "lips reason": lips.reason or None,
        "device": settings.device,
        "face": "not looked for before the models are here",
        "length": f"about {length_s:.0f} s, {frames} frames at {showing.fps} frames/s",
    }
    if isinstance(showing.look, ClipSource):
        return {**facts, **_of_clip(showing.look, settings)}
    sitter = _sitter(job, showing.look, showing, reporter)
    if sitter is None:
        return facts
    height, width = sitter.picture.shape[:2]
    cores = min(os.cpu_count() or 1, MOST_CORES)
    render_s = frames * (FRAME_S + PIXEL_S * width * height) / cores
    x, y = (sitter.face.box[:2] + sitter.face.box[2:]) / 2
    return {
        **facts,
        "face": f"at {x:.0f},{y:.0f} of the film, eye span {sitter.face.eye_span:.0f} pixels",
        "size": f"{width}x{height}",
        "expected time": f"about {START_S + SPEECH_COST * speech_s + render_s:.0f} s",
    }


def _sitter(
    job: SayJob | SyncJob, picture: Picture | None, showing: Showing, reporter: Reporter
) -> Sitter | None:
    """The face, where what finds it is here."""
    try:
        return seat(showing.portrait, picture, job.settings, reporter)
    except AssetError:
        return None


def _fitted_s(clip: ClipSource, settings: FilmSettings, length_s: float) -> float:
    """Seconds of film that a clip is shown."""
    return float(clip.duration_s) if settings.fit == "cut" else length_s


def _of_clip(clip: ClipSource, settings: FilmSettings) -> Facts:
    """A clip's own facts; its face is looked for in its first frame only."""
    return {
        "face": _faces_in(first_picture(clip)),
        "size": f"{clip.width}x{clip.height}",
        "clip": f"{float(clip.duration_s):.2f} s, {clip.length} frames at {clip.fps} frames/s",
        "fit": f"{settings.fit}: a shorter clip {FITS[settings.fit]}",
    }


def _faces_in(picture: Picture) -> str:
    from talker.faces.choosing import list_faces
    from talker.faces.finding import find_faces

    try:
        faces = find_faces(picture)
    except AssetError:
        return "not looked for before the models are here"
    if not faces:
        return "none in the first frame; all are searched when the film is made"
    return f"in the first frame\n{list_faces(faces)}"


def estimated_s(casting: Casting) -> float:
    """Seconds that a text will take, by the number of its letters."""
    length_s = 0.0
    sentences = read_text(casting.text, language=casting.language, lexicon=casting.lexicon)
    for sentence in sentences:
        length_s += sentence.pause_s
        for token in sentence.tokens:
            han = sum("\u4e00" <= char <= "\u9fff" for char in token.spoken)
            length_s += han / HAN_A_SECOND + (len(token.spoken) - han) / LETTERS_A_SECOND
    return length_s / casting.settings.speed


def _to_fetch(names: Iterable[str]) -> str:
    wanted = set(names)
    missing = [
        f"{status.entry.name} ({size_of(status.entry.download_size)})"
        for status in store.statuses()
        if status.entry.name in wanted and status.state != "ready"
    ]
    return ", ".join(missing) or "nothing"
