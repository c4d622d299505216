"""A lock between processes that dies with its holder."""

from __future__ import annotations

import sys
import time
from collections.abc import Callable, Generator
from contextlib import contextmanager
from pathlib import Path

POLL_S = 0.1


@contextmanager
def exclusive(path: Path, give_up: Callable[[], None] | None = None) -> Generator[None, None, None]:
    """Hold a lock file; wait while another thread or process holds it.

    The operating system lets the lock go when the holder ends, however it ends, so no stale lock
    can be left; the file itself stays.

    Args:
        path: The lock file; made if need be, its folder must exist.
        give_up: Called at every turn of the waiting; may raise to end it.

    Raises:
        OSError: The file cannot be made.
    """
    with path.open("ab") as handle:
        while not _try_lock(handle.fileno()):
            if give_up is not None:
                give_up()
            time.sleep(POLL_S)
        try:
            yield
        finally:
            _unlock(handle.fileno())


if sys.platform == "win32":
    import msvcrt

    def _try_lock(descriptor: int) -> bool:
        try:
            msvcrt.locking(descriptor, msvcrt.LK_NBLCK, 1)
        except OSError:
            return False
        return True

    def _unlock(descriptor: int) -> None:
        msvcrt.locking(descriptor, msvcrt.LK_UNLCK, 1)

else:
    import fcntl

    def _try_lock(descriptor: int) -> bool:
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            return False
        return True

    def _unlock(descriptor: int) -> None:
        fcntl.flock(descriptor, fcntl.LOCK_UN)
