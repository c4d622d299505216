"""What scenes of all kinds have in common: who is in them, how they look, and their numbers."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

from talker.script.header import Header
from talker.script.scene_settings import SceneSettings
from talker.script.scenes import Music, Scene, Speaker, Transition, Utterance, View
from talker.script.source import Source


@dataclass(frozen=True, slots=True)
class Draft:
    """What all scenes of a script are made with.

    Attributes:
        source: The script as it was written.
        header: What its header says.
        title: Its name.
        language: BCP 47 language of most of it.
    """

    source: Source
    header: Header
    title: str
    language: str


class Company:
    """Who speaks: as the header says, and as scenes change it.

    Args:
        main: Who speaks where no scene says otherwise.
    """

    def __init__(self, main: Speaker) -> None:
        self.main = main
        self.cast: dict[str, Speaker] = {main.name: main}

    def speaker_of(self, settings: SceneSettings) -> str:
        """Key of who speaks in a scene; changes are there under keys of their own."""
        wanted = replace(
            self.main,
            portrait=settings.portrait or self.main.portrait,
            voice=settings.voice or self.main.voice,
        )
        for key, speaker in self.cast.items():
            if speaker == wanted:
                return key
        key = f"{self.main.name}#{len(self.cast) + 1}"
        self.cast[key] = wanted
        return key


def talk(
    draft: Draft,
    settings: SceneSettings,
    *,
    line: int,
    title: str,
    utterances: Sequence[Utterance],
    speakers: tuple[str, ...],
    view: View,
    transition: Transition,
) -> Scene:
    """A scene in which somebody is seen to speak; its number is given later."""
    return Scene(
        number=0,
        line=line,
        form="talk",
        title=title,
        utterances=tuple(utterances),
        speakers=speakers,
        view=settings.view or draft.header.view or view,
        background=settings.background or draft.header.background,
        captioned=settings.captions is not False,
        music=_music(draft, settings),
        transition=settings.transition or draft.header.transition or transition,
    )


def _music(draft: Draft, settings: SceneSettings) -> Music | None:
    """A scene's own music, at the level of the programme's, or the programme's."""
    whole, own = draft.header.music, settings.music
    if own is None:
        return whole
    if own == "off":
        return None
    return own if whole is None else replace(whole, file=own.file)


def numbered(scenes: Iterable[Scene]) -> tuple[Scene, ...]:
    """Scenes with their numbers."""
    return tuple(replace(scene, number=number) for number, scene in enumerate(scenes, start=1))


def chunks(utterances: Sequence[Utterance], most: int) -> list[list[Utterance]]:
    """Utterances in groups that end where they have grown to so many characters of markup."""
    groups: list[list[Utterance]] = [[]]
    length = 0
    for utterance in utterances:
        if length >= most:
            groups.append([])
            length = 0
        groups[-1].append(utterance)
        length += len(utterance.text)
    return [group for group in groups if group]
