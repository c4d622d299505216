"""A scene filmed: backdrop, heads and drawings put together, frame by frame, into segments."""

from __future__ import annotations

import os
from collections.abc import Generator, Sequence
from contextlib import ExitStack, closing
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from talker.lips.pipeline import in_order
from talker.media.clip import ClipSource, is_clip
from talker.media.frames import Picture
from talker.media.picture_track import PICTURE_CRF
from talker.media.pictures import read_picture
from talker.media.segments import SegmentWriter
from talker.narration.furnishing import elements_of
from talker.narration.heads import shot_frames, shots_of
from talker.narration.parts import Part
from talker.narration.production import Production
from talker.narration.recording import Recording
from talker.narration.seating import Group, Seats
from talker.narration.staging import Staging
from talker.progress import Advance, Reporter
from talker.stage.backdrop import clip_backdrop, covering, still_backdrop, zoomed_backdrop
from talker.stage.backgrounds import draw_background
from talker.stage.blending import blend
from talker.stage.box import Box
from talker.stage.layer import Layer
from talker.stage.theme import Theme, parse_colour

HEAD, BODY, TAIL = "head.mp4", "body.mp4", "tail.mp4"
"""Files of a scene: what the scene before dissolves into, what is seen by itself, and what
dissolves into the next scene."""

BETWEEN_CRF = 4
"""Quality of what is encoded once more, where two scenes dissolve into each other."""


@dataclass(frozen=True, slots=True)
class _Moment:
    """What one frame is put together from.

    Attributes:
        backdrop: What is behind everything.
        heads: One for each place in which heads are seen.
        layers: What lies over them, the lowest first.
        darkness: How far all of it has gone into the dark, 0 to 1.
    """

    backdrop: Picture
    heads: tuple[Picture, ...]
    layers: tuple[Layer, ...]
    darkness: float


def film_scene(
    production: Production,
    staging: Staging,
    part: Part,
    seats: Seats,
    folder: Path,
    reporter: Reporter,
    advance: Advance,
) -> None:
    """Renders a scene into the segments of a folder.

    Args:
        production: Of which it is a part.
        staging: What is seen in it, and where.
        part: The scene as it is heard.
        seats: The people of the programme.
        folder: Where `HEAD`, `BODY` and `TAIL` are written, those that have frames.
        reporter: Told what will not look its best.
        advance: Told of the frames.
    """
    frames = part.frames
    with closing(_pictures(production, staging, part, seats, reporter)) as pictures:
        for file, count, crf in (
            (HEAD, frames.head, BETWEEN_CRF),
            (BODY, frames.body, PICTURE_CRF),
            (TAIL, frames.tail, BETWEEN_CRF),
        ):
            if not count:
                continue
            with SegmentWriter(folder / file, production.size, production.fps, crf) as out:
                for _ in range(count):
                    out.write_picture(next(pictures))
                    advance(1)


def scene_picture(
    production: Production, staging: Staging, part: Part, seats: Seats, time_s: float
) -> Picture:
    """One frame of a scene, its faces at rest; uint8 RGB of the film's size."""
    recording = part.recording
    number = min(int(time_s * recording.fps), recording.frames - 1)
    with closing(_backdrops(production, staging, recording.frames)) as backdrops:
        backdrop = next(backdrops)
    heads = tuple(
        _at_rest(seats, _seen_at(recording, groups, number), box)
        for groups, box in zip(staging.groups, staging.boxes, strict=True)
    )
    elements = elements_of(production, part, staging)
    layers = tuple(layer for element in elements for layer in element.at(time_s))
    return _Stage(production, staging).put_together(_Moment(backdrop, heads, layers, 0.0))


def _seen_at(recording: Recording, groups: Sequence[Group], number: int) -> Group:
    shots = shots_of(recording, groups, recording.frames)
    return next(shot.group for shot in shots if shot.first <= number < shot.end)


def _at_rest(seats: Seats, group: Group, box: Box) -> Picture:
    who = seats.of(group, (box.width, box.height))[0]
    return next(who.frames()).picture if isinstance(who, ClipSource) else who.picture


def _pictures(
    production: Production, staging: Staging, part: Part, seats: Seats, reporter: Reporter
) -> Generator[Picture]:
    """All frames of a scene; closing it stops all threads."""
    threads = production.threads or os.cpu_count() or 1
    moments = _moments(production, staging, part, seats, reporter)
    stage = _Stage(production, staging)
    yield from in_order(moments, stage.put_together, threads, "stage")


def _moments(
    production: Production, staging: Staging, part: Part, seats: Seats, reporter: Reporter
) -> Generator[_Moment]:
    total = part.frames.total
    elements = elements_of(production, part, staging)
    with ExitStack() as stack:
        backdrops = stack.enter_context(closing(_backdrops(production, staging, total)))
        streams = [
            stack.enter_context(closing(_head(production, part, groups, box, seats, reporter)))
            for groups, box in zip(staging.groups, staging.boxes, strict=True)
        ]
        for number, backdrop in enumerate(backdrops):
            time_s = float(number / production.fps)
            yield _Moment(
                backdrop,
                tuple(next(frames) for frames in streams),
                tuple(layer for element in elements for layer in element.at(time_s)),
                staging.darkness(time_s),
            )


def _head(
    production: Production,
    part: Part,
    groups: Sequence[Group],
    box: Box,
    seats: Seats,
    reporter: Reporter,
) -> Generator[Picture]:
    """The frames of one place in which heads are seen: those who speak, of its groups."""
    for shot in shots_of(part.recording, groups, part.frames.total):
        yield from shot_frames(
            shot,
            part.recording,
            (box.width, box.height),
            seats,
            production,
            reporter,
        )


def _backdrops(production: Production, staging: Staging, total: int) -> Generator[Picture]:
    size, fps = production.size, production.fps
    behind = staging.scene.background
    if behind is None or behind.file is None:
        colours = () if behind is None else behind.colours
        return still_backdrop(draw_background(_coloured(production.theme, colours), size), total)
    if is_clip(behind.file):
        return clip_backdrop(ClipSource(behind.file, size), total, fps)
    picture = covering(read_picture(behind.file), size)
    return zoomed_backdrop(picture, total, fps) if behind.zoom else still_backdrop(picture, total)


def _coloured(theme: Theme, colours: Sequence[str]) -> Theme:
    """A theme with another background."""
    if not colours:
        return theme
    background = [parse_colour(colour) for colour in colours]
    changed = theme.colours.model_copy(update={"background": background})
    return theme.model_copy(update={"colours": changed})


class _Stage:
    """Puts the frames of a scene together; for any number of threads at a time."""

    def __init__(self, production: Production, staging: Staging) -> None:
        self._fills = staging.fills
        self._frames = [] if staging.fills else staging.frames()
        self._dark = np.array(production.theme.darkest, np.float32)

    def put_together(self, moment: _Moment) -> Picture:
        """The picture of a moment."""
        canvas = moment.backdrop
        if self._fills:
            (canvas,) = moment.heads
        elif moment.heads:
            canvas = canvas.copy()
            for frame in self._frames:
                frame.shade(canvas)
            for frame, head in zip(self._frames, moment.heads, strict=True):
                frame.lay(canvas, head)
        canvas = blend(canvas, moment.layers)
        if moment.darkness > 0:
            lit = canvas * np.float32(1 - moment.darkness) + self._dark * moment.darkness
            canvas = np.rint(lit).astype(np.uint8)
        return canvas
