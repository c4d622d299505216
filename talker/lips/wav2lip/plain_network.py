"""The generator in NumPy, layer by layer as the table has it: slow, and by no other library's hand.

An exported graph is checked against it where Paddle is not installed.
"""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
from numpy.lib.stride_tricks import sliding_window_view
from numpy.typing import NDArray

from talker.lips.wav2lip.network import (
    FACE_DECODER,
    FACE_ENCODER,
    NORM_EPSILON,
    OUTPUT,
    SPEECH_ENCODER,
    Block,
    Layer,
)

Weights = Mapping[str, NDArray[np.float32]]
Picture = NDArray[np.float32]


def plain_faces(weights: Weights, mels: Picture, faces: Picture) -> Picture:
    """Make faces speak.

    Args:
        weights: All tensors of `network.expected_tensors`.
        mels: float32 (n, 1, 80, 16).
        faces: float32 (n, 6, 96, 96) in [0, 1].

    Returns:
        float32 (n, 3, 96, 96) in [0, 1].
    """
    seen: list[Picture] = []
    for block in FACE_ENCODER:
        faces = _through(block, weights, faces)
        seen.append(faces)
    picture = _through(SPEECH_ENCODER, weights, mels)
    for block in FACE_DECODER:
        picture = np.concatenate([_through(block, weights, picture), seen.pop()], axis=1)
    # The sigmoid, by an equal that cannot overflow.
    return (0.5 + 0.5 * np.tanh(_through(OUTPUT, weights, picture) / 2)).astype(np.float32)


def _through(block: Block, weights: Weights, picture: Picture) -> Picture:
    for layer in block:
        convolve = _widened if layer.transposed else _convolved
        result = convolve(layer, weights[f"{layer.convolution}.weight"], picture)
        result += weights[f"{layer.convolution}.bias"][:, None, None]
        if layer.normed:
            result = _normed(layer, weights, result)
            result = np.maximum(result + picture if layer.residual else result, 0)
        picture = result
    return picture


def _convolved(layer: Layer, weight: Picture, picture: Picture) -> Picture:
    rows, columns = layer.stride
    edges = ((0, 0), (0, 0), *[(layer.padding, layer.padding)] * 2)
    windows = sliding_window_view(np.pad(picture, edges), (layer.kernel,) * 2, axis=(2, 3))
    summed = np.tensordot(windows[:, :, ::rows, ::columns], weight, axes=((1, 4, 5), (1, 2, 3)))
    return np.ascontiguousarray(summed.transpose(0, 3, 1, 2))


def _widened(layer: Layer, weight: Picture, picture: Picture) -> Picture:
    """Every pixel of the picture laid down as a kernel, a stride apart, and the rim cut off."""
    count, _, rows, columns = picture.shape
    (down, right), rim = layer.stride, layer.padding
    full_rows = (rows - 1) * down + layer.kernel + layer.output_padding
    full_columns = (columns - 1) * right + layer.kernel + layer.output_padding
    laid = np.zeros((count, layer.outputs, full_rows, full_columns), np.float32)
    for row in range(layer.kernel):
        for column in range(layer.kernel):
            part = np.tensordot(picture, weight[:, :, row, column], axes=((1,), (0,)))
            places = (
                slice(row, row + rows * down, down),
                slice(column, column + columns * right, right),
            )
            laid[:, :, *places] += part.transpose(0, 3, 1, 2)
    return laid[:, :, rim : full_rows - rim, rim : full_columns - rim]


def _normed(layer: Layer, weights: Weights, picture: Picture) -> Picture:
    scale, shift, mean, variance = (
        weights[f"{layer.norm}.{part}"][:, None, None]
        for part in ("weight", "bias", "_mean", "_variance")
    )
    gain = scale / np.sqrt(variance + np.float32(NORM_EPSILON))
    return ((picture - mean) * gain + shift).astype(np.float32)
