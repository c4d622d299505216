"""Which frames of a clip lend it their mouth: where it rests, in each pose of the head."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.ndimage import maximum_filter1d

from talker.faces.face import Face
from talker.lips.warp import anatomy
from talker.lips.warp.face_frame import FaceFrame

_MOST_A_RUN = 4
# In one scene a face moves by less than this from frame to frame, in eye spans, and grows by less.
_LONGEST_STEP, _LARGEST_GROWTH = 0.8, 1.3
# Degrees: further from its donors a pose deserves one of its own, not much nearer to them than so.
_APART, _ALIKE = 10.0, 5.0
# Lips nearer than this, in eye spans, meet; lips further apart than this are no closed mouth.
_MEETING, _PARTED = 0.004, 0.030
# A mouth that rests is closed for so many frames before and after; one that speaks is not.
_RESTING = 2
_TRUSTED = 0.95
_HANDOVER_DEG = 4.0  # over which one donor takes over from another
# What makes a frame worse by one: eye spans between the lips, of their width and of their height,
# degrees, scale.
_GAP, _WIDTH, _HEIGHT, _TURN, _SMALLER = 0.02, 0.04, 0.03, 12.0, 0.3
_LIPS = (*anatomy.UPPER_OUTER, *anatomy.LOWER_OUTER)
_HIGHEST, _LOWEST = anatomy.UPPER_OUTER[5], anatomy.LOWER_OUTER[5]


@dataclass(frozen=True, slots=True)
class Donor:
    """A frame that lends its mouth.

    Attributes:
        number: Of the frame.
        turn: Of its head, as `turn_of` tells it.
    """

    number: int
    turn: NDArray[np.float32]


@dataclass(frozen=True, slots=True)
class Run:
    """Frames in which a face moves without a jump.

    Attributes:
        first: Number of its first frame.
        end: Number of the frame after its last.
        donors: Those of its frames that lend it their mouth.
    """

    first: int
    end: int
    donors: tuple[Donor, ...]

    def shares(self, face: Face) -> list[tuple[int, float]]:
        """The number of the donor nearest to a face's pose, and how far it is seen.

        A second one follows, and how far it is seen over the first, if it is about as near.
        """
        turn = turn_of(FaceFrame(face.landmarks))
        away = [float(np.hypot(*(donor.turn - turn))) for donor in self.donors]
        nearest = np.argsort(away)[:2]
        shares = [(self.donors[place].number, 1.0) for place in nearest[:1]]
        for second in nearest[1:]:
            rest = 1.0 - (away[second] - away[nearest[0]]) / _HANDOVER_DEG
            if rest > 0:
                # As near as the first it is seen as much.
                share = 0.5 * rest * rest * (3 - 2 * rest)
                shares.append((self.donors[second].number, share))
        return shares


@dataclass(frozen=True, slots=True)
class _Looks:
    """What is known of the face in every frame, each of shape (n,) or (n, 2); 0 without a face."""

    seen: NDArray[np.bool_]
    whole: NDArray[np.bool_]
    trusted: NDArray[np.bool_]
    gap: NDArray[np.float32]
    width: NDArray[np.float32]
    height: NDArray[np.float32]
    span: NDArray[np.float32]
    turn: NDArray[np.float32]
    place: NDArray[np.float32]


def choose_donors(track: Sequence[Face | None], size: tuple[int, int]) -> list[Run]:
    """Which frames lend their mouth to which.

    A donor's lips meet, if they ever do, are as wide as they usually are, and its head is turned as
    in the frames it lends to. Each run has its own donors, as the light may be another after a
    jump; one that never shows the whole mouth has none.

    Args:
        track: The face in each frame.
        size: Width and height of the frames.
    """
    looks = _look(track, size)
    return [Run(int(seen[0]), int(seen[-1]) + 1, _donors(looks, seen)) for seen in _runs(looks)]


def turn_of(frame: FaceFrame) -> NDArray[np.float32]:
    """Degrees to the side and down by which a face is turned, up to constants; shape (2,)."""
    return np.rad2deg(np.arcsin(np.clip(frame.depth_slopes, -1, 1))).astype(np.float32)


def _look(track: Sequence[Face | None], size: tuple[int, int]) -> _Looks:
    count = len(track)
    looks = _Looks(
        seen=np.zeros(count, np.bool_),
        whole=np.zeros(count, np.bool_),
        trusted=np.zeros(count, np.bool_),
        gap=np.zeros(count, np.float32),
        width=np.zeros(count, np.float32),
        height=np.zeros(count, np.float32),
        span=np.ones(count, np.float32),
        turn=np.zeros((count, 2), np.float32),
        place=np.zeros((count, 2), np.float32),
    )
    for number, face in enumerate(track):
        if face is None or face.trust <= 0:
            continue
        frame = FaceFrame(face.landmarks)
        local = frame.local
        looks.seen[number] = True
        lips = face.landmarks[list(_LIPS), :2]
        looks.whole[number] = (lips > 1).all() and (lips < np.array(size) - 1).all()
        looks.trusted[number] = face.trust >= _TRUSTED
        looks.gap[number] = local[anatomy.LOWER_MIDDLE, 1] - local[anatomy.UPPER_MIDDLE, 1]
        looks.width[number] = local[anatomy.RIGHT_CORNER, 0] - local[anatomy.LEFT_CORNER, 0]
        looks.height[number] = local[_LOWEST, 1] - local[_HIGHEST, 1] - looks.gap[number]
        looks.span[number] = frame.unit
        looks.turn[number] = turn_of(frame)
        looks.place[number] = face.landmarks[anatomy.NOSE_BRIDGE, :2]
    return looks


def _runs(looks: _Looks) -> list[NDArray[np.intp]]:
    """Numbers of the frames with the face, a new array after each jump."""
    seen = np.flatnonzero(looks.seen)
    if not len(seen):
        return []
    place, span = looks.place[seen], looks.span[seen]
    step = np.hypot(*np.diff(place, axis=0).T) / span[1:]
    growth = np.abs(np.log(span[1:] / span[:-1]))
    jumps = (step > _LONGEST_STEP) | (growth > np.log(_LARGEST_GROWTH))
    return np.split(seen, np.flatnonzero(jumps) + 1)


def _donors(looks: _Looks, run: NDArray[np.intp]) -> tuple[Donor, ...]:
    usable = looks.whole[run]
    if not usable.any():
        return ()
    if (usable & looks.trusted[run]).any():
        usable &= looks.trusted[run]
    numbers = run[usable]
    gap, turn = looks.gap[numbers], looks.turn[numbers]
    cost = np.maximum(gap - _MEETING, 0) / _GAP
    widest = maximum_filter1d(looks.gap[run], 2 * _RESTING + 1)[usable]
    cost += np.clip((widest - _MEETING) / _GAP, 0, 1)
    closed = cost <= np.percentile(cost, 30)
    width, height = looks.width[numbers], looks.height[numbers]
    # Nor is a mouth at rest that is rounded or smiles.
    cost += np.abs(width - np.percentile(width, 75)) / _WIDTH
    # Full lips can be made thin, not thin ones full.
    cost += np.maximum(np.percentile(height[closed], 80) - height, 0) / _HEIGHT
    cost += (1 - looks.span[numbers] / looks.span[numbers].max()) / _SMALLER
    central = np.hypot(*(turn - np.median(turn, axis=0)).T) / _TURN
    chosen = [int(np.argmin(cost + central))]
    while len(chosen) < _MOST_A_RUN:
        away = np.min([np.hypot(*(turn - turn[one]).T) for one in chosen], axis=0)
        # The most distant pose that the head takes for longer than a moment.
        furthest = int(np.argsort(away)[int(0.95 * (len(away) - 1))])
        near = np.hypot(*(turn - turn[furthest]).T) < _ALIKE
        near &= gap <= max(_PARTED, float(gap[chosen[0]]))
        if away[furthest] < _APART or not near.any():
            break
        chosen.append(int(np.argmin(np.where(near, cost, np.inf))))
    return tuple(Donor(int(numbers[one]), turn[one]) for one in chosen)
