"""Who is rendered: one TOML a person, every key of it known."""

from __future__ import annotations

import tomllib
from dataclasses import dataclass, field, fields, is_dataclass
from pathlib import Path
from typing import Any, get_type_hints

Pair = tuple[float, float]
Triple = tuple[float, float, float]


@dataclass(frozen=True)
class Body:
    """MakeHuman's macro shape, its details, and the face units of the expression."""

    sex: float
    age: float
    race: dict[str, float]
    muscle: float = 0.5
    weight: float = 0.5
    details: dict[str, float] = field(default_factory=dict)
    expression: dict[str, float] = field(default_factory=dict)


@dataclass(frozen=True)
class Skin:
    """Colours as sRGB hex, shares 0..1, lines by age 0..1."""

    colour: str
    flush: str = "#c0513f"
    flush_share: float = 0.4
    pale: str = "#e0b890"
    mottle: float = 0.5
    lips: str = "#a85a54"
    lips_share: float = 0.7
    lips_roughness: float = 0.36
    freckles: float = 0.0
    spots: int = 0
    moles: int = 3
    spot_colour: str = "#6b402a"
    lines: float = 0.1
    pores: float = 0.6
    stubble: float = 0.0
    stubble_colour: str = "#3c3734"
    shine: float = 0.5
    lids: str = "#8a5344"
    lids_share: float = 0.25
    under_eye: float = 0.3
    scatter_mm: float = 2.2


@dataclass(frozen=True)
class Eyes:
    """The iris from the pupil outward, the white, and the lashes."""

    inner: str
    outer: str
    white: str = "#e4dcd4"
    redness: float = 0.3
    iris_share: float = 0.45
    pupil_share: float = 0.33
    lash_mm: float = 8.0
    lash_colour: str = "#120d0b"
    lash_count: int = 150
    liner: float = 0.0


@dataclass(frozen=True)
class Brows:
    """Millimetres from the middle between the eyes' centres."""

    colour: str
    grey: float = 0.0
    count: int = 700
    length_mm: float = 8.0
    thick_mm: float = 4.0
    start_mm: float = 12.5
    end_mm: float = 47.0
    height_mm: float = 20.0
    arch_mm: float = 5.0
    drop_mm: float = 6.0
    radius_mm: float = 0.035


@dataclass(frozen=True)
class Hair:
    """A style and what varies it; lengths in millimetres."""

    style: str
    colour: str
    grey: float = 0.0
    grey_colour: str = "#c4c0ba"
    count: int = 24000
    roughness: float = 0.3
    radius_mm: float = 0.045
    part_mm: float = 24.0
    length_mm: float = 60.0
    side_mm: float = 14.0
    volume_mm: float = 10.0
    hem_mm: float = -120.0
    wave_mm: float = 0.0
    wave_length_mm: float = 60.0
    clumps: int = 700
    clump_share: float = 0.5
    frizz: float = 0.3
    hairline_mm: float = 0.0
    temple_mm: float = 0.0
    temple_forward_mm: float = 0.0
    thinning: float = 0.0
    bun: Triple | None = None


@dataclass(frozen=True)
class Beard:
    """What grows on the lower face; lengths in millimetres, 0 for none."""

    colour: str
    grey: float = 0.0
    style: str = "full"
    cheek_mm: float = 12.0
    chin_mm: float = 25.0
    moustache_mm: float = 16.0
    count: int = 6000
    coil_mm: float = 0.0
    radius_mm: float = 0.05


@dataclass(frozen=True)
class Clothes:
    """A cut and the colours of its parts, from the outside in."""

    cut: str
    colours: tuple[str, ...]
    weave: str = "plain"
    pattern: str = ""
    pattern_colours: tuple[str, ...] = ()
    neck_mm: float = -120.0


@dataclass(frozen=True)
class Headwear:
    """A hat and its colours."""

    kind: str
    colours: tuple[str, ...]
    height_mm: float = 58.0


@dataclass(frozen=True)
class Light:
    """Soft area lights in watts; the key's place is in degrees from the camera's axis."""

    key: float = 26.0
    key_side: float = -38.0
    key_up: float = 22.0
    key_size: float = 0.5
    key_colour: str = "#fff1e0"
    fill: float = 5.0
    fill_colour: str = "#e2eeff"
    rim: float = 12.0
    rim_side: float = 140.0
    rim_colour: str = "#fff4e6"
    second_rim: float = 6.0
    world: float = 0.12
    world_colour: str = "#b4c0cc"
    exposure: float = 0.0


@dataclass(frozen=True)
class Background:
    """A set and its colours."""

    kind: str
    colours: tuple[str, ...]
    strength: float = 1.0
    distance_m: float = 7.0


@dataclass(frozen=True)
class Pose:
    """Degrees: the shoulders' turn, the head's roll and turn; the frame in metres."""

    shoulders: float = 0.0
    roll: float = 0.0
    turn: float = 0.0
    nod: float = 0.0
    frame_m: float = 0.34
    centre_mm: Pair = (0.0, -18.0)
    aperture: float = 7.0


@dataclass(frozen=True)
class Person:
    """All that a portrait is rendered from."""

    name: str
    seed: int
    body: Body
    skin: Skin
    eyes: Eyes
    brows: Brows
    clothes: Clothes
    background: Background
    hair: Hair | None = None
    beard: Beard | None = None
    headwear: Headwear | None = None
    light: Light = field(default_factory=Light)
    pose: Pose = field(default_factory=Pose)
    samples: int = 16


def load_person(file: Path) -> Person:
    """Reads a person.

    Raises:
        SystemExit: The file has a key that nothing reads, or lacks one.
    """
    table = tomllib.loads(file.read_text("utf-8"))
    try:
        return _fill(Person, {"name": file.stem, **table})
    except (TypeError, KeyError) as error:
        raise SystemExit(f"{file}: {error}") from error


def _fill(kind: type, table: dict[str, Any]) -> Any:
    hints = get_type_hints(kind)
    known = {entry.name for entry in fields(kind)}
    if extra := set(table) - known:
        raise KeyError(f"[{kind.__name__.lower()}] knows no {', '.join(sorted(extra))}")
    return kind(**{key: _value(hints[key], value) for key, value in table.items()})


def _value(hint: Any, value: Any) -> Any:
    options = [hint, *getattr(hint, "__args__", ())]
    inner = next((o for o in options if isinstance(o, type) and is_dataclass(o)), None)
    if inner:
        return _fill(inner, value)
    return tuple(value) if isinstance(value, list) else value
