import unicodedata
from itertools import pairwise

import numpy as np
import pytest

from talker.stage.box import Box
from talker.stage.fonts import FontBook
from talker.stage.lettering import Style, set_line
from talker.stage.painting import Ink, write
from talker.stage.typesetting import NO_END, NO_START, Block, fit, wrap

CHINESE = (
    "“明月几时有？把酒问青天。”《水调歌头》（苏轼）：不知天上宫阙，今夕是何年……我欲乘风归去，"
    "又恐琼楼玉宇，高处不胜寒！起舞弄清影——何似在人间？转朱阁，低绮户，照无眠。"
)
ENGLISH = (
    "The old lighthouse, forty years in the dark, was brought back to life by Dr. Marsh’s team."
)
JAPANESE = (
    "「ちょっと、待って！」と彼女は言った。キャッチボールをしていた少年は、ゆっくり振り返った。"
)
# Rare characters of the classics, in both ways of writing.
CLASSICAL = (
    "缱绻氤氲迢递踟蹰蒹葭葳蕤觥筹鹧鸪箜篌菡萏旖旎醽醁酹缥缈嬛岧峣踯躅萋"
    "牀闕瓊樓嬋繾綣蕪裏爲衆鬢臺鷓鴣餘"
)


@pytest.fixture(scope="module")
def book() -> FontBook:
    return FontBook()


def texts(lines: list[list]) -> list[str]:
    return ["".join(cluster.text for cluster in line).strip() for line in lines]


@pytest.mark.parametrize("family", ["sans", "serif"])
@pytest.mark.parametrize(
    "text",
    [CHINESE, ENGLISH, JAPANESE, CLASSICAL, "한국어 자막", "Ελληνικά", "Русский", "Tiếng Việt",
     "مرحبا", "שלום", "हिन्दी", "ไทย", "🎉😀❤️🫠", "→★●①②℃½€₿♪☀"],
)  # fmt: skip
def test_no_character_is_drawn_as_an_empty_box(book: FontBook, text: str, family) -> None:
    """Compares each glyph with the font's own box for what it does not know."""
    clusters = book.clusters(unicodedata.normalize("NFC", text), family)
    assert sum(len(c.text) for c in clusters) >= len(text.replace("\ufe0f", "").strip()) - 1
    for cluster in clusters:
        if cluster.text.isspace():
            continue
        font = book.open(cluster.font, 40, 400)
        box = bytes(font.getmask("\U0010fff0"))
        assert bytes(font.getmask(cluster.text)) != box, (cluster, text)
    assert book.warnings() == ()


def test_what_no_font_has_is_left_out_and_said_once() -> None:
    book = FontBook()
    sign, other = "\U000f1234", "\U0010fffd"
    assert book.clean(f"好{sign}的{sign}") == "好的"
    assert book.warnings() == (f"The fonts have no glyph for '{sign}' (U+F1234): it is left out.",)
    book.clean(other)
    assert book.warnings() == (
        f"The fonts have no glyph for '{sign}' (U+F1234), '{other}' (U+10FFFD): they are left out.",
    )


def test_han_characters_are_written_as_their_region_writes_them() -> None:
    fonts = [FontBook(tag).clusters("直", "sans")[0].font for tag in ("zh-CN", "ja", "ko", "zh-TW")]
    assert len(set(fonts)) == 4


@pytest.mark.parametrize("width", range(160, 500, 17))
@pytest.mark.parametrize("text", [CHINESE, JAPANESE])
def test_no_line_begins_or_ends_with_a_wrong_mark(book: FontBook, text: str, width: int) -> None:
    lines = texts(wrap(text, Style(size=30), width, book))
    assert "".join(lines) == text
    for line in lines:
        assert line[0] not in NO_START
        assert line[-1] not in NO_END
    assert not any(a[-1] == b[0] in "…—" for a, b in pairwise(lines))


