"""The user's own pronunciations."""

from pathlib import Path

import pytest

from talker.errors import UsageError
from talker.text.lexicon import Lexicon
from talker.text.reading import read_text


def lexicon(folder: Path, text: str) -> Lexicon:
    path = folder / "words.txt"
    path.write_text(text, encoding="utf-8")
    return Lexicon.read(path)


@pytest.mark.parametrize(
    "line",
    [
        "重庆 = chong2 qing4",
        "重庆\tchóng qìng",
        "重庆: chong2 qing4  # the city",
        "重庆 → /chong2 qing4/",
        "\ufeff重庆=Chong2 Qing4",
    ],
)
def test_chinese_word_becomes_one_token_with_pinyin(tmp_path: Path, line: str):
    tokens = next(read_text("在重庆市", lexicon=lexicon(tmp_path, line))).tokens
    assert [(token.source, token.pronunciation) for token in tokens] == [
        ("在", None),
        ("重庆", "chong2 qing4"),
        ("市", None),
    ]


@pytest.mark.parametrize(
    ("written", "kept"),
    [("lǜ", "lv4"), ("lü4", "lv4"), ("lu:4", "lv4"), ("ma", "ma5"), ("de0", "de5"), ("er2", "er2")],
)
def test_pinyin_is_kept_with_tone_digits(tmp_path: Path, written: str, kept: str):
    assert lexicon(tmp_path, f"绿 = {written}").entries[0].pronunciation == kept


def test_latin_word_takes_ipa_and_keeps_to_word_limits(tmp_path: Path):
    words = lexicon(tmp_path, "# names\n\nnguyen = /ŋwɪən/\nSQL = ˈsiːkwəl\n")
    tokens = next(read_text("Nguyen's SQL, MySQL, sql and Nguyens", lexicon=words)).tokens
    assert [(t.source, t.pronunciation) for t in tokens if t.pronunciation] == [
        ("Nguyen", "ŋwɪən"),
        ("SQL", "ˈsiːkwəl"),
    ]


def test_longest_word_wins(tmp_path: Path):
    words = lexicon(tmp_path, "长 = chang2\n长安 = chang2 an1\n长安街 = chang2 an1 jie1")
    assert [t.source for t in next(read_text("长安街长安长", lexicon=words)).tokens] == [
        "长安街",
        "长安",
        "长",
    ]


@pytest.mark.parametrize(
    "line",
    [
        "重庆",
        "重庆 =",
        "= chong2",
        "重庆 = chong2",
        "重庆 = chong2 qing9",
        "重庆 = xyz1 qing4",
        "T恤 = ti1 xu4",
        "word = 123",
        "word = 中文",
    ],
)
def test_bad_line_is_named_with_its_number(tmp_path: Path, line: str):
    with pytest.raises(UsageError, match="line 2") as caught:
        lexicon(tmp_path, f"好 = hao3\n{line}\n")
    assert "chong2 qing4" in caught.value.remedy


@pytest.mark.parametrize("content", [None, b"\xff\xfe\x00bad", b"a" * 4_000_001])
def test_lexicon_that_cannot_be_read_is_refused(tmp_path: Path, content: bytes | None):
    path = tmp_path / "words.txt"
    if content:
        path.write_bytes(content)
    with pytest.raises(UsageError, match=r"words\.txt"):
        Lexicon.read(path)
