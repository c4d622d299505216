"""Weights for Wav2Lip drawn from a seed: the released ones are on no package index.

python -m bench.random_weights random.pdparams
"""

from __future__ import annotations

import argparse
from collections.abc import Mapping
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from talker.lips.wav2lip.network import layers

SEED = 3
# Sums and sigmoid stay in the range that trained weights keep: no overflow at fp16, and a mouth
# of mild noise instead of black and white dots, which no encoder meets in practice.
_GAIN, _RESIDUAL_GAIN, _LAST_GAIN = 2.0**0.5, 0.3, 0.3


def random_tensors(seed: int = SEED) -> dict[str, NDArray[np.float32]]:
    """Every tensor of the network by name; the same seed gives the same values."""
    rng = np.random.default_rng(seed)
    tensors: dict[str, NDArray[np.float32]] = {}
    for layer in layers():
        shapes = layer.tensors
        weight = f"{layer.convolution}.weight"
        gain = _RESIDUAL_GAIN if layer.residual else _GAIN if layer.normed else _LAST_GAIN
        # A transposed layer gives a pixel kernel^2 / (rows x columns of its step) of its weights.
        taps = layer.inputs * layer.kernel**2
        if layer.transposed:
            taps /= layer.stride[0] * layer.stride[1]
        tensors[weight] = rng.normal(0, gain / taps**0.5, shapes[weight]).astype(np.float32)
        tensors[f"{layer.convolution}.bias"] = np.zeros(layer.outputs, np.float32)
        if layer.normed:
            tensors |= _norm(rng, layer.norm, layer.outputs)
    return tensors


def save_for_paddle(tensors: Mapping[str, NDArray[np.float32]], path: Path) -> None:
    """Writes the `.pdparams` file that Paddle saves a state dictionary to."""
    import paddle

    paddle.save({name: paddle.to_tensor(tensor) for name, tensor in tensors.items()}, str(path))


def linked_store(home: Path, of: Path, without: str) -> None:
    """Makes a model store that shows the models of another and can take more.

    Args:
        home: The new store's folder.
        of: The store whose models it shows.
        without: How the names of those begin that it does not show.
    """
    for folder in ("models", "stamps"):
        (home / folder).mkdir(parents=True)
        for shown in (of / folder).iterdir():
            if not shown.name.startswith(without):
                (home / folder / shown.name).symlink_to(shown)


def _norm(rng: np.random.Generator, name: str, width: int) -> dict[str, NDArray[np.float32]]:
    return {
        f"{name}.weight": rng.uniform(0.9, 1.1, width).astype(np.float32),
        f"{name}.bias": rng.normal(0, 0.05, width).astype(np.float32),
        f"{name}._mean": rng.normal(0, 0.05, width).astype(np.float32),
        f"{name}._variance": rng.uniform(0.9, 1.1, width).astype(np.float32),
    }


def main() -> None:
    """Writes the file."""
    parser = argparse.ArgumentParser(prog="python -m bench.random_weights", description=__doc__)
    parser.add_argument("path", type=Path)
    parser.add_argument("--seed", type=int, default=SEED)
    args = parser.parse_args()
    save_for_paddle(random_tensors(args.seed), args.path)


if __name__ == "__main__":
    main()
