"""Random weights of the generator."""

from __future__ import annotations

import math

import numpy as np

from talker.lips.wav2lip.network import expected_tensors


def random_weights(seed: int) -> dict[str, np.ndarray]:
    """Weights that keep a signal alive through all layers, with norms unlike each other."""
    random = np.random.default_rng(seed)

    def tensor(name: str, shape: tuple[int, ...]) -> np.ndarray:
        if name.endswith("_variance"):
            return random.uniform(0.3, 3, shape)
        if len(shape) == 4:
            return random.normal(0, math.sqrt(2 / math.prod(shape[1:])), shape)
        around = 1 if name.endswith("conv_block.1.weight") else 0
        return random.normal(around, 0.2, shape)

    shapes = expected_tensors().items()
    weights = {name: tensor(name, shape).astype(np.float32) for name, shape in shapes}
    weights["output_block.1.weight"] *= 0.02  # a sigmoid at its ends would hide differences
    return weights
