"""Paddle, loaded so that the process stays as it was."""

from __future__ import annotations

import logging
import os
import warnings
from types import ModuleType


def paddle_module() -> ModuleType:
    """The module `paddle`; the first call takes seconds.

    Paddle otherwise warns of a compiler's cache that nobody needs and of its own inner workings,
    puts a handler of its own at the root of all logging, asks every library that comes after it
    for one thread, and takes over the signals of a crash.

    Raises:
        ImportError: It is not installed, or not whole.
    """
    os.environ.setdefault("GLOG_minloglevel", "2")
    handlers = logging.root.handlers[:]
    threads = os.environ.get("OMP_NUM_THREADS")
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        import paddle
    logging.root.handlers[:] = handlers
    if threads is None:
        os.environ.pop("OMP_NUM_THREADS", None)
    paddle.disable_signal_handler()
    return paddle
