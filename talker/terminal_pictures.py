"""Small pictures in a terminal, side by side over their names.

Which terminal it is, it says in the environment; it is asked nothing, so that nothing waits for an
answer, and no answer that comes late is taken for what the user types.
"""

from __future__ import annotations

from base64 import b64encode
from collections.abc import Mapping, Sequence
from typing import Literal
from unicodedata import combining, east_asian_width

import cv2
import numpy as np

from talker.media.frames import Picture
from talker.thumbnails import Thumbnail

Way = Literal["kitty", "iterm2", "blocks"]
"""Kitty's graphics protocol (sw.kovidgoyal.net/kitty/graphics-protocol), iTerm2's inline images
(iterm2.com/documentation-images.html), or half blocks in two colours."""

SIDE = 256
"""Pixels of the pictures that a terminal is sent, which it scales."""

_WIDTH, _HEIGHT, _GAP = 18, 9, 2
"""Cells of a picture; they are about twice as high as wide. Four stand in 80 columns."""

_NONE = 110
"""Grey in the place of a picture that cannot be had."""

_MULTIPLEXERS = {"TMUX", "STY", "ZELLIJ"}
_KITTY_TERMS = ("xterm-kitty", "xterm-ghostty")
_KONSOLE = 220400
"""The first version that knows Kitty's protocol."""
_OTHERS_IN_KONSOLE = {"VTE_VERSION", "XTERM_VERSION", "TERM_PROGRAM"}
"""Set by terminals that keep the notes of the Konsole in which they were started."""
_CHUNK = 4096


def way_of(environ: Mapping[str, str], *, true_colour: bool) -> Way | None:
    """How a terminal can show pictures.

    Args:
        environ: Its environment.
        true_colour: Whether it shows 24-bit colours.

    Returns:
        None where it shows none, or where tmux, screen or the like stand between.
    """
    term, program = environ.get("TERM", ""), environ.get("TERM_PROGRAM", "")
    if term.startswith(("tmux", "screen")) or _MULTIPLEXERS & environ.keys():
        return None
    if term in _KITTY_TERMS or program == "ghostty":
        return "kitty"
    if program in ("iTerm.app", "WezTerm"):
        return "iterm2"
    if not program and environ.get("LC_TERMINAL") == "iTerm2":  # through ssh
        return "iterm2"
    konsole = environ.get("KONSOLE_VERSION", "")
    if konsole.isdecimal() and int(konsole) >= _KONSOLE and not _OTHERS_IN_KONSOLE & environ.keys():
        return "kitty"
    return "blocks" if true_colour else None


def picture_grid(thumbnails: Sequence[Thumbnail], columns: int, way: Way) -> str:
    """What shows pictures in rows, each over its name and what tells that it is a clip.

    Args:
        thumbnails: In order.
        columns: Cells in a line of the terminal.
        way: How it shows pictures.
    """
    many = max(1, (columns + _GAP) // (_WIDTH + _GAP))
    rows = [thumbnails[first : first + many] for first in range(0, len(thumbnails), many)]
    return "\n\n".join(_row(row, way) for row in rows)


def _row(thumbnails: Sequence[Thumbnail], way: Way) -> str:
    pictures = [_picture(thumbnail) for thumbnail in thumbnails]
    lines = [_line([(thumbnail.name, "1") for thumbnail in thumbnails])]
    if any(thumbnail.sign for thumbnail in thumbnails):
        lines.append(_line([(thumbnail.sign, "2") for thumbnail in thumbnails]))
    drawn = _blocks(pictures) if way == "blocks" else _placed(pictures, way)
    return drawn + "\n".join(lines)


def _picture(thumbnail: Thumbnail) -> Picture:
    if thumbnail.picture is None:
        return np.full((SIDE, SIDE, 3), _NONE, np.uint8)
    return thumbnail.picture


def _line(texts: Sequence[tuple[str, str]]) -> str:
    """Texts under the pictures, each with its style's number."""
    cells = [f"\x1b[{style}m{_fitted(text)}\x1b[0m" for text, style in texts]
    return (" " * _GAP).join(cells)


def _fitted(text: str) -> str:
    """A text as wide as a picture, its end left out where it is too long."""
    if _cells(text) > _WIDTH:
        while _cells(text) >= _WIDTH:
            text = text[:-1]
        text += "…"
    return text + " " * (_WIDTH - _cells(text))


def _cells(text: str) -> int:
    return sum(0 if combining(sign) else 1 + (east_asian_width(sign) in "WF") for sign in text)


def _blocks(pictures: Sequence[Picture]) -> str:
    """Each cell an upper half block: its colour is the upper pixel, that behind it the lower."""
    size = _WIDTH, 2 * _HEIGHT
    small = [cv2.resize(picture, size, interpolation=cv2.INTER_AREA) for picture in pictures]
    lines: list[str] = []
    for upper in range(0, 2 * _HEIGHT, 2):
        cells = [
            "".join(map(_block, picture[upper].tolist(), picture[upper + 1].tolist())) + "\x1b[0m"
            for picture in small
        ]
        lines.append((" " * _GAP).join(cells) + "\n")
    return "".join(lines)


def _block(upper: Sequence[int], lower: Sequence[int]) -> str:
    above, below = (";".join(map(str, colour)) for colour in (upper, lower))
    return f"\x1b[38;2;{above};48;2;{below}m▀"


def _placed(pictures: Sequence[Picture], way: Way) -> str:
    """Pictures in lines that are free, so that none of them makes the terminal scroll."""
    parts = ["\n" * _HEIGHT, f"\x1b[{_HEIGHT}A"]
    for place, picture in enumerate(pictures):
        left = place * (_WIDTH + _GAP)
        aside = f"\x1b[{left}C" if left else ""
        shown = _for_kitty(picture) if way == "kitty" else _for_iterm2(picture)
        parts.append(f"\x1b7{aside}{shown}\x1b8")
    parts.append(f"\x1b[{_HEIGHT}B")
    return "".join(parts)


def _for_kitty(picture: Picture) -> str:
    content = _encoded(picture, ".png")
    chunks = [content[first : first + _CHUNK] for first in range(0, len(content), _CHUNK)]
    # Answers are not wanted (q=2), and the cursor stays (C=1).
    keys = f"a=T,f=100,q=2,C=1,c={_WIDTH},r={_HEIGHT},"
    parts: list[str] = []
    for number, chunk in enumerate(chunks, 1):
        parts.append(f"\x1b_G{keys}m={int(number < len(chunks))};{chunk}\x1b\\")
        keys = ""
    return "".join(parts)


def _for_iterm2(picture: Picture) -> str:
    keys = f"inline=1;width={_WIDTH};height={_HEIGHT};doNotMoveCursor=1"
    return f"\x1b]1337;File={keys}:{_encoded(picture, '.jpg')}\a"


def _encoded(picture: Picture, suffix: str) -> str:
    done, content = cv2.imencode(suffix, picture[..., ::-1])
    if not done:
        raise ValueError("a picture that cannot be encoded")
    return b64encode(content.tobytes()).decode()
