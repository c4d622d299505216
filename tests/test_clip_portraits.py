"""Portraits that are clips, wherever a portrait can be named."""

from __future__ import annotations

import csv
import json
from collections.abc import Callable
from pathlib import Path

import av
import numpy as np
import pytest
from clip_portraits import describe, swaying, write_clip
from PIL import Image
from running import Run

from talker.assets.portraits import load_portrait
from talker.errors import AssetError
from talker.media.clip import ClipSource
from talker.portrait_sheet import contact_sheet
from talker.settings import film_settings
from talker.sitter import first_look
from talker.thumbnails import thumbnail_of

Talker = Callable[..., Run]

SIDE, COUNT, FPS = 256, 20, 10


@pytest.fixture
def listening(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A clip of two seconds among the user's own portraits, called 'listening'."""
    folder = tmp_path / "own" / "talker" / "portraits"
    folder.mkdir(parents=True)
    clip = write_clip(folder / "listening.mp4", swaying("reader", SIDE, COUNT), FPS)
    describe(clip)
    monkeypatch.setenv("XDG_DATA_HOME", str(tmp_path / "own"))
    monkeypatch.chdir(tmp_path)
    return clip


def made(run: Run) -> dict[str, object]:
    assert run.code == 0, run.err
    return json.loads(run.out)


def row_of(run: Run, name: str) -> dict[str, object]:
    assert run.code == 0, run.err
    return next(row for row in json.loads(run.out) if row["name"] == name)


def test_a_clip_is_found_by_name_by_its_description_and_by_its_path(listening: Path):
    by_name, by_file = load_portrait("listening"), load_portrait(listening)
    assert by_name == by_file == load_portrait(listening.with_suffix(".toml"))
    assert by_name.picture() == listening
    look = first_look(by_name, film_settings())
    assert isinstance(look, ClipSource)
    assert (look.length, look.width, look.height) == (COUNT, SIDE, SIDE)


def test_a_film_beside_a_described_picture_of_its_name_is_itself(listening: Path):
    film = listening.with_suffix(".mkv")
    film.write_bytes(listening.read_bytes())
    assert load_portrait(film).picture() == film
    assert load_portrait(film).title == "listening"


@pytest.mark.parametrize("more", ["crop = [0, 0, 99, 99]", 'landmarks = "points.json"'])
def test_a_clip_described_with_what_only_pictures_have_is_refused(listening: Path, more: str):
    describe(listening, more)
    with pytest.raises(AssetError, match="'listening' is a clip"):
        first_look(load_portrait("listening"), film_settings())


def test_the_list_says_that_it_is_a_clip_and_how_long(talker: Talker, listening: Path):
    row = row_of(talker("portraits", "--json"), "listening")
    assert row["what"] == "A reader who listens (clip, 2 s)"
    assert row["ready"] == "yes"
    assert "(clip" not in str(row_of(talker("portraits", "--json"), "reader")["what"])
    assert "clip, 2 s" in talker("portraits").out


def test_a_clip_that_is_cut_off_breaks_no_list(talker: Talker, listening: Path):
    listening.write_bytes(listening.read_bytes()[:900])
    assert row_of(talker("portraits", "--json"), "listening")["ready"] == (
        "no: its picture cannot be read"
    )


def test_its_thumbnail_is_its_first_frame(listening: Path):
    thumbnail = thumbnail_of(load_portrait("listening"), SIDE)
    assert thumbnail.sign == "clip, 2 s"
    assert thumbnail.picture is not None
    first = swaying("reader", SIDE, COUNT)[0]
    assert np.abs(thumbnail.picture.astype(float) - first).mean() < 4


def test_a_sheet_shows_its_first_frame_and_its_length(listening: Path):
    clip, still = load_portrait("listening"), load_portrait("reader")
    sheet = np.asarray(contact_sheet([clip, still]).convert("L"), float)
    seen, other = sheet[16:336, 16:336], sheet[16:336, 352:672]
    assert np.abs(seen - other).mean() < 6
    # The sign stands at the right under the clip alone.
    assert (sheet[336:366, 250:336] < 190).sum() > 40
    assert (sheet[336:366, 586:672] < 190).sum() == 0


def test_the_command_draws_a_sheet_with_a_clip(talker: Talker, listening: Path, assets: None):
    assert talker("portraits", "--sheet", "cast.png").code == 0
    with Image.open("cast.png") as sheet:
        assert sheet.width > 3 * 320


def test_it_is_planned_as_a_clip(talker: Talker, listening: Path, assets: None):
    plan = made(
        talker("say", "Hello.", "--portrait", "listening", "-o", "a.mp4", "--dry-run", "--json")
    )
    assert plan["portrait"] == "A reader who listens"
    assert plan["clip"] == "2.00 s, 20 frames at 10 frames/s"
    assert "in the first frame" in str(plan["face"])


def test_it_says_a_text_in_its_own_voice_and_moves(talker: Talker, listening: Path, assets: None):
    film = made(
        talker("say", "May we go home?", "--portrait", "listening", "-o", "a.mp4", "--json")
    )
    assert film["fps"] == "10"
    assert "woman" in str(film["voice"])
    with av.open("a.mp4") as shown:
        pictures = [
            frame.to_ndarray(format="gray").astype(float) for frame in shown.decode(video=0)
        ]
    assert len(pictures) == film["frames"]
    assert pictures[0].shape == (SIDE, SIDE)
    # As far as the clip has moved to the side by then, above the face too.
    assert np.abs(pictures[5][:40] - pictures[0][:40]).mean() > 1


def test_its_preview_shows_its_frames(talker: Talker, listening: Path, assets: None):
    from talker.media.sound import write_sound

    write_sound(Path("hum.wav"), np.zeros(24_000, np.float32), 24_000, {})
    preview = made(
        talker(
            *("sync", "--face", "listening", "--audio", "hum.wav"),
            *("-o", "a.png", "--preview", "--json"),
        )
    )
    assert preview["portrait"] == "A reader who listens"
    assert len(preview["frames"]) == 12


def test_a_batch_films_it(talker: Talker, listening: Path, assets: None):
    with Path("jobs.csv").open("w", newline="") as table:
        rows = csv.writer(table)
        rows.writerows([["text", "portrait", "out"], ["Hello.", "listening", "one"]])
        rows.writerow(["Hello.", str(listening.with_suffix(".toml")), "two"])
    plan = talker("batch", "jobs.csv", "-o", "films", "--dry-run", "--json")
    assert plan.code == 0, plan.out + plan.err
    assert "a clip" in plan.out
    run = talker("batch", "jobs.csv", "-o", "films", "--runner", "here", "--json")
    assert run.code == 0, run.out + run.err
    for name in ("one", "two"):
        with av.open(f"films/{name}.mp4") as film:
            assert film.streams.video[0].width == SIDE
