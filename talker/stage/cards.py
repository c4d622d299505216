"""Title cards: how a programme opens and closes."""

from __future__ import annotations

import re
from collections.abc import Sequence

from talker.stage.blending import flatten
from talker.stage.box import Box
from talker.stage.design import Design
from talker.stage.fonts import is_wide
from talker.stage.layer import Element, Layer
from talker.stage.motion import arriving, eased, faded, moved, wiped
from talker.stage.painting import Ink, write
from talker.stage.scroll import Seal
from talker.stage.shapes import panel
from talker.stage.typesetting import Block, fit
from talker.stage.upright import draw_column

_COME_S, _LATER_S, _GO_S = 0.55, 0.18, 0.4
"""Seconds: an entrance, how much later the next part begins, and the exit."""
_MOST_UPRIGHT = 14
"""Characters of a title that is still set in columns."""
_ONE_LINE = 0.8
"""Size down to which a title is kept on one line."""
_STEP = 1.14
"""From character to character of a column, in em."""


class Card(Element):
    """A title with a line under it, drawn over a background.

    Args:
        title: What it says.
        subtitle: Under (or beside) it; empty for none.
        design: Of the scene.
        length_s: Seconds of the scene; the title is gone at its end.
        seal: Name in a seal, where the theme's cards carry one; empty for none.
    """

    def __init__(
        self, title: str, subtitle: str, design: Design, length_s: float, seal: str = ""
    ) -> None:
        self._length_s = length_s
        manner = design.theme.card
        if manner == "scroll" and _stands(title):
            self._parts = _standing(title, subtitle, design, seal)
        elif manner == "opener":
            self._parts = _opening(title, subtitle, design)
        else:
            self._parts = _centred(title, subtitle, design, seal if manner == "scroll" else "")
        self._come_s = min(_COME_S, length_s / 4)
        self._settled: list[Layer] | None = None

    def at(self, time_s: float) -> Sequence[Layer]:
        """The card at a time."""
        if not 0 <= time_s < self._length_s:
            return ()
        going = eased((self._length_s - time_s) / min(_GO_S, self._length_s / 4))
        last_s = self._come_s + _LATER_S * (len(self._parts) - 1)
        if time_s >= last_s:
            if self._settled is None:
                whole = [layer for part in self._parts for layer in part.layers]
                self._settled = [flatten(whole)] if whole else []
            return faded(self._settled, going)
        layers: list[Layer] = []
        for number, part in enumerate(self._parts):
            share = (time_s - number * _LATER_S) / self._come_s
            layers += part.coming(share)
        return faded(layers, going)


class _Part:
    """What comes in one move.

    Args:
        layers: Its drawings.
        way: By how many pixels to the right and down it moves while it comes.
        wipe: Whether it is uncovered from the left instead of faded in.
    """

    def __init__(
        self, layers: Sequence[Layer], way: tuple[int, int] = (0, 0), *, wipe: bool = False
    ) -> None:
        self.layers, self._way, self._wipe = list(layers), way, wipe

    def coming(self, share: float) -> list[Layer]:
        """As far as it has come."""
        if share <= 0:
            return []
        done = arriving(share)
        if self._wipe:
            return [part for layer in self.layers for part in wiped(layer, done)]
        right, down = self._way[0] * (done - 1), self._way[1] * (done - 1)
        return faded([moved(layer, right, down) for layer in self.layers], eased(share))


def _stands(title: str) -> bool:
    """Whether a title is written in characters that stand in a column."""
    signs = [sign for sign in title if not sign.isspace()]
    wide = sum(is_wide(sign) for sign in signs)
    return 0 < len(signs) <= _MOST_UPRIGHT and wide > len(signs) / 2


