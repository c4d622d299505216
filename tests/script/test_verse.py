"""Verse is read as verse: pauses where the metre has them, and the words unharmed."""

from __future__ import annotations

import itertools

import pytest

from talker.script.pieces import LineEnd, Piece, Wait, Words
from talker.script.verse import metre_of, recited
from talker.speech.pinyin import syllables
from talker.speech.speaking import speak
from talker.text.reading import read_text

WU = ("床前明月光，", "疑是地上霜。", "举头望明月，", "低头思故乡。")
QI = ("朝辞白帝彩云间，千里江陵一日还。", "两岸猿声啼不住，轻舟已过万重山。")
CI = ("明月几时有？把酒问青天。", "不知天上宫阙，今夕是何年。", "起舞弄清影，何似在人间。",
      "转朱阁，低绮户，照无眠。")  # fmt: skip
BARE = ("白日依山尽", "黄河入海流", "欲穷千里目", "更上一层楼")
MODERN = ("轻轻的我走了，", "正如我轻轻的来；", "我轻轻的招手，", "作别西天的云彩。")
WESTERN = ("The sea is calm tonight,", "The tide is full and the moon", "lies fair; on the coast.")


def stanza(*lines: str) -> list[Piece]:
    pieces: list[Piece] = []
    for number, line in enumerate(lines, start=1):
        if number > 1:
            pieces.append(LineEnd(number - 1))
        pieces.append(Words(line, number))
    return pieces


def heard(text: str, language: str) -> list[tuple[str, float]]:
    """What is said and the pause after it, as markup asks for it; silences of voices not in it."""
    parts: list[tuple[str, float]] = []
    for sentence in read_text(text, language=language):
        if sentence.tokens:
            parts.append((sentence.source, sentence.pause_s))
        else:
            parts[-1] = (parts[-1][0], round(sentence.pause_s + 0.09, 2))
    return parts


@pytest.mark.parametrize(
    ("lines", "language", "metre"),
    [
        (WU, "zh", "regular"),
        (QI, "zh", "regular"),
        (BARE, "zh", "regular"),
        (CI, "zh", "uneven"),
        (MODERN, "zh", "uneven"),
        (("关关雎鸠，在河之洲。",), "zh", "uneven"),
        (WESTERN, "en", "other"),
        (("古池や", "蛙飛び込む", "水の音"), "ja", "other"),
        ((), "zh", "other"),
    ],
)
def test_metres_are_told_apart(lines: tuple[str, ...], language: str, metre: str) -> None:
    assert metre_of(lines, language) == metre


@pytest.mark.parametrize(
    ("lines", "parts"),
    [
        (
            WU,
            [("床前", 0.14), ("明月光，", 0.55), ("疑是", 0.14), ("地上霜。", 0.85),
             ("举头", 0.14), ("望明月，", 0.55), ("低头", 0.14), ("思故乡。", 0)],
        ),
        (
            QI,
            [("朝辞白帝", 0.14), ("彩云间，", 0.55), ("千里江陵", 0.14), ("一日还。", 0.85),
             ("两岸猿声", 0.14), ("啼不住，", 0.55), ("轻舟已过", 0.14), ("万重山。", 0)],
        ),
        (
            BARE,
            [("白日", 0.14), ("依山尽", 0.55), ("黄河", 0.14), ("入海流", 0.85),
             ("欲穷", 0.14), ("千里目", 0.55), ("更上", 0.14), ("一层楼", 0)],
        ),
        (
            CI,
            [("明月几时有？", 0.55), ("把酒问青天。", 0.85), ("不知天上宫阙，", 0.35),
             ("今夕是何年。", 0.85), ("起舞弄清影，", 0.35), ("何似在人间。", 0.85),
             ("转朱阁，", 0.35), ("低绮户，", 0.35), ("照无眠。", 0)],
        ),
    ],
)  # fmt: skip
def test_chinese_verse_pauses_where_its_metre_does(
    lines: tuple[str, ...], parts: list[tuple[str, float]]
) -> None:
    assert heard(recited(stanza(*lines), metre_of(lines, "zh")), "zh") == parts


def test_western_verse_pauses_at_line_ends_alone() -> None:
    assert heard(recited(stanza(*WESTERN), "other"), "en") == [
        ("The sea is calm tonight,", 0.55),
        ("The tide is full and the moon", 0.4),
        ("lies fair;", 0.15),
        ("on the coast.", 0),
    ]


def test_verse_is_slow_and_its_last_words_slower() -> None:
    sentences = [s for s in read_text(recited(stanza(*WU), "regular"), language="zh") if s.tokens]
    assert {sentence.rate for sentence in sentences[:-1]} == {0.85}
    assert sentences[-1].rate == pytest.approx(0.765)
    assert sentences[-1].source == "思故乡。"


def test_a_stanza_that_goes_on_does_not_slow_down() -> None:
    text = recited(stanza(*WU), "regular", goes_on=True)
    assert {s.rate for s in read_text(text, language="zh") if s.tokens} == {0.85}


def test_the_author_s_own_silence_takes_the_place_of_ours() -> None:
    pieces = [
        Words("床前", 1),
        Wait("[pause 2s]", 1),
        Words("明月光，", 1),
        *stanza("", "疑是地上霜。"),
    ]
    parts = heard(recited(pieces, "regular"), "zh")
    assert parts[0] == ("床前", 2.09)


def test_a_word_with_its_pinyin_is_never_parted() -> None:
    pieces: list[Piece] = [
        Words("一", 1),
        Words("行白", 1, pinyin="hang2 bai2"),
        Words("鹭上青天", 1),
    ]
    (sentence,) = [s for s in read_text(recited(pieces, "regular"), language="zh") if s.tokens][:1]
    assert sentence.source.startswith("一行白")


@pytest.mark.parametrize(
    "lines",
    [
        QI,
        ("一岁一枯荣", "野火烧不尽", "春风吹又生", "远芳侵古道"),
        ("两个黄鹂鸣翠柳，一行白鹭上青天。", "窗含西岭千秋雪，门泊东吴万里船。"),
        ("春眠不觉晓，", "处处闻啼鸟。", "夜来风雨声，", "花落知多少。"),
        ("独在异乡为异客，每逢佳节倍思亲。", "遥知兄弟登高处，遍插茱萸少一人。"),
    ],
)
def test_the_caesura_changes_no_tone(lines: tuple[str, ...]) -> None:
    def spoken(text: str) -> list[tuple[str, int]]:
        return [
            (syllable.base, syllable.tone)
            for sentence in read_text(text, language="zh")
            if sentence.tokens
            for syllable in syllables(sentence.tokens)
        ]

    assert spoken(recited(stanza(*lines), "regular")) == spoken("\n".join(lines))


def test_the_marks_show_the_pauses_and_the_lines_as_they_are_written(assets: None) -> None:
    speech = speak(recited(stanza(*WU), "regular"), voice="zh-man", language="zh")
    assert [mark.label for mark in speech.of_kind("line")] == list(WU)
    words = speech.of_kind("word")
    gaps = [after.start_s - word.end_s for word, after in itertools.pairwise(words)]
    wanted = {1: 0.14, 4: 0.52, 6: 0.14, 9: 0.85, 11: 0.14, 14: 0.52, 16: 0.14}
    for index, gap in enumerate(gaps):
        assert gap == pytest.approx(wanted.get(index, 0.0), abs=0.1), words[index].label
    assert speech.duration_s - words[-1].end_s < 0.15
