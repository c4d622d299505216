"""A contact sheet of what a film will be made from: its face's track, mask and crop."""

from __future__ import annotations

import time
from dataclasses import dataclass
from fractions import Fraction

import cv2
import numpy as np

from talker.assets.portraits import Portrait
from talker.checking import check_preview
from talker.faces.face import Face
from talker.fetching import fetch_missing
from talker.framing_clips import FRAMING_MODELS, aimed, framed, is_framed
from talker.jobs import PreviewResult, SyncJob
from talker.lips.paste.mask import mouth_mask
from talker.lips.wav2lip.crop import FaceCrop, cut_face
from talker.media.clip import ClipSource
from talker.media.excerpt import Excerpt
from talker.media.frames import Picture
from talker.media.pictures import write_png
from talker.progress import Reporter
from talker.settings import FilmSettings
from talker.sitter import Look, follow, models_for, seat

PREVIEW_S = 4
"""Seconds of a clip that are looked at."""

_PANELS, _COLUMNS = 12, 2
_HEIGHT, _WIDEST = 220, 392
"""Pixels of the pictures of a panel."""
_GAP, _LABEL = 12, 30
_PAPER, _INK, _GREY = (250, 250, 248), (28, 30, 34), (120, 124, 130)
_BOX, _POINTS, _MASK, _WRONG = (38, 139, 210), (255, 255, 255), (226, 60, 120), (200, 70, 20)
_MASK_SHARE = 0.6
_CLOSE = 1.25
"""Side of the close-up, in the longer side of the face's box."""
_FONT = cv2.FONT_HERSHEY_SIMPLEX


@dataclass(frozen=True, slots=True)
class _Panel:
    """A frame that is shown.

    Attributes:
        title: Its number and time.
        picture: uint8 RGB, shape (height, width, 3).
        face: In it; None where it stays as it is.
        problem: Why the face is not as it should be, and what is done; empty where it is.
    """

    title: str
    picture: Picture
    face: Face | None
    problem: str


def preview(job: SyncJob, reporter: Reporter | None = None) -> PreviewResult:
    """Draws how the face of a job is found, without its lips or its sound; needs no weights.

    Args:
        job: As `talker.film.sync` takes it; the sheet is its output where that is a PNG, else it
            is written beside it.
        reporter: Told of the stages.

    Raises:
        UsageError: A wrong input, no face, or no such face.
        WriteError: A disk that is full or fails; no file is left.
    """
    started_s = time.monotonic()
    reporter = reporter or Reporter()
    path, portrait, look = check_preview(job)
    more = FRAMING_MODELS if isinstance(look, ClipSource) and is_framed(look) else ()
    fetch_missing([*models_for(portrait), *more], reporter)
    panels = _panels(portrait, look, job.settings, reporter)
    write_png(path, _sheet(panels), overwrite=job.overwrite)
    return PreviewResult(
        path=path,
        portrait=portrait.title,
        frames=[panel.title for panel in panels],
        problems=[f"{panel.title}: {panel.problem}" for panel in panels if panel.problem],
        taken_s=time.monotonic() - started_s,
    )


def _panels(
    portrait: Portrait, look: Look, settings: FilmSettings, reporter: Reporter
) -> list[_Panel]:
    if not isinstance(look, ClipSource):
        sitter = seat(portrait, look, settings, reporter)
        return [_Panel("still", sitter.picture, sitter.face, "")]
    clip = framed(portrait, look, settings, reporter)
    opening = Excerpt(clip, clip.times_s.started_before(Fraction(PREVIEW_S)) + 1)
    count = min(_PANELS, opening.count)
    wanted = {round(number) for number in np.linspace(0, opening.count - 1, count)}
    panels: list[_Panel] = []
    with follow(opening, aimed(clip, settings), reporter) as track:
        for number, frame in enumerate(opening.frames()):
            if number not in wanted:
                continue
            spans = [span for span in track.spans if span.first <= number < span.end]
            problem = ", ".join(f"{span.reason}: {span.policy}" for span in spans)
            title = f"frame {number}, {float(frame.time_s):.2f} s"
            panels.append(_Panel(title, frame.picture, track[number], problem))
    return panels


