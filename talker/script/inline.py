"""Words with directions in them, read into pieces that each are said in one way."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace

from talker.errors import TalkerError
from talker.script.files import found_file
from talker.script.pieces import LineEnd, Piece, Shown, Wait, Words, Written
from talker.script.source import Source, one_of
from talker.text.languages import HAN
from talker.text.lexicon import entry_of
from talker.text.splitting import check_tags

SPANS = ("slow", "emphasis")
"""Directions that hold from `[name]` to `[/name]`."""
SETTINGS = ("voice", "portrait", "background", "music", "view", "transition", "captions")
"""Settings of a scene, which stand on lines of their own."""
_POINTS = ("pause", "picture")

_TOKEN = re.compile(
    r"\\(?P<escaped>[!-/:-@\[-`{-~：［］｛｝＃])"
    r"|(?P<picture>!\[[^\]\n]*\]\((?P<shown>[^()\n]*)\))"
    r"|(?P<link>\[(?P<words>[^\[\]\n]+)\]\((?P<to>[^()\n]*)\))"
    r"|(?P<bracket>[\[［](?P<inside>[^\[\]［］\n]*)[\]］])"
    r"|(?P<brace>[{｛](?P<said>[^{}｛｝\n]*)[}｝])"
    r"|(?P<open>[\[［{｛])"
    r"|(?P<html><(?:!--|!|\?|/?[A-Za-z])[^>\n]*>?)"
)
_EMPHASIS = (
    re.compile(r"(?<!\\)(\*{1,3})(?=[^\s*])((?:\\.|[^*])*?[^\s*\\])\1"),
    re.compile(r"(?<![\w\\_])(_{1,3})(?=[^\s_])((?:\\.|[^_])*?[^\s_\\])\1(?![\w_])"),
    re.compile(r"(?<!\\)(`{1,2})([^`]+)\1"),
)


def read_inline(source: Source, lines: Sequence[Written], *, is_verse: bool) -> tuple[Piece, ...]:
    """The pieces of a paragraph or a stanza.

    Args:
        source: The script, for errors.
        lines: Its lines.
        is_verse: Whether lines are kept; else they are joined.

    Raises:
        UsageError: A direction that is not known, not closed or in the wrong place.
    """
    reader = _Reader(source)
    lines = _without_emphasis(lines)
    for index, line in enumerate(lines):
        if index and is_verse:
            reader.pieces.append(LineEnd(lines[index - 1].number))
        elif index:
            before, after = lines[index - 1].text[-1:], line.text[:1]
            if not (_is_wide(before) and _is_wide(after)):
                reader.say(" ", line.number)
        reader.read(line)
    reader.close()
    return tuple(reader.pieces)


class _Reader:
    def __init__(self, source: Source) -> None:
        self.pieces: list[Piece] = []
        self._source = source
        self._open: list[tuple[str, int]] = []

    def read(self, line: Written) -> None:
        text, at = line.text, 0
        for token in _TOKEN.finditer(text):
            self.say(text[at : token.start()], line.number)
            self._take(token, line.number)
            at = token.end()
        self.say(text[at:], line.number)

    def say(self, text: str, line: int) -> None:
        if not text:
            return
        words = Words(text, line, self._spans)
        last = self.pieces[-1] if self.pieces else None
        if isinstance(last, Words) and last.pinyin is None and last.spans == words.spans:
            self.pieces[-1] = replace(last, text=last.text + text)
        else:
            self.pieces.append(words)

    def close(self) -> None:
        if self._open:
            name, line = self._open[-1]
            raise self._source.error(
                line,
                f"'[{name}]' is not closed",
                f"Write [/{name}] behind the last word of it, in the same paragraph.",
            )

    @property
    def _spans(self) -> frozenset[str]:
        return frozenset(name for name, _ in self._open)

    def _take(self, token: re.Match[str], line: int) -> None:
        match token.lastgroup:
            case "escaped":
                self.say(token["escaped"], line)
            case "picture":
                self._show(token["shown"], line, token[0])
            case "link":
                self.read(Written(token["words"], line))
            case "bracket":
                self._direct(token["inside"], line, token[0])
            case "brace":
                self._pronounce(token["said"], line, token[0])
            case "html":
                raise self._source.error(
                    line,
                    f"'{token[0][:40]}' is HTML",
                    "Take it out, or write \\< for the sign itself.",
                )
            case _:
                raise self._source.error(
                    line,
                    f"'{token[0]}' is not closed",
                    f"Close it, or write \\{token[0]} for the sign itself.",
                )

    def _direct(self, inside: str, line: int, written: str) -> None:
        direction = re.fullmatch(r"\s*(/?)\s*([^\s:：=/]+)\s*([:：=]?)\s*(.*?)\s*", inside)
        if direction is None:
            raise self._unknown(inside, line, written)
        is_end, name, value = bool(direction[1]), direction[2].lower(), direction[4]
        if name in SPANS:
            if value:
                raise self._source.error(
                    line, f"'{written}' says more than its name", f"Write [{name}]…[/{name}]."
                )
            self._end(name, line, written) if is_end else self._begin(name, line, written)
        elif is_end and name in (*_POINTS, *SETTINGS):
            raise self._source.error(line, f"'{written}' ends what has no end", "Take it out.")
        elif name == "pause":
            self._wait(value, line, written)
        elif name == "picture":
            self._show(value, line, written)
        elif name in SETTINGS:
            raise self._source.error(
                line,
                f"'{written}' is a setting of a scene and stands among words",
                "Put it on a line of its own, before the first words of the scene.",
            )
        else:
            raise self._unknown(name, line, written)

    def _unknown(self, name: str, line: int, written: str) -> TalkerError:
        near = one_of(name, (*SPANS, *_POINTS, *SETTINGS), "Directions are")
        return self._source.error(
            line,
            f"'{written}' is no direction",
            f"{near} Write \\{written[0]} for the sign itself.",
        )

    def _begin(self, name: str, line: int, written: str) -> None:
        for other, first in self._open:
            if other == name:
                raise self._source.error(
                    line,
                    f"'{written}' lies in another, of line {first}",
                    f"Close that one with [/{name}] first.",
                )
        self._open.append((name, line))

    def _end(self, name: str, line: int, written: str) -> None:
        if not self._open or name not in self._spans:
            raise self._source.error(
                line,
                f"'{written}' closes what is not open",
                f"Write [{name}] before the first word of it, in the same paragraph.",
            )
        if self._open[-1][0] != name:
            inner = self._open[-1][0]
            raise self._source.error(
                line,
                f"'{written}' closes [{name}] while [{inner}] in it is open",
                f"Write [/{inner}] before it.",
            )
        self._open.pop()

    def _wait(self, value: str, line: int, written: str) -> None:
        tag = f"[pause {value}]" if value else "[pause]"
        try:
            check_tags(tag)
        except TalkerError as error:
            problem = error.problem.rstrip(".").replace(tag, written)
            raise self._source.error(line, problem, error.remedy) from error
        self.pieces.append(Wait(tag, line, self._spans))

    def _show(self, value: str, line: int, written: str) -> None:
        given = re.sub(r"""\s+(?:"[^"]*"|'[^']*')$""", "", value.strip()).strip("<>")
        if not given:
            raise self._source.error(
                line, f"'{written}' names no picture", "Write [picture: file.jpg]."
            )
        if self._open:
            name = self._open[-1][0]
            raise self._source.error(
                line,
                f"'{written}' stands inside [{name}]",
                f"Put it before [{name}] or behind [/{name}].",
            )
        if given.lower() in ("none", "off"):
            self.pieces.append(Shown(None, line))
        else:
            self.pieces.append(Shown(found_file(self._source, line, given, "picture"), line))

    def _pronounce(self, inside: str, line: int, written: str) -> None:
        direction = re.fullmatch(r"\s*([^\s:：=]*)\s*([:：=]?)\s*(.*?)\s*", inside)
        name, said = (direction[1].lower(), direction[3]) if direction else ("", "")
        if name != "pinyin":
            near = one_of(name, ("pinyin",), "Directions in braces are")
            raise self._source.error(
                line,
                f"'{written}' is no direction",
                f"{near} Write \\{written[0]} for the sign itself.",
            )
        count = len(said.split())
        last = self.pieces[-1] if self.pieces else None
        before = last.text if isinstance(last, Words) and last.pinyin is None else ""
        if not count or not re.search(f"[{HAN}]{{{count}}}$", before):
            raise self._source.error(
                line,
                f"'{written}' has {count} syllables and does not stand behind as many Chinese "
                "characters"
                if count
                else f"'{written}' says nothing",
                "Write it behind the characters, a syllable each: 重庆{pinyin:chong2 qing4}",
            )
        word = before[-count:]
        try:
            pinyin = entry_of(f"{word} = {said}").pronunciation
        except ValueError as error:
            raise self._source.error(
                line, str(error).rstrip("."), "Write syllables with tones, such as chong2 qing4."
            ) from error
        assert isinstance(last, Words)  # noqa: S101  (the characters are in it)
        self.pieces[-1:] = [
            *([replace(last, text=before[:-count])] if before[:-count] else []),
            replace(last, text=word, pinyin=pinyin),
        ]


def _without_emphasis(lines: Sequence[Written]) -> list[Written]:
    """Lines without Markdown's marks of emphasis, which may reach over several of them."""
    text = "\n".join(line.text for line in lines)
    for pattern in _EMPHASIS:
        text = pattern.sub(r"\2", text)
    return [replace(line, text=bare) for line, bare in zip(lines, text.split("\n"), strict=True)]


def _is_wide(char: str) -> bool:
    return not char or re.match(f"[{HAN}\u3000-\u30ff\uff00-\uffef“”‘’…—]", char) is not None
