"""Sound files of any usual kind, read as mono and written whole or not at all."""

from __future__ import annotations

import io
from collections.abc import Iterator, Mapping
from fractions import Fraction
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any, cast

import numpy as np
from numpy.typing import NDArray

from talker.errors import MediaError
from talker.media.opening import opened
from talker.media.targets import check_target, replacing, writing

if TYPE_CHECKING:
    from av.audio.frame import AudioFrame
    from av.audio.stream import AudioStream
    from av.container import InputContainer
    from av.packet import Packet
    from av.stream import Stream

SOUND_SUFFIXES = (".wav", ".flac", ".mp3", ".m4a")
"""What `write_sound` writes, by suffix."""

MAX_SOUND_S = 2 * 3600
"""Seconds; a longer sound is refused, as it would not fit in memory."""

# Shares of a sound that may be missing from its end, or broken in the middle.
_TOLERATED_SHORT = 0.02
_TOLERATED_BROKEN = 0.1
# Containers whose header says exactly how long the sound is.
_EXACT = {"wav", "w64", "flac", "aiff", "caf", "mov,mp4,m4a,3gp,3g2,mj2", "matroska,webm"}
_TAGS = ("title", "artist", "comment", "date", "genre", "copyright")


def read_sound(path: Path, sample_rate: int = 24_000) -> NDArray[np.float32]:
    """Read the sound of a file, decoded piece by piece, mixed down and resampled.

    Where the file has pictures too, the sound is placed on their clock: it starts with silence
    if it begins after the first picture, and loses what comes before it.

    Args:
        path: WAV, MP3, M4A, FLAC, Ogg and the like, or a film.
        sample_rate: Of the result.

    Returns:
        float32 mono in [-1, 1], shape (n,).

    Raises:
        MediaError: Missing, a folder, no sound, empty, damaged, cut off or too long.
    """
    return np.concatenate(list(sound_pieces(path, sample_rate)))


def sound_pieces(
    path: Path, sample_rate: int, start_s: Fraction | None = None
) -> Iterator[NDArray[np.float32]]:
    """The sound of a file piece by piece; values and errors as `read_sound`.

    Args:
        path: As there.
        sample_rate: Of the result.
        start_s: When the first picture is shown, on the file's clock; None for when the file
            says.
    """
    import soxr

    with opened(path, "sound") as container:
        _check_riff(path)
        stream = _only_sound(path, container)
        first_s = _picture_start_s(container, stream) if start_s is None else float(start_s)
        offset = round((_start_s(stream) - first_s) * sample_rate)
        if offset > 0:
            yield np.zeros(offset, np.float32)
        early = max(0, -offset)
        resampler = soxr.ResampleStream(stream.rate, sample_rate, 1, dtype="float32")
        for piece in _decoded(path, container, stream):
            resampled = resampler.resample_chunk(piece)
            yield np.clip(resampled[early:], -1.0, 1.0)
            early = max(0, early - len(resampled))
        last = resampler.resample_chunk(np.empty(0, np.float32), last=True)
        yield np.clip(last[early:], -1.0, 1.0)


def has_sound(path: Path) -> bool:
    """Whether a film has a sound track; raises MediaError where it is no film."""
    with opened(path, "film") as container:
        return _first_known(container) is not None


def write_sound(
    path: Path,
    samples: NDArray[np.float32],
    sample_rate: int,
    tags: Mapping[str, str],
    *,
    overwrite: bool = False,
) -> None:
    """Write a sound file that appears under its name only when it is complete.

    Args:
        path: The target; its suffix decides the kind. WAV and FLAC have 16 bits and the given
            rate, MP3 and M4A (AAC) 48 kHz.
        samples: float32 mono in [-1, 1], shape (n,).
        sample_rate: Of the samples.
        tags: Such as title, artist, comment, date.
        overwrite: Whether a file that exists may be replaced.

    Raises:
        UsageError: Unknown suffix, existing target, no parent folder.
        MediaError: The folder lets nothing be written.
        WriteError: The disk is full or fails.
    """
    check_target(path, suffixes=SOUND_SUFFIXES, overwrite=overwrite)
    with replacing(path, overwrite=overwrite) as part, writing(path):
        if path.suffix.lower() in (".wav", ".flac"):
            _write_plain(part, samples, sample_rate, tags)
        else:
            _write_encoded(part, samples, sample_rate, tags)


def _only_sound(path: Path, container: InputContainer) -> AudioStream:
    if not container.streams.audio:
        raise MediaError(f"'{path}' has no sound track.", "Give a file with sound in it.")
    stream = _first_known(container)
    if stream is None:
        raise MediaError(
            f"The sound of '{path}' is of a kind that cannot be decoded.",
            "Save it again as WAV, MP3 or M4A.",
        )
    length_s = (container.duration or 0) / 1_000_000
    if length_s > MAX_SOUND_S:
        raise _too_long(path, length_s)
    if not stream.rate or not 1_000 <= stream.rate <= 768_000:
        raise MediaError(
            f"'{path}' claims {stream.rate} samples a second.", "Save the sound again."
        )
    return stream


