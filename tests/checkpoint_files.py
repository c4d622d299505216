"""Checkpoint files as torch writes them, written without torch, opcode by opcode."""

from __future__ import annotations

import io
import pickle
import struct
import zipfile
from collections.abc import Iterable, Mapping

import numpy as np

MAGIC = 0x1950A86A20F9469CFC6C
STORAGES = {"f8": "Double", "f4": "Float", "f2": "Half", "i8": "Long", "i4": "Int", "b1": "Bool"}


def number(value: int) -> bytes:
    return b"J" + struct.pack("<i", value)


def text(value: str) -> bytes:
    content = value.encode()
    return b"X" + struct.pack("<I", len(content)) + content


def group(*parts: bytes) -> bytes:
    return b"(" + b"".join(parts) + b"t"


def name(full: str) -> bytes:
    module, _, inner = full.rpartition(".")
    return f"c{module}\n{inner}\n".encode()


def call(full: str, *arguments: bytes) -> bytes:
    return name(full) + group(*arguments) + b"R"


def table(items: Mapping[str, bytes]) -> bytes:
    return b"}(" + b"".join(text(key) + value for key, value in items.items()) + b"u"


def program(value: bytes) -> bytes:
    """A whole pickle of protocol 2."""
    return b"\x80\x02" + value + b"."


class TorchFile:
    """Collects tensors, and writes them in either form.

    Args:
        is_stream: Whether it is torch's form before 1.6.
    """

    def __init__(self, is_stream: bool) -> None:
        self.is_stream = is_stream
        self.storages: dict[str, np.ndarray] = {}

    def tensor(self, array: np.ndarray) -> bytes:
        """The pickle of a tensor that has a storage of its own."""
        steps = [step // array.itemsize for step in np.empty(array.shape, array.dtype).strides]
        return self.view(self.storage(array), 0, array.shape, steps)

    def storage(
        self, array: np.ndarray, kind: str | None = None, count: int | None = None
    ) -> bytes:
        key = str(len(self.storages))
        self.storages[key] = array
        return self.reference(key, kind or STORAGES[array.dtype.str[1:]], count or array.size)

    def reference(self, key: str, kind: str, count: int) -> bytes:
        view = (b"N",) if self.is_stream else ()
        place = (text("storage"), name(f"torch.{kind}Storage"), text(key), text("cpu"))
        return group(*place, number(count), *view) + b"Q"

    def view(
        self, storage: bytes, offset: int, shape: Iterable[int], steps: Iterable[int]
    ) -> bytes:
        sides, strides = group(*map(number, shape)), group(*map(number, steps))
        hooks = call("collections.OrderedDict")
        rebuild = "torch._utils._rebuild_tensor_v2"
        return call(rebuild, storage, number(offset), sides, strides, b"\x89", hooks)

    def written(self, value: bytes) -> bytes:
        """The file for a value made of the tensors."""
        if not self.is_stream:
            return zipped(
                {
                    "wav2lip/data.pkl": program(value),
                    "wav2lip/byteorder": b"little",
                    **{f"wav2lip/data/{key}": a.tobytes() for key, a in self.storages.items()},
                    "wav2lip/version": b"3\n",
                }
            )
        machine = {"protocol_version": 1001, "little_endian": True, "type_sizes": {"int": 4}}
        heads = [pickle.dumps(head, 2) for head in (MAGIC, 1001, machine)]
        keys = pickle.dumps(list(self.storages), 2)
        bodies = (struct.pack("<q", a.size) + a.tobytes() for a in self.storages.values())
        return b"".join([*heads, program(value), keys, *bodies])


def zipped(members: Mapping[str, bytes], compression: int = zipfile.ZIP_STORED) -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", compression) as archive:
        for member, content in members.items():
            archive.writestr(member, content)
    return buffer.getvalue()


def original_layout(weights: Mapping[str, np.ndarray], is_stream: bool) -> bytes:
    """A checkpoint as the authors of Wav2Lip published theirs, out of PaddleGAN's keys."""
    file = TorchFile(is_stream)
    tensors: dict[str, bytes] = {}
    for key, array in weights.items():
        theirs = key.replace("._mean", ".running_mean").replace("._variance", ".running_var")
        tensors[f"module.{theirs}"] = file.tensor(array)
        if key.endswith("_variance"):
            counter = f"module.{key.replace('_variance', 'num_batches_tracked')}"
            tensors[counter] = file.tensor(np.array(90_000))
    versions = group(b"N", table({"_metadata": call("collections.OrderedDict")}))
    state = call("collections.OrderedDict")
    state += b"(" + b"".join(text(key) + value for key, value in tensors.items()) + b"u"
    state += versions.replace(b"N", b"", 1)[1:-1] + b"b"
    moment = file.tensor(np.zeros(3, np.float32))
    optimizer = table({"state": b"}" + number(0) + table({"exp_avg": moment}) + b"s"})
    return file.written(
        table({"state_dict": state, "optimizer": optimizer, "global_step": number(255_000)})
    )
