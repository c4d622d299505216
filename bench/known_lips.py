"""Talking films whose lips are known, and how well a face mesh finds them.

The films in `bench/talking` are rendered (`portraits/studio/takes`), so where the lips are in
every frame is known from the model and not from any mesh.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from bench.commands import talker
from bench.independent_mesh import IndependentMesh
from bench.sync_metrics import decoded, lip_opening
from talker.faces.following import track_faces
from talker.media.clip import ClipSource
from talker.speech.timeline import Mark

FOLDER = Path(__file__).parent / "talking"
PEOPLE = ("reader", "poet")

_UPPER_LIP, _LOWER_LIP = 13, 14

Points = NDArray[np.float64]


@dataclass(frozen=True)
class KnownFilm:
    """A film and what is known of it.

    Attributes:
        film: 512x512 pixels at 25 frames a second, with its speech.
        text: What is said.
        language: Its language.
        voice: Of `talker voices`.
        lead_in_s: Seconds of film before the speech.
        marks: The speech's timeline, on its own clock.
        units: Names of the face units that move the model.
        weights: Of the units in every frame, shape (frames, units).
        eyes: Outer corners of the person's left and right eye at rest, pixels, shape (2, 2).
        landmarks: MediaPipe's indices of the lips, shape (40,).
        lips: Their pixels in every frame, shape (frames, 40, 2).
    """

    film: Path
    text: str
    language: str
    voice: str
    lead_in_s: float
    marks: tuple[Mark, ...]
    units: tuple[str, ...]
    weights: NDArray[np.float64]
    eyes: Points
    landmarks: NDArray[np.int64]
    lips: Points

    @property
    def eye_span(self) -> float:
        """Between the outer corners of the eyes, pixels."""
        return float(np.linalg.norm(self.eyes[0] - self.eyes[1]))

    def openings(self) -> NDArray[np.float64]:
        """The gap between the lips in every frame, eye spans."""
        upper, lower = (
            self.lips[:, list(self.landmarks).index(index)] for index in (_UPPER_LIP, _LOWER_LIP)
        )
        return (lower - upper)[:, 1] / self.eye_span


@dataclass(frozen=True, slots=True)
class Agreement:
    """How a mesh's lips compare with the known ones.

    Attributes:
        frames: Of the film.
        lost: Frames in which there was no face.
        off: Median distance of the lips' landmarks, eye spans.
        off_p95: Its 95th percentile.
        opening_r: Correlation of the measured opening and the true one.
        opening_off: Median difference of the two, eye spans.
    """

    frames: int
    lost: int
    off: float
    off_p95: float
    opening_r: float
    opening_off: float


def known_film(person: str) -> KnownFilm:
    """One of `PEOPLE`."""
    film = FOLDER / f"{person}.mp4"
    known = json.loads(film.with_suffix(".json").read_text("utf-8"))
    return KnownFilm(
        film,
        known["text"],
        known["language"],
        known["voice"],
        known["lead_in_s"],
        tuple(Mark(**row) for row in known["marks"]),
        tuple(known["units"]),
        np.array(known["weights"]),
        np.array(known["eyes"]),
        np.array(known["landmarks"]),
        np.array(known["lips"]),
    )


def our_points(film: Path) -> Iterator[Points | None]:
    """Landmarks in every frame as the lip engines get them, shape (478, 2)."""
    with track_faces(ClipSource(film, None), lost="pass") as track:
        for k in range(len(track)):
            face = track[k]
            yield None if face is None else face.landmarks[:, :2].astype(float)


def independent_points(film: Path) -> Iterator[Points | None]:
    """Landmarks in every frame by the mesh that judges our films, shape (468, 2)."""
    mesh = IndependentMesh()
    for _, picture in decoded(film):
        points = mesh.follow(picture)
        yield None if points is None else points.astype(float)


def agreement(known: KnownFilm, found: Iterator[Points | None]) -> Agreement:
    """Compares a mesh's landmarks, frame by frame, with the known ones."""
    off: list[Points] = []
    pairs: list[tuple[float, float]] = []
    lost = 0
    for lips, opening, points in zip(known.lips, known.openings(), found, strict=True):
        if points is None:
            lost += 1
            continue
        off.append(np.linalg.norm(points[known.landmarks] - lips, axis=1) / known.eye_span)
        pairs.append((lip_opening(points), opening))
    measured, true = np.array(pairs).T
    return Agreement(
        frames=len(known.lips),
        lost=lost,
        off=float(np.median(off)),
        off_p95=float(np.percentile(off, 95)),
        opening_r=correlation(measured, true),
        opening_off=float(np.median(np.abs(measured - true))),
    )


def drawn_opening(known: KnownFilm, film: Path) -> float:
    """How the opening of lips that `warp` draws on a portrait follows the model's.

    Args:
        known: Whose speech the portrait of the same person says again.
        film: Where to make the film.

    Returns:
        Their correlation, measured by the independent mesh.
    """
    talker(
        *("say", "--text", known.text, "--voice", known.voice, "--portrait", known.film.stem),
        *("--lips", "warp", "--lead-in", str(known.lead_in_s), "--overwrite", "-o", film),
    )
    seen = [points for points in independent_points(film) if points is not None]
    drawn = np.array([lip_opening(points) for points in seen])
    length = min(len(drawn), len(known.lips))
    return correlation(drawn[:length], known.openings()[:length])


def correlation(one: Sequence[float] | Points, other: Sequence[float] | Points) -> float:
    """Pearson's r of two curves."""
    return float(np.corrcoef(one, other)[0, 1])
