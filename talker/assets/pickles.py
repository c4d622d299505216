"""A reader of pickles that cannot run anything.

A pickle is a program for a small stack machine that may import and call whatever it names. This
machine imports nothing: a name from a table of allowed ones stands for a maker of ours, any other
name ends the reading before the next instruction. Memory is bounded by the size of the file: no
instruction takes more than the bytes that are there, and the number of instructions has a limit.

Source: the opcodes as CPython's own `pickletools` describes them, protocols 0 to 5, as far as
arrays and plain values need them.
"""

from __future__ import annotations

import struct
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Protocol, TypeVar, runtime_checkable

_T = TypeVar("_T")

MOST_INSTRUCTIONS = 500_000
"""A checkpoint of 300 tensors with its optimizer's state takes a tenth of it."""
MOST_SHOWN = 100
"""Characters of a name in a message."""
MOST_LINE_BYTES = 1 << 16
"""Of a text, a number or a name in the forms that end with the line."""


class PickleError(Exception):
    """A pickle that is not read to its end; the message is a clause for a sentence."""


class BrokenPickleError(PickleError):
    """It is cut off, or its bytes are no pickle."""


class RefusedPickleError(PickleError):
    """It asks for something that arrays and plain values do not need."""


@dataclass(frozen=True, slots=True)
class Name:
    """What a pickle imports, such as "numpy.ndarray"; nothing was imported."""

    full: str


@runtime_checkable
class Buildable(Protocol):
    """What a maker gives that takes its state afterwards."""

    def build(self, state: object) -> None:
        """Take the state.

        Raises:
            PickleError: It is not of the kind that is expected.
        """
        ...


Maker = Callable[[tuple[object, ...]], object]
"""Arguments in, a value out; raises PickleError where they do not fit."""


def read_pickle(
    content: memoryview,
    allowed: Mapping[str, Maker | None],
    persistent: Callable[[object], object] | None = None,
) -> tuple[object, int]:
    """Read one pickle.

    Args:
        content: Bytes that begin with it.
        allowed: The names it may use, with what a call of each gives; None where a name may be
            mentioned, not called.
        persistent: Turns a persistent id into a value; None refuses them.

    Returns:
        The value and the length of the pickle in bytes. Byte strings are memoryviews of `content`,
        what Python 2 wrote as text or bytes is a string of latin-1.

    Raises:
        PickleError: It is broken, or asks for anything else.
    """
    machine = _Machine(content, allowed, persistent)
    return machine.run(), machine.position


