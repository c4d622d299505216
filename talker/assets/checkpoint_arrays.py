"""The arrays of a checkpoint's pickle: what numpy's and torch's own makers would have made.

Each maker looks at every number before it is used: arrays are views of the file's own bytes, so
that none can claim more than is there.
"""

from __future__ import annotations

import math
from contextlib import suppress
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from talker.assets.pickle_machine import (
    BrokenPickleError,
    Maker,
    Name,
    RefusedPickleError,
)

Array = NDArray[Any]

MOST_AXES = 32
_KINDS = "biuf"
"""Of numpy's types: truth, whole numbers and real ones."""


@dataclass(slots=True)
class _Type:
    """A numpy type, whose byte order comes afterwards."""

    dtype: np.dtype[Any]

    def build(self, state: object) -> None:
        """Take the byte order."""
        match state:
            case (int(), "<" | ">" | "|" | "=" as order, None, None, None, int(), int(), int()):
                self.dtype = self.dtype.newbyteorder(order)
            case _:
                raise RefusedPickleError("it has an array of a structured type")


class _Allowance:
    """The bytes that may be made anew out of texts: as many as the file has, each text once."""

    def __init__(self, size: int) -> None:
        self._left = size

    def encode(self, text: str) -> memoryview:
        """The bytes that Python 2, and protocol 2 of Python 3, write as text of latin-1."""
        self._left -= len(text)
        if self._left < 0:
            raise RefusedPickleError("it makes more bytes than the file has")
        try:
            return memoryview(text.encode("latin-1"))
        except UnicodeEncodeError:
            raise BrokenPickleError("the bytes of an array in it are none") from None


class NumpyArray:
    """An array of numpy's that has been begun; its state brings the content."""

    def __init__(self, allowance: _Allowance) -> None:
        self.array: Array | None = None
        self._allowance = allowance

    def build(self, state: object) -> None:
        """Take version, shape, type, whether columns come first, and content."""
        match state:
            case (int(), tuple() as shape, _Type() as kind, int(columns_first), content):
                order = "F" if columns_first else "C"
                if isinstance(content, str):
                    content = self._allowance.encode(content)
                self.array = _array(content, kind, _sides(shape), order)
            case _:
                raise BrokenPickleError("the state of an array in it is not one")


def _array(content: object, kind: _Type, shape: tuple[int, ...], order: str) -> Array:
    if not isinstance(content, memoryview):
        raise RefusedPickleError("it has an array of something else than bytes")
    needed = math.prod(shape) * kind.dtype.itemsize
    if needed != len(content):
        raise BrokenPickleError(f"an array in it has {len(content)} bytes, not what its shape says")
    flat = np.frombuffer(content, kind.dtype)
    return flat.reshape(shape, order="F" if order == "F" else "C")


def _sides(shape: tuple[object, ...]) -> tuple[int, ...]:
    """A shape checked to be one."""
    if len(shape) > MOST_AXES:
        raise BrokenPickleError(f"an array in it has {len(shape)} axes")
    return tuple(_count(side) for side in shape)


def _count(number: object) -> int:
    """A number checked to be one of things, of which no file holds 2^48."""
    if not isinstance(number, int) or isinstance(number, bool) or not 0 <= number < 1 << 48:
        raise BrokenPickleError("a size in it is no count")
    return number


def numpy_names(size: int) -> dict[str, Maker | None]:
    """What the pickles of numpy's arrays need, and Paddle's.

    Args:
        size: Bytes of the file.
    """
    allowance = _Allowance(size)

    def begin_array(arguments: tuple[object, ...]) -> NumpyArray:
        if not arguments or arguments[0] != Name("numpy.ndarray"):
            raise RefusedPickleError("it makes an array of another class than numpy's own")
        return NumpyArray(allowance)

    def array_of_buffer(arguments: tuple[object, ...]) -> NumpyArray:
        match arguments:
            case (content, _Type() as kind, tuple() as shape, "C" | "F" as order):
                made = NumpyArray(allowance)
                made.build((1, shape, kind, order == "F", content))
                return made
            case _:
                raise BrokenPickleError("an array in it is not made as numpy makes one")

    def encode(arguments: tuple[object, ...]) -> memoryview:
        match arguments:
            case (str(text), "latin1" | "latin-1"):
                return allowance.encode(text)
            case _:
                raise RefusedPickleError("it encodes a text in another way than pickles do")

    names: dict[str, Maker | None] = {
        "numpy.ndarray": None,
        "numpy.dtype": _type,
        "_codecs.encode": encode,
        "collections.OrderedDict": lambda arguments: _empty({}, arguments),
    }
    for core in ("core", "_core"):
        names[f"numpy.{core}.multiarray._reconstruct"] = begin_array
        names[f"numpy.{core}.multiarray.scalar"] = lambda _: None  # which nobody reads
        names[f"numpy.{core}.numeric._frombuffer"] = array_of_buffer
    for built_in in ("builtins", "__builtin__"):
        names[f"{built_in}.tuple"] = _pair
        names[f"{built_in}.bytes"] = lambda arguments: _empty(memoryview(b""), arguments)
    return names


