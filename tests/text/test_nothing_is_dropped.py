"""Whatever the text, every letter and digit of it is said and kept."""

import random
import re
import unicodedata
from pathlib import Path

import pytest

from talker.text.reading import read_text
from talker.text.sentence import Token

HERE = Path(__file__).parent
CHINESE_NEWS = (HERE / "news-zh.txt").read_text(encoding="utf-8")
ENGLISH_NEWS = (HERE / "news-en.txt").read_text(encoding="utf-8")
PIECES = [
    *(HERE / "pieces.txt").read_text(encoding="utf-8").split(),
    *(" ", "\n", "\t", "\u3000", "\u200b", "\u202e", "\x07"),
]

LATIN_OR_DIGITS = re.compile(r"[A-Za-zÀ-ÖØ-öø-ɏＡ-Ｚａ-ｚ]+|[0-9０-９]+")
HAN = re.compile("[一-鿿]")


def tokens_of(text: str, language: str | None = None) -> list[Token]:
    return [token for sentence in read_text(text, language=language) for token in sentence.tokens]


def visible(text: str) -> str:
    return re.sub(r"[\s\u200b\u202e\x07]", "", unicodedata.normalize("NFC", text))


def check(text: str, language: str | None) -> None:
    tokens = tokens_of(text, language)
    assert "".join(visible(token.source) for token in tokens) == visible(text)
    for token in tokens:
        if LATIN_OR_DIGITS.search(token.source) or HAN.search(token.source):
            assert token.kind == "word", token
            assert token.spoken, token
        if token.kind == "punctuation":
            assert token.spoken in ("", ".", ",", "?", "!", ";", ":"), token
        if token.language in ("zh", "en"):
            assert not re.search(r"[0-9%$€£¥&@#=<>°]", token.spoken), token


@pytest.mark.parametrize(
    ("text", "language"), [(CHINESE_NEWS, "zh"), (ENGLISH_NEWS, "en"), (CHINESE_NEWS, None)]
)
def test_every_number_and_word_of_the_news_is_said(text: str, language: str | None):
    check(text, language)


@pytest.mark.parametrize("language", ["zh", "en", None])
def test_every_number_and_word_of_any_mixture_is_said(language: str | None):
    chance = random.Random(11)
    for _ in range(600):
        pieces = [chance.choice(PIECES) + chance.choice(["", "", " "]) for _ in range(14)]
        check("".join(pieces) + "end", language)


@pytest.mark.parametrize("text", [CHINESE_NEWS, ENGLISH_NEWS])
def test_no_number_is_cut_by_a_sentence_end(text: str):
    sources = [sentence.source for sentence in read_text(text)]
    numbers = re.findall(r"\d+(?:[.,:/-]\d+)+", text)
    assert len(numbers) > 15
    assert all(any(number in source for source in sources) for number in numbers)


def test_spaces_of_the_source_come_back():
    for sentence in read_text(ENGLISH_NEWS):
        parts = [token.source + " " * token.space_after for token in sentence.tokens]
        assert "".join(parts).strip() == re.sub(r"\s+", " ", sentence.source)


def test_same_text_is_read_the_same_twice():
    assert tokens_of(CHINESE_NEWS) == tokens_of(CHINESE_NEWS)


def test_a_long_text_takes_time_in_proportion():
    words = sum(len(s.tokens) for s in read_text(ENGLISH_NEWS * 40, language="en"))
    assert words == 40 * len(tokens_of(ENGLISH_NEWS, "en"))
