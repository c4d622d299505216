"""How things come and go: curves of time without corners."""

from __future__ import annotations

from collections.abc import Sequence

from talker.stage.layer import Layer


def eased(share: float) -> float:
    """From 0 to 1, at rest at both ends."""
    share = min(1.0, max(0.0, share))
    return share * share * (3 - 2 * share)


def arriving(share: float) -> float:
    """From 0 to 1, fast at first and at rest at the end."""
    share = min(1.0, max(0.0, share))
    return 1 - (1 - share) ** 3


def presence(time_s: float, start_s: float, end_s: float, in_s: float, out_s: float) -> float:
    """0 before a start and after an end, 1 between, eased on the way."""
    if not start_s <= time_s < end_s:
        return 0.0
    coming = eased((time_s - start_s) / in_s) if in_s > 0 else 1.0
    going = eased((end_s - time_s) / out_s) if out_s > 0 else 1.0
    return min(coming, going)


def faded(layers: Sequence[Layer], share: float) -> list[Layer]:
    """Layers with their opacity multiplied."""
    if share <= 0:
        return []
    if share >= 1:
        return list(layers)
    return [Layer(one.pixels, one.left, one.top, one.opacity * share) for one in layers]


def wiped(layer: Layer, share: float, *, to_left: bool = False) -> list[Layer]:
    """The part of a drawing that has been uncovered from its left (or right) edge."""
    width = layer.pixels.shape[1]
    seen = round(width * min(1.0, max(0.0, share)))
    if seen == 0:
        return []
    if to_left:
        part = layer.pixels[:, width - seen :]
        return [Layer(part, layer.left + width - seen, layer.top, layer.opacity)]
    return [Layer(layer.pixels[:, :seen], layer.left, layer.top, layer.opacity)]


def moved(layer: Layer, right: float, down: float) -> Layer:
    """A drawing somewhere else, in whole pixels."""
    return Layer(layer.pixels, layer.left + round(right), layer.top + round(down), layer.opacity)
