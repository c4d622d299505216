import time
from itertools import pairwise
from pathlib import Path

import numpy as np
import pytest
from cueing import cue_of

from talker.speech.cues import Cue, CueWord
from talker.stage.blending import blend, flatten
from talker.stage.box import Box
from talker.stage.captions import LineCaptions
from talker.stage.cards import Card
from talker.stage.design import Design
from talker.stage.fonts import FontBook
from talker.stage.layer import Element
from talker.stage.layout import Layout, Shown
from talker.stage.shoulder import Shoulder
from talker.stage.straps import LowerThird, Strap
from talker.stage.strips import DateBug, Generated, Ticker, generated_in
from talker.stage.theme import load_theme, theme_names
from talker.stage.upright import cells_of
from talker.stage.verse import VerticalVerse

SIZES = [(1280, 720), (1080, 1920), (1080, 1080), (64, 64), (150, 64), (64, 150)]
ALL = Shown(strap=True, lower_third=True, ticker=True, shoulder=True, date=True, mark=True)
CUES = [
    cue_of(["Dr. ", "Helen ", "Marsh ", "and "], ["her ", "team ", "came."]),
    cue_of(["不", "知", "天上", "宫阙，"], ["今夕", "是", "何年。"], start_s=4),
]
STANZAS = [
    [cue_of(["床前", "明月", "光，"]), cue_of(["疑是", "地上", "霜。"], start_s=2)],
    [cue_of(["举头", "望", "明月，"], start_s=5), cue_of(["低头", "思", "故乡。"], start_s=7)],
]


def design_of(theme: str, size: tuple[int, int], shown: Shown = ALL) -> Design:
    return Design(load_theme(theme), Layout(size, shown), FontBook())


def seen(element: Element, size: tuple[int, int], time_s: float) -> np.ndarray:
    """Where an element changes a mid-grey picture."""
    grey = np.full((size[1], size[0], 3), 120, np.uint8)
    return (blend(grey, element.at(time_s)) != grey).any(axis=2)


def bounds(mask: np.ndarray) -> Box:
    rows, columns = np.nonzero(mask)
    left, top = int(columns.min()), int(rows.min())
    return Box(left, top, int(columns.max()) - left + 1, int(rows.max()) - top + 1)


def elements(design: Design, picture: Path) -> dict[str, Element]:
    return {
        "captions": LineCaptions(CUES, design),
        "lower_third": LowerThird("Helen Marsh", "Keeper of the light", design),
        "strap": Strap("Old lighthouse shines again after forty years in the dark", design),
        "ticker": Ticker(["Visitors up 12.5%", "股市上涨"], design),
        "date": DateBug("Monday, 23 November 2026", design),
        "mark": Generated(design, "en", stay_s=9),
        "shoulder": Shoulder([(0.0, picture)], design),
    }


@pytest.mark.parametrize("theme", theme_names())
@pytest.mark.parametrize("size", SIZES)
def test_every_drawing_stays_in_its_place(theme: str, size: tuple[int, int], picture: Path) -> None:
    design = design_of(theme, size)
    for name, element in elements(design, picture).items():
        for time_s in (0.7, 2.0, 3.3, 6.5):
            layers = element.at(time_s)
            if not layers:
                continue
            box: Box = getattr(design.layout, name)
            # Shadows may reach out of the box; letters and panels may not.
            solid = flatten(layers)
            mask = solid.pixels[..., 3] > 150
            if not mask.any():
                continue
            inner = bounds(mask)
            place = Box(inner.left + solid.left, inner.top + solid.top, inner.width, inner.height)
            room = box.inset(-3, -3)
            assert room.contains(place), (name, time_s, place, box)


@pytest.mark.parametrize("theme", theme_names())
def test_the_same_time_gives_the_same_picture(theme: str, picture: Path) -> None:
    size = (640, 360)
    grey = np.full((360, 640, 3), 120, np.uint8)
    first, second = (elements(design_of(theme, size), picture) for _ in range(2))
    for name, element in first.items():
        for time_s in (0.8, 0.4, 2.6, 0.8, 5.2):
            other = second[name].at(time_s)
            assert np.array_equal(blend(grey, element.at(time_s)), blend(grey, other))


@pytest.mark.parametrize("karaoke", [False, True])
@pytest.mark.parametrize("theme", theme_names())
def test_a_caption_never_moves_while_it_is_there(theme: str, karaoke: bool) -> None:
    captions = LineCaptions(CUES, design_of(theme, (640, 360)), karaoke=karaoke)
    first = captions.at(0.0)[0]
    for time_s in np.arange(0.0, CUES[0].end_s, 0.04):
        (layer,) = captions.at(float(time_s))
        assert (layer.left, layer.top) == (first.left, first.top)
        assert np.array_equal(layer.pixels[..., 3], first.pixels[..., 3])


