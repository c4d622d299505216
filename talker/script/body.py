"""The body of a script cut into sections: a heading, settings, and the paragraphs below."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from talker.script.header import ALONE
from talker.script.inline import SETTINGS, read_inline
from talker.script.pieces import Words, Written, plain_of
from talker.script.scene_settings import SceneSettings, with_setting
from talker.script.source import Source, one_of

_HEADING = re.compile(r"(#{1,6}|＃{1,6})\s+(.*?)(?:\s+#+)?")
_BARE_HEADING = re.compile(r"(#{1,6}|＃{1,6})(?:[^\s#＃].*)?")
_FENCE = re.compile(r"(?:`{3,}|~{3,}).*")
_RULE = re.compile(r"(?:-\s*){3,}|(?:\*\s*){3,}|(?:_\s*){3,}|={3,}")
_TABLE = re.compile(r"\|.*|:?-{3,}:?\s*(?:\|\s*:?-{3,}:?\s*)+\|?")
_BRACKETS = re.compile(r"(?:[\[［][^\[\]［］]*[\]］]\s*)+")
_ONE = re.compile(r"[\[［][^\[\]［］]*[\]］]")
_BRACKET = re.compile(r"[\[［]\s*([^\s\[\]:：=/]+)\s*[:：=]\s*([^\[\]［］]*?)\s*[\]］]")
_PICTURE = re.compile(
    r"!\[[^\]]*\]\([^()]*\)|[\[［]\s*picture\s*[:：=][^\[\]]*[\]］]", re.IGNORECASE
)
_POINT = re.compile(r"[\[［]\s*(?:pause|slow|emphasis|/)", re.IGNORECASE)
_QUOTED = re.compile(r">\s?")
_BULLET = re.compile(r"[-*+•]\s+")


@dataclass(frozen=True, slots=True)
class Paragraph:
    """Lines with no blank line between them.

    Attributes:
        lines: They are more than none.
        is_picture: Whether it is one line that only shows a picture.
        goes_on: Whether only a picture parts it from the next, and no blank line.
    """

    lines: tuple[Written, ...]
    is_picture: bool = False
    goes_on: bool = False

    @property
    def line(self) -> int:
        """Number of its first line."""
        return self.lines[0].number


@dataclass(frozen=True, slots=True)
class Section:
    """What belongs under one heading.

    Attributes:
        line: Number of its first line.
        heading: Its words; empty for what stands before the first heading.
        level: 1 for `#`, 2 for `##`; 0 for no heading.
        settings: Of the scene.
        paragraphs: In order.
    """

    line: int
    heading: str
    level: int
    settings: SceneSettings
    paragraphs: tuple[Paragraph, ...]


def first_heading(source: Source) -> str | None:
    """The words of the first heading, unchecked; None where there is none."""
    for line in source.body:
        if found := _HEADING.fullmatch(line):
            return found[2].strip("*_` ") or None
    return None


def sections(
    source: Source, *, is_verse: bool = False, views: tuple[str, ...] = ALONE
) -> Iterator[Section]:
    """The sections of a body, read as they are asked for.

    Args:
        source: The script.
        is_verse: Whether a dash at a line's start belongs to the words.
        views: Those that a scene may have.

    Raises:
        UsageError: Markdown that cannot be shown or said, or a setting in the wrong place.
    """
    builder = _Builder(source, views)
    for number, written in enumerate(source.body, start=source.body_line):
        text = _QUOTED.sub("", written, count=1) if written.startswith(">") else written
        _refuse(source, text, number)
        if heading := _HEADING.fullmatch(text):
            if (section := builder.section()) is not None:
                yield section
            builder.head(heading, number)
        elif not text:
            builder.end_paragraph()
        elif _BRACKETS.fullmatch(text) and not _PICTURE.fullmatch(text) and _is_setting(text):
            builder.set(text, number)
        elif _PICTURE.fullmatch(text):
            builder.end_paragraph(goes_on=True)
            builder.paragraphs.append(Paragraph((Written(text, number),), is_picture=True))
        else:
            bullet = None if is_verse else _BULLET.match(text)
            if bullet:
                builder.end_paragraph()
            builder.lines.append(Written(text[bullet.end() :] if bullet else text, number))
    if (section := builder.section()) is not None:
        yield section


class _Builder:
    def __init__(self, source: Source, views: tuple[str, ...]) -> None:
        self.lines: list[Written] = []
        self.paragraphs: list[Paragraph] = []
        self._source = source
        self._views = views
        self._begin(source.body_line, "", 0)

    def head(self, heading: re.Match[str], number: int) -> None:
        if len(heading[1]) > 2:
            raise self._source.error(
                number,
                f"'{heading[1]} {heading[2][:40]}' is a heading of level {len(heading[1])}",
                "Headings have one # or two.",
            )
        self._begin(number, _plain(self._source, heading[2], number), len(heading[1]))

    def set(self, text: str, number: int) -> None:
        brackets = [_BRACKET.match(part[0]) for part in _ONE.finditer(text)]
        for bracket in brackets:
            _refuse_name(self._source, bracket[1] if bracket else text, text, number)
        if self.lines or any(not paragraph.is_picture for paragraph in self.paragraphs):
            raise self._source.error(
                number,
                f"'{text}' comes after the first words of its scene",
                "Put it under the scene's heading, or begin a scene with a heading before it.",
            )
        for bracket in filter(None, brackets):
            self._settings = with_setting(
                self._source, self._settings, bracket[1].lower(), bracket[2], number, self._views
            )

    def end_paragraph(self, *, goes_on: bool = False) -> None:
        if self.lines:
            self.paragraphs.append(Paragraph(tuple(self.lines), goes_on=goes_on))
            self.lines = []

    def section(self) -> Section | None:
        """What has been read; None for nothing at all."""
        self.end_paragraph()
        is_bare = self._settings == SceneSettings() and not self.paragraphs
        if is_bare and not self._level:
            return None
        return Section(
            self._line, self._heading, self._level, self._settings, tuple(self.paragraphs)
        )

    def _begin(self, line: int, heading: str, level: int) -> None:
        self._line, self._heading, self._level = line, heading, level
        self._settings = SceneSettings()
        self.paragraphs = []


def _is_setting(text: str) -> bool:
    """Whether the line is of settings, and not of words that are directed."""
    return not _POINT.match(text) and bool(_BRACKET.match(text))


def _refuse(source: Source, text: str, number: int) -> None:
    if _FENCE.fullmatch(text):
        raise source.error(
            number, f"'{text[:40]}' begins code", "Take the marks out; write words alone."
        )
    if _TABLE.fullmatch(text):
        raise source.error(
            number, f"'{text[:40]}' is a table", "Write it as sentences, or show it as a picture."
        )
    if _RULE.fullmatch(text):
        raise source.error(
            number,
            f"'{text[:40]}' says nothing",
            "Take it out; a new scene begins with a heading, such as ## Night.",
        )
    if _BARE_HEADING.fullmatch(text):
        is_empty = not text.strip("#＃")
        raise source.error(
            number,
            f"the heading '{text[:40]}' is empty" if is_empty else f"'{text[:40]}' is no heading",
            "Write words behind the #."
            if is_empty
            else "Put a space behind the #, or write \\# for the sign itself.",
        )


def _refuse_name(source: Source, name: str, text: str, number: int) -> None:
    """Refuses what is no setting of a scene, or does not stand with settings."""
    if name.lower() in SETTINGS:
        return
    if name.lower() in ("picture", "pause", "slow", "emphasis"):
        raise source.error(
            number, f"in '{text}' are settings of a scene and more", "Give each a line of its own."
        )
    raise source.error(
        number,
        f"'{name}' is no setting of a scene",
        one_of(name, (*SETTINGS, "picture"), "Settings are"),
    )


def _plain(source: Source, text: str, number: int) -> str:
    if not text:
        raise source.error(number, "the heading is empty", "Write words behind the #.")
    pieces = read_inline(source, [Written(text, number)], is_verse=False)
    for piece in pieces:
        if not isinstance(piece, Words) or piece.spans or piece.pinyin:
            raise source.error(
                number,
                f"there is a direction in the heading '{text}'",
                "Headings are shown and not said; take it out.",
            )
    return plain_of(pieces).strip()
