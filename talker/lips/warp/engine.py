"""The lip engine `warp`: portraits and clips speak after the phones, with no weights of its own."""

from __future__ import annotations

import hashlib
import os
from collections import OrderedDict, deque
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
from talker.lips.warp.clip_mouth import ClipMouth
from talker.lips.warp.donors import choose_donors
from talker.lips.warp.lent_mouth import LentMouth, LentMouths
from talker.lips.warp.matte import MODEL
from talker.lips.warp.puppet import Expression, Puppet
from talker.media.frames import Frame, FrameSource, Picture
from talker.speech.timeline import Speech
from talker.stage.life import Life

_BLOCK = 128
_MOST_PUPPETS = 4

Values = TypeVar("Values")


class WarpEngine(LipEngine):
    """Warps a portrait by its landmarks after the phones of the speech, or a clip's lower face."""

    name: ClassVar[str] = "warp"

    def __init__(self, capabilities: LipCapabilities) -> None:
        self.capabilities = capabilities
        self._puppets: OrderedDict[bytes, Puppet] = OrderedDict()

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
        face = track[0]
        if source.fps is None and face is not None:
            puppet = self._puppet(next(source.frames()).picture, face, settings)
            return _timed(_of_still(puppet, speech, settings), settings.fps)
        return _timed(_of_clip(source, track, speech, settings), settings.fps)

    def _puppet(self, picture: Picture, face: Face, settings: LipSettings) -> Puppet:
        """The puppet of a portrait, which takes half a second to make: the last few are kept."""
        matte_model = store.file(*MODEL) if settings.life > 0 else None
        content = hashlib.blake2b(picture.tobytes(), digest_size=32)
        content.update(face.landmarks.tobytes())
        content.update(repr((picture.shape, matte_model)).encode())
        key = content.digest()
        if key not in self._puppets:
            while len(self._puppets) >= _MOST_PUPPETS:
                self._puppets.popitem(last=False)
            self._puppets[key] = Puppet(picture, face.landmarks, matte_model)
        self._puppets.move_to_end(key)
        return self._puppets[key]


def _timed(pictures: Generator[Picture], fps: Fraction) -> Generator[Frame]:
    with closing(pictures):
        for number, picture in enumerate(pictures):
            yield Frame(picture, Fraction(number) / fps)


def _of_still(puppet: Puppet, speech: Speech, settings: LipSettings) -> Generator[Picture]:
    """The portrait, which blinks, breathes and moves its head as it speaks."""
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


_Moment = tuple[Picture, Face, MouthShape, list[tuple[LentMouth, float]]]
"""A frame of a clip with its face, the shape its mouth is to have, and what has that mouth."""


def _of_clip(
    source: FrameSource, track: Sequence[Face | None], speech: Speech, settings: LipSettings
) -> Generator[Picture]:
    """The clip with other mouths; all else in it moves as it does."""
    clip_mouth = ClipMouth(MouthPaste(settings.sharpness, settings.seed))

    def drawn(moment: Picture | _Moment) -> Picture:
        return clip_mouth.draw(*moment) if isinstance(moment, tuple) else moment

    moments = read_ahead(_moments(source, track, speech, settings), 2, "warp-read")
    yield from in_order(moments, drawn, _threads(settings), "warp")


def _moments(
    source: FrameSource, track: Sequence[Face | None], speech: Speech, settings: LipSettings
) -> Generator[Picture | _Moment]:
    """What each frame needs to be drawn; those that are to stay as they are need nothing."""
    runs = deque(choose_donors(track, (source.width, source.height)))
    mouths = LentMouths(source, track)
    shapes = _shapes(speech, settings)
    for number, (shape, frame) in enumerate(zip(shapes, source.frames(), strict=False)):
        while runs and number >= runs[0].end:
            runs.popleft()
        face = track[number]
        if face is None or face.trust <= 0 or not runs or not runs[0].donors:
            yield frame.picture
            continue
        lent = [(mouths.of(donor), share) for donor, share in runs[0].shares(face)]
        yield frame.picture, face, shape, lent


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
