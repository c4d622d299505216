"""Fonts: which one has a glyph for a character, so that no text ever shows an empty box."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Literal

from talker.assets import store
from talker.stage.cmap import characters_of

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray
    from PIL.ImageFont import FreeTypeFont

Family = Literal["sans", "serif"]

FONT_ENTRIES = ("noto-sans-cjk", "noto-serif-sc", "noto-sans", "source-serif")
"""What the model store must hold before anything is drawn."""

_SCRIPTS = (
    *("Arabic", "Armenian", "Bengali", "Devanagari", "Ethiopic", "Georgian", "Gujarati"),
    *("Gurmukhi", "Hebrew", "Kannada", "Khmer", "Lao", "Malayalam", "Myanmar", "Oriya"),
    *("Sinhala", "Tamil", "Telugu", "Thai"),
)
_REGIONS = {"ja": 0, "ko": 1, "zh-cn": 2, "zh-tw": 3, "zh-hk": 4}
"""Fonts of the collection: the same characters as each region writes them."""

_EITHER = frozenset("“”‘’…—–·•‧～")
"""Marks that Chinese sets in the middle of a full cell and Latin does not."""

_EMOJI_CHARACTER = "\ufe0f"
_JOINERS = frozenset("\u200d\u200c\ufe0e" + _EMOJI_CHARACTER)
"""They change the characters beside them and need no glyph of their own."""


_POINTS_A_PIXEL = 0.75
_BOLDER = 0.016
"""Of a bold face's strokes on either side, in em."""


@dataclass(frozen=True, slots=True)
class FontFile:
    """A font of the store.

    Attributes:
        entry: In the registry.
        name: File of the entry.
        index: In a collection.
    """

    entry: str
    name: str
    index: int = 0


@dataclass(frozen=True, slots=True)
class Cluster:
    """A character with all that is drawn as one with it.

    Attributes:
        text: The character, and what combines with it.
        font: That has glyphs for it.
        place: Of its first character in the text.
    """

    text: str
    font: FontFile
    place: int


