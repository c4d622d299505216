"""A script's file: its text, line by line, and errors that name the line."""

from __future__ import annotations

import difflib
import re
from dataclasses import dataclass
from pathlib import Path

from talker.errors import UsageError

MAX_BYTES = 5_000_000
"""Of a script: days of speech. What is larger is something else given by mistake."""

_CONTROL = re.compile("[\x00-\x08\x0b\x0e-\x1f\x7f\ufffe\uffff]")
_RULE = re.compile(r"-{3,}\s*")
_SPACES = re.compile(r"\s{2,}|\t")
_EXAMPLE = "Begin it with a header such as: ---, then kind: poem, then ---."
_HAN = re.compile("[\u4e00-\u9fff]")


@dataclass(frozen=True, slots=True)
class Source:
    """A script as it was written.

    Attributes:
        path: Its file.
        header: Lines of its header, without white space at their ends.
        header_line: Number of the header's first line, from 1.
        body: What follows the header: lines without white space at their ends, or much inside.
        body_line: Number of the body's first line.
    """

    path: Path
    header: tuple[str, ...]
    header_line: int
    body: tuple[str, ...]
    body_line: int

    @property
    def folder(self) -> Path:
        """From where the script names files."""
        return self.path.absolute().parent

    def line(self, number: int) -> str:
        """A line of the header or the body, by its number from 1; empty for any other."""
        for first, lines in ((self.header_line, self.header), (self.body_line, self.body)):
            if first <= number < first + len(lines):
                return lines[number - first]
        return ""

    def error(self, line: int, problem: str, remedy: str) -> UsageError:
        """The error of a line.

        Args:
            line: Its number, from 1.
            problem: What is wrong, as the rest of a sentence, naming the value.
            remedy: What to do, as a sentence.
        """
        return line_error(self.path, line, problem, remedy)


def line_error(path: Path, line: int, problem: str, remedy: str) -> UsageError:
    """The error of a line of a file; see `Source.error`."""
    return UsageError(f"In line {line} of '{path}': {problem}.", remedy)


def one_of(given: str, known: tuple[str, ...], what: str) -> str:
    """A remedy for a name that does not exist: those that are near, else all there are."""
    written = {name.lower(): name for name in known}
    near = difflib.get_close_matches(given.lower(), written, n=2)
    if near:
        return f"Did you mean {' or '.join(repr(written[name]) for name in near)}?"
    return f"{what}: {', '.join(known)}."


def read_source(path: Path) -> Source:
    """Read a script's file.

    Raises:
        UsageError: There is no such file, or it is no text in UTF-8, is too large, is empty or has
            no header.
    """
    lines = _text(path).split("\n")
    first = next((number for number, line in enumerate(lines) if line.strip()), None)
    if first is None:
        raise UsageError(f"The script '{path}' is empty.", _EXAMPLE)
    if not _RULE.fullmatch(lines[first]):
        shown = lines[first].strip()[:30]
        raise line_error(
            path, first + 1, f"the script begins with '{shown}' and has no header", _EXAMPLE
        )
    for number in range(first + 1, len(lines)):
        if _RULE.fullmatch(lines[number]):
            return Source(
                path,
                tuple(line.rstrip() for line in lines[first + 1 : number]),
                first + 2,
                tuple(_SPACES.sub(" ", line).strip() for line in lines[number + 1 :]),
                number + 2,
            )
    raise line_error(
        path, first + 1, "the header that begins with '---' is not closed", "Write --- under it."
    )


def _text(path: Path) -> str:
    content = _content(path)
    if content.startswith((b"\xff\xfe", b"\xfe\xff")):
        raise _wrong_encoding(path, 1, "UTF-16")
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = content.count(b"\n", 0, error.start) + 1
        raise _wrong_encoding(path, line, _encoding(content)) from error
    text = re.sub("\r\n|[\r\f\x85\u2028\u2029]", "\n", text)
    if control := _CONTROL.search(text):
        raise line_error(
            path,
            text.count("\n", 0, control.start()) + 1,
            f"there is a control character, U+{ord(control[0]):04X}",
            "Delete it, or save the script as plain text.",
        )
    return text


def _content(path: Path) -> bytes:
    if path.is_dir():
        raise UsageError(f"'{path}' is a folder, not a script.", "Name a Markdown file in it.")
    try:
        with path.open("rb") as stream:
            content = stream.read(MAX_BYTES + 1)
    except FileNotFoundError as error:
        raise UsageError(
            f"There is no script '{path}'.", "Check the spelling of the path."
        ) from error
    except (OSError, ValueError) as error:
        reason = getattr(error, "strerror", None) or error
        raise UsageError(
            f"The script '{path}' cannot be read: {reason}.", "Check its permissions."
        ) from error
    if len(content) > MAX_BYTES:
        raise UsageError(
            f"The script '{path}' holds more than {MAX_BYTES // 1_000_000} million bytes.",
            "Give a shorter one, a script a programme.",
        )
    return content


def _encoding(content: bytes) -> str:
    """What a text that is no UTF-8 was probably saved as."""
    try:
        text = content.decode("gb18030")
    except UnicodeDecodeError:
        return "Windows-1252"
    beyond_ascii = sum(char > "\x7f" for char in text)
    return "GB18030" if len(_HAN.findall(text)) > 0.6 * beyond_ascii else "Windows-1252"


def _wrong_encoding(path: Path, line: int, encoding: str) -> UsageError:
    return line_error(
        path,
        line,
        f"the text is not in UTF-8 but, it seems, in {encoding}",
        f"Save it as UTF-8, or turn it with: iconv -f {encoding.upper()} -t UTF-8 '{path}'",
    )
