"""The names somebody may have meant who gave one that does not exist."""

from __future__ import annotations

import difflib
from collections.abc import Iterable


def near_names(name: str, names: Iterable[str]) -> str:
    """A question that offers the likeliest names, with a space before it; empty if none is near."""
    near = difflib.get_close_matches(name.lower(), sorted(names), n=3)
    return f" Did you mean {' or '.join(repr(other) for other in near)}?" if near else ""
