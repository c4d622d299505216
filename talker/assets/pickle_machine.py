"""The stack machine that pickles are programs for, without the power to import or to call.

Its instructions are those that arrays and plain values need; which opcode means which, and what
the others are refused as, stands in `pickles`.
"""

from __future__ import annotations

import struct
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Protocol, TypeVar, runtime_checkable

_T = TypeVar("_T")

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


class Machine:
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

    def take(self, count: int) -> memoryview:
        """The next bytes, as many as are announced."""
        end = self.position + count
        if end > len(self._content):
            raise BrokenPickleError(f"it ends within {count} bytes that it announces")
        taken = self._content[self.position : end]
        self.position = end
        return taken

    def number(self, form: str) -> int:
        """The next number, in a form of `struct`."""
        (number,) = struct.unpack(form, self.take(struct.calcsize(form)))
        return number

    def _line(self) -> str:
        window = bytes(self._content[self.position : self.position + MOST_LINE_BYTES])
        length = window.find(b"\n")
        if length < 0:
            raise BrokenPickleError("a line of text in it has no end")
        self.position += length + 1
        return str(window[:length], "latin-1")

    def line_of(self, read: Callable[[str], _T]) -> _T:
        """What the next line says, by a reading that raises ValueError where it says nothing."""
        line = self._line()
        try:
            return read(line)
        except ValueError:
            raise BrokenPickleError("a line of text in it is not what it should be") from None

    def take_top(self) -> object:
        """The topmost value, which leaves the stack."""
        if not self._stack:
            raise BrokenPickleError("it takes a value that is not there")
        return self._stack.pop()

    @property
    def top(self) -> object:
        """The topmost value, which stays."""
        if not self._stack:
            raise BrokenPickleError("it takes a value that is not there")
        return self._stack[-1]

    def _since_mark(self) -> list[object]:
        if not self._under_marks:
            raise BrokenPickleError("it takes values back to a mark that is not there")
        values, self._stack = self._stack, self._under_marks.pop()
        return values

    def mark(self) -> None:
        """Begins a new stack; the one so far waits under the mark."""
        self._under_marks.append(self._stack)
        self._stack = []

    def pop(self) -> None:
        """Drops the topmost value, or the mark where there is none above it."""
        if self._stack:
            self._stack.pop()
        else:
            self._since_mark()

    def pop_mark(self) -> None:
        """Drops all down to the mark."""
        self._since_mark()

    def skip(self, count: int) -> None:
        """Passes over bytes that say nothing we need."""
        self.take(count)

    def push(self, value: object) -> None:
        """Lays a value on the stack."""
        self._stack.append(value)

    def push_number(self, form: str) -> None:
        """Pushes the next number."""
        self.push(self.number(form))

    def push_long(self) -> None:
        """Pushes a whole number of up to 255 bytes."""
        self.push(int.from_bytes(self.take(self.number("<B")), "little", signed=True))

    def push_text(self, form: str) -> None:
        """Pushes UTF-8 whose length comes first."""
        try:
            self.push(str(self.take(self.number(form)), "utf-8", "surrogatepass"))
        except UnicodeDecodeError:
            raise BrokenPickleError("a text in it is not UTF-8") from None

    def push_bytes(self, form: str) -> None:
        """Pushes bytes whose length comes first."""
        self.push(self.take(self.number(form)))

    def push_old_text(self, form: str) -> None:
        """Pushes what Python 2 had as text, or as bytes, for it knew no difference."""
        count = self.number(form)
        if count < 0:
            raise BrokenPickleError(f"it announces {count} bytes")
        self.push(str(self.take(count), "latin-1"))

    def push_line(self, read: Callable[[str], object]) -> None:
        """Pushes what the next line says."""
        self.push(self.line_of(read))

    def push_top(self) -> None:
        """Pushes the topmost value again."""
        self.push(self.top)

    def push_list(self) -> None:
        """Pushes an empty list."""
        self.push([])

    def push_marked_list(self) -> None:
        """Pushes a list of all down to the mark."""
        values = self._since_mark()
        self.push(values)

    def append(self) -> None:
        """Appends the topmost value to the list below it."""
        self._extend([self.take_top()])

    def appends(self) -> None:
        """Appends all down to the mark to the list below it."""
        self._extend(self._since_mark())

    def _extend(self, values: list[object]) -> None:
        target = self.top
        if not isinstance(target, list):
            raise RefusedPickleError("it appends to something that is no list")
        target.extend(values)

    def push_dict(self) -> None:
        """Pushes an empty dict."""
        self.push({})

    def push_marked_dict(self) -> None:
        """Pushes a dict of all down to the mark, keys and values in turn."""
        pairs = self._since_mark()
        self.push({})
        self._set_items(pairs)

    def set_item(self) -> None:
        """Sets the topmost key and value in the dict below them."""
        value = self.take_top()
        self._set_items([self.take_top(), value])

    def set_items(self) -> None:
        """Sets all down to the mark, keys and values in turn, in the dict below it."""
        self._set_items(self._since_mark())

    def _set_items(self, pairs: list[object]) -> None:
        target = self.top
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
        """Pushes a tuple of the topmost values."""
        values = [self.take_top() for _ in range(count)]
        self.push(tuple(reversed(values)))

    def push_marked_tuple(self) -> None:
        """Pushes a tuple of all down to the mark."""
        values = self._since_mark()
        self.push(tuple(values))

    def get(self, form: str) -> None:
        """Pushes what was noted under the next number."""
        self._get(self.number(form))

    def get_by_line(self) -> None:
        """Pushes what was noted under the number of the next line."""
        self._get(self.line_of(int))

    def _get(self, number: int) -> None:
        if number not in self._memo:
            raise BrokenPickleError(f"it recalls value {number}, which it has not noted")
        self.push(self._memo[number])

    def put(self, form: str) -> None:
        """Notes the topmost value under the next number."""
        self._memo[self.number(form)] = self.top

    def put_by_line(self) -> None:
        """Notes the topmost value under the number of the next line."""
        self._memo[self.line_of(int)] = self.top

    def memoize(self) -> None:
        """Notes the topmost value under the first free number."""
        self._memo[len(self._memo)] = self.top

    def push_global(self) -> None:
        """Pushes a name that stands on two lines, its module first, if it is allowed."""
        module = self._line()
        self._push_name(module, self._line())

    def push_stacked_global(self) -> None:
        """Pushes a name whose parts lie on the stack, if it is allowed."""
        name, module = self.take_top(), self.take_top()
        if not isinstance(name, str) or not isinstance(module, str):
            raise BrokenPickleError("a name in it is no text")
        self._push_name(module, name)

    def _push_name(self, module: str, name: str) -> None:
        full = f"{module}.{name}"
        if full not in self._allowed:
            raise RefusedPickleError(f"it asks for '{_printable(full)}'")
        self.push(Name(full))

    def refuse_instance(self) -> None:
        """Refuses to make an instance, by the name of its class."""
        module = self._line()
        full = f"{module}.{self._line()}"
        raise RefusedPickleError(f"it makes an instance of '{_printable(full)}'")

    def reduce(self) -> None:
        """Puts what an allowed maker gives in the place of its name and its arguments."""
        arguments, called = self.take_top(), self.take_top()
        maker = self._allowed[called.full] if isinstance(called, Name) else None
        if maker is None or not isinstance(arguments, tuple):
            what = f"'{called.full}'" if isinstance(called, Name) else "a value"
            raise RefusedPickleError(f"it calls {what} in a way that no array needs")
        self.push(maker(arguments))

    def build(self) -> None:
        """Gives the topmost value to the one below it as its state."""
        state, target = self.take_top(), self.top
        if isinstance(target, dict) and isinstance(state, dict):
            return  # attributes that torch hangs on a state dictionary: versions of its layers
        if not isinstance(target, Buildable):
            raise RefusedPickleError("it sets the state of something that has none")
        target.build(state)

    def push_persistent(self) -> None:
        """Puts what a persistent id means in its place."""
        identity = self.take_top()
        if self._persistent is None:
            raise RefusedPickleError("it refers to something outside of it")
        self.push(self._persistent(identity))


def _printable(name: str) -> str:
    """A name that cannot steer a terminal or fill it."""
    return name[:MOST_SHOWN].encode("unicode_escape").decode("ascii")
