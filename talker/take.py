"""What is filmed: frames, the face in each of them, and the speech, all of one length."""

from __future__ import annotations

from collections.abc import Generator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from fractions import Fraction

import numpy as np

from talker.errors import UsageError
from talker.faces.face import Face
from talker.faces.track import FittedTrack, Span
from talker.lips.engine import LipSettings, frame_count
from talker.media.clip import ClipSource
from talker.media.excerpt import Excerpt
from talker.media.fitting import FittedClip, fitted_count
from talker.media.frames import FrameSource, Still
from talker.progress import Reporter
from talker.settings import FilmSettings
from talker.sitter import Sitter, follow
from talker.speech.timeline import Mark, Speech

_TAIL_STEPS_A_SECOND = 10_000


@dataclass(frozen=True, slots=True)
class Take:
    """One shot of a face that speaks.

    Attributes:
        source: A still, or a clip with one frame for each of the film.
        track: The face in each frame of the source.
        speech: What is said.
        settings: How, with the film's frame rate.
        spans: Where the face of a clip is not as it should be, in frames of the film.
    """

    source: FrameSource
    track: Sequence[Face | None]
    speech: Speech
    settings: LipSettings
    spans: tuple[Span, ...] = ()

    @property
    def size(self) -> tuple[int, int]:
        """Width and height."""
        return self.source.width, self.source.height

    @property
    def frames(self) -> int:
        """Of the film."""
        return frame_count(self.speech, self.settings)


def lip_settings(settings: FilmSettings, fps: Fraction, threads: int = 0) -> LipSettings:
    """How to move the lips of a film, so many frames at a time; 0 for one a core."""
    return LipSettings(
        threads=threads,
        fps=fps,
        lead_in_s=settings.lead_in_s,
        tail_s=settings.tail_s,
        life=settings.life,
        seed=settings.seed,
        device=settings.device,
        runtime=settings.runtime,
        precision=settings.precision,
        weights=settings.weights,
        sharpness=settings.sharpness,
    )


@contextmanager
def take_of(
    sitter: Sitter | ClipSource,
    speech: Speech,
    settings: FilmSettings,
    fps: Fraction,
    reporter: Reporter,
    threads: int = 0,
) -> Generator[Take]:
    """The shot of a sitter saying a speech, for as long as the context lasts.

    A clip's face is followed through as much of the clip as the film shows.

    Args:
        sitter: Who: a picture with its face, or a clip.
        speech: What; a clip that cuts the film short cuts it too.
        settings: How.
        fps: Frames a second of the film.
        reporter: Told of the stage.
        threads: Frames rendered at a time; 0 for one a core.

    Raises:
        UsageError: The clip ends before the speech begins.
        FaceError: There is no face in the clip, or no such face.
    """
    how = lip_settings(settings, fps, threads)
    if isinstance(sitter, Sitter):
        yield Take(Still(sitter.picture), [sitter.face], speech, how)
        return
    needed = frame_count(speech, how)
    count = fitted_count(sitter, settings.fit, fps, needed)
    if count < needed:
        speech, how = _cut(sitter, speech, how, count)
    source = FittedClip(sitter, settings.fit, fps=fps, count=count)
    with follow(Excerpt(sitter, source.reach), settings, reporter) as track:
        fitted = FittedTrack(track, source.index, count)
        yield Take(source, fitted, speech, how, fitted.film_spans)


def _cut(
    clip: ClipSource, speech: Speech, settings: LipSettings, count: int
) -> tuple[Speech, LipSettings]:
    """A speech, and the silence after it, that take so many frames."""
    left_s = count / settings.fps - Fraction(settings.lead_in_s).limit_denominator(1_000_000)
    if left_s <= 0:
        raise UsageError(
            f"The clip '{clip.path}' ends at {float(clip.duration_s):.2f} s, before the speech "
            f"begins at {settings.lead_in_s:g} s.",
            "Give a smaller --lead-in, or another --fit.",
        )
    heard = speech.samples[: max(1, int(left_s * speech.sample_rate))]
    marks = tuple(
        Mark(mark.kind, mark.label, mark.start_s, min(mark.end_s, float(left_s)))
        for mark in speech.marks
        if mark.start_s < left_s
    )
    tail_s = left_s - Fraction(len(heard), speech.sample_rate)
    # Rounded down, so that no frame is begun for the rest.
    steps = max(0, int(tail_s * _TAIL_STEPS_A_SECOND))
    said = Speech(
        np.ascontiguousarray(heard), speech.sample_rate, marks, speech.language, speech.text
    )
    return said, replace(settings, tail_s=steps / _TAIL_STEPS_A_SECOND)
