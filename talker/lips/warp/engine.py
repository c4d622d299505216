"""The lip engine `warp`: portraits and clips speak after the phones, with no weights of its own."""

from __future__ import annotations

import os
from collections.abc import Callable, Generator, Iterator, Sequence
from contextlib import closing
from fractions import Fraction
from typing import ClassVar, TypeVar

import numpy as np
from numpy.typing import NDArray

from talker.assets import store
from talker.errors import FaceError
from talker.faces.face import Face
from talker.lips.engine import LipCapabilities, LipEngine, LipSettings, frame_count
from talker.lips.paste.mouth_paste import MouthPaste
from talker.lips.pipeline import in_order, read_ahead
from talker.lips.visemes import MouthShape, MouthTrack
from talker.lips.warp.clip_mouth import ClipMouth, Donor
from talker.lips.warp.donors import Run, choose_donors
from talker.lips.warp.matte import MODEL
from talker.lips.warp.puppet import Expression, Puppet
from talker.media.frames import Frame, FrameSource, Picture
from talker.speech.timeline import Speech
from talker.stage.life import Life

_BLOCK = 128

Values = TypeVar("Values")


class WarpEngine(LipEngine):
    """Warps a portrait by its landmarks after the phones of the speech, or a clip's lower face."""

    name: ClassVar[str] = "warp"

    def __init__(self, capabilities: LipCapabilities) -> None:
        self.capabilities = capabilities

    def animate(
        self,
        source: FrameSource,
        track: Sequence[Face | None],
        speech: Speech,
        settings: LipSettings,
    ) -> Iterator[Frame]:
        """See `LipEngine.animate`."""
        if all(face is None for face in track):
            raise FaceError(
                "There is no face in the portrait or clip to animate.",
                "Choose one with a face that looks at the camera.",
            )
        pictures = (_of_still if source.fps is None else _of_clip)(source, track, speech, settings)
        return _timed(pictures, settings.fps)


def _timed(pictures: Generator[Picture], fps: Fraction) -> Generator[Frame]:
    with closing(pictures):
        for number, picture in enumerate(pictures):
            yield Frame(picture, Fraction(number) / fps)


def _of_still(
    source: FrameSource, track: Sequence[Face | None], speech: Speech, settings: LipSettings
) -> Generator[Picture]:
    """The portrait, which blinks, breathes and moves its head as it speaks."""
    face = track[0]
    assert face is not None  # noqa: S101 - `animate` has looked
    matte_model = store.file(*MODEL) if settings.life > 0 else None
    puppet = Puppet(next(source.frames()).picture, face.landmarks, matte_model)
    count = frame_count(speech, settings)
    life = Life(
        speech, settings.lead_in_s, float(count / settings.fps), settings.life, settings.seed
    )

    def expressions() -> Generator[Expression]:
        alive_in_blocks = _blocks(count, settings.fps, life.at)
        for shape, (alive, row) in zip(_shapes(speech, settings), alive_in_blocks, strict=True):
            yield Expression(
                mouth=shape,
                blink=float(alive.blink[row]),
                gaze=(float(alive.gaze[row, 0]), float(alive.gaze[row, 1])),
                pose=alive.pose[row],
                breath=float(alive.breath[row]),
                brows=float(alive.brows[row]),
            )

    yield from in_order(expressions(), puppet.draw, _threads(settings), "warp")


def _of_clip(
    source: FrameSource, track: Sequence[Face | None], speech: Speech, settings: LipSettings
) -> Generator[Picture]:
    """The clip with other mouths; all else in it moves as it does."""
    runs = choose_donors(track)
    donors = _donors(source, track, runs)
    clip_mouth = ClipMouth(MouthPaste(settings.sharpness, settings.seed))

    def moments() -> Generator[tuple[Picture, Face | None, MouthShape, Run | None]]:
        frames, shapes = source.frames(), _shapes(speech, settings)
        ahead = iter(runs)
        run = next(ahead, None)
        for number, (frame, shape) in enumerate(zip(frames, shapes, strict=False)):
            while run is not None and number >= run.end:
                run = next(ahead, None)
            yield frame.picture, track[number], shape, run

    def drawn(moment: tuple[Picture, Face | None, MouthShape, Run | None]) -> Picture:
        picture, face, shape, run = moment
        if face is None or face.trust <= 0 or run is None:
            return picture
        return clip_mouth.draw(picture, face, shape, [donors[number] for number in run.donors])

    read = read_ahead(moments(), 2, "warp-read")
    yield from in_order(read, drawn, _threads(settings), "warp")


def _donors(
    source: FrameSource, track: Sequence[Face | None], runs: Sequence[Run]
) -> dict[int, Donor]:
    """The donors by the numbers of their frames, found in a pass that ends with the last one."""
    wanted = {number for run in runs for number in run.donors}
    donors: dict[int, Donor] = {}
    for number, frame in zip(range(max(wanted) + 1), source.frames(), strict=False):
        face = track[number] if number in wanted else None
        if face is not None:
            donors[number] = Donor.of(frame.picture, face)
    return donors


def _shapes(speech: Speech, settings: LipSettings) -> Generator[MouthShape]:
    """The shape of the mouth in each frame."""
    mouth = MouthTrack(speech)
    count = frame_count(speech, settings)
    blocks = _blocks(count, settings.fps, lambda times_s: mouth.at(times_s - settings.lead_in_s))
    for shapes, row in blocks:
        yield MouthShape(*map(float, shapes[row]))


def _blocks(
    count: int, fps: Fraction, at: Callable[[NDArray[np.float64]], Values]
) -> Generator[tuple[Values, int]]:
    """For each frame the values of many frames, computed at once, and its row in them."""
    for first in range(0, count, _BLOCK):
        numbers = np.arange(first, min(count, first + _BLOCK))
        values = at(numbers / float(fps))
        for row in range(len(numbers)):
            yield values, row


def _threads(settings: LipSettings) -> int:
    return settings.threads or os.cpu_count() or 1
