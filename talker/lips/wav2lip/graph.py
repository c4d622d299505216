"""The generator as an ONNX graph, built from the layer table and the weights without Paddle."""

from __future__ import annotations

from collections.abc import Mapping
from itertools import product
from typing import TYPE_CHECKING, Any, Literal

import numpy as np
from numpy.typing import NDArray

from talker.lips.wav2lip.network import (
    FACE_DECODER,
    FACE_ENCODER,
    FACE_SIZE,
    MEL_BANDS,
    MEL_COLUMNS,
    NORM_EPSILON,
    OUTPUT,
    SPEECH_ENCODER,
    Block,
    Layer,
)

if TYPE_CHECKING:
    from onnx import ModelProto, NodeProto, TensorProto

Precision = Literal["fp32", "fp16"]
Weights = Mapping[str, NDArray[np.float32]]

MELS, FACES, SPOKEN = "mels", "faces", "spoken"
"""Names of the graph's inputs and of its output."""

_OPSET, _IR_VERSION = 13, 8


def build_graph(weights: Weights, precision: Precision = "fp32", first_row: int = 0) -> ModelProto:
    """The network for any batch, with its batch norms folded into the convolutions.

    Its inputs `mels` (n, 1, 80, 16) and `faces` (n, 6, 96, 96) and its output `spoken`
    (n, 3, 96 - first_row, 96) are float32, whichever precision it computes in.

    Args:
        weights: All tensors of `network.expected_tensors`.
        precision: Of the weights in the graph and of the computing.
        first_row: The first row of the faces that comes out. What only rows above it need is not
            computed; those from it on are the same as of the whole.
    """
    from onnx import TensorProto, helper

    drawing = _Drawing(weights, precision)
    faces, seen = drawing.entry(FACES), list[str]()
    for block in FACE_ENCODER:
        faces = drawing.block(block, faces)
        seen.append(faces)
    picture = drawing.block(SPEECH_ENCODER, drawing.entry(MELS))
    starts, start = _starts(first_row), 0
    for block, wanted in zip(FACE_DECODER, starts, strict=True):
        start *= block[0].stride[0]
        picture = drawing.rows_from(wanted - start, drawing.block(block, picture))
        skipped = drawing.rows_from(wanted, seen.pop())
        picture = drawing.node("Concat", [picture, skipped], axis=1)
        start = wanted
    drawing.exit(drawing.rows_from(first_row - start, drawing.block(OUTPUT, picture)), SPOKEN)

    def port(name: str, channels: int, rows: int, columns: int) -> Any:
        shape = ["n", channels, rows, columns]
        return helper.make_tensor_value_info(name, TensorProto.FLOAT, shape)

    graph = helper.make_graph(
        drawing.nodes,
        "wav2lip",
        [port(MELS, 1, MEL_BANDS, MEL_COLUMNS), port(FACES, 6, FACE_SIZE, FACE_SIZE)],
        [port(SPOKEN, 3, FACE_SIZE - first_row, FACE_SIZE)],
        drawing.tensors,
    )
    return helper.make_model(
        graph,
        producer_name="talker",
        ir_version=_IR_VERSION,
        opset_imports=[helper.make_opsetid("", _OPSET)],
    )


def folded(layer: Layer, weights: Weights) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Weight and bias of a layer's convolution with its batch norm in them."""
    weight = weights[f"{layer.convolution}.weight"].astype(np.float64)
    bias = weights[f"{layer.convolution}.bias"].astype(np.float64)
    if not layer.normed:
        return weight, bias
    scale, shift, mean, variance = (
        weights[f"{layer.norm}.{part}"].astype(np.float64)
        for part in ("weight", "bias", "_mean", "_variance")
    )
    gain = scale / np.sqrt(variance + NORM_EPSILON)
    along = (1, -1, 1, 1) if layer.transposed else (-1, 1, 1, 1)
    return weight * gain.reshape(along), (bias - mean) * gain + shift


