"""Which language each stretch of text is in."""

import pytest

from talker.errors import UsageError
from talker.text.languages import main_language, primary
from talker.text.reading import read_text


@pytest.mark.parametrize(
    ("text", "language"),
    [
        ("The word 你好 means hello", "en"),
        ("用A100训练GPT-4", "zh"),
        ("こんにちは、世界", "ja"),
        ("안녕하세요", "ko"),
        ("Привет, мир", "ru"),
        ("Γειά σου", "el"),
        ("مرحبا", "ar"),
        ("שלום", "he"),
        ("नमस्ते", "hi"),
        ("สวัสดี", "th"),
        ("2026", "en"),
    ],
)
def test_main_language_is_told_by_the_script(text: str, language: str):
    assert main_language(text) == language
    tokens = next(read_text(text)).tokens
    assert language in {token.language for token in tokens}


def test_tags_are_brought_to_their_language():
    assert [primary(tag) for tag in ("zh-Hans-CN", "EN_us", "cmn", "yue")] == [
        "zh",
        "en",
        "zh",
        "yue",
    ]


@pytest.mark.parametrize("tag", ["", "x", "12", "中文", "e n"])
def test_nonsense_is_no_language(tag: str):
    with pytest.raises(UsageError, match="language"):
        primary(tag)


@pytest.mark.parametrize(
    ("text", "language", "spoken"),
    [
        (
            "Il a 21 ans, 3,5 km.",
            "fr",
            ["Il", "a", "vingt et un", "ans", "trois virgule cinq", "km"],
        ),
        (
            "Es kostet 1.234 Euro",
            "de",
            ["Es", "kostet", "eintausendzweihundertvierunddreißig", "Euro"],
        ),
        ("Tengo 100 años", "es", ["Tengo", "cien", "años"]),
        ("У меня 5 книг", "ru", ["У", "меня", "пять", "книг"]),
    ],
)
def test_other_languages_read_their_numbers(text: str, language: str, spoken: list[str]):
    tokens = [token for s in read_text(text, language=language) for token in s.tokens]
    assert [token.spoken for token in tokens if token.kind == "word"] == spoken
    assert {token.language for token in tokens} == {language}


def test_languages_side_by_side_keep_their_own():
    tokens = next(read_text("他说hello，Привет，안녕，γεια", language="zh")).tokens
    assert [t.language for t in tokens if t.kind == "word"] == ["zh", "zh", "en", "ru", "ko", "el"]


def test_ukrainian_text_is_not_taken_for_russian():
    assert {t.language for t in next(read_text("Слава", language="uk")).tokens} == {"uk"}
