"""The lip engines there are, and which one to take."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from talker.assets.registry import built_in
from talker.errors import AssetError, UsageError
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
        weights: Finds the file of its trained model by the name of a store's entry, or the best
            there is for None; None where there is none, or where the engine needs none.
        ways_to_weights: The commands that bring them.
    """

    name: str
    title: str
    extra: Extra | None
    assets: tuple[str, ...]
    capabilities: LipCapabilities
    factory: Callable[[LipCapabilities], LipEngine]
    weights: Callable[[str | None], Path | None] = lambda name: None
    ways_to_weights: str = ""

    def lacks_weights(self, name: str | None = None) -> bool:
        """Whether it cannot run for want of a trained model.

        Raises:
            AssetError: The model that is there is damaged.
            UsageError: No entry of the store with that name holds one.
        """
        return self.capabilities.needs_weights and self.weights(name) is None


@dataclass(frozen=True, slots=True)
class LipChoice:
    """A lip engine that was chosen.

    Attributes:
        engine: It.
        spec: Its declaration.
        reason: Why it, and how to get a better one; empty where the user named it.
    """

    engine: LipEngine
    spec: LipEngineSpec
    reason: str

    @property
    def licence(self) -> str:
        """What the makers of its weights allow, once it is prepared; empty without weights."""
        weights = self.engine.weights
        return "" if weights is None else built_in().entries[weights].licence


def _warp(capabilities: LipCapabilities) -> LipEngine:
    from talker.lips.warp.engine import WarpEngine

    return WarpEngine(capabilities)


def _wav2lip(capabilities: LipCapabilities) -> LipEngine:
    from talker.lips.wav2lip.engine import Wav2LipEngine

    return Wav2LipEngine(capabilities)


def _wav2lip_weights(name: str | None) -> Path | None:
    from talker.lips.wav2lip.weights import ready_weights

    return ready_weights(name)


LIP_ENGINES: dict[str, LipEngineSpec] = {
    spec.name: spec
    for spec in (
        LipEngineSpec(
            name="wav2lip",
            title="Draws the mouth after the sound, by a neural network",
            extra=None,
            assets=("person-matte",),
            capabilities=LipCapabilities(
                needs_weights=True, uses_phones=False, devices=("cpu", "gpu")
            ),
            factory=_wav2lip,
            weights=_wav2lip_weights,
            ways_to_weights=(
                "talker models import FILE --as wav2lip, or: talker models pull wav2lip-hq "
                "(for non-commercial use)"
            ),
        ),
        LipEngineSpec(
            name="warp",
            title="Warps the face by its landmarks, after the phones",
            extra=None,
            assets=("person-matte",),
            capabilities=LipCapabilities(needs_weights=False, uses_phones=True),
            factory=_warp,
        ),
    )
}
"""The better ones first, which "auto" tries in this order."""


def choose_lips(name: str = "auto", *, weights: str | None = None) -> LipChoice:
    """The engine for a job.

    Args:
        name: A name in `LIP_ENGINES`, or "auto" for the best one whose needs are met.
        weights: Entry of the model store that it is to use; None for the best that is there.

    Raises:
        UsageError: No engine or entry has that name.
        AssetError: The engine's weights are missing, or damaged.
    """
    if name == "auto":
        return _best(weights)
    if name not in LIP_ENGINES:
        raise UsageError(
            f"There is no lip engine '{name}'.", f"Choose one of: auto, {', '.join(LIP_ENGINES)}."
        )
    spec = LIP_ENGINES[name]
    if spec.lacks_weights(weights):
        raise _no_weights(spec, weights)
    return LipChoice(spec.factory(spec.capabilities), spec, "")


def lip_engine(name: str = "auto") -> LipEngine:
    """The engine of that name; errors as `choose_lips`."""
    return choose_lips(name).engine


def _best(weights: str | None) -> LipChoice:
    wanting: list[LipEngineSpec] = []
    for spec in LIP_ENGINES.values():
        if not spec.lacks_weights(weights):
            return LipChoice(spec.factory(spec.capabilities), spec, _reason(spec, wanting))
        if weights is not None:
            raise _no_weights(spec, weights)
        wanting.append(spec)
    raise _no_weights(wanting[0], weights)


def _reason(spec: LipEngineSpec, wanting: list[LipEngineSpec]) -> str:
    if not wanting:
        return f"{spec.name}, whose weights are here" if spec.capabilities.needs_weights else ""
    better = wanting[0]
    return (
        f"{spec.name}, as {better.name} has no weights here; "
        f"they come with: {better.ways_to_weights}"
    )


def _no_weights(spec: LipEngineSpec, weights: str | None) -> AssetError:
    asked = f", '{weights}'," if weights else ""
    return AssetError(
        f"The lip engine '{spec.name}' has no weights{asked} in the model store.",
        f"Bring them with: {spec.ways_to_weights}",
    )
