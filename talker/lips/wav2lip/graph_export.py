"""The ONNX graph as a file beside its weights: exported once, checked, and made anew with them."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from talker.assets.checksum import sha256_of
from talker.errors import AssetError, MediaError
from talker.lips.wav2lip.graph import FACES, MELS, Precision, Weights, build_graph
from talker.lips.wav2lip.network import FACE_SIZE, MEL_BANDS, MEL_COLUMNS
from talker.lips.wav2lip.plain_network import plain_faces
from talker.media.targets import replacing
from talker.onnx import onnx_runtime
from talker.paddle import paddle_module

Array = NDArray[np.float32]

# Goes up with every change of `build_graph`, so that graphs of before are not taken any more.
_BUILD = 3
# How far a graph's faces may be from the reference's, of a range of 1.
_TOLERANCE: Mapping[Precision, float] = {"fp32": 1e-4, "fp16": 0.05}
_REMEDIES: Mapping[Precision, str] = {
    "fp32": "Import them again: talker models import FILE --as NAME",
    "fp16": "Compute in fp32.",
}


@dataclass(frozen=True, slots=True)
class Export:
    """What is known of an exported graph, kept beside it.

    Attributes:
        weights: Fingerprint of the weights that are in it.
        sha256: Of the file.
        checked_against: What drew the faces that the graph's were compared with.
        difference: The greatest, of a range of 1.
    """

    weights: str
    sha256: str
    checked_against: str
    difference: float


def ready_graph(
    weights: Weights, path: Path, precision: Precision = "fp32", first_row: int = 0
) -> Path | bytes:
    """The graph of some weights: the file, exported before or now, or the graph itself.

    Args:
        weights: All tensors of `network.expected_tensors`.
        path: Where the file is or should be.
        precision: Of the graph.
        first_row: Of the faces that come out.

    Returns:
        The path, or the content of the file where it cannot be written.

    Raises:
        AssetError: The exported graph does not draw what the network draws.
    """
    known = _known(path)
    if (
        known is not None
        and path.is_file()
        and known.weights == _fingerprint(weights, precision, first_row)
        and known.sha256 == sha256_of(path)
    ):
        return path
    content, export = _exported(weights, precision, first_row)
    try:
        _write(path, content, export)
    except MediaError:  # a store that may only be read
        return content
    return path


def export_graph(
    weights: Weights, path: Path, precision: Precision = "fp32", first_row: int = 0
) -> Export:
    """Write the graph of some weights, once it has drawn what the network draws.

    The faces are compared with those of the Paddle network, or of the NumPy one where Paddle is
    not installed.

    Args:
        weights: All tensors of `network.expected_tensors`.
        path: Where the file goes; what is known of it goes beside it, with ".json" added.
        precision: Of the graph.
        first_row: Of the faces that come out.

    Raises:
        AssetError: The faces differ.
        MediaError: The file cannot be written.
    """
    content, export = _exported(weights, precision, first_row)
    _write(path, content, export)
    return export


def _exported(weights: Weights, precision: Precision, first_row: int) -> tuple[bytes, Export]:
    fingerprint = _fingerprint(weights, precision, first_row)
    model = build_graph(weights, precision, first_row)
    model.metadata_props.add(key="weights", value=fingerprint)
    content = model.SerializeToString()
    del model
    reference, difference = _compared(content, weights, first_row)
    if not difference <= _TOLERANCE[precision]:
        raise AssetError(
            f"The graph of these Wav2Lip weights draws in {precision} what differs by "
            f"{difference:.2g} from what {reference} draws.",
            _REMEDIES[precision],
        )
    return content, Export(fingerprint, hashlib.sha256(content).hexdigest(), reference, difference)


def _compared(content: bytes, weights: Weights, first_row: int) -> tuple[str, float]:
    """The reference, and how far the graph's faces are from its own."""
    random = np.random.default_rng(0)
    mels = random.uniform(-4, 4, (2, 1, MEL_BANDS, MEL_COLUMNS)).astype(np.float32)
    faces = random.random((2, 6, FACE_SIZE, FACE_SIZE), np.float32)
    session = onnx_runtime().InferenceSession(content, providers=["CPUExecutionProvider"])
    (drawn,) = session.run(None, {MELS: mels, FACES: faces})
    del session
    try:
        reference, expected = "Paddle", _paddle_faces(weights, mels, faces)
    except ImportError:
        reference, expected = "NumPy", plain_faces(weights, mels, faces)
    return reference, float(np.abs(drawn - expected[:, :, first_row:]).max())


def _paddle_faces(weights: Weights, mels: Array, faces: Array) -> Array:
    paddle = paddle_module()
    from talker.lips.wav2lip.paddle_network import paddle_network

    network = paddle_network()
    network.set_state_dict(dict(weights))
    with paddle.no_grad():
        return network(paddle.to_tensor(mels), paddle.to_tensor(faces)).numpy()


def _write(path: Path, content: bytes, export: Export) -> None:
    # The graph comes first: after a crash in between, the old note does not fit it.
    with replacing(path, overwrite=True) as part:
        part.write_bytes(content)
    with replacing(_note(path), overwrite=True) as part:
        part.write_text(json.dumps(asdict(export), indent=1), "utf-8")


def _known(path: Path) -> Export | None:
    try:
        return Export(**json.loads(_note(path).read_text("utf-8")))
    except (OSError, ValueError, TypeError):  # no note, or none of ours
        return None


def _note(path: Path) -> Path:
    return path.with_name(f"{path.name}.json")


def _fingerprint(weights: Weights, precision: Precision, first_row: int) -> str:
    digest = hashlib.sha256(f"{_BUILD} {precision} {first_row}".encode())
    for name in sorted(weights):
        digest.update(f" {name} {weights[name].shape} ".encode())
        digest.update(np.ascontiguousarray(weights[name]).data)
    return digest.hexdigest()
