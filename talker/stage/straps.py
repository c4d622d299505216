"""Names and headlines at the bottom of the picture."""

from __future__ import annotations

from collections.abc import Sequence

from talker.stage.blending import flatten
from talker.stage.box import Box
from talker.stage.design import Design
from talker.stage.layer import Element, Layer
from talker.stage.motion import arriving, eased, faded, wiped
from talker.stage.painting import Ink, write
from talker.stage.shapes import cut_to, graded, lit, panel, shadow
from talker.stage.typesetting import fit

_NAMED_S = 5.0
_SHORTEST_S = 1.5
"""A headline does not come for less."""

_COME_S, _GO_S, _LATER_S = 0.45, 0.35, 0.14


class LowerThird(Element):
    """Who speaks: a name and under it a role, for some seconds.

    Args:
        name: Of the speaker.
        role: Under it; empty for none.
        design: Of the scene.
        start_s: When it comes.
        end_s: When it has gone; None for five seconds later.

    Attributes:
        start_s: When it comes.
        end_s: When it has gone.
    """

    def __init__(
        self,
        name: str,
        role: str,
        design: Design,
        start_s: float = 0.6,
        end_s: float | None = None,
    ) -> None:
        self.start_s = start_s
        self.end_s = start_s + _NAMED_S if end_s is None else end_s
        self._back, self._letters = _named(name, role, design)

    def at(self, time_s: float) -> Sequence[Layer]:
        """The name at a time."""
        return _passing(self._back, self._letters, time_s, self.start_s, self.end_s)


class Strap(Element):
    """The headline of an item.

    Args:
        headline: On one line, or on two smaller ones.
        design: Of the scene.
        names: Shown in the same place; the headline is away while one of them is there.
        start_s: When it comes.
        end_s: When it has gone; None for never.
    """

    def __init__(
        self,
        headline: str,
        design: Design,
        names: Sequence[LowerThird] = (),
        start_s: float = 0.3,
        end_s: float | None = None,
    ) -> None:
        taken = [(name.start_s, name.end_s) for name in names]
        self._spans = _left_over(start_s, float("inf") if end_s is None else end_s, taken)
        self._back, self._letters = _headed(headline, design)

    def at(self, time_s: float) -> Sequence[Layer]:
        """The headline at a time."""
        for start_s, end_s in self._spans:
            if start_s <= time_s < end_s:
                return _passing(self._back, self._letters, time_s, start_s, end_s)
        return ()


def _left_over(
    start_s: float, end_s: float, taken: Sequence[tuple[float, float]]
) -> list[tuple[float, float]]:
    """What is left of a span of time, without leftovers too short to read a headline in."""
    spans: list[tuple[float, float]] = []
    for from_s, until_s in sorted(taken):
        spans.append((start_s, min(end_s, from_s)))
        start_s = max(start_s, until_s)
    return [span for span in [*spans, (start_s, end_s)] if span[1] - span[0] >= _SHORTEST_S]


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
            *_plate(body, bar, design),
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
            *_plate(box, bar, design),
        ]
    )
    place = Box(box.left + bar + pad, box.top, room, box.height)
    return back, write(block, place, book, Ink(colours.panel_text))


def _plate(box: Box, bar: int, design: Design) -> list[Layer]:
    """A panel, a little lighter at its top as if lit from above, and a bar along its left side."""
    colours, opacity = design.theme.colours, design.theme.panel.opacity
    plate = graded(box, lit(colours.panel, 0.1), colours.panel, opacity, design.radius)
    side = panel(Box(box.left, box.top, bar, box.height), colours.accent)
    return [plate, cut_to(plate, side)]
