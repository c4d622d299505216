"""The lip engine `wav2lip`: portraits and clips speak after the sound, by a neural network."""

from __future__ import annotations

import os
from collections.abc import Callable, Generator, Iterator, Sequence
from contextlib import closing
from dataclasses import dataclass
from fractions import Fraction
from itertools import islice
from typing import ClassVar

import numpy as np
from numpy.typing import NDArray

from talker.assets import store
from talker.errors import FaceError
from talker.faces.face import Face
from talker.lips.engine import LipCapabilities, LipEngine, LipSettings, frame_count
from talker.lips.paste.mouth_paste import MouthPaste
from talker.lips.paste.placing import Affine
from talker.lips.pipeline import batches, in_order, read_ahead
from talker.lips.warp.matte import MODEL
from talker.lips.wav2lip.crop import cut_face
from talker.lips.wav2lip.gated_mel import GatedMel
from talker.lips.wav2lip.generating import GeneratorRuntime
from talker.lips.wav2lip.living_portrait import LivingPortrait
from talker.lips.wav2lip.runtime import open_generator
from talker.lips.wav2lip.weights import missing_weights, ready_weights
from talker.media.frames import Frame, FrameSource, Picture
from talker.speech.timeline import Speech
from talker.stage.life import Life

FIRST_ROW = 45
"""Of the generator's faces that is used: a little above the middle, far above every mouth."""

_HELD_BYTES = 64_000_000
"""Frames of one batch take no more than this; four batches are under way at a time."""


@dataclass(frozen=True, slots=True)
class _Seen:
    """A frame on its way through the stages.

    Attributes:
        number: In the film.
        picture: The frame, uint8 RGB.
        face: In the frame; None where the frame is to stay as it is.
        crop: Of the face, float32, shape (6, 96, 96).
        to_frame: From the crop's pixels to the frame's.
    """

    number: int
    picture: Picture
    face: Face | None = None
    crop: NDArray[np.float32] | None = None
    to_frame: Affine | None = None


_Drawn = tuple[_Seen, NDArray[np.float32] | None]
"""A frame and the face drawn for it from `FIRST_ROW` on: RGB in levels of 0 to 255."""


class Wav2LipEngine(LipEngine):
    """Draws mouths with Wav2Lip's generator and lays them into the frames.

    In silence the generator hears digital silence, whatever noise is in the sound, and closes the
    mouth; the clip's own mouth is never shown instead, for it may speak.
    """

    name: ClassVar[str] = "wav2lip"

    def __init__(self, capabilities: LipCapabilities) -> None:
        self.capabilities = capabilities
        self._generator: tuple[tuple[str, ...], GeneratorRuntime] | None = None

    def prepare(self, settings: LipSettings) -> None:
        """See `LipEngine.prepare`; the generator that is loaded is taken again if it fits."""
        self._loaded(settings)

    def animate(
        self,
        source: FrameSource,
        track: Sequence[Face | None],
        speech: Speech,
        settings: LipSettings,
    ) -> Iterator[Frame]:
        """See `LipEngine.animate`.

        Raises:
            AssetError: There are no weights, or they cannot be used.
            UsageError: There is no such device, runtime or precision here.
        """
        if all(face is None for face in track):
            raise FaceError(
                "There is no face in the portrait or clip to animate.",
                "Choose one with a face that looks at the camera.",
            )
        film = _Film(self._loaded(settings), speech, settings)
        if source.fps is None:
            return film.of_still(source, track)
        return film.of_clip(source, track)

    def _loaded(self, settings: LipSettings) -> GeneratorRuntime:
        weights = ready_weights(settings.weights)
        if weights is None:
            raise missing_weights(settings.weights)
        wanted = (str(weights), settings.device, settings.runtime, settings.precision)
        if self._generator is None or self._generator[0] != wanted:
            generator = open_generator(
                settings.device, settings.runtime, settings.precision, weights, FIRST_ROW
            )
            self._generator = wanted, generator
        self.device = self._generator[1].device
        self.weights = weights.parent.name
        return self._generator[1]


