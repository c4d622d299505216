"""How each part of a mouth shape moves the landmarks: hand-made, in the face's own frame.

Distances are in eye spans (about 90 mm on an adult, so 0.01 is a little under a millimetre). The
sideways moves aim at absolute widths, so that a broad smile and a small mouth both end in the
same /u/ and the same /a/.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from talker.lips.warp import anatomy
from talker.lips.warp.sampling import ease

BASES = ("jaw", "part", "wide", "round", "press", "tuck", "close", "neutral")

JAW_DROP = 0.190
_OPEN_HALF_WIDTH = 0.285
_ROUND_HALF_WIDTH = 0.205
_WIDE_HALF_WIDTH = 0.345
_NEUTRAL_HALF_WIDTH = 0.300

_UPPER = (anatomy.UPPER_OUTER, *anatomy.UPPER_RINGS, anatomy.UPPER_INNER)
_LOWER = (anatomy.LOWER_OUTER, *anatomy.LOWER_RINGS, anatomy.LOWER_INNER)


class LipRows:
    """Masks over the 478 landmarks: upper lip, lower lip, and the corners that belong to both."""

    def __init__(self) -> None:
        self.upper = _mask(index for row in _UPPER for index in row)
        self.lower = _mask(index for row in _LOWER for index in row)
        # 61/76/62/78 and their mirror images end every row.
        self.corners = self.upper & self.lower
        self.lips = self.upper | self.lower


def landmark_bases(local: NDArray[np.float32], seam: NDArray[np.float32]) -> NDArray[np.float32]:
    """Displacement of every landmark for each part of a mouth shape at 1.

    Args:
        local: Landmarks in the face frame, shape (478, 3), units.
        seam: The same in the plane with the lips' rings where they are drawn, shape (478, 2).

    Returns:
        Shape (8, 478, 3), float32, units, in the order of `BASES`.
    """
    x, y = seam[:, 0], seam[:, 1]
    rows = LipRows()
    half_width = float(abs(local[anatomy.RIGHT_CORNER, 0] - local[anatomy.LEFT_CORNER, 0]) / 2)
    across = np.clip(x / half_width, -1.05, 1.05)
    arch = 1.0 - np.minimum(np.abs(across), 1.0) ** 2
    to_corner = np.minimum(np.hypot(x - half_width, y), np.hypot(x + half_width, y))
    middle_drop = float(seam[anatomy.UPPER_MIDDLE, 1])
    lower_drop = float(seam[anatomy.LOWER_MIDDLE, 1])

    bases = {name: np.zeros((478, 3)) for name in BASES}
    bases["jaw"] = _jaw(x, y, across, rows, half_width, middle_drop)

    part = bases["part"]
    above = np.exp(-((x / 0.30) ** 2 + ((y + 0.12) / 0.18) ** 2))
    below = np.exp(-((x / 0.28) ** 2 + ((y - 0.17) / 0.14) ** 2))
    part[:, 1] = -0.024 * above * (y < 0.02) + 0.018 * below * (y > 0)
    part[rows.upper, 1] = -0.036 * arch[rows.upper]
    part[rows.lower, 1] = 0.036 * arch[rows.lower]
    part[rows.corners] = 0.0

    wide = bases["wide"]
    beside = np.where(rows.lips, across, np.sign(x) * np.exp(-((to_corner / 0.22) ** 2)))
    wide[:, 0] = beside * max(0.018, _WIDE_HALF_WIDTH - half_width)
    wide[:, 1] = -0.010 * beside**2
    wide[:, 2] = 0.030 * np.abs(beside)

    round_ = bases["round"]
    cheek = np.sign(x) * np.exp(-((to_corner / 0.30) ** 2))
    cheek *= ease(-0.24, -0.06, y) * ease(0.0, 0.12, np.abs(x))
    narrowing = np.clip(0.95 * (half_width - _ROUND_HALF_WIDTH), 0.03, 0.14)
    round_[:, 0] = -narrowing * np.where(rows.lips, across, cheek)
    round_[:, 2] = -0.05 * np.exp(-((x / 0.3) ** 2 + (y / 0.2) ** 2))
    for row, rise in ((anatomy.UPPER_OUTER, 0.016), (anatomy.UPPER_RINGS[0], 0.012)):
        round_[list(row), 1] -= rise * arch[list(row)]
    for row, drop in ((anatomy.LOWER_OUTER, 0.022), (anatomy.LOWER_RINGS[0], 0.018)):
        round_[list(row), 1] += drop * arch[list(row)]

    neutral = bases["neutral"]
    smile = max(0.0, half_width - _NEUTRAL_HALF_WIDTH)
    rise = max(0.0, 0.7 * (0.62 * middle_drop + 0.38 * lower_drop) - 0.01)
    neutral[:, 0] = -0.85 * smile * np.where(rows.lips, across, cheek)
    neutral[:, 1] = rise * np.where(
        rows.lips, np.abs(across) ** 1.5, np.exp(-((to_corner / 0.20) ** 2))
    )

    press = bases["press"]
    for lip, inner in ((_UPPER, anatomy.UPPER_INNER), (_LOWER, anatomy.LOWER_INNER)):
        for row in lip[:-1]:
            for index, seam_index in zip(row[1:-1], inner[1:-1], strict=True):
                press[index, 1] = 0.38 * (seam[seam_index, 1] - seam[index, 1])

    tuck = bases["tuck"]
    # The upper lip bares the edge of the teeth, on which the rolled-in lower lip stands.
    tuck[:, 1] = -0.014 * below * (y > 0) - 0.014 * above * (y < 0.02)
    tuck[rows.lower, 1] = 0.002 * arch[rows.lower]
    for row, rise in ((anatomy.LOWER_OUTER, 0.030), (anatomy.LOWER_RINGS[0], 0.022)):
        tuck[list(row), 1] = -rise * arch[list(row)]
    tuck[rows.upper, 1] = -0.019 * arch[rows.upper] ** 0.7
    tuck[rows.corners] = 0.0

    bases["close"] = _close(x, y, seam, rows)
    return np.stack([bases[name] for name in BASES]).astype(np.float32)


def _jaw(
    x: NDArray[np.float32],
    y: NDArray[np.float32],
    across: NDArray[np.float32],
    rows: LipRows,
    half_width: float,
    middle_drop: float,
) -> NDArray[np.float64]:
    """The jaw turns about the ears: chin and lower lip fall, corners follow a little."""
    edge = np.minimum(np.abs(across), 1.0)
    # How much of the drop a corner takes; a smile's raised corners come down with it.
    corner_share = 0.28 + 0.5 * max(0.0, middle_drop - 0.02) / JAW_DROP
    share = ease(-0.30, 0.22, y) * (1 - 0.75 * ease(0.25, 0.75, np.abs(x)))
    share[rows.lower] = (corner_share + (1 - corner_share) * (1 - edge**2.4) ** 0.75)[rows.lower]
    share[rows.upper] = (corner_share * edge**1.6 - 0.10 * (1 - edge**1.6))[rows.upper]
    share[rows.corners] = corner_share
    nose = (y < -0.12) & (np.abs(x) < 0.3)
    share[nose] *= 0.25
    drop = np.zeros((478, 3))
    drop[:, 1] = JAW_DROP * share
    drop[:, 2] = 0.15 * JAW_DROP * share
    narrowing = 0.05 * half_width + 0.7 * max(0.0, half_width - _OPEN_HALF_WIDTH)
    drop[:, 0] = -narrowing * across * np.exp(-((y / 0.2) ** 2)) * (np.abs(across) <= 1.0)
    return drop


def _close(
    x: NDArray[np.float32], y: NDArray[np.float32], seam: NDArray[np.float32], rows: LipRows
) -> NDArray[np.float64]:
    """What brings the lips of an open mouth together, the lower one most of the way."""
    close = np.zeros((478, 3))
    gaps: Sequence[float] = [
        max(0.0, float(seam[low, 1] - seam[up, 1]))
        for up, low in zip(anatomy.UPPER_INNER, anatomy.LOWER_INNER, strict=True)
    ]
    upper_follow, lower_follow = (0.60, 0.80, 0.95, 1.0), (0.80, 0.90, 0.97, 1.0)
    for station in range(1, 10):
        for row, follow in zip(_UPPER, upper_follow, strict=True):
            close[row[station], 1] = 0.38 * follow * gaps[station]
        for row, follow in zip(_LOWER, lower_follow, strict=True):
            close[row[station], 1] = -0.62 * follow * gaps[station]
    skin = ~rows.lips
    chin = np.exp(-((x / 0.3) ** 2 + ((y - 0.25) / 0.2) ** 2)) * (y > 0.05)
    above = np.exp(-((x / 0.3) ** 2 + ((y + 0.12) / 0.10) ** 2)) * (y < 0)
    close[skin, 1] = (gaps[5] * (0.20 * above - 0.45 * chin))[skin]
    return close


def _mask(indices: object) -> NDArray[np.bool_]:
    mask = np.zeros(478, np.bool_)
    mask[list(indices)] = True  # type: ignore[call-overload]
    return mask
