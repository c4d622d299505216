"""Names and headlines at the bottom of the picture."""

from __future__ import annotations

from collections.abc import Sequence

from talker.stage.blending import flatten
from talker.stage.box import Box
from talker.stage.design import Design
from talker.stage.layer import Element, Layer
from talker.stage.motion import arriving, eased, faded, wiped
from talker.stage.painting import Ink, write
from talker.stage.shapes import graded, lit, panel, shadow
from talker.stage.typesetting import fit

NAME_S = (0.6, 5.6)
"""When a name comes, and when it has gone."""

_COME_S, _GO_S, _LATER_S = 0.45, 0.35, 0.14


class LowerThird(Element):
    """Who speaks: a name and under it a role, for some seconds.

    Args:
        name: Of the speaker.
        role: Under it; empty for none.
        design: Of the scene.
        start_s: When it comes.
        end_s: When it has gone.
    """

    def __init__(
        self,
        name: str,
        role: str,
        design: Design,
        start_s: float = NAME_S[0],
        end_s: float = NAME_S[1],
    ) -> None:
        self._start_s, self._end_s = start_s, end_s
        self._back, self._letters = _named(name, role, design)

    def at(self, time_s: float) -> Sequence[Layer]:
        """The name at a time."""
        return _passing(self._back, self._letters, time_s, self._start_s, self._end_s)


class Strap(Element):
    """The headline of an item.

    Args:
        headline: On one line, or on two smaller ones.
        design: Of the scene.
        start_s: When it comes; None for the scene's beginning, or where the layout shows a name
            in the same place, for when `LowerThird` has gone.
        end_s: When it has gone; None for never.
    """

    def __init__(
        self,
        headline: str,
        design: Design,
        start_s: float | None = None,
        end_s: float | None = None,
    ) -> None:
        if start_s is None:
            start_s = NAME_S[1] + 0.1 if design.layout.shown.lower_third else 0.3
        self._start_s = start_s
        self._end_s = float("inf") if end_s is None else end_s
        self._back, self._letters = _headed(headline, design)

    def at(self, time_s: float) -> Sequence[Layer]:
        """The headline at a time."""
        return _passing(self._back, self._letters, time_s, self._start_s, self._end_s)


def _passing(
    back: Layer, letters: Layer, time_s: float, start_s: float, end_s: float
) -> list[Layer]:
    """A panel that is uncovered from the left, its letters a moment later; both fade away."""
    if not start_s <= time_s < end_s:
        return []
    come = arriving((time_s - start_s) / _COME_S)
    said = eased((time_s - start_s - _LATER_S) / _COME_S)
    layers = [*wiped(back, come), *faded([letters], said)]
    return faded(layers, eased((end_s - time_s) / _GO_S))


def _named(name: str, role: str, design: Design) -> tuple[Layer, Layer]:
    layout, book, colours = design.layout, design.book, design.theme.colours
    box = layout.lower_third
    bar, pad = max(2, round(0.07 * box.height)), round(0.24 * box.height)
    room = max(1, box.width - bar - 2 * pad)
    upper = round((0.56 if role else 0.9) * box.height)
    head = fit(
        name, (room, upper), design.title(0.052), book,
        smallest=layout.pixels(0.034), most_lines=1,
    )  # fmt: skip
    tail = fit(
        role, (room, box.height - upper), design.text(0.033, 400), book,
        smallest=layout.pixels(0.024), most_lines=1,
    )  # fmt: skip
    width = min(box.width, bar + 2 * pad + max(head.width, tail.width, layout.pixels(0.16)))
    body = Box(box.left, box.top, width, box.height)
    back = flatten(
        [
            shadow(body, colours.shadow, 0.35, layout.pixels(0.01), layout.pixels(0.004)),
            _plate(body, design),
            panel(Box(box.left, box.top, bar, box.height), colours.accent),
        ]
    )
    start = box.left + bar + pad
    air = round(0.06 * box.height)
    if not tail.lines:
        place = Box(start, box.top, room, box.height)
        return back, write(head, place, book, Ink(colours.panel_text))
    place = Box(start, box.top + air, room, upper)
    letters = [write(head, place, book, Ink(colours.panel_text))]
    place = Box(start, box.top + upper, room, box.height - upper - air)
    letters.append(write(tail, place, book, Ink(colours.panel_muted), upright="middle"))
    return back, flatten(letters)


def _headed(headline: str, design: Design) -> tuple[Layer, Layer]:
    layout, book, colours = design.layout, design.book, design.theme.colours
    box = layout.strap
    bar, pad = max(2, round(0.09 * box.height)), round(0.26 * box.height)
    room = max(1, box.width - bar - 2 * pad)
    block = fit(
        headline, (room, box.height - round(0.1 * box.height)), design.title(0.054), book,
        smallest=layout.pixels(0.033), most_lines=2, leading=1.2,
    )  # fmt: skip
    back = flatten(
        [
            shadow(box, colours.shadow, 0.35, layout.pixels(0.01), layout.pixels(0.004)),
            _plate(box, design),
            panel(Box(box.left, box.top, bar, box.height), colours.accent),
        ]
    )
    place = Box(box.left + bar + pad, box.top, room, box.height)
    return back, write(block, place, book, Ink(colours.panel_text))


def _plate(box: Box, design: Design) -> Layer:
    """A panel that is a little lighter at its top, as if lit from above."""
    colour, opacity = design.theme.colours.panel, design.theme.panel.opacity
    return graded(box, lit(colour, 0.1), colour, opacity, design.radius)
