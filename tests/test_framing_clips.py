"""Clips in films of another shape: framed around the face that speaks, which is then followed."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import av
import numpy as np
import pytest
from clip_portraits import swaying, write_clip
from PIL import Image
from running import Run

from talker.assets.portraits import load_portrait
from talker.errors import UsageError
from talker.faces.finding import find_faces
from talker.faces.framing import frame_portrait
from talker.framing_clips import aimed, framed
from talker.media.clip import ClipSource
from talker.media.excerpt import Excerpt
from talker.media.frames import Picture
from talker.media.pictures import read_picture
from talker.media.sound import write_sound
from talker.progress import Reporter
from talker.settings import FilmSettings, film_settings
from talker.sitter import first_look, follow

Talker = Callable[..., Run]

SIDE, COUNT = 256, 10
WIDE, TALL = (320, 180), (180, 320)


@pytest.fixture
def clip(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, assets: None) -> Path:
    """A clip of the reader, a square; the working folder holds a hum of 0.4 s too."""
    monkeypatch.chdir(tmp_path)
    hum = 0.2 * np.sin(np.arange(9600) / 25)
    write_sound(Path("hum.wav"), hum.astype(np.float32), 24_000, {})
    return write_clip(tmp_path / "clip.mp4", swaying("reader", SIDE, COUNT))


@pytest.fixture(scope="module")
def people() -> list[list[Picture]]:
    return [swaying(name, SIDE, COUNT) for name in ("reader", "poet")]


@pytest.fixture
def two(tmp_path: Path, people: list[list[Picture]], assets: None) -> Path:
    """A clip of the reader, at the left, and the poet."""
    pairs = [np.concatenate(both, axis=1) for both in zip(*people, strict=True)]
    return write_clip(tmp_path / "two.mp4", pairs)


def shown(path: Path, settings: FilmSettings) -> tuple[ClipSource, ClipSource]:
    """What was found in a file, and what a film shows of it."""
    portrait = load_portrait(path)
    look = first_look(portrait, settings)
    assert isinstance(look, ClipSource)
    return look, framed(portrait, look, settings, Reporter())


def made(run: Run) -> dict[str, object]:
    assert run.code == 0, run.err
    return json.loads(run.out)


def pictures_of(film: str) -> list[Picture]:
    with av.open(film) as container:
        return [frame.to_ndarray(format="rgb24") for frame in container.decode(video=0)]


@pytest.mark.parametrize("size", [WIDE, TALL])
def test_a_film_of_another_shape_shows_the_head_as_that_of_a_picture(
    talker: Talker, clip: Path, size: tuple[int, int]
) -> None:
    command = ("sync", "--face", clip, "--audio", "hum.wav", "--size", f"{size[0]}x{size[1]}")
    film = made(talker(*command, "-o", "a.mp4", "--json"))
    seen = pictures_of("a.mp4")
    assert len(seen) == film["frames"] == 10
    assert seen[0].shape == (size[1], size[0], 3)
    first = next(ClipSource(clip).frames(0, 1)).picture
    (face,) = find_faces(first)
    _, moved = frame_portrait(first, face, size)
    (found,) = find_faces(seen[0])
    assert np.abs(found.box - moved.box).max() < 0.05 * size[1]


@pytest.mark.parametrize("size", [None, (128, 128), (130, 130), (256, 256)])
def test_a_clip_of_the_film_s_shape_is_only_scaled(
    clip: Path, size: tuple[int, int] | None
) -> None:
    found, seen = shown(clip, FilmSettings(size=size))
    assert seen is found


def test_a_clip_whose_face_comes_later_is_cut_in_its_middle(
    talker: Talker, clip: Path, people: list[list[Picture]]
) -> None:
    late = write_clip(Path("late.mp4"), [np.full_like(people[0][0], 120)] * 5 + people[0])
    found, seen = shown(late, FilmSettings(size=WIDE))
    assert seen is found
    command = ("sync", "--face", late, "--audio", "hum.wav", "--size", "320x180")
    assert made(talker(*command, "-o", "a.mp4", "--json"))["frames"] == 10


@pytest.mark.parametrize("size", [(160, 240), (320, 240)])
@pytest.mark.parametrize("who", [0, 1])
@pytest.mark.parametrize("option", ["index", "at", "fraction", "like"])
def test_the_chosen_face_is_framed_and_followed(
    two: Path, people: list[list[Picture]], size: tuple[int, int], who: int, option: str
) -> None:
    at = (SIDE / 2 + who * SIDE, SIDE / 2)
    picture = two.with_suffix(".png")
    Image.fromarray(people[who][4]).save(picture)
    choices: dict[str, dict[str, object]] = {
        "index": {"face_index": who},
        "at": {"face_at": at},
        "fraction": {"face_at": (at[0] / (2 * SIDE), 0.5)},
        "like": {"face_like": picture},
    }
    settings = film_settings(size=size, **choices[option])
    _, seen = shown(two, settings)
    assert (seen.width, seen.height) == size
    alone = people[who][0]
    (face,) = find_faces(alone)
    with follow(Excerpt(seen, COUNT), aimed(seen, settings), Reporter()) as track:
        followed = [track[number] for number in range(COUNT)]
    first = next(seen.frames()).picture
    for face_seen in followed:
        assert face_seen is not None
        # In the middle, as far as the clip goes.
        assert abs(face_seen.box[[0, 2]].mean() - size[0] / 2) < 0.15 * size[0]
    # It is that person: the face, cut out of both, is the same.
    assert followed[0] is not None
    cuts = [
        np.asarray(Image.fromarray(whole).resize((32, 32), box=tuple(map(float, one.box))), float)
        for whole, one in ((first, followed[0]), (alone, face))
    ]
    assert np.abs(cuts[0] - cuts[1]).mean() < 12


def test_a_place_outside_the_clip_is_refused_with_the_faces_in_it(two: Path) -> None:
    with pytest.raises(UsageError, match=r"outside the picture of 512x256(.|\n)*--face-index 1"):
        shown(two, FilmSettings(size=TALL, face_at=(200.0, 300.0)))


def test_a_dry_run_lists_the_faces_where_the_film_looks_for_them(
    talker: Talker, clip: Path, two: Path
) -> None:
    command = ("sync", "--face", two, "--audio", "hum.wav", "--size", "160x240", "-o", "a.mp4")
    plan = made(talker(*command, "--dry-run", "--json"))
    assert plan["size"] == "160x240"
    places = [line.split("--face-at ")[1].rstrip(")") for line in str(plan["face"]).split("\n")[1:]]
    assert [int(place.split(",")[0]) // SIDE for place in places] == [0, 1]


def test_a_preview_shows_what_the_film_will(talker: Talker, clip: Path) -> None:
    command = ("sync", "--face", clip, "--audio", "hum.wav", "--size", "320x180", "--preview")
    made(talker(*command, "-o", "a.png", "--json"))
    _, seen = shown(clip, FilmSettings(size=WIDE))
    first = Image.fromarray(next(seen.frames()).picture).resize((391, 220))
    panel = read_picture(Path("a.png"))[42:262, 12:403]
    # But for the marks on the face.
    assert np.median(np.abs(panel.astype(float) - np.asarray(first))) < 3
