"""Captions as files for players: SubRip, WebVTT and Advanced SubStation Alpha."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from typing import TYPE_CHECKING

from talker.speech.cues import Cue

if TYPE_CHECKING:
    from pysubs2 import SSAFile

_ASS_SIZE = (1920, 1080)
# The library takes these for commands, in every format; the stand-ins are no characters of anyone.
_KEPT = {"\\": "\ue0f0", "{": "\ue0f1", "}": "\ue0f2"}


def srt(cues: Iterable[Cue]) -> str:
    """Captions in SubRip."""
    return _unkept(_file(cues, str).to_string("srt"), {})


def vtt(cues: Iterable[Cue]) -> str:
    """Captions in WebVTT."""
    return _unkept(_file(cues, _as_html).to_string("vtt"), {})


def ass(
    cues: Iterable[Cue],
    size: tuple[int, int] = _ASS_SIZE,
    font: str = "Noto Sans CJK SC",
    *,
    karaoke: bool = False,
) -> str:
    """Captions in Advanced SubStation Alpha.

    Args:
        cues: In order.
        size: Width and height of the picture in pixels, which all sizes are relative to.
        font: Name of the font.
        karaoke: Whether every word lights up when it is said.
    """
    import pysubs2

    file = _file(cues, str, karaoke=karaoke)
    width, height = size
    file.info |= {"PlayResX": str(width), "PlayResY": str(height), "WrapStyle": "2"}
    letter = round(min(height * 0.055, width * 0.06), 1)
    file.styles["Default"] = pysubs2.SSAStyle(
        fontname=font,
        fontsize=letter,
        primarycolor=pysubs2.Color(255, 255, 255),
        secondarycolor=pysubs2.Color(170, 170, 170),
        outlinecolor=pysubs2.Color(0, 0, 0),
        backcolor=pysubs2.Color(0, 0, 0, 128),
        outline=round(letter / 18, 2),
        shadow=0,
        marginl=round(width * 0.05),
        marginr=round(width * 0.05),
        marginv=round(height * 0.06),
    )
    # libass takes a backslash before a brace for its escape; one before a letter is a command.
    return _unkept(file.to_string("ass"), {"\\": "\\\u2060", "{": "\\{", "}": "\\}"})


WRITERS: Mapping[str, Callable[[Iterable[Cue]], str]] = {".srt": srt, ".vtt": vtt, ".ass": ass}
"""What writes captions, by the suffix of the file."""


def _file(cues: Iterable[Cue], escaped: Callable[[str], str], *, karaoke: bool = False) -> SSAFile:
    import pysubs2

    file = pysubs2.SSAFile()
    for cue in cues:
        lines = cue.text.split("\n")
        text = _karaoke(cue) if karaoke else "\\N".join(_kept(escaped(line)) for line in lines)
        event = pysubs2.SSAEvent(
            round(cue.start_s * 1000), round(cue.end_s * 1000), text=text, name=cue.speaker
        )
        file.append(event)
    return file


def _karaoke(cue: Cue) -> str:
    """Text with a command before every word: how many hundredths of a second it takes."""
    at = round(cue.start_s * 100)
    lines: list[str] = []
    for line in cue.lines:
        parts: list[str] = []
        for word in line:
            start, end = round(word.start_s * 100), round(word.end_s * 100)
            if start > at:
                parts.append(f"{{\\k{start - at}}}")
            parts.append(f"{{\\kf{end - max(at, start)}}}{_kept(word.text)}")
            at = end
        lines.append("".join(parts).strip())
    return "\\N".join(lines)


def _as_html(text: str) -> str:
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")


def _kept(text: str) -> str:
    for char, instead in _KEPT.items():
        text = text.replace(char, instead)
    return text


def _unkept(text: str, written: Mapping[str, str]) -> str:
    for char, instead in _KEPT.items():
        text = text.replace(instead, written.get(char, char))
    return text
