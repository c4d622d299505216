"""How a person holds face and head in one frame of a film."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, field
from typing import Any


@dataclass(frozen=True)
class Posture:
    """What differs from the portrait.

    Attributes:
        units: Weights of face units, added to those of the portrait's expression; a name without
            its side means both.
        turn: Degrees of the head about the neck, to the person's left.
        nod: Degrees, down.
        tilt: Degrees, towards the person's left shoulder.
        breath: 0 with empty lungs .. 1 with full ones.
    """

    units: Mapping[str, float] = field(default_factory=dict)
    turn: float = 0.0
    nod: float = 0.0
    tilt: float = 0.0
    breath: float = 0.0

    def to_json(self) -> dict[str, Any]:
        """As plain values, small numbers short, so that equal postures compare equal."""
        values = asdict(self)
        units = {name: round(w, 4) for name, w in values.pop("units").items() if round(w, 4)}
        return {"units": units, **{name: round(value, 3) for name, value in values.items()}}


def unlike(postures: Sequence[Posture]) -> tuple[list[Posture], list[int]]:
    """Each posture once, and which of them every frame has."""
    places: dict[str, int] = {}
    each: list[Posture] = []
    which = []
    for posture in postures:
        plain = posture.to_json()
        key = repr(plain)
        if key not in places:
            places[key] = len(each)
            each.append(Posture(**plain))
        which.append(places[key])
    return each, which
