from itertools import combinations, product

import pytest

from talker.stage.box import Box
from talker.stage.layout import Layout, Shown

# Width by height, from 9:21 to 21:9, the smallest sides that a film may have among them.
SIZES = [
    (1280, 720), (1920, 1080), (1080, 1920), (1080, 1080), (720, 1280), (640, 480), (480, 640),
    (2560, 1098), (1098, 2560), (64, 64), (64, 150), (150, 64), (96, 64), (64, 96), (3840, 2160),
    (800, 1000), (1000, 800), (1024, 820), (818, 1024), (514, 514),
]  # fmt: skip
EVERY_SHOWN = [Shown(*flags) for flags in product((False, True), repeat=7)]


def shown_boxes(layout: Layout) -> dict[str, Box]:
    """What is shown at the same time; a name and a headline take turns in one place."""
    shown = layout.shown
    boxes = {
        "captions": shown.captions,
        "strap": shown.strap,
        "lower_third": shown.lower_third and not shown.strap,
        "ticker": shown.ticker,
        "shoulder": shown.shoulder,
        "date": shown.date,
        "mark": shown.mark,
    }
    return {name: getattr(layout, name) for name, there in boxes.items() if there}


@pytest.mark.parametrize("size", SIZES)
def test_nothing_that_is_shown_overlaps(size: tuple[int, int]) -> None:
    for shown in EVERY_SHOWN:
        for (name, box), (other, place) in combinations(
            shown_boxes(Layout(size, shown)).items(), 2
        ):
            assert not box.overlaps(place), (shown, name, box, other, place)


@pytest.mark.parametrize("size", SIZES)
def test_all_that_is_shown_keeps_from_the_edges(size: tuple[int, int]) -> None:
    for shown in EVERY_SHOWN:
        layout = Layout(size, shown)
        for name, box in shown_boxes(layout).items():
            assert box.width > 0
            assert box.height > 0
            assert layout.action.contains(box), (shown, name, box)
        assert layout.safe.contains(layout.captions)


@pytest.mark.parametrize("size", SIZES)
@pytest.mark.parametrize("view", ["bust", "circle", "corner"])
def test_a_head_beside_a_picture_overlaps_nothing(size: tuple[int, int], view: str) -> None:
    for shown in EVERY_SHOWN:
        layout = Layout(size, shown)
        (head,) = layout.heads(view)
        assert layout.frame.contains(head)
        if head == layout.frame:
            continue
        for name, box in shown_boxes(layout).items():
            if view == "corner" and name == "shoulder":
                continue
            assert not head.overlaps(box), (shown, name, box, head)


@pytest.mark.parametrize("size", SIZES)
@pytest.mark.parametrize("count", [1, 2, 3, 4])
def test_heads_together_share_the_picture(size: tuple[int, int], count: int) -> None:
    heads = Layout(size).heads("together", count)
    assert len(heads) == count
    assert all(Box(0, 0, *size).contains(head) for head in heads)
    assert not any(one.overlaps(other) for one, other in combinations(heads, 2))
    assert max(head.width for head in heads) - min(head.width for head in heads) <= 1


@pytest.mark.parametrize("size", SIZES)
def test_verse_stands_beside_the_face(size: tuple[int, int]) -> None:
    width, height = size
    layout = Layout(size, Shown(captions=False))
    for left, top in product((0.05, 0.3, 0.55), (0.1, 0.3)):
        face = Box(int(left * width), int(top * height), int(0.4 * width), int(0.4 * height))
        verse = layout.verse(face)
        assert layout.safe.contains(verse)
        assert not verse.overlaps(face), face


def test_verse_changes_sides_with_the_face() -> None:
    layout = Layout((1280, 720), Shown(captions=False))
    on_the_left, on_the_right = Box(150, 100, 300, 400), Box(830, 100, 300, 400)
    assert layout.verse(on_the_left).left > on_the_left.right
    assert layout.verse(on_the_right).right < on_the_right.left


def test_captions_stand_above_the_strips_that_are_shown() -> None:
    bare = Layout((1280, 720)).captions
    layout = Layout((1280, 720), Shown(ticker=True, strap=True))
    assert layout.captions.bottom < layout.strap.top < layout.ticker.top
    assert layout.captions.bottom < bare.bottom
    assert layout.captions.height == bare.height


def test_every_side_of_a_face_that_is_offered_keeps_away_from_it() -> None:
    for size in SIZES:
        layout = Layout(size, Shown(captions=False))
        face = Box(size[0] // 3, size[1] // 3, size[0] // 3, size[1] // 4)
        sides = layout.verse_sides(face)
        assert sides
        assert not any(side.box.overlaps(face) for side in sides)
