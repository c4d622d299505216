"""PaddleSpeech's released ONNX graphs, opened up: durations and tempo, and noise that is told.

The graphs of the acoustic models (FastSpeech2, Ren et al. 2020; SpeedySpeech, Vainer and Dušek
2020) keep the durations that they stretch the phones by to themselves, and have no tempo. Both
come from one place: the frames that a phone takes are rounded, then made whole numbers. There the
tempo is let in and the durations are let out.
"""

from __future__ import annotations

from collections import deque
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from talker.errors import AssetError

if TYPE_CHECKING:
    from onnx import GraphProto, ModelProto, NodeProto

SLOWNESS, DURATIONS, NOISE = "talker_slowness", "talker_durations", "talker_noise"
"""The new input and output of an acoustic graph, and the new input of a vocoder's."""

_WHOLE = (6, 7)  # TensorProto's int32 and int64
# Between rounding and whole numbers a graph only limits, masks and reshapes.
_PASSING = frozenset(
    {"Clip", "Relu", "Max", "Min", "Where", "Mul", "Add", "Sub", "Cast", "Identity", "Squeeze"}
    | {"Unsqueeze", "Reshape", "Floor", "Round"}
)
_RANDOM = frozenset({"RandomNormalLike", "RandomNormal"})


def open_acoustic_graph(path: Path) -> bytes:
    """An acoustic model with `SLOWNESS` as an input and `DURATIONS` as an output.

    `SLOWNESS`, float32 of shape (1,), multiplies the frames of each phone before they are rounded
    half up, as PaddleSpeech's own tempo does. `DURATIONS` is int64 of shape (phones,).

    Raises:
        AssetError: The file is no ONNX model, or none that computes durations.
    """
    from onnx import TensorProto, helper

    model = _load(path)
    graph = model.graph
    whole = _duration_cast(graph)
    if whole is None:
        raise AssetError(
            f"'{path}' computes no durations of phones, so it is none of PaddleSpeech's acoustic "
            "models that talker can run.",
            "Fetch the released ONNX archive again with: talker models pull",
        )
    predicted, wanted = whole.input[0], f"{DURATIONS}_wanted"
    place = next(at for at, node in enumerate(graph.node) if node is whole)
    for node in reversed(
        (
            helper.make_node("Mul", [predicted, SLOWNESS], [f"{DURATIONS}_slow"]),
            helper.make_node("Add", [f"{DURATIONS}_slow", f"{DURATIONS}_half"], [f"{wanted}_up"]),
            helper.make_node("Floor", [f"{wanted}_up"], [wanted]),
        )
    ):
        graph.node.insert(place, node)
    whole.input[0] = wanted
    graph.node.extend(
        [
            helper.make_node("Cast", [whole.output[0]], [f"{DURATIONS}_long"], to=_WHOLE[1]),
            helper.make_node("Reshape", [f"{DURATIONS}_long", f"{DURATIONS}_flat"], [DURATIONS]),
        ]
    )
    graph.initializer.append(helper.make_tensor(f"{DURATIONS}_half", TensorProto.FLOAT, [1], [0.5]))
    graph.initializer.append(helper.make_tensor(f"{DURATIONS}_flat", TensorProto.INT64, [1], [-1]))
    graph.input.append(helper.make_tensor_value_info(SLOWNESS, TensorProto.FLOAT, [1]))
    graph.output.append(helper.make_tensor_value_info(DURATIONS, TensorProto.INT64, ["phones"]))
    return model.SerializeToString()


def open_vocoder_graph(path: Path) -> bytes:
    """A vocoder that takes its noise from `NOISE`, float32 of shape (n,), if it wants any.

    Raises:
        AssetError: The file is no ONNX model.
    """
    from onnx import TensorProto, helper

    model = _load(path)
    graph = model.graph
    drawn = [node for node in graph.node if node.op_type in _RANDOM]
    if not drawn:
        return model.SerializeToString()
    for number, node in enumerate(drawn):
        place = next(at for at, other in enumerate(graph.node) if other is node)
        name = f"{NOISE}_{number}"
        shape = f"{name}_shape"
        if node.op_type == "RandomNormalLike":
            made = [helper.make_node("Shape", [node.input[0]], [shape])]
        else:
            [sizes] = [list(item.ints) for item in node.attribute if item.name == "shape"]
            made = [helper.make_node("Constant", [], [shape], value_ints=sizes)]
        made += [
            helper.make_node("ReduceProd", [shape], [f"{name}_count"], keepdims=1),
            helper.make_node("Slice", [NOISE, f"{NOISE}_start", f"{name}_count"], [f"{name}_flat"]),
            helper.make_node("Reshape", [f"{name}_flat", shape], [node.output[0]]),
        ]
        graph.node.remove(node)
        for inserted in reversed(made):
            graph.node.insert(place, inserted)
    graph.initializer.append(helper.make_tensor(f"{NOISE}_start", TensorProto.INT64, [1], [0]))
    graph.input.append(helper.make_tensor_value_info(NOISE, TensorProto.FLOAT, ["noise"]))
    return model.SerializeToString()


def noise_of(samples: int) -> np.ndarray[tuple[int], np.dtype[np.float32]]:
    """The same noise for every sound, float32, shape (samples,)."""
    return np.random.default_rng(0).standard_normal(samples, dtype=np.float32)


def _load(path: Path) -> ModelProto:
    import onnx
    from google.protobuf.message import DecodeError

    try:
        return onnx.load(str(path), load_external_data=False)
    except DecodeError as error:
        raise AssetError(
            f"'{path}' is no ONNX model: {error}.", "Fetch it again with: talker models pull"
        ) from error


def _duration_cast(graph: GraphProto) -> NodeProto | None:
    """The node that makes the rounded durations whole numbers.

    The durations are the exponential of what is predicted, less what was added before the
    logarithm, rounded.
    """
    makers = {name: node for node in graph.node for name in node.output}
    takers: dict[str, list[NodeProto]] = {}
    for node in graph.node:
        for name in node.input:
            takers.setdefault(name, []).append(node)
    for node in graph.node:
        if node.op_type in ("Round", "Floor") and _follows_exponential(node, makers):
            found = _next_whole(node, takers)
            if found is not None:
                return found
    return None


def _follows_exponential(node: NodeProto, makers: dict[str, NodeProto]) -> bool:
    waiting, seen = deque([node]), 0
    while waiting and seen < 16:
        current = waiting.popleft()
        seen += 1
        for name in current.input:
            maker = makers.get(name)
            if maker is None:
                continue
            if maker.op_type == "Exp":
                return True
            if maker.op_type in _PASSING:
                waiting.append(maker)
    return False


def _next_whole(node: NodeProto, takers: dict[str, list[NodeProto]]) -> NodeProto | None:
    waiting, seen = deque([node]), set[str]()
    while waiting:
        current = waiting.popleft()
        for taker in takers.get(current.output[0], []):
            kinds = [item.i for item in taker.attribute if item.name == "to"]
            if taker.op_type == "Cast" and kinds[0] in _WHOLE:
                return taker
            if taker.op_type in _PASSING and taker.output[0] not in seen:
                seen.add(taker.output[0])
                waiting.append(taker)
    return None
