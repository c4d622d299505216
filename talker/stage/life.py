"""The life of a face beside its lips: blinks, breath, small moves of head, brows and eyes.

Everything is a continuous function of time, drawn once from the seed: the same seed gives the
same life whatever the frame rate, and no value ever jumps.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from talker.speech.timeline import Mark, Speech

Curve = NDArray[np.float32]
"""One value a point in time, shape (n,)."""

_POSE_SPREAD = np.array([0.010, 0.007, 0.012, 0.030, 0.020])
"""Standard deviation of a pose at life 1: sideways, down (eye spans); roll, yaw, pitch (rad)."""

_NOD = 0.022
_BROW = 0.9
_BLINK_CLOSE_S, _BLINK_HOLD_S, _BLINK_OPEN_S = 0.09, 0.03, 0.17
_BREATH_S = 3.9
_REST_S = 0.4


@dataclass(frozen=True, slots=True)
class LifeCurves:
    """Where everything but the lips stands, for n points in time.

    Attributes:
        pose: Head: shift to the right and down in eye spans, roll, yaw and pitch in radians;
            shape (n, 5).
        breath: 0 breathed out, 1 breathed in, times life.
        blink: 0 open, 1 closed.
        brows: 0 at rest, 1 raised.
        gaze: Eyes to the right and down in eye spans, shape (n, 2).
    """

    pose: NDArray[np.float32]
    breath: Curve
    blink: Curve
    brows: Curve
    gaze: NDArray[np.float32]


class Life:
    """The life of one film.

    Args:
        speech: Stressed vowels nod the head, pauses invite blinks.
        lead_in_s: Seconds of picture before the speech.
        duration_s: Length of the film in seconds.
        amount: 0 for none to 1 for lively.
        seed: Of all chance.
    """

    def __init__(
        self, speech: Speech, lead_in_s: float, duration_s: float, amount: float, seed: int
    ) -> None:
        self._amount = amount
        poses, glances, blinks, drift = np.random.SeedSequence(seed).spawn(4)
        self._poses = _moves(
            np.random.default_rng(poses), duration_s, _POSE_SPREAD, (0.9, 2.6), (0.45, 1.0)
        )
        self._glances = _moves(
            np.random.default_rng(glances),
            duration_s,
            np.array([0.008, 0.003]),
            (0.5, 2.4),
            (0.05, 0.07),
        )
        pauses = [(m.start_s + m.end_s) / 2 + lead_in_s for m in speech.of_kind("pause")]
        self._blinks = _blink_times(np.random.default_rng(blinks), duration_s, pauses)
        self._drift_phase = np.random.default_rng(drift).uniform(0, 2 * np.pi, (5, 3))
        self._stresses = _stresses(speech) + lead_in_s

    def at(self, times_s: NDArray[np.float64]) -> LifeCurves:
        """The curves at points in time on the film's clock, shape (n,)."""
        amount = self._amount
        rates = 2 * np.pi * np.array([0.23, 0.41, 0.67])
        drift = np.sin(times_s[:, None, None] * rates + self._drift_phase) - np.sin(
            self._drift_phase
        )
        pose = _eased(self._poses, times_s) + 0.12 * _POSE_SPREAD * drift.sum(axis=2)
        # A film begins with the portrait as it is, even in the middle of a stressed syllable.
        begun = _smoothstep(times_s / _REST_S)
        pose[:, 4] += _NOD * begun * _bumps(times_s, self._stresses, 0.17)
        closed = np.zeros(len(times_s))
        if amount > 0:
            for start_s in self._blinks:
                closed = np.maximum(closed, blink(times_s - start_s))
        breath = 0.5 - 0.5 * np.cos(2 * np.pi * times_s / _BREATH_S)
        brows = _BROW * begun * _bumps(times_s, self._stresses[::3], 0.26)
        glance = np.clip(_eased(self._glances, times_s), -0.016, 0.016)
        return LifeCurves(
            pose=(amount * pose).astype(np.float32),
            breath=(amount * breath).astype(np.float32),
            blink=closed.astype(np.float32),
            brows=(amount * brows).astype(np.float32),
            gaze=(min(1.0, 1.5 * amount) * glance).astype(np.float32),
        )


