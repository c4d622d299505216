"""HDR and wide colour gamuts as a usual screen shows them."""

from __future__ import annotations

from functools import cache

import numpy as np
from numpy.typing import NDArray

from talker.media.frames import Picture

# ITU-R BT.2408-7, 2.2: nits of a diffuse white in HDR; and of the brightest light that is kept.
_WHITE_NITS, _PEAK_NITS = 203.0, 1000.0
# Linear light up to here is left alone, what is brighter is rolled off.
_KNEE = 0.6
# ITU-R BT.1886: what screens do with BT.709's signal.
_SCREEN_GAMMA = 2.4
_PQ, _HLG = 16, 18
_STEPS = 4096
# ITU-R BT.2087-0, from the BT.2020 primaries to those of BT.709, in linear light.
_TO_BT709 = np.array(
    [
        [1.6605, -0.5876, -0.0728],
        [-0.1246, 1.1329, -0.0083],
        [-0.0182, -0.1006, 1.1187],
    ],
    np.float32,
)


def narrowed(signal: NDArray[np.float32], *, transfer: int) -> Picture:
    """Map BT.2020 colours to BT.709, and HDR's light to that of a usual screen.

    Args:
        signal: R'G'B' in [0, 1], float32, shape (h, w, 3).
        transfer: Transfer characteristics, by ITU-T H.273: 16 for PQ, 18 for HLG, else SDR.

    Returns:
        uint8 RGB, shape (h, w, 3).
    """
    import cv2

    light = _light_of(transfer)[_steps(signal)]
    if transfer == _HLG:
        # BT.2100-2, table 5: the screen's gamma of 1.2 acts on the luminance.
        luminance = light @ np.array([0.2627, 0.6780, 0.0593], np.float32)
        light *= (np.maximum(luminance, 1e-6) ** 0.2 * (_PEAK_NITS / _WHITE_NITS))[..., None]
    light = cv2.transform(light, _TO_BT709)
    if transfer in (_PQ, _HLG):
        brightest = light.max(axis=2)
        peak = _PEAK_NITS / _WHITE_NITS
        light *= _rolled_off()[_steps(brightest / peak)][..., None]
    return _screen_levels()[_steps(np.sqrt(np.maximum(light, 0)))]


def _steps(values: NDArray[np.float32]) -> NDArray[np.uint16]:
    """Numbers of the table entries for values in [0, 1]."""
    return np.clip(values * (_STEPS - 1) + 0.5, 0, _STEPS - 1).astype(np.uint16)


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
