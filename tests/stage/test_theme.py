from pathlib import Path

import numpy as np
import pytest

from talker.errors import UsageError
from talker.stage.backgrounds import draw_background
from talker.stage.theme import load_theme, theme_names


def changed(folder: Path, old: str, new: str) -> Path:
    """The theme "ink" with a change."""
    import talker.stage.theme as module

    text = (Path(module.__file__).parent / "themes" / "ink.toml").read_text("utf-8")
    assert old in text
    path = folder / "mine.toml"
    path.write_text(text.replace(old, new), "utf-8")
    return path


def light(colour: tuple[int, int, int]) -> float:
    """Relative luminance (WCAG 2.2)."""
    parts = [c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in
             (part / 255 for part in colour)]  # fmt: skip
    return 0.2126 * parts[0] + 0.7152 * parts[1] + 0.0722 * parts[2]


def contrast(one: tuple[int, int, int], other: tuple[int, int, int]) -> float:
    high, low = sorted((light(one), light(other)), reverse=True)
    return (high + 0.05) / (low + 0.05)


def test_three_themes_come_with_talker() -> None:
    assert theme_names() == ("ink", "newsroom", "plain")


@pytest.mark.parametrize("name", theme_names())
def test_letters_stand_out_from_what_is_behind_them(name: str) -> None:
    theme = load_theme(name)
    colours = theme.colours
    for background in colours.background:
        assert contrast(colours.text, background) >= 7
        assert contrast(colours.muted, background) >= 3
    assert contrast(colours.panel_text, colours.panel) >= 7
    assert contrast(colours.panel_muted, colours.panel) >= 4.5
    assert contrast(colours.strip_text, colours.strip) >= 7
    assert contrast(colours.accent_text, colours.accent) >= 4.5
    assert contrast(theme.captions.text, theme.captions.outline) >= 7
    assert contrast(theme.captions.speaking, theme.captions.outline) >= 7


def test_a_theme_of_ones_own_is_read(tmp_path: Path) -> None:
    theme = load_theme(changed(tmp_path, '"#b3321f"', '"#0a0B0c"'))
    assert theme.name == "mine"
    assert theme.colours.accent == (10, 11, 12)


def test_an_unknown_theme_is_refused_with_a_near_name() -> None:
    with pytest.raises(UsageError, match="Did you mean 'newsroom'"):
        load_theme("newsrom")


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ("accent =", "acent =", "Did you mean 'accent'"),
        ("[captions]", "[caption]", "Did you mean 'captions'"),
        ('"#b3321f"', '"red"', "'red' is no colour"),
        ('"#b3321f"', "17", "give a colour as #rrggbb"),
        ("opacity = 0.94", "opacity = 1.4", "'panel.opacity': it should be less than"),
        ('card = "scroll"', 'card = "skroll"', "'card': it should be 'scroll'"),
        ("text_weight = 400", 'text_weight = "fat"', "'fonts.text_weight'"),
        ('\nmuted = "#6f6256"', "", "'colours.muted' is missing"),
        ("[fonts]", "[fonts", "is no TOML"),
    ],
)
def test_a_wrong_theme_is_refused_where_it_is_wrong(
    tmp_path: Path, old: str, new: str, said: str
) -> None:
    with pytest.raises(UsageError, match=r"mine\.toml") as refused:
        load_theme(changed(tmp_path, old, new))
    assert said in str(refused.value)


def test_a_file_that_is_not_there_is_said_so(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="No such file"):
        load_theme(tmp_path / "none.toml")


@pytest.mark.parametrize("name", theme_names())
@pytest.mark.parametrize("size", [(320, 180), (180, 320), (64, 64)])
def test_a_background_is_the_same_for_the_same_seed(name: str, size: tuple[int, int]) -> None:
    theme = load_theme(name)
    first = draw_background(theme, size, 5)
    assert first.shape == (size[1], size[0], 3)
    assert first.dtype == np.uint8
    assert np.array_equal(first, draw_background(theme, size, 5))
    assert not np.array_equal(first, draw_background(theme, size, 6))
