"""The reports of a batch: one for readers, which needs nothing but a browser, one for programs."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import asdict
from html import escape
from itertools import count
from pathlib import Path
from typing import Any
from urllib.parse import quote

from talker.batch.job import BatchJob, BatchResult
from talker.batch.ledger import Entry, Ledger
from talker.batch.order import BadRow
from talker.batch.page import FOOT, HEAD
from talker.media.targets import replacing, writing

MOST_THUMBNAILS = 2_000
"""In one page; a browser grows slow with more."""

_STATES = {"done": "done", "failed": "failed", "bad": "bad row", "left": "to do"}


def write_reports(result: BatchResult, job: BatchJob, ledger: Ledger) -> None:
    """Writes both reports, each whole or not at all.

    Raises:
        WriteError: The disk is full or fails.
    """
    for path, pieces in (
        (result.report_json, _json(result, job, ledger)),
        (result.report, _page(result, job, ledger)),
    ):
        with (
            replacing(path, overwrite=True) as part,
            writing(path),
            part.open("w", encoding="utf-8", newline="\n") as stream,
        ):
            stream.writelines(pieces)


def plain_facts(result: BatchResult) -> dict[str, Any]:
    """The result for a program."""
    plain = {key: str(v) if isinstance(v, Path) else v for key, v in asdict(result).items()}
    return {**plain, "speed": result.speed}


def _json(result: BatchResult, job: BatchJob, ledger: Ledger) -> Iterator[str]:
    head = {**plain_facts(result), "manifest": str(job.manifest)}
    yield f'{{"batch": {json.dumps(head, ensure_ascii=False, indent=1)},\n"films": ['
    comma = ""
    for entry in ledger.entries():
        yield f"{comma}\n{json.dumps(film_facts(entry), ensure_ascii=False)}"
        comma = ","
    yield "\n]}\n"


def film_facts(entry: Entry) -> dict[str, Any]:
    """What a program may want to know of a film."""
    outcome, order = entry.outcome, entry.order
    return {
        "name": order.name,
        "place": order.place,
        "state": entry.state,
        "text": order.excerpt,
        "inputs": dict(order.inputs),
        "figures": {} if outcome is None or entry.state != "done" else dict(outcome.figures),
        "files": [] if outcome is None else [asdict(made) for made in outcome.files],
        "taken_s": None if outcome is None else outcome.taken_s,
        "warnings": [] if outcome is None else list(outcome.warnings),
        "problem": entry.problem,
        "remedy": entry.remedy,
    }


def _page(result: BatchResult, job: BatchJob, ledger: Ledger) -> Iterator[str]:
    title = f"{job.manifest.name}: {result.done} of {result.films} films"
    yield HEAD.replace("{title}", escape(title))
    yield f"<header><h1>{escape(title)}</h1>\n<p>{escape(_told(result))}</p>\n"
    if not result.is_whole:
        yield f"<p>What is missing is made with:</p><pre>{escape(result.rerun)}</pre>\n"
    many = {
        "done": result.done,
        "failed": len(result.failed),
        "bad": result.wrong,
        "left": result.left,
    }
    yield '<nav><input id="words" type="search" placeholder="Filter" aria-label="Filter">'
    for state, name in _STATES.items():
        yield (
            f'<label class="{state}"><input type="checkbox" value="{state}" checked> '
            f"{name} <b>{many[state]}</b></label>"
        )
    yield '<output id="shown"></output></nav></header>\n<main>\n'
    for row in result.bad_rows:
        yield _bad_card(row)
    thumbnails = count()
    for state in ("failed", "pending", "running", "verified", "done"):
        for entry in ledger.entries(state):
            yield _card(entry, with_picture=next(thumbnails) < MOST_THUMBNAILS)
    yield FOOT


def _told(result: BatchResult) -> str:
    parts = [
        f"{result.made} made in this run: {result.length_s:.1f} s of film in "
        f"{result.taken_s:.1f} s ({result.speed:.1f} x real time, {result.runner})"
    ]
    if result.failed:
        parts.append(f"{len(result.failed)} failed")
    if result.bad_rows:
        parts.append(f"{result.wrong} rows are wrong")
    if result.left:
        parts.append(f"{result.left} to do")
    return "; ".join(parts) + "."


def _card(entry: Entry, *, with_picture: bool) -> str:
    order, outcome = entry.order, entry.outcome
    is_done = entry.state == "done" and outcome is not None
    state = entry.state if entry.state in _STATES else "left"
    name = escape(order.name)
    if is_done:
        name = f'<a href="{escape(quote(order.name))}">{name}</a>'
    picture = figures = warnings = ""
    if is_done and outcome is not None:
        if with_picture and outcome.thumbnail:
            picture = f'<img alt="" src="data:image/jpeg;base64,{outcome.thumbnail}">'
        figures = _figures(outcome.figures, outcome.taken_s)
        warnings = "".join(f'<p class="warn">{escape(line)}</p>' for line in outcome.warnings)
    trouble = ""
    if entry.problem and not is_done:
        trouble = (
            f'<p class="problem">{escape(entry.problem)}</p>'
            f'<p class="remedy">{escape(entry.remedy)}</p>'
        )
    return (
        f'<article class="{state}">{picture}<div><h2>{name}</h2>'
        f'<p class="text">{escape(order.excerpt)}</p>{figures}{trouble}{warnings}'
        f"<small>{escape(order.place)}</small></div></article>\n"
    )


def _figures(figures: Any, taken_s: float) -> str:
    lag_s = figures.get("sound_lag_s")
    told = {
        "length": f"{figures['length_s']:.2f} s, {figures['frames']} frames",
        "picture": f"{figures['width']}x{figures['height']} at {figures['fps']}",
        "voice": f"{figures.get('voice') or ''} {figures.get('language') or ''}",
        "portrait": figures.get("portrait") or "",
        "lips": f"{figures.get('lips')} on {figures.get('device')}",
        "sound": f"{figures['loudness_db']:.1f} dB, peak {figures['peak_db']:.1f} dB",
        "sync": "" if lag_s is None else f"sound {lag_s * 1000:+.0f} ms from the lips",
        "taken": f"{taken_s:.1f} s",
    }
    cells = (
        f"<dt>{name}</dt><dd>{escape(str(value).strip())}</dd>"
        for name, value in told.items()
        if str(value).strip()
    )
    return f"<dl>{''.join(cells)}</dl>"


def _bad_card(row: BadRow) -> str:
    what = f"{row.column}: {row.value}" if row.value else row.column
    return (
        f'<article class="bad"><div><h2>{escape(row.place)}</h2>'
        f'<p class="text">{escape(what)}</p><p class="problem">{escape(row.problem)}</p>'
        f'<p class="remedy">{escape(row.remedy)}</p></div></article>\n'
    )
