"""From the raw sightings of a face to its track: gaps, trust and smoothing."""

from __future__ import annotations

from array import array
from collections.abc import Iterator
from dataclasses import dataclass
from fractions import Fraction
from itertools import pairwise
from types import TracebackType
from typing import Literal, Self

import numpy as np
from numpy.typing import NDArray

from talker.faces.choosing import turned_deg
from talker.faces.face import Face
from talker.faces.smoothing import POSE_REACH_S, smoothed
from talker.faces.track import FaceFile, FaceTrack, Policy, Reason, Span

FADE_S = 0.2
"""Seconds in which a mouth is given up before, and taken again after, frames without it."""

LONGEST_BRIDGE_S = 0.7
"""Seconds without a face between two places of it that are bridged; over longer ones, too much
may have happened."""

HELD_S = 0.2
"""Seconds for which a lost face is held, before it fades."""

MAX_YAW_DEG, MAX_PITCH_DEG = 40.0, 32.0
"""Degrees away from the camera up to which a mouth can be replaced."""

TINY_SPAN = 40.0
"""Pixels between the outer eye corners under which a replaced mouth looks soft."""

_SEEN, _LOST, _TURNED, _COVERED, _TINY = range(5)
_REASONS: dict[int, Reason] = {
    _LOST: "lost",
    _TURNED: "turned",
    _COVERED: "covered",
    _TINY: "tiny",
}


@dataclass(frozen=True, slots=True)
class Sighting:
    """What one frame shows of a person.

    Attributes:
        time_s: Of the frame.
        is_cut: Whether a new scene begins with it.
        face: None where it is not to be found.
        is_covered: Whether something is before its mouth.
    """

    time_s: Fraction
    is_cut: bool
    face: Face | None
    is_covered: bool = False


class Sightings:
    """A person's face as it was found in each frame, before smoothing; on disk.

    Attributes:
        times_s: Of the frames.
        states: What each frame shows.
        cuts: First frames of new scenes.
    """

    def __init__(self) -> None:
        self.faces = FaceFile()
        self.times_s = array("d")
        self.states = bytearray()
        self.cuts: list[int] = []

    def __len__(self) -> int:
        return len(self.faces)

    def append(self, sighting: Sighting) -> None:
        """Adds the next frame."""
        if sighting.is_cut:
            self.cuts.append(len(self))
        self.faces.append(sighting.face)
        self.times_s.append(float(sighting.time_s))
        self.states.append(_state(sighting))

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.faces.close()


def finish(sightings: Sightings, lost: Literal["hold", "interpolate", "pass"]) -> FaceTrack:
    """The track of the sightings.

    Args:
        sightings: Of every frame; may be closed afterwards.
        lost: What to do about gaps.
    """
    faces = FaceFile()
    spans: list[Span] = []
    times_s = np.asarray(sightings.times_s)
    for first, end in _scenes(sightings):
        states = np.frombuffer(bytes(sightings.states[first:end]), np.uint8)
        scene_s = times_s[first:end]
        filled, trust = np.zeros(len(states), bool), _trust(states, scene_s)
        for start, stop in _runs(states):
            state = int(states[start])
            if state == _SEEN:
                continue
            policy: Policy = "pass" if state != _TINY else "use"
            if state == _LOST:
                policy = _bridged(states, scene_s, start, stop, lost)
                filled[start:stop] = policy != "pass"
            spans.append(Span(first + start, first + stop, _REASONS[state], policy))
        trust = _bridge_trust(states, scene_s, filled, trust)
        for face in _smooth_scene(sightings.faces, first, scene_s, states, filled, trust):
            faces.append(face)
    return FaceTrack(faces, spans, sightings.cuts)


def _state(sighting: Sighting) -> int:
    face = sighting.face
    if face is None:
        return _LOST
    yaw, pitch = turned_deg(face)
    if abs(yaw) > MAX_YAW_DEG or abs(pitch) > MAX_PITCH_DEG:
        return _TURNED
    if sighting.is_covered:
        return _COVERED
    return _TINY if face.eye_span < TINY_SPAN else _SEEN


def _scenes(sightings: Sightings) -> Iterator[tuple[int, int]]:
    edges = [0, *sightings.cuts, len(sightings)]
    return ((first, end) for first, end in pairwise(edges) if end > first)


