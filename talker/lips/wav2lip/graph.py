"""The generator as an ONNX graph, built from the layer table and the weights without Paddle."""

from __future__ import annotations

from collections.abc import Mapping
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


def build_graph(weights: Weights, precision: Precision = "fp32") -> ModelProto:
    """The network for any batch, with its batch norms folded into the convolutions.

    Its inputs `mels` (n, 1, 80, 16) and `faces` (n, 6, 96, 96) and its output `spoken`
    (n, 3, 96, 96) are float32, whichever precision it computes in.

    Args:
        weights: All tensors of `network.expected_tensors`.
        precision: Of the weights in the graph and of the computing.
    """
    from onnx import TensorProto, helper

    drawing = _Drawing(weights, precision)
    faces, seen = drawing.entry(FACES), list[str]()
    for block in FACE_ENCODER:
        faces = drawing.block(block, faces)
        seen.append(faces)
    picture = drawing.block(SPEECH_ENCODER, drawing.entry(MELS))
    for block in FACE_DECODER:
        picture = drawing.block(block, picture)
        picture = drawing.node("Concat", [picture, seen.pop()], axis=1)
    drawing.exit(drawing.block(OUTPUT, picture), SPOKEN)

    def port(name: str, channels: int, rows: int, columns: int) -> Any:
        shape = ["n", channels, rows, columns]
        return helper.make_tensor_value_info(name, TensorProto.FLOAT, shape)

    graph = helper.make_graph(
        drawing.nodes,
        "wav2lip",
        [port(MELS, 1, MEL_BANDS, MEL_COLUMNS), port(FACES, 6, FACE_SIZE, FACE_SIZE)],
        [port(SPOKEN, 3, FACE_SIZE, FACE_SIZE)],
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

    def node(self, operator: str, inputs: list[str], output: str = "", **settings: Any) -> str:
        from onnx import helper

        output = output or f"{operator.lower()}.{len(self.nodes)}"
        self.nodes.append(helper.make_node(operator, inputs, [output], **settings))
        return output

    def _layer(self, layer: Layer, value: str) -> str:
        weight, bias = folded(layer, self._weights)
        inputs = [
            value,
            self._tensor(f"{layer.name}.weight", weight),
            self._tensor(f"{layer.name}.bias", bias),
        ]
        settings: dict[str, Any] = {"strides": layer.stride, "pads": [layer.padding] * 4}
        if layer.transposed:
            settings["output_padding"] = [layer.output_padding] * 2
        result = self.node("ConvTranspose" if layer.transposed else "Conv", inputs, **settings)
        if layer.residual:
            result = self.node("Add", [result, value])
        return self.node("Relu", [result]) if layer.normed else result

    def _tensor(self, name: str, values: NDArray[np.float64]) -> str:
        from onnx import numpy_helper

        with np.errstate(over="ignore"):  # weights beyond half precision show in what is drawn
            exact = values.astype(np.float16 if self._half else np.float32)
        self.tensors.append(numpy_helper.from_array(exact, name))
        return name
