"""The contract every lip engine keeps."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import ClassVar

from talker.faces.face import Face
from talker.media.frames import Frame, FrameSource
from talker.speech.timeline import Speech


@dataclass(frozen=True, slots=True)
class LipSettings:
    """How to move the face, the same for every engine.

    Attributes:
        fps: Frames a second of the output.
        lead_in_s: Seconds of picture before the speech starts.
        tail_s: Seconds of picture after the speech ends.
        life: 0 (the head is still, the eyes are open) to 1 (lively).
        seed: Of everything random; the same seed gives the same frames.
        threads: Frames rendered at a time; 0 for one a core.
        device: "auto", "cpu", "gpu" or "gpu:N".
        runtime: Name of the runtime of a neural engine, or "auto" for the fastest that is here.
        precision: "fp32", "fp16" or "bf16", for a neural engine on a GPU.
        weights: Entry of the model store with the weights; None for the best that is there.
        sharpness: How far a generated mouth is sharpened, 0 (not at all) to 1.
    """

    fps: Fraction = Fraction(25)
    lead_in_s: float = 0.0
    tail_s: float = 0.0
    life: float = 0.6
    seed: int = 0
    threads: int = 0
    device: str = "auto"
    runtime: str = "auto"
    precision: str = "fp32"
    weights: str | None = None
    sharpness: float = 0.5


@dataclass(frozen=True, slots=True)
class LipCapabilities:
    """What an engine can do, known without loading it.

    Attributes:
        needs_weights: Whether it needs a trained model of its own.
        uses_phones: Whether it follows phone marks (else the sound).
        devices: "cpu", "gpu" or both.
    """

    needs_weights: bool
    uses_phones: bool
    devices: tuple[str, ...] = ("cpu",)


class LipEngine(ABC):
    """Makes a face say a speech.

    Attributes:
        device: Where it computes, in words for people; a neural engine knows it once prepared.
        weights: Entry of the model store that it draws with, once prepared; None without one.
    """

    name: ClassVar[str]
    capabilities: LipCapabilities
    device: str = "cpu"
    weights: str | None = None

    def prepare(self, settings: LipSettings) -> None:  # noqa: B027 - not all have to
        """Loads what `animate` needs, so that what is missing is told before any work is done.

        Raises:
            AssetError: There are no weights, or they cannot be used.
            UsageError: There is no such device, runtime or precision here.
        """

    @abstractmethod
    def animate(
        self,
        source: FrameSource,
        track: Sequence[Face | None],
        speech: Speech,
        settings: LipSettings,
    ) -> Iterator[Frame]:
        """Frames that speak.

        Args:
            source: A still, or a clip with exactly as many frames as the film.
            track: The face in each frame of the source; None where it is lost.
            speech: What is said.
            settings: How to move.

        Yields:
            `frame_count` frames of the source's size, one every 1 / fps seconds from 0.

        Raises:
            FaceError: No face to animate.
        """


def frame_count(speech: Speech, settings: LipSettings) -> int:
    """Frames that cover lead-in, speech and tail, the last one at least begun."""
    length_s = (
        Fraction(len(speech.samples), speech.sample_rate)
        + Fraction(settings.lead_in_s).limit_denominator(1_000_000)
        + Fraction(settings.tail_s).limit_denominator(1_000_000)
    )
    return max(1, -int(-length_s * settings.fps // 1))
