"""What narrations cost: whole, again, after a change in one scene, and in memory by length."""

from __future__ import annotations

import json
import os
import shutil
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from bench.commands import Measured, talker

SCENES = 10

_HEADER = "---\nkind: news\ntitle: {title}\nlanguage: en\n{more}---\n"
_PARAGRAPH = (
    "The harbour was quiet in the morning, and the boats came back one by one. People on the quay "
    "counted them, as they always had. By noon the market was full, the prices were called out, "
    "and the gulls took what nobody watched."
)
_TINY = "size: 160x90\nfps: 4\n"
"""For memory, which does not depend on the number of pixels that a long film has at a time."""


@dataclass(frozen=True, slots=True)
class Run:
    """A narration that was made.

    Attributes:
        what: The case.
        measured: Its cost.
        length_s: Seconds of film.
        reused: Scenes that were there before.
    """

    what: str
    measured: Measured
    length_s: float
    reused: int


def changes(folder: Path) -> Iterator[Run]:
    """Ten scenes at 1280x720: the first time, once more, and with one line changed."""
    home = _home(folder / "changes")
    items = [f"This is item {number}. {_PARAGRAPH}" for number in range(SCENES)]
    script = folder / "changes.md"
    for what, changed in (("first", None), ("again", None), ("one line changed", 4)):
        if changed is not None:
            items[changed] += " Nobody minded."
        body = "\n\n".join(f"# Item {n}\n\n{text}" for n, text in enumerate(items))
        script.write_text(_HEADER.format(title="Ten", more="opening: no\n") + body, "utf-8")
        yield _run(what, script, folder / "changes.mp4", home)


def lengths(folder: Path, minutes: tuple[float, ...]) -> Iterator[Run]:
    """Films of some lengths, whose scenes are all rendered."""
    for count in minutes:
        home = _home(folder / f"long-{count:g}")
        # Two paragraphs take half a minute.
        body = "\n\n".join(
            f"# Item {number}\n\n{_PARAGRAPH}\n\n{_PARAGRAPH}" for number in range(round(2 * count))
        )
        script = folder / "long.md"
        script.write_text(_HEADER.format(title="Long", more=_TINY) + body, "utf-8")
        yield _run(f"about {count:g} min", script, folder / "long.mp4", home)


def _run(what: str, script: Path, film: Path, home: Mapping[str, str]) -> Run:
    ran = talker("narrate", script, "-o", film, "--overwrite", "--json", environment=home)
    made = json.loads(ran.out)
    return Run(what, ran, made["length_s"], made["reused"])


def _home(folder: Path) -> Mapping[str, str]:
    """An environment with a store of its own, in which nothing has been rendered."""
    from talker.assets import store

    for part in ("models", "stamps"):
        shutil.copytree(store.path() / part, folder / part, copy_function=os.link)
    return {**os.environ, "TALKER_HOME": str(folder)}
