from __future__ import annotations

from fractions import Fraction
from pathlib import Path

import numpy as np
import pytest

from talker.errors import MediaError
from talker.media.clip import ClipSource, probe


def test_a_real_clip_is_read_frame_by_frame(media: Path) -> None:
    source = ClipSource(media / "mona7s.mp4")
    assert (source.width, source.height, source.fps) == (1280, 720, Fraction(30000, 1001))
    first, second, *_ = source.frames()
    assert first.picture.shape == (720, 1280, 3)
    assert first.picture.dtype == np.uint8
    assert first.time_s == 0
    assert second.time_s == Fraction(1001, 30000)


def test_frames_start_again(media: Path) -> None:
    source = ClipSource(media / "grid_bbaf2n.mpg")
    once, again = list(source.frames()), list(source.frames())
    assert len(once) == len(again) == 75
    np.testing.assert_array_equal(once[40].picture, again[40].picture)
    assert once[-1].time_s == Fraction(74, 25)


def test_facts_come_from_the_file(media: Path) -> None:
    facts = probe(media / "grid_bbaf2n.mpg")
    assert (facts.width, facts.height, facts.fps, facts.length) == (360, 288, 25, 75)
    assert facts.picture_s == pytest.approx(3.0, abs=0.001)
    assert facts.sound_s == pytest.approx(2.978, abs=0.001)
    assert facts.sample_rate == 44100
    assert facts.codecs == ("mpeg1video", "mp2")


@pytest.mark.parametrize("content", [None, b"", b"I am no film.\n" * 99])
def test_bad_films_are_explained(tmp_path: Path, content: bytes | None) -> None:
    path = tmp_path / "film.mp4"
    if content is not None:
        path.write_bytes(content)
    with pytest.raises(MediaError, match=r"film\.mp4") as refusal:
        ClipSource(path)
    assert refusal.value.exit_code == 2


def test_a_cut_film_and_a_sound_are_no_films(media: Path, tmp_path: Path) -> None:
    whole = (media / "mona7s.mp4").read_bytes()
    (tmp_path / "cut.mp4").write_bytes(whole[: len(whole) // 3])
    with pytest.raises(MediaError):
        list(ClipSource(tmp_path / "cut.mp4").frames())
    with pytest.raises(MediaError, match="no pictures"):
        probe(media / "guangquan.m4a")
