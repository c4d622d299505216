"""Two ways of making the same film, side by side."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from rich.box import SIMPLE_HEAD
from rich.table import Table

from bench.stage_meter import Stage

STAGES = {
    "load": "load network and weights",
    "decode": "read and decode",
    "track": "find or track the face",
    "mel": "mel windows",
    "crop": "crop and batch",
    "generator": "generator",
    "paste": "paste",
    "encode": "encode",
}
"""What each stage is called in a table, in the order of the work."""
WHOLE = "end to end, from cold"


@dataclass(frozen=True, slots=True)
class Made:
    """How a film came to be.

    Attributes:
        frames: Of the film.
        stages: By name; each alone, one after the other.
        wall_s: Of the whole command, from cold.
        cpu_s: Processor time of the whole command.
        peak_mb: Most memory that the command held, in millions of bytes.
    """

    frames: int
    stages: Mapping[str, Stage]
    wall_s: float
    cpu_s: float
    peak_mb: float


def film_table(title: str, ours: Made, peer: Made | None, fps: float) -> Table:
    """Every stage and the whole: frames a second, seconds of work for a second of film, processor
    time for a frame, which says how fast it is where others use the machine too, and memory.

    Args:
        title: Above the table.
        ours: Talker's film.
        peer: The other's; None where it cannot be had.
        fps: Frames a second of both films.
    """
    table = _table(title, ("stage", "frames/s", "real time", "CPU ms", "MB"))
    for name, what in STAGES.items():
        sides = [made and made.stages.get(name) for made in (ours, peer)]
        _add(table, what, (ours, peer), sides, fps)
    table.add_section()
    _add(table, WHOLE, (ours, peer), (ours, peer), fps)
    return table


def ratio(ours: Made, peer: Made) -> float:
    """How many times as fast ours is, end to end, frame for frame."""
    return (ours.frames / ours.wall_s) / (peer.frames / peer.wall_s)


def _table(title: str, columns: Sequence[str]) -> Table:
    table = Table(title=title, title_justify="left", box=SIMPLE_HEAD)
    table.add_column(columns[0])
    for column in columns[1:]:
        for side in ("ours", "peer"):
            table.add_column(f"{column}\n{side}", justify="right")
    table.add_column("times\nas fast", justify="right")
    return table


def _add(
    table: Table,
    what: str,
    films: Sequence[Made | None],
    taken: Sequence[Stage | Made | None],
    fps: float,
) -> None:
    pairs = list(zip(films, taken, strict=True))
    rates = [made.frames / each.wall_s if made and each else None for made, each in pairs]
    cpu_ms = [1000 * each.cpu_s / made.frames if made and each else None for made, each in pairs]
    spent = [fps / rate if rate else None for rate in rates]
    ours, peer = rates
    table.add_row(
        what,
        *(_shown(rate, ".1f") for rate in rates),
        *(_shown(share, ".2f") for share in spent),
        *(_shown(each, ".1f") for each in cpu_ms),
        *(_shown(each and each.peak_mb, ".0f") for each in taken),
        _shown(ours / peer if ours and peer else None, ".1f"),
    )


def _shown(value: float | None, style: str) -> str:
    return "-" if value is None else format(value, style)
