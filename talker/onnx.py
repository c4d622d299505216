"""ONNX Runtime, loaded so that it reports to nobody."""

from __future__ import annotations

import os
from types import ModuleType

SILENCERS = ("ORT_DISABLE_TELEMETRY", "ORT_TELEMETRY_DISABLED")
"""Variables that its builds look for, once, when they are loaded."""


def onnx_runtime() -> ModuleType:
    """The module `onnxruntime`.

    Its wheels otherwise send events to their maker from the moment they are imported, and keep an
    identifier of the machine in the user's cache. Who wants that sets a variable of `SILENCERS`
    to another value.
    """
    for name in SILENCERS:
        os.environ.setdefault(name, "1")
    import onnxruntime

    return onnxruntime
