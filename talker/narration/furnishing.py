"""What is drawn over the heads of a scene: captions, verse, headlines, names and pictures."""

from __future__ import annotations

from pathlib import Path

from talker.narration.captioning import turn_cues
from talker.narration.parts import Part
from talker.narration.production import Production
from talker.script.phrases import written_day
from talker.stage.box import Box
from talker.stage.captions import LineCaptions
from talker.stage.cards import Card
from talker.stage.design import Design
from talker.stage.layer import Element
from talker.stage.shoulder import Shoulder
from talker.stage.straps import LowerThird, Strap
from talker.stage.strips import DateBug, Generated, Ticker
from talker.stage.verse import VerticalVerse

_LETTER = 0.54
"""Width of a Latin letter in its size, on average."""

_NAMED_AFTER_S = 0.3
"""A name comes so long after its speaker has begun."""

_PICTURE_AHEAD_S = 0.3
"""A picture comes so long before the words that it belongs to."""


def elements_of(
    production: Production, part: Part, design: Design, face: Box | None
) -> list[Element]:
    """The drawings of a scene, the lowest first.

    Args:
        production: Of which it is a part.
        part: The scene as it is heard.
        design: How they look.
        face: Where the face is, in pixels of the picture; None where it may be anywhere.
    """
    scene, script, shown = part.scene, production.script, design.layout.shown
    elements: list[Element] = []
    if scene.form == "card":
        length_s = part.recording.length_s
        elements.append(Card(scene.title, scene.subtitle, design, length_s, script.author))
    if shown.shoulder:
        elements.append(Shoulder(_pictures(part), design))
    names = _names(production, part, design) if shown.lower_third else []
    if shown.strap:
        elements.append(Strap(scene.title, design, names))
    elements += names
    if shown.ticker:
        elements.append(Ticker(script.ticker, design, first=scene.number))
    if shown.date and script.day is not None:
        elements.append(DateBug(written_day(script.day, script.language), design))
    elements += _captions(production, part, design, face)
    if shown.mark:
        elements.append(Generated(design, script.language))
    return elements


def _captions(
    production: Production, part: Part, design: Design, face: Box | None
) -> list[Element]:
    script = production.script
    if part.scene.form == "card" or not part.scene.captioned:
        return []
    if production.shows_verse:
        stanzas = turn_cues(part.recording, by_line=True)
        return [VerticalVerse(stanzas, design, face, script.author)]
    if not design.layout.shown.captions:
        return []
    found = turn_cues(part.recording, columns=_columns(design))
    cues = [cue for made in found for cue in made]
    return [LineCaptions(cues, design, karaoke=production.sings)]


def _columns(design: Design) -> int:
    """Latin letters that a line of captions has room for."""
    layout = design.layout
    return int(layout.captions.width / (_LETTER * layout.pixels(layout.caption_size)))


def _names(production: Production, part: Part, design: Design) -> list[LowerThird]:
    turns = part.recording.turns
    return [
        LowerThird(speaker.name, speaker.role, design, turns[place].start_s + _NAMED_AFTER_S)
        for place, speaker in production.introduced(part.scene)
    ]


def _pictures(part: Part) -> list[tuple[float, Path]]:
    """When each picture comes, and its file; one that goes on is not shown anew."""
    found: list[tuple[float, Path]] = []
    for turn in part.recording.turns:
        picture = turn.utterance.picture
        if picture is not None and (not found or found[-1][1] != picture):
            found.append((max(0.0, turn.start_s - _PICTURE_AHEAD_S), picture))
    return found
