from __future__ import annotations

import hashlib
import shutil
from collections.abc import Callable, Iterator
from pathlib import Path

import av
import numpy as np
import pytest
from numpy.typing import NDArray

from talker.narration.job import CaptionMode, NarrateJob, NarrateResult
from talker.settings import film_settings

Narrate = Callable[..., NarrateResult]

THREE_SCENES = """---
kind: dialogue
title: Three doors
language: en
fps: 12
size: 256x144
cast:
  Ann: {portrait: reader, voice: en-woman}
  Ben: {portrait: poet, voice: en}
---

# One

Ann: Mamma, may we map Miami?

Ben: Maybe.

# Two

[transition: dissolve]

Ben: Pepper beats butter.

# Three

Ann: Good bye.
"""


@pytest.fixture
def home(assets: None, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A store of its own, with the embedded models and nothing rendered."""
    from talker.assets import store

    own = tmp_path / "home"
    shutil.copytree(store.path() / "models", own / "models", copy_function=_linked)
    shutil.copytree(store.path() / "stamps", own / "stamps")
    monkeypatch.setenv("TALKER_HOME", str(own))
    return own


def _linked(source: str, target: str) -> None:
    Path(target).hardlink_to(source)


@pytest.fixture
def narrate(tmp_path: Path) -> Narrate:
    """Films a script; options are settings of a film."""
    from talker.narration.narrating import narrate

    def run(
        script: str, name: str = "show", captions: tuple[CaptionMode, ...] = (), **options: object
    ) -> NarrateResult:
        path = tmp_path / f"{name}.md"
        path.write_text(script, "utf-8")
        job = NarrateJob(
            path,
            tmp_path / f"{name}.mp4",
            captions=frozenset(captions),
            overwrite=True,
            settings=film_settings(**options),
        )
        return narrate(job)

    return run


def pictures(film: Path) -> Iterator[NDArray[np.uint8]]:
    with av.open(str(film)) as container:
        for frame in container.decode(video=0):
            yield frame.to_ndarray(format="rgb24")


def sound(film: Path) -> NDArray[np.float32]:
    with av.open(str(film)) as container:
        return np.concatenate([frame.to_ndarray()[0] for frame in container.decode(audio=0)])


def fingerprints(film: Path) -> list[str]:
    """What is seen in each frame."""
    return [hashlib.sha256(picture.tobytes()).hexdigest() for picture in pictures(film)]
