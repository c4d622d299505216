"""Where one face is in every frame of a clip, kept on disk."""

from __future__ import annotations

import tempfile
import threading
from bisect import bisect_right
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from typing import Literal, Self, overload

import numpy as np

from talker.closing import Closing
from talker.faces.face import Face

Reason = Literal["lost", "turned", "covered", "tiny"]
"""Why a mouth is not replaced as in other frames: there is no face, it is turned away, its mouth is
hidden, or it is too small to look good."""

Policy = Literal["hold", "interpolate", "pass", "use"]
"""What is done then: the last face is kept, the face is put between its places before and after,
the frame stays as it is, or the face is used all the same."""

_RECORD = np.dtype(
    [
        ("shown", "u1"),
        ("box", "<f4", 4),
        ("landmarks", "<f4", (478, 3)),
        ("score", "<f4"),
        ("trust", "<f4"),
    ]
)


@dataclass(frozen=True, slots=True)
class Span:
    """A run of frames in which the face is not as it should be.

    Attributes:
        first: Number of its first frame.
        end: Number of the frame after its last.
        reason: Why.
        policy: What is done about it.
    """

    first: int
    end: int
    reason: Reason
    policy: Policy


class FaceFile:
    """Faces or gaps, one a frame, in a temporary file that goes away when it is closed."""

    def __init__(self) -> None:
        self._file = tempfile.TemporaryFile()  # noqa: SIM115 - closed by `close`
        self._reading = threading.Lock()
        self._length = 0

    def __len__(self) -> int:
        return self._length

    def append(self, face: Face | None) -> None:
        """Adds the next frame's face, or a gap."""
        record = np.zeros((), _RECORD)
        if face is not None:
            record["shown"] = 1
            record["box"], record["landmarks"] = face.box, face.landmarks
            record["score"], record["trust"] = face.score, face.trust
        with self._reading:
            self._file.seek(self._length * _RECORD.itemsize)
            self._file.write(record.tobytes())
            self._length += 1

    def read(self, number: int) -> Face | None:
        """The face of a frame; None for a gap."""
        # Not mapped into memory: pages that were once read would count as the process's own.
        with self._reading:
            self._file.seek(number * _RECORD.itemsize)
            record = np.frombuffer(self._file.read(_RECORD.itemsize), _RECORD)[0]
        if not record["shown"]:
            return None
        return Face(
            record["box"].copy(),
            record["landmarks"].copy(),
            float(record["score"]),
            float(record["trust"]),
        )

    def close(self) -> None:
        """Removes the file."""
        self._file.close()


class FaceTrack(Sequence[Face | None], Closing):
    """One person's face in every frame of a clip; None where the frame is to stay as it is.

    A context manager: it owns a temporary file.

    Args:
        faces: One for every frame; closed with the track.
        spans: In order.
        cuts: In order.

    Attributes:
        spans: Frames in which the face is not as it should be.
        cuts: Numbers of the first frames of new scenes.
    """

    def __init__(
        self, faces: FaceFile, spans: Sequence[Span] = (), cuts: Sequence[int] = ()
    ) -> None:
        self._faces = faces
        self.spans: tuple[Span, ...] = tuple(spans)
        self.cuts: tuple[int, ...] = tuple(cuts)

    @classmethod
    def of_still(cls, face: Face) -> Self:
        """The track of a picture."""
        faces = FaceFile()
        faces.append(face)
        return cls(faces)

    def __len__(self) -> int:
        return len(self._faces)

    @overload
    def __getitem__(self, index: int) -> Face | None: ...
    @overload
    def __getitem__(self, index: slice) -> Sequence[Face | None]: ...
    def __getitem__(self, index: int | slice) -> Face | Sequence[Face | None] | None:
        numbers = range(len(self))
        if isinstance(index, slice):
            return [self._faces.read(number) for number in numbers[index]]
        return self._faces.read(numbers[index])

    def close(self) -> None:
        """Removes the temporary file; the track cannot be read any more."""
        self._faces.close()


class FittedTrack(Sequence[Face | None]):
    """A track as seen by a film that shows the clip's frames in an order of its own.

    Args:
        track: Of the clip; stays the caller's to close.
        index: The clip's frame that a frame of the film shows.
        count: Frames of the film.
    """

    def __init__(self, track: FaceTrack, index: Callable[[int], int], count: int) -> None:
        self._track = track
        self._index = index
        self._count = count

    def __len__(self) -> int:
        return self._count

    @overload
    def __getitem__(self, index: int) -> Face | None: ...
    @overload
    def __getitem__(self, index: slice) -> Sequence[Face | None]: ...
    def __getitem__(self, index: int | slice) -> Face | Sequence[Face | None] | None:
        numbers = range(self._count)
        if isinstance(index, slice):
            return [self._track[self._index(number)] for number in numbers[index]]
        return self._track[self._index(numbers[index])]

    @property
    def film_spans(self) -> tuple[Span, ...]:
        """The track's spans in frames of the film; one that is shown twice is there twice."""
        spans: list[Span] = []
        firsts = [span.first for span in self._track.spans]
        for number in range(self._count):
            shown = self._index(number)
            place = bisect_right(firsts, shown) - 1
            if place < 0 or shown >= self._track.spans[place].end:
                continue
            own = self._track.spans[place]
            if spans and spans[-1].end == number and _is_like(spans[-1], own):
                spans[-1] = replace(spans[-1], end=number + 1)
            else:
                spans.append(replace(own, first=number, end=number + 1))
        return tuple(spans)


def _is_like(one: Span, other: Span) -> bool:
    return (one.reason, one.policy) == (other.reason, other.policy)
