"""The contact sheet of `talker portraits --sheet`."""

from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
from PIL import Image
from running import Run

from talker.assets.portraits import Portrait
from talker.errors import UsageError
from talker.portrait_sheet import contact_sheet, write_sheet

RED, BLUE = (200, 20, 20), (20, 20, 200)


@pytest.fixture
def two(tmp_path: Path) -> list[Portrait]:
    """A red portrait, wide with a square crop, and a blue one."""
    wide = Image.new("RGB", (400, 200), BLUE)
    wide.paste(RED, (0, 0, 200, 200))
    wide.save(tmp_path / "red.png")
    Image.new("RGB", (200, 300), BLUE).save(tmp_path / "blue.png")
    return [
        Portrait(name="red", title="R", image=tmp_path / "red.png", crop=(0, 0, 200, 200)),
        Portrait(name="blue", title="B " * 99, image=tmp_path / "blue.png"),
    ]


def test_every_portrait_is_there_in_order_and_only_its_crop(two: list[Portrait]):
    pixels = np.asarray(contact_sheet(two))
    red = (pixels == RED).all(2)
    blue = (pixels == BLUE).all(2)
    assert red.sum() == blue.sum() == 320 * 320
    assert np.nonzero(red)[1].max() < np.nonzero(blue)[1].min()


def test_names_are_written_under_the_pictures(two: list[Portrait]):
    pixels = np.asarray(contact_sheet(two).convert("L"))
    assert (pixels[340:370, 16:120] < 80).sum() > 40


def test_a_long_title_stays_in_its_column(two: list[Portrait]):
    pixels = np.asarray(contact_sheet(two).convert("L"))
    assert (pixels[340:, -14:] > 200).all()


def test_a_sheet_takes_no_files_place_and_no_odd_suffix(two: list[Portrait], tmp_path: Path):
    with pytest.raises(UsageError, match="no name for a sheet"):
        write_sheet(two, tmp_path / "sheet.mp4")
    with pytest.raises(UsageError, match="there already"):
        write_sheet(two, tmp_path / "red.png")
    write_sheet(two, tmp_path / "red.png", overwrite=True)
    with Image.open(tmp_path / "red.png") as sheet:
        assert sheet.width > 640


def test_the_command_draws_ours(tmp_path: Path, talker: Callable[..., Run], assets: None):
    assert talker("portraits", "--sheet", tmp_path / "cast.png").code == 0
    with Image.open(tmp_path / "cast.png") as sheet:
        assert sheet.width > 3 * 320