def test_captions_are_there_from_the_first_word_to_their_end() -> None:
    captions = LineCaptions(CUES, design_of("plain", (640, 360)))
    assert captions.at(0.0)
    assert captions.at(3.49)
    assert not captions.at(3.5)
    assert not captions.at(3.99)
    assert captions.at(4.0)


def test_the_word_that_is_said_is_marked_when_it_is_said() -> None:
    design = design_of("plain", (1280, 720), Shown())
    captions = LineCaptions(CUES, design, karaoke=True)
    colour = np.array(design.theme.captions.speaking)
    middles: list[float] = []
    for number in range(4):
        at_its_start = captions.at(0.5 * number)[0].pixels
        before_its_end = captions.at(0.5 * number + 0.49)[0].pixels
        assert np.array_equal(at_its_start, before_its_end)
        marked = (at_its_start[..., :3] == colour).all(axis=2) & (at_its_start[..., 3] > 200)
        assert marked.any()
        middles.append(float(np.nonzero(marked)[1].mean()))
    assert middles == sorted(middles)


def test_a_long_caption_is_cut_with_a_warning() -> None:
    design = design_of("plain", (640, 360), Shown())
    LineCaptions([cue_of(["word "] * 60)], design).at(0.1)
    assert "too long" in design.book.warnings()[0]


def test_speakers_are_named_before_what_they_say() -> None:
    design = design_of("plain", (640, 360), Shown())
    words = (CueWord("Hello.", 0.0, 1.0),)
    named, bare = (
        LineCaptions([Cue(0.0, 1.0, (words,), who)], design).at(0.5)[0] for who in ("Anna", "")
    )
    assert named.pixels.shape[1] > bare.pixels.shape[1]


def test_columns_of_a_verse_run_from_right_to_left() -> None:
    size = (1280, 720)
    verse = VerticalVerse(STANZAS, design_of("ink", size, Shown(captions=False)))
    before, after = (flatten(verse.at(time_s)[1:]) for time_s in (1.9, 4.0))
    first, both = (
        bounds(layer.pixels[..., 3] > 100).left + layer.left for layer in (before, after)
    )
    assert both < first - 20


def test_characters_appear_as_they_are_said_and_stay() -> None:
    size = (1280, 720)
    verse = VerticalVerse(STANZAS, design_of("ink", size, Shown(captions=False)))
    counts = [
        sum(float(layer.pixels[..., 3].sum()) * layer.opacity for layer in verse.at(time_s)[1:])
        for time_s in np.arange(0.0, 4.5, 0.05)
    ]
    assert counts[0] == 0
    assert all(b >= a * 0.999 for a, b in pairwise(counts))


def test_a_stanza_gives_way_to_the_next() -> None:
    size = (1280, 720)
    verse = VerticalVerse(STANZAS, design_of("ink", size, Shown(captions=False)))
    letters = [sum(one.opacity > 0 for one in verse.at(time_s)[1:]) for time_s in (4.4, 4.999)]
    assert letters[0] > 0
    assert all(layer.opacity < 0.01 for layer in verse.at(4.999)[1:])
    assert len(verse.at(8.9)) > 1
    assert len(verse.at(60.0)) > 1


@pytest.mark.parametrize("theme", theme_names())
@pytest.mark.parametrize("size", SIZES)
def test_verse_stays_in_its_box(theme: str, size: tuple[int, int]) -> None:
    design = design_of(theme, size, Shown(captions=False))
    long = [[cue_of(["我欲乘风归去，", "又恐琼楼玉宇，", "高处不胜寒。"] * 3)] * 6]
    for stanzas in (STANZAS, long):
        layer = flatten(VerticalVerse(stanzas, design, author="苏轼").at(500.0))
        solid = bounds(layer.pixels[..., 3] > 150)
        place = Box(solid.left + layer.left, solid.top + layer.top, solid.width, solid.height)
        assert design.layout.verse().inset(-3, -3).contains(place)


def test_marks_take_the_forms_that_columns_have() -> None:
    design = design_of("ink", (1280, 720))
    cells = cells_of("明月，（几时）“有”12首Python——2026年", design.title(0.05), design.book)
    assert [cell.text for cell in cells] == [
        *"明月︐︵几时︶﹃有﹄", "12", "首", "Python", *"︱︱", "2026", "年",
    ]  # fmt: skip
    assert [cell.text for cell in cells if cell.turned] == ["Python", "2026"]