def _decoded(
    path: Path, container: InputContainer, stream: AudioStream
) -> Iterator[NDArray[np.float32]]:
    """Mono pieces at the file's own rate, shape (n,)."""
    import av
    from av.error import InvalidDataError

    # FFmpeg keeps the sum of channels below full scale only for whole numbers.
    to_mono = partial(av.AudioResampler, format="s32", layout="mono", rate=stream.rate)
    resampler, kind = to_mono(), None
    packets = broken = samples = 0
    for packet in _packets(path, container, stream):
        packets += 1
        try:
            frames = packet.decode()
        except InvalidDataError:
            broken += 1
            continue
        for frame in frames:
            last, kind = kind, (frame.format.name, frame.layout.name, frame.sample_rate)
            ended: list[AudioFrame] = []
            if last not in (None, kind):  # broadcasts go from stereo to surround and back
                ended, resampler = resampler.resample(None), to_mono()
            for mono in (*ended, *resampler.resample(frame)):
                samples += mono.samples
                yield _as_float(mono)
        if samples > MAX_SOUND_S * stream.rate:
            raise _too_long(path, samples / stream.rate)
    for mono in resampler.resample(None):
        samples += mono.samples
        yield _as_float(mono)

    if samples == 0:
        raise MediaError(f"The sound track of '{path}' is empty.", "Record or save it again.")
    claimed_s = _claimed_s(container, stream)
    read_s = samples / stream.rate
    if broken > packets * _TOLERATED_BROKEN or read_s < claimed_s * (1 - _TOLERATED_SHORT) - 0.1:
        raise _cut_off(path, f"{read_s:.1f} of {claimed_s:.1f} s can be read")


def _first_known(container: InputContainer) -> AudioStream | None:
    """The first sound that can be decoded: phones add one of a kind of their own."""
    known = (
        stream
        for stream in container.streams.audio
        if cast("Any", stream).codec_context is not None
    )
    return next(known, None)


def _packets(
    path: Path, container: InputContainer, stream: AudioStream
) -> Iterator[Packet[AudioStream]]:
    try:
        yield from container.demux(stream)
    except IndexError as error:  # PyAV's, where damage makes FFmpeg see one more stream
        raise _cut_off(path, "it breaks off") from error


def _as_float(frame: AudioFrame) -> NDArray[np.float32]:
    return (frame.to_ndarray()[0] / 2**31).astype(np.float32)


def _check_riff(path: Path) -> None:
    """Refuse a WAV file that is shorter than its header says, which FFmpeg plays without a word."""
    with path.open("rb") as stream:
        head = stream.read(12)
    if head[:4] != b"RIFF" or head[8:] != b"WAVE":
        return
    claimed, actual = int.from_bytes(head[4:8], "little") + 8, path.stat().st_size
    # Programs that write to a pipe put a huge number there.
    if claimed < 0x7FFF0000 and actual < claimed * (1 - _TOLERATED_SHORT):
        raise _cut_off(path, f"{actual} of {claimed} bytes are there")


def _claimed_s(container: InputContainer, stream: AudioStream) -> float:
    """Seconds of sound that the header promises; 0 where it only guesses."""
    if container.format.name not in _EXACT or stream.duration is None or not stream.time_base:
        return 0.0
    return float(stream.duration * stream.time_base)


def _picture_start_s(container: InputContainer, stream: AudioStream) -> float:
    """When the first picture is shown; when the sound starts, where there are none."""
    from av.stream import Disposition

    films = [
        video
        for video in container.streams.video
        if not video.disposition & Disposition.attached_pic
    ]
    return _start_s(films[0] if films else stream)


def _start_s(stream: Stream) -> float:
    if stream.start_time is None or stream.time_base is None:
        return 0.0
    return float(stream.start_time * stream.time_base)


def _cut_off(path: Path, what: str) -> MediaError:
    return MediaError(
        f"'{path}' is damaged or cut off: {what}.", "Save or download the sound again."
    )


def _too_long(path: Path, length_s: float) -> MediaError:
    return MediaError(
        f"'{path}' is {length_s / 3600:.1f} hours long; {MAX_SOUND_S / 3600:.0f} are the limit.",
        "Cut it into shorter files.",
    )


def _write_plain(
    part: Path, samples: NDArray[np.float32], sample_rate: int, tags: Mapping[str, str]
) -> None:
    import soundfile

    # In memory first: libsndfile hides why a disk takes no more.
    content = io.BytesIO()
    kind = part.suffix[1:].upper()
    with soundfile.SoundFile(content, "w", sample_rate, 1, subtype="PCM_16", format=kind) as sound:
        for name in _TAGS:
            if name in tags:
                setattr(sound, name, tags[name])
        sound.write(np.clip(samples, -1.0, 1.0))
    part.write_bytes(content.getbuffer())


def _write_encoded(
    part: Path, samples: NDArray[np.float32], sample_rate: int, tags: Mapping[str, str]
) -> None:
    import av

    from talker.media.sound_track import SoundTrack

    is_mp3 = part.suffix == ".mp3"
    with av.open(f"file:{part.absolute()}", "w", format="mp3" if is_mp3 else "ipod") as container:
        container.metadata.update(tags)
        track = SoundTrack(container, "libmp3lame" if is_mp3 else "aac", sample_rate)
        for start in range(0, len(samples), sample_rate):
            track.encode(samples[start : start + sample_rate])
        track.finish()
