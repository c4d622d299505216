"""Dialogues: turns of named speakers."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from talker.script.body import Paragraph, Section, sections
from talker.script.cast import LONGEST_NAME, same_name
from talker.script.drafting import Draft, chunks, talk
from talker.script.header import ALONE
from talker.script.inline import read_inline
from talker.script.pieces import Written
from talker.script.prose import LONGEST, Teller
from talker.script.scenes import Scene, Speaker, Utterance
from talker.script.source import one_of

_TURN_PAUSE_S, _PARAGRAPH_PAUSE_S = 0.45, 0.6
_NAME = re.compile(
    r"(?P<mark>\*{1,3}|_{1,3})?(?P<name>[^\s:：\\\[\]{}#，。！？；、,.;!?“”\"<>(（*][^:：\\\[\]{}，。！？；、,;!?“”\"<>(（*]*?)"
    r"\s*(?P<after>\*{1,3}|_{1,3})?\s*(?:：|:(?=\s|$|[*_]))\s*(?P<last>\*{1,3}|_{1,3})?\s*"
)
_MOST_WORDS = 3
"""That a name has which is not in the cast; more are words with a colon among them."""


@dataclass(frozen=True, slots=True)
class _Turn:
    """A paragraph of one speaker."""

    speaker: str
    lines: tuple[Written, ...]
    line: int


def dialogue_scenes(draft: Draft) -> tuple[dict[str, Speaker], list[Scene]]:
    """The cast and the scenes of a dialogue.

    Raises:
        UsageError: The script is wrong in some line.
    """
    cast = {speaker.name: speaker for speaker in draft.header.cast}
    source = draft.source
    scenes = [
        scene
        for section in sections(source, views=(*ALONE, "together"))
        for scene in _scenes(draft, cast, section)
    ]
    if not scenes:
        name = next(iter(cast))
        raise source.error(
            source.body_line, "nobody says anything", f"Write turns, such as: {name}: Hello."
        )
    return cast, scenes


def _scenes(draft: Draft, cast: dict[str, Speaker], section: Section) -> Iterator[Scene]:
    source = draft.source
    if section.settings.cast_line is not None:
        raise source.error(
            section.settings.cast_line,
            "a scene of a dialogue has no voice or portrait of its own",
            "Give them to the speakers, in the cast of the header.",
        )
    utterances = _utterances(draft, cast, section)
    if not utterances:
        raise source.error(
            section.line,
            f"nobody speaks in the scene '{section.heading}'",
            f"Write turns, such as: {next(iter(cast))}: Hello. Or take the scene out.",
        )
    for number, group in enumerate(chunks(utterances, LONGEST)):
        view = section.settings.view or draft.header.view or "full"
        speaking = dict.fromkeys(utterance.speaker for utterance in group)
        yield talk(
            draft,
            section.settings,
            line=section.line if not number else group[0].line,
            title=section.heading,
            utterances=group,
            speakers=tuple(cast if view == "together" else speaking),
            view="full",
            transition="cut",
        )


def _utterances(draft: Draft, cast: dict[str, Speaker], section: Section) -> tuple[Utterance, ...]:
    teller = Teller(draft.source)
    last: str | None = None
    for turn in _turns(draft, cast, section):
        pieces = read_inline(draft.source, turn.lines, is_verse=False)
        if not turn.speaker:
            teller.show(pieces)
            continue
        before = len(teller.utterances)
        if last == turn.speaker and before:
            longer = teller.utterances[-1]
            pause_s = longer.pause_s - _TURN_PAUSE_S + _PARAGRAPH_PAUSE_S
            teller.utterances[-1] = replace(longer, pause_s=pause_s)
        teller.tell(pieces, turn.speaker, _TURN_PAUSE_S)
        last = turn.speaker
    return teller.finish()


def _turns(draft: Draft, cast: dict[str, Speaker], section: Section) -> Iterator[_Turn]:
    """Paragraphs with their speakers; pictures have none."""
    speaker: str | None = None
    waiting: int | None = None
    for paragraph in section.paragraphs:
        if paragraph.is_picture:
            yield _Turn("", paragraph.lines, paragraph.line)
            continue
        for name, lines in _parts(draft, cast, paragraph):
            if name is not None:
                _check_said(draft, speaker, waiting)
                speaker, waiting = name, lines[0].number
            if speaker is None:
                raise draft.source.error(
                    lines[0].number,
                    f"nobody says '{lines[0].text[:40]}'",
                    f"Begin the line with who does: {' or '.join(f'{name}:' for name in cast)}",
                )
            said = tuple(line for line in lines if line.text)
            if said:
                waiting = None
                yield _Turn(speaker, said, said[0].number)
    _check_said(draft, speaker, waiting)


def _check_said(draft: Draft, speaker: str | None, waiting: int | None) -> None:
    if waiting is not None:
        raise draft.source.error(
            waiting, f"'{speaker}' says nothing", "Write the words behind the colon."
        )


def _parts(
    draft: Draft, cast: dict[str, Speaker], paragraph: Paragraph
) -> Iterator[tuple[str | None, Sequence[Written]]]:
    """Lines of a paragraph, cut where another begins to speak."""
    lines: list[Written] = []
    speaker: str | None = None
    for line in paragraph.lines:
        name, words = _speaker_in(draft, cast, line)
        if name is not None:
            if lines:
                yield speaker, lines
            speaker, lines = name, []
        lines.append(Written(words, line.number))
    if lines:
        yield speaker, lines


def _speaker_in(draft: Draft, cast: dict[str, Speaker], line: Written) -> tuple[str | None, str]:
    """Who begins to speak in a line, and what they say."""
    found = _NAME.match(line.text)
    if found is None:
        return None, line.text
    given = found["name"].strip("_ ")
    for name in cast:
        if same_name(name) == same_name(given):
            mark = "" if found["after"] or found["last"] or not found["mark"] else found["mark"]
            return name, mark + line.text[found.end() :]
    if len(given) > LONGEST_NAME or len(given.split()) > _MOST_WORDS:
        return None, line.text
    raise draft.source.error(
        line.number,
        f"there is no '{given}' in the cast",
        f"{one_of(given, tuple(cast), 'The cast is')} Where no name is meant, write \\: for the "
        "colon.",
    )
