"""Where a text is cut, and how long the pauses are."""

import itertools

import pytest

from talker.errors import UsageError
from talker.text.reading import read_text


def sources(text: str, language: str | None = None) -> list[str]:
    return [sentence.source for sentence in read_text(text, language=language)]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (
            "Dr. Smith paid $3.50 on Nov. 3. Then he left.",
            ["Dr. Smith paid $3.50 on Nov. 3.", "Then he left."],
        ),
        ("Pi is 3.14. It is v2.0.1.", ["Pi is 3.14.", "It is v2.0.1."]),
        ("J. R. R. Tolkien wrote it. We read.", ["J. R. R. Tolkien wrote it.", "We read."]),
        (
            "J.K. Rowling wrote. U.S. officials read.",
            ["J.K. Rowling wrote.", "U.S. officials read."],
        ),
        ("He lives in the U.S. The sun shines.", ["He lives in the U.S.", "The sun shines."]),
        ("They met U.S. President Xu.", ["They met U.S. President Xu."]),
        ("Come at 5 p.m. Monday. Go.", ["Come at 5 p.m. Monday.", "Go."]),
        ("Come at 5 p.m. Bring food.", ["Come at 5 p.m.", "Bring food."]),
        ("Acme Inc. said so. Foo Corp. The end.", ["Acme Inc. said so.", "Foo Corp.", "The end."]),
        ("Wait... what? Well… He left.", ["Wait... what?", "Well…", "He left."]),
        ('"Yes!" she said. "No." He left.', ['"Yes!" she said.', '"No."', "He left."]),
        ("He said “No.” Then left.", ["He said “No.”", "Then left."]),
        ("See No. 5. No. I will not.", ["See No. 5.", "No.", "I will not."]),
        ("1. First item", ["1. First item"]),
        ("Plan A. The end.", ["Plan A.", "The end."]),
        ("It was on Baker St. The dog ran.", ["It was on Baker St.", "The dog ran."]),
        ("他说：“你好。”她走了。", ["他说：“你好。”", "她走了。"]),
        ("增长3.5%。A100很快！真的吗？是。", ["增长3.5%。", "A100很快！", "真的吗？", "是。"]),
        ("我……我不知道。", ["我……我不知道。"]),
        ("在U.S.说。", ["在U.S.说。"]),
    ],
)
def test_sentences_end_where_a_reader_ends_them(text: str, expected: list[str]):
    assert sources(text) == expected


def test_german_ordinals_do_not_end_a_sentence():
    assert len(sources("Am 3. Oktober feiern wir. Danach nicht.", "de")) == 2


def test_every_line_of_a_poem_is_a_sentence_with_its_line_number():
    sentences = list(read_text("明月几时有\n把酒问青天\n\n不知天上宫阙\n今夕是何年"))
    assert [sentence.line for sentence in sentences] == [0, 1, 3, 4]
    assert [sentence.pause_s for sentence in sentences] == [0.45, 0.7, 0.45, 0.0]


def test_wrapped_prose_is_not_cut_at_its_line_ends():
    text = (
        "The central bank raised its rate by a quarter of a point on Monday, saying that\n"
        "prices were still rising faster than it had hoped for when the year began, in\n"
        "2026. Markets fell.\n"
    )
    sentences = list(read_text(text))
    assert [sentence.line for sentence in sentences] == [0, 2]
    assert sentences[0].source.endswith("in 2026.")


def test_headline_stays_apart_from_its_story():
    text = (
        "Central Bank Raises Its Rate by 0.25 Percent as Prices Keep Rising\n" + "The bank. " * 20
    )
    assert len(sources(text)) == 21


@pytest.mark.parametrize("end", ["\r\n", "\r", "\u2028"])
def test_all_line_ends_are_line_ends(end: str):
    assert sources(f"one{end}two") == ["one", "two"]


@pytest.mark.parametrize(
    ("tag", "length_s"),
    [("[pause 0.8s]", 0.8), ("[pause 800ms]", 0.8), ("[PAUSE 2 s]", 2.0), ("[pause]", 0.5)],
)
def test_pause_tag_is_a_sentence_of_silence(tag: str, length_s: float):
    sentences = list(read_text(f"Hello, {tag} world."))
    assert [(s.source, s.pause_s) for s in sentences] == [
        ("Hello,", 0.0),
        (tag, length_s),
        ("world.", 0.0),
    ]
    assert sentences[1].tokens == ()


def test_pause_at_the_end_is_kept():
    assert list(read_text("Bye. [pause 3s]"))[-1].pause_s == 3.0


@pytest.mark.parametrize(
    "tag", ["[pause x]", "[pause -1s]", "[pause 5", "[pause 61s]", "[pause 5 minutes]"]
)
def test_bad_pause_is_named_before_anything_is_read(tag: str):
    with pytest.raises(UsageError, match="pause") as caught:
        read_text(f"Fine. {tag}\nMore.")
    assert tag in caught.value.problem


@pytest.mark.parametrize("text", ["", "  \n\t", "...", "😀🎉", "[pause 2s]", "\ufeff", "“”——！"])
def test_text_with_nothing_to_say_is_refused(text: str):
    with pytest.raises(UsageError, match="word"):
        read_text(text)


@pytest.mark.parametrize(
    "text",
    [
        "word " * 2000,
        "我们今天去看花" * 300,
        "one, two; three " * 300,
        "price $1,234.50 " * 200,
        "a" * 5000,
        "1" * 5000,
    ],
)
def test_very_long_sentences_are_cut_between_words_and_lose_nothing(text: str):
    sentences = list(read_text(text))
    assert max(len(sentence.source) for sentence in sentences) <= 245
    assert "".join(s.source for s in sentences).replace(" ", "") == text.replace(" ", "")
    assert all(token.spoken for s in sentences for token in s.tokens if token.kind == "word")


def test_long_chinese_sentence_is_cut_at_a_comma():
    text = "这是一个非常长的句子里面没有句号，" * 12
    assert all(source.endswith("，") and len(source) <= 80 for source in sources(text))


def test_reading_is_lazy():
    endless = read_text("One sentence. " * 50_000)
    assert [sentence.source for sentence in itertools.islice(endless, 2)] == ["One sentence."] * 2
