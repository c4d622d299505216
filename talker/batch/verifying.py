"""A finished film opened and looked through before anybody takes it for one."""

from __future__ import annotations

import base64
import io
import json
from dataclasses import dataclass
from fractions import Fraction
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from talker.errors import TalkerError
from talker.media.opening import opened
from talker.media.sound import sound_pieces

if TYPE_CHECKING:
    from av.video.frame import VideoFrame

SOUND_RATE = 8_000
"""At which the sound is listened to."""

_STEP = SOUND_RATE // 100
_THUMBNAIL_SIDE = 240
_SEEN_AT = Fraction(2, 5)
_SILENT_DB = -60.0
_HEARD_UNDER_PEAK_DB = 35.0
_MOST_LAG_S = 0.12
_LAGS = 30  # steps of 10 ms that are tried
_FAINT = 1e-6


@dataclass(frozen=True, slots=True)
class Looked:
    """What a film was found to be.

    Attributes:
        frames: That were decoded.
        length_s: From the first frame to the end of the last.
        sound_s: Seconds of sound.
        peak_db: Of the sound, against full scale.
        loudness_db: Root mean square of the sound, against full scale.
        sound_lag_s: By how much the sound is later than the phones were to be; None where it is
            not known when they were to be.
        thumbnail: A frame as JPEG, in base64.
    """

    frames: int
    length_s: float
    sound_s: float
    peak_db: float
    loudness_db: float
    sound_lag_s: float | None
    thumbnail: str


class BadFilmError(TalkerError):
    """A film that is not what it should be, though it was made without an error."""

    def __init__(self, problem: str) -> None:
        super().__init__(
            f"The film was made and is not right: {problem}.",
            "Look whether disk and memory are sound; it is made again on the next run.",
        )


def look_through(
    film: Path, *, frames: int, fps: Fraction, size: tuple[int, int], marks: Path | None = None
) -> Looked:
    """Decodes all of a film.

    Args:
        film: The file.
        frames: That it should have.
        fps: Frames a second that it should have.
        size: Width and height that it should have.
        marks: Its timeline as JSON, to see that what is heard is where the lips move.

    Raises:
        BadFilmError: It does not open or decode, or has other frames, no sound, or sound elsewhere.
    """
    try:
        seen, last_s, thumbnail = _pictures(film, frames, size)
        heard = np.concatenate(list(sound_pieces(film, SOUND_RATE)))
    except TalkerError as error:
        raise BadFilmError(error.problem.rstrip(".")) from error
    length_s = float(last_s + 1 / fps)
    if seen != frames or abs(length_s - frames / float(fps)) > 0.5 / float(fps):
        raise BadFilmError(f"it has {seen} frames to {length_s:.2f} s, not {frames}")
    level = float(np.sqrt(np.mean(np.square(heard)))) if len(heard) else 0.0
    loudness_db = 20 * np.log10(level + _FAINT)
    if loudness_db < _SILENT_DB:
        raise BadFilmError(f"its sound is silent ({loudness_db:.0f} dB)")
    sound_s = len(heard) / SOUND_RATE
    if sound_s < length_s - 1.0 - 1 / float(fps) or sound_s > length_s + 0.2:
        raise BadFilmError(f"its sound lasts {sound_s:.2f} s of {length_s:.2f} s")
    lag_s = None if marks is None else _lag_s(heard, marks)
    if lag_s is not None and abs(lag_s) > _MOST_LAG_S:
        raise BadFilmError(f"its sound is {lag_s:+.2f} s away from the lips")
    return Looked(
        frames=seen,
        length_s=length_s,
        sound_s=sound_s,
        peak_db=float(20 * np.log10(float(np.max(np.abs(heard))) + _FAINT)),
        loudness_db=float(loudness_db),
        sound_lag_s=lag_s,
        thumbnail=thumbnail,
    )


def _pictures(film: Path, frames: int, size: tuple[int, int]) -> tuple[int, Fraction, str]:
    """How many frames there are, when the last is shown, and a picture of one."""
    seen, last_s, thumbnail = 0, Fraction(0), ""
    chosen = int(frames * _SEEN_AT)
    with opened(film, "film") as container:
        if not container.streams.video:
            raise BadFilmError("it has no picture")
        for frame in container.decode(container.streams.video[0]):
            if (frame.width, frame.height) != size:
                raise BadFilmError(f"its frames have {frame.width}x{frame.height} pixels")
            if seen == chosen:
                thumbnail = _jpeg(frame)
            if frame.pts is not None and frame.time_base is not None:
                last_s = frame.pts * frame.time_base
            seen += 1
    return seen, last_s, thumbnail


def _jpeg(frame: VideoFrame) -> str:
    scale = _THUMBNAIL_SIDE / max(frame.width, frame.height)
    picture: Any = frame.to_image()
    picture = picture.resize(tuple(max(1, round(side * scale)) for side in picture.size))
    stream = io.BytesIO()
    picture.save(stream, "JPEG", quality=80)
    return base64.b64encode(stream.getvalue()).decode()


def _lag_s(heard: NDArray[np.float32], marks: Path) -> float | None:
    """By how much the sound comes later than its phones: where both agree on when there is any."""
    rows = json.loads(marks.read_text("utf-8"))["marks"]
    steps = len(heard) // _STEP
    spoken = np.zeros(steps, bool)
    for row in rows:
        if row["kind"] == "phone":
            spoken[round(row["start_s"] * 100) : round(row["end_s"] * 100)] = True
    if not spoken.any() or spoken.all():
        return None
    levels = np.sqrt(np.mean(np.square(heard[: steps * _STEP].reshape(steps, _STEP)), axis=1))
    levels_db = 20 * np.log10(levels + _FAINT)
    loud = levels_db > levels_db.max() - _HEARD_UNDER_PEAK_DB
    agreed = [
        np.count_nonzero(np.roll(spoken, lag) == loud) - 1e-3 * abs(lag)
        for lag in range(-_LAGS, _LAGS + 1)
    ]
    return (int(np.argmax(agreed)) - _LAGS) / 100
