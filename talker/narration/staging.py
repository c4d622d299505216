"""What is seen in a scene, and where: heads in their places, and what is drawn over them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from talker.assets.portraits import load_portrait
from talker.faces.framed_clip import FramedClip
from talker.faces.framing import BELOW, MIDDLE
from talker.media.clip import ClipSource
from talker.narration.parts import Part
from talker.narration.production import Production
from talker.narration.recording import TRANSITION_S
from talker.narration.seating import Group, Seats, groups_of
from talker.script.scenes import Scene, View
from talker.settings import MIN_SIDE
from talker.stage.box import Box
from talker.stage.design import Design
from talker.stage.fonts import FontBook
from talker.stage.head_frame import HeadFrame
from talker.stage.layout import Layout, Shown

_BESIDE_VERSE = 0.31
"""Where a head is in the picture's width that leaves the right to a verse."""

_ABOVE_CAPTIONS = 0.75
"""What is shown under a chin where captions are laid over it, in lengths of a face; beside verse
the head is as large."""

_ABOVE_HEAD = 0.4
"""Of the height of a tall picture, what stands above the head is given to verse."""

_PANEL_SHAPE = 16 / 9
"""Width by height that a panel has at most."""

_FADE_OUT_S = 0.6
_RADIUS, _RIM = 0.02, 0.003
"""Of the panels of heads, in the shorter side of the picture."""


@dataclass(frozen=True, slots=True)
class Staging:
    """A scene ready to be filmed; small, as all scenes of a programme are arranged beforehand.

    Attributes:
        scene: What it is.
        view: How the heads are seen.
        boxes: Places in which they are seen.
        groups: For each place those who are seen there, one group at a time.
        fills: Whether the one place is the whole picture.
        design: How drawings over the heads look.
        face: What verse keeps away from; None where the face may be anywhere.
        fade_in_s: Seconds in which it comes out of the dark.
        fade_out_s: Seconds in which it goes into the dark.
        length_s: Of the scene.
        facts: What tells the pictures of one scene from those of another.
    """

    scene: Scene
    view: View
    boxes: tuple[Box, ...]
    groups: tuple[tuple[Group, ...], ...]
    fills: bool
    design: Design
    face: Box | None
    fade_in_s: float
    fade_out_s: float
    length_s: float
    facts: Mapping[str, object]

    def frames(self) -> list[HeadFrame]:
        """How a head is laid into each place."""
        return [_frame(self.design, box, self.view) for box in self.boxes]

    def darkness(self, time_s: float) -> float:
        """How far the scene is in the dark at a time, 0 to 1."""
        coming = 1 - time_s / self.fade_in_s if self.fade_in_s else 0.0
        going = 1 - (self.length_s - time_s) / self.fade_out_s if self.fade_out_s else 0.0
        share = min(1.0, max(0.0, coming, going))
        return share * share * (3 - 2 * share)


def stage_of(production: Production, part: Part, seats: Seats, book: FontBook) -> Staging:
    """Arranges a scene.

    Args:
        production: Of which it is a part.
        part: The scene as it is heard.
        seats: The people of the programme.
        book: Fonts of the programme.

    Raises:
        FaceError: A portrait without a face, or without the one that was asked for.
    """
    scene, script = part.scene, production.script
    shown = _shown(production, part)
    layout = Layout(production.size, shown)
    seen = groups_of(scene.speakers if scene.form == "talk" else (), script.cast)
    view = _view(scene, shown, len(seen))
    boxes = _boxes(layout, view, len(seen), verse=production.shows_verse)
    fills = boxes == (layout.frame,)
    place = _BESIDE_VERSE if fills and layout.lying and production.shows_verse else MIDDLE
    room = shown.captions or production.shows_verse
    below = _ABOVE_CAPTIONS if fills and room else BELOW
    groups = tuple(replace(group, place=place, below=below) for group in seen)
    places = (groups,) if len(boxes) == 1 else tuple((group,) for group in groups)
    # Verse keeps away from the face; from the whole head where that does not fill the picture.
    face = _face(seats, places[0][0], boxes[0]) if fills else next(iter(boxes), None)
    return Staging(
        scene=scene,
        view=view,
        boxes=boxes,
        groups=places,
        fills=fills,
        design=Design(production.theme, layout, book),
        face=face,
        fade_in_s=TRANSITION_S["fade"] if scene.transition == "fade" else 0.0,
        fade_out_s=_FADE_OUT_S if part.is_last else 0.0,
        length_s=part.recording.length_s,
        facts=_facts(production, part, places, boxes),
    )


