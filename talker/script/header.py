"""The header of a script: what holds for all of it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import date
from fractions import Fraction
from pathlib import Path
from types import MappingProxyType
from typing import Any, cast, get_args

from talker.script.cast import cast_of
from talker.script.files import found_portrait, found_voice
from talker.script.scenes import (
    Background,
    CaptionStyle,
    Kind,
    Music,
    Speaker,
    Transition,
    View,
)
from talker.script.source import Source, one_of
from talker.script.values import (
    background_of,
    choice_of,
    day_of,
    flag_of,
    fps_of,
    is_off,
    language_of,
    lexicon_of,
    music_of,
    size_of,
    text_of,
    texts_of,
    theme_of,
)
from talker.script.yaml_tree import Leaf, Table, Tree, read_tree

KINDS: tuple[str, ...] = get_args(Kind)
CAPTIONS: tuple[str, ...] = get_args(CaptionStyle)
TRANSITIONS: tuple[str, ...] = get_args(Transition)
ALONE: tuple[str, ...] = tuple(view for view in get_args(View) if view != "together")
"""The views of one who speaks."""

_FOR_ALL = (
    "kind", "title", "language", "size", "fps", "theme", "captions", "portrait", "voice", "view",
    "background", "music", "lexicon", "transition",
)  # fmt: skip
_FOR: Mapping[str, tuple[str, ...]] = MappingProxyType(
    {
        "poem": ("author", "dynasty", "read_title"),
        "news": ("presenter", "role", "date", "ticker", "closing", "opening"),
        "dialogue": ("cast",),
    }
)


@dataclass(frozen=True, slots=True)
class Header:
    """What a header says; None where it is silent.

    Attributes:
        closing: Text of the card at the end; empty for no card.
        cast: Who speaks in a dialogue, in order.

    The others are as in `talker.script.scenes`.
    """

    kind: Kind = "poem"
    title: str | None = None
    language: str | None = None
    size: tuple[int, int] | None = None
    fps: Fraction = Fraction(25)
    theme: str | None = None
    captions: CaptionStyle | None = None
    portrait: str | None = None
    voice: str | None = None
    view: View | None = None
    background: Background | None = None
    music: Music | None = None
    lexicon: Path | None = None
    transition: Transition | None = None
    author: str = ""
    dynasty: str = ""
    read_title: bool = True
    presenter: str = ""
    role: str = ""
    date: date | None = None
    ticker: tuple[str, ...] = ()
    closing: str | None = None
    opening: bool = True
    cast: tuple[Speaker, ...] = field(default=())


def read_header(source: Source) -> Header:
    """The header of a script.

    Raises:
        UsageError: A key or a value that is not known, with its line; the first of them.
    """
    table = read_tree(source)
    kind = _kind_in(table)
    found: dict[str, Any] = {}
    for key, value in table.entries:
        _check_key(source, key, kind)
        found[key.text] = _value(source, key.text, value, kind)
    if "kind" not in found:
        raise source.error(
            source.header_line - 1,
            "the header has no 'kind'",
            f"Say what the script is: kind: {', '.join(KINDS[:-1])} or {KINDS[-1]}.",
        )
    lines = {key.text: key.line for key, _ in table.entries}
    header = Header(**found)
    if header.role and not header.presenter:
        raise source.error(
            lines["role"], f"nobody has the role '{header.role}'", "Name the presenter as well."
        )
    if header.kind == "dialogue" and not header.cast:
        raise source.error(
            lines["kind"],
            "a dialogue has a cast, which the header does not name",
            "Write cast: with a line for each speaker, such as Anna: reader.",
        )
    return _with_default_portrait(source, header, lines)


def _kind_in(table: Table) -> str | None:
    """The kind, before anything has been checked; None where it is none."""
    for key, value in table.entries:
        if key.text == "kind" and isinstance(value, Leaf) and value.text.lower() in KINDS:
            return value.text.lower()
    return None


def _check_key(source: Source, key: Leaf, kind: str | None) -> None:
    own = _FOR[kind] if kind else tuple(name for names in _FOR.values() for name in names)
    if key.text in (*_FOR_ALL, *own):
        return
    for other, names in _FOR.items():
        if key.text in names:
            raise source.error(
                key.line,
                f"the key '{key.text}' is one of {other}, and this is kind: {kind}",
                f"Take it out, or write kind: {other}.",
            )
    raise source.error(
        key.line,
        f"the key '{key.text}' is not known",
        one_of(key.text, (*_FOR_ALL, *own), "The keys are"),
    )


def _value(source: Source, key: str, value: Tree, kind: str | None) -> Any:
    match key:
        case "kind":
            return choice_of(source, key, value, KINDS)
        case "portrait":
            return found_portrait(source, value.line, text_of(source, key, value))
        case "voice":
            return found_voice(source, value.line, text_of(source, key, value))
        case "captions":
            return choice_of(source, key, value, CAPTIONS)
        case "transition":
            return choice_of(source, key, value, TRANSITIONS)
        case "view":
            known = (*ALONE, "together") if kind == "dialogue" else ALONE
            return choice_of(source, key, value, known)
        case "read_title" | "opening":
            return flag_of(source, key, value)
        case "closing":
            return "" if is_off(value) else text_of(source, key, value)
        case "ticker":
            return texts_of(source, key, value)
        case "cast":
            return cast_of(source, value)
        case _:
            return _READERS.get(key, text_of)(source, key, value)


_READERS: Mapping[str, Any] = MappingProxyType(
    {
        "language": language_of,
        "size": size_of,
        "fps": fps_of,
        "theme": theme_of,
        "background": background_of,
        "music": music_of,
        "lexicon": lexicon_of,
        "date": day_of,
    }
)


def _with_default_portrait(source: Source, header: Header, lines: Mapping[str, int]) -> Header:
    """Whoever of the cast has no portrait has that of the header."""
    for speaker in header.cast:
        if not speaker.portrait and header.portrait is None:
            raise source.error(
                lines["cast"],
                f"'{speaker.name}' has no portrait",
                f"Write {speaker.name}: with a portrait, such as reader, behind it.",
            )
    cast_ = tuple(
        speaker if speaker.portrait else replace(speaker, portrait=cast(str, header.portrait))
        for speaker in header.cast
    )
    return replace(header, cast=cast_)
