"""Opening sounds and films that somebody else made, and trusting them no further than needed."""

from __future__ import annotations

from collections.abc import Generator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

from talker.errors import MediaError
from talker.media.inputs import checked_input

if TYPE_CHECKING:
    from av.container import InputContainer

# No playlists, image sequences or text formats: they name other files and addresses.
_DEMUXERS = (
    "aac,ac3,aiff,amr,ape,apng,asf,au,avi,caf,dv,eac3,flac,flv,gif,h264,hevc,m4v,matroska,mov,mp2,"
    "mp3,mp4,mpeg,mpegts,mpegvideo,mxf,nut,ogg,rm,tta,w64,wav,webm,wv"
)


@contextmanager
def opened(path: Path, kind: str) -> Generator[InputContainer]:
    """A sound or film, open for demuxing; whatever goes wrong inside becomes a clear error.

    Args:
        path: The file.
        kind: What it should be, for the message: "sound" or "film".

    Raises:
        MediaError: Missing, a folder, empty, no such file, or damaged.
    """
    import av
    from av.error import FFmpegError

    checked_input(path, kind)
    options = {"protocol_whitelist": "file", "format_whitelist": _DEMUXERS}
    try:
        container = av.open(
            f"file:{path.absolute()}", metadata_errors="replace", container_options=options
        )
    except (FFmpegError, ValueError) as error:
        raise MediaError(
            f"'{path}' is not a {kind} that can be read, or it is damaged or cut off.",
            "Give a WAV, MP3, M4A or FLAC file."
            if kind == "sound"
            else "Give an MP4, MOV, MKV, WebM, AVI or MPEG file.",
        ) from error
    with container:
        try:
            yield container
        except FFmpegError as error:
            raise MediaError(
                f"'{path}' is damaged: {error.strerror}.", f"Save or download the {kind} again."
            ) from error
