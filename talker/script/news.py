"""News: an opening card, items under their headlines, a closing card."""

from __future__ import annotations

from collections.abc import Iterator

from talker.script.body import Section, sections
from talker.script.drafting import Company, Draft, chunks, talk
from talker.script.inline import read_inline
from talker.script.phrases import goodbye, written_day
from talker.script.prose import LONGEST, Teller
from talker.script.scenes import Scene, Speaker

_CARD_S = 3.0
_PARAGRAPH_PAUSE_S, _GOES_ON_S = 0.6, 0.4


def news_scenes(draft: Draft) -> tuple[dict[str, Speaker], list[Scene]]:
    """The cast and the scenes of a bulletin.

    Raises:
        UsageError: The script is wrong in some line.
    """
    header, source = draft.header, draft.source
    main = Speaker(header.presenter, header.portrait or "reader", header.voice, header.role)
    company = Company(main)
    items = [scene for section in sections(source) for scene in _item(draft, company, section)]
    if not items:
        raise source.error(
            source.body_line,
            "the bulletin has no items",
            "Write # and a headline, and words under it.",
        )
    scenes: list[Scene] = []
    if header.opening:
        day = written_day(header.date, draft.language) if header.date else ""
        scenes.append(_card(draft, source.header_line, draft.title, day))
    scenes += items
    closing = goodbye(draft.language) if header.closing is None else header.closing
    if closing:
        last = source.body_line + len(source.body) - 1
        scenes.append(_card(draft, max(last, source.body_line), closing, ""))
    return company.cast, scenes


def _card(draft: Draft, line: int, title: str, subtitle: str) -> Scene:
    return Scene(
        number=0,
        line=line,
        form="card",
        title=title,
        subtitle=subtitle,
        background=draft.header.background,
        captioned=False,
        music=draft.header.music,
        transition="fade",
        least_s=_CARD_S,
    )


def _item(draft: Draft, company: Company, section: Section) -> Iterator[Scene]:
    speaker = company.speaker_of(section.settings)
    teller = Teller(draft.source)
    for paragraph in section.paragraphs:
        pieces = read_inline(draft.source, paragraph.lines, is_verse=False)
        if paragraph.is_picture:
            teller.show(pieces)
        else:
            pause_s = _GOES_ON_S if paragraph.goes_on else _PARAGRAPH_PAUSE_S
            teller.tell(pieces, speaker, pause_s)
    utterances = teller.finish()
    if not utterances:
        raise draft.source.error(
            section.line,
            f"the item '{section.heading}' has no words" if section.heading else "no words follow",
            "Write what is said about it, or take it out.",
        )
    for number, group in enumerate(chunks(utterances, LONGEST)):
        yield talk(
            draft,
            section.settings,
            line=section.line if not number else group[0].line,
            title=section.heading,
            utterances=group,
            speakers=(speaker,),
            view="bust",
            transition="cut",
        )
