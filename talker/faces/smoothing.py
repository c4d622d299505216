"""Landmarks without jitter: centred smoothing of a face's pose and, less, of its shape."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

POSE_REACH_S = 0.17
"""Seconds to either side over which the pose is smoothed: nods of 2 Hz keep 98 % of their size."""

SHAPE_REACH_S = 0.085
"""Seconds to either side over which lips, lids and brows are smoothed."""

# Landmarks that the muscles of a face hardly move: forehead, temples, bridge of the nose, corners
# of the eyes.
RIGID = (10, 109, 338, 67, 297, 103, 332, 21, 251, 127, 356, 168, 6, 197, 195, 5, 33, 133, 263, 362)
"""Landmarks that move with the skull."""


@dataclass(frozen=True, slots=True)
class Pose:
    """Where a skull is: `points @ turn.T * scale + place` takes it from the mean shape.

    Attributes:
        turn: Rotation, shape (3, 3).
        scale: Pixels a pixel.
        place: Shape (3,), pixels.
    """

    turn: NDArray[np.float64]
    scale: float
    place: NDArray[np.float64]

    def apply(self, shape: NDArray[np.float64]) -> NDArray[np.float64]:
        """A shape of the face as landmarks in the picture."""
        return shape @ self.turn.T * self.scale + self.place

    def undo(self, landmarks: NDArray[np.floating]) -> NDArray[np.float64]:
        """Landmarks in the picture as a shape."""
        return (landmarks - self.place) @ self.turn / self.scale

    @classmethod
    def between(cls, shape: NDArray[np.floating], landmarks: NDArray[np.floating]) -> Pose:
        """The similarity that takes the rigid points of a shape nearest to the landmarks.

        Source: Umeyama, "Least-squares estimation of transformation parameters between two point
        patterns", 1991, equations 40 to 43.
        """
        here = shape[list(RIGID)].astype(np.float64)
        there = landmarks[list(RIGID)].astype(np.float64)
        middle, other = here.mean(axis=0), there.mean(axis=0)
        left, sizes, right = np.linalg.svd((there - other).T @ (here - middle))
        signs = np.array([1.0, 1.0, np.sign(np.linalg.det(left @ right))])
        turn = left * signs @ right
        scale = float((sizes * signs).sum() / np.square(here - middle).sum())
        return cls(turn, scale, other - scale * turn @ middle)


def smoothing_weights(
    times_s: NDArray[np.float64], at_s: float, reach_s: float
) -> NDArray[np.float64]:
    """Weights of frames for the value of a local parabola at a time.

    Least squares with tricube weights, as in Cleveland, "Robust locally weighted regression and
    smoothing scatterplots", 1979; no lag, and exact for steady motion, however the frames lie.

    Args:
        times_s: Of the frames, shape (n,).
        at_s: One of them.
        reach_s: Frames farther away count nothing.

    Returns:
        float64, shape (n,), of sum 1.
    """
    apart = (times_s - at_s) / (reach_s * 1.15)
    near = np.clip(1 - np.abs(apart) ** 3, 0, None) ** 3
    degree = min(2, int(np.count_nonzero(near)) - 1)
    powers = np.vander(apart, degree + 1, increasing=True)
    weighted = powers * near[:, None]
    return np.linalg.pinv(powers.T @ weighted)[0] @ weighted.T


def smoothed(
    landmarks: NDArray[np.floating], times_s: NDArray[np.float64], middle: int
) -> NDArray[np.float32]:
    """One frame's landmarks, smoothed over the frames around it.

    Args:
        landmarks: Of neighbouring frames of one scene, shape (n, 478, 3).
        times_s: Of the frames, rising, shape (n,).
        middle: Index of the frame.

    Returns:
        float32, shape (478, 3).
    """
    reference = landmarks[middle].astype(np.float64)
    reference -= reference.mean(axis=0)
    poses = [Pose.between(reference, points) for points in landmarks]
    at_s = float(times_s[middle])
    slow = smoothing_weights(times_s, at_s, POSE_REACH_S)
    quick = smoothing_weights(times_s, at_s, SHAPE_REACH_S)
    left, _, right = np.linalg.svd(np.tensordot(slow, [pose.turn for pose in poses], 1))
    pose = Pose(
        left @ right,
        float(np.exp(slow @ np.log([pose.scale for pose in poses]))),
        slow @ np.array([pose.place for pose in poses]),
    )
    used = np.flatnonzero(quick)
    shapes = np.stack([poses[i].undo(landmarks[i]) for i in used])
    shape = np.tensordot(quick[used], shapes, 1)
    return pose.apply(shape).astype(np.float32)
