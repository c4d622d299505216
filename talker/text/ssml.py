"""Speech Synthesis Markup: the part of W3C's SSML 1.1, and of PaddleSpeech's, that is spoken here.

`<break>`, `<say-as pinyin="...">`, `<phoneme>`, `<prosody rate pitch volume>`, `<sub alias>`, `<p>`
and `<s>` in `<speak>`.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from xml.parsers import expat

from talker.errors import UsageError
from talker.text.lexicon import EXAMPLE, Entry, entry_of

_START = re.compile(r"\s*(?:<\?xml[^>]{0,200}\?>\s*)?<speak[\s>/]")
_BREAKS_S = {"none": 0.0, "x-weak": 0.1, "weak": 0.2, "medium": 0.4, "strong": 0.8, "x-strong": 1.2}
_RATES = {"x-slow": 0.6, "slow": 0.8, "medium": 1.0, "default": 1.0, "fast": 1.25, "x-fast": 1.6}
_PITCHES = {"x-low": -5, "low": -2.5, "medium": 0, "default": 0, "high": 2.5, "x-high": 5}
_VOLUMES = {"x-soft": -12, "soft": -6, "medium": 0, "default": 0, "loud": 4, "x-loud": 8}
_MOST_NESTED = 32
_KNOWN = "break, p, phoneme, prosody, s, say-as, speak, sub"


@dataclass(frozen=True, slots=True)
class Prosody:
    """How a passage is spoken, against the rest.

    Attributes:
        rate: Tempo, in [0.5, 2]; 1.2 is a fifth faster.
        pitch: Semitones.
        volume_db: Decibels.
    """

    rate: float = 1.0
    pitch: float = 0.0
    volume_db: float = 0.0


PLAIN = Prosody()


@dataclass(frozen=True, slots=True)
class Passage:
    """Text that is spoken in one way.

    Attributes:
        text: Without markup; a silence is a `[pause 0.4s]`.
        prosody: How it is spoken.
        entries: Pronunciations of words in it.
        places: Index in the text of the word that each entry is for.
    """

    text: str
    prosody: Prosody = PLAIN
    entries: tuple[Entry, ...] = ()
    places: tuple[int, ...] = ()


def is_ssml(text: str) -> bool:
    """Whether a text is markup; one that only has a "<" in it is not."""
    return _START.match(text) is not None


def passages(text: str) -> tuple[Passage, ...]:
    """The passages of a text; all of it is one where it is no markup.

    Raises:
        UsageError: Markup that is broken, or asks for what is not spoken here; the line is named.
    """
    if not is_ssml(text):
        return (Passage(text),)
    return _Reader().read(text)


def plain_text(text: str) -> str:
    """A text without its markup; errors as `passages`."""
    return "".join(passage.text for passage in passages(text))


class _Reader:
    def __init__(self) -> None:
        self._parser = expat.ParserCreate()
        self._parser.StartElementHandler = self._start
        self._parser.EndElementHandler = self._end
        self._parser.CharacterDataHandler = self._characters
        self._parser.StartDoctypeDeclHandler = self._refuse_doctype
        self._parser.buffer_text = True
        self._passages: list[Passage] = []
        self._text: list[str] = []
        self._length = 0
        self._entries: list[Entry] = []
        self._places: list[int] = []
        self._prosody: list[Prosody] = [PLAIN]
        self._nested: list[str] = []
        # Words of an element that says how they are spoken, and how.
        self._word: str | None = None
        self._said = ""

    def read(self, text: str) -> tuple[Passage, ...]:
        try:
            self._parser.Parse(text.strip(), True)
        except expat.ExpatError as error:
            raise self._error(
                f"the markup is broken ({expat.ErrorString(error.code)})",
                "Close every tag, and write &lt; and &amp; for < and &.",
            ) from error
        self._end_passage()
        return tuple(self._passages)

    def _start(self, name: str, given: dict[str, str]) -> None:
        if len(self._nested) == _MOST_NESTED:
            raise self._error(f"more than {_MOST_NESTED} tags lie in each other", "Nest fewer.")
        if self._word is not None:
            raise self._error(f"<{name}> lies in <{self._nested[-1]}>", "Put it outside.")
        self._nested.append(name)
        match name:
            case "speak" | "p" | "s":
                pass
            case "break":
                self._say(f" [pause {self._break_s(given):g}s] ")
            case "prosody":
                self._end_passage()
                self._prosody.append(self._spoken(self._prosody[-1], given))
            case "sub":
                self._word, self._said = "", self._required("sub", given, "alias")
            case "say-as":
                self._word, self._said = "", given.get("pinyin", "")
            case "phoneme":
                self._word, self._said = "", self._required("phoneme", given, "ph")
            case _:
                raise self._error(f"<{name}> is not known here", f"The tags are: {_KNOWN}.")

    def _end(self, name: str) -> None:
        self._nested.pop()
        match name:
            case "p" | "s":
                self._say("\n\n" if name == "p" else "\n")
            case "prosody":
                self._end_passage()
                self._prosody.pop()
            case "sub":
                self._word = None
                self._say(self._said)
            case "say-as" | "phoneme":
                word, self._word = (self._word or "").strip(), None
                if self._said and word:
                    self._pronounce(word)
                self._say(word)
            case _:
                pass

    def _characters(self, content: str) -> None:
        if self._word is not None:
            self._word += content
        else:
            self._say(content)

    def _say(self, content: str) -> None:
        self._text.append(content)
        self._length += len(content)

    def _end_passage(self) -> None:
        """What comes is spoken in another way."""
        text = "".join(self._text)
        if text:
            self._passages.append(
                Passage(text, self._prosody[-1], tuple(self._entries), tuple(self._places))
            )
        self._text, self._length, self._entries, self._places = [], 0, [], []

    def _pronounce(self, word: str) -> None:
        try:
            self._entries.append(entry_of(f"{word} = {self._said}"))
        except ValueError as error:
            raise self._error(f"this cannot be said: {error}", EXAMPLE) from error
        self._places.append(self._length)

    def _break_s(self, given: dict[str, str]) -> float:
        if "time" not in given:
            return self._one_of("strength", given.get("strength", "medium"), _BREAKS_S)
        found = re.fullmatch(r"\s*(\d{1,6}(?:\.\d{1,6})?)\s*(ms|s)\s*", given["time"])
        if found is None:
            raise self._error(f"'{given['time']}' is no time", 'Write time="500ms" or time="2s".')
        return float(found[1]) / (1000 if found[2] == "ms" else 1)

    def _spoken(self, around: Prosody, given: dict[str, str]) -> Prosody:
        unknown = given.keys() - {"rate", "pitch", "volume"}
        if unknown:
            raise self._error(
                f"<prosody> has no {', '.join(sorted(unknown))} here",
                "It takes rate, pitch and volume.",
            )
        rate = self._rate(given.get("rate", "medium"))
        pitch = self._pitch(given.get("pitch", "medium"))
        volume = self._amount("volume", given.get("volume", "medium"), r"dB", _VOLUMES)
        made = Prosody(around.rate * rate, around.pitch + pitch, around.volume_db + volume)
        if not 0.5 <= made.rate <= 2 or abs(made.pitch) > 12 or abs(made.volume_db) > 24:
            raise self._error(
                f"a rate of {made.rate:g}, a pitch of {made.pitch:+g} semitones and a volume of "
                f"{made.volume_db:+g} dB go too far",
                "Stay within 0.5 to 2, 12 semitones and 24 dB.",
            )
        return made

    def _rate(self, value: str) -> float:
        percent = re.fullmatch(r"\s*([+-]?)(\d{1,4}(?:\.\d{1,4})?)%\s*", value)
        if percent:
            number = float(percent[2]) / 100
            return 1 + float(f"{percent[1]}1") * number if percent[1] else number
        if re.fullmatch(r"\s*\d{1,2}(?:\.\d{1,4})?\s*", value):
            return float(value)
        return self._one_of("rate", value, _RATES)

    def _pitch(self, value: str) -> float:
        percent = re.fullmatch(r"\s*([+-]\d{1,3}(?:\.\d{1,4})?)%\s*", value)
        if percent and float(percent[1]) > -90:
            from math import log2

            return 12 * log2(1 + float(percent[1]) / 100)
        return self._amount("pitch", value, r"st", _PITCHES)

    def _amount(self, name: str, value: str, unit: str, words: Mapping[str, float]) -> float:
        found = re.fullmatch(rf"\s*([+-]?\d{{1,3}}(?:\.\d{{1,4}})?){unit}\s*", value)
        return float(found[1]) if found else self._one_of(name, value, words)

    def _one_of(self, name: str, value: str, words: Mapping[str, float]) -> float:
        if value.strip() not in words:
            raise self._error(
                f"the {name} '{value}' is not known", f"Words are: {', '.join(words)}."
            )
        return words[value.strip()]

    def _required(self, tag: str, given: dict[str, str], name: str) -> str:
        if not given.get(name, "").strip():
            raise self._error(f"<{tag}> has no {name}", f'Write <{tag} {name}="...">.')
        return given[name]

    def _refuse_doctype(self, *_: object) -> None:
        raise self._error("a document type is declared", "Leave out <!DOCTYPE>.")

    def _error(self, problem: str, remedy: str) -> UsageError:
        line = self._parser.CurrentLineNumber
        return UsageError(f"In line {line} of the markup {problem}.", remedy)
