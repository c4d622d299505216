"""What a batch would do, before anything is made or fetched."""

from __future__ import annotations

import shutil
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction
from pathlib import Path

from talker.assets import store
from talker.assets.portraits import load_portrait
from talker.batch.folder import Folder
from talker.batch.job import BatchJob
from talker.batch.ledger import LEDGER, done_of
from talker.batch.order import BadRow, Order, job_of
from talker.batch.runners.crew import posts
from talker.batch.running import check_job, vetting_of
from talker.casting import cast
from talker.errors import AssetError, TalkerError
from talker.jobs import SayJob
from talker.lips.registry import choose_lips
from talker.media.clip import ClipSource
from talker.narration.job import NarrateJob
from talker.narration.production import check_narration
from talker.plan import FRAME_S, PIXEL_S, SPEECH_COST, START_S
from talker.progress import Cell, Reporter, size_of
from talker.sitter import film_fps, first_look, models_for, seat

_PIXEL_BYTES, _SECOND_BYTES = 0.01, 18_000
"""Of film for a pixel of each frame, and for a second of its sound: what painted portraits take,
and a third more."""


@dataclass(frozen=True, slots=True)
class Preflight:
    """What was found.

    Attributes:
        facts: For a reader and a program.
        bad_rows: Rows that cannot be made.
        is_ready: Whether all can be made as it stands.
    """

    facts: dict[str, Cell]
    bad_rows: Sequence[BadRow]
    is_ready: bool


@dataclass(frozen=True, slots=True)
class _Seen:
    """Who is seen in films, and how large these are."""

    title: str
    face: str
    pixels: int
    fps: Fraction
    models: tuple[str, ...]
    problem: str = ""


def preflight(job: BatchJob, reporter: Reporter) -> Preflight:
    """Looks at a whole batch.

    Raises:
        UsageError: The manifest cannot be read.
    """
    check_job(job)
    survey = _Survey(reporter)
    bad_rows: list[BadRow] = []
    films, is_done = 0, done_of(job.folder / LEDGER)
    done = 0
    folder = Folder(job.folder)
    for row in vetting_of(job).orders():
        if not isinstance(row, Order):
            bad_rows += row
            continue
        films += 1
        if is_done(row) and folder.holds(row.name):
            done += 1
        else:
            survey.take(row)
    crew = posts(job.workers)
    cores = sum(post.threads for post in crew)
    expected_s = START_S + survey.work_s / cores if survey.work_s else 0.0
    standing = next(p for p in (folder.path, *folder.path.parents) if p.exists())
    free = shutil.disk_usage(standing).free
    too_little = ": too little" if survey.bytes > free else ""
    wrong = len({row.place for row in bad_rows})
    fetching = survey.to_fetch()
    return Preflight(
        {
            "films": films,
            "done already": done or None,
            "wrong rows": wrong or None,
            "voices": survey.voices(),
            "portraits": survey.portraits(),
            "to fetch": fetching or "nothing",
            "length": f"about {_clock(survey.length_s)}",
            "expected time": f"about {_clock(expected_s)}, {len(crew)} at a time",
            "disk": f"about {size_of(survey.bytes)} of {size_of(free)} that are free{too_little}",
            "folder": str(folder.path),
        },
        bad_rows,
        is_ready=not (bad_rows or survey.problems or too_little),
    )


