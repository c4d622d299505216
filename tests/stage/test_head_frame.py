from __future__ import annotations

import numpy as np
import pytest

from talker.stage.head_frame import HeadFrame

GREY, HEAD = np.full((90, 160, 3), 100, np.uint8), np.full((60, 60, 3), 220, np.uint8)


def test_a_head_fills_its_box_and_nothing_else() -> None:
    canvas = GREY.copy()
    HeadFrame((50, 10, 60, 60), radius=0).lay(canvas, HEAD)
    assert (canvas[10:70, 50:110] == 220).all()
    canvas[10:70, 50:110] = 100
    assert (canvas == 100).all()


def test_a_circle_leaves_its_corners() -> None:
    canvas = GREY.copy()
    HeadFrame((50, 10, 60, 60), radius=60).lay(canvas, HEAD)
    assert (canvas[40, 51:109] == 220).all()
    assert (canvas[12:16, 52:56] == 100).all()
    inside = float((canvas[..., 0] == 220).mean() * canvas[..., 0].size)
    assert inside == pytest.approx(np.pi * 30**2, rel=0.05)


def test_a_shadow_darkens_around_the_head_and_dies_away() -> None:
    canvas = GREY.copy()
    HeadFrame((50, 10, 60, 60), radius=5).shade(canvas)
    assert canvas[40, 80, 0] < 70
    assert canvas[:, :20].min() >= 99


@pytest.mark.parametrize("place", [(-30, 10), (130, 10), (50, -40), (50, 70), (200, 200)])
def test_a_head_that_reaches_beyond_the_picture_is_cut_off(place: tuple[int, int]) -> None:
    canvas = GREY.copy()
    frame = HeadFrame((*place, 60, 60), radius=4, rim=2)
    frame.shade(canvas)
    frame.lay(canvas, HEAD)
    assert canvas.shape == GREY.shape
    x, y = (min(max(at + 30, 0), side - 1) for at, side in zip(place, (160, 90), strict=True))
    hidden = place == (200, 200)
    assert (canvas[y, x, 0] == 220) != hidden
