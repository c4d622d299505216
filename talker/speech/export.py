"""A timeline written for other programs, as JSON."""

from __future__ import annotations

from typing import TypedDict

from talker.speech.timeline import Speech


class MarkRow(TypedDict):
    """One mark of `marks_json`."""

    kind: str
    label: str
    start_s: float
    end_s: float


def marks_json(speech: Speech) -> dict[str, list[MarkRow]]:
    """The timeline as JSON values: `{"marks": [{"kind", "label", "start_s", "end_s"}]}`."""
    return {
        "marks": [
            MarkRow(kind=mark.kind, label=mark.label, start_s=mark.start_s, end_s=mark.end_s)
            for mark in speech.marks
        ]
    }
