"""Pictures of any usual kind, read as plain RGB, and written as PNG."""

from __future__ import annotations

import io
import re
import warnings
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from talker.errors import MediaError
from talker.media.frames import Picture
from talker.media.inputs import checked_input
from talker.media.targets import replacing, writing

if TYPE_CHECKING:
    from PIL.Image import Image

MIN_SIDE = 64
"""Pixels; a smaller picture holds no face that could speak."""

MAX_PIXELS = 64_000_000
"""Larger pictures are refused from their header, before anything is decoded."""

BACKDROP = (188, 188, 188)
"""What shows through a transparent picture: grey with half the light of white, as in a photo
studio; neither dark hair nor a white drawing disappears in it."""

# No EPS, PDF or the like, which Pillow hands to other programs.
_FORMATS = ("PNG", "JPEG", "MPO", "WEBP", "TIFF", "BMP", "GIF", "PPM", "JPEG2000", "AVIF")
_REMEDY = "Give a PNG, JPEG, WebP, TIFF, BMP or GIF picture."


def read_picture(path: Path) -> Picture:
    """Read a picture, turned upright by its EXIF note and in sRGB.

    Transparency is laid over `BACKDROP`, 16 bits are scaled to 8, grey, palette and CMYK become
    RGB, colour profiles are applied, and an animation gives its first frame.

    Args:
        path: PNG, JPEG, WebP, TIFF, BMP, GIF, PPM, JPEG 2000 or AVIF.

    Returns:
        uint8 RGB, shape (height, width, 3), at least `MIN_SIDE` a side.

    Raises:
        MediaError: Missing, a folder, no picture, damaged, too small or too large.
    """
    from PIL import Image, UnidentifiedImageError

    checked_input(path, "picture")
    formats = [name for name in _FORMATS if name in _openable()]
    try:
        with warnings.catch_warnings():
            # Our own limit, below, is stricter than the one Pillow warns at.
            warnings.simplefilter("ignore", Image.DecompressionBombWarning)
            image = Image.open(path, formats=formats)
    except UnidentifiedImageError as error:
        raise MediaError(f"'{path}' is not a picture that can be read.", _REMEDY) from error
    except Image.DecompressionBombError as error:
        pixels = re.search(r"\d+", str(error))
        raise _too_large(path, int(pixels[0]) if pixels else MAX_PIXELS) from error
    except Exception as error:  # a decoder may raise anything on hostile input
        raise _damaged(path) from error

    with image:
        width, height = image.size
        if width * height > MAX_PIXELS:
            raise _too_large(path, width * height, f"{width}x{height}, ")
        if min(width, height) < MIN_SIDE:
            raise MediaError(
                f"'{path}' is only {width}x{height} pixels.",
                f"Give a picture of at least {MIN_SIDE} pixels a side, better 512 or more.",
            )
        try:
            return _upright_rgb(image)
        except Exception as error:  # as above
            raise _damaged(path) from error


def _openable() -> set[str]:
    """Formats that this build of Pillow reads."""
    from PIL import Image

    Image.init()
    return set(Image.OPEN)


def _upright_rgb(image: Image) -> Picture:
    from PIL import Image, ImageOps

    image.load()
    image = ImageOps.exif_transpose(image)
    if image.mode.startswith(("I", "F")):
        return _grey_from_deep(image)
    alpha = None
    if image.has_transparency_data:
        image = image.convert("RGBA")
        alpha = image.getchannel("A")
    image = _in_srgb(image)
    if alpha is not None:
        backdrop = Image.new("RGB", image.size, BACKDROP)
        backdrop.paste(image, mask=alpha)
        image = backdrop
    return np.array(image, np.uint8)


def _in_srgb(image: Image) -> Image:
    """RGB by the picture's own colour profile, where it has one that is of use."""
    from PIL import ImageCms

    profile = image.info.get("icc_profile")
    if profile and image.mode in ("RGB", "RGBA", "CMYK"):
        source = image.convert("RGB") if image.mode == "RGBA" else image
        try:
            converted = ImageCms.profileToProfile(
                source, io.BytesIO(profile), ImageCms.createProfile("sRGB"), outputMode="RGB"
            )
        except (ImageCms.PyCMSError, OSError, ValueError):
            converted = None
        if converted is not None:
            return converted
    return image.convert("RGB")


def _grey_from_deep(image: Image) -> Picture:
    """8-bit RGB from 16-bit, 32-bit or floating-point grey."""
    deep = np.nan_to_num(np.asarray(image, np.float64), posinf=0.0, neginf=0.0)
    peak = float(deep.max(initial=0.0))
    if image.mode == "F" and peak <= 1.0:
        full = 1.0
    elif image.mode == "F" and peak <= 255.0:
        full = 255.0
    elif peak <= 65535.0:
        full = 65535.0
    else:
        full = peak
    grey = np.clip(np.rint(deep * (255.0 / full)), 0, 255).astype(np.uint8)
    return np.repeat(grey[:, :, None], 3, axis=2)


def _too_large(path: Path, pixels: int, size: str = "") -> MediaError:
    return MediaError(
        f"'{path}' is too large ({size}{pixels / 1e6:.0f} million pixels; "
        f"{MAX_PIXELS / 1e6:.0f} million are the limit).",
        "Shrink it, for instance to 2048 pixels a side.",
    )


def _damaged(path: Path) -> MediaError:
    return MediaError(
        f"'{path}' is damaged or cut off: it cannot be decoded to its end.",
        "Save or download the picture again.",
    )


def write_png(path: Path, picture: Picture, *, overwrite: bool) -> None:
    """Writes a picture, whole or not at all.

    Args:
        path: Where; checked with `check_target` before.
        picture: uint8 RGB, shape (height, width, 3).
        overwrite: Whether it may take the place of a file that is there.

    Raises:
        UsageError: There is such a file by now.
        WriteError: The disk is full or fails.
    """
    import cv2

    done, content = cv2.imencode(".png", picture[..., ::-1])
    if not done:
        raise ValueError("a picture that cannot be encoded")
    with replacing(path, overwrite=overwrite) as part, writing(path):
        part.write_bytes(content.tobytes())
