"""How well a face says its phones, measured on the decoded film with an independent mesh.

python -m bench.sync_metrics film.mp4 marks.json --lead-in 0.5
"""

from __future__ import annotations

import argparse
import json
from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from bench.independent_mesh import IndependentMesh
from bench.openness import is_bilabial, is_open_vowel, openness_curve
from bench.steadiness import Steadiness, SteadinessMeter
from talker.speech.timeline import Mark

UPPER_LIP, LOWER_LIP, RIGHT_EYE, LEFT_EYE = 13, 14, 33, 263

CLOSED_SPANS = 0.02
"""Opening, in eye spans, under which lips always count as closed."""

CLOSED_SHARE = 0.15
"""Opening, as a share of the film's 95th percentile, under which lips count as closed."""

_SHIFTS_S = (0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 0.9, 1.0)
_LAGS_S = np.arange(-0.2, 0.2001, 0.005)
_OPEN_VOWEL_MIN_S = 0.06


@dataclass(frozen=True, slots=True)
class SyncFigures:
    """How the mouth follows the phones; nan where the marks have nothing to measure by.

    Attributes:
        frames: Frames of the film.
        lost: Frames in which the mesh saw no face.
        bilabials: p, b and m intervals counted.
        closure: Share of them in which the lips really meet.
        closure_null: The same with the phones shifted around the speech: what chance gives.
        correlation: Of opening and openness of the phones at the best lag.
        correlation_at_zero: The same with no lag.
        lag_s: Where the correlation is highest; above 0 the picture comes after the sound.
        open_vowels: Open vowels of at least 60 ms counted.
        false_closures: Share of them in which the mouth stays shut.
        silence: Median opening in pauses, as a share of the 95th percentile.
        opening_p95: 95th percentile of the opening, in eye spans.
        opening_p05: 5th percentile of the opening, in eye spans.
    """

    frames: int
    lost: int
    bilabials: int
    closure: float
    closure_null: float
    correlation: float
    correlation_at_zero: float
    lag_s: float
    open_vowels: int
    false_closures: float
    silence: float
    opening_p95: float
    opening_p05: float


@dataclass(frozen=True, slots=True)
class FilmFigures:
    """All that `measure` knows of a film: its sync, and what should not move."""

    sync: SyncFigures
    steadiness: Steadiness


def measure(
    film: Path,
    marks: Sequence[Mark],
    lead_in_s: float = 0.0,
    *,
    reference: NDArray[np.uint8] | None = None,
) -> FilmFigures:
    """Measure a decoded film against its timeline.

    Args:
        film: Any film that PyAV reads.
        marks: Timeline on the speech's own clock.
        lead_in_s: Seconds of film before the speech.
        reference: uint8 RGB picture that everything but the mouth should equal, scaled to the
            film's size; None for the first frame.
    """
    mesh = IndependentMesh()
    meter = SteadinessMeter(reference)
    times: list[float] = []
    openings: list[float] = []
    for time_s, picture in decoded(film):
        points = mesh.follow(picture)
        meter.add(picture, points)
        times.append(time_s)
        openings.append(np.nan if points is None else lip_opening(points))
    sync = sync_figures(np.array(times), np.array(openings), marks, lead_in_s)
    return FilmFigures(sync, meter.figures())


def lip_opening(points: NDArray[np.float32]) -> float:
    """Gap between the inner lips in eye spans, 0 where they overlap as pressed lips do."""
    across = points[LEFT_EYE] - points[RIGHT_EYE]
    gap = points[LOWER_LIP] - points[UPPER_LIP]
    downwards = across[0] * gap[1] - across[1] * gap[0]
    return max(0.0, float(downwards / (across @ across)))


def decoded(film: Path) -> Iterator[tuple[float, NDArray[np.uint8]]]:
    """Time in seconds and uint8 RGB picture of every frame of a film."""
    import av

    with av.open(str(film)) as container:
        start_s = None
        for frame in container.decode(video=0):
            if frame.time is None:
                continue
            start_s = frame.time if start_s is None else start_s
            yield frame.time - start_s, frame.to_ndarray(format="rgb24")


def sync_figures(
    times_s: NDArray[np.float64],
    openings: NDArray[np.float64],
    marks: Sequence[Mark],
    lead_in_s: float = 0.0,
) -> SyncFigures:
    """Figures of a curve of lip openings.

    Args:
        times_s: Time of every frame on the film's clock, shape (n,), evenly spaced.
        openings: Lip opening in eye spans, shape (n,); nan where the face is lost.
        marks: Timeline on the speech's own clock.
        lead_in_s: Seconds of film before the speech.
    """
    seen = np.isfinite(openings)
    if seen.sum() < 3:
        raise ValueError(f"the face is seen in {int(seen.sum())} of {len(openings)} frames only")
    phones = [mark for mark in marks if mark.kind == "phone"]
    spoken_s = (
        min((mark.start_s for mark in phones), default=0.0),
        max((mark.end_s for mark in phones), default=float(times_s[-1])),
    )
    every = np.interp(times_s, times_s[seen], openings[seen])
    curve = _Curve(times_s - lead_in_s, every, spoken_s)
    bilabials = [(m.start_s, m.end_s) for m in phones if is_bilabial(m.label)]
    open_vowels = [
        (m.start_s, m.end_s)
        for m in phones
        if is_open_vowel(m.label) and m.end_s - m.start_s >= _OPEN_VOWEL_MIN_S
    ]
    pauses = [(m.start_s, m.end_s) for m in marks if m.kind == "pause"]
    correlation, at_zero, lag_s = _best_lag(curve, phones)
    return SyncFigures(
        frames=len(times_s),
        lost=int((~seen).sum()),
        bilabials=len(bilabials),
        closure=curve.closed_share(bilabials),
        closure_null=float(np.mean([curve.closed_share(bilabials, s) for s in _SHIFTS_S])),
        correlation=correlation,
        correlation_at_zero=at_zero,
        lag_s=lag_s,
        open_vowels=len(open_vowels),
        false_closures=curve.shut_share(open_vowels),
        silence=curve.median_inside(pauses) / curve.p95,
        opening_p95=curve.p95,
        opening_p05=float(np.percentile(curve.openings, 5)),
    )


