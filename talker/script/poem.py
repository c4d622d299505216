"""Poems: a title card, then stanzas."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import groupby
from xml.sax.saxutils import escape

from talker.script.body import Paragraph, Section, sections
from talker.script.drafting import Company, Draft, talk
from talker.script.inline import read_inline
from talker.script.phrases import byline, spoken_title
from talker.script.pieces import LineEnd, Piece, Wait, plain_of
from talker.script.prose import Teller, check_said
from talker.script.scenes import Scene, Speaker, Utterance
from talker.script.verse import STANZA_PAUSE_S, Metre, line_pause_s, metre_of, recited
from talker.text.languages import primary
from talker.text.splitting import stretches

MOST_LINES = 24
"""Of a scene."""
_SILENT_CARD_S, _READ_CARD_S = 3.0, 2.5
_TITLE_PACE = "88%"


@dataclass(frozen=True, slots=True)
class _Stanza:
    """Lines of a poem; `goes_on` where the stanza goes on in the next piece of it."""

    lines: tuple[tuple[Piece, ...], ...]
    line: int
    goes_on: bool


def poem_scenes(draft: Draft) -> tuple[dict[str, Speaker], list[Scene]]:
    """The cast and the scenes of a poem.

    Raises:
        UsageError: The script is wrong in some line.
    """
    header, source = draft.header, draft.source
    company = Company(Speaker("", header.portrait or "poet", header.voice))
    read = [(section, list(_read(draft, section))) for section in sections(source, is_verse=True)]
    lines = [
        plain_of(line)
        for _, items in read
        for item in items
        if isinstance(item, _Stanza)
        for line in item.lines
    ]
    metre = metre_of(lines, primary(draft.language))
    scenes = [_card(draft)]
    for index, (section, items) in enumerate(read):
        names_poem = not index and section.level == 1
        title = "" if names_poem and section.heading == draft.title else section.heading
        made = list(_talks(draft, company, section, items, title, metre))
        if not made and not (names_poem and not title):
            raise source.error(
                section.line,
                f"the scene '{section.heading}' has no words",
                "Write some, or take its heading out.",
            )
        scenes += made
    if len(scenes) == 1:
        raise source.error(
            source.body_line, "the poem has no verses", "Write them under the header."
        )
    return company.cast, scenes


def _card(draft: Draft) -> Scene:
    header = draft.header
    said: tuple[Utterance, ...] = ()
    if header.read_title:
        words = spoken_title(draft.title, header.author, header.dynasty, draft.language)
        text = f'<speak><prosody rate="{_TITLE_PACE}">{escape(words)}</prosody></speak>'
        said = (Utterance("", text, draft.source.header_line, pause_s=0.6),)
    return Scene(
        number=0,
        line=draft.source.header_line,
        form="card",
        title=draft.title,
        subtitle=byline(header.author, header.dynasty, draft.language),
        utterances=said,
        background=header.background,
        captioned=False,
        music=header.music,
        transition="fade",
        least_s=_READ_CARD_S if said else _SILENT_CARD_S,
    )


def _read(draft: Draft, section: Section) -> Iterator[_Stanza | tuple[Piece, ...]]:
    """Stanzas, none longer than a scene, and between them pictures and silences."""
    for paragraph in section.paragraphs:
        pieces = read_inline(draft.source, paragraph.lines, is_verse=True)
        lines = _lines(pieces)
        if paragraph.is_picture or not plain_of(pieces).strip():
            yield pieces
            continue
        check_said(draft.source, pieces)
        yield from _cut(lines, paragraph)


def _cut(lines: Sequence[tuple[Piece, ...]], paragraph: Paragraph) -> Iterator[_Stanza]:
    for first in range(0, len(lines), MOST_LINES):
        part = tuple(lines[first : first + MOST_LINES])
        is_last = first + MOST_LINES >= len(lines)
        number = paragraph.lines[first].number if first < len(paragraph.lines) else paragraph.line
        yield _Stanza(part, number, paragraph.goes_on if is_last else True)


def _lines(pieces: Sequence[Piece]) -> list[tuple[Piece, ...]]:
    return [
        tuple(group)
        for is_end, group in groupby(pieces, lambda piece: isinstance(piece, LineEnd))
        if not is_end
    ]


def _talks(
    draft: Draft,
    company: Company,
    section: Section,
    items: Sequence[_Stanza | tuple[Piece, ...]],
    title: str,
    metre: Metre,
) -> Iterator[Scene]:
    speaker = company.speaker_of(section.settings)
    teller = Teller(draft.source)
    groups: list[list[Utterance]] = [[]]
    count = 0
    lead: list[Piece] = []
    for item in items:
        if not isinstance(item, _Stanza):
            teller.show(item)
            lead += [piece for piece in item if isinstance(piece, Wait)]
            continue
        if count and count + len(item.lines) > MOST_LINES:
            groups.append([])
            count = 0
        groups[-1].append(_utterance(item, speaker, teller, metre, lead))
        count += len(item.lines)
        lead = []
    teller.finish()
    if lead and groups[-1]:
        last = groups[-1][-1]
        groups[-1][-1] = _longer(last, lead)
    for group in groups:
        if group:
            yield talk(
                draft,
                section.settings,
                line=section.line if group is groups[0] else group[0].line,
                title=title,
                utterances=group,
                speakers=(speaker,),
                view="bust",
                transition="dissolve",
            )


def _utterance(
    stanza: _Stanza, speaker: str, teller: Teller, metre: Metre, lead: Sequence[Piece]
) -> Utterance:
    pieces: list[Piece] = [*lead]
    for index, line in enumerate(stanza.lines):
        if index:
            pieces.append(LineEnd(stanza.line + index - 1))
        pieces += line
    text = recited(pieces, metre, goes_on=stanza.goes_on)
    last = plain_of(stanza.lines[-1])
    pause_s = line_pause_s(last, metre) if stanza.goes_on else STANZA_PAUSE_S
    return Utterance(speaker, text, stanza.line, teller.picture, pause_s)


def _longer(utterance: Utterance, waits: Sequence[Piece]) -> Utterance:
    length_s = sum(
        next(stretches(wait.tag, "en")).pause_s for wait in waits if isinstance(wait, Wait)
    )
    return replace(utterance, pause_s=utterance.pause_s + length_s)
