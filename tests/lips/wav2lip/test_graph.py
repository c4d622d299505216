"""The ONNX graph against the network it was made of, and its file beside the weights."""

from __future__ import annotations

import hashlib
import json
import sys
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray
from random_weights import random_weights

from talker.errors import AssetError
from talker.lips.wav2lip.graph import FACES, MELS, SPOKEN, build_graph
from talker.lips.wav2lip.graph_export import export_graph, ready_graph
from talker.lips.wav2lip.network import expected_tensors
from talker.lips.wav2lip.plain_network import plain_faces
from talker.onnx import onnx_runtime

Array = NDArray[np.float32]


@pytest.fixture(scope="module")
def weights() -> dict[str, Array]:
    return random_weights(7)


@pytest.fixture(scope="module")
def seen() -> tuple[Array, Array]:
    """Three mel windows and faces."""
    random = np.random.default_rng(8)
    mels = random.uniform(-4, 4, (3, 1, 80, 16)).astype(np.float32)
    return mels, random.random((3, 6, 96, 96), np.float32)


@pytest.fixture(scope="module")
def plain(weights: dict[str, Array], seen: tuple[Array, Array]) -> Array:
    return plain_faces(weights, *seen)


def drawn(graph: bytes | str, seen: tuple[Array, Array]) -> Array:
    session = onnx_runtime().InferenceSession(graph, providers=["CPUExecutionProvider"])
    return session.run([SPOKEN], {MELS: seen[0], FACES: seen[1]})[0]


def test_the_plain_network_is_paddle_s(
    weights: dict[str, Array], seen: tuple[Array, Array], plain: Array
) -> None:
    paddle = pytest.importorskip("paddle", reason="paddlepaddle is not installed")
    from talker.lips.wav2lip.paddle_network import paddle_network

    network = paddle_network()
    assert network.set_state_dict(weights) == ([], [])
    with paddle.no_grad():
        expected = network(*map(paddle.to_tensor, seen)).numpy()
    assert expected.std() > 0.02
    np.testing.assert_allclose(plain, expected, rtol=0, atol=1e-5)


def test_the_graph_draws_what_the_network_draws(
    weights: dict[str, Array], seen: tuple[Array, Array], plain: Array
) -> None:
    graph = build_graph(weights).SerializeToString()
    faces = drawn(graph, seen)
    assert faces.dtype == np.float32
    assert faces.std() > 0.02
    np.testing.assert_allclose(faces, plain, rtol=0, atol=1e-5)
    alone = drawn(graph, (seen[0][1:2], seen[1][1:2]))
    np.testing.assert_allclose(alone, plain[1:2], rtol=0, atol=1e-5)


def test_the_graph_in_half_precision_takes_and_gives_float32(
    weights: dict[str, Array], seen: tuple[Array, Array], plain: Array
) -> None:
    graph = build_graph(weights, "fp16").SerializeToString()
    assert len(graph) < 80e6
    faces = drawn(graph, seen)
    assert faces.dtype == np.float32
    np.testing.assert_allclose(faces, plain, rtol=0, atol=5e-3)


def test_the_graph_keeps_to_the_rules_of_onnx(weights: dict[str, Array]) -> None:
    import onnx

    model = build_graph(weights)
    onnx.checker.check_model(model, full_check=True)
    sizes = sum(np.prod(tensor.dims) for tensor in model.graph.initializer)
    norms = [shape for name, shape in expected_tensors().items() if ".conv_block.1." in name]
    assert sizes == sum(map(np.prod, expected_tensors().values())) - sum(map(np.prod, norms))


def test_nothing_is_in_the_graph_that_a_gpu_sums_up_in_another_order_each_time(
    weights: dict[str, Array],
) -> None:
    operators = {node.op_type for node in build_graph(weights).graph.node}
    assert "Conv" in operators
    assert "ConvTranspose" not in operators


