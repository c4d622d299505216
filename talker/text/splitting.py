"""Text cut into sentences, with the pause after each."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from talker.errors import UsageError
from talker.text.english_abbreviations import (
    FINAL,
    LATIN_PHRASES,
    MONTHS,
    NUMBERED,
    STATES,
    TITLES,
    starts_sentence,
)
from talker.text.languages import HAN

_SENTENCE_PAUSE_S = 0.4
_LINE_PAUSE_S = 0.45
_PARAGRAPH_PAUSE_S = 0.7
_LONGEST_PAUSE_S = 60.0
_DEFAULT_TAG_PAUSE_S = 0.5

_WRAPPED_LATIN, _WRAPPED_HAN = 60, 30
"""Characters that a line has at least, where it is wrapped."""

_VISIBLE = re.compile(r"\S")
_TAG = re.compile(r"\[\s{0,9}pause\b[^\]\n]{0,80}\]?", re.IGNORECASE)
_TAG_LENGTH = re.compile(
    r"\[\s*pause(?:\s*[:=]?\s*(\d{1,6}(?:\.\d{1,6})?|\.\d{1,6})\s*(s|sec|secs|seconds?|ms)?)?\s*\]",
    re.IGNORECASE,
)
_CLOSERS = "\"'”’»›)）\\]】」』》〉〗"
_END = re.compile(f"(?:[。！？｡।۔؟][.。！？!?…｡]*|[!?.…][.!?…]*)[{_CLOSERS}]*…*")
_DAY_NAME = re.compile(
    r"\s+(?:Mon|Tue|Wed|Thu|Fri|Sat|Sun|Jan|Feb|Mar|Apr|May|Jun|Jul|Aug|Sep|Oct|Nov|Dec|Eastern|"
    r"Pacific|Central|Mountain|[A-Z]{2,4}\b|Greenwich|Beijing|London|New York)"
)
_NEVER = frozenset((*TITLES, *LATIN_PHRASES, "approx"))
_MAYBE = frozenset((*FINAL, *STATES, "St"))
_ORDINAL_STOP = frozenset({
    "de", "da", "no", "nb", "nn", "fi", "cs", "sk", "hu", "pl", "hr", "sr", "sl", "et", "lv", "is",
    "tr", "lb",
})  # fmt: skip
"""Languages that write a stop behind the number of a place in an order: "3. Oktober"."""


@dataclass(frozen=True, slots=True)
class Stretch:
    """A sentence or a pause tag in a text.

    Attributes:
        start: Index of its first character.
        end: Index behind its last character.
        line: Index of the source line it begins in.
        pause_s: Seconds of silence after it.
        is_tag: Whether it is a `[pause]` tag, with nothing to say.
    """

    start: int
    end: int
    line: int
    pause_s: float
    is_tag: bool = False


def stretches(text: str, language: str) -> Iterator[Stretch]:
    r"""Cut a text at sentence ends, line ends and pause tags.

    A line end ends a sentence, so that verse keeps its lines, unless the line is as long as the
    wrapped lines of a paragraph (60 characters, 30 in Chinese) and stops in mid-sentence.

    Args:
        text: With "\n" as its only line end.
        language: Main language of the text.
    """
    for block in _blocks(text):
        yield from _sentences(text, block, language)


def check_tags(text: str) -> None:
    """Refuse pause tags that make no sense.

    Raises:
        UsageError: A tag that is not closed, gives no length or too long a one.
    """
    for tag in _TAG.finditer(text):
        _tag_pause_s(tag[0])


def without_tags(text: str) -> str:
    """The text without its pause tags."""
    return _TAG.sub("", text)


def _tag_pause_s(tag: str) -> float:
    match = _TAG_LENGTH.fullmatch(tag)
    if not match:
        raise UsageError(
            f"'{tag}' is no pause.", "Write [pause], [pause 0.8s] or [pause 800ms] in the text."
        )
    if not match[1]:
        return _DEFAULT_TAG_PAUSE_S
    length_s = float(match[1]) / (1000 if (match[2] or "").lower() == "ms" else 1)
    if length_s > _LONGEST_PAUSE_S:
        raise UsageError(
            f"'{tag}' is longer than {_LONGEST_PAUSE_S:.0f} seconds.", "Give a shorter pause."
        )
    return length_s


def _blocks(text: str) -> Iterator[Stretch]:
    """Lines, wrapped ones joined, each with the pause at its end; blank lines left out."""
    start, line = 0, 0
    while start < len(text):
        end, last_line = _line_end(text, start), line
        if text[start:end].strip():
            width = _paragraph_width(text, start)
            while _is_wrapped(text, start, end, width):
                end, last_line = _line_end(text, end + 1), last_line + 1
            next_end = _line_end(text, end + 1)
            is_paragraph_end = not text[end + 1 : next_end].strip()
            yield Stretch(
                start, end, line, _PARAGRAPH_PAUSE_S if is_paragraph_end else _LINE_PAUSE_S
            )
        start, line = end + 1, last_line + 1


def _line_end(text: str, start: int) -> int:
    end = text.find("\n", start)
    return len(text) if end < 0 else end


def _paragraph_width(text: str, start: int) -> int:
    lines = text[start : start + 2000].split("\n\n")[0].split("\n")
    return max(len(line) for line in lines)


def _is_wrapped(text: str, start: int, end: int, width: int) -> bool:
    last_line = text[text.rfind("\n", start, end) + 1 or start : end].strip()
    following = text[end + 1 : _line_end(text, end + 1)].strip()
    if not following or re.match(r"[-*•·–—#>]\s|\d{1,3}[.)、]\s", following):
        return False
    is_han = re.search(f"[{HAN}]", last_line) is not None
    if len(last_line) < (_WRAPPED_HAN if is_han else _WRAPPED_LATIN):
        return False
    if re.search(f"[.!?。！？:：;；…][{_CLOSERS}]*$", last_line):
        return False
    if is_han:
        return width - len(last_line) <= 2 and len(following) <= width
    return following[0].islower() or (
        width - len(last_line) <= 15 and len(following) <= width and last_line[-1] != ","
    )


def _sentences(text: str, block: Stretch, language: str) -> Iterator[Stretch]:
    start, line = block.start, block.line
    for end, pause_s, is_tag in _cuts(text, block, language):
        body = text[start:end]
        inner = body.lstrip()
        first = end - len(inner)
        line += text.count("\n", start, first)
        if inner:
            yield Stretch(first, end, line, pause_s, is_tag)
        line += text.count("\n", first, end)
        start = end


def _cuts(text: str, block: Stretch, language: str) -> Iterator[tuple[int, float, bool]]:
    tags = [*_TAG.finditer(text, block.start, block.end), None]
    start = block.start
    for tag in tags:
        stop = tag.start() if tag else block.end
        end = start
        for match in _END.finditer(text, start, stop):
            is_last = not _VISIBLE.search(text, match.end(), stop)
            if not is_last and _ends_sentence(text, block.start, match, language):
                end = match.end()
                yield end, _SENTENCE_PAUSE_S, False
        if tag:
            if text[end:stop].strip():
                yield stop, 0.0, False
            yield tag.end(), _tag_pause_s(tag[0]), True
            start = tag.end()
        else:
            yield stop, block.pause_s, False


def _ends_sentence(text: str, floor: int, match: re.Match[str], language: str) -> bool:
    mark, end = match[0], match.end()
    if mark[0] in "。！？｡।۔؟":
        return True
    following = text[end : end + 24]
    if not re.match(rf"\s|[{HAN}“「『（]", following):
        return False
    is_followed_by_lower = re.match(r"\s*[\"'“‘(]*[a-zß-öø-ÿ]", following) is not None
    if mark[0] in "!?":
        return not is_followed_by_lower
    if mark.startswith(("..", "…")):
        return re.match(r"\s+[\"'“‘(]*[A-ZÀ-Þ\d]", following) is not None
    if is_followed_by_lower:
        return False
    word = re.search(
        r"[A-Za-zÀ-ɏ0-9](?:[A-Za-zÀ-ɏ0-9'’&]|\.(?=\w))*$",
        text[max(floor, match.start() - 40) : match.start()],
    )
    return word is None or not _stop_belongs(word[0], text, floor, match, following, language)


def _stop_belongs(
    word: str, text: str, floor: int, match: re.Match[str], following: str, language: str
) -> bool:
    """Whether a stop is part of the word before it, with the sentence going on."""
    starts_anew = starts_sentence(following)
    if word.isdigit():
        is_enumeration = not text[floor : match.start() - len(word)].strip()
        return is_enumeration or (len(word) <= 2 and language in _ORDINAL_STOP)
    if len(mark := match[0]) > 1 and mark[1] != "'" and word not in _MAYBE:
        return False
    if word in _NEVER:
        return True
    if word in NUMBERED or word in MONTHS:
        return re.match(r"\s*#?\d", following) is not None
    if re.fullmatch(r"[aApP]\.[mM]", word) or word in ("am", "pm"):
        return _DAY_NAME.match(following) is not None and not starts_anew
    if word in _MAYBE or re.fullmatch(r"(?:[A-Za-z]\.)+[A-Za-z]|Ph\.D", word):
        return not starts_anew
    if len(word) == 1 and word.isupper():
        is_initial = word != "I" and re.match(r"\s+[A-Z]\.", following) is not None
        return is_initial or not starts_anew
    return False
