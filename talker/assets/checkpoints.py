"""The arrays of a checkpoint file, read without the framework that wrote it and without its risk.

Checkpoints of Paddle and torch are pickles, which may run anything when they are opened as usual.
Here they are read by `pickles`, with the names of arrays only; anything else is refused by name.
Forms read: Paddle's `.pdparams`; torch's archive (since 1.6) and its stream of pickles (before);
safetensors, which holds nothing but arrays.
"""

from __future__ import annotations

import hashlib
import io
import stat
import zipfile
import zlib
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from talker.assets.checkpoint_arrays import (
    Array,
    NumpyArray,
    Storage,
    Tensor,
    numpy_names,
    storage_of,
    torch_names,
)
from talker.assets.pickle_machine import (
    BrokenPickleError,
    PickleError,
    RefusedPickleError,
)
from talker.assets.pickles import read_pickle
from talker.errors import AssetError

MOST_BYTES = 1 << 30
"""Twice a Wav2Lip checkpoint with its optimizer's state."""
MOST_MEMBERS = 10_000
"""Of an archive; a storage is one, and the directory of many would take the memory."""
MOST_LEVELS = 8
"""Of dicts in dicts."""

Tree = dict[str, "Array | Tree"]

_TORCH_STREAM = bytes.fromhex("80028a0a6cfc9c46f9206aa850192e")
"""The number that torch writes first, as a pickle of protocol 2."""
_TORCH_PROTOCOL = 1001
_ARCHIVE = b"PK\x03\x04"
_ARCHIVE_ENTRY = b"PK\x01\x02"
_PICKLE = tuple(bytes([first]) for first in b"\x80(]}c")
"""How a pickle can begin: with its protocol, or, in the oldest, with what it holds."""


@dataclass(frozen=True, slots=True)
class Checkpoint:
    """What a file held.

    Attributes:
        sha256: Of the file's bytes, the same ones that were read.
        form: "paddle", "torch" or "safetensors".
        arrays: Its arrays by name, in dicts as they were nested; values of other kinds, and
            arrays in lists, are left out. The arrays read the file's own bytes.
    """

    sha256: str
    form: str
    arrays: Tree


def read_checkpoint(path: Path) -> Checkpoint:
    """Read the arrays of a file.

    Raises:
        AssetError: The file cannot be read, is no checkpoint, is broken, or asks for anything
            that is no array; the error names it, and nothing of it was run.
    """
    content = _bytes_of(path)
    try:
        form, value = _read(content)
        arrays = _tree(value)
    except RefusedPickleError as error:
        raise AssetError(
            f"'{path}' is refused: {error}. A checkpoint holds arrays and nothing else; "
            "nothing in the file was run.",
            "Open it with no other program; get the checkpoint from those who made it.",
        ) from None
    except PickleError as error:
        raise AssetError(
            f"'{path}' is broken or no checkpoint: {error}.",
            "Fetch the file again; .pth, .pdparams and .safetensors files can be read.",
        ) from None
    return Checkpoint(hashlib.sha256(content).hexdigest(), form, arrays)


def _bytes_of(path: Path) -> bytes:
    """The whole file at once, so that what is hashed is what is read."""
    try:
        status = path.stat()
        if not stat.S_ISREG(status.st_mode):
            raise AssetError(f"'{path}' is no file.", "Name the checkpoint file itself.")
        size = status.st_size
        if size > MOST_BYTES:
            raise AssetError(
                f"'{path}' has {size / 1e9:.1f} GB, more than any checkpoint that talker reads.",
                "Name another file.",
            )
        with path.open("rb") as file:
            return file.read(size)
    except OSError as error:
        raise AssetError(
            f"'{path}' cannot be read ({error.strerror}).", "Check the name and the permissions."
        ) from error


def _read(content: bytes) -> tuple[str, object]:
    if content.startswith(_ARCHIVE):
        return "torch", _torch_archive(content)
    if content.startswith(_TORCH_STREAM):
        return "torch", _torch_stream(memoryview(content))
    if content[8:9] == b"{":
        return "safetensors", _safetensors(content)
    if content[257:262] == b"ustar":
        raise BrokenPickleError("it is a tar archive")
    if not content.startswith(_PICKLE):
        raise BrokenPickleError("it begins like none of the forms that are read")
    value, _ = read_pickle(memoryview(content), numpy_names(len(content)))
    return "paddle", value


def _safetensors(content: bytes) -> Mapping[str, object]:
    from safetensors import SafetensorError
    from safetensors.numpy import load

    try:
        return load(content)
    except (SafetensorError, ValueError, TypeError, KeyError) as error:
        raise BrokenPickleError(str(error)) from None


