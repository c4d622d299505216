from __future__ import annotations

import struct
import zlib
from pathlib import Path

import cv2
import numpy as np
import pytest
from PIL import Image, ImageCms

from talker.errors import MediaError
from talker.media.pictures import BACKDROP, read_picture

POET = Path(__file__).parents[2] / "portraits" / "poet.png"


@pytest.fixture(scope="module")
def poet() -> Image.Image:
    return Image.open(POET).convert("RGB").resize((160, 192))


def png_header_only(path: Path, width: int, height: int) -> Path:
    def chunk(kind: bytes, body: bytes) -> bytes:
        return (
            struct.pack(">I", len(body)) + kind + body + struct.pack(">I", zlib.crc32(kind + body))
        )

    header = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    body = chunk(b"IHDR", header) + chunk(b"IDAT", zlib.compress(b"\0" * 99)) + chunk(b"IEND", b"")
    path.write_bytes(b"\x89PNG\r\n\x1a\n" + body)
    return path


def test_png_comes_back_as_it_is(poet: Image.Image, tmp_path: Path) -> None:
    poet.save(tmp_path / "poet.png")
    picture = read_picture(tmp_path / "poet.png")
    assert picture.dtype == np.uint8
    np.testing.assert_array_equal(picture, np.array(poet))


@pytest.mark.parametrize("orientation", range(1, 9))
def test_exif_orientation_turns_the_picture_upright(
    poet: Image.Image, tmp_path: Path, orientation: int
) -> None:
    undo = {
        2: Image.Transpose.FLIP_LEFT_RIGHT,
        3: Image.Transpose.ROTATE_180,
        4: Image.Transpose.FLIP_TOP_BOTTOM,
        5: Image.Transpose.TRANSPOSE,
        6: Image.Transpose.ROTATE_90,
        7: Image.Transpose.TRANSVERSE,
        8: Image.Transpose.ROTATE_270,
    }
    stored = poet.transpose(undo[orientation]) if orientation in undo else poet
    exif = Image.Exif()
    exif[0x0112] = orientation
    stored.save(tmp_path / "turned.png", exif=exif)
    np.testing.assert_array_equal(read_picture(tmp_path / "turned.png"), np.array(poet))


def test_transparency_shows_the_backdrop(poet: Image.Image, tmp_path: Path) -> None:
    cut_out = poet.convert("RGBA")
    alpha = np.full((192, 160), 255, np.uint8)
    alpha[:, :40] = 0
    alpha[:, 40:80] = 128
    cut_out.putalpha(Image.fromarray(alpha))
    cut_out.save(tmp_path / "cut.png")
    picture = read_picture(tmp_path / "cut.png").astype(int)
    plain = np.array(poet).astype(int)
    assert np.all(picture[:, :40] == BACKDROP)
    half = (plain[:, 40:80] + np.array(BACKDROP)) / 2
    assert np.abs(picture[:, 40:80] - half).max() <= 2
    np.testing.assert_array_equal(picture[:, 80:], plain[:, 80:])


def test_grey_and_grey_with_alpha_become_rgb(poet: Image.Image, tmp_path: Path) -> None:
    grey = np.array(poet.convert("L"))
    for mode in ("L", "LA"):
        poet.convert("L").convert(mode).save(tmp_path / f"{mode}.png")
        picture = read_picture(tmp_path / f"{mode}.png")
        np.testing.assert_array_equal(picture, np.repeat(grey[..., None], 3, axis=2))


@pytest.mark.parametrize("suffix", ["png", "tiff"])
def test_sixteen_bit_grey_is_scaled(poet: Image.Image, tmp_path: Path, suffix: str) -> None:
    grey = np.array(poet.convert("L"))
    cv2.imwrite(str(tmp_path / f"deep.{suffix}"), grey.astype(np.uint16) * 257)
    picture = read_picture(tmp_path / f"deep.{suffix}").astype(int)
    assert np.abs(picture - grey[..., None]).max() <= 1


def test_sixteen_bit_colour_is_scaled(poet: Image.Image, tmp_path: Path) -> None:
    rgb = np.array(poet)
    cv2.imwrite(str(tmp_path / "deep.png"), rgb[..., ::-1].astype(np.uint16) * 257)
    assert np.abs(read_picture(tmp_path / "deep.png").astype(int) - rgb).max() <= 1


