"""What is drawn over the heads of a scene: captions, verse, headlines, names and pictures."""

from __future__ import annotations

import re
from pathlib import Path

from talker.narration.captioning import turn_cues
from talker.narration.parts import Part
from talker.narration.production import Production
from talker.narration.recording import cut_s
from talker.narration.staging import Staging
from talker.script.phrases import written_day
from talker.script.scenes import Script
from talker.stage.captions import LineCaptions
from talker.stage.cards import Card
from talker.stage.design import Design
from talker.stage.layer import Element, Shifted
from talker.stage.shoulder import Shoulder
from talker.stage.straps import LowerThird, Strap
from talker.stage.strips import DateBug, Generated, Ticker
from talker.stage.verse import VerticalVerse
from talker.text.languages import HAN

_LETTER = 0.54
"""Width of a Latin letter in its size, on average."""

_NAMED_AFTER_S = 0.3
"""A name comes so long after its speaker has begun."""

_NAMED_S = 5.0
"""For how long it stays."""

_PICTURE_AHEAD_S = 0.3
"""A picture comes so long before the words that it belongs to."""


def elements_of(production: Production, part: Part, staging: Staging) -> list[Element]:
    """The drawings of a scene, the lowest first.

    Args:
        production: Of which it is a part.
        part: The scene as it is heard.
        staging: Where its heads are seen.
    """
    scene, script, design = part.scene, production.script, staging.design
    shown = design.layout.shown
    elements: list[Element] = []
    if scene.form == "card":
        length_s = part.recording.length_s
        elements.append(Card(scene.title, scene.subtitle, design, length_s, _seal(script)))
    if shown.shoulder:
        recording = part.recording
        length_s = float(part.frames.total / recording.fps)
        elements.append(Shoulder(_pictures(part), design, recording.fps, length_s))
    names = _names(production, part, design) if shown.lower_third else {}
    if shown.strap:
        elements.append(Strap(scene.title, design, list(names.values())))
    elements += [Shifted(name, _left(staging, speaker)) for speaker, name in names.items()]
    if shown.ticker:
        elements.append(Ticker(script.ticker, design, first=scene.number))
    if shown.date and script.day is not None:
        elements.append(DateBug(written_day(script.day, script.language), design))
    elements += _captions(production, part, staging)
    if shown.mark:
        elements.append(Generated(design, script.language))
    return elements


def _captions(production: Production, part: Part, staging: Staging) -> list[Element]:
    script, design = production.script, staging.design
    if part.scene.form == "card" or not part.scene.captioned:
        return []
    if production.shows_verse:
        stanzas = turn_cues(part.recording, by_line=True)
        return [VerticalVerse(stanzas, design, staging.face, _seal(script))]
    if not design.layout.shown.captions:
        return []
    found = turn_cues(part.recording, columns=_columns(design))
    cues = [cue for made in found for cue in made]
    return [LineCaptions(cues, design, karaoke=production.sings)]


def _seal(script: Script) -> str:
    """The author's name where a seal can be cut of it: in Chinese."""
    name = script.author.replace(" ", "")
    return name if re.fullmatch(f"[{HAN}]+", name) else ""


def _columns(design: Design) -> int:
    """Latin letters that a line of captions has room for."""
    layout = design.layout
    return int(layout.captions.width / (_LETTER * layout.pixels(layout.caption_size)))


def _names(production: Production, part: Part, design: Design) -> dict[str, LowerThird]:
    """The names of those who are first seen in the scene, one at a time, by speaker."""
    turns, found = part.recording.turns, production.introduced(part.scene)
    starts = [turns[place].start_s + _NAMED_AFTER_S for place, _ in found]
    # A name goes when the picture cuts to somebody else.
    goes = [cut_s(turns[place - 1], turns[place]) for place, _ in found[1:]]
    ends = [
        min(start_s + _NAMED_S, end_s)
        for start_s, end_s in zip(starts, [*goes, part.recording.length_s], strict=True)
    ]
    return {
        turns[place].utterance.speaker: LowerThird(
            speaker.name, speaker.role, design, start_s, end_s
        )
        for (place, speaker), start_s, end_s in zip(found, starts, ends, strict=True)
    }


def _left(staging: Staging, speaker: str) -> int:
    """Where the place begins in which a speaker is seen, in pixels."""
    for box, groups in zip(staging.boxes, staging.groups, strict=True):
        if staging.view == "together" and any(speaker in group.speakers for group in groups):
            return box.left
    return 0


def _pictures(part: Part) -> list[tuple[float, Path | None]]:
    """When each picture comes or goes, and its file; one that goes on is not shown anew."""
    found: list[tuple[float, Path | None]] = []
    for turn in part.recording.turns:
        picture = turn.utterance.picture
        if picture != (found[-1][1] if found else None):
            found.append((max(0.0, turn.start_s - _PICTURE_AHEAD_S), picture))
    return found
