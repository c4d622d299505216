"""Where everything stands: one description for every shape and size of picture.

All measures are shares of the shorter side (type, strips, gaps) or of the picture (safe areas), so
that a bulletin in 16:9 and a short in 9:16 come from the same lines. Boxes that are shown at the
same time never overlap; a name and a headline take turns in one place, and heads that fill the
picture run under all of them.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from itertools import pairwise
from typing import Literal

from talker.stage.beside import Side, sides_of
from talker.stage.box import Box

View = Literal["full", "bust", "circle", "corner", "together"]

TITLE_SAFE, ACTION_SAFE = 0.05, 0.035
"""Shares of each side that letters and that panels keep from the edges (EBU R 95)."""

_CAPTION_SIZE, _TALL_CAPTION_SIZE = 0.052, 0.058
"""Letters of captions, in the shorter side: a nineteenth of the height of a 16:9 picture; larger in
upright ones, which are seen on telephones."""

_CAPTION_LINES, _CAPTION_LEADING = 2, 1.42
_TICKER, _STRAP, _LOWER_THIRD = 0.062, 0.112, 0.118
_GAP = 0.018
_CORNER = 0.34
_BUG = 0.05
_LEAST_SIDE = 0.18
_TALL, _WIDE = 0.8, 1.25
"""Width by height below which a picture is upright, and above which it lies."""
_TALL_FLOOR = 0.11
"""Share of an upright picture's height at its bottom over which players lay their buttons."""


@dataclass(frozen=True, slots=True)
class Shown:
    """What a scene shows over its picture.

    Attributes:
        captions: Captions in lines at the bottom.
        strap: The headline of an item.
        lower_third: A speaker's name.
        ticker: Short news at the bottom.
        shoulder: A picture beside (16:9) or above (9:16) the head.
        date: The date, top right.
        mark: That the film is generated, top left.
    """

    captions: bool = True
    strap: bool = False
    lower_third: bool = False
    ticker: bool = False
    shoulder: bool = False
    date: bool = False
    mark: bool = False


