"""HDR and wide colour gamuts as a usual screen shows them."""

from __future__ import annotations

from collections.abc import Sequence
from functools import cache
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from talker.media.frames import Picture

if TYPE_CHECKING:
    from cv2.typing import MatLike

# ITU-R BT.2408-7, 2.2: nits of a diffuse white in HDR; and of the brightest light that is kept.
_WHITE_NITS, _PEAK_NITS = 203.0, 1000.0
# Linear light up to here is left alone, what is brighter is rolled off.
_KNEE = 0.6
# ITU-R BT.1886: what screens do with BT.709's signal.
_SCREEN_GAMMA = 2.4
_PQ, _HLG = 16, 18
_STEPS = 1 << 16
# So many at a time stay in the processor's cache: half of the time of a whole picture.
_STRIP_PIXELS = 1 << 17
_LUMINANCE = np.array([[0.2627, 0.6780, 0.0593]], np.float32)
# ITU-R BT.2087-0, from the BT.2020 primaries to those of BT.709, in linear light.
_TO_BT709 = np.array(
    [
        [1.6605, -0.5876, -0.0728],
        [-0.1246, 1.1329, -0.0083],
        [-0.0182, -0.1006, 1.1187],
    ],
    np.float32,
)


def narrow(
    planes: Sequence[NDArray[np.uint16]],
    matrix: NDArray[np.float32],
    picture: Picture,
    *,
    transfer: int,
) -> None:
    """Map BT.2020 colours to BT.709, and HDR's light to that of a usual screen.

    Args:
        planes: Y, Cb and Cr, uint16, shape (h, w).
        matrix: 3x4: what they and 1 give to R', G', B', all in 0 to 65535.
        picture: Is filled: uint8 RGB, shape (h, w, 3).
        transfer: Transfer characteristics, by ITU-T H.273: 16 for PQ, 18 for HLG, else SDR.
    """
    import cv2

    rows = max(1, _STRIP_PIXELS // picture.shape[1])
    for top in range(0, len(picture), rows):
        strip = cv2.merge([plane[top : top + rows] for plane in planes])
        signal = cv2.transform(strip, matrix).astype(np.uint16, copy=False)
        picture[top : top + rows] = _narrowed(signal, transfer)


def _narrowed(signal: NDArray[np.uint16], transfer: int) -> NDArray[np.uint8]:
    """RGB of R'G'B', shape (h, w, 3)."""
    import cv2

    light = _looked_up(_light_of(transfer), signal)
    if transfer == _HLG:
        # BT.2100-2, table 5: the screen's gamma of 1.2 acts on the luminance.
        gain = cv2.pow(cv2.transform(light, _LUMINANCE), 0.2) * (_PEAK_NITS / _WHITE_NITS)
        light = _times(light, gain)
    light = cv2.transform(light, _TO_BT709)
    if transfer in (_PQ, _HLG):
        red, green, blue = cv2.split(light)
        brightest = cv2.max(cv2.max(red, green), blue)
        shares = _steps(brightest * (_WHITE_NITS / _PEAK_NITS))
        light = _times(light, _looked_up(_rolled_off(), shares))
    return _looked_up(_screen_levels(), _steps(cv2.sqrt(np.maximum(light, 0))))


def _looked_up(table: NDArray[Any], steps: NDArray[np.uint16]) -> NDArray[Any]:
    """Entries of a table."""
    import cv2

    if int(cv2.__version__.split(".")[0]) < 5:  # its tables have 256 entries
        return table[steps]
    return cv2.LUT(steps, table)


def _times(light: MatLike, gain: MatLike) -> MatLike:
    """Light, shape (h, w, 3), times a gain for each pixel, shape (h, w)."""
    import cv2

    return cv2.multiply(light, cv2.merge([gain, gain, gain]))


def _steps(values: MatLike) -> NDArray[np.uint16]:
    """Numbers of the table entries for values in [0, 1]; what is beyond goes to the ends."""
    import cv2

    whole = np.full(4, _STEPS - 1, np.float64)
    steps = cv2.multiply(values, whole, dtype=cv2.CV_16U)
    return steps.astype(np.uint16, copy=False)


@cache
def _light_of(transfer: int) -> NDArray[np.float32]:
    """Linear light of each step of a signal; diffuse white is 1 (HLG: of the scene, peak 1)."""
    signal = np.linspace(0, 1, _STEPS)
    if transfer == _PQ:  # SMPTE ST 2084, equation 4.1
        root = signal ** (1 / 78.84375)
        light = (np.maximum(root - 0.8359375, 0) / (18.8515625 - 18.6875 * root)) ** (
            1 / 0.1593017578125
        )
        light *= 10_000 / _WHITE_NITS
    elif transfer == _HLG:  # ITU-R BT.2100-2, table 5
        a, b, c = 0.17883277, 0.28466892, 0.55991073
        light = np.where(signal <= 0.5, signal**2 / 3, (np.exp((signal - c) / a) + b) / 12)
    else:
        light = signal**_SCREEN_GAMMA
    return light.astype(np.float32)


@cache
def _rolled_off() -> NDArray[np.float32]:
    """By how much light is dimmed, for steps of its brightest channel up to the peak.

    Above the knee Reinhard's curve with a white point (Photographic Tone Reproduction, 2002,
    equation 4), so that the peak comes out as 1.
    """
    light = np.linspace(0, _PEAK_NITS / _WHITE_NITS, _STEPS)
    over = np.maximum(light - _KNEE, 0) / (1 - _KNEE)
    white = over[-1]
    dimmed = _KNEE + (1 - _KNEE) * over * (1 + over / white**2) / (1 + over)
    gain = np.where(light > _KNEE, dimmed / np.maximum(light, _KNEE), 1.0)
    return gain.astype(np.float32)


@cache
def _screen_levels() -> NDArray[np.uint8]:
    """8-bit levels of a screen for steps of the root of linear light, finer in the dark."""
    return np.rint(255 * np.linspace(0, 1, _STEPS) ** (2 / _SCREEN_GAMMA)).astype(np.uint8)
