"""Values of a header and of settings in the body: read, and refused with the line."""

from __future__ import annotations

import re
from datetime import date
from fractions import Fraction
from pathlib import Path

from talker.errors import TalkerError
from talker.script.files import found_file, looks_like_file
from talker.script.scenes import Background, Music
from talker.script.source import Source, one_of
from talker.script.yaml_tree import Leaf, Listing, Table, Tree
from talker.settings import NTSC, parse_fps, parse_size
from talker.text.languages import primary
from talker.text.lexicon import Lexicon

THEMES = ("ink", "newsroom", "plain")
LONGEST_TEXT = 200
"""Characters of a title, a name, a line of the ticker."""

_TRUE, _FALSE = ("true", "yes", "on"), ("false", "no", "off")
_COLOUR = re.compile(r"#[0-9a-fA-F]{6}")


def text_of(source: Source, key: str, value: Tree) -> str:
    """A text of one line.

    Raises:
        UsageError: It is empty, long, or a list or a mapping.
    """
    if not isinstance(value, Leaf):
        kind = "a list" if isinstance(value, Listing) else "a mapping"
        raise source.error(
            value.line,
            f"'{key}' is {kind} and not a text",
            f'Write it as {key}: text, in "quotes" if it has a colon in it.',
        )
    if not value.text or (value.text in ("~", "null") and not value.is_quoted):
        raise source.error(value.line, f"'{key}' is empty", f"Give it, or take '{key}' out.")
    if len(value.text) > LONGEST_TEXT:
        raise source.error(
            value.line,
            f"'{key}' has {len(value.text)} characters",
            f"Give at most {LONGEST_TEXT}.",
        )
    return value.text


def choice_of(source: Source, key: str, value: Tree, known: tuple[str, ...]) -> str:
    """One of some words, in any capitals."""
    given = text_of(source, key, value)
    if given.lower() not in known:
        raise source.error(
            value.line,
            f"the {key} '{given}' is not known",
            one_of(given, known, "There are"),
        )
    return given.lower()


def flag_of(source: Source, key: str, value: Tree) -> bool:
    """Yes or no."""
    given = text_of(source, key, value).lower()
    if given not in (*_TRUE, *_FALSE):
        raise source.error(
            value.line, f"'{key}' is '{given}', which is neither yes nor no", "Write true or false."
        )
    return given in _TRUE


def is_off(value: Tree) -> bool:
    """Whether a value says that something is not wanted."""
    return isinstance(value, Leaf) and not value.is_quoted and value.text.lower() in _FALSE


def number_of(source: Source, key: str, value: Tree, least: float, most: float, unit: str) -> float:
    """A number within limits, with or without its unit behind it."""
    given = text_of(source, key, value)
    found = re.fullmatch(rf"([+-]?\d{{1,6}}(?:\.\d{{1,6}})?)\s*(?:{unit})?", given, re.IGNORECASE)
    if found is None or not least <= float(found[1]) <= most:
        raise source.error(
            value.line,
            f"the {key} cannot be '{given}'",
            f"Give {least:g} to {most:g}{f' {unit}' if unit else ''}.",
        )
    return float(found[1])


def size_of(source: Source, key: str, value: Tree) -> tuple[int, int]:
    """Width and height in pixels."""
    given = text_of(source, key, value)
    try:
        size = parse_size(given)
    except ValueError as error:
        raise source.error(
            value.line, f"the {key} cannot be '{given}'", _sentence(f"{error}, or 1280x720")
        ) from error
    assert isinstance(size, tuple)  # noqa: S101  (parse_size gives back what is no text)
    return int(size[0]), int(size[1])


def fps_of(source: Source, key: str, value: Tree) -> Fraction:
    """Frames a second."""
    given = text_of(source, key, value)
    try:
        fps = parse_fps(given)
    except ValueError as error:
        raise source.error(
            value.line, f"the {key} cannot be '{given}'", _sentence(str(error))
        ) from error
    if not isinstance(fps, Fraction) or not 1 <= fps <= 120 or fps.denominator > 1001:
        raise source.error(
            value.line,
            f"the {key} cannot be '{given}'",
            f"Give 1 to 120, such as 25, 30 or {', '.join(sorted(NTSC)[-2:])}.",
        )
    return fps


def language_of(source: Source, key: str, value: Tree) -> str:
    """A BCP 47 language that some voice speaks."""
    from talker.assets.voices import voice_for_language

    given = text_of(source, key, value)
    try:
        known = voice_for_language(primary(given)) is not None
    except TalkerError as error:
        raise source.error(value.line, f"'{given}' is no language", error.remedy) from error
    if not known:
        raise source.error(
            value.line,
            f"no voice speaks the language '{given}'",
            "`talker voices` lists the voices and their languages.",
        )
    return given


