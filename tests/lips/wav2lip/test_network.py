"""The Paddle network against PaddleGAN's own, which is loaded without the rest of its package."""

from __future__ import annotations

import importlib
import importlib.util
import math
import sys
import types
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from random_weights import random_weights

from talker.lips.wav2lip.network import (
    FACE_DECODER,
    FACE_ENCODER,
    OUTPUT,
    SPEECH_ENCODER,
    expected_tensors,
    layers,
)

PARAMETERS = 36_298_035


@pytest.fixture(scope="module")
def peer() -> Any:
    """PaddleGAN's network, random; its packages' own imports fail on every Paddle of today."""
    pytest.importorskip("paddle", reason="paddlepaddle is not installed")
    spec = importlib.util.find_spec("ppgan")
    if spec is None or spec.submodule_search_locations is None:
        pytest.skip("ppgan, the reference, is not installed")
    root = Path(spec.submodule_search_locations[0])
    with pytest.MonkeyPatch.context() as patch:
        for name in ("models", "models.generators", "modules", "utils"):
            package = types.ModuleType(f"ppgan.{name}")
            package.__path__ = [str(root.joinpath(*name.split(".")))]
            patch.setitem(sys.modules, package.__name__, package)
        network = importlib.import_module("ppgan.models.generators.wav2lip").Wav2Lip()
    network.eval()
    return network


@pytest.mark.parametrize(("seed", "batch"), [(0, 1), (1, 5), (2, 5), (3, 1)])
def test_faces_equal_those_of_paddlegan_s_network(peer: Any, seed: int, batch: int) -> None:
    import paddle

    from talker.lips.wav2lip.paddle_network import paddle_network

    weights = random_weights(seed)
    ours = paddle_network()
    for network in (ours, peer):
        assert network.set_state_dict(weights) == ([], [])
    random = np.random.default_rng(seed + 100)
    mels = paddle.to_tensor(random.uniform(-4, 4, (batch, 1, 80, 16)).astype(np.float32))
    faces = paddle.to_tensor(random.random((batch, 6, 96, 96), np.float32))
    with paddle.no_grad():
        drawn, expected = ours(mels, faces).numpy(), peer(mels, faces).numpy()
    assert drawn.shape == (batch, 3, 96, 96)
    assert expected.std() > 0.02, "weights that give one grey would compare nothing"
    assert np.mean((expected > 0.01) & (expected < 0.99)) > 0.9
    np.testing.assert_allclose(drawn, expected, rtol=0, atol=1e-5)


def test_tensors_are_those_of_paddlegan_s_network(peer: Any) -> None:
    from talker.lips.wav2lip.paddle_network import paddle_network

    theirs = {name: tuple(tensor.shape) for name, tensor in peer.state_dict().items()}
    ours = {name: tuple(tensor.shape) for name, tensor in paddle_network().state_dict().items()}
    assert list(ours.items()) == list(theirs.items()) == list(expected_tensors().items())


def test_the_table_has_the_size_of_the_released_weights() -> None:
    trained = [
        math.prod(shape)
        for name, shape in expected_tensors().items()
        if not name.endswith(("_mean", "_variance"))
    ]
    assert sum(trained) == PARAMETERS
    assert len(expected_tensors()) == 302
    assert len({layer.name for layer in layers()}) == len(list(layers()))


def test_every_layer_of_the_table_takes_what_the_one_before_gives() -> None:
    seen: list[int] = []
    width = 6
    for block in FACE_ENCODER:
        width = outputs_of(block, width)
        seen.append(width)
    width = outputs_of(SPEECH_ENCODER, 1)
    for block in FACE_DECODER:
        width = outputs_of(block, width) + seen.pop()
    assert seen == []
    assert outputs_of(OUTPUT, width) == 3


def outputs_of(block: tuple[Any, ...], width: int) -> int:
    for layer in block:
        assert layer.inputs == width, layer.name
        assert not layer.residual or layer.outputs == width, layer.name
        width = layer.outputs
    return width
