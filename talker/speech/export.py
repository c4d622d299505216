"""A timeline written for other programs: JSON marks and subtitles."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import groupby
from typing import TypeAlias, TypedDict

from talker.speech.timeline import Mark, Speech
from talker.text.languages import UNSPACED

_LATIN_LIMIT, _HAN_LIMIT = 42, 18
"""Characters of a subtitle line, as broadcasters have them for Latin and for Chinese text."""
_LINES = 2
_LONGEST_S = 7.0
_AFTERGLOW_S = 0.3
_CLAUSE_ENDS = tuple(",.;:!?，。；：！？、…")
_CLOSERS = "\"'”’»)）]】」』》"

_Cue: TypeAlias = tuple[float, float, str]
"""Start and end in seconds, and the lines to show."""


class MarkRow(TypedDict):
    """One mark of `marks_json`."""

    kind: str
    label: str
    start_s: float
    end_s: float


def marks_json(speech: Speech) -> dict[str, list[MarkRow]]:
    """The timeline as JSON values: `{"marks": [{"kind", "label", "start_s", "end_s"}]}`."""
    return {
        "marks": [
            MarkRow(kind=mark.kind, label=mark.label, start_s=mark.start_s, end_s=mark.end_s)
            for mark in speech.marks
        ]
    }


def srt(speech: Speech) -> str:
    """Subtitles in SubRip: at most two lines of 42 Latin or 18 Chinese characters at a time."""
    import pysubs2

    cues = [cue for line in speech.of_kind("line") for cue in _cues(line, speech)]
    subtitles = pysubs2.SSAFile()
    for index, (start_s, end_s, text) in enumerate(cues):
        following_s = cues[index + 1][0] if index + 1 < len(cues) else speech.duration_s
        until_s = min(end_s + _AFTERGLOW_S, max(following_s, end_s))
        subtitles.append(pysubs2.SSAEvent(round(start_s * 1000), round(until_s * 1000), text=text))
    return subtitles.to_string("srt")


def _cues(line: Mark, speech: Speech) -> list[_Cue]:
    """Cues of a source line, each over the words it shows."""
    words = [
        mark
        for mark in speech.of_kind("word")
        if line.start_s <= mark.start_s and mark.end_s <= line.end_s + 1e-6
    ]
    pieces = _pieces(line.label, words)
    limit = _HAN_LIMIT if speech.language.split("-")[0] in UNSPACED else _LATIN_LIMIT
    cues: list[_Cue] = []
    held: list[tuple[str, Mark]] = []
    for text, word in pieces:
        if held and not _fits([*held, (text, word)], limit):
            keep = _clause_end(held)
            cues.append(_cue(held[:keep], limit))
            held = held[keep:]
        held.append((text, word))
    if held:
        cues.append(_cue(held, limit))
    return cues


def _pieces(source: str, words: Sequence[Mark]) -> list[tuple[str, Mark]]:
    """The source text cut so that each piece begins with a word and holds what follows it."""
    starts: list[int] = []
    found: list[Mark] = []
    at = 0
    for word in words:
        place = source.find(word.label, at)
        if place < 0:
            continue
        starts.append(place)
        found.append(word)
        at = place + len(word.label)
    if not found:
        return []
    starts[0] = 0
    ends = [*starts[1:], len(source)]
    # Opening quotes and brackets belong to the word behind them.
    for index in range(1, len(starts)):
        while starts[index] > starts[index - 1] and source[starts[index] - 1] in '"“‘«(（[【「『《':
            starts[index] -= 1
            ends[index - 1] = starts[index]
    return [(source[a:b], word) for a, b, word in zip(starts, ends, found, strict=True)]


def _fits(held: Sequence[tuple[str, Mark]], limit: int) -> bool:
    text = "".join(piece for piece, _ in held)
    long = held[-1][1].end_s - held[0][1].start_s > _LONGEST_S
    return not long and len(_wrapped(text, limit).split("\n")) <= _LINES


def _clause_end(held: Sequence[tuple[str, Mark]]) -> int:
    """How many pieces to show together: up to the last clause mark in the second half."""
    for count in range(len(held), len(held) // 2, -1):
        if held[count - 1][0].strip().rstrip(_CLOSERS).endswith(_CLAUSE_ENDS):
            return count
    return len(held)


def _cue(held: Sequence[tuple[str, Mark]], limit: int) -> _Cue:
    text = _wrapped("".join(piece for piece, _ in held), limit)
    return held[0][1].start_s, held[-1][1].end_s, text


def _wrapped(text: str, limit: int) -> str:
    """Text in lines of at most `limit` characters, the first no shorter than need be."""
    units = _units(" ".join(text.split()))
    total = sum(map(len, units))
    count = -(-total // limit)
    wanted = min(limit, -(-total // count) + 4) if count else limit
    for width in (wanted, limit):
        lines = _filled(units, width)
        if len(lines) <= max(count, 1):
            break
    return "\n".join(lines)


def _filled(units: Sequence[str], width: int) -> list[str]:
    lines = [""]
    for unit in units:
        if lines[-1] and len((lines[-1] + unit).rstrip()) > width:
            lines.append("")
        lines[-1] += unit
    return [line.strip() for line in lines if line.strip()]


def _units(text: str) -> list[str]:
    """What a line may be broken between: words with their space, single Han characters."""
    units: list[str] = []
    for wide, group in groupby(text, key=lambda char: ord(char) >= 0x2E80):
        run = "".join(group)
        if not wide:
            units += [word for word in run.replace(" ", " \0").split("\0") if word]
            continue
        for char in run:
            if units and char in "，。；：！？、”’）】」』》…":
                units[-1] += char
            else:
                units.append(char)
    return units