class _Machine:
    """The stack, the stacks under the marks, the memo, and the place in the bytes."""

    def __init__(
        self,
        content: memoryview,
        allowed: Mapping[str, Maker | None],
        persistent: Callable[[object], object] | None,
    ) -> None:
        self.position = 0
        self._content = content
        self._allowed = allowed
        self._persistent = persistent
        self._stack: list[object] = []
        self._under_marks: list[list[object]] = []
        self._memo: dict[int, object] = {}

    def run(self) -> object:
        for _ in range(MOST_INSTRUCTIONS):
            opcode = self._number("<B")
            if opcode == _STOP:
                return self._pop()
            instruction = _INSTRUCTIONS.get(opcode)
            if instruction is None:
                self._refuse(opcode)
            else:
                instruction(self)
        raise RefusedPickleError(f"it has more than {MOST_INSTRUCTIONS} instructions")

    def _refuse(self, opcode: int) -> None:
        if opcode in _EXTENSIONS:
            code = self._number(_EXTENSIONS[opcode])
            raise RefusedPickleError(f"it asks for the registered extension {code}")
        if opcode in _REFUSED:
            raise RefusedPickleError(f"it uses the instruction {_REFUSED[opcode]}")
        raise BrokenPickleError(f"byte {self.position - 1} is no instruction of a pickle")

    # Bytes

    def take(self, count: int) -> memoryview:
        end = self.position + count
        if end > len(self._content):
            raise BrokenPickleError(f"it ends within {count} bytes that it announces")
        taken = self._content[self.position : end]
        self.position = end
        return taken

    def _number(self, form: str) -> int:
        (number,) = struct.unpack(form, self.take(struct.calcsize(form)))
        return number

    def _line(self) -> str:
        window = bytes(self._content[self.position : self.position + MOST_LINE_BYTES])
        length = window.find(b"\n")
        if length < 0:
            raise BrokenPickleError("a line of text in it has no end")
        self.position += length + 1
        return str(window[:length], "latin-1")

    def _line_of(self, read: Callable[[str], _T]) -> _T:
        line = self._line()
        try:
            return read(line)
        except ValueError:
            raise BrokenPickleError("a line of text in it is not what it should be") from None

    # Stack

    def _pop(self) -> object:
        if not self._stack:
            raise BrokenPickleError("it takes a value that is not there")
        return self._stack.pop()

    def _top(self) -> object:
        if not self._stack:
            raise BrokenPickleError("it takes a value that is not there")
        return self._stack[-1]

    def _since_mark(self) -> list[object]:
        if not self._under_marks:
            raise BrokenPickleError("it takes values back to a mark that is not there")
        values, self._stack = self._stack, self._under_marks.pop()
        return values

    # Instructions

    def mark(self) -> None:
        self._under_marks.append(self._stack)
        self._stack = []

    def pop(self) -> None:
        if self._stack:
            self._stack.pop()
        else:
            self._since_mark()

    def pop_mark(self) -> None:
        self._since_mark()

    def skip(self, count: int) -> None:
        self.take(count)

    def push(self, value: object) -> None:
        self._stack.append(value)

    def push_number(self, form: str) -> None:
        self.push(self._number(form))

    def push_long(self) -> None:
        self.push(int.from_bytes(self.take(self._number("<B")), "little", signed=True))

    def push_text(self, form: str) -> None:
        try:
            self.push(str(self.take(self._number(form)), "utf-8", "surrogatepass"))
        except UnicodeDecodeError:
            raise BrokenPickleError("a text in it is not UTF-8") from None

    def push_bytes(self, form: str) -> None:
        self.push(self.take(self._number(form)))

    def push_old_text(self, form: str) -> None:
        count = self._number(form)
        if count < 0:
            raise BrokenPickleError(f"it announces {count} bytes")
        self.push(str(self.take(count), "latin-1"))

    def push_line(self, read: Callable[[str], object]) -> None:
        self.push(self._line_of(read))

    def push_top(self) -> None:
        self.push(self._top())

    def push_list(self) -> None:
        self.push([])

    def push_marked_list(self) -> None:
        values = self._since_mark()
        self.push(values)

    def append(self) -> None:
        self._extend([self._pop()])

    def appends(self) -> None:
        self._extend(self._since_mark())

    def _extend(self, values: list[object]) -> None:
        target = self._top()
        if not isinstance(target, list):
            raise RefusedPickleError("it appends to something that is no list")
        target.extend(values)

    def push_dict(self) -> None:
        self.push({})

    def push_marked_dict(self) -> None:
        pairs = self._since_mark()
        self.push({})
        self._set_items(pairs)

    def set_item(self) -> None:
        value = self._pop()
        self._set_items([self._pop(), value])

    def set_items(self) -> None:
        self._set_items(self._since_mark())

    def _set_items(self, pairs: list[object]) -> None:
        target = self._top()
        if not isinstance(target, dict):
            raise RefusedPickleError("it sets items of something that is no dict")
        if len(pairs) % 2:
            raise BrokenPickleError("a key in it has no value")
        for key, value in zip(pairs[::2], pairs[1::2], strict=True):
            # The hash of a nested tuple would recurse without a bound.
            if not isinstance(key, str | int | float | None):
                raise RefusedPickleError("a key of a dict in it is neither text nor number")
            target[key] = value

    def push_tuple(self, count: int) -> None:
        values = [self._pop() for _ in range(count)]
        self.push(tuple(reversed(values)))

    def push_marked_tuple(self) -> None:
        values = self._since_mark()
        self.push(tuple(values))

    def get(self, form: str) -> None:
        self._get(self._number(form))

    def get_by_line(self) -> None:
        self._get(self._line_of(int))

    def _get(self, number: int) -> None:
        if number not in self._memo:
            raise BrokenPickleError(f"it recalls value {number}, which it has not noted")
        self.push(self._memo[number])

    def put(self, form: str) -> None:
        self._memo[self._number(form)] = self._top()

    def put_by_line(self) -> None:
        self._memo[self._line_of(int)] = self._top()

    def memoize(self) -> None:
        self._memo[len(self._memo)] = self._top()

    def push_global(self) -> None:
        module = self._line()
        self._push_name(module, self._line())

    def push_stacked_global(self) -> None:
        name, module = self._pop(), self._pop()
        if not isinstance(name, str) or not isinstance(module, str):
            raise BrokenPickleError("a name in it is no text")
        self._push_name(module, name)

    def _push_name(self, module: str, name: str) -> None:
        full = f"{module}.{name}"
        if full not in self._allowed:
            raise RefusedPickleError(f"it asks for '{_printable(full)}'")
        self.push(Name(full))

    def refuse_instance(self) -> None:
        module = self._line()
        full = f"{module}.{self._line()}"
        raise RefusedPickleError(f"it makes an instance of '{_printable(full)}'")

    def reduce(self) -> None:
        arguments, called = self._pop(), self._pop()
        maker = self._allowed[called.full] if isinstance(called, Name) else None
        if maker is None or not isinstance(arguments, tuple):
            what = f"'{called.full}'" if isinstance(called, Name) else "a value"
            raise RefusedPickleError(f"it calls {what} in a way that no array needs")
        self.push(maker(arguments))

    def build(self) -> None:
        state, target = self._pop(), self._top()
        if isinstance(target, dict) and isinstance(state, dict):
            return  # attributes that torch hangs on a state dictionary: versions of its layers
        if not isinstance(target, Buildable):
            raise RefusedPickleError("it sets the state of something that has none")
        target.build(state)

    def push_persistent(self) -> None:
        identity = self._pop()
        if self._persistent is None:
            raise RefusedPickleError("it refers to something outside of it")
        self.push(self._persistent(identity))


