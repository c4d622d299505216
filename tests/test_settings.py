from __future__ import annotations

from fractions import Fraction

import pytest

from talker.errors import UsageError
from talker.settings import FilmSettings, film_settings


@pytest.mark.parametrize(
    ("given", "fps"),
    [
        ("25", Fraction(25)),
        ("30000/1001", Fraction(30000, 1001)),
        ("29.97", Fraction(30000, 1001)),
        ("23.976", Fraction(24000, 1001)),
        ("12.5", Fraction(25, 2)),
    ],
)
def test_frame_rates_are_exact(given: str, fps: Fraction) -> None:
    assert film_settings(fps=given).fps == fps


def test_text_becomes_values() -> None:
    settings = film_settings(size="640x480", face_at="10, 20.5", device="gpu:1")
    assert settings.size == (640, 480)
    assert settings.face_at == (10.0, 20.5)
    assert settings.device == "gpu:1"


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("fps", "0"),
        ("fps", "abc"),
        ("fps", "1/0"),
        ("fps", "nan"),
        ("fps", "1000"),
        ("size", "640"),
        ("size", "0x0"),
        ("size", "99999x99999"),
        ("speed", 0.1),
        ("speed", float("nan")),
        ("pitch", 13),
        ("life", 1.5),
        ("life", -0.1),
        ("seed", -1),
        ("lead_in_s", -1),
        ("tail_s", float("inf")),
        ("device", "tpu"),
        ("device", "gpu:x"),
        ("face_at", "12"),
    ],
)
def test_a_value_out_of_range_is_refused_by_name(name: str, value: object) -> None:
    with pytest.raises(UsageError) as raised:
        film_settings(**{name: value})
    assert name.removesuffix("_s").replace("_", "-") in raised.value.problem
    assert str(value) in raised.value.problem
    assert raised.value.remedy.endswith(".")


def test_odd_sides_are_refused_with_even_ones_at_hand() -> None:
    with pytest.raises(UsageError) as raised:
        film_settings(size="641x480")
    assert "642x480" in raised.value.remedy


def test_an_unknown_setting_is_refused() -> None:
    with pytest.raises(UsageError, match="no setting 'colour'") as raised:
        film_settings(colour="red")
    assert all(name in raised.value.remedy for name in FilmSettings.model_fields)