class _Curve:
    """Lip opening on the clock of the speech."""

    def __init__(
        self,
        times_s: NDArray[np.float64],
        openings: NDArray[np.float64],
        spoken_s: tuple[float, float],
    ) -> None:
        self.times_s = times_s
        self.spoken_s = spoken_s
        self.openings = openings
        self.p95 = max(float(np.percentile(openings, 95)), 1e-6)
        self.closed = max(CLOSED_SPANS, CLOSED_SHARE * self.p95)
        self.half_frame_s = (times_s[-1] - times_s[0]) / (len(times_s) - 1) / 2

    def closed_share(self, intervals: Sequence[tuple[float, float]], shift_s: float = 0.0) -> float:
        """Share of the intervals, shifted around the speech, in which the lips meet."""
        first_s, last_s = self.spoken_s
        hits: list[bool] = []
        for start_s, stop_s in intervals:
            moved_s = first_s + (start_s - first_s + shift_s) % (last_s - first_s)
            inside = self._inside(moved_s, moved_s + stop_s - start_s)
            if len(inside):
                hits.append(bool(inside.min() < self.closed))
        return float(np.mean(hits)) if hits else np.nan

    def shut_share(self, intervals: Sequence[tuple[float, float]]) -> float:
        """Share of the intervals in which the mouth never opens."""
        peaks = [inside.max() for a, b in intervals if len(inside := self._inside(a, b))]
        return float(np.mean([p < CLOSED_SHARE * self.p95 for p in peaks])) if peaks else np.nan

    def median_inside(self, intervals: Sequence[tuple[float, float]]) -> float:
        """Median opening over all frames within the intervals."""
        parts = [self.openings[(self.times_s >= a) & (self.times_s < b)] for a, b in intervals]
        parts = [part for part in parts if len(part)]
        return float(np.median(np.concatenate(parts))) if parts else np.nan

    def _inside(self, start_s: float, end_s: float) -> NDArray[np.float64]:
        """Openings of the frames nearest to some moment of the interval."""
        near = (self.times_s >= start_s - self.half_frame_s) & (
            self.times_s <= end_s + self.half_frame_s
        )
        return self.openings[near]


def _best_lag(curve: _Curve, phones: Sequence[Mark]) -> tuple[float, float, float]:
    """Highest correlation, the one without lag, and the lag of the highest."""
    if not phones or curve.openings.std() < 1e-9:
        return np.nan, np.nan, np.nan
    scores = np.array(
        [
            np.corrcoef(curve.openings, openness_curve(phones, curve.times_s - lag_s))[0, 1]
            for lag_s in _LAGS_S
        ]
    )
    top = int(scores.argmax())
    at_zero = float(scores[len(_LAGS_S) // 2])
    if not 0 < top < len(scores) - 1:
        return float(scores[top]), at_zero, float(_LAGS_S[top])
    left, mid, right = scores[top - 1 : top + 2]
    bend = left - 2 * mid + right
    offset = 0.5 * (left - right) / bend if bend else 0.0
    return float(mid), at_zero, float(_LAGS_S[top] + offset * (_LAGS_S[1] - _LAGS_S[0]))


def read_marks(path: Path) -> list[Mark]:
    """Marks from the JSON that `talker speak --marks` writes."""
    rows = json.loads(path.read_text("utf-8"))["marks"]
    return [Mark(row["kind"], row["label"], row["start_s"], row["end_s"]) for row in rows]


def main() -> None:
    """Print a film's figures as a table and as one line of JSON, without what is not known."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("film", type=Path)
    parser.add_argument("marks", type=Path)
    parser.add_argument("--lead-in", type=float, default=0.0, help="seconds before the speech")
    parser.add_argument("--reference", type=Path, help="portrait that the rest should equal")
    args = parser.parse_args()
    reference = None
    if args.reference:
        from PIL import Image

        reference = np.asarray(Image.open(args.reference).convert("RGB"))
    figures = measure(
        args.film,
        read_marks(args.marks),
        args.lead_in,
        reference=reference,
    )
    values = {**asdict(figures.sync), **asdict(figures.steadiness)}
    for name, value in values.items():
        print(f"{name:22}{value:10.3f}" if isinstance(value, float) else f"{name:22}{value:10}")
    known = {name: value for name, value in values.items() if np.isfinite(value)}
    print(json.dumps(known))


if __name__ == "__main__":
    main()
