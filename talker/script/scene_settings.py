"""Settings of one scene, on lines of their own under its heading."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Literal, cast

from talker.script.files import found_portrait, found_voice
from talker.script.header import TRANSITIONS
from talker.script.scenes import Background, Music, Transition, View
from talker.script.source import Source
from talker.script.values import background_of, choice_of, flag_of, is_off, music_of, text_of
from talker.script.yaml_tree import Leaf


@dataclass(frozen=True, slots=True)
class SceneSettings:
    """What differs in a scene from the whole; None for what does not."""

    voice: str | None = None
    portrait: str | None = None
    background: Background | None = None
    music: Music | Literal["off"] | None = None
    view: View | None = None
    transition: Transition | None = None
    captions: bool | None = None
    cast_line: int | None = None
    """Line of a voice or a portrait."""


def with_setting(
    source: Source,
    settings: SceneSettings,
    name: str,
    given: str,
    line: int,
    views: tuple[str, ...],
) -> SceneSettings:
    """Settings with one more.

    Args:
        source: The script.
        settings: Those so far.
        name: One of `talker.script.inline.SETTINGS`.
        given: Its value, as it is written.
        line: Number of its line.
        views: Those that the script's kind has.

    Raises:
        UsageError: It is there already, or its value is not known.
    """
    if getattr(settings, name) is not None:
        raise source.error(line, f"the scene has its '{name}' twice", "Keep one of them.")
    value = Leaf(given, line, is_quoted=given.startswith("#"))
    text_of(source, name, value)
    match name:
        case "voice":
            return replace(settings, voice=found_voice(source, line, given), cast_line=line)
        case "portrait":
            return replace(settings, portrait=found_portrait(source, line, given), cast_line=line)
        case "background":
            return replace(settings, background=background_of(source, name, value))
        case "music":
            music = "off" if is_off(value) else music_of(source, name, value)
            return replace(settings, music=music)
        case "view":
            view = choice_of(source, name, value, views)
            return replace(settings, view=cast(View, view))
        case "transition":
            way = choice_of(source, name, value, TRANSITIONS)
            return replace(settings, transition=cast(Transition, way))
        case _:
            return replace(settings, captions=flag_of(source, name, value))