class Layout:
    """The boxes of one picture.

    Args:
        size: Width and height in pixels.
        shown: What shares the picture.
    """

    def __init__(self, size: tuple[int, int], shown: Shown | None = None) -> None:
        self.size = size
        self.shown = shown or Shown()

    @property
    def frame(self) -> Box:
        """The whole picture."""
        return Box(0, 0, *self.size)

    @property
    def unit(self) -> int:
        """The shorter side in pixels."""
        return min(self.size)

    @property
    def upright(self) -> bool:
        """Whether the picture is clearly taller than wide."""
        return self.size[0] < _TALL * self.size[1]

    @property
    def lying(self) -> bool:
        """Whether the picture is clearly wider than tall."""
        return self.size[0] > _WIDE * self.size[1]

    def pixels(self, share: float) -> int:
        """A share of the shorter side in whole pixels, at least one."""
        return max(1, round(share * self.unit))

    @property
    def gap(self) -> int:
        """Between neighbours."""
        return self.pixels(_GAP)

    @cached_property
    def safe(self) -> Box:
        """Where letters may stand (EBU R 95: 5 % from every edge)."""
        return self.frame.inset(*(max(1, round(TITLE_SAFE * side)) for side in self.size))

    @cached_property
    def action(self) -> Box:
        """Where panels may stand (EBU R 95: 3.5 % from every edge)."""
        return self.frame.inset(*(max(1, round(ACTION_SAFE * side)) for side in self.size))

    @cached_property
    def ticker(self) -> Box:
        """The strip of short news."""
        bottom = round((1 - _TALL_FLOOR) * self.size[1]) if self.upright else self.action.bottom
        return self._row(bottom, _TICKER)

    @cached_property
    def strap(self) -> Box:
        """The headline, above the ticker."""
        if self.shown.ticker:
            return self._row(self.ticker.top - self.pixels(0.008), _STRAP)
        bottom = self.ticker.bottom if self.upright else self.safe.bottom
        return self._row(bottom, _STRAP)

    @cached_property
    def lower_third(self) -> Box:
        """A speaker's name; a headline takes its place when it has gone.

        Where there are captions and no strips it lies over them, beside the chin: it goes after
        some seconds, and captions that stood over it would cover the mouth all the time.
        """
        bottom = self.captions.top - self.gap if self._named_above else self.strap.bottom
        row = self._row(bottom, _LOWER_THIRD)
        width = row.width if self.upright else round(0.62 * row.width)
        return Box(row.left, row.top, width, row.height)

    @property
    def caption_size(self) -> float:
        """Letters of captions, in the shorter side."""
        return _TALL_CAPTION_SIZE if self.upright else _CAPTION_SIZE

    @cached_property
    def captions(self) -> Box:
        """Two lines of what is said, above all strips."""
        height = self.pixels(_CAPTION_LINES * _CAPTION_LEADING * self.caption_size + 0.016)
        bottom = self._strips_top - (self.gap if self._stripped else 0)
        width = min(self.safe.width, round(1.55 * self.unit))
        left = (self.size[0] - width) // 2
        return Box(left, max(self.safe.top, bottom - height), width, height)

    @cached_property
    def mark(self) -> Box:
        """That the film is generated: top left."""
        width = round(0.55 * self.safe.width)
        return Box(self.safe.left, self.safe.top, width, self.pixels(_BUG))

    @cached_property
    def date(self) -> Box:
        """The date: top right, beside the mark."""
        left = self.mark.right + self.gap
        return Box(left, self.safe.top, max(1, self.safe.right - left), self.pixels(_BUG))

    @cached_property
    def title(self) -> Box:
        """The text of a title card."""
        width = self.safe.width if self.upright else min(round(0.8 * self.size[0]), 2 * self.unit)
        height = round((0.5 if self.upright else 0.62) * self.size[1])
        return Box((self.size[0] - width) // 2, (self.size[1] - height) // 2, width, height)

    @cached_property
    def content(self) -> Box:
        """What is left between the top and all that stands at the bottom."""
        top = self.safe.top
        if self.shown.date or self.shown.mark:
            top = self.date.bottom + self.gap
        bottom = self._strips_top
        if self.shown.captions:
            bottom = self.captions.top
        if self._named_above:
            bottom = self.lower_third.top
        if self._stripped or self.shown.captions:
            bottom -= self.gap
        return Box(self.safe.left, top, self.safe.width, max(2, bottom - top))

    @cached_property
    def shoulder(self) -> Box:
        """The picture beside the head (16:9), or above it (9:16)."""
        room = self.content
        if self.upright:
            height = max(1, min(round(0.46 * room.height), round(room.width * 9 / 16)))
            return Box(room.left, room.top, room.width, height)
        width = max(1, round(0.56 * room.width))
        height = max(1, min(room.height, round(width * 3 / 4)))
        return Box(room.left, room.top + (room.height - height) // 2, width, height)

    def heads(self, view: View, count: int = 1) -> tuple[Box, ...]:
        """Where the talking heads are, from left to right.

        Args:
            view: How they are seen; a circle is the one inside its square box.
            count: How many there are; only "together" shows more than one.
        """
        if view == "together":
            return self._together(count)
        if view == "corner":
            return (self._corner,)
        if view == "circle":
            room = self._beside if self.shown.shoulder else self.content
            return (room.square(),)
        if view == "bust" and self.shown.shoulder:
            return (self._beside,)
        return (self.frame,)

    def verse(self, face: Box | None = None) -> Box:
        """Where upright columns of a verse stand: on the side away from the face.

        Args:
            face: Where the face is, in pixels of the picture; None for nowhere.
        """
        sides = self.verse_sides(face)
        return max(sides, key=lambda side: side.worth * side.box.width * side.box.height).box

    def verse_sides(self, face: Box | None = None) -> tuple[Side, ...]:
        """The sides of a face that have room for a verse; one of several where none has."""
        room = self._verse_room
        fitting: list[Side] = []
        if face is not None:
            least = self.pixels(_LEAST_SIDE)
            sides = sides_of(face, room, self.pixels(0.05))
            fitting = [side for side in sides if min(side.box.width, side.box.height) >= least]
        width = max(1, round((0.46 if self.lying else 0.9) * room.width))
        anywhere = Side(Box(room.right - width, room.top, width, room.height), 1.0)
        return tuple(fitting) or (anywhere,)

    @property
    def _named_above(self) -> bool:
        """Whether a name lies over the captions."""
        shown = self.shown
        return shown.lower_third and shown.captions and not (shown.strap or shown.ticker)

    @property
    def _stripped(self) -> bool:
        shown = self.shown
        return shown.ticker or shown.strap or (shown.lower_third and not self._named_above)

    @cached_property
    def _strips_top(self) -> int:
        """The upper edge of all strips; the floor of letters where there are none."""
        if self.shown.lower_third and not self._named_above:
            return self.lower_third.top
        if self.shown.strap:
            return self.strap.top
        if self.shown.ticker:
            return self.ticker.top
        return self.ticker.bottom if self.upright else self.safe.bottom

    @cached_property
    def _verse_room(self) -> Box:
        room = self.content
        if self.shown.date or self.shown.mark:
            return room
        return Box(room.left, self.safe.top, room.width, room.bottom - self.safe.top)

    def _row(self, bottom: int, share: float) -> Box:
        height = self.pixels(share)
        return Box(self.action.left, bottom - height, self.action.width, height)

    @cached_property
    def _beside(self) -> Box:
        """What the shoulder picture leaves of the content."""
        room, taken = self.content, self.shoulder
        if self.upright:
            top = taken.bottom + self.gap
            return Box(room.left, top, room.width, max(1, room.bottom - top))
        left = taken.right + self.gap
        return Box(left, taken.top, max(1, room.right - left), taken.height)

    @cached_property
    def _corner(self) -> Box:
        room = self.content
        side = max(1, min(self.pixels(_CORNER), room.height, room.width))
        return Box(room.right - side, room.bottom - side, side, side)

    def _together(self, count: int) -> tuple[Box, ...]:
        """Columns that fill the picture; rows above the captions where it is upright."""
        seam = self.pixels(0.006)
        if not self.upright:
            edges = [round(n * (self.size[0] + seam) / count) for n in range(count + 1)]
            return tuple(
                Box(start, 0, max(1, end - seam - start), self.size[1])
                for start, end in pairwise(edges)
            )
        height = max(count, self.content.bottom)
        edges = [round(n * (height + seam) / count) for n in range(count + 1)]
        return tuple(
            Box(0, start, self.size[0], max(1, end - seam - start))
            for start, end in pairwise(edges)
        )
