"""The talking heads of a scene: who is seen when, and the frames in which they speak."""

from __future__ import annotations

from collections.abc import Generator, Sequence
from contextlib import ExitStack, closing
from dataclasses import dataclass
from itertools import groupby, islice, pairwise
from typing import cast
from zlib import crc32

import cv2
import numpy as np
from numpy.typing import NDArray

from talker.faces.face import Face
from talker.framing_clips import aimed
from talker.lips.registry import LipChoice
from talker.media.frames import Frame, Picture
from talker.narration.production import Production
from talker.narration.recording import Recording, cut_s
from talker.narration.seating import Group, Seats
from talker.progress import Reporter
from talker.take import Take, take_of

_SOFTNESS = 0.25
"""Of the line between two faces of one picture, in the distance between them."""


@dataclass(frozen=True, slots=True)
class Shot:
    """A stretch of a scene in which the same people are seen.

    Attributes:
        group: Who.
        first: Frame of the scene with which it begins.
        end: Frame before which it ends.
    """

    group: Group
    first: int
    end: int


def shots_of(recording: Recording, groups: Sequence[Group], end: int) -> tuple[Shot, ...]:
    """Who is seen when, where one group is seen at a time: the one that speaks.

    Args:
        recording: What is said.
        groups: Of the scene.
        end: Frame before which the last shot ends.
    """
    if len(groups) == 1:
        return (Shot(groups[0], 0, end),)
    by_speaker = {speaker: group for group in groups for speaker in group.speakers}
    runs = [
        (group, list(turns))
        for group, turns in groupby(
            recording.turns, key=lambda turn: by_speaker[turn.utterance.speaker]
        )
    ]
    if not runs:
        return (Shot(groups[0], 0, end),)
    starts = [0]
    for (_, before), (_, after) in pairwise(runs):
        at_s = cut_s(before[-1], after[0])
        starts.append(max(starts[-1] + 1, round(at_s * recording.fps)))
    ends = [*starts[1:], end]
    return tuple(
        Shot(group, first, last) for (group, _), first, last in zip(runs, starts, ends, strict=True)
    )


def shot_frames(
    shot: Shot,
    recording: Recording,
    size: tuple[int, int],
    seats: Seats,
    production: Production,
    reporter: Reporter,
) -> Generator[Picture]:
    """The frames of a shot; closing it stops the lip engine's threads.

    Args:
        shot: Who is seen, and when.
        recording: What is heard in the scene.
        size: Width and height in pixels, even.
        seats: Of the programme.
        production: Of which it is a part; its lip engine is prepared.
        reporter: Told of the stages of following a clip's face.

    Yields:
        One picture of the size a frame, `shot.end - shot.first` of them.
    """
    count, settings = shot.end - shot.first, production.settings
    sitters = seats.of(shot.group, size)
    with ExitStack() as stack:
        takes: list[Take] = []
        for place, (speaker, who) in enumerate(zip(shot.group.speakers, sitters, strict=True)):
            speech = recording.heard(speaker, shot.first, shot.end)
            # Everybody blinks by themselves, and the same in every rendering of the same words.
            seed = crc32(f"{settings.seed} {speaker} {recording.key} {shot.first}".encode())
            how = settings.model_copy(
                update={
                    "seed": seed,
                    "lead_in_s": 0.0,
                    "tail_s": 0.0,
                    "face_index": shot.group.faces[place],
                }
            )
            takes.append(
                stack.enter_context(
                    take_of(
                        who,
                        speech,
                        aimed(who, how, place),
                        recording.fps,
                        reporter,
                        production.threads,
                    )
                )
            )
        streams = [
            stack.enter_context(closing(_pictures(production.lips, take, count))) for take in takes
        ]
        if len(streams) == 1:
            yield from streams[0]
            return
        shares = _shares([_first_face(take) for take in takes], size)
        for pictures in zip(*streams, strict=True):
            yield _merged(pictures, shares)


def _pictures(lips: LipChoice, take: Take, count: int) -> Generator[Picture]:
    frames = lips.engine.animate(take.source, take.track, take.speech, take.settings)
    with closing(cast(Generator[Frame], frames)):
        for frame in islice(frames, count):
            yield frame.picture


def _first_face(take: Take) -> Face:
    return next(face for face in take.track if face is not None)


def _shares(faces: Sequence[Face], size: tuple[int, int]) -> list[NDArray[np.float32]]:
    """How much each place of the picture shows of the frame in which each face speaks.

    Every frame is the same picture with but one face that moves, so a place belongs to the face
    that it is nearest to.

    Args:
        faces: In the picture.
        size: Its width and height.

    Returns:
        Shape (height, width) each; they add up to 1 everywhere.
    """
    width, height = size
    x, y = np.meshgrid(np.arange(width, dtype=np.float32), np.arange(height, dtype=np.float32))
    middles = [(face.box[:2] + face.box[2:]) / 2 for face in faces]
    distances = [np.hypot(x - float(mx), y - float(my)) for mx, my in middles]
    apart = min(
        float(np.hypot(*(one - other)))
        for index, one in enumerate(middles)
        for other in middles[:index]
    )
    nearness = np.stack(distances) / np.float32(-max(1.0, _SOFTNESS * apart) / 4)
    weights = np.exp(nearness - nearness.max(axis=0))
    return list((weights / weights.sum(axis=0)).astype(np.float32))


def _merged(pictures: Sequence[Picture], shares: Sequence[NDArray[np.float32]]) -> Picture:
    if len(pictures) == 2:
        return np.asarray(cv2.blendLinear(pictures[0], pictures[1], shares[0], shares[1]), np.uint8)
    total = np.zeros(pictures[0].shape, np.float32)
    for picture, share in zip(pictures, shares, strict=True):
        total += picture * share[..., None]
    return np.rint(total).astype(np.uint8)