def day_of(source: Source, key: str, value: Tree) -> date:
    """A day, as YYYY-MM-DD."""
    given = text_of(source, key, value)
    try:
        if not re.fullmatch(r"\d{4}-\d{2}-\d{2}", given):
            raise ValueError(given)
        return date.fromisoformat(given)
    except ValueError as error:
        raise source.error(
            value.line, f"the {key} cannot be '{given}'", "Write YYYY-MM-DD, such as 2026-11-23."
        ) from error


def theme_of(source: Source, key: str, value: Tree) -> str:
    """Name of a theme, or the absolute path of its file."""
    given = text_of(source, key, value)
    if looks_like_file(given):
        return str(found_file(source, value.line, given, "theme"))
    if given.lower() not in THEMES:
        raise source.error(
            value.line,
            f"there is no theme '{given}'",
            f"{one_of(given, THEMES, 'There are')} A path of a .toml file is taken as well.",
        )
    return given.lower()


def lexicon_of(source: Source, key: str, value: Tree) -> Path:
    """File of pronunciations, which has been read once."""
    path = found_file(source, value.line, text_of(source, key, value), "lexicon")
    try:
        Lexicon.read(path)
    except TalkerError as error:
        raise source.error(value.line, error.problem.rstrip("."), error.remedy) from error
    return path


def texts_of(source: Source, key: str, value: Tree) -> tuple[str, ...]:
    """A list of texts, or one of them."""
    if isinstance(value, Leaf):
        return (text_of(source, key, value),)
    if isinstance(value, Table) or not value.items:
        raise source.error(value.line, f"'{key}' is no list of texts", f"Write {key}: [one, two].")
    return tuple(text_of(source, f"an item of {key}", item) for item in value.items)


def background_of(source: Source, key: str, value: Tree) -> Background:
    """Colours or a file, or a mapping that tells more."""
    if isinstance(value, Table):
        parts = fields_of(source, key, value, ("file", "colours", "zoom"))
        colours = _colours(source, parts["colours"]) if "colours" in parts else ()
        file = None
        if "file" in parts:
            name = text_of(source, "file", parts["file"])
            file = found_file(source, parts["file"].line, name, "picture or clip")
        if not colours and file is None:
            raise source.error(
                value.line, f"the {key} has neither file nor colours", "Give it one of them."
            )
        zoom = flag_of(source, "zoom", parts["zoom"]) if "zoom" in parts else True
        return Background(colours, file, zoom)
    if isinstance(value, Listing):
        return Background(_colours(source, value))
    if not value.text and "#" in source.line(value.line):
        raise source.error(
            value.line,
            f"'{key}' is empty, for # begins a comment",
            f'Put the colour in quotes: {key}: "#203040".',
        )
    given = text_of(source, key, value)
    if given.startswith("#"):
        return Background(_colours(source, value))
    return Background(file=found_file(source, value.line, given, "picture or clip"))


def music_of(source: Source, key: str, value: Tree) -> Music:
    """A file, or a mapping that tells more."""
    if isinstance(value, Leaf):
        return Music(found_file(source, value.line, text_of(source, key, value), "sound"))
    parts = fields_of(source, key, value, ("file", "level", "duck"))
    if "file" not in parts:
        raise source.error(value.line, f"the {key} has no file", "Give it: file: music.mp3")
    name = text_of(source, "file", parts["file"])
    music = Music(found_file(source, parts["file"].line, name, "sound"))
    level, duck = music.level_lufs, music.duck_db
    if "level" in parts:
        level = number_of(source, "level", parts["level"], -50, -18, "LUFS")
    if "duck" in parts:
        duck = number_of(source, "duck", parts["duck"], 0, 30, "dB")
    return Music(music.file, level, duck)


def fields_of(source: Source, key: str, value: Tree, known: tuple[str, ...]) -> dict[str, Tree]:
    """Entries of a mapping, none of which is unknown."""
    if not isinstance(value, Table):
        raise source.error(
            value.line, f"'{key}' is no mapping", f"Write it with the keys {', '.join(known)}."
        )
    for name, _ in value.entries:
        if name.text not in known:
            raise source.error(
                name.line,
                f"the {key} has no key '{name.text}'",
                one_of(name.text, known, "Its keys are"),
            )
    return {name.text: entry for name, entry in value.entries}


def _colours(source: Source, value: Tree) -> tuple[str, ...]:
    if isinstance(value, Leaf):
        items = [Leaf(part, value.line) for part in re.split(r"[\s,]+", value.text) if part]
    else:
        items = list(value.items) if isinstance(value, Listing) else [value]
    found: list[str] = []
    for item in items:
        given = text_of(source, "colour", item)
        if not _COLOUR.fullmatch(given):
            raise source.error(
                item.line, f"'{given}' is no colour", 'Write it in quotes as "#203040".'
            )
        found.append(given.lower())
    if not 1 <= len(found) <= 2:
        raise source.error(
            value.line,
            f"there are {len(found)} colours",
            "Give one, or two for a gradient from top to bottom.",
        )
    return tuple(found)


def _sentence(text: str) -> str:
    return f"{text[0].upper()}{text[1:].rstrip('.')}."
