"""What a user gave as text: the words themselves, a file of them, or standard input."""

from __future__ import annotations

import re
import sys
from pathlib import Path

from talker.errors import MediaError, UsageError

STANDARD_INPUT = "-"

MAX_BYTES = 4_000_000
"""Of a text: about four days of speech. What is larger is something else given by mistake."""

_LOOKS_LIKE_FILE = re.compile(
    r"(~|\.{0,2})/\S+|\S*\.(txt|text|md|rtf|docx?|pdf|srt|csv|json|html?)"
)


def read_script(given: str, *, as_text: bool = False) -> str:
    """The text that is meant.

    A file that exists wins over the words themselves; what looks like a path and names no file is
    an error, since nobody wants to hear a path.

    Args:
        given: Words, a path, or "-" for standard input.
        as_text: Whether they are words whatever they look like.

    Returns:
        The text, not empty.

    Raises:
        UsageError: No text in it, or a path that names nothing.
        MediaError: A file that is no text.
    """
    if as_text:
        text, origin = given, "The text"
    elif given == STANDARD_INPUT:
        text, origin = _decoded(sys.stdin.buffer.read(MAX_BYTES + 1), given), "Standard input"
    elif path := _existing(given):
        text, origin = _read(path), f"The file '{path}'"
    elif _LOOKS_LIKE_FILE.fullmatch(given.strip()):
        raise UsageError(
            f"There is no file '{given}'.",
            "Check the spelling of the path, or add --text to say these very words.",
        )
    else:
        text, origin = given, "The text"
    if not text.strip():
        raise UsageError(f"{origin} is empty.", 'Give some words to say, such as "Good evening."')
    return text


def _existing(given: str) -> Path | None:
    """The path, where something is there; a long text is no path at all."""
    try:
        path = Path(given).expanduser()
        return path if given.strip() and path.exists() else None
    except (OSError, RuntimeError, ValueError):
        return None


def _read(path: Path) -> str:
    if path.is_dir():
        raise UsageError(f"'{path}' is a folder, not a text.", "Name a text file in it.")
    try:
        with path.open("rb") as stream:
            return _decoded(stream.read(MAX_BYTES + 1), str(path))
    except OSError as error:
        raise MediaError(
            f"'{path}' cannot be read: {error.strerror}.", "Check its permissions."
        ) from error


def _decoded(content: bytes, name: str) -> str:
    if len(content) > MAX_BYTES:
        raise UsageError(
            f"'{name}' holds more than {MAX_BYTES // 1_000_000} million bytes.",
            "Give a shorter text, one film a chapter.",
        )
    is_utf16 = content.startswith((b"\xff\xfe", b"\xfe\xff"))
    try:
        text = content.decode("utf-16" if is_utf16 else "utf-8-sig")
    except UnicodeDecodeError as error:
        raise MediaError(
            f"'{name}' is no text in UTF-8.",
            f"Give a text file; an old Chinese one is turned with: "
            f"iconv -f GB18030 -t UTF-8 '{name}'",
        ) from error
    if "\0" in text:
        raise MediaError(f"'{name}' is no text: it has zero bytes in it.", "Give a text file.")
    return text
