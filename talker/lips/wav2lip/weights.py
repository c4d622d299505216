"""Wav2Lip's weights: taken out of others' checkpoints, checked, kept as safetensors.

Two layouts are known: PaddleGAN's, whose names are ours, and that of the authors' own torch
checkpoints, which differs in the names of the batch norms' statistics. Shapes are the same in both.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from talker.assets import store
from talker.assets.checkpoints import Tree, read_checkpoint
from talker.assets.near_names import near_names
from talker.errors import AssetError, UsageError
from talker.lips.wav2lip.network import expected_tensors

Weights = dict[str, NDArray[np.float32]]

ENTRIES = ("wav2lip-gan", "wav2lip-hq", "wav2lip")
"""Of the model store, the first that is there being used."""
KEPT = "generator.safetensors"

_NAMES = {".running_mean": "._mean", ".running_var": "._variance"}
_UNUSED = ".num_batches_tracked"
_MOST_LEVELS = 3
"""Of dicts around the weights."""


def import_weights(file: Path, name: str, *, overwrite: bool = False) -> bool:
    """Take a checkpoint's generator into the model store.

    Args:
        file: A `.pth` of the authors, a `.pdparams` of PaddleGAN, or safetensors in either layout.
        name: The entry of the store that it becomes, one of `ENTRIES`.
        overwrite: Whether it may take the place of what another file gave.

    Returns:
        Whether anything was done: False where this very file was imported before.

    Raises:
        AssetError: The file is refused, broken, or no Wav2Lip generator; or the store cannot be
            written.
        UsageError: There is no such entry, or another file came first.
    """
    _require_entry(name)
    checkpoint = read_checkpoint(file)
    weights = generator_weights(checkpoint.arrays, str(file))

    def make(target: Path) -> None:
        from safetensors.numpy import save

        target.write_bytes(save(weights))

    return store.keep_made(name, file.name, checkpoint.sha256, make, overwrite=overwrite)


def ready_weights(name: str | None = None) -> Path | None:
    """The file of weights that can be loaded.

    Args:
        name: One of `ENTRIES`, or None for the first that is there.

    Returns:
        The file, checked against its recorded hash; None where nothing has been imported.

    Raises:
        AssetError: The one that would be taken is damaged.
        UsageError: There is no such entry.
    """
    if name is not None:
        _require_entry(name)
    for entry in (name,) if name else ENTRIES:
        if (store.path(entry) / KEPT).exists():
            return store.file(entry, KEPT)
    return None


def missing_weights(name: str | None = None) -> AssetError:
    """The error of whoever needs weights that are not in the store.

    Args:
        name: The entry that was asked for; None where any would do.
    """
    return AssetError(
        f"There are no Wav2Lip weights{f' {name!r}' if name else ''} in the model store.",
        f"Get them with: talker models pull {name or 'wav2lip-hq'}, or bring a file you have: "
        f"talker models import FILE --as {name or 'wav2lip-gan'}",
    )


def load_weights(path: Path) -> Weights:
    """Read the tensors of the network from a file that `ready_weights` gave.

    Raises:
        AssetError: The file is no such one.
    """
    return generator_weights(read_checkpoint(path).arrays, str(path))


def generator_weights(arrays: Tree, where: str) -> Weights:
    """The network's tensors in a checkpoint's arrays, in the network's order.

    Args:
        arrays: As `read_checkpoint` gives them, in either layout.
        where: What they came from, for messages.

    Raises:
        AssetError: A tensor is missing, has another shape or kind, or has values no network can
            have; or there are tensors that the network has not. The first is named.
    """
    expected = expected_tensors()
    found = max(_named_arrays(arrays), key=lambda found: len(found.keys() & expected.keys()))
    weights = {name: _tensor(name, shape, found, where) for name, shape in expected.items()}
    extra = [name for name in found if name not in expected]
    if extra:
        raise _unfit(
            where,
            f"it has {len(extra)} tensors that the network has not, such as {_shown(extra[0])}",
        )
    return weights


def _named_arrays(arrays: Tree) -> Iterator[dict[str, NDArray[Any]]]:
    """The arrays of each dict by our names; a checkpoint of the training holds several networks."""
    level = [arrays]
    for _ in range(_MOST_LEVELS):
        inner: dict[int, Tree] = {}
        for tree in level:
            yield {
                _our_name(key): value
                for key, value in tree.items()
                if isinstance(value, np.ndarray) and not key.endswith(_UNUSED)
            }
            inner |= {id(value): value for value in tree.values() if isinstance(value, dict)}
        level = list(inner.values())


def _our_name(key: str) -> str:
    """Our name for a tensor; a network trained on several GPUs has "module." before all."""
    name = key.removeprefix("module.")
    for theirs, ours in _NAMES.items():
        if name.endswith(theirs):
            return name.removesuffix(theirs) + ours
    return name


def _tensor(
    name: str, shape: tuple[int, ...], found: Mapping[str, NDArray[Any]], where: str
) -> NDArray[np.float32]:
    array = found.get(name)
    if array is None:
        raise _unfit(where, f"the tensor {name} {shape} is missing")
    if array.shape != shape:
        raise _unfit(where, f"the tensor {name} is {_shape(array)} instead of {shape}")
    if array.dtype.kind != "f":
        raise _unfit(where, f"the tensor {name} holds {array.dtype} instead of real numbers")
    with np.errstate(over="ignore"):
        cast = np.require(array, np.float32, ["C", "A"])
    bad = np.count_nonzero(~np.isfinite(cast))
    if bad:
        raise _unfit(where, f"the tensor {name} has {bad} of {cast.size} values that are no number")
    # That of a channel that never fires falls to 0 in training; the norm's epsilon stands for it.
    if name.endswith("._variance") and cast.min() < 0:
        raise _unfit(where, f"the tensor {name} has a variance of {cast.min():g}, below 0")
    return cast


def _shape(array: NDArray[Any]) -> str:
    return str(array.shape) if array.ndim <= 8 else f"of {array.ndim} axes"


def _shown(name: str) -> str:
    """A name from a file, which cannot steer a terminal or fill it."""
    return repr(name[:80])


def _unfit(where: str, problem: str) -> AssetError:
    return AssetError(
        f"'{where}' is not a checkpoint of the 96-pixel Wav2Lip generator: {problem}.",
        "Give wav2lip.pth, wav2lip_gan.pth or wav2lip_hq.pdparams, as their makers publish them.",
    )


def _require_entry(name: str) -> None:
    if name not in ENTRIES:
        raise UsageError(
            f"There are no Wav2Lip weights '{name}'.{near_names(name, ENTRIES)}",
            f"Choose one of: {', '.join(sorted(ENTRIES))}.",
        )
