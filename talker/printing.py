"""Writing to standard output, whatever stands at its other end."""

from __future__ import annotations

import os
import sys
from collections.abc import Generator
from contextlib import contextmanager

from talker.errors import WriteError


def write_line(line: str) -> None:
    """Prints one line; raises as `printing`."""
    with printing():
        sys.stdout.write(line + "\n")


@contextmanager
def printing() -> Generator[None]:
    """Sees that what the block prints has gone out.

    Raises:
        SystemExit: With 1: nobody reads any more.
        WriteError: Standard output takes nothing.
    """
    try:
        yield
        sys.stdout.flush()
    except BrokenPipeError:
        _let_go()
        sys.exit(1)
    except OSError as error:
        _let_go()
        raise WriteError(
            f"The result could not be printed: {error.strerror}.",
            "Look where standard output goes; what was made is there.",
        ) from error


def _let_go() -> None:
    """Sends nowhere what is still held back: Python would try it again, and fail, at its end."""
    os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
