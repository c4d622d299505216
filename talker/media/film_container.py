"""The file of a film in the making: under its name only when it is complete."""

from __future__ import annotations

from collections.abc import Generator, Mapping
from contextlib import contextmanager, suppress
from fractions import Fraction
from pathlib import Path
from typing import TYPE_CHECKING

from talker.errors import UsageError, WriteError
from talker.media.targets import replacing, writing

if TYPE_CHECKING:
    from av.container import OutputContainer

FILM_SUFFIXES = (".mp4", ".mov", ".mkv")
"""Containers by suffix."""

MIN_FPS, MAX_FPS = Fraction(1), Fraction(120)
"""Frame rates that players take."""

_FORMATS = {".mp4": "mp4", ".mov": "mov", ".mkv": "matroska"}


class FilmContainer:
    """A container that is being written.

    Attributes:
        container: To add streams to and to mux packets into.
        frames: Pictures that must be in it when it is complete; set by the writer.
        sounds: Sound tracks that must be in it.
        subtitles: Subtitle tracks that must be in it.
    """

    def __init__(self, container: OutputContainer) -> None:
        self.container = container
        self.frames = 0
        self.sounds = 0
        self.subtitles = 0


@contextmanager
def film_container(
    path: Path, *, tags: Mapping[str, str], overwrite: bool
) -> Generator[FilmContainer]:
    """A new film; when the block ends well it is closed, checked and renamed into place.

    When the block ends with an exception, nothing is left.

    Args:
        path: The target, checked with `check_target` before; its suffix decides the container.
        tags: Container tags: title, artist, comment, description, date, genre, copyright.
        overwrite: Whether a file that exists may be replaced.

    Raises:
        UsageError: A target that came to be there meanwhile.
        MediaError: The folder lets nothing be written.
        WriteError: The disk is full or fails, or the film came out damaged.
    """
    from av.error import FFmpegError

    with replacing(path, overwrite=overwrite) as part:
        with writing(path):
            film = FilmContainer(_opened(part))
        film.container.metadata.update(tags)
        finished = False
        try:
            yield film
            with writing(path):
                film.container.close()
                finished = True
                _check_whole(path, part, film)
        finally:
            # What ended the block is told, not what follows it.
            with suppress(OSError, FFmpegError):
                if not finished:
                    # It goes first, so that no time is spent on closing it.
                    part.unlink(missing_ok=True)
                film.container.close()


def check_playable(size: tuple[int, int], fps: Fraction) -> None:
    """Refuses what cannot be encoded or played.

    Args:
        size: Width and height in pixels.
        fps: Frames a second.

    Raises:
        UsageError: An odd size, an impossible rate.
    """
    width, height = size
    if width % 2 or height % 2 or min(size) < 2:
        raise UsageError(
            f"A film of {width}x{height} pixels cannot be encoded: H.264 needs even numbers.",
            f"Use {max(2, width - width % 2)}x{max(2, height - height % 2)}.",
        )
    if not MIN_FPS <= fps <= MAX_FPS:
        raise UsageError(
            f"{float(fps):g} frames a second cannot be played.",
            f"Choose a rate from {MIN_FPS} to {MAX_FPS}, such as 25 or 30000/1001.",
        )


def _opened(part: Path) -> OutputContainer:
    import av

    kind = _FORMATS[part.suffix.lower()]
    options = {} if kind == "matroska" else {"movflags": "+faststart"}
    return av.open(f"file:{part.absolute()}", "w", format=kind, container_options=options)


def _check_whole(path: Path, part: Path, wanted: FilmContainer) -> None:
    """Opens what was written and counts its frames and tracks."""
    import av

    with av.open(f"file:{part.absolute()}") as film:
        packets = sum(1 for packet in film.demux(video=0) if packet.size)
        tracks = (len(film.streams.audio), len(film.streams.subtitles))
    if packets != wanted.frames or tracks != (wanted.sounds, wanted.subtitles):
        raise WriteError(
            f"'{path}' came out damaged ({packets} of {wanted.frames} frames).",
            "Try again on another disk.",
        )
