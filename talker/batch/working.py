"""One order worked off: the film made in a folder of its own, looked through, and told of."""

from __future__ import annotations

import time
from collections.abc import Callable, Generator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path

from talker.batch.folder import made_file
from talker.batch.order import MARKS, Order, job_of
from talker.batch.outcome import OUTCOME, Figure, Made, Outcome, write_whole
from talker.batch.verifying import look_through
from talker.errors import TalkerError, UsageError
from talker.film import say
from talker.jobs import FilmResult, SayJob
from talker.narration.job import NarrateResult
from talker.narration.narrating import narrate
from talker.progress import Advance, Reporter, Unit
from talker.studio import Studio

_RENDERING = "Rendering"


def work_off(order: Order, folder: Path, studio: Studio, heard: Callable[[float], None]) -> Outcome:
    """Makes the film of an order.

    Args:
        order: The film.
        folder: Empty, and of this attempt alone. Where it holds an `OUTCOME` afterwards, all other
            files that this names are on the disk, whole and good.
        studio: Of earlier orders.
        heard: Told, at every step, how much of the film is rendered, 0 to 1.

    Returns:
        What came of it; an error is an outcome, too.
    """
    started_s = time.monotonic()
    listener = _Listener(heard)
    try:
        files, figures, thumbnail = _made(order, folder, studio, listener)
        outcome = Outcome(
            files=files,
            figures=figures,
            thumbnail=thumbnail,
            warnings=tuple(dict.fromkeys(listener.warnings)),
            taken_s=time.monotonic() - started_s,
        )
        write_whole(folder / OUTCOME, outcome.to_json())
        return outcome
    except TalkerError as error:
        # What was asked for wrongly is as wrong the next time; a disk or a network may get well.
        may_pass = not isinstance(error, UsageError) or error.exit_code == 1
        problem, remedy = error.problem, error.remedy
    except MemoryError:
        problem, may_pass = "The memory did not suffice.", True
        remedy = "Run fewer jobs at a time: --workers 1"
    except Exception as error:
        problem, may_pass = f"A fault in talker itself: {type(error).__name__}: {error}", True
        remedy = "Make this film alone with --debug and report what it prints."
    taken_s = time.monotonic() - started_s
    return Outcome(taken_s=taken_s, problem=problem, remedy=remedy, may_pass=may_pass)


def _made(
    order: Order, folder: Path, studio: Studio, listener: _Listener
) -> tuple[tuple[Made, ...], dict[str, Figure], str]:
    job = job_of(order, folder)
    result: FilmResult | NarrateResult
    if isinstance(job, SayJob):
        # The timeline tells, too, whether the sound is where the lips move.
        job = replace(job, marks=job.output.with_suffix(MARKS))
        result = say(job, listener, studio)
        marks, beside = job.marks, [job.output.with_suffix(s) for s in order.side_files]
        who: dict[str, Figure] = {
            "voice": result.voice,
            "engine": result.engine,
            "language": result.language,
            "portrait": result.portrait,
        }
    else:
        result = narrate(job, listener, studio)
        marks, beside = None, [Path(path) for path in result.captions]
        who = {"voice": result.voices, "portrait": result.portraits, "scenes": result.scenes}
    size = (result.width, result.height)
    looked = look_through(result.path, frames=result.frames, fps=result.fps, size=size, marks=marks)
    figures: dict[str, Figure] = {
        **who,
        "lips": result.lips,
        "device": result.device,
        "width": result.width,
        "height": result.height,
        "fps": str(result.fps),
        "frames": looked.frames,
        "length_s": looked.length_s,
        "sound_s": looked.sound_s,
        "peak_db": looked.peak_db,
        "loudness_db": looked.loudness_db,
        "sound_lag_s": looked.sound_lag_s,
    }
    return tuple(made_file(path) for path in (result.path, *beside)), figures, looked.thumbnail


class _Listener(Reporter):
    """Hands on how far the rendering is, and notes the warnings."""

    def __init__(self, heard: Callable[[float], None]) -> None:
        self._heard = heard
        self.warnings: list[str] = []

    def warn(self, line: str) -> None:
        self.warnings.append(line)

    @contextmanager
    def stage(self, name: str, total: float | None, unit: Unit) -> Generator[Advance]:
        done = 0.0

        def advance(amount: float) -> None:
            nonlocal done
            done += amount
            counts = name.startswith(_RENDERING) and total
            self._heard(min(1.0, done / total) if counts and total else 0.0)

        self._heard(0.0)
        yield advance
