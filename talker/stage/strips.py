"""Small things that stay: short news at the bottom, the date, and that the film is generated."""

from __future__ import annotations

from collections.abc import Sequence

from talker.stage.blending import flatten
from talker.stage.box import Box
from talker.stage.design import Design
from talker.stage.layer import Element, Layer
from talker.stage.motion import eased, faded, moved, presence
from talker.stage.painting import Align, Ink, write
from talker.stage.shapes import panel
from talker.stage.typesetting import fit

_TURN_S = 0.4
"""Seconds in which one item of the ticker gives way to the next."""

_GENERATED = {
    "zh": "AI 生成",
    "zh-tw": "AI 生成",
    "yue": "AI 生成",
    "ja": "AI生成",
    "ko": "AI 생성",
    "de": "KI-generiert",
    "fr": "Généré par IA",
    "es": "Generado por IA",
    "it": "Generato con l’IA",
    "pt": "Gerado por IA",
    "nl": "Met AI gemaakt",
    "sv": "AI-genererad",
    "pl": "Wygenerowane przez AI",
    "cs": "Vytvořeno AI",
    "tr": "Yapay zekâ ile üretildi",
    "ru": "Создано ИИ",
    "uk": "Створено ШІ",
    "el": "Δημιουργήθηκε με ΤΝ",
    "ar": "مُنشأ بالذكاء الاصطناعي",
    "he": "נוצר בבינה מלאכותית",
    "hi": "एआई द्वारा निर्मित",
    "vi": "Tạo bằng AI",
    "id": "Dibuat dengan AI",
    "th": "สร้างด้วย AI",
}


def generated_in(language: str) -> str:
    """The note in the language of the audience; in English where that is not known."""
    tag = language.lower().replace("_", "-")
    return _GENERATED.get(tag) or _GENERATED.get(tag.split("-")[0], "AI-generated")


class Ticker(Element):
    """Short news that take turns in a strip.

    Args:
        items: One at a time.
        design: Of the scene.
        first: Which comes first, so that a programme's scenes go on where the last one stopped.
        each_s: Seconds of each.
        phase_s: For how long the first has been there already.
    """

    def __init__(
        self,
        items: Sequence[str],
        design: Design,
        first: int = 0,
        each_s: float = 5.0,
        phase_s: float = 0.0,
    ) -> None:
        self._first, self._each_s, self._phase_s = first, each_s, phase_s
        self._back, self._texts = _strip(items, design)
        self._rise = round(0.35 * design.layout.ticker.height)

    def at(self, time_s: float) -> Sequence[Layer]:
        """The strip at a time."""
        if not self._texts:
            return ()
        turns, into_s = divmod(time_s + self._phase_s, self._each_s)
        number = self._first + int(turns)
        text = self._texts[number % len(self._texts)]
        if len(self._texts) == 1:
            return (self._back, text)
        coming = eased(into_s / _TURN_S) if number > self._first or self._phase_s else 1.0
        going = eased((self._each_s - into_s) / _TURN_S)
        if coming < 1:
            return [self._back, *faded([moved(text, 0, self._rise * (1 - coming))], coming)]
        return [self._back, *faded([moved(text, 0, -self._rise * (1 - going))], going)]


class DateBug(Element):
    """The date, top right.

    Args:
        text: As the audience writes it.
        design: Of the scene.
    """

    def __init__(self, text: str, design: Design) -> None:
        self._layers = _bug(text, design.layout.date, design, "right", 0.85)

    def at(self, time_s: float) -> Sequence[Layer]:
        """The date, at any time."""
        return self._layers


class Generated(Element):
    """A small note, top left, that the film is generated.

    Args:
        design: Of the scene.
        language: BCP 47 language of the audience.
        start_s: When it comes.
        stay_s: Seconds until it has gone.
    """

    def __init__(
        self, design: Design, language: str, start_s: float = 0.2, stay_s: float = 3.0
    ) -> None:
        self._start_s, self._end_s = start_s, start_s + stay_s
        self._layers = _bug(generated_in(language), design.layout.mark, design, "left", 0.6)

    def at(self, time_s: float) -> Sequence[Layer]:
        """The note at a time."""
        return faded(self._layers, presence(time_s, self._start_s, self._end_s, 0.4, 0.4))


def _strip(items: Sequence[str], design: Design) -> tuple[Layer, list[Layer]]:
    layout, book, colours = design.layout, design.book, design.theme.colours
    box = layout.ticker
    pad = round(0.5 * box.height)
    mark = max(2, round(0.24 * box.height))
    square = Box(box.left + pad, box.top + (box.height - mark) // 2, mark, mark)
    back = flatten(
        [
            panel(box, colours.strip, design.theme.panel.opacity, design.radius),
            panel(square, colours.accent),
        ]
    )
    start = square.right + round(0.36 * box.height)
    place = Box(start, box.top, max(1, box.right - pad - start), box.height)
    style = design.text(0.034, 500)
    texts: list[Layer] = []
    for item in items:
        block = fit(
            item, (place.width, place.height), style, book,
            smallest=max(1, round(0.75 * style.size)), most_lines=1,
        )  # fmt: skip
        if block.lines:
            texts.append(write(block, place, book, Ink(colours.strip_text)))
    return back, texts


def _bug(text: str, box: Box, design: Design, align: Align, opacity: float) -> list[Layer]:
    """Letters on a small panel that is as wide as they are."""
    book, colours = design.book, design.theme.colours
    pad = round(0.36 * box.height)
    style = design.text(0.029, 500)
    room = (max(1, box.width - 2 * pad), box.height)
    least = max(1, round(0.7 * style.size))
    block = fit(text, room, style, book, smallest=least, most_lines=1)
    if not block.lines:
        return []
    width = min(box.width, block.width + 2 * pad)
    left = box.right - width if align == "right" else box.left
    body = Box(left, box.top, width, box.height)
    back = panel(body, colours.panel, opacity, max(design.radius, 0.16 * box.height))
    letters = write(block, body, book, Ink(colours.panel_text), "centre")
    return [flatten([back, letters])]
