"""Captions at the bottom: what is being said, in two lines at most."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Sequence

from talker.speech.cues import Cue, CueWord
from talker.stage.blending import flatten
from talker.stage.box import Box
from talker.stage.design import Design
from talker.stage.fonts import is_wide
from talker.stage.layer import Element, Layer
from talker.stage.lettering import Style
from talker.stage.painting import Ink, Lettering
from talker.stage.shapes import panel
from talker.stage.theme import Colour
from talker.stage.typesetting import Block, fit

_SMALLEST = 0.6
"""Size of letters at which a caption is cut off, in the usual size."""
_OWN_LINES = 0.82
"""Size down to which the lines of a cue are kept as they are."""
_LEADING = 1.36


class LineCaptions(Element):
    """Captions, each there from its first word to its end.

    Args:
        cues: In the order of their times.
        design: Of the scene.
        karaoke: Whether the word that is being said is marked.
    """

    def __init__(self, cues: Sequence[Cue], design: Design, *, karaoke: bool = False) -> None:
        self._cues, self._design, self._karaoke = tuple(cues), design, karaoke
        self._starts = [cue.start_s for cue in self._cues]
        self._drawn: dict[int, _Drawn] = {}

    def at(self, time_s: float) -> Sequence[Layer]:
        """The caption of a time."""
        number = bisect_right(self._starts, time_s) - 1
        if number < 0 or time_s >= self._cues[number].end_s:
            return ()
        if number not in self._drawn:
            self._drawn = {number: _Drawn(self._cues[number], self._design)}
        drawn = self._drawn[number]
        return drawn.sung(time_s) if self._karaoke else drawn.plain()


class KaraokeCaptions(LineCaptions):
    """Captions in which the word that is being said is marked.

    Args:
        cues: In the order of their times.
        design: Of the scene.
    """

    def __init__(self, cues: Sequence[Cue], design: Design) -> None:
        super().__init__(cues, design, karaoke=True)


class _Drawn:
    """A caption with its letters drawn."""

    def __init__(self, cue: Cue, design: Design) -> None:
        self._looks = design.theme.captions
        self._accent = design.theme.colours.accent
        self._words = [word for line in cue.lines for word in line]
        self._text, self._owners = _joined(cue, design)
        block = _kept(self._text, design)
        if block.shortened:
            self._text, self._owners = _run_on(self._text, self._owners)
            block = _refilled(self._text, design)
        box, backing = design.layout.captions, []
        if self._looks.backing == "panel":
            box, backing = _backed(block, design)
        self._backing = backing
        ink = _ink(design, block.style.size)
        self._lettering = Lettering(block, box, design.book, ink, "centre", "bottom")
        self._states: dict[int, tuple[Layer, ...]] = {}

    def plain(self) -> tuple[Layer, ...]:
        if -1 not in self._states:
            layer = self._lettering.coloured(
                lambda place: self._looks.text if self._owners[place] >= 0 else self._naming
            )
            self._states = {-1: (flatten([*self._backing, layer]),)}
        return self._states[-1]

    def sung(self, time_s: float) -> tuple[Layer, ...]:
        said = sum(word.start_s <= time_s for word in self._words)
        speaking = said - 1 if said and time_s < self._end_of(said - 1) else -1
        state = 2 * said + (speaking >= 0)
        if state not in self._states:
            layer = self._lettering.coloured(
                lambda place: self._colour(self._owners[place], said, speaking)
            )
            self._states = {state: (flatten([*self._backing, layer]),)}
        return self._states[state]

    @property
    def _naming(self) -> Colour:
        return self._looks.speaking

    def _end_of(self, number: int) -> float:
        """When a word stops being marked: a short gap before the next is bridged."""
        word = self._words[number]
        if number + 1 < len(self._words):
            follower: CueWord = self._words[number + 1]
            if follower.start_s - word.end_s < 0.25:
                return follower.start_s
        return word.end_s

    def _colour(self, owner: int, said: int, speaking: int) -> Colour:
        if owner < 0:
            return self._naming
        if owner == speaking:
            return self._looks.speaking
        return self._looks.spoken if owner < said else self._looks.text


def _joined(cue: Cue, design: Design) -> tuple[str, list[int]]:
    """The text of a cue, and for each of its characters the word that it belongs to."""
    text, owners = "", list[int]()
    if cue.speaker:
        name = design.book.clean(cue.speaker)
        text = f"{name}：" if any(ord(sign) > 0x2E80 for sign in name) else f"{name}: "
        owners = [-1] * len(text)
    number = 0
    for line in cue.lines:
        if number:
            text, owners = text + "\n", [*owners, number]
        for word in line:
            clean = design.book.clean(word.text)
            text += clean
            owners += [number] * len(clean)
            number += 1
    return text, owners


def _run_on(text: str, owners: list[int]) -> tuple[str, list[int]]:
    """The lines on one: with a space between Latin words, with nothing between Han characters."""
    kept = [
        (" " if sign == "\n" else sign, owner)
        for place, (sign, owner) in enumerate(zip(text, owners, strict=True))
        if sign != "\n" or not is_wide(text[place - 1])
    ]
    return "".join(sign for sign, _ in kept), [owner for _, owner in kept]


def _kept(text: str, design: Design) -> Block:
    """The lines as the cue has them, a little smaller if need be."""
    style, room = _style(design), _room(design)
    least = round(_OWN_LINES * style.size)
    return fit(
        text, room, style, design.book, smallest=least, most_lines=2, leading=_LEADING, tell=False
    )


def _refilled(text: str, design: Design) -> Block:
    """The words on lines of our own."""
    style, room = _style(design), _room(design)
    least = max(1, round(_SMALLEST * style.size))
    return fit(text, room, style, design.book, smallest=least, most_lines=2, leading=_LEADING)


def _style(design: Design) -> Style:
    return design.text(design.layout.caption_size, max(600, design.theme.fonts.text_weight))


def _room(design: Design) -> tuple[int, int]:
    box = design.layout.captions
    return max(1, box.width - 2 * _pad(design)), box.height


def _pad(design: Design) -> int:
    return design.layout.pixels(0.018)


def _backed(block: Block, design: Design) -> tuple[Box, list[Layer]]:
    """The letters' box inside a panel that holds them."""
    box, pad, looks = design.layout.captions, _pad(design), design.theme.captions
    down = design.layout.pixels(0.008)
    width, height = block.width + 2 * pad, block.height + 2 * down
    back = Box(box.left + (box.width - width) // 2, box.bottom - height, width, height)
    return back.inset(pad, down), [panel(back, looks.outline, looks.opacity, design.radius)]


def _ink(design: Design, size: int) -> Ink:
    looks = design.theme.captions
    if looks.backing == "panel":
        return Ink(looks.text)
    return Ink(
        looks.text,
        outline=looks.outline,
        outline_px=max(1, round(size * 0.055)),
        shadow=looks.outline,
        shadow_px=size * 0.14,
        shadow_down=round(size * 0.04),
        shadow_share=0.75,
    )
