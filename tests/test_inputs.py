from __future__ import annotations

import io
from pathlib import Path

import pytest

from talker.errors import MediaError, TalkerError, UsageError
from talker.inputs import read_script


def test_words_are_taken_as_they_are() -> None:
    assert read_script("明月几时有？把酒问青天。") == "明月几时有？把酒问青天。"
    assert read_script("and/or, or not") == "and/or, or not"


def test_a_file_that_exists_wins_over_the_words(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    Path("hello").write_text("from the file", encoding="utf-8")
    assert read_script("hello") == "from the file"
    assert read_script("hello", as_text=True) == "hello"


def test_standard_input_is_read(monkeypatch: pytest.MonkeyPatch) -> None:
    stdin = io.TextIOWrapper(io.BytesIO("早上好".encode()))
    monkeypatch.setattr("sys.stdin", stdin)
    assert read_script("-") == "早上好"


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16"])
def test_the_usual_unicode_files_are_read(tmp_path: Path, encoding: str) -> None:
    path = tmp_path / "poem.txt"
    path.write_text("床前明月光", encoding=encoding)
    assert read_script(str(path)) == "床前明月光"


@pytest.mark.parametrize("given", ["missing.txt", "./news", "/no/such/place", "~/poem.md"])
def test_a_path_that_names_nothing_is_not_spoken(given: str) -> None:
    with pytest.raises(UsageError, match="There is no file") as raised:
        read_script(given)
    assert given in raised.value.problem
    assert "--text" in raised.value.remedy
    assert read_script(given, as_text=True) == given


@pytest.mark.parametrize("given", ["", "  \n\t "])
def test_an_empty_text_is_refused(given: str, tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="is empty"):
        read_script(given)
    path = tmp_path / "empty.txt"
    path.write_text(given, encoding="utf-8")
    with pytest.raises(UsageError, match="is empty") as raised:
        read_script(str(path))
    assert str(path) in raised.value.problem


def test_a_folder_is_refused_by_name(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="is a folder") as raised:
        read_script(str(tmp_path))
    assert str(tmp_path) in raised.value.problem


@pytest.mark.parametrize(
    "content",
    [
        pytest.param("你好，世界".encode("gb18030"), id="gb18030"),
        pytest.param(b"\x89PNG\r\n\x1a\n\0\0", id="picture"),
        pytest.param(b"words\0words", id="zero bytes"),
        pytest.param(b"\xff\xfea", id="odd utf-16"),
        pytest.param(b"a" * 5_000_000, id="too long"),
    ],
)
def test_a_file_that_is_no_text_is_refused(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "script.txt"
    path.write_bytes(content)
    with pytest.raises((MediaError, UsageError)) as raised:
        read_script(str(path))
    assert isinstance(raised.value, TalkerError)
    assert str(path) in raised.value.problem
