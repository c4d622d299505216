"""A reader of pickles that cannot run anything.

A pickle is a program for a small stack machine that may import and call whatever it names. This
machine imports nothing: a name from a table of allowed ones stands for a maker of ours, any other
name ends the reading before the next instruction. Memory is bounded by the size of the file: no
instruction takes more than the bytes that are there, and the number of instructions has a limit.

Source: the opcodes as CPython's own `pickletools` describes them, protocols 0 to 5, as far as
arrays and plain values need them.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping

from talker.assets.pickle_machine import (
    BrokenPickleError,
    Machine,
    Maker,
    RefusedPickleError,
)

MOST_INSTRUCTIONS = 500_000
"""A checkpoint of 300 tensors with its optimizer's state takes a tenth of it."""


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
    machine = Machine(content, allowed, persistent)
    for _ in range(MOST_INSTRUCTIONS):
        opcode = machine.number("<B")
        if opcode == _STOP:
            return machine.take_top(), machine.position
        instruction = _INSTRUCTIONS.get(opcode)
        if instruction is None:
            _refuse(machine, opcode)
        else:
            instruction(machine)
    raise RefusedPickleError(f"it has more than {MOST_INSTRUCTIONS} instructions")


def _refuse(machine: Machine, opcode: int) -> None:
    if opcode in _EXTENSIONS:
        code = machine.number(_EXTENSIONS[opcode])
        raise RefusedPickleError(f"it asks for the registered extension {code}")
    if opcode in _REFUSED:
        raise RefusedPickleError(f"it uses the instruction {_REFUSED[opcode]}")
    raise BrokenPickleError(f"byte {machine.position - 1} is no instruction of a pickle")


def _whole_number(line: str) -> int | bool:
    return {"00": False, "01": True}[line] if line in ("00", "01") else int(line.rstrip("L"))


def _escaped_text(line: str) -> str:
    return line.encode("latin-1").decode("raw_unicode_escape")


def _quoted_text(line: str) -> str:
    if len(line) < 2 or line[0] != line[-1] or line[0] not in "'\"":
        raise ValueError(line)
    return line[1:-1].encode("latin-1").decode("unicode_escape")


_STOP = ord(".")
_INSTRUCTIONS: dict[int, Callable[[Machine], None]] = {
    0x80: lambda machine: machine.skip(1),  # PROTO
    0x95: lambda machine: machine.skip(8),  # FRAME: its length says nothing that we need
    ord("("): Machine.mark,
    ord("0"): Machine.pop,
    ord("1"): Machine.pop_mark,
    ord("N"): lambda machine: machine.push(None),
    0x88: lambda machine: machine.push(True),
    0x89: lambda machine: machine.push(False),
    ord("J"): lambda machine: machine.push_number("<i"),
    ord("K"): lambda machine: machine.push_number("<B"),
    ord("M"): lambda machine: machine.push_number("<H"),
    ord("G"): lambda machine: machine.push_number(">d"),
    0x8A: Machine.push_long,
    ord("X"): lambda machine: machine.push_text("<I"),
    0x8C: lambda machine: machine.push_text("<B"),
    0x8D: lambda machine: machine.push_text("<Q"),
    ord("B"): lambda machine: machine.push_bytes("<I"),
    ord("C"): lambda machine: machine.push_bytes("<B"),
    0x8E: lambda machine: machine.push_bytes("<Q"),
    0x96: lambda machine: machine.push_bytes("<Q"),  # BYTEARRAY8
    ord("T"): lambda machine: machine.push_old_text("<i"),
    ord("U"): lambda machine: machine.push_old_text("<B"),
    ord("]"): Machine.push_list,
    ord("a"): Machine.append,
    ord("e"): Machine.appends,
    ord("}"): Machine.push_dict,
    ord("s"): Machine.set_item,
    ord("u"): Machine.set_items,
    ord(")"): lambda machine: machine.push_tuple(0),
    0x85: lambda machine: machine.push_tuple(1),
    0x86: lambda machine: machine.push_tuple(2),
    0x87: lambda machine: machine.push_tuple(3),
    ord("t"): Machine.push_marked_tuple,
    ord("l"): Machine.push_marked_list,
    ord("d"): Machine.push_marked_dict,
    ord("2"): Machine.push_top,
    ord("I"): lambda machine: machine.push_line(_whole_number),
    ord("L"): lambda machine: machine.push_line(_whole_number),
    ord("F"): lambda machine: machine.push_line(float),
    ord("S"): lambda machine: machine.push_line(_quoted_text),
    ord("V"): lambda machine: machine.push_line(_escaped_text),
    ord("g"): Machine.get_by_line,
    ord("p"): Machine.put_by_line,
    ord("h"): lambda machine: machine.get("<B"),
    ord("j"): lambda machine: machine.get("<I"),
    ord("q"): lambda machine: machine.put("<B"),
    ord("r"): lambda machine: machine.put("<I"),
    0x94: Machine.memoize,
    ord("c"): Machine.push_global,
    0x93: Machine.push_stacked_global,
    ord("i"): Machine.refuse_instance,
    ord("R"): Machine.reduce,
    ord("b"): Machine.build,
    ord("Q"): Machine.push_persistent,
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
