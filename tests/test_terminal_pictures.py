"""Thumbnails of portraits in a terminal: `talker portraits`."""

from __future__ import annotations

import json
import re
import shutil
from base64 import b64decode
from collections.abc import Callable
from pathlib import Path

import cv2
import numpy as np
import pytest
from numpy.typing import NDArray
from running import Run, run_on_terminal, run_outside

from talker.assets.portraits import load_portrait
from talker.terminal_pictures import SIDE, Way, picture_grid, way_of
from talker.thumbnails import Thumbnail, thumbnail_of

TRUE_COLOUR = {"COLORTERM": "truecolor"}
BLOCK = re.compile(r"\x1b\[38;2;(\d+);(\d+);(\d+);48;2;(\d+);(\d+);(\d+)m▀")


@pytest.fixture(scope="module")
def people() -> list[Thumbnail]:
    return [thumbnail_of(load_portrait(name), SIDE) for name in ("poet", "reader", "griot")]


@pytest.fixture
def own(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The user's own portraits: a picture cut off, one that is gone, one that is none."""
    monkeypatch.setenv("XDG_DATA_HOME", str(tmp_path))
    folder = tmp_path / "talker" / "portraits"
    folder.mkdir(parents=True)
    whole = load_portrait("poet").picture().read_bytes()
    (folder / "cut.png").write_bytes(whole[: len(whole) // 3])
    (folder / "none.jpg").write_text("no picture")
    (folder / "gone.toml").write_text('title = "Gone"\nimage = "gone.png"\n')
    (folder / "beyond.toml").write_text(
        f'title = "Beyond"\nimage = "{load_portrait("poet").picture()}"\ncrop = [0, 0, 9999, 9]\n'
    )
    return folder


def plain(text: str) -> str:
    """What is left for a reader: no colours, and no marks of pictures."""
    return re.sub(r"\x1b\[[0-9;]*m", "", text)


def pixels_of(drawn: str, line: int) -> NDArray[np.int64]:
    """Colours of the half blocks of a line, shape (2, blocks, 3)."""
    found = np.array(BLOCK.findall(drawn.splitlines()[line]), np.int64)
    return found.reshape(-1, 2, 3).swapaxes(0, 1)


@pytest.mark.parametrize(
    ("environ", "way"),
    [
        ({"TERM": "xterm-kitty"}, "kitty"),
        ({"TERM": "xterm-ghostty"}, "kitty"),
        ({"TERM": "xterm-256color", "TERM_PROGRAM": "ghostty"}, "kitty"),
        ({"TERM": "xterm-256color", "KONSOLE_VERSION": "221203"}, "kitty"),
        ({"TERM": "xterm-256color", "TERM_PROGRAM": "WezTerm"}, "iterm2"),
        ({"TERM": "xterm-256color", "TERM_PROGRAM": "iTerm.app"}, "iterm2"),
        ({"TERM": "xterm-256color", "LC_TERMINAL": "iTerm2"}, "iterm2"),
        ({"TERM": "xterm-256color"}, "blocks"),
        ({"TERM": "xterm-256color", "KONSOLE_VERSION": "210800"}, "blocks"),
        ({"TERM": "xterm-256color", "KONSOLE_VERSION": "221203", "VTE_VERSION": "7"}, "blocks"),
        ({"TERM": "xterm-256color", "TERM_PROGRAM": "vscode", "LC_TERMINAL": "iTerm2"}, "blocks"),
        ({"TERM": "tmux-256color", "TERM_PROGRAM": "tmux"}, None),
        ({"TERM": "xterm-kitty", "TMUX": "/tmp/tmux-0/default,1,0"}, None),
        ({"TERM": "screen.xterm-kitty", "STY": "1.pts"}, None),
    ],
)
def test_a_terminal_is_known_by_what_it_says_of_itself(environ: dict[str, str], way: Way | None):
    assert way_of(environ, true_colour=True) == way
    assert way_of(environ, true_colour=False) == (None if way == "blocks" else way)


def test_half_blocks_have_the_colours_of_the_picture(people: list[Thumbnail]):
    drawn = picture_grid(people, 80, "blocks")
    small = [cv2.resize(one.picture, (18, 18), interpolation=cv2.INTER_AREA) for one in people]
    expected = np.hstack(small)
    for line in range(9):
        assert np.abs(pixels_of(drawn, line) - expected[2 * line : 2 * line + 2]).max() <= 1


@pytest.mark.parametrize("columns", [10, 38, 57, 58, 80, 200])
def test_rows_fit_the_terminal_and_every_name_is_under_its_picture(
    people: list[Thumbnail], columns: int
):
    lines = plain(picture_grid(people * 2, columns, "blocks")).splitlines()
    many = max(1, (columns + 2) // 20)
    assert max(map(len, lines)) <= max(18, columns)
    names = [one.name for one in people * 2]
    for row, first in enumerate(range(0, len(names), many)):
        under = lines[11 * row + 9]
        for place, name in enumerate(names[first : first + many]):
            assert under[20 * place :].startswith(name)
            assert lines[11 * row + 8][20 * place] == "▀"


def test_a_clip_tells_its_length_under_its_name(people: list[Thumbnail]):
    clip = Thumbnail("turning", people[0].picture, clip_s=5.04)
    lines = plain(picture_grid([people[0], clip], 80, "blocks")).splitlines()
    assert lines[9].split() == ["poet", "turning"]
    assert lines[10].strip() == "clip, 5 s"
    assert lines[10].index("clip") == lines[9].index("turning")


def test_long_and_wide_names_keep_to_their_column(people: list[Thumbnail]):
    names = ("a-name-that-is-far-too-long", "举头望明月低头思故乡床前")
    shown = [Thumbnail(name, people[0].picture) for name in (*names, "next")]
    line = plain(picture_grid(shown, 80, "blocks")).splitlines()[9]
    assert line == "a-name-that-is-fa…  举头望明月低头思…   next" + " " * 14


def test_kitty_gets_each_picture_whole_in_chunks_that_it_takes(people: list[Thumbnail]):
    drawn = picture_grid(people, 80, "kitty")
    pictures, content = [], ""
    for keys, chunk in re.findall(r"\x1b_G([^;]*);([^\x1b]*)\x1b\\", drawn):
        told = dict(key.split("=") for key in keys.split(","))
        assert len(chunk) <= 4096
        if not content:
            assert told.items() >= {"a": "T", "f": "100", "q": "2", "c": "18", "r": "9"}.items()
        content += chunk
        if told["m"] == "0":
            pictures.append(cv2.imdecode(np.frombuffer(b64decode(content), np.uint8), 1))
            content = ""
    assert len(pictures) == len(people)
    for picture, one in zip(pictures, people, strict=True):
        np.testing.assert_array_equal(picture[..., ::-1], one.picture)


def test_iterm2_gets_each_picture_about_as_it_is(people: list[Thumbnail]):
    drawn = picture_grid(people, 80, "iterm2")
    found = re.findall(r"\x1b]1337;File=inline=1;width=18;height=9;[^:]*:([^\a]*)\a", drawn)
    assert len(found) == len(people)
    for content, one in zip(found, people, strict=True):
        picture = cv2.imdecode(np.frombuffer(b64decode(content), np.uint8), 1)
        assert np.abs(picture[..., ::-1].astype(float) - one.picture).mean() < 5


@pytest.mark.parametrize("way", ["kitty", "iterm2"])
def test_pictures_stand_in_free_lines_over_their_names(people: list[Thumbnail], way: Way):
    drawn = picture_grid(people * 2, 80, way)
    assert screen_of(drawn) == {
        "pictures": [(0, 0), (0, 20), (0, 40), (0, 60), (11, 0), (11, 20)],
        "names": [
            *((9, 0, "poet"), (9, 20, "reader"), (9, 40, "griot"), (9, 60, "poet")),
            *((20, 0, "reader"), (20, 20, "griot")),
        ],
    }


def screen_of(drawn: str) -> dict[str, list[object]]:
    """Lines and columns in which a terminal shows pictures and words; they leave the cursor."""
    picture = r"\x1b_G[^\x1b]*m=0;[^\x1b]*\x1b\\|\x1b]1337;[^\a]*\a"
    tokens = rf"(?P<picture>{picture})|\x1b_G[^\x1b]*\x1b\\|\x1b\[(?P<by>\d+)(?P<way>[ABC])"
    tokens += r"|\x1b(?P<cursor>[78])|\x1b\[\d+m|(?P<line>\n)|(?P<word>\S+)|(?P<space> )"
    pictures, names, line, column, saved = [], [], 0, 0, (0, 0)
    for token in re.finditer(tokens, drawn):
        if token["picture"]:
            pictures.append((line, column))
        elif token["way"]:
            by = int(token["by"])
            line += {"A": -by, "B": by, "C": 0}[token["way"]]
            column += by if token["way"] == "C" else 0
        elif token["cursor"] == "7":
            saved = line, column
        elif token["cursor"] == "8":
            line, column = saved
        elif token["line"]:
            line, column = line + 1, 0
        elif token["word"]:
            word = token["word"].partition("\x1b")[0]
            names.append((line, column, word))
            column += len(word)
        elif token["space"]:
            column += 1
    return {"pictures": pictures, "names": names}


def test_a_terminal_with_all_colours_shows_every_portrait_under_the_list(
    tmp_path: Path, assets: None
):
    run = run_on_terminal("portraits", folder=tmp_path, columns=100, **TRUE_COLOUR)
    assert run.code == 0
    table, _, pictures = run.out.partition("╰")
    rows = json.loads(run_outside("portraits", "--json", folder=tmp_path).out)
    assert "▀" not in table
    assert pictures.count("▀") == len(rows) * 18 * 9
    assert all(row["name"] in plain(pictures) for row in rows)
    assert max(map(len, plain(run.out).splitlines())) <= 100


def test_kitty_and_wezterm_get_pictures_from_the_command(tmp_path: Path, assets: None):
    kitty = run_on_terminal("portraits", folder=tmp_path, TERM="xterm-kitty")
    wezterm = run_on_terminal("portraits", folder=tmp_path, TERM_PROGRAM="WezTerm")
    count = len(json.loads(run_outside("portraits", "--json", folder=tmp_path).out))
    assert kitty.out.count("a=T,f=100") == wezterm.out.count("]1337;File=") == count
    assert "▀" not in kitty.out + wezterm.out


@pytest.mark.parametrize(
    ("option", "environ"),
    [
        ((), {}),
        ((), {**TRUE_COLOUR, "NO_COLOR": "1"}),
        ((), {"TERM": "xterm-kitty", "NO_COLOR": "1"}),
        ((), {**TRUE_COLOUR, "TERM": "dumb"}),
        ((), {**TRUE_COLOUR, "TMUX": "/tmp/tmux-0/default,1,0"}),
        ((), {**TRUE_COLOUR, "PYTHONIOENCODING": "gb18030:replace"}),
        (("--no-pictures",), TRUE_COLOUR),
        (("--no-pictures",), {"TERM": "xterm-kitty"}),
        (("--json",), TRUE_COLOUR),
    ],
)
def test_elsewhere_the_list_is_all(
    tmp_path: Path, assets: None, option: tuple[str, ...], environ: dict[str, str]
):
    run = run_on_terminal("portraits", *option, folder=tmp_path, **environ)
    assert run.code == 0
    assert "▀" not in run.out
    assert not re.search(r"\x1b[^\[]|\x1b\[[0-9]*[A-Z]", run.out)
    assert run.out.rstrip()[-1] in "╯]+?"


def test_into_a_file_goes_the_list_alone_even_where_colours_are_forced(
    tmp_path: Path, assets: None
):
    run = run_outside("portraits", folder=tmp_path, FORCE_COLOR="1", **TRUE_COLOUR)
    assert run.code == 0
    assert "▀" not in run.out


def test_pictures_that_cannot_be_read_are_grey_and_break_nothing(
    tmp_path: Path, own: Path, assets: None
):
    run = run_on_terminal("portraits", folder=tmp_path, **TRUE_COLOUR)
    assert run.code == 0
    rows = {r["name"]: r for r in json.loads(run_outside("portraits", "--json", folder=own).out)}
    assert {"cut", "none", "gone", "beyond", "poet"} <= rows.keys()
    assert rows["gone"]["ready"] == "no: its picture cannot be read"
    grey = re.findall(r"38;2;110;110;110;48;2;110;110;110m▀", run.out)
    assert len(grey) == 4 * 18 * 9
    assert run.out.count("▀") == len(rows) * 18 * 9


def test_a_portrait_s_name_steers_no_terminal(
    tmp_path: Path, own: Path, assets: None, talker: Callable[..., Run]
):
    shutil.copy(load_portrait("poet").picture(), own / "a\x1b[2Jb.png")
    run = run_on_terminal("portraits", folder=tmp_path, **TRUE_COLOUR)
    assert run.code == 0
    assert "\x1b[2J" not in run.out
    assert r"a\x1b[2Jb" in run.out