class FontBook:
    """Chooses fonts, opens them once, and remembers what none of them has a glyph for.

    Args:
        language: BCP 47 language of the programme; says how Han characters are written.
    """

    def __init__(self, language: str = "zh-CN") -> None:
        self.language = language
        self._region = _region(language)
        self._known: dict[FontFile, NDArray[np.bool_]] = {}
        self._opened: dict[tuple[FontFile, int, int], FreeTypeFont] = {}
        self._advances: dict[tuple[FontFile, int, int, str], float] = {}
        self._unknown: dict[str, None] = {}
        self._notes: dict[str, None] = {}

    def warnings(self) -> tuple[str, ...]:
        """What will look worse than it could, a line each; the same thing is said once."""
        lines = tuple(self._notes)
        if not self._unknown:
            return lines
        named = [f"'{sign}' (U+{ord(sign):04X})" for sign in self._unknown]
        some, more = named[:8], len(named) - 8
        listed = ", ".join(some) + (f" and {more} more" if more > 0 else "")
        fate = "it is left out" if len(named) == 1 else "they are left out"
        return (f"The fonts have no glyph for {listed}: {fate}.", *lines)

    def note(self, line: str) -> None:
        """Remembers a warning."""
        self._notes.setdefault(line)

    def clean(self, text: str) -> str:
        """Text as it can be drawn: composed, without what no font has a glyph for."""
        kept: list[str] = []
        for sign in unicodedata.normalize("NFC", text):
            if sign in _JOINERS or sign.isspace() or self._chosen(sign, "sans", cjk=True):
                kept.append(" " if sign.isspace() and sign != "\n" else sign)
            elif unicodedata.category(sign) not in ("Cc", "Cf"):
                self._unknown.setdefault(sign)
        return "".join(kept)

    def clusters(self, text: str, family: Family) -> list[Cluster]:
        """What is drawn of a text, character by character; what no font knows is left out.

        A mark that Chinese and Latin share comes from the font of the text around it.
        """
        chinese = any(is_wide(sign) and sign not in _EITHER for sign in text)
        clusters: list[Cluster] = []
        for place, sign in enumerate(text):
            last = clusters[-1] if clusters else None
            if sign in _JOINERS or unicodedata.combining(sign) or _tinted(sign) or _joined(last):
                if last and (self._has(last.font, sign)):
                    clusters[-1] = Cluster(last.text + sign, last.font, last.place)
                continue
            cjk = sign not in _EITHER or (chinese and not _is_apostrophe(text, place))
            font = self._chosen(sign, family, cjk=cjk)
            if text[place + 1 : place + 2] == _EMOJI_CHARACTER:
                font = self._emoji(sign) or font
            if font is not None:
                clusters.append(Cluster(sign, font, place))
        return clusters

    def thickening(self, font: FontFile, size: int, weight: int) -> float:
        """By how many pixels letters of a font of one weight are thickened to look heavier."""
        if font.entry != "noto-serif-sc":
            return 0.0
        return max(0.0, (weight - 400) / 300 * _BOLDER * size)

    def stops_are_aside(self, sign: str) -> bool:
        """Whether a Chinese stop stands at the side of its cell, as on the mainland."""
        return self._region == _REGIONS["zh-cn"] or (
            self._region == _REGIONS["ja"] and sign in "、。，．"
        )

    def has(self, sign: str) -> bool:
        """Whether any font has a glyph for a character."""
        return self._chosen(sign, "sans", cjk=True) is not None

    def font_of(self, sign: str, family: Family) -> FontFile | None:
        """The font that a character alone is set in; None where there is none."""
        return self._chosen(sign, family, cjk=True)

    def open(self, font: FontFile, size: int, weight: int) -> FreeTypeFont:
        """A font at a size.

        Args:
            font: Which.
            size: Of the em square, in pixels.
            weight: From 100 (thin) over 400 to 900 (black), where the font has more than one.
        """
        key = (font, size, weight)
        if key not in self._opened:
            self._opened[key] = _open(_path(font), font.index, size, weight)
        return self._opened[key]

    def advance(self, text: str, font: FontFile, size: int, weight: int) -> float:
        """How far the pen moves over a text set in a font, in pixels."""
        key = (font, size, weight, text)
        if key not in self._advances:
            self._advances[key] = self.open(font, size, weight).getlength(text)
        return self._advances[key]

    def _chosen(self, sign: str, family: Family, *, cjk: bool) -> FontFile | None:
        fonts = self._chain(family, cjk=cjk, wide=is_wide(sign))
        return next((font for font in fonts if self._has(font, sign)), None)

    def _emoji(self, sign: str) -> FontFile | None:
        font = FontFile("noto-sans", "NotoEmoji.ttf")
        return font if self._has(font, sign) else None

    def _chain(self, family: Family, *, cjk: bool, wide: bool) -> Iterator[FontFile]:
        """Fonts in the order in which they are asked."""
        asian = FontFile("noto-sans-cjk", "NotoSansCJK-VF.otf.ttc", self._region)
        latin = FontFile("noto-sans", "NotoSans.ttf")
        song = FontFile("noto-serif-sc", "NotoSerifSC-Regular.otf")
        # Japanese and Korean forms differ too much from Chinese ones to be read in them.
        chinese = self._region not in (_REGIONS["ja"], _REGIONS["ko"])
        easts = [song, asian] if family == "serif" and chinese else [asian]
        wests = [latin]
        if family == "serif":
            wests = [FontFile("source-serif", "SourceSerif4.ttf"), latin]
        yield from [*easts, *wests] if cjk and wide else [*wests, *easts]
        for script in _SCRIPTS:
            yield FontFile("noto-sans", f"NotoSans{script}.ttf")
        yield FontFile("noto-sans", "NotoSansSymbols.ttf")
        yield FontFile("noto-sans", "NotoEmoji.ttf")
        if family == "serif" and not chinese:
            yield song

    def _has(self, font: FontFile, sign: str) -> bool:
        if font not in self._known:
            self._known[font] = characters_of(_path(font), font.index)
        return bool(self._known[font][ord(sign)])


def _path(font: FontFile) -> Path:
    return store.file(font.entry, font.name)


def _open(path: Path, index: int, size: int, weight: int) -> FreeTypeFont:
    from PIL import ImageFont

    font = ImageFont.truetype(path, size, index=index)
    try:
        axes = font.get_variation_axes()
    except OSError:  # a font of one weight
        return font
    wanted = {b"Weight": weight, b"Optical Size": size * _POINTS_A_PIXEL}
    values: list[float] = []
    for axis in axes:
        least, most = axis.get("minimum") or 0, axis.get("maximum") or 1000
        value = wanted.get(bytes(axis.get("name") or b""), axis.get("default") or 0)
        values.append(min(most, max(least, value)))
    font.set_variation_by_axes(values)
    return font


def _region(language: str) -> int:
    tag = language.lower().replace("_", "-")
    if tag.startswith(("zh-hk", "zh-mo", "yue")):
        return _REGIONS["zh-hk"]
    if tag.startswith("zh-tw") or "hant" in tag:
        return _REGIONS["zh-tw"]
    return _REGIONS.get(tag.split("-")[0], _REGIONS["zh-cn"])


def is_wide(sign: str) -> bool:
    """Whether a character may be set in a full cell."""
    return sign in _EITHER or unicodedata.east_asian_width(sign) in ("W", "F")


def _is_apostrophe(text: str, place: int) -> bool:
    """Whether a mark stands inside a Latin word."""
    around = text[max(0, place - 1) : place] + text[place + 1 : place + 2]
    return text[place] == "’" and len(around) == 2 and around.isascii() and around.isalpha()


def _tinted(sign: str) -> bool:
    """Whether it gives the emoji before it a colour of skin."""
    return 0x1F3FB <= ord(sign) <= 0x1F3FF


def _joined(last: Cluster | None) -> bool:
    return last is not None and last.text.endswith("\u200d")
