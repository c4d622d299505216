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
from talker.lips.visemes import MouthShape, MouthTrack
from talker.lips.warp.matte import MODEL
from talker.lips.warp.puppet import Expression, Puppet
from talker.media.frames import Frame, FrameSource
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
        matte_model = store.file(*MODEL) if settings.life > 0 else None
        puppet = Puppet(next(source.frames()).picture, face.landmarks, matte_model)
        count = frame_count(speech, settings)
        life = Life(
            speech, settings.lead_in_s, float(count / settings.fps), settings.life, settings.seed
        )
        mouth = MouthTrack(speech)

        def expressions() -> Iterator[Expression]:
            for first in range(0, count, _BLOCK):
                numbers = np.arange(first, min(count, first + _BLOCK))
                times_s = numbers / float(settings.fps)
                shapes = mouth.at(times_s - settings.lead_in_s)
                alive = life.at(times_s)
                for row in range(len(numbers)):
                    yield Expression(
                        mouth=MouthShape(*map(float, shapes[row])),
                        blink=float(alive.blink[row]),
                        gaze=(float(alive.gaze[row, 0]), float(alive.gaze[row, 1])),
                        pose=alive.pose[row],
                        breath=float(alive.breath[row]),
                        brows=float(alive.brows[row]),
                    )

        threads = settings.threads or os.cpu_count() or 1
        for number, picture in enumerate(_in_order(expressions(), puppet.draw, threads)):
            yield Frame(picture, Fraction(number) / settings.fps)


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
