"""The generator of Wav2Lip as a table of layers, which every form of it is built from.

Source: Prajwal, Mukhopadhyay, Namboodiri and Jawahar, "A Lip Sync Expert Is All You Need for
Speech to Lip Generation In the Wild", ACM Multimedia 2020, section 3.3, in the size of the released
weights, 96 x 96 pixels. The names of the tensors are those of PaddleGAN's state dictionary, so that
its checkpoints fit as they are.

A face (n, 6, 96, 96) is narrowed block by block to one point, speech (n, 1, 80, 16) likewise. The
decoder starts from the speech; after each of its blocks it sees the output of the mirrored block
of the face encoder, joined along the channels behind its own.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

FACE_SIZE = 96
"""Pixels along a side of the face."""
MEL_BANDS = 80
MEL_COLUMNS = 16
NORM_EPSILON = 1e-5
"""Added to the variance by every batch norm."""


@dataclass(frozen=True, slots=True)
class Layer:
    """A convolution with what follows it.

    A normed layer is convolution, batch norm, the sum with its input where it is residual, and
    ReLU. The one layer that is not normed, the last, is a convolution and a sigmoid.

    Attributes:
        name: The layer's place in the network, as its tensors' names begin.
        inputs: Channels.
        outputs: Channels.
        kernel: Rows and columns, square.
        stride: Rows, columns.
        padding: Zeros on all four sides; of a transposed layer, rows and columns cut off there.
        transposed: Whether it widens the picture.
        output_padding: Rows and columns that a transposed layer adds at the bottom and right.
        residual: Whether its input is added before the ReLU.
        normed: Whether batch norm and ReLU follow.
    """

    name: str
    inputs: int
    outputs: int
    kernel: int = 3
    stride: tuple[int, int] = (1, 1)
    padding: int = 1
    transposed: bool = False
    output_padding: int = 0
    residual: bool = False
    normed: bool = True

    @property
    def convolution(self) -> str:
        """What the names of the convolution's tensors begin with."""
        return f"{self.name}.conv_block.0" if self.normed else self.name

    @property
    def norm(self) -> str:
        """What the names of the batch norm's tensors begin with."""
        return f"{self.name}.conv_block.1"

    @property
    def tensors(self) -> dict[str, tuple[int, ...]]:
        """Shapes of its tensors by name, all float32.

        The weight is (outputs, inputs, rows, columns), of a transposed layer (inputs, outputs,
        rows, columns).
        """
        ends = (self.inputs, self.outputs) if self.transposed else (self.outputs, self.inputs)
        shapes: dict[str, tuple[int, ...]] = {
            f"{self.convolution}.weight": (*ends, self.kernel, self.kernel),
            f"{self.convolution}.bias": (self.outputs,),
        }
        if self.normed:
            for part in ("weight", "bias", "_mean", "_variance"):
                shapes[f"{self.norm}.{part}"] = (self.outputs,)
        return shapes


Block = tuple[Layer, ...]


def _block(name: str, first: dict[str, Any], refinements: int = 0, *rest: dict[str, Any]) -> Block:
    """A layer that changes the channels, residual ones that keep them, and others after those."""
    width = first["outputs"]
    refinement = _change(width, width, residual=True)
    settings = [first, *[refinement] * refinements, *(_change(width, width, **r) for r in rest)]
    return tuple(Layer(f"{name}.{place}", **each) for place, each in enumerate(settings))


def _change(inputs: int, outputs: int, **settings: Any) -> dict[str, Any]:
    return {"inputs": inputs, "outputs": outputs, **settings}


def _speech_encoder() -> Block:
    """Mel windows to a point of 512 channels: (80, 16), (27, 16), (9, 6), (3, 3), (1, 1)."""
    layers: list[dict[str, Any]] = []
    for inputs, outputs, stride, refinements in (
        (1, 32, (1, 1), 2),
        (32, 64, (3, 1), 2),
        (64, 128, (3, 3), 2),
        (128, 256, (3, 2), 1),
    ):
        layers.append(_change(inputs, outputs, stride=stride))
        layers += [_change(outputs, outputs, residual=True)] * refinements
    layers += [_change(256, 512, padding=0), _change(512, 512, kernel=1, padding=0)]
    return tuple(Layer(f"audio_encoder.{place}", **each) for place, each in enumerate(layers))


def _face_encoder() -> tuple[Block, ...]:
    """Faces to a point of 512 channels; sides of 96, 48, 24, 12, 6, 3 and 1."""
    firsts = [
        (_change(6, 16, kernel=7, padding=3), 0),
        *(
            (_change(inputs, outputs, stride=(2, 2)), refinements)
            for inputs, outputs, refinements in (
                (16, 32, 2),
                (32, 64, 3),
                (64, 128, 2),
                (128, 256, 2),
                (256, 512, 1),
            )
        ),
    ]
    blocks = [_block(f"face_encoder_blocks.{n}", *first) for n, first in enumerate(firsts)]
    point = _block(
        "face_encoder_blocks.6", _change(512, 512, padding=0), 0, {"kernel": 1, "padding": 0}
    )
    return (*blocks, point)


def _face_decoder() -> tuple[Block, ...]:
    """Speech to faces; sides of 1, 3, 6, 12, 24, 48 and 96."""
    double: dict[str, Any] = {"stride": (2, 2), "output_padding": 1, "transposed": True}
    firsts = (
        (_change(512, 512, kernel=1, padding=0), 0),
        (_change(1024, 512, padding=0, transposed=True), 1),
        (_change(1024, 512, **double), 2),
        (_change(768, 384, **double), 2),
        (_change(512, 256, **double), 2),
        (_change(320, 128, **double), 2),
        (_change(160, 64, **double), 2),
    )
    return tuple(_block(f"face_decoder_blocks.{n}", *first) for n, first in enumerate(firsts))


SPEECH_ENCODER = _speech_encoder()
FACE_ENCODER = _face_encoder()
FACE_DECODER = _face_decoder()
"""As many blocks as the face encoder: block i is joined with its block i from the end."""
OUTPUT: Block = (
    Layer("output_block.0", 80, 32),
    Layer("output_block.1", 32, 3, kernel=1, padding=0, normed=False),
)


def layers() -> Iterator[Layer]:
    """Every layer, in the order of the state dictionary."""
    for block in (*FACE_ENCODER, SPEECH_ENCODER, *FACE_DECODER, OUTPUT):
        yield from block


def expected_tensors() -> dict[str, tuple[int, ...]]:
    """Shapes of all tensors of the network by name, all float32."""
    return {name: shape for layer in layers() for name, shape in layer.tensors.items()}
