"""A contact sheet: every portrait with its name, on one picture."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from talker.assets.portraits import Portrait
from talker.errors import UsageError
from talker.media.targets import replacing, writing
from talker.thumbnails import thumbnail_of

if TYPE_CHECKING:
    from PIL.Image import Image
    from PIL.ImageDraw import ImageDraw
    from PIL.ImageFont import FreeTypeFont, ImageFont

    Font = FreeTypeFont | ImageFont

SUFFIXES = (".png", ".jpg", ".jpeg", ".webp")
"""Of the pictures that a sheet can be."""

_CELL = 320
_CAPTION = 64
_GAP = 16
_PAPER, _INK, _FAINT, _EMPTY = "#f4f2ee", "#1d1b19", "#6d6862", "#d8d4cd"


def write_sheet(portraits: Sequence[Portrait], file: Path, *, overwrite: bool = False) -> None:
    """Writes a contact sheet.

    Args:
        portraits: Shown in this order, row by row.
        file: The picture to make, PNG, JPEG or WebP.
        overwrite: Whether it may take the place of a file that is there.

    Raises:
        UsageError: The file is there, or its suffix is no picture's.
        MediaError: A portrait's picture cannot be read.
        AssetError: A portrait's picture is gone.
    """
    if file.suffix.lower() not in SUFFIXES:
        raise UsageError(
            f"'{file.name}' is no name for a sheet.", f"End it in one of {', '.join(SUFFIXES)}."
        )
    if file.exists() and not overwrite:
        raise UsageError(f"'{file}' is there already.", "Name another, or give --overwrite.")
    if not file.absolute().parent.is_dir():
        raise UsageError(f"There is no folder '{file.parent}'.", "Make it first.")
    sheet = contact_sheet(portraits)
    with replacing(file, overwrite=overwrite) as part, writing(file):
        sheet.save(part)


def contact_sheet(portraits: Sequence[Portrait]) -> Image:
    """Every portrait, as square as its crop allows, over its name and title.

    A clip shows its first frame and tells its length; what has not been pulled is an empty cell.

    Raises:
        MediaError: A portrait's picture cannot be read.
        AssetError: A portrait's picture is gone.
    """
    from PIL import Image, ImageDraw, ImageFont

    columns = max(1, min(len(portraits), int(np.ceil(np.sqrt(len(portraits) * 1.3)))))
    rows = -(-max(1, len(portraits)) // columns)
    across, down = _CELL + _GAP, _CELL + _CAPTION + _GAP
    sheet = Image.new("RGB", (columns * across + _GAP, rows * down + _GAP), _PAPER)
    draw = ImageDraw.Draw(sheet)
    large, small = ImageFont.load_default(22), ImageFont.load_default(15)
    for k, portrait in enumerate(portraits):
        x, y = _GAP + k % columns * across, _GAP + k // columns * down
        thumbnail = thumbnail_of(portrait, _CELL)
        if thumbnail.picture is None:
            draw.rectangle((x, y, x + _CELL - 1, y + _CELL - 1), _EMPTY)
        else:
            sheet.paste(Image.fromarray(thumbnail.picture), (x, y))
        draw.text((x, y + _CELL + 6), portrait.name, _INK, large)
        draw.text((x + _CELL, y + _CELL + 12), thumbnail.sign, _FAINT, small, anchor="ra")
        draw.text((x, y + _CELL + 36), _shortened(portrait.title, draw, small), _FAINT, small)
    return sheet


def _shortened(text: str, draw: ImageDraw, font: Font) -> str:
    """A title that fits under a picture, its end left out where it is too long."""
    shown = text
    while shown and draw.textlength(f"{shown}…" if shown != text else text, font) > _CELL:
        shown = shown[:-1].rstrip()
    return text if shown == text else f"{shown}…"
