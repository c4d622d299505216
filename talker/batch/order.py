"""What is known of a row of a manifest once it is checked: a film to make, or why it cannot be."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any, Literal

from talker.jobs import DEFAULT_PORTRAIT, SayJob
from talker.narration.job import NarrateJob, read_captions
from talker.settings import film_settings

Kind = Literal["say", "narrate"]

MARKS, SUBTITLES = ".json", ".srt"
"""Suffixes of what may be written beside the film of a text."""


@dataclass(frozen=True, slots=True)
class Order:
    """A film to make, in values that any process or machine can be sent.

    Attributes:
        name: File name of the film in the output folder; no two orders have the same.
        number: Of the row, from 1, bad rows counted.
        place: Where the row stands, such as "line 12".
        kind: Which command makes it.
        fields: What is said and by whom: `text` or `script`, `voice`, `portrait`, `lexicon`,
            `captions`. Paths are absolute.
        settings: Fields of `FilmSettings` as they were given.
        side_files: Suffixes of what is written beside the film.
        inputs: A hash of everything that the film is made of, by what it is.
        expected_s: Seconds that the film will take, by the number of its letters.
    """

    name: str
    number: int
    place: str
    kind: Kind
    fields: Mapping[str, str]
    settings: Mapping[str, str] = field(default_factory=dict[str, str])
    side_files: tuple[str, ...] = ()
    inputs: Mapping[str, str] = field(default_factory=dict[str, str])
    expected_s: float = 0.0

    def to_json(self) -> str:
        """The order as one line of JSON."""
        return json.dumps(asdict(self), ensure_ascii=False)

    @staticmethod
    def from_json(line: str) -> Order:
        """The order of a line that `to_json` wrote."""
        told: dict[str, Any] = json.loads(line)
        told["side_files"] = tuple(told["side_files"])
        return Order(**told)

    @property
    def made_of(self) -> str:
        """A hash of all that the film depends on, where the row stands apart."""
        told = asdict(self)
        for name in ("number", "place", "expected_s"):
            del told[name]
        plain = json.dumps(told, ensure_ascii=False, sort_keys=True)
        return hashlib.sha256(plain.encode()).hexdigest()

    @property
    def excerpt(self) -> str:
        """The beginning of what is said, or the script's name."""
        if self.kind == "narrate":
            return Path(self.fields["script"]).name
        words = " ".join(self.fields["text"].split())
        return words if len(words) <= 80 else f"{words[:79]}…"


def job_of(order: Order, folder: Path) -> SayJob | NarrateJob:
    """The job that makes an order's film in a folder."""
    fields, output = order.fields, folder / order.name
    settings = film_settings(**order.settings)
    if order.kind == "narrate":
        captions = read_captions(fields.get("captions", "burn"))
        return NarrateJob(
            Path(fields["script"]), output, captions=captions, overwrite=True, settings=settings
        )
    lexicon = fields.get("lexicon")
    beside = {suffix: output.with_suffix(suffix) for suffix in order.side_files}
    return SayJob(
        text=fields["text"],
        output=output,
        voice=fields.get("voice"),
        portrait=fields.get("portrait", DEFAULT_PORTRAIT),
        lexicon=None if lexicon is None else Path(lexicon),
        marks=beside.get(MARKS),
        srt=beside.get(SUBTITLES),
        overwrite=True,
        settings=settings,
    )


@dataclass(frozen=True, slots=True)
class BadRow:
    """Why a row of a manifest makes no film; a row may have several.

    Attributes:
        place: Where it stands, such as "line 12".
        line: Number of its line; 0 where the manifest has no lines.
        column: Which value is wrong; empty for the row itself.
        value: The value as it was given.
        problem: What is wrong, as a sentence.
        remedy: What to do about it.
    """

    place: str
    line: int
    column: str
    value: str
    problem: str
    remedy: str