def _torch_stream(content: memoryview) -> object:
    """Five pickles (a number, a version, the machine, the value, the storages' keys), then bytes.

    Each storage is the count of its numbers, in eight bytes, and the numbers, all little-endian.
    """
    names = torch_names(len(content))
    storages: dict[str, Storage] = {}
    position = len(_TORCH_STREAM)

    def following(persistent: Callable[[object], object] | None = None) -> object:
        nonlocal position
        value, length = read_pickle(content[position:], names, persistent)
        position += length
        return value

    version = following()
    if version != _TORCH_PROTOCOL:
        raise BrokenPickleError("it has a version of torch's form that nobody wrote")
    following()
    value = following(lambda identity: storage_of(identity, storages))
    keys = following()
    if not isinstance(keys, list) or len(keys) != len(storages):
        raise BrokenPickleError("its list of storages is not theirs")
    for key in keys:
        storage = storages.get(key) if isinstance(key, str) else None
        if storage is None:
            raise BrokenPickleError("its list of storages is not theirs")
        start = position + 8
        position = start + storage.length * storage.dtype.itemsize
        count = int.from_bytes(content[start - 8 : start], "little")
        if position > len(content):
            raise BrokenPickleError("it ends within a storage")
        if count != storage.length:
            raise BrokenPickleError("a storage in it has another length than its tensors say")
        storage.content = content[start:position]
    return value


def _torch_archive(content: bytes) -> object:
    """A zip archive, nothing in it compressed: the value's pickle, and a member for each storage.

    All lie in one folder, of any name.
    """
    if content.count(_ARCHIVE_ENTRY) > MOST_MEMBERS:
        raise BrokenPickleError(f"its zip archive has more than {MOST_MEMBERS} members")
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            return _torch_members(archive, len(content))
    except (zipfile.BadZipFile, zlib.error, NotImplementedError, EOFError, ValueError) as error:
        raise BrokenPickleError(f"its zip archive is broken ({error})") from None
    except (OSError, RuntimeError, KeyError) as error:
        raise BrokenPickleError(f"its zip archive cannot be read ({error})") from None


def _torch_members(archive: zipfile.ZipFile, size: int) -> object:
    left = size

    def member(name: str) -> memoryview:
        nonlocal left
        info = archive.getinfo(name)
        left -= info.file_size
        if info.compress_type != zipfile.ZIP_STORED or left < 0:
            raise BrokenPickleError(
                f"its member {name[-40:]!r} is compressed, as torch writes none"
            )
        return memoryview(archive.read(info))

    pickles = [name for name in archive.namelist() if name.rpartition("/")[2] == "data.pkl"]
    if len(pickles) != 1:
        raise BrokenPickleError("it is a zip archive, not one of torch's")
    folder = pickles[0].removesuffix("data.pkl")
    order = f"{folder}byteorder"
    if order in archive.namelist() and bytes(member(order)) != b"little":
        raise BrokenPickleError("it was written on a machine of the other byte order")
    storages: dict[str, Storage] = {}
    pickle = member(pickles[0])
    value, _ = read_pickle(
        pickle, torch_names(len(pickle)), lambda identity: storage_of(identity, storages)
    )
    for key, storage in storages.items():
        name = f"{folder}data/{key}"
        if name not in archive.NameToInfo:
            raise BrokenPickleError(f"its storage {key[:20]!r} is missing")
        storage.content = member(name)
        if len(storage.content) != storage.length * storage.dtype.itemsize:
            raise BrokenPickleError("a storage in it has another length than its tensors say")
    return value


def _tree(value: object) -> Tree:
    """The arrays of nested dicts; a dict that several others hold is read once."""
    if not isinstance(value, Mapping):
        raise BrokenPickleError("it holds no dict of arrays")
    done: dict[int, Tree] = {}

    def of(node: Mapping[object, object], level: int) -> Tree:
        if level > MOST_LEVELS:
            raise RefusedPickleError(f"its dicts are nested in more than {MOST_LEVELS} levels")
        if id(node) in done:
            return done[id(node)]
        tree: Tree = {}
        for key, item in node.items():
            found = of(item, level + 1) if isinstance(item, Mapping) else _array(item)
            if isinstance(key, str) and (isinstance(found, np.ndarray) or found):
                tree[key] = found
        done[id(node)] = tree
        return tree

    return of(value, 1)


def _array(item: object) -> Array | None:
    match item:
        case (str(), NumpyArray() as array):  # Paddle's pair of the tensor's own name and its array
            return _array(array)
        case NumpyArray():
            if item.array is None:
                raise BrokenPickleError("an array in it has no content")
            return item.array
        case Tensor():
            return item.array
        case np.ndarray():
            return item
        case _:
            return None