def _type(arguments: tuple[object, ...]) -> _Type:
    match arguments:
        case (str(code), *_):
            shown = repr(code[:20])
            with suppress(TypeError, ValueError, SyntaxError):
                dtype = np.dtype(code)
                if dtype.kind in _KINDS:
                    return _Type(dtype)
        case _:
            shown = "that has no name"
    raise RefusedPickleError(f"it has an array of type {shown}, which is no plain number")


def _pair(arguments: tuple[object, ...]) -> object:
    """Paddle's pair of a tensor's own name and its array."""
    match arguments:
        case ((str(), NumpyArray()) as pair,):
            return pair
        case _:
            raise RefusedPickleError("it makes a tuple of something else than a name and an array")


def _empty(value: object, arguments: tuple[object, ...]) -> object:
    if arguments:
        raise RefusedPickleError("it makes a value out of another")
    return value


@dataclass(slots=True)
class Storage:
    """The numbers under tensors.

    Attributes:
        dtype: Of one number, little-endian.
        length: How many there are.
        content: Their bytes; None until they have been found in the file.
    """

    dtype: np.dtype[Any]
    length: int
    content: memoryview | None = None


@dataclass(frozen=True, slots=True)
class Tensor:
    """A view of a storage: the place of its first number, and its axes, counted in numbers."""

    storage: Storage
    offset: int
    shape: tuple[int, ...]
    strides: tuple[int, ...]

    @property
    def array(self) -> Array:
        """The tensor as an array that reads the file's bytes.

        Raises:
            BrokenPickleError: The file does not hold them.
        """
        if self.storage.content is None:
            raise BrokenPickleError("a tensor in it has no storage")
        flat = np.frombuffer(self.storage.content, self.storage.dtype)
        if math.prod(self.shape) == 0:
            return np.empty(self.shape, flat.dtype)
        steps = [step * flat.itemsize for step in self.strides]
        return np.lib.stride_tricks.as_strided(
            flat[self.offset :], self.shape, steps, writeable=False
        )


STORAGE_TYPES = {
    f"torch.{name}Storage": np.dtype(code)
    for name, code in {
        "Double": "<f8",
        "Float": "<f4",
        "Half": "<f2",
        "Long": "<i8",
        "Int": "<i4",
        "Short": "<i2",
        "Char": "i1",
        "Byte": "u1",
        "Bool": "?",
    }.items()
}


def _tensor(arguments: tuple[object, ...]) -> Tensor:
    match arguments:
        case (Storage() as storage, offset, tuple() as shape, tuple() as strides, *_):
            sides, steps = _sides(shape), _sides(strides)
            tensor = Tensor(storage, _count(offset), sides, steps)
        case _:
            raise BrokenPickleError("a tensor in it is not made as torch makes one")
    if len(sides) != len(steps):
        raise BrokenPickleError("a tensor in it has other axes than its strides")
    pairs = zip(sides, steps, strict=True)
    last = tensor.offset + sum((side - 1) * step for side, step in pairs)
    size = math.prod(sides)
    # A step of 0 would make much of little.
    if size > storage.length or (size and last >= storage.length):
        raise BrokenPickleError("a tensor in it reaches beyond its storage")
    return tensor


def _parameter(arguments: tuple[object, ...]) -> Tensor:
    match arguments:
        case (Tensor() as tensor, *_):
            return tensor
        case _:
            raise BrokenPickleError("a parameter in it is no tensor")


def torch_names(size: int) -> dict[str, Maker | None]:
    """What torch's pickles need: tensors, and the arrays somebody put beside them.

    Args:
        size: Bytes of the file.
    """
    return {
        **numpy_names(size),
        **dict.fromkeys(STORAGE_TYPES),
        "torch._utils._rebuild_tensor": _tensor,
        "torch._utils._rebuild_tensor_v2": _tensor,
        "torch._utils._rebuild_parameter": _parameter,
    }


def storage_of(identity: object, known: dict[str, Storage]) -> Storage:
    """The storage that a persistent id of torch's means: one for a key, however often asked for.

    Raises:
        PickleError: It means something else, or the same storage in another way.
    """
    match identity:
        case ("storage", Name(full), str(key), str(), length, *rest) if full in STORAGE_TYPES:
            if rest not in ([], [None]):
                raise RefusedPickleError("it has a view of a storage, as only the first torch had")
            storage = Storage(STORAGE_TYPES[full], _count(length))
        case _:
            raise RefusedPickleError("it refers to something outside of it that is no storage")
    first = known.setdefault(key, storage)
    if (first.dtype, first.length) != (storage.dtype, storage.length):
        raise BrokenPickleError(f"it tells storage {key[:20]!r} in two ways")
    return first