def _shown(production: Production, part: Part) -> Shown:
    """What shares the picture of a scene."""
    scene, script = part.scene, production.script
    captions = production.job.captions & {"burn", "karaoke"}
    if scene.form == "card":
        return Shown(captions=False, mark=part.is_first)
    is_news = script.kind == "news"
    return Shown(
        captions=bool(captions) and scene.captioned and not production.shows_verse,
        strap=is_news and bool(scene.title),
        lower_third=bool(production.introduced(scene)),
        ticker=bool(script.ticker),
        shoulder=any(utterance.picture for utterance in scene.utterances),
        date=is_news and script.day is not None,
        mark=part.is_first,
    )


def _view(scene: Scene, shown: Shown, count: int) -> View:
    """How the heads are seen; beside a picture there is no room for one that fills all."""
    if scene.view == "together" and count == 1:
        return "full"
    return "bust" if scene.view == "full" and shown.shoulder else scene.view


def _boxes(layout: Layout, view: View, count: int, *, verse: bool) -> tuple[Box, ...]:
    """Where so many groups are seen.

    Above strips of text there is room for a panel only, and in a tall picture verse stands above
    the head.
    """
    if not count:
        return ()
    boxes = layout.heads(view, count)
    shown, whole = layout.shown, layout.frame
    if boxes == (whole,) and verse and layout.upright:
        top = round(_ABOVE_HEAD * whole.height)
        return (_even(Box(0, top + whole.height % 2, whole.width, whole.height - top)),)
    if boxes == (layout.frame,) and (shown.strap or shown.ticker):
        room = layout.content
        width = min(room.width, round(room.height * _PANEL_SHAPE))
        boxes = (Box(room.left + (room.width - width) // 2, room.top, width, room.height),)
    return tuple(map(_even, boxes))


def _even(box: Box) -> Box:
    """A box as films have them: of even sides, none too small to show a face."""
    width, height = (max(MIN_SIDE, side - side % 2) for side in (box.width, box.height))
    return Box(box.left, box.top, width, height)


def _frame(design: Design, box: Box, view: View) -> HeadFrame:
    place = (box.left, box.top, box.width, box.height)
    if view == "together" or box.width >= design.layout.frame.width - 1:
        return HeadFrame(place, 0.0)
    unit = design.layout.unit
    radius = box.width if view == "circle" else max(_RADIUS * unit, design.radius)
    return HeadFrame(place, radius, _RIM * unit, design.theme.colours.panel_text)


def _face(seats: Seats, group: Group, box: Box) -> Box | None:
    """Where the face is in the picture at first; None for a clip in which it comes later."""
    who = seats.of(group, (box.width, box.height))[0]
    if isinstance(who, ClipSource):
        if not isinstance(who, FramedClip):
            return None
        face = who.faces[0]
    else:
        face = who.face
    left, top, right, bottom = (round(float(edge)) for edge in face.box)
    return Box(left, top, right - left, bottom - top)


def _facts(
    production: Production,
    part: Part,
    places: Sequence[Sequence[Group]],
    boxes: Sequence[Box],
) -> Mapping[str, object]:
    """All that the pictures of a scene are made of, beside what is heard."""
    scene, script = part.scene, production.script
    behind = scene.background
    portraits = [load_portrait(group.portrait) for groups in places for group in groups]
    return {
        "scene": [scene.form, scene.title, scene.subtitle, scene.view, scene.captioned],
        "begins": [scene.transition, part.is_first, part.is_last],
        "behind": None if behind is None else [behind.colours, behind.file, behind.zoom],
        "people": repr(places),
        "portraits": [portrait.model_dump(mode="json") for portrait in portraits],
        "faces": [portrait.picture() for portrait in portraits],
        "places": repr(boxes),
        "pictures": [utterance.picture for utterance in scene.utterances],
        "introduced": repr(production.introduced(scene)),
        "captions": [script.captions, sorted(production.job.captions & {"burn", "karaoke"})],
        "programme": [script.kind, script.language, script.title if part.is_first else ""],
        "ticker": [script.ticker, scene.number] if script.ticker else None,
        "day": str(script.day),
    }
