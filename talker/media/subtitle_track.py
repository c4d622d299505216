"""One subtitle track of a file that is being written, which players show or not."""

from __future__ import annotations

from collections import deque
from collections.abc import Iterable
from fractions import Fraction
from typing import TYPE_CHECKING, Literal, Protocol

from talker.media.language_codes import three_letters

if TYPE_CHECKING:
    from av.container import OutputContainer

_CODECS: dict[str, Literal["mov_text", "subrip"]] = {
    "mp4": "mov_text",
    "mov": "mov_text",
    "matroska": "subrip",
}
_TICKS = 1_000_000
"""Units of time a second. Finer than those of all other tracks: FFmpeg's mp4 muxer compares their
numbers as they are to find gaps, which it fills with empty samples."""

_JOINER = "\u2060"
"""Takes no room, and parts a sign from the letter that would make it a command."""

# Both encoders want a header; they write no styles but those that differ from it.
_HEADER = b"""[Script Info]
ScriptType: v4.00+
PlayResX: 384
PlayResY: 288

[V4+ Styles]
Format: Name, Fontname, Fontsize, PrimaryColour, SecondaryColour, OutlineColour, BackColour, \
Bold, Italic, Underline, StrikeOut, ScaleX, ScaleY, Spacing, Angle, BorderStyle, Outline, Shadow, \
Alignment, MarginL, MarginR, MarginV, Encoding
Style: Default,Arial,16,&Hffffff,&Hffffff,&H0,&H0,0,0,0,0,100,100,0,0,1,1,0,2,10,10,10,1

[Events]
Format: Layer, Start, End, Style, Name, MarginL, MarginR, MarginV, Effect, Text
"""


class Caption(Protocol):
    """Text that is shown for a time."""

    @property
    def start_s(self) -> float:
        """Seconds from the first picture."""
        ...

    @property
    def end_s(self) -> float:
        """Seconds from the first picture."""
        ...

    @property
    def text(self) -> str:
        """What is shown, its lines parted by newlines."""
        ...


class SubtitleTrack:
    """Muxes captions beside pictures and sound: mov_text in mp4 and mov, SubRip in mkv.

    Args:
        container: An open output.
        captions: In order; none begins before the one before has ended.
        language: BCP 47 or ISO 639 language of them.
        shown: Whether players show them unasked; QuickTime's containers do not know, and leave it
            to the player.
    """

    def __init__(
        self,
        container: OutputContainer,
        captions: Iterable[Caption],
        language: str,
        *,
        shown: bool = False,
    ) -> None:
        from av.stream import Disposition

        self._container = container
        self._codec = _CODECS[container.format.name]
        self._stream = container.add_stream(self._codec)
        self._stream.time_base = Fraction(1, _TICKS)
        self._stream.codec_context.time_base = Fraction(1, _TICKS)
        self._stream.codec_context.subtitle_header = _HEADER
        self._stream.metadata["language"] = three_letters(
            language, bibliographic=container.format.name != "mp4"
        )
        self._stream.disposition = Disposition.default if shown else Disposition(0)
        self._waiting = deque(captions)

    def encode_until(self, time_s: Fraction | None = None) -> None:
        """Mux all captions that begin by a time on the film's clock; all, without one."""
        while self._waiting and (time_s is None or self._waiting[0].start_s <= time_s):
            self._encode(self._waiting.popleft())

    def _encode(self, caption: Caption) -> None:
        from av.subtitles.subtitle import SubtitleSet

        start, end = round(caption.start_s * 1000), round(caption.end_s * 1000)
        if end <= start or not caption.text.strip():
            return
        event = f"0,0,Default,,0,0,0,,{_as_ass(caption.text, self._codec)}".encode()
        shown = SubtitleSet.create(event, 0, end - start, start)
        packet = self._stream.codec_context.encode_subtitle(shown)
        ticks = _TICKS // 1000
        packet.pts = packet.dts = start * ticks
        packet.duration = (end - start) * ticks
        packet.time_base = Fraction(1, _TICKS)
        packet.stream = self._stream
        self._container.mux_one(packet)


def _as_ass(text: str, codec: str) -> str:
    """Plain text as the text of an ASS event, kept from being commands and, in SubRip, tags."""
    text = text.strip().replace("\\", f"\\{_JOINER}")
    if codec == "subrip":
        text = text.replace("<", f"<{_JOINER}")
    return text.replace("\r", "").replace("\n", "\\N")
