"""The lip engine `warp`: a still portrait speaks and lives, with no weights of its own."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable, Iterator, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from fractions import Fraction
from itertools import islice
from typing import ClassVar, TypeVar

import numpy as np

from talker.assets import store
from talker.errors import FaceError
from talker.faces.face import Face
from talker.lips.engine import LipCapabilities, LipEngine, LipSettings, frame_count
from talker.lips.visemes import MouthTrack
from talker.lips.warp.matte import MODEL
from talker.lips.warp.mouth import with_shape
from talker.lips.warp.puppet import Puppet
from talker.media.frames import Frame, FrameSource, Picture
from talker.speech.timeline import Speech
from talker.stage.life import Life

_BLOCK = 128

Item = TypeVar("Item")
Result = TypeVar("Result")


class WarpEngine(LipEngine):
    """Warps a portrait by its landmarks, after the phones of the speech."""

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
        """See `LipEngine.animate`; the source is a still."""
        face = track[0] if track else None
        if face is None:
            raise FaceError(
                "There is no face in the portrait to animate.",
                "Choose a picture with a face that looks at the camera.",
            )
        picture = next(source.frames()).picture
        matte_model = store.file(*MODEL) if settings.life > 0 else None
        puppet = Puppet(picture, face.landmarks, matte_model)
        count = frame_count(speech, settings)
        life = Life(
            speech, settings.lead_in_s, float(count / settings.fps), settings.life, settings.seed
        )
        mouth = MouthTrack(speech)

        def poses() -> Iterator[Callable[[], Picture]]:
            for first in range(0, count, _BLOCK):
                numbers = np.arange(first, min(count, first + _BLOCK))
                times_s = numbers / float(settings.fps)
                shapes = mouth.at(times_s - settings.lead_in_s)
                alive = life.at(times_s)
                for row in range(len(numbers)):
                    yield _pose(
                        puppet,
                        shapes[row],
                        float(alive.blink[row]),
                        (float(alive.gaze[row, 0]), float(alive.gaze[row, 1])),
                        alive.pose[row],
                        float(alive.breath[row]),
                        float(alive.brows[row]),
                    )

        threads = settings.threads or os.cpu_count() or 1
        pictures = _in_order(poses(), lambda draw: draw(), threads)
        for number, drawn in enumerate(pictures):
            yield Frame(drawn, Fraction(number) / settings.fps)


def _pose(
    puppet: Puppet,
    shape: np.ndarray,
    blink: float,
    gaze: tuple[float, float],
    pose: np.ndarray,
    breath: float,
    brows: float,
) -> Callable[[], Picture]:
    def draw() -> Picture:
        canvas = puppet.still(with_shape(shape), blink, gaze)
        return puppet.moved(canvas, pose, breath, brows)

    return draw


def _in_order(
    items: Iterable[Item], work: Callable[[Item], Result], threads: int
) -> Iterator[Result]:
    """Results in the order of the items, a few being worked on at a time."""
    source = iter(items)
    pool = ThreadPoolExecutor(threads, thread_name_prefix="warp")
    try:
        under_way: list[Future[Result]] = [
            pool.submit(work, item) for item in islice(source, threads + 2)
        ]
        while under_way:
            yield under_way.pop(0).result()
            under_way += [pool.submit(work, item) for item in islice(source, 1)]
    finally:
        pool.shutdown(wait=True, cancel_futures=True)