def _starts(first_row: int) -> list[int]:
    """The first row that is needed of what each block of the decoder gives, from the first on.

    A convolution of a picture cut off at the top is wrong in as many rows as its kernel reaches up.
    Widening by two, as the decoder does, needs half of the rows and reaches up by none.
    """
    starts: list[int] = []
    needed = first_row
    for block in (OUTPUT, *FACE_DECODER[:0:-1]):
        needed -= sum(layer.kernel // 2 for layer in block if not layer.transposed)
        needed = max(0, needed // block[0].stride[0])
        starts.insert(0, needed)
    return starts


def _places(layer: Layer) -> list[tuple[list[int], int, int]]:
    """What gives the pixels at each place within a transposed layer's stride, along one axis.

    Its output is that of the kernel's taps that are named, laid over a picture with so many zeros
    before and behind.
    """
    stride = layer.stride[0]
    grown = (layer.kernel + layer.output_padding - 2 * layer.padding) // stride - 1
    places: list[tuple[list[int], int, int]] = []
    for place in range(stride):
        reach = place + layer.padding
        taps = [tap for tap in range(layer.kernel - 1, -1, -1) if (reach - tap) % stride == 0]
        before = (taps[0] - reach) // stride
        places.append((taps, before, grown + len(taps) - 1 - before))
    return places


class _Drawing:
    """Nodes and tensors of a graph, in the order in which they were drawn."""

    def __init__(self, weights: Weights, precision: Precision) -> None:
        self._weights = weights
        self._half = precision == "fp16"
        self.nodes: list[NodeProto] = []
        self.tensors: list[TensorProto] = []

    def entry(self, name: str) -> str:
        """An input of the graph, in the precision that it computes in."""
        from onnx import TensorProto

        return self.node("Cast", [name], to=TensorProto.FLOAT16) if self._half else name

    def exit(self, value: str, name: str) -> None:
        """The output of the graph; half precision ends before the sigmoid, which costs nothing."""
        from onnx import TensorProto

        if self._half:
            value = self.node("Cast", [value], to=TensorProto.FLOAT)
        self.node("Sigmoid", [value], name)

    def block(self, block: Block, value: str) -> str:
        for layer in block:
            value = self._layer(layer, value)
        return value

    def rows_from(self, first: int, value: str) -> str:
        """What is below the first rows of a picture."""
        from onnx import numpy_helper

        if first == 0:
            return value
        names: list[str] = []
        for name, number in (("first", first), ("last", FACE_SIZE), ("axis", 2)):
            names.append(f"{name}.{len(self.nodes)}")
            self.tensors.append(numpy_helper.from_array(np.array([number], np.int64), names[-1]))
        return self.node("Slice", [value, *names])

    def node(self, operator: str, inputs: list[str], output: str = "", **settings: Any) -> str:
        from onnx import helper

        output = output or f"{operator.lower()}.{len(self.nodes)}"
        self.nodes.append(helper.make_node(operator, inputs, [output], **settings))
        return output

    def _layer(self, layer: Layer, value: str) -> str:
        weight, bias = folded(layer, self._weights)
        name = self._tensor(f"{layer.name}.bias", bias)
        if layer.transposed:
            result = self._widened(layer, value, weight, name)
        else:
            inputs = [value, self._tensor(f"{layer.name}.weight", weight), name]
            pads = [layer.padding] * 4
            result = self.node("Conv", inputs, strides=layer.stride, pads=pads)
        if layer.residual:
            result = self.node("Add", [result, value])
        return self.node("Relu", [result]) if layer.normed else result

    def _widened(self, layer: Layer, value: str, weight: NDArray[np.float64], bias: str) -> str:
        """A transposed convolution, as one convolution for each place within its stride.

        A GPU sums up what its own transposed convolution gives a pixel in any order, another one
        each time.
        """
        parts: list[str] = []
        for (rows, top, bottom), (columns, left, right) in product(_places(layer), repeat=2):
            taps = weight[:, :, rows][:, :, :, columns].transpose(1, 0, 2, 3)
            name = f"{layer.name}.weight.{len(parts)}"
            inputs = [value, self._tensor(name, np.ascontiguousarray(taps)), bias]
            parts.append(self.node("Conv", inputs, pads=[top, left, bottom, right]))
        if len(parts) == 1:
            return parts[0]
        joined = self.node("Concat", parts, axis=1)
        return self.node("DepthToSpace", [joined], blocksize=layer.stride[0])

    def _tensor(self, name: str, values: NDArray[np.float64]) -> str:
        from onnx import numpy_helper

        with np.errstate(over="ignore"):  # weights beyond half precision show in what is drawn
            exact = values.astype(np.float16 if self._half else np.float32)
        self.tensors.append(numpy_helper.from_array(exact, name))
        return name
