"""The generator as a layer of Paddle; imported only where Paddle is installed."""

from __future__ import annotations

from typing import Any

import paddle
from paddle import nn

from talker.lips.wav2lip.network import (
    FACE_DECODER,
    FACE_ENCODER,
    NORM_EPSILON,
    OUTPUT,
    SPEECH_ENCODER,
    Block,
    Layer,
)


def paddle_network() -> Any:
    """The network with random weights, ready to be run, not trained."""
    network = Generator()
    network.eval()
    return network


class Generator(nn.Layer):
    """The network of the table, with random weights.

    The keys and shapes of its state dictionary are those of `network.expected_tensors`.
    """

    def __init__(self) -> None:
        super().__init__()
        self.face_encoder_blocks = nn.LayerList([_sequence(block) for block in FACE_ENCODER])
        self.audio_encoder = _sequence(SPEECH_ENCODER)
        self.face_decoder_blocks = nn.LayerList([_sequence(block) for block in FACE_DECODER])
        self.output_block = nn.Sequential(*_sequence(OUTPUT), nn.Sigmoid())

    def forward(self, mels: Any, faces: Any) -> Any:
        """Make faces speak.

        Args:
            mels: Windows of speech (n, 1, 80, 16), float32.
            faces: (n, 6, 96, 96), float32 in [0, 1].

        Returns:
            Faces (n, 3, 96, 96), float32 in [0, 1].
        """
        seen: list[Any] = []
        for block in self.face_encoder_blocks:
            faces = block(faces)
            seen.append(faces)
        picture = self.audio_encoder(mels)
        for block in self.face_decoder_blocks:
            picture = paddle.concat([block(picture), seen.pop()], axis=1)
        return self.output_block(picture)


class _NormedLayer(nn.Layer):
    """Convolution, batch norm, the sum with the input where the table asks for it, ReLU."""

    def __init__(self, layer: Layer) -> None:
        super().__init__()
        norm = nn.BatchNorm2D(layer.outputs, epsilon=NORM_EPSILON)
        self.conv_block = nn.Sequential(_convolution(layer), norm)
        self._residual = layer.residual

    def forward(self, picture: Any) -> Any:
        normed = self.conv_block(picture)
        return nn.functional.relu(normed + picture if self._residual else normed)


def _sequence(block: Block) -> nn.Sequential:
    return nn.Sequential(
        *(_NormedLayer(layer) if layer.normed else _convolution(layer) for layer in block)
    )


def _convolution(layer: Layer) -> nn.Layer:
    if layer.transposed:
        return nn.Conv2DTranspose(
            layer.inputs,
            layer.outputs,
            layer.kernel,
            stride=layer.stride,
            padding=layer.padding,
            output_padding=layer.output_padding,
        )
    return nn.Conv2D(
        layer.inputs, layer.outputs, layer.kernel, stride=layer.stride, padding=layer.padding
    )