@pytest.mark.parametrize("width", range(200, 900, 31))
def test_no_latin_word_is_broken(book: FontBook, width: int) -> None:
    lines = texts(wrap(ENGLISH, Style(size=30), width, book))
    assert " ".join(lines) == ENGLISH
    assert set(" ".join(lines).split()) == set(ENGLISH.split())


@pytest.mark.parametrize("text", [CHINESE, ENGLISH, JAPANESE])
@pytest.mark.parametrize("width", [120, 260, 480])
def test_no_line_is_wider_than_allowed(book: FontBook, text: str, width: int) -> None:
    style = Style(size=24)
    for line in wrap(text, style, width, book):
        assert set_line(line, style, book).width <= width


def test_a_word_wider_than_a_line_is_broken_after_all(book: FontBook) -> None:
    lines = texts(wrap("supercalifragilisticexpialidocious", Style(size=40), 200, book))
    assert len(lines) > 1
    assert "".join(lines) == "supercalifragilisticexpialidocious"


def test_text_shrinks_until_it_fits(book: FontBook) -> None:
    style, room = Style(size=60), (600, 160)
    block = fit(ENGLISH, room, style, book, smallest=20, most_lines=2)
    assert 20 <= block.style.size < 60
    assert len(block.lines) == 2
    assert block.width <= room[0]
    assert block.height <= room[1]
    assert not block.shortened


def test_short_text_keeps_its_size(book: FontBook) -> None:
    block = fit("Good evening.", (900, 160), Style(size=60), book, smallest=20, most_lines=2)
    assert block.style.size == 60
    assert len(block.lines) == 1


@pytest.mark.parametrize("text", [ENGLISH, CHINESE])
def test_text_that_is_too_long_ends_in_an_ellipsis(text: str) -> None:
    book = FontBook()
    block = fit(text, (300, 80), Style(size=30), book, smallest=24, most_lines=2)
    assert block.shortened
    assert len(block.lines) == 2
    assert "".join(piece.text for piece in block.lines[-1].pieces).endswith("…")
    assert block.width <= 300
    assert len(book.warnings()) == 1
    assert "too long" in book.warnings()[0]


def test_two_lines_part_after_a_mark_rather_than_within_a_word(book: FontBook) -> None:
    block = fit("古灯塔修复工程完工，沿海小镇迎来冬天", (360, 120), Style(size=30), book,
                smallest=20, most_lines=2)  # fmt: skip
    lines = ["".join(piece.text for piece in line.pieces) for line in block.lines]
    assert lines == ["古灯塔修复工程完工，", "沿海小镇迎来冬天"]


def test_a_closing_mark_gives_up_its_air(book: FontBook) -> None:
    style = Style(size=100)
    bare, closed, twice = (
        set_line(book.clusters(text, "sans"), style, book).width
        for text in ("天", "天。", "天。」")
    )
    assert closed == bare + 50
    assert twice == bare + 100


def test_lines_of_arabic_run_from_right_to_left(book: FontBook) -> None:
    line = set_line(book.clusters("مرحبا بالعالم", "sans"), Style(size=40), book)
    first, last = line.pieces[0], line.pieces[-1]
    assert first.place < last.place
    assert first.left > last.left


@pytest.mark.parametrize("align", ["left", "centre", "right"])
def test_letters_stay_in_their_box(book: FontBook, align) -> None:
    box = Box(100, 50, 500, 120)
    block = fit(ENGLISH, (500, 120), Style(size=60), book, smallest=10, most_lines=3)
    seen = seen_box(write(block, box, book, Ink((255, 255, 255)), align))
    assert box.inset(-2, -2).contains(seen)


def seen_box(layer) -> Box:
    rows, columns = np.nonzero(layer.pixels[..., 3] > 8)
    left, top = int(columns.min()), int(rows.min())
    return Box(
        layer.left + left,
        layer.top + top,
        int(columns.max()) - left + 1,
        int(rows.max()) - top + 1,
    )


def test_an_empty_text_has_no_lines(book: FontBook) -> None:
    assert fit("", (100, 100), Style(), book, smallest=5, most_lines=2) == Block((), Style())