class _Survey:
    """Sums up orders; who is seen and who speaks is looked at once for each."""

    def __init__(self, reporter: Reporter) -> None:
        self._reporter = reporter
        self._seen: dict[str, _Seen] = {}
        self._films: Counter[str] = Counter()
        self._spoken: dict[str, tuple[tuple[str, ...], tuple[str, ...]]] = {}
        self._voices: Counter[str] = Counter()
        self._models: set[str] = set()
        self.length_s = self.work_s = self.bytes = 0.0
        self.problems = 0

    def take(self, order: Order) -> None:
        """Adds a film."""
        job = job_of(order, Path())
        if isinstance(job, SayJob):
            key = repr((job.portrait, _of_face(order)))
            if key not in self._seen:
                self._seen[key] = self._look(job)
            seen = self._seen[key]
            self._take_voices(order, job)
        else:
            key = order.fields["script"]
            if key not in self._seen:
                self._seen[key] = self._look_at_script(job)
            seen = self._seen[key]
        self._films[key] += 1
        self._models.update(seen.models)
        frames = order.expected_s * float(seen.fps)
        self.length_s += order.expected_s
        self.work_s += SPEECH_COST * order.expected_s + frames * (FRAME_S + PIXEL_S * seen.pixels)
        self.bytes += frames * seen.pixels * _PIXEL_BYTES + order.expected_s * _SECOND_BYTES

    def voices(self) -> list[str]:
        """Who speaks, and in how many films."""
        return [f"{name} ({many})" for name, many in self._voices.most_common()]

    def portraits(self) -> str:
        """Who is seen, a line each."""
        lines: list[str] = []
        for key, many in self._films.most_common():
            seen = self._seen[key]
            lines.append(f"{seen.title} ({many}): {seen.problem or seen.face}")
        return "\n".join(lines) or "none"

    def to_fetch(self) -> str:
        """Models that are not here."""
        return ", ".join(
            f"{status.entry.name} ({size_of(status.entry.download_size)})"
            for status in store.statuses()
            if status.entry.name in self._models and status.state != "ready"
        )

    def _take_voices(self, order: Order, job: SayJob) -> None:
        signs = {"\u4e00" <= sign <= "\u9fff" for sign in job.text if sign.isalpha()}
        key = repr((job.voice, job.portrait, job.settings.language, sorted(signs), job.lexicon))
        if key not in self._spoken:
            casting = cast(job, load_portrait(job.portrait).voices)
            self._spoken[key] = tuple(v.name for v in casting.voices), casting.models
        names, models = self._spoken[key]
        self._voices.update(names)
        self._models.update(models)

    def _look(self, job: SayJob) -> _Seen:
        portrait = load_portrait(job.portrait)
        lips = choose_lips(job.settings.lips, weights=job.settings.weights)
        models = (*models_for(portrait), *lips.spec.assets)
        look = first_look(portrait, job.settings)
        fps = film_fps(look, job.settings)
        if isinstance(look, ClipSource):
            face = "a clip, whose face is looked for when its film is made"
            return _Seen(portrait.title, face, look.width * look.height, fps, models)
        width, height = job.settings.size or (1024, 1024)
        try:
            sitter = seat(portrait, look, job.settings, self._reporter)
        except AssetError:
            face = "the face is not looked for before the models are here"
            return _Seen(portrait.title, face, width * height, fps, models)
        except TalkerError as error:
            self.problems += 1
            problem = f"{error.problem} {error.remedy}"
            return _Seen(portrait.title, "", width * height, fps, models, problem)
        height, width = sitter.picture.shape[:2]
        face = f"a face of {sitter.face.eye_span:.0f} pixels between the eyes, {width}x{height}"
        return _Seen(portrait.title, face, width * height, fps, models)

    def _look_at_script(self, job: NarrateJob) -> _Seen:
        production = check_narration(job)
        width, height = production.size
        title = job.script.name
        for casting in production.castings.values():
            self._voices.update({voice.name for voice in casting.voices})
        scenes = f"{len(production.scenes)} scenes, {width}x{height}"
        return _Seen(title, scenes, width * height, production.fps, production.models)


def _of_face(order: Order) -> list[tuple[str, str]]:
    """The settings that say which face is seen, and how large."""
    which = ("size", "fps", "face_index", "face_at", "face_like", "keep_audio", "lips", "weights")
    return [(name, value) for name, value in order.settings.items() if name in which]


def _clock(length_s: float) -> str:
    if length_s < 90:
        return f"{length_s:.0f} s"
    minutes = round(length_s / 60)
    return f"{minutes} min" if minutes < 90 else f"{minutes // 60} h {minutes % 60} min"
