"""Text read: what a narrator would say, sentence by sentence."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import replace

from talker.errors import UsageError
from talker.text.glyphs import clean, fold, has_words
from talker.text.languages import HAN, UNSPACED, main_language, primary
from talker.text.lexicon import Lexicon
from talker.text.scanning import tokens_in
from talker.text.sentence import Sentence, Token, written
from talker.text.splitting import Stretch, check_tags, stretches, without_tags
from talker.text.ssml import PLAIN, Passage, passages

_LONGEST = 200
"""Latin letters that one breath group may have; a Han character counts as three or so."""

_HAN = re.compile(f"[{HAN}]")
_SLACK = 1.2
"""A sentence is left whole up to so many times that length: no breath before its last words."""
_CLAUSE_PAUSE_S = 0.15
_PASSAGE_PAUSES_S = {
    **dict.fromkeys("。！？.!?…", 0.45),
    **dict.fromkeys("，,；;：:、", _CLAUSE_PAUSE_S),
}
"""Where another way of speaking begins, by the mark before it; within a sentence at once."""


def read_text(
    text: str, *, language: str | None = None, lexicon: Lexicon | None = None
) -> Iterator[Sentence]:
    """Read a text: its sentences in order, in words that a voice can say.

    Args:
        text: Any text; line ends end a sentence, blank lines a paragraph, `[pause 0.8s]` waits.
            Markup, where it begins with `<speak>`; see `talker.text.ssml`.
        language: BCP 47 tag of the main language; None to tell it from the script.
        lexicon: The user's own pronunciations.

    Returns:
        An iterator that reads on as it is asked, in time and memory that do not grow with what
        has been read. The pause after the last sentence is 0, unless a tag asks for one.

    Raises:
        UsageError: Nothing to say in the text, a malformed pause or markup, or no such language;
            at once, before the first sentence.
    """
    parts = passages(text)
    cleaned = clean("".join(part.text for part in parts))
    main = primary(language) if language else main_language(cleaned)
    check_tags(cleaned)
    if not has_words(without_tags(cleaned)):
        shown = text.strip()[:20]
        raise UsageError(
            f"There is nothing to say in the text '{shown}'." if shown else "The text is empty.",
            "Give text with at least one word or number.",
        )
    if len(parts) == 1:
        return _in_one_way(parts[0], cleaned, main, lexicon)
    return _passage_by_passage(parts, main, lexicon)


def _passage_by_passage(
    parts: Sequence[Passage], main: str, lexicon: Lexicon | None
) -> Iterator[Sentence]:
    waiting: Sentence | None = None
    line = 0
    for part in parts:
        text = clean(part.text)
        ends = text.rstrip()[-1:] if text.strip() else ""
        last: Sentence | None = None
        for sentence in _in_one_way(part, text, main, lexicon):
            if waiting:
                yield waiting
            waiting = last = replace(sentence, line=line + sentence.line)
        if last and last.tokens:
            waiting = replace(last, pause_s=_PASSAGE_PAUSES_S.get(ends, 0.0))
        line += text.count("\n")
    if waiting:
        yield waiting if not waiting.tokens else replace(waiting, pause_s=0.0)


def _in_one_way(part: Passage, text: str, main: str, lexicon: Lexicon | None) -> Iterator[Sentence]:
    how = part.prosody
    if part.entries:
        places = part.places
        if text != part.text:
            places = tuple(len(clean(part.text[:place])) for place in places)
        placed = dict(zip(places, part.entries, strict=True))
        lexicon = Lexicon(lexicon.entries if lexicon else (), placed)
    for sentence in _sentences(text, main, lexicon):
        if how == PLAIN:
            yield sentence
        else:
            yield replace(sentence, rate=how.rate, pitch=how.pitch, volume_db=how.volume_db)


def _sentences(text: str, main: str, lexicon: Lexicon | None) -> Iterator[Sentence]:
    waiting: Sentence | None = None
    for stretch in stretches(text, main):
        for sentence in _breath_groups(text, stretch, main, lexicon):
            if waiting:
                yield replace(waiting, pause_s=0.0) if stretch.is_tag else waiting
            waiting = sentence
    if waiting:
        yield waiting if not waiting.tokens else replace(waiting, pause_s=0.0)


def _breath_groups(
    text: str, stretch: Stretch, main: str, lexicon: Lexicon | None
) -> Iterator[Sentence]:
    """The sentence of a stretch, cut at clauses or between words where it is very long."""
    source = text[stretch.start : stretch.end].rstrip()
    if stretch.is_tag:
        yield Sentence((), source, stretch.line, stretch.pause_s)
        return
    group: list[Token] = []
    weight = 0.0
    lexicon = lexicon.within(stretch.start, stretch.end) if lexicon else None
    for token in tokens_in(source, fold(source), main, lexicon):
        group.append(token)
        weight += _weight(token)
        if weight > _LONGEST * _SLACK and len(group) > 1:
            cut = _best_cut(group)
            pause_s = _CLAUSE_PAUSE_S if group[cut - 1].kind == "punctuation" else 0.0
            yield Sentence(tuple(group[:cut]), written(group[:cut]), stretch.line, pause_s)
            group = group[cut:]
            weight = sum(_weight(token) for token in group)
    if group:
        yield Sentence(tuple(group), written(group), stretch.line, stretch.pause_s)


def _best_cut(group: list[Token]) -> int:
    """How many tokens go before the cut: up to the last clause mark, else the last word limit."""
    total = 0.0
    clause, limit = 0, 0
    for index, token in enumerate(group[:-1], start=1):
        total += _weight(token)
        if total > _LONGEST:
            break
        follows_freely = token.space_after or token.language in UNSPACED
        if not follows_freely or group[index].kind == "punctuation":
            continue
        limit = index
        if token.kind == "punctuation" and token.spoken and total > 0.3 * _LONGEST:
            clause = index
    return clause or limit or len(group) - 1


def _weight(token: Token) -> float:
    letters = len(token.source) + 2.3 * len(_HAN.findall(token.source))
    return max(letters, 0.6 * len(token.spoken)) + token.space_after