class _Film:
    """What all frames of a film share."""

    def __init__(self, generator: GeneratorRuntime, speech: Speech, settings: LipSettings) -> None:
        self._generator = generator
        self._speech = speech
        self._settings = settings
        self._count = frame_count(speech, settings)
        self._sound = GatedMel(speech, settings)
        self._paste = MouthPaste(settings.sharpness, settings.seed)
        self._threads = settings.threads or os.cpu_count() or 1

    def of_clip(self, source: FrameSource, track: Sequence[Face | None]) -> Generator[Frame]:
        """The clip, one of its frames for each of the film."""
        seen = self._cut(source, track)
        return self._finished(seen, self._batch(source), self._laid)

    def of_still(self, source: FrameSource, track: Sequence[Face | None]) -> Generator[Frame]:
        """The portrait, which blinks, breathes and moves its head as it speaks.

        The mouth is laid into the portrait as it stands, and moves with the head.
        """
        picture, face = next(source.frames()).picture, track[0]
        assert face is not None  # noqa: S101 - `animate` has looked
        settings = self._settings
        matte = store.file(*MODEL) if settings.life > 0 else None
        portrait = LivingPortrait(picture, face.landmarks, matte)
        length_s = float(self._count / settings.fps)
        life = Life(self._speech, settings.lead_in_s, length_s, settings.life, settings.seed)
        crop = cut_face(picture, face)

        def seen() -> Generator[_Seen]:
            for number in range(self._count):
                yield _Seen(number, picture, face, crop.face, crop.to_frame)

        def alive(drawn: _Drawn) -> Picture:
            times_s = np.array([drawn[0].number / float(settings.fps)])
            return portrait.draw(self._laid(drawn), life.at(times_s))

        return self._finished(seen(), self._generator.batch, alive)

    def _batch(self, source: FrameSource) -> int:
        """Frames of the source that are held and drawn at once."""
        frame_bytes = 3 * source.width * source.height
        return max(1, min(self._generator.batch, _HELD_BYTES // frame_bytes))

    def _cut(self, source: FrameSource, track: Sequence[Face | None]) -> Generator[_Seen]:
        """The clip's frames with what the generator is to see of them."""
        for number, frame in enumerate(islice(source.frames(), self._count)):
            face = track[number]
            if face is None or face.trust <= 0:
                yield _Seen(number, frame.picture)
            else:
                crop = cut_face(frame.picture, face)
                yield _Seen(number, frame.picture, face, crop.face, crop.to_frame)

    def _finished(
        self, seen: Generator[_Seen], batch: int, finish: Callable[[_Drawn], Picture]
    ) -> Generator[Frame]:
        """The film: frames are read, drawn and finished at the same time, some ahead of others."""
        read = read_ahead(batches(seen, batch), 1, "wav2lip-read")
        drawn = read_ahead(self._drawn(read), 1, "wav2lip-draw")
        pictures = in_order(_one_by_one(drawn), finish, self._threads, "wav2lip-finish")
        with closing(pictures):
            for number, picture in enumerate(pictures):
                yield Frame(picture, Fraction(number) / self._settings.fps)

    def _drawn(self, read: Generator[list[_Seen]]) -> Generator[list[_Drawn]]:
        """Batches of frames with the faces that the generator draws for them."""
        with closing(read):
            for batch in read:
                crops = [seen.crop for seen in batch if seen.crop is not None]
                if not crops:
                    yield [(seen, None) for seen in batch]
                    continue
                numbers = np.array([seen.number for seen in batch if seen.crop is not None])
                faces = self._generator.generate(self._sound.windows(numbers), np.stack(crops))
                patches = iter(faces.transpose(0, 2, 3, 1)[..., ::-1] * np.float32(255))
                yield [(seen, None if seen.crop is None else next(patches)) for seen in batch]

    def _laid(self, drawn: _Drawn) -> Picture:
        """A frame with the mouth that was drawn for it."""
        seen, patch = drawn
        if seen.face is None or seen.to_frame is None or patch is None:
            return seen.picture
        to_frame = seen.to_frame.copy()
        to_frame[:, 2] += FIRST_ROW * to_frame[:, 1]
        return self._paste.paste(seen.picture, seen.face, patch, to_frame)


def _one_by_one(drawn: Generator[list[_Drawn]]) -> Generator[_Drawn]:
    with closing(drawn):
        for batch in drawn:
            yield from batch