def _sheet(panels: list[_Panel]) -> Picture:
    """All panels in columns, each column read from top to bottom."""
    drawn = [_drawn(panel) for panel in panels]
    columns = min(_COLUMNS, len(drawn))
    rows = -(-len(drawn) // columns)
    height, width = drawn[0].shape[:2]
    size = (_GAP + rows * (height + _GAP), _GAP + columns * (width + _GAP), 3)
    sheet = np.full(size, _PAPER, np.uint8)
    for place, panel in enumerate(drawn):
        column, row = divmod(place, rows)
        top, left = _GAP + row * (height + _GAP), _GAP + column * (width + _GAP)
        sheet[top : top + height, left : left + width] = panel
    return sheet


def _drawn(panel: _Panel) -> Picture:
    """A panel: the frame, the mouth from near, and what the generator sees, under a line."""
    parts = [_whole(panel)]
    if panel.face is None:
        parts += [_empty(), _empty()]
    else:
        crop = cut_face(panel.picture, panel.face)
        parts += [_close_up(panel.picture, panel.face, crop), _seen(crop)]
    gap = np.full((_HEIGHT, _GAP // 2, 3), _PAPER, np.uint8)
    pictures = np.hstack([parts[0], gap, parts[1], gap, parts[2]])
    label = np.full((_LABEL, pictures.shape[1], 3), _PAPER, np.uint8)
    _write(label, panel.title, 2, _INK)
    if panel.problem:
        _write(label, panel.problem, 190, _WRONG)
    elif panel.face is not None and panel.face.trust < 1:
        _write(label, f"mouth replaced to {panel.face.trust:.0%}", 190, _GREY)
    return np.vstack([label, pictures])


def _whole(panel: _Panel) -> Picture:
    """The frame with its face's box and landmarks."""
    height, width = panel.picture.shape[:2]
    scale = min(_HEIGHT / height, _WIDEST / width)
    size = max(1, round(width * scale)), max(1, round(height * scale))
    small = cv2.resize(panel.picture, size, interpolation=cv2.INTER_AREA)
    shown = np.full((_HEIGHT, max(_HEIGHT, round(_HEIGHT * width / height)), 3), _PAPER, np.uint8)
    shown = shown[:, :_WIDEST]
    top, left = (_HEIGHT - size[1]) // 2, (shown.shape[1] - size[0]) // 2
    shown[top : top + size[1], left : left + size[0]] = small
    if panel.face is not None:
        shift = np.array([left, top])
        first, last = np.round(panel.face.box.reshape(2, 2) * scale + shift).astype(int).tolist()
        cv2.rectangle(shown, first, last, _BOX, 2, cv2.LINE_AA)
        for point in panel.face.landmarks[::3, :2] * scale + shift - 0.5:
            cv2.circle(shown, np.round(point).astype(int).tolist(), 0, _POINTS, -1)
    return shown


def _close_up(picture: Picture, face: Face, crop: FaceCrop) -> Picture:
    """The face from near, what may be replaced of it tinted."""
    tinted = picture.astype(np.float32)
    mask = mouth_mask(face, picture.shape[:2], crop.face.shape[1:], crop.to_frame)
    if mask is not None:
        share = _MASK_SHARE * face.trust * mask.share[..., None]
        region = tinted[mask.region]
        tinted[mask.region] = region + share * (np.array(_MASK, np.float32) - region)
    middle = (face.box[:2] + face.box[2:]) / 2
    side = _CLOSE * float((face.box[2:] - face.box[:2]).max())
    scale = _HEIGHT / side
    shift = _HEIGHT / 2 - middle * scale
    move = np.array([[scale, 0, shift[0]], [0, scale, shift[1]]], np.float64)
    near = cv2.warpAffine(
        tinted, move, (_HEIGHT, _HEIGHT), flags=cv2.INTER_AREA, borderMode=cv2.BORDER_REPLICATE
    )
    near = np.clip(near + 0.5, 0, 255).astype(np.uint8)
    for point in face.landmarks[:, :2] * scale + shift:
        cv2.circle(near, np.round(point).astype(int).tolist(), 0, _POINTS, -1)
    return near


def _seen(crop: FaceCrop) -> Picture:
    """The crop that the generator sees, 96 pixels enlarged; a line shows what it draws anew."""
    whole = np.clip(crop.face[3:] * 255 + 0.5, 0, 255).astype(np.uint8)
    picture = np.ascontiguousarray(whole[::-1].transpose(1, 2, 0))
    enlarged = np.asarray(
        cv2.resize(picture, (_HEIGHT, _HEIGHT), interpolation=cv2.INTER_CUBIC), np.uint8
    )
    cv2.line(enlarged, (0, _HEIGHT // 2), (_HEIGHT, _HEIGHT // 2), _MASK, 1)
    return enlarged


def _empty() -> Picture:
    shown = np.full((_HEIGHT, _HEIGHT, 3), 232, np.uint8)
    cv2.putText(shown, "as it is", (70, 115), _FONT, 0.5, _GREY, 1, cv2.LINE_AA)
    return shown


def _write(label: Picture, text: str, left: int, ink: tuple[int, int, int]) -> None:
    cv2.putText(label, text, (left, _LABEL - 9), _FONT, 0.5, ink, 1, cv2.LINE_AA)