@pytest.mark.parametrize("theme", theme_names())
@pytest.mark.parametrize("size", SIZES)
@pytest.mark.parametrize("title", ["水调歌头·明月几时有", "The Road Not Taken", "晚间新闻 Evening"])
def test_a_card_comes_stays_and_goes(theme: str, size: tuple[int, int], title: str) -> None:
    design = design_of(theme, size, Shown(captions=False))
    card = Card(title, "[宋] 苏轼", design, 4.0, "苏轼")
    assert not seen(card, size, 0.0).any()
    whole = seen(card, size, 2.0)
    assert np.array_equal(whole, seen(card, size, 3.0))
    assert Box(0, 0, *size).inset(2, 2).contains(bounds(whole))
    assert not card.at(4.0)
    assert not card.at(-0.1)


def test_names_slide_in_and_leave() -> None:
    size = (640, 360)
    name = LowerThird("李静", "本台记者", design_of("newsroom", size))
    widths = [int(seen(name, size, time_s).any(axis=0).sum()) for time_s in (0.62, 0.7, 0.8, 3.0)]
    assert widths == sorted(widths)
    assert widths[0] < widths[-1]
    assert not name.at(0.5)
    assert not name.at(5.6)


def test_a_headline_is_away_while_a_name_is_in_its_place() -> None:
    design = design_of("newsroom", (640, 360))
    names = [LowerThird("A", "", design, 0.6), LowerThird("B", "", design, 12.0, 15.0)]
    strap = Strap("Lighthouse", design, names)
    for time_s in np.arange(0.0, 20.0, 0.1):
        assert sum(bool(one.at(float(time_s))) for one in (strap, *names)) <= 1
    assert [bool(strap.at(time_s)) for time_s in (0.5, 5.5, 6.5, 11.9, 13.0, 15.5)] == [
        *(False, False, True, True, False, True)
    ]
    assert Strap("Lighthouse", design).at(1.0)


def test_a_name_that_comes_late_stays_as_long() -> None:
    name = LowerThird("A", "", design_of("newsroom", (640, 360)), 20.0)
    assert name.at(22.0)
    assert not name.at(25.0)


def test_the_ticker_goes_on_where_the_scene_before_stopped() -> None:
    design = design_of("newsroom", (640, 360))
    items = ["one", "two", "three"]
    whole = Ticker(items, design)
    later = Ticker(items, design, first=1, phase_s=2.0)
    for time_s in (0.0, 1.0, 4.0, 11.0):
        pair = [seen(ticker, (640, 360), at_s) for ticker, at_s in
                ((whole, 7.0 + time_s), (later, time_s))]  # fmt: skip
        assert np.array_equal(*pair)


def test_pictures_fade_into_each_other(picture: Path, other_picture: Path) -> None:
    shoulder = Shoulder([(0.0, picture), (3.0, other_picture)], design_of("plain", (640, 360)))
    base = np.zeros((360, 640, 3), np.uint8)
    before, during, after = (
        blend(base, shoulder.at(time_s)).astype(int) for time_s in (2.9, 3.25, 3.6)
    )
    middle = shoulder.at(0.0)[-1]
    y, x = middle.top + 30, middle.left + 30
    assert before[y, x, 0] > during[y, x, 0] > after[y, x, 0]


@pytest.mark.parametrize(
    ("language", "note"), [("zh-CN", "AI 生成"), ("en-GB", "AI-generated"), ("xx", "AI-generated")]
)
def test_the_note_speaks_the_language_of_the_audience(language: str, note: str) -> None:
    assert generated_in(language) == note


def test_a_frame_costs_little(picture: Path) -> None:
    """Less than two milliseconds for each drawing once it is there, with air for slow machines."""
    made = elements(design_of("newsroom", (1280, 720)), picture)
    made["verse"] = VerticalVerse(STANZAS, design_of("ink", (1280, 720)))
    for name, element in made.items():
        element.at(2.0)
        started_s = time.perf_counter()
        for number in range(25):
            element.at(2.0 + number / 1000)
        assert (time.perf_counter() - started_s) / 25 < 0.008, name


@pytest.fixture(scope="module")
def picture(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return plain_picture(tmp_path_factory.mktemp("pictures") / "red.png", (200, 30, 30))


@pytest.fixture(scope="module")
def other_picture(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return plain_picture(tmp_path_factory.mktemp("pictures") / "blue.png", (20, 30, 200))


def plain_picture(path: Path, colour: tuple[int, int, int]) -> Path:
    from PIL import Image

    Image.new("RGB", (320, 200), colour).save(path)
    return path