def _printable(name: str) -> str:
    """A name that cannot steer a terminal or fill it."""
    return name[:MOST_SHOWN].encode("unicode_escape").decode("ascii")


def _whole_number(line: str) -> int | bool:
    return {"00": False, "01": True}[line] if line in ("00", "01") else int(line.rstrip("L"))


def _escaped_text(line: str) -> str:
    return line.encode("latin-1").decode("raw_unicode_escape")


def _quoted_text(line: str) -> str:
    if len(line) < 2 or line[0] != line[-1] or line[0] not in "'\"":
        raise ValueError(line)
    return line[1:-1].encode("latin-1").decode("unicode_escape")


_STOP = ord(".")
_INSTRUCTIONS: dict[int, Callable[[_Machine], None]] = {
    0x80: lambda machine: machine.skip(1),  # PROTO
    0x95: lambda machine: machine.skip(8),  # FRAME: its length says nothing that we need
    ord("("): _Machine.mark,
    ord("0"): _Machine.pop,
    ord("1"): _Machine.pop_mark,
    ord("N"): lambda machine: machine.push(None),
    0x88: lambda machine: machine.push(True),
    0x89: lambda machine: machine.push(False),
    ord("J"): lambda machine: machine.push_number("<i"),
    ord("K"): lambda machine: machine.push_number("<B"),
    ord("M"): lambda machine: machine.push_number("<H"),
    ord("G"): lambda machine: machine.push_number(">d"),
    0x8A: _Machine.push_long,
    ord("X"): lambda machine: machine.push_text("<I"),
    0x8C: lambda machine: machine.push_text("<B"),
    0x8D: lambda machine: machine.push_text("<Q"),
    ord("B"): lambda machine: machine.push_bytes("<I"),
    ord("C"): lambda machine: machine.push_bytes("<B"),
    0x8E: lambda machine: machine.push_bytes("<Q"),
    0x96: lambda machine: machine.push_bytes("<Q"),  # BYTEARRAY8
    ord("T"): lambda machine: machine.push_old_text("<i"),
    ord("U"): lambda machine: machine.push_old_text("<B"),
    ord("]"): _Machine.push_list,
    ord("a"): _Machine.append,
    ord("e"): _Machine.appends,
    ord("}"): _Machine.push_dict,
    ord("s"): _Machine.set_item,
    ord("u"): _Machine.set_items,
    ord(")"): lambda machine: machine.push_tuple(0),
    0x85: lambda machine: machine.push_tuple(1),
    0x86: lambda machine: machine.push_tuple(2),
    0x87: lambda machine: machine.push_tuple(3),
    ord("t"): _Machine.push_marked_tuple,
    ord("l"): _Machine.push_marked_list,
    ord("d"): _Machine.push_marked_dict,
    ord("2"): _Machine.push_top,
    ord("I"): lambda machine: machine.push_line(_whole_number),
    ord("L"): lambda machine: machine.push_line(_whole_number),
    ord("F"): lambda machine: machine.push_line(float),
    ord("S"): lambda machine: machine.push_line(_quoted_text),
    ord("V"): lambda machine: machine.push_line(_escaped_text),
    ord("g"): _Machine.get_by_line,
    ord("p"): _Machine.put_by_line,
    ord("h"): lambda machine: machine.get("<B"),
    ord("j"): lambda machine: machine.get("<I"),
    ord("q"): lambda machine: machine.put("<B"),
    ord("r"): lambda machine: machine.put("<I"),
    0x94: _Machine.memoize,
    ord("c"): _Machine.push_global,
    0x93: _Machine.push_stacked_global,
    ord("i"): _Machine.refuse_instance,
    ord("R"): _Machine.reduce,
    ord("b"): _Machine.build,
    ord("Q"): _Machine.push_persistent,
}
_EXTENSIONS = {0x82: "<B", 0x83: "<H", 0x84: "<i"}
_REFUSED = {
    ord("o"): "OBJ",
    0x81: "NEWOBJ",
    0x92: "NEWOBJ_EX",
    0x97: "NEXT_BUFFER",
    0x98: "READONLY_BUFFER",
    0x8B: "LONG4",
    0x8F: "EMPTY_SET",
    0x90: "ADDITEMS",
    0x91: "FROZENSET",
    ord("P"): "PERSID",
}
