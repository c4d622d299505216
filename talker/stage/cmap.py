"""Which characters a font file has glyphs for, read from its "cmap" table (OpenType 1.9, cmap)."""

from __future__ import annotations

import struct
from pathlib import Path
from typing import BinaryIO

import numpy as np
from numpy.typing import NDArray

_PLANES = 0x110000


def characters_of(path: Path, index: int = 0) -> NDArray[np.bool_]:
    """Says of every code point whether a font has a glyph for it.

    Args:
        path: A TrueType or OpenType file, or a collection of them.
        index: Which font of a collection.

    Returns:
        Shape (0x110000,).

    Raises:
        ValueError: It is no such file.
    """
    known = np.zeros(_PLANES, bool)
    with path.open("rb") as file:
        start = _table(file, index, b"cmap")
        file.seek(start)
        _, count = struct.unpack(">HH", file.read(4))
        records = [struct.unpack(">HHI", file.read(8)) for _ in range(count)]
        # Unicode's own tables: platform 0, and Windows' 3 with encodings 1 and 10.
        for platform, encoding, offset in records:
            if platform == 0 or (platform == 3 and encoding in (1, 10)):
                _read(file, start + offset, known)
    known[:32] = False
    return known


def _table(file: BinaryIO, index: int, tag: bytes) -> int:
    head = file.read(12)
    start = 0
    if head[:4] == b"ttcf":
        (count,) = struct.unpack(">I", head[8:12])
        if index >= count:
            raise ValueError(f"a collection of {count} fonts has no font {index}")
        offsets = struct.unpack(f">{count}I", file.read(4 * count))
        start = offsets[index]
    file.seek(start)
    _, count = struct.unpack(">IH", file.read(6))
    file.seek(start + 12)
    for _ in range(count):
        name, _, offset, _ = struct.unpack(">4sIII", file.read(16))
        if name == tag:
            return offset
    raise ValueError("a font without a table of characters")


def _read(file: BinaryIO, start: int, known: NDArray[np.bool_]) -> None:
    file.seek(start)
    (form,) = struct.unpack(">H", file.read(2))
    if form == 12:
        _, _, _, count = struct.unpack(">HIII", file.read(14))
        groups = np.frombuffer(file.read(12 * count), ">u4").reshape(-1, 3)
        for first, last, _ in groups.tolist():
            known[first : last + 1] = True
    elif form == 4:
        length, _, doubled = struct.unpack(">HHH", file.read(6))
        file.seek(start)
        words = np.frombuffer(file.read(length), ">u2").astype(np.int64)
        _segments(words, doubled // 2, known)


def _segments(words: NDArray[np.int64], count: int, known: NDArray[np.bool_]) -> None:
    """Format 4: segments of 16 bit characters; a segment may name the glyph 0, which is none."""
    ends, starts = words[7 : 7 + count], words[8 + count : 8 + 2 * count]
    deltas, offsets = words[8 + 2 * count : 8 + 3 * count], words[8 + 3 * count : 8 + 4 * count]
    for place in range(count):
        codes = np.arange(starts[place], ends[place] + 1)
        codes = codes[codes < 0xFFFF]
        if offsets[place]:
            at = 8 + 3 * count + place + offsets[place] // 2 + codes - starts[place]
            codes = codes[at < len(words)]
            glyphs = words[at[at < len(words)]]
            known[codes[glyphs != 0]] = True
        else:
            known[codes[(codes + deltas[place]) % 65536 != 0]] = True
