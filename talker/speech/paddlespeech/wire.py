"""Messages between two processes: a JSON object and arrays, nothing that could run."""

from __future__ import annotations

import json
import struct
from typing import IO, Any

import numpy as np
from numpy.typing import NDArray

Arrays = dict[str, NDArray[Any]]

_LENGTH = struct.Struct("<I")
_MOST_HEADER_BYTES = 1 << 20
_MOST_ARRAY_BYTES = 1 << 30


def send(stream: IO[bytes], message: dict[str, Any], arrays: Arrays | None = None) -> None:
    """Write a message.

    Args:
        stream: To the other process.
        message: What JSON can hold.
        arrays: By name.

    Raises:
        OSError: The other process is gone.
    """
    arrays = arrays or {}
    described = [[name, array.dtype.str, list(array.shape)] for name, array in arrays.items()]
    header = json.dumps({"message": message, "arrays": described}).encode()
    stream.write(_LENGTH.pack(len(header)) + header)
    for array in arrays.values():
        stream.write(np.ascontiguousarray(array).tobytes())
    stream.flush()


def receive(stream: IO[bytes]) -> tuple[dict[str, Any], Arrays]:
    """Read a message; see `send`.

    Raises:
        EOFError: The other process is gone.
        ValueError: What comes is no message.
    """
    [length] = _LENGTH.unpack(_read(stream, _LENGTH.size))
    if length > _MOST_HEADER_BYTES:
        raise ValueError(f"a message cannot have a header of {length} bytes")
    header = json.loads(_read(stream, length))
    arrays: Arrays = {}
    for name, kind, shape in header["arrays"]:
        dtype = np.dtype(kind)
        size = dtype.itemsize * int(np.prod(shape))
        if dtype.hasobject or not 0 <= size <= _MOST_ARRAY_BYTES:
            raise ValueError(f"a message cannot hold an array of {kind} and shape {shape}")
        arrays[name] = np.frombuffer(_read(stream, size), dtype).reshape(shape)
    return header["message"], arrays


def _read(stream: IO[bytes], count: int) -> bytes:
    content = stream.read(count)
    if len(content) < count:
        raise EOFError("the other process closed its end")
    return content
