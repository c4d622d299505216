"""The lip engines there are, and which one to take."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from talker.errors import UsageError
from talker.extras import Extra
from talker.lips.engine import LipCapabilities, LipEngine


@dataclass(frozen=True, slots=True)
class LipEngineSpec:
    """A lip engine declared, not loaded.

    Attributes:
        name: As `--lips` takes it.
        title: One line for people.
        extra: Extra of the package that brings what it needs; None for the base install.
        assets: Entries of the model store it needs.
        capabilities: What it can do.
        factory: Makes the engine; imports what it needs only when called.
    """

    name: str
    title: str
    extra: Extra | None
    assets: tuple[str, ...]
    capabilities: LipCapabilities
    factory: Callable[[LipCapabilities], LipEngine]


def _warp(capabilities: LipCapabilities) -> LipEngine:
    from talker.lips.warp.engine import WarpEngine

    return WarpEngine(capabilities)


LIP_ENGINES: dict[str, LipEngineSpec] = {
    spec.name: spec
    for spec in (
        LipEngineSpec(
            name="warp",
            title="Warps a portrait by its landmarks, after the phones",
            extra=None,
            assets=("person-matte",),
            capabilities=LipCapabilities(needs_weights=False, uses_phones=True, clips=False),
            factory=_warp,
        ),
    )
}


def lip_engine(name: str = "auto") -> LipEngine:
    """The engine of that name.

    Args:
        name: A name in `LIP_ENGINES`, or "auto" for the best one whose needs are met.

    Raises:
        UsageError: No engine has that name.
    """
    chosen = next(iter(LIP_ENGINES)) if name == "auto" else name
    if chosen not in LIP_ENGINES:
        raise UsageError(
            f"There is no lip engine '{name}'.", f"Choose one of: auto, {', '.join(LIP_ENGINES)}."
        )
    spec = LIP_ENGINES[chosen]
    return spec.factory(spec.capabilities)
