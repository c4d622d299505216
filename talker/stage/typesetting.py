"""Text in a box: broken into lines as its language breaks them, and as large as it can be."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

from talker.stage.fonts import Cluster, FontBook, is_wide
from talker.stage.lettering import Line, Style, set_line

LEADING = 1.32
"""From one baseline to the next, in em, where nothing else is said."""

NO_START = frozenset(
    "、。，．・：；？！‼⁇⁈⁉」』）〉》】〕］｝〗〙”’…‥—～〜ー々ゝゞヽヾ゛゜"
    "ぁぃぅぇぉっゃゅょゎゕゖァィゥェォッャュョヮヵヶ％‰℃°,.;:!?)]}%»›·•"
)
"""What may not begin a line (JIS X 4051, CLREQ)."""

NO_END = frozenset("「『（〈《【〔［｛〖〘“‘([{«‹¥￥$£€＄￡#＃@")
"""What may not end a line."""

_WITHIN = 0.3
"""By how much longer the longer of two lines may be so that no Chinese word may be parted."""

_TOGETHER = frozenset("—…‥・")
"""Marks that are written twice and not parted."""


@dataclass(frozen=True, slots=True)
class Block:
    """Lines of text, ready to be drawn.

    Attributes:
        lines: From top to bottom.
        style: Of all of them.
        leading: From one baseline to the next, in em.
        shortened: Whether not all of the text is there.
    """

    lines: tuple[Line, ...]
    style: Style
    leading: float = LEADING
    shortened: bool = False

    @property
    def width(self) -> int:
        """Of the widest line, in pixels."""
        return round(max((line.width for line in self.lines), default=0))

    @property
    def height(self) -> int:
        """From the top of the first em square's room to the bottom of the last's."""
        if not self.lines:
            return 0
        return round(self.style.size * (1.1 + (len(self.lines) - 1) * self.leading))


def wrap(text: str, style: Style, width: float, book: FontBook) -> list[list[Cluster]]:
    """Breaks text into lines; no Latin word is parted unless it is wider than a line.

    Args:
        text: Its own line breaks are kept.
        style: Of the letters.
        width: Of a line, in pixels.
        book: The fonts.
    """
    lines: list[list[Cluster]] = []
    for paragraph in _paragraphs(text, style, book):
        lines += _filled(_units(paragraph), style, width, book)
    return lines


def balanced(text: str, style: Style, width: float, book: FontBook) -> list[list[Cluster]]:
    """As `wrap`, with as many lines, but none longer than need be."""
    lines: list[list[Cluster]] = []
    for paragraph in _paragraphs(text, style, book):
        units = _units(paragraph)
        best = _filled(units, style, width, book)
        if len(best) == 2 and not _parts_a_word(best, units):
            lines += _halved(units, style, width, book)
            continue
        low, high = width / max(1, len(best)) * 0.5, width
        while len(best) > 1 and high - low > style.size / 8:
            middle = (low + high) / 2
            tried = _filled(units, style, middle, book)
            if len(tried) <= len(best) and not _parts_a_word(tried, units):
                best, high = tried, middle
            else:
                low = middle
        lines += best
    return lines


def _halved(
    units: Sequence[list[Cluster]], style: Style, width: float, book: FontBook
) -> list[list[Cluster]]:
    """Two lines of much the same width, parted after a mark or a word rather than within one."""
    best, least = list[list[Cluster]](), float("inf")
    for place in range(1, len(units)):
        halves = [
            [cluster for unit in part for cluster in unit]
            for part in (units[:place], units[place:])
        ]
        widths = [set_line(half, style, book).width for half in halves]
        end = halves[0][-1].text[-1]
        if max(widths) > width:
            continue
        cost = max(widths) * (1 if end.isspace() or end in NO_START else 1 + _WITHIN)
        if end.isspace() and len(halves[0]) > 1 and halves[0][-2].text[-1] in NO_START:
            cost *= 0.95
        if cost < least:
            best, least = halves, cost
    return best


def fit(
    text: str,
    room: tuple[int, int],
    style: Style,
    book: FontBook,
    *,
    smallest: int,
    most_lines: int,
    leading: float = LEADING,
    tell: bool = True,
) -> Block:
    """Text as large as it goes into a box; what is too long even then ends in an ellipsis.

    Args:
        text: Its own line breaks are kept.
        room: Width and height, in pixels.
        style: Of the letters, at the largest size.
        book: The fonts; it is told where a text was shortened.
        smallest: Size in pixels.
        most_lines: How many lines there may be.
        leading: From one baseline to the next, in em.
        tell: Whether the book hears of a text that was shortened.
    """
    text = book.clean(text)
    size = style.size
    while True:
        size = max(min(smallest, style.size), size)
        sized = style.sized(size)
        broken = wrap(text, sized, room[0], book)
        units = [unit for part in _paragraphs(text, sized, book) for unit in _units(part)]
        count = min(most_lines, 1 + int((room[1] / size - 1.1) / leading)) if size else 1
        fits = len(broken) <= max(1, count) and not _parts_a_word(broken, units)
        if fits or size <= smallest:
            break
        size = min(size - 1, round(size * 0.96))
    count = max(1, count)
    shortened = len(broken) > count
    lines = balanced(text, sized, room[0], book) if not shortened else broken[:count]
    if shortened:
        lines[-1] = _ended(lines[-1], sized, room[0], book)
    if shortened and tell:
        shown = text if len(text) < 48 else text[:45] + "…"
        book.note(f"'{shown}' is too long for its place in the picture: its end is cut off.")
    return Block(
        tuple(set_line(line, sized, book) for line in lines if line), sized, leading, shortened
    )


def _paragraphs(text: str, style: Style, book: FontBook) -> list[list[Cluster]]:
    """Each line of a text; places go on counting over all of it."""
    found: list[list[Cluster]] = []
    start = 0
    for part in text.split("\n"):
        clusters = book.clusters(part, style.family)
        found.append([Cluster(one.text, one.font, one.place + start) for one in clusters])
        start += len(part) + 1
    return [part for part in found if part]


def _units(clusters: Sequence[Cluster]) -> list[list[Cluster]]:
    """What is never parted: words with their marks, Han characters with theirs."""
    if not clusters:
        return []
    units = [[clusters[0]]]
    for before, after in pairwise(clusters):
        if _may_break(before.text, after.text):
            units.append([after])
        else:
            units[-1].append(after)
    return units


def _may_break(before: str, after: str) -> bool:
    if after[0].isspace() or after[0] in NO_START or before[-1] in NO_END:
        return False
    if before[-1].isspace():
        return True
    if before[-1] in _TOGETHER and after[0] == before[-1]:
        return False
    return is_wide(before[0]) or is_wide(after[0])


def _filled(
    units: Sequence[list[Cluster]], style: Style, width: float, book: FontBook
) -> list[list[Cluster]]:
    """Lines, each as long as it may be."""
    lines: list[list[Cluster]] = []
    current: list[Cluster] = []
    for unit in units:
        if set_line([*current, *unit], style, book).width <= width:
            current = [*current, *unit]
            continue
        if current:
            lines.append(current)
        current = unit
        while len(current) > 1 and set_line(current, style, book).width > width:
            count = len(current) - 1
            while count > 1 and set_line(current[:count], style, book).width > width:
                count -= 1
            lines.append(current[:count])
            current = current[count:]
    return [*lines, current] if current else lines


def _parts_a_word(lines: Sequence[list[Cluster]], units: Sequence[list[Cluster]]) -> bool:
    starts = {unit[0].place for unit in units}
    return any(line[0].place not in starts for line in lines if line)


def _ended(line: Sequence[Cluster], style: Style, width: float, book: FontBook) -> list[Cluster]:
    """A line that ends in an ellipsis after a whole word, and is no wider than allowed."""
    units = _units(line)
    while True:
        kept = [cluster for unit in units for cluster in unit]
        while kept and (kept[-1].text.isspace() or kept[-1].text in NO_END | NO_START):
            kept.pop()
        wide = bool(kept) and is_wide(kept[-1].text[0])
        dots = book.clusters("中…" if wide else "…", style.family)[-1:]
        place = kept[-1].place + len(kept[-1].text) if kept else 0
        ended = [*kept, *(Cluster(dot.text, dot.font, place) for dot in dots)]
        if not kept or set_line(ended, style, book).width <= width:
            return ended
        if len(units) > 1:
            units.pop()
        else:
            units = [kept[:-1]]