def test_the_graph_is_exported_once_and_anew_for_other_weights(
    weights: dict[str, Array], seen: tuple[Array, Array], plain: Array, tmp_path: Path
) -> None:
    path = tmp_path / "generator.onnx"
    export = export_graph(weights, path)
    assert export.difference < 1e-5
    assert export.checked_against == ("Paddle" if "paddle" in sys.modules else "NumPy")
    assert export.sha256 == hashlib.sha256(path.read_bytes()).hexdigest()
    assert sorted(p.name for p in tmp_path.iterdir()) == ["generator.onnx", "generator.onnx.json"]
    metadata = onnx_runtime().InferenceSession(str(path)).get_modelmeta().custom_metadata_map
    assert metadata["weights"] == export.weights

    written = path.stat()
    assert ready_graph(weights, path) == path
    assert path.stat().st_mtime_ns == written.st_mtime_ns
    assert path.stat().st_ino == written.st_ino
    np.testing.assert_allclose(drawn(str(path), seen), plain, rtol=0, atol=1e-5)

    others = {**weights, "output_block.1.bias": weights["output_block.1.bias"] + 1}
    assert ready_graph(others, path) == path
    brighter = drawn(str(path), seen)
    assert (brighter > plain).all()


@pytest.fixture
def without_paddle(monkeypatch: pytest.MonkeyPatch) -> None:
    """An interpreter in which `import paddle` fails as it does where Paddle is not installed."""
    monkeypatch.setitem(sys.modules, "paddle", None)
    monkeypatch.delitem(sys.modules, "talker.lips.wav2lip.paddle_network", raising=False)


@pytest.mark.usefixtures("without_paddle")
def test_a_damaged_graph_is_made_anew_and_no_paddle_is_needed(
    weights: dict[str, Array], seen: tuple[Array, Array], plain: Array, tmp_path: Path
) -> None:
    path = tmp_path / "generator.onnx"
    assert export_graph(weights, path).checked_against == "NumPy"
    content = bytearray(path.read_bytes())
    content[len(content) // 2] ^= 0x40
    path.write_bytes(content)
    assert ready_graph(weights, path) == path
    np.testing.assert_allclose(drawn(str(path), seen), plain, rtol=0, atol=1e-5)


@pytest.mark.usefixtures("without_paddle")
def test_a_graph_that_cannot_be_written_is_used_all_the_same(
    weights: dict[str, Array], seen: tuple[Array, Array], plain: Array, tmp_path: Path
) -> None:
    graph = ready_graph(weights, tmp_path / "no such folder" / "generator.onnx")
    assert isinstance(graph, bytes)
    np.testing.assert_allclose(drawn(graph, seen), plain, rtol=0, atol=1e-5)


@pytest.mark.usefixtures("without_paddle")
def test_a_graph_that_draws_something_else_is_not_written(
    weights: dict[str, Array], tmp_path: Path
) -> None:
    # Large enough to be infinite in half precision.
    steep: dict[str, Any] = {**weights}
    steep["output_block.0.conv_block.1.weight"] = np.full(32, 1e6, np.float32)
    with pytest.raises(AssetError, match="in fp16 what differs"):
        export_graph(steep, tmp_path / "generator.onnx", "fp16")
    assert list(tmp_path.iterdir()) == []


def test_a_note_that_is_none_of_ours_is_no_note(weights: dict[str, Array], tmp_path: Path) -> None:
    path = tmp_path / "generator.onnx"
    path.write_bytes(b"no graph")
    path.with_name("generator.onnx.json").write_text('{"weights": "?"}')
    assert ready_graph(weights, path) == path
    assert path.stat().st_size > 100e6
    assert set(json.loads(path.with_name("generator.onnx.json").read_text())) == {
        "weights",
        "sha256",
        "checked_against",
        "difference",
    }


@pytest.mark.parametrize("first_row", [1, 45, 95])
def test_lower_rows_alone_are_those_of_the_whole(
    weights: dict[str, Array], seen: tuple[Array, Array], first_row: int
) -> None:
    whole = drawn(build_graph(weights).SerializeToString(), seen)
    part = drawn(build_graph(weights, first_row=first_row).SerializeToString(), seen)
    assert part.shape == (3, 3, 96 - first_row, 96)
    np.testing.assert_allclose(part, whole[:, :, first_row:], rtol=0, atol=1e-6)
