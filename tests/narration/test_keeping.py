from __future__ import annotations

import os
import time
from pathlib import Path

import pytest

from talker.errors import AssetError
from talker.narration.keeping import Keep, key_of


def make(keep: Keep, key: str, size: int = 10) -> None:
    with keep.making(key) as folder:
        (folder / "work").write_bytes(bytes(size))


def test_work_is_found_under_its_key_once_it_is_done(tmp_path: Path) -> None:
    keep = Keep(tmp_path)
    assert keep.find("a") is None
    make(keep, "a")
    assert (keep.kept("a") / "work").read_bytes() == bytes(10)
    assert Keep(tmp_path).find("a") == tmp_path / "a"


def test_work_that_fails_leaves_nothing(tmp_path: Path) -> None:
    keep = Keep(tmp_path)
    with pytest.raises(FileNotFoundError), keep.making("a") as folder:
        (folder / "no" / "work").write_bytes(b"half")
    assert list(tmp_path.iterdir()) == []
    with pytest.raises(AssetError, match=r"Run the same command again"):
        keep.kept("a")


def test_a_folder_that_was_never_finished_is_made_anew(tmp_path: Path) -> None:
    (tmp_path / "a").mkdir()
    (tmp_path / "a" / "work").write_bytes(b"half")
    keep = Keep(tmp_path)
    assert keep.find("a") is None
    make(keep, "a")
    assert (keep.kept("a") / "work").read_bytes() == bytes(10)


def test_two_who_make_the_same_both_have_it(tmp_path: Path) -> None:
    one, other = Keep(tmp_path), Keep(tmp_path)
    with one.making("a") as first:
        (first / "work").write_bytes(b"same")
        with other.making("a") as second:
            (second / "work").write_bytes(b"same")
    assert one.kept("a") == other.kept("a") == tmp_path / "a"
    assert [path.name for path in tmp_path.iterdir()] == ["a"]


def test_what_was_not_used_for_longest_goes_when_there_is_too_much(tmp_path: Path) -> None:
    with Keep(tmp_path) as before:
        for age, key in enumerate(("new", "older", "oldest")):
            make(before, key, 1000)
            os.utime(tmp_path / key, (1e9 - age, 1e9 - age))
    with Keep(tmp_path, most_bytes=2000) as keep:
        assert keep.find("oldest")
    assert sorted(path.name for path in tmp_path.iterdir()) == ["new", "oldest"]


def test_what_this_run_uses_stays_whatever_its_size(tmp_path: Path) -> None:
    with Keep(tmp_path, most_bytes=10) as keep:
        make(keep, "a", 1000)
        make(keep, "b", 1000)
    assert {path.name for path in tmp_path.iterdir()} == {"a", "b"}


def test_a_key_tells_files_by_their_content(tmp_path: Path) -> None:
    one, same, other = (tmp_path / name for name in ("one", "same", "other"))
    one.write_bytes(b"content")
    same.write_bytes(b"content")
    other.write_bytes(b"another")
    assert key_of({"file": one}) == key_of({"file": same})
    assert key_of({"file": one}) != key_of({"file": other})
    before = key_of({"file": one})
    one.write_bytes(b"changed")
    assert key_of({"file": one}) != before


def test_what_a_killed_run_left_goes_after_a_day(tmp_path: Path) -> None:
    for name, age_s in ((".part-old", 2 * 86400), (".part-new", 60)):
        (tmp_path / name).mkdir()
        os.utime(tmp_path / name, (time.time() - age_s,) * 2)
    with Keep(tmp_path) as keep:
        make(keep, "a")
    assert sorted(path.name for path in tmp_path.iterdir()) == [".part-new", "a"]
