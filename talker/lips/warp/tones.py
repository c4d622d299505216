"""Colours, sharpness and grain of a portrait, so that what is drawn belongs to it."""

from __future__ import annotations

from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray

from talker.lips.warp import anatomy
from talker.lips.warp.face_frame import FaceFrame
from talker.media.frames import Picture

LUMA = np.array([0.299, 0.587, 0.114], np.float32)
"""Weights of red, green and blue in brightness (ITU-R BT.601)."""

_GREY_SPREAD = 6.0

Colour = NDArray[np.float32]
"""RGB, shape (3,), 0 to 255."""


@dataclass(frozen=True, slots=True)
class Tones:
    """What the inside of this mouth is painted with.

    Attributes:
        skin: Colour of the cheeks and the chin.
        lip: Colour of the lower lip.
        teeth: Colour of a lit tooth in this light.
        tongue: Colour of the lit tongue.
        dark: Colour of the depth of the mouth.
        blur: Standard deviation in pixels of the portrait's own sharpness.
        grain: Standard deviation of the portrait's grain in grey levels.
        grey: Whether the portrait has no colours.
    """

    skin: Colour
    lip: Colour
    teeth: Colour
    tongue: Colour
    dark: Colour
    blur: float
    grain: float
    grey: bool


def measure_tones(picture: Picture, frame: FaceFrame, points: NDArray[np.float32]) -> Tones:
    """Read the tones off a portrait.

    Args:
        picture: The portrait.
        frame: The face's frame.
        points: Landmarks, shape (478, 2), pixels.
    """
    unit = frame.unit
    skin = np.mean([_median(picture, points[i], 0.05 * unit) for i in anatomy.CHEEKS], axis=0)
    lip_points = [anatomy.LOWER_RINGS[0][k] for k in (4, 5, 6)]
    lip = np.mean([_median(picture, points[i], 0.015 * unit) for i in lip_points], axis=0)
    luma = float(skin @ LUMA)
    white = _eye_white(picture, points, unit)
    # Ivory under the same light: the eye's white tells its colour, the skin its strength.
    if white is None:
        white = np.clip(luma * 1.05 + 12, 0, 245) * np.array([1.0, 0.97, 0.92])
    tint = white / max(float(white @ LUMA), 1.0)
    tint = 0.40 * tint + 0.60 * np.array([1.02, 1.0, 0.94])
    strength = np.clip(0.55 * float(white @ LUMA) + 0.45 * (luma * 1.02 + 14), 40, 232) * 1.06
    strength = max(strength, min(1.12 * luma, 236.0))
    teeth = np.clip(tint * strength, 0, 240)
    red = np.array([0.94, 0.53, 0.51]) * luma * 0.92
    tongue = 0.6 * red + 0.4 * lip * np.array([0.95, 0.82, 0.82])
    dark = np.clip(0.5 * lip + 0.5 * skin, 20, 200) * np.array([0.115, 0.042, 0.038])
    return Tones(
        skin=skin.astype(np.float32),
        lip=lip.astype(np.float32),
        teeth=teeth.astype(np.float32),
        tongue=np.clip(tongue, 0, 235).astype(np.float32),
        dark=np.clip(dark, 3, 40).astype(np.float32),
        blur=measure_blur(picture, points, unit),
        grain=_grain(picture, points, unit),
        grey=bool(max(np.ptp(skin), np.ptp(lip)) < _GREY_SPREAD),
    )


def _box(picture: Picture, centre: NDArray[np.floating], radius: float) -> Picture:
    x, y = int(centre[0]), int(centre[1])
    r = max(2, round(radius))
    return picture[max(0, y - r) : y + r + 1, max(0, x - r) : x + r + 1]


def _median(picture: Picture, centre: NDArray[np.floating], radius: float) -> Colour:
    patch = _box(picture, centre, radius).reshape(-1, 3)
    return np.median(patch, axis=0).astype(np.float32) if len(patch) else np.full(3, 128, "f4")


def _eye_white(picture: Picture, points: NDArray[np.float32], unit: float) -> Colour | None:
    """Colour of the brighter part of the eyes beside the irises, if enough of it is seen."""
    found: list[NDArray[np.uint8]] = []
    for (upper, lower, _), iris in (
        (anatomy.LEFT_EYE, anatomy.LEFT_IRIS),
        (anatomy.RIGHT_EYE, anatomy.RIGHT_IRIS),
    ):
        outline = np.concatenate([points[list(upper)], points[list(lower[::-1])]])
        mask = np.zeros(picture.shape[:2], np.uint8)
        cv2.fillPoly(mask, [np.round(outline).astype(np.int32)], 255)
        mask = cv2.erode(mask, np.ones((3, 3), np.uint8))
        centre = points[list(iris)].mean(axis=0)
        cv2.circle(mask, (int(centre[0]), int(centre[1])), round(0.085 * unit), 0, -1)
        found.append(picture[mask > 0])
    pixels = np.concatenate(found)
    if len(pixels) < 12:
        return None
    luma = pixels @ LUMA
    bright = pixels[luma >= np.percentile(luma, 60)]
    return np.median(bright, axis=0).astype(np.float32)


def measure_blur(picture: Picture, points: NDArray[np.float32], unit: float) -> float:
    """Width of the sharpest edges around the eyes, as a Gaussian's standard deviation.

    The steepest slope of a step of height h blurred by sigma is h / (sigma * sqrt(2 pi)).
    """
    sigmas: list[float] = []
    for iris in (anatomy.LEFT_IRIS, anatomy.RIGHT_IRIS):
        patch = _box(picture, points[iris[0]], 0.18 * unit)
        if min(patch.shape[:2]) < 5:
            continue
        grey = cv2.cvtColor(np.ascontiguousarray(patch), cv2.COLOR_RGB2GRAY).astype(np.float32)
        slope = np.hypot(np.gradient(grey, axis=0), np.gradient(grey, axis=1))
        height = float(np.percentile(grey, 98) - np.percentile(grey, 2))
        sigmas.append(height / (2.5066 * max(float(np.percentile(slope, 99.5)), 1e-3)))
    return float(np.clip(np.mean(sigmas) if sigmas else 1.0, 0.5, 0.02 * unit + 1.0))


def _grain(picture: Picture, points: NDArray[np.float32], unit: float) -> float:
    """Noise by the median absolute second difference on the cheeks (a Gaussian's is 0.6745 s)."""
    levels: list[float] = []
    for index in anatomy.CHEEKS[:2]:
        patch = _box(picture, points[index], 0.08 * unit)
        if min(patch.shape[:2]) < 6:
            continue
        grey = cv2.cvtColor(np.ascontiguousarray(patch), cv2.COLOR_RGB2GRAY).astype(np.float32)
        second = grey[1:-1, 1:-1] - (grey[1:-1, :-2] + grey[1:-1, 2:]) / 2
        # Var of a - (b + c) / 2 is 1.5 times that of a.
        levels.append(float(np.median(np.abs(second))) / 0.6745 / 1.2247)
    return float(np.clip(np.mean(levels) if levels else 0.0, 0.0, 8.0))
