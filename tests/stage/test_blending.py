import numpy as np
import pytest

from talker.stage.blending import blend, flatten
from talker.stage.layer import Layer


def picture(height: int = 40, width: int = 60) -> np.ndarray:
    return np.random.default_rng(1).integers(0, 256, (height, width, 3), np.uint8)


def drawing(height: int, width: int, seed: int = 2) -> np.ndarray:
    return np.random.default_rng(seed).integers(0, 256, (height, width, 4), np.uint8)


@pytest.mark.parametrize("opacity", [1.0, 0.5, 0.1])
def test_every_value_is_rounded_to_the_nearest(opacity: float) -> None:
    under, over = picture(), drawing(40, 60)
    blended = blend(under, [Layer(over, 0, 0, opacity)])
    weight = np.rint(over[..., 3:].astype(float) * round(opacity * 255) / 255)
    exact = (over[..., :3] * weight + under * (255 - weight)) / 255
    assert np.abs(blended - exact).max() <= 0.5 + 1e-9


def test_the_picture_itself_stays_as_it_is() -> None:
    under = picture()
    kept = under.copy()
    blend(under, [Layer(drawing(40, 60), 0, 0)])
    assert np.array_equal(under, kept)


@pytest.mark.parametrize(("left", "top"), [(-10, -10), (50, 30), (-70, 0), (0, 90), (20, -5)])
def test_what_reaches_beyond_the_edges_is_cut_off(left: int, top: int) -> None:
    under, over = picture(), drawing(30, 30)
    wide = np.zeros((240, 260, 3), np.uint8)
    wide[100:140, 100:160] = under
    whole = blend(wide, [Layer(over, left + 100, top + 100)])[100:140, 100:160]
    assert np.array_equal(blend(under, [Layer(over, left, top)]), whole)


def test_what_is_unseen_changes_nothing() -> None:
    clear = drawing(30, 30)
    clear[..., 3] = 0
    layers = [Layer(clear, 0, 0), Layer(drawing(30, 30), 0, 0, 0.0)]
    assert np.array_equal(blend(picture(), layers), picture())


def test_flattened_drawings_look_as_they_did_apart() -> None:
    layers = [Layer(drawing(20, 30), 5, 4), Layer(drawing(25, 20, 3), 12, 10, 0.6)]
    apart = blend(picture(), layers).astype(int)
    assert np.abs(blend(picture(), [flatten(layers)]) - apart).max() <= 2