def _runs(states: NDArray[np.uint8]) -> list[tuple[int, int]]:
    """Stretches of equal states, half open."""
    edges = [0, *(np.flatnonzero(np.diff(states)) + 1).tolist(), len(states)]
    return list(pairwise(edges))


def _bridged(
    states: NDArray[np.uint8],
    times_s: NDArray[np.float64],
    start: int,
    stop: int,
    lost: Literal["hold", "interpolate", "pass"],
) -> Policy:
    """What is done about a gap in a scene."""
    if lost == "hold":
        return "hold" if start > 0 else "pass"
    if lost == "interpolate" and start > 0 and stop < len(states):
        near = times_s[stop] - times_s[start - 1] <= LONGEST_BRIDGE_S
        return "interpolate" if near else "pass"
    return "pass"


def _trust(states: NDArray[np.uint8], times_s: NDArray[np.float64]) -> NDArray[np.float64]:
    """0 in frames that cannot be used and rising with the distance from them."""
    return np.clip(_apart(times_s, (states != _SEEN) & (states != _TINY)) / FADE_S, 0, 1)


def _bridge_trust(
    states: NDArray[np.uint8],
    times_s: NDArray[np.float64],
    filled: NDArray[np.bool_],
    trust: NDArray[np.float64],
) -> NDArray[np.float64]:
    """Trust with bridged gaps: full near real sightings, fading away from them."""
    unusable = (states != _SEEN) & (states != _TINY) & ~filled
    from_seen = _apart(times_s, states != _LOST)
    kept = np.clip(1 - (from_seen - HELD_S) / FADE_S, 0, 1)
    return np.minimum(np.clip(_apart(times_s, unusable) / FADE_S, 0, 1), kept)


def _apart(times_s: NDArray[np.float64], marked: NDArray[np.bool_]) -> NDArray[np.float64]:
    """Seconds from each frame to the nearest marked one; infinite where there is none."""
    if not marked.any():
        return np.full(len(times_s), np.inf)
    there = times_s[marked]
    after = np.searchsorted(there, times_s)
    right = there[np.minimum(after, len(there) - 1)]
    left = there[np.maximum(after - 1, 0)]
    return np.minimum(np.abs(right - times_s), np.abs(times_s - left))


def _smooth_scene(
    raw: FaceFile,
    first: int,
    times_s: NDArray[np.float64],
    states: NDArray[np.uint8],
    filled: NDArray[np.bool_],
    trust: NDArray[np.float64],
) -> Iterator[Face | None]:
    """The scene's faces, smoothed within each stretch without gaps."""
    shown = (states != _LOST) | filled
    window: dict[int, Face] = {}
    start = stop = 0
    for number in range(len(states)):
        if not shown[number]:
            yield None
            continue
        if number >= stop:
            start = number
            stop = number + int(np.argmin(np.append(shown[number:], False)))
        low = max(start, int(np.searchsorted(times_s, times_s[number] - POSE_REACH_S)))
        high = min(stop, int(np.searchsorted(times_s, times_s[number] + POSE_REACH_S, "right")))
        window = {
            other: window.get(other) or _raw_face(raw, first, times_s, states, other)
            for other in range(low, high)
        }
        landmarks = smoothed(
            np.stack([face.landmarks for face in window.values()]),
            times_s[low:high],
            number - low,
        )
        points = landmarks[:, :2]
        box = np.concatenate([points.min(axis=0), points.max(axis=0)])
        yield Face(box, landmarks, window[number].score, float(trust[number]))


def _raw_face(
    raw: FaceFile,
    first: int,
    times_s: NDArray[np.float64],
    states: NDArray[np.uint8],
    number: int,
) -> Face:
    """A frame's raw face; in a gap the one between its neighbours', or the last one."""
    face = raw.read(first + number)
    if face is not None:
        return face
    seen = np.flatnonzero(states != _LOST)
    after = int(np.searchsorted(seen, number))
    before = raw.read(first + int(seen[after - 1]))
    assert before is not None  # noqa: S101 - a gap is only bridged after a sighting
    if after == len(seen):
        return before
    later = raw.read(first + int(seen[after]))
    assert later is not None  # noqa: S101
    start_s, end_s = times_s[seen[after - 1]], times_s[seen[after]]
    share = (times_s[number] - start_s) / (end_s - start_s)
    landmarks = before.landmarks + share * (later.landmarks - before.landmarks)
    return Face(before.box, landmarks.astype(np.float32), before.score)