def test_cmyk_jpeg_keeps_its_colours(poet: Image.Image, tmp_path: Path) -> None:
    poet.convert("CMYK").save(tmp_path / "print.jpg", quality=98)
    picture = read_picture(tmp_path / "print.jpg").astype(int)
    assert np.abs(picture - np.array(poet)).mean() < 3


def test_palette_with_a_transparent_entry(poet: Image.Image, tmp_path: Path) -> None:
    indexed = poet.quantize(64)
    pixels = np.array(indexed)
    indexed.save(tmp_path / "indexed.png", transparency=int(pixels[0, 0]))
    picture = read_picture(tmp_path / "indexed.png")
    assert tuple(picture[0, 0]) == BACKDROP
    other = pixels != pixels[0, 0]
    np.testing.assert_array_equal(picture[other], np.array(indexed.convert("RGB"))[other])


@pytest.mark.parametrize("suffix", ["gif", "webp"])
def test_an_animation_gives_its_first_frame(poet: Image.Image, tmp_path: Path, suffix: str) -> None:
    black = Image.new("RGB", poet.size)
    path = tmp_path / f"moving.{suffix}"
    poet.save(path, save_all=True, append_images=[black, black], duration=100)
    assert np.abs(read_picture(path).astype(int) - np.array(poet)).mean() < 12


def test_a_colour_profile_is_applied(poet: Image.Image, tmp_path: Path) -> None:
    lab = ImageCms.createProfile("sRGB")
    same = ImageCms.ImageCmsProfile(lab).tobytes()
    poet.save(tmp_path / "srgb.png", icc_profile=same)
    picture = read_picture(tmp_path / "srgb.png").astype(int)
    assert np.abs(picture - np.array(poet)).max() <= 1
    poet.save(tmp_path / "broken.png", icc_profile=b"no profile at all")
    np.testing.assert_array_equal(read_picture(tmp_path / "broken.png"), np.array(poet))


def bad_inputs() -> list[tuple[str, str]]:
    return [
        ("missing", "no picture at"),
        ("folder", "is a folder"),
        ("text", "not a picture"),
        ("empty", "is empty"),
        ("cut_png", "damaged or cut off"),
        ("cut_jpeg", "damaged or cut off"),
        ("tiny", "only 1x1 pixels"),
        ("narrow", "only 400x63 pixels"),
        ("huge", "400 million pixels"),
        ("large", "8001x8001, 64 million pixels"),
        ("sound", "not a picture"),
        ("postscript", "not a picture"),
    ]


@pytest.mark.parametrize(("case", "says"), bad_inputs(), ids=[case for case, _ in bad_inputs()])
def test_bad_input_is_explained(poet: Image.Image, tmp_path: Path, case: str, says: str) -> None:
    path = tmp_path / "face.png"
    whole = POET.read_bytes()
    if case == "folder":
        path.mkdir()
    elif case == "text":
        path.write_text("I am no picture.\n" * 30)
    elif case == "empty":
        path.touch()
    elif case == "cut_png":
        path.write_bytes(whole[: len(whole) // 2])
    elif case == "cut_jpeg":
        poet.save(tmp_path / "whole.jpg")
        jpeg = (tmp_path / "whole.jpg").read_bytes()
        path.write_bytes(jpeg[: len(jpeg) // 2])
    elif case == "tiny":
        Image.new("RGB", (1, 1)).save(path)
    elif case == "narrow":
        Image.new("RGB", (400, 63)).save(path)
    elif case == "huge":
        png_header_only(path, 20000, 20000)
    elif case == "large":
        png_header_only(path, 8001, 8001)
    elif case == "sound":
        path.write_bytes(b"RIFF\x24\0\0\0WAVEfmt ")
    elif case == "postscript":
        path.write_bytes(b"%!PS-Adobe-3.0 EPSF-3.0\n%%BoundingBox: 0 0 100 100\nshowpage\n")
    with pytest.raises(MediaError) as refusal:
        read_picture(path)
    assert says in refusal.value.problem
    assert path.name in refusal.value.problem
    assert refusal.value.exit_code == 2
    assert refusal.value.remedy
