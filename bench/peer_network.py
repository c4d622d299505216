"""The Wav2Lip network of ppgan 2.1.0, in Paddle's dygraph, as its own tool runs it."""

from __future__ import annotations

import importlib.util
import sys
import types
from pathlib import Path
from typing import Any

_PARENTS = ("models", "models.generators", "modules", "utils")


class NoPeerNetworkError(Exception):
    """Paddle or ppgan is not installed; the message says which."""


def peer_network() -> Any:
    """The peer's generator with random weights, ready to be run.

    Raises:
        NoPeerNetworkError: It cannot be loaded here.
    """
    if importlib.util.find_spec("paddle") is None:
        raise NoPeerNetworkError("paddle is not installed")
    _stand_in_for_parents()
    from ppgan.models.generators.wav2lip import Wav2Lip

    network = Wav2Lip()
    network.eval()
    return network


def _stand_in_for_parents() -> None:
    """Registers the packages above the network empty: as they are, no Paddle of today has what
    they import for their other models."""
    found = importlib.util.find_spec("ppgan")
    if found is None or not found.submodule_search_locations:
        raise NoPeerNetworkError("ppgan is not installed")
    root = Path(found.submodule_search_locations[0])
    for name in _PARENTS:
        parent = types.ModuleType(f"ppgan.{name}")
        parent.__path__ = [str(root.joinpath(*name.split(".")))]
        sys.modules.setdefault(parent.__name__, parent)
