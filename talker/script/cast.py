"""Who speaks in a dialogue: names with their portraits and voices."""

from __future__ import annotations

import unicodedata

from talker.script.files import found_portrait, found_voice
from talker.script.scenes import Speaker
from talker.script.source import Source
from talker.script.values import fields_of, number_of, text_of
from talker.script.yaml_tree import Leaf, Table, Tree

LONGEST_NAME = 40


def cast_of(source: Source, value: Tree) -> tuple[Speaker, ...]:
    """The cast of a header.

    Raises:
        UsageError: It is no mapping of names to portraits, or two names are alike.
    """
    if not isinstance(value, Table) or not value.entries:
        is_empty = isinstance(value, Leaf) and not value.text
        raise source.error(
            value.line,
            "the cast is empty" if is_empty else "the cast is no mapping of names to portraits",
            "Write a line for each speaker, such as Anna: reader.",
        )
    speakers: dict[str, Speaker] = {}
    for name, entry in value.entries:
        _check_name(source, name)
        if same_name(name.text) in speakers:
            other = speakers[same_name(name.text)].name
            raise source.error(
                name.line,
                f"the names '{other}' and '{name.text}' are the same but for their capitals",
                "Give each speaker a name of their own.",
            )
        speakers[same_name(name.text)] = _speaker(source, name, entry)
    return tuple(speakers.values())


def same_name(name: str) -> str:
    """What two ways to write a name have in common."""
    return " ".join(unicodedata.normalize("NFKC", name).casefold().split())


def _check_name(source: Source, name: Leaf) -> None:
    wrong = next((char for char in name.text if char in ":：[]{}#*<>|\\"), None)
    if not name.text or wrong:
        raise source.error(
            name.line,
            f"the name '{name.text}' has a '{wrong}' in it" if wrong else "a name is empty",
            "Give a name of letters and spaces.",
        )
    if len(name.text) > LONGEST_NAME:
        raise source.error(
            name.line,
            f"the name '{name.text}' has {len(name.text)} characters",
            f"Give one of at most {LONGEST_NAME}.",
        )


def _speaker(source: Source, name: Leaf, entry: Tree) -> Speaker:
    if isinstance(entry, Leaf):
        given = text_of(source, name.text, entry)
        return Speaker(name.text, found_portrait(source, entry.line, given))
    parts = fields_of(source, name.text, entry, ("portrait", "voice", "role", "face"))
    portrait, voice, role, face = "", None, "", None
    for key, value in parts.items():
        if key == "face":
            face = int(number_of(source, key, value, 0, 99, ""))
            continue
        given = text_of(source, key, value)
        if key == "portrait":
            portrait = found_portrait(source, value.line, given)
        elif key == "voice":
            voice = found_voice(source, value.line, given)
        else:
            role = given
    return Speaker(name.text, portrait, voice, role, face)
