"""A Piper voice's ONNX graph, opened up: durations come out, random numbers go in.

The published graphs (VITS, Kim et al. 2021) draw their noise inside, from a generator that runs
on from one sentence to the next, and keep the durations to themselves. Here the graph's bytes are
edited: the durations become an output, and every `RandomNormalLike` node is replaced by nodes
that read as many numbers as they need from an input, so that a sentence sounds the same whenever
and wherever it is spoken. Field numbers are those of onnx.proto3.
"""

from __future__ import annotations

import struct
from collections.abc import Iterator
from dataclasses import dataclass

_GRAPH = 7
_GRAPH_NODE, _GRAPH_INITIALIZER, _GRAPH_INPUT, _GRAPH_OUTPUT = 1, 5, 11, 12
_NODE_INPUT, _NODE_OUTPUT, _NODE_NAME, _NODE_OPERATOR, _NODE_ATTRIBUTE = 1, 2, 3, 4, 5
_FLOAT, _INT64 = 1, 7
_VARINT, _EIGHT_BYTES, _LENGTH, _FOUR_BYTES = 0, 1, 2, 5


@dataclass(frozen=True, slots=True)
class OpenedGraph:
    """A voice's graph, ready for a session.

    Attributes:
        model: The edited ONNX model.
        noise_inputs: Names of the new inputs, float32 of shape (n,), n at least what the node
            draws.
        durations_output: Name of the tensor of durations, in whole frames a phoneme id.
        exact_durations_output: The same before they are rounded up.
    """

    model: bytes
    noise_inputs: tuple[str, ...]
    durations_output: str
    exact_durations_output: str


def open_graph(model: bytes) -> OpenedGraph:
    """Edits a Piper voice's model.

    Args:
        model: Bytes of the ONNX file.

    Raises:
        ValueError: No durations in the graph, so this is no Piper voice.
    """
    view = memoryview(model)
    pieces: list[bytes | memoryview] = []
    opened: _Graph | None = None
    for number, begin, start, end in _fields(view, 0, len(view)):
        if number == _GRAPH:
            opened = _edited(view, start, end)
            pieces += [_varint(_GRAPH << 3 | _LENGTH), _varint(opened.size), *opened.pieces]
        else:
            pieces.append(view[begin:end])
    if opened is None or opened.durations is None:
        raise ValueError("the graph computes no durations")
    exact, durations = opened.durations
    return OpenedGraph(b"".join(pieces), tuple(opened.noise_inputs), durations, exact)


class _Graph:
    """The pieces of an edited GraphProto."""

    def __init__(self) -> None:
        self.pieces: list[bytes | memoryview] = []
        self.noise_inputs: list[str] = []
        self.durations: tuple[str, str] | None = None

    @property
    def size(self) -> int:
        return sum(len(piece) for piece in self.pieces)


def _edited(view: memoryview, start: int, end: int) -> _Graph:
    graph = _Graph()
    kept_from = start
    for number, begin, low, high in _fields(view, start, end):
        if number != _GRAPH_NODE:
            continue
        node = _Node(view, low, high)
        if node.operator == "RandomNormalLike":
            graph.pieces.append(view[kept_from:begin])
            kept_from = high
            name = f"noise_{len(graph.noise_inputs)}"
            graph.pieces += _read_noise(name, node.inputs[0], node.outputs[0])
            graph.noise_inputs.append(name)
        elif node.operator == "Ceil" and graph.durations is None:
            # VITS rounds durations up before it stretches the text to frames; nothing else does.
            graph.durations = (node.inputs[0], node.outputs[0])
    graph.pieces.append(view[kept_from:end])
    zero = _text(8, "noise_start") + _number(1, 1) + _number(2, _INT64)
    graph.pieces.append(_block(_GRAPH_INITIALIZER, zero + _block(9, struct.pack("<q", 0))))
    for name in graph.noise_inputs:
        one_axis = _block(2, _block(1, _text(2, f"{name}_length")))
        kind = _block(1, _number(1, _FLOAT) + one_axis)
        graph.pieces.append(_block(_GRAPH_INPUT, _text(1, name) + _block(2, kind)))
    for name in graph.durations or ():
        graph.pieces.append(_block(_GRAPH_OUTPUT, _text(1, name)))
    return graph


class _Node:
    """What a NodeProto says of itself."""

    def __init__(self, view: memoryview, start: int, end: int) -> None:
        self.inputs: list[str] = []
        self.outputs: list[str] = []
        self.operator = ""
        for number, _, low, high in _fields(view, start, end):
            if number == _NODE_INPUT:
                self.inputs.append(str(view[low:high], "utf-8"))
            elif number == _NODE_OUTPUT:
                self.outputs.append(str(view[low:high], "utf-8"))
            elif number == _NODE_OPERATOR:
                self.operator = str(view[low:high], "utf-8")


def _read_noise(noise: str, like: str, output: str) -> list[bytes]:
    """Nodes that give the first numbers of `noise` in the shape of `like`."""
    shape, count, numbers = f"{noise}_shape", f"{noise}_count", f"{noise}_numbers"
    return [
        _node("Shape", [like], shape),
        _node("ReduceProd", [shape], count, _text(1, "keepdims") + _number(3, 1) + _number(20, 2)),
        _node("Slice", [noise, "noise_start", count], numbers),
        _node("Reshape", [numbers, shape], output),
    ]


def _node(operator: str, inputs: list[str], output: str, attribute: bytes = b"") -> bytes:
    body = b"".join(_text(_NODE_INPUT, name) for name in inputs)
    body += _text(_NODE_OUTPUT, output) + _text(_NODE_NAME, output) + _text(4, operator)
    if attribute:
        body += _block(_NODE_ATTRIBUTE, attribute)
    return _block(_GRAPH_NODE, body)


def _fields(view: memoryview, start: int, end: int) -> Iterator[tuple[int, int, int, int]]:
    """Fields of a message: number, where the field begins, where its value begins and ends."""
    at = start
    while at < end:
        begin = at
        key, at = _read_varint(view, at)
        kind = key & 7
        if kind == _LENGTH:
            size, at = _read_varint(view, at)
            stop = at + size
        elif kind == _VARINT:
            stop = _read_varint(view, at)[1]
        elif kind in (_FOUR_BYTES, _EIGHT_BYTES):
            stop = at + (4 if kind == _FOUR_BYTES else 8)
        else:
            raise ValueError(f"unknown wire type {kind}")
        if stop > end:
            raise ValueError("a field runs past its message")
        yield key >> 3, begin, at, stop
        at = stop


def _read_varint(view: memoryview, at: int) -> tuple[int, int]:
    value = shift = 0
    while True:
        if at >= len(view):
            raise ValueError("the file ends inside a number")
        byte = view[at]
        at += 1
        value |= (byte & 0x7F) << shift
        shift += 7
        if byte < 0x80:
            return value, at


def _varint(value: int) -> bytes:
    encoded = bytearray()
    while value > 0x7F:
        encoded.append(value & 0x7F | 0x80)
        value >>= 7
    encoded.append(value)
    return bytes(encoded)


def _number(field: int, value: int) -> bytes:
    return _varint(field << 3 | _VARINT) + _varint(value)


def _block(field: int, body: bytes) -> bytes:
    return _varint(field << 3 | _LENGTH) + _varint(len(body)) + body


def _text(field: int, value: str) -> bytes:
    return _block(field, value.encode())