def _standing(title: str, subtitle: str, design: Design, seal: str) -> list[_Part]:
    """A title in a column, what follows its dot and the author in smaller ones to its left."""
    layout, book, colours = design.layout, design.book, design.theme.colours
    head, _, tail = (part.strip() for part in re.sub("[・•]", "·", title).partition("·"))
    signs = max(1, len(head.replace(" ", "")))
    share = min(0.165, 0.9 * layout.title.height / (_STEP * signs) / layout.unit)
    styles = [design.title(share)]
    texts, inks = [head], [Ink(colours.text)]
    if tail:
        texts, inks = [*texts, tail], [*inks, Ink(colours.text)]
        styles.append(design.title(min(0.5 * share, 0.85 * share * signs / len(tail))))
    if subtitle:
        # In a column, air parts a name from a dynasty better than a dot.
        texts, inks = [*texts, re.sub(r"\s*[·•・]\s*", " ", subtitle)], [*inks, Ink(colours.muted)]
        styles.append(design.text(max(0.03, 0.38 * share), 500))
    stamp = Seal(seal, design, round(1.6 * max(styles[-1].size, layout.pixels(0.045))))
    widths = [style.size for style in styles]
    if seal:
        widths[-1] = max(widths[-1], stamp.width) if len(widths) > 1 else widths[-1]
    gap = round(0.42 * styles[0].size)
    right = (layout.size[0] + sum(widths) + gap * (len(widths) - 1)) // 2
    _, length = draw_column(head, styles[0], book, inks[0], (0, 0), _STEP)
    top = (layout.size[1] - length) // 2
    parts: list[_Part] = []
    middle = under = 0
    for number, (text, style, ink) in enumerate(zip(texts, styles, inks, strict=True)):
        middle = right - sum(widths[:number]) - gap * number - widths[number] // 2
        start = top + (round(0.1 * styles[0].size) if number else 0)
        column, long = draw_column(text, style, book, ink, (middle, start), _STEP)
        parts.append(_Part(column, (0, layout.pixels(0.02 if not number else 0.012))))
        under = start + long
    if seal:
        place = middle - stamp.width // 2, under + round(0.55 * stamp.width)
        parts.append(_Part(stamp.layer(*place)))
    return parts


def _centred(title: str, subtitle: str, design: Design, seal: str) -> list[_Part]:
    """A title in the middle, a short rule and a line under it."""
    layout, book, colours = design.layout, design.book, design.theme.colours
    head = _title(title, design, layout.title.width, 0.11)
    tail = _subtitle(subtitle, design, layout.title.width)
    rule, air = layout.pixels(0.005), layout.pixels(0.038)
    height = head.height + (2 * air + rule + tail.height if subtitle else air + rule)
    top = layout.title.top + (layout.title.height - height) // 2
    wide = layout.title
    rise = layout.pixels(0.018)
    box = Box(wide.left, top, wide.width, head.height)
    parts = [_Part([write(head, box, book, Ink(colours.text), "centre")], (0, rise))]
    length = layout.pixels(0.13)
    bar = Box((layout.size[0] - length) // 2, box.bottom + air, length, rule)
    parts.append(_Part([panel(bar, colours.accent)], wipe=True))
    if subtitle:
        box = Box(wide.left, bar.bottom + air, wide.width, tail.height)
        parts.append(_Part([write(tail, box, book, Ink(colours.muted), "centre")], (0, rise)))
    if seal:
        stamp = Seal(seal, design, layout.pixels(0.075))
        place = (layout.size[0] - stamp.width) // 2, box.bottom + round(1.5 * air)
        parts.append(_Part(stamp.layer(*place)))
    return parts


def _opening(title: str, subtitle: str, design: Design) -> list[_Part]:
    """A title beside a tall bar, left of the middle, with a hairline across the picture."""
    layout, book, colours = design.layout, design.book, design.theme.colours
    bar_wide, air = layout.pixels(0.016), layout.pixels(0.045)
    left = layout.safe.left if layout.upright else max(layout.safe.left, layout.title.left // 2 * 2)
    width = layout.safe.right - left - bar_wide - air
    head = _title(title, design, width, 0.125)
    tail = _subtitle(subtitle, design, width)
    gap = layout.pixels(0.03) if subtitle else 0
    height = head.height + gap + tail.height
    top = (layout.size[1] - height) // 2
    pad = layout.pixels(0.022)
    bar = Box(left, top - pad, bar_wide, height + 2 * pad)
    start = bar.right + air
    parts = [_Part([panel(bar, colours.accent)], (0, layout.pixels(0.06)))]
    box = Box(start, top, width, head.height)
    ink = Ink(
        colours.text,
        shadow=colours.shadow,
        shadow_px=layout.pixels(0.012),
        shadow_down=layout.pixels(0.004),
        shadow_share=0.45,
    )
    parts.append(_Part([write(head, box, book, ink)], (layout.pixels(0.05), 0)))
    if subtitle:
        box = Box(start, box.bottom + gap, width, tail.height)
        parts.append(_Part([write(tail, box, book, Ink(colours.muted))], (layout.pixels(0.05), 0)))
    return parts


def _title(text: str, design: Design, width: int, share: float) -> Block:
    style = design.title(share)
    room = (max(1, width), round(0.7 * design.layout.title.height))
    line = round(_ONE_LINE * style.size)
    alone = fit(text, room, style, design.book, smallest=line, most_lines=1, tell=False)
    if not alone.shortened:
        return alone
    least = design.layout.pixels(0.05)
    return fit(text, room, style, design.book, smallest=least, most_lines=3, leading=1.22)


def _subtitle(text: str, design: Design, width: int) -> Block:
    style = design.text(0.047, 400)
    room = (max(1, width), round(0.25 * design.layout.title.height))
    least = design.layout.pixels(0.034)
    return fit(text, room, style, design.book, smallest=least, most_lines=2)