@dataclass(frozen=True, slots=True)
class _Moves:
    """Targets that are moved to and then held, the first one at rest."""

    starts_s: NDArray[np.float64]
    lengths_s: NDArray[np.float64]
    targets: NDArray[np.float64]


def _moves(
    rng: np.random.Generator,
    duration_s: float,
    spread: NDArray[np.float64],
    hold_s: tuple[float, float],
    move_s: tuple[float, float],
) -> _Moves:
    starts, lengths = [0.0], [1e-3]
    targets = [np.zeros(len(spread))]
    clock = rng.uniform(0.2, 0.6)
    while clock < duration_s:
        # Every third move or so comes back to rest, as people do to whom they speak.
        target = spread * np.clip(rng.normal(size=len(spread)), -1.8, 1.8)
        targets.append(target * (rng.random() > 0.3))
        starts.append(clock)
        lengths.append(rng.uniform(*move_s))
        clock += lengths[-1] + rng.uniform(*hold_s)
    return _Moves(np.array(starts), np.array(lengths), np.array(targets))


def _eased(moves: _Moves, times_s: NDArray[np.float64]) -> NDArray[np.float64]:
    """Minimum-jerk moves between the targets (Flash and Hogan 1985)."""
    now = np.clip(np.searchsorted(moves.starts_s, times_s, side="right") - 1, 0, None)
    t = np.clip((times_s - moves.starts_s[now]) / moves.lengths_s[now], 0.0, 1.0)
    share = (t**3 * (10 - 15 * t + 6 * t**2))[:, None]
    before = moves.targets[np.maximum(now - 1, 0)]
    return before + (moves.targets[now] - before) * share


def _blink_times(
    rng: np.random.Generator, duration_s: float, pauses: Sequence[float]
) -> NDArray[np.float64]:
    times: list[float] = []
    clock = float(rng.uniform(0.7, 2.2))
    while clock < duration_s:
        near = min(pauses, key=lambda pause_s: abs(pause_s - clock), default=clock)
        if abs(near - clock) < 0.7 and (not times or near - times[-1] > 1.0):
            clock = near
        times.append(clock)
        if rng.random() < 0.08:
            times.append(clock + 0.36)
        clock = times[-1] + float(np.clip(rng.lognormal(np.log(3.2), 0.42), 1.3, 7.5))
    return np.array(times)


def blink(since_s: NDArray[np.float64]) -> NDArray[np.float64]:
    """How far the lids are closed, 0..1, at times since a blink began, in seconds."""
    closing = _smoothstep(since_s / _BLINK_CLOSE_S)
    opening = _smoothstep((since_s - _BLINK_CLOSE_S - _BLINK_HOLD_S) / _BLINK_OPEN_S)
    return closing - opening


def _stresses(speech: Speech) -> NDArray[np.float64]:
    """Middles of the syllables that stand out: loud vowels at least 0.5 s apart."""
    rate = speech.sample_rate
    loud: list[tuple[float, Mark]] = []
    for mark in speech.of_kind("phone"):
        part = speech.samples[int(mark.start_s * rate) : int(mark.end_s * rate)]
        if mark.end_s - mark.start_s > 0.06 and len(part):
            loud.append((float(np.mean(np.square(part))), mark))
    if not loud:
        return np.zeros(0)
    bar = np.percentile([level for level, _ in loud], 80)
    chosen: list[float] = []
    for level, mark in loud:
        middle_s = (mark.start_s + mark.end_s) / 2
        if level >= bar and (not chosen or middle_s - chosen[-1] > 0.5):
            chosen.append(middle_s)
    return np.array(chosen)


def _bumps(
    times_s: NDArray[np.float64], centres_s: NDArray[np.float64], width_s: float
) -> NDArray[np.float64]:
    """A smooth bump of height 1 around each centre."""
    total = np.zeros(len(times_s))
    near = centres_s[
        (centres_s > times_s[0] - 4 * width_s) & (centres_s < times_s[-1] + 4 * width_s)
    ]
    for centre_s in near:
        total = np.maximum(total, np.exp(-(((times_s - centre_s) / width_s) ** 2)))
    return total


def _smoothstep(t: NDArray[np.float64]) -> NDArray[np.float64]:
    t = np.clip(t, 0.0, 1.0)
    return t * t * (3.0 - 2.0 * t)
