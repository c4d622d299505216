"""A worker process of a pool: orders in as JSON lines, outcomes out; `python -m` runs it.

Lines in: {"order": ORDER, "folder": PATH}. Lines out: {"ready": true}; {"beat": SHARE} every second
while an order is worked off; {"end": OUTCOME}. What libraries print goes to standard error.
"""

from __future__ import annotations

import json
import os
import signal
import sys
import threading
from pathlib import Path
from queue import SimpleQueue
from typing import Any, TextIO

BEAT_S = 1.0
"""Seconds between two signs of life."""


def main() -> None:
    """Works off orders until nobody gives any more."""
    # Ctrl-C in a terminal reaches all of its processes; whoever gives the orders decides.
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    out = _own_output()
    settings: dict[str, Any] = json.loads(sys.argv[1])
    lines: SimpleQueue[str] = SimpleQueue()
    threading.Thread(target=_listen, args=(lines,), daemon=True).start()
    # Loaded by now, so that the first order finds all ready, and after the watch has begun.
    from talker.batch.order import Order
    from talker.batch.runners.crew import studio_of
    from talker.batch.working import work_off

    studio = studio_of(settings["threads"])
    beats = _Beats(out)
    beats.tell({"ready": True})
    while True:
        told: dict[str, Any] = json.loads(lines.get())
        with beats:
            outcome = work_off(
                Order.from_json(told["order"]), Path(told["folder"]), studio, beats.hear
            )
        beats.tell({"end": outcome.to_json()})


def _own_output() -> TextIO:
    """Standard output for ourselves; whatever else prints there prints to standard error."""
    own = os.dup(1)
    os.dup2(2, 1)
    return os.fdopen(own, "w", encoding="utf-8")


def _listen(lines: SimpleQueue[str]) -> None:
    """Hands on what comes in; where nobody is there any more, this process ends at once."""
    for line in sys.stdin:
        lines.put(line)
    os._exit(0)


class _Beats:
    """Signs of life while an order is worked off, and how far it is."""

    def __init__(self, out: TextIO) -> None:
        self._out = out
        self._lock = threading.Lock()
        self._stop = threading.Event()
        self._share, self._steps = 0.0, 0
        self._thread: threading.Thread | None = None

    def __enter__(self) -> None:
        self._stop.clear()
        self._thread = threading.Thread(target=self._beat, daemon=True)
        self._thread.start()

    def __exit__(self, *_: object) -> None:
        self._stop.set()
        if self._thread is not None:
            self._thread.join()

    def hear(self, share: float) -> None:
        """Notes how far the order is."""
        self._share = share
        self._steps += 1

    def tell(self, told: dict[str, Any]) -> None:
        """Writes a line."""
        try:
            with self._lock:
                self._out.write(json.dumps(told, ensure_ascii=False) + "\n")
                self._out.flush()
        except OSError:  # nobody reads any more
            os._exit(0)

    def _beat(self) -> None:
        while not self._stop.wait(BEAT_S):
            self.tell({"beat": self._share, "steps": self._steps})


if __name__ == "__main__":
    main()
