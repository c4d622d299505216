"""A script looked at before any work is done: who speaks, who is seen, how large and how fast."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from fractions import Fraction
from pathlib import Path

from talker.assets.portraits import Portrait, load_portrait
from talker.casting import Casting, cast
from talker.checking import check_device
from talker.errors import UsageError
from talker.jobs import SpeakJob
from talker.lips.registry import LipChoice, choose_lips
from talker.media.film_container import FILM_SUFFIXES
from talker.media.targets import check_target
from talker.narration.job import NarrateJob, sidecars_of
from talker.script.loading import load_script
from talker.script.scenes import Scene, Script, Speaker, Utterance
from talker.settings import FilmSettings
from talker.sitter import first_look, models_for
from talker.stage.fonts import FONT_ENTRIES
from talker.stage.music import check_music
from talker.stage.theme import Theme, load_theme
from talker.text.languages import UNSPACED, main_language
from talker.text.ssml import plain_text

USUAL_SIZE = (1280, 720)


@dataclass(frozen=True, slots=True)
class Production:
    """All that is settled before a narration begins.

    Attributes:
        job: What was asked for.
        script: The script.
        scenes: Those of it that are filmed.
        settings: How to make the film, its size and rate settled.
        size: Width and height in pixels.
        fps: Frames a second.
        theme: How it looks.
        castings: Who speaks each utterance, by the scene's number and its place in the scene.
        lips: What moves the lips, and why.
        threads: Frames rendered at a time; 0 for one a core.
    """

    job: NarrateJob
    script: Script
    scenes: tuple[Scene, ...]
    settings: FilmSettings
    size: tuple[int, int]
    fps: Fraction
    theme: Theme
    castings: Mapping[tuple[int, int], Casting]
    lips: LipChoice
    threads: int = 0

    @property
    def portraits(self) -> tuple[Portrait, ...]:
        """Those that are seen, each once."""
        seen = [
            self.script.cast[name].portrait
            for scene in self.scenes
            if scene.form == "talk"
            for name in scene.speakers
        ]
        return tuple(load_portrait(name) for name in dict.fromkeys(seen))

    @property
    def shows_verse(self) -> bool:
        """Whether what is said stands in upright columns in the picture."""
        return self.script.captions == "vertical" and "burn" in self.job.captions

    @property
    def sings(self) -> bool:
        """Whether captions in the picture mark the word that is being said."""
        burned = "burn" in self.job.captions
        return "karaoke" in self.job.captions or (burned and self.script.captions == "karaoke")

    def introduced(self, scene: Scene) -> tuple[tuple[int, Speaker], ...]:
        """Speakers whose names a scene tells: those who are first seen in it.

        Returns:
            Index of the utterance with which each begins, and who it is.
        """
        if scene.form == "card":
            return ()
        known = {
            utterance.speaker
            for earlier in self.scenes
            if earlier.number < scene.number and earlier.form == "talk"
            for utterance in earlier.utterances
        }
        found: dict[str, tuple[int, Speaker]] = {}
        for place, utterance in enumerate(scene.utterances):
            speaker = self.script.cast[utterance.speaker]
            if utterance.speaker not in known and speaker.name:
                found.setdefault(utterance.speaker, (place, speaker))
        return tuple(found.values())

    @property
    def models(self) -> tuple[str, ...]:
        """Entries of the model store that it needs."""
        wanted = [model for casting in self.castings.values() for model in casting.models]
        for portrait in self.portraits:
            wanted += models_for(portrait)
        return tuple(dict.fromkeys([*wanted, *self.lips.spec.assets, *FONT_ENTRIES]))


def check_narration(job: NarrateJob) -> Production:
    """Looks at a job before any work is done; nothing is fetched.

    Raises:
        UsageError: A wrong script (its line is named), option or target.
        MediaError: Music that cannot be played, or a portrait that cannot be shown.
        AssetError: A description of a voice or a portrait is broken.
    """
    script = load_script(job.script)
    _check_targets(job)
    scenes = _chosen(script, job)
    size = job.settings.size or script.size or USUAL_SIZE
    fps = job.settings.fps or script.fps
    settings = job.settings.model_copy(update={"size": size, "fps": fps})
    lips = choose_lips(settings.lips, weights=settings.weights)
    check_device(settings.device, {lips.spec.name: lips.spec.capabilities.devices})
    for name in dict.fromkeys(name for scene in scenes for name in scene.speakers):
        first_look(load_portrait(script.cast[name].portrait), settings)
    for music in {scene.music for scene in scenes if scene.music is not None}:
        check_music(music)
    castings = {
        (scene.number, place): _cast(script, utterance, settings)
        for scene in scenes
        for place, utterance in enumerate(scene.utterances)
    }
    theme = load_theme(script.theme)
    return Production(job, script, scenes, settings, size, fps, theme, castings, lips)


def _check_targets(job: NarrateJob) -> None:
    check_target(job.output, suffixes=FILM_SUFFIXES, overwrite=job.overwrite)
    for path in sidecars_of(job.output, job.captions):
        check_target(path, suffixes=(path.suffix,), overwrite=job.overwrite)


def _chosen(script: Script, job: NarrateJob) -> tuple[Scene, ...]:
    """The scenes that were asked for; the first of them begins at once."""
    count = len(script.scenes)
    first, last = job.scenes[0] or 1, job.scenes[1] or count
    for number in (first, last):
        if not 1 <= number <= count:
            raise UsageError(
                f"There is no scene {number}: the script has {count}.",
                f"See them with: talker narrate {script.path} -o {job.output} --dry-run",
            )
    if last < first:
        raise UsageError(f"Scene {last} comes before scene {first}.", "Name the earlier one first.")
    begun, *others = script.scenes[first - 1 : last]
    if begun.transition == "dissolve":
        begun = replace(begun, transition="fade")
    return (begun, *others)


def _cast(script: Script, utterance: Utterance, settings: FilmSettings) -> Casting:
    speaker = script.cast[utterance.speaker]
    text = plain_text(utterance.text)
    found = main_language(text)
    # Where the scripts differ, somebody speaks another language in between.
    alike = (found in UNSPACED) == (script.language in UNSPACED)
    how = settings.model_copy(update={"language": script.language if alike else found})
    job = SpeakJob(
        utterance.text, Path(), voice=speaker.voice, lexicon=script.lexicon, settings=how
    )
    try:
        return cast(job, load_portrait(speaker.portrait).voices)
    except UsageError as error:
        raise UsageError(
            f"In line {utterance.line} of '{script.path}': {error.problem}", error.remedy
        ) from error
