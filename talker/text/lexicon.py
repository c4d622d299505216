"""The user's own pronunciations."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping
from copy import copy
from dataclasses import dataclass, field
from pathlib import Path

from talker.errors import UsageError
from talker.text.glyphs import fold
from talker.text.languages import HAN, LATIN

MAX_BYTES = 4_000_000
"""Of a file; what is larger, or has no end, was given by mistake."""

_SYLLABLE = re.compile(
    "(?:[bpmfdtnlgkhjqxrzcsyw]|zh|ch|sh)?(?:[aeiouv]|ai|ei|ui|ao|ou|iu|ie|ve|ue|er|an|en|in|un|vn|ang|"
    "eng|ing|ong|ia|ian|iang|iao|iong|ua|uai|uan|uang|uo|van|io|ueng|m|n|ng|hm|hng)r?[1-5]"
)
_TONE_MARKS = {"\u0304": "1", "\u0301": "2", "\u030c": "3", "\u0300": "4"}
_IPA = re.compile(
    r"[a-zæçðøħŋœβθχ\u0250-\u02af\u02b0-\u02ff\u0300-\u036f\u1d00-\u1dbf\u2191\u2193ᵻ"
    r"‖|.‿ ()\-'ʼˈˌːˑ]+"
)
_SEPARATOR = re.compile(r"\t|→|=|:(?=\s)|:")
EXAMPLE = "Write one word a line, such as: 重庆 = chong2 qing4, or: Nguyen = /ŋwɪən/"


@dataclass(frozen=True, slots=True)
class Entry:
    """A word and how it is said.

    Attributes:
        word: As in the text; without capitals it stands for any capitals.
        pronunciation: Pinyin with tone digits separated by spaces where `is_chinese`, else IPA.
        is_chinese: Whether the word is in Han characters.
    """

    word: str
    pronunciation: str
    is_chinese: bool


@dataclass(frozen=True)
class Lexicon:
    """Words with their pronunciations; the longest word that matches wins.

    Attributes:
        entries: Those that hold wherever their words stand.
        placed: Those that hold at one place of a text alone, by the index of their first character.
    """

    entries: tuple[Entry, ...]
    placed: Mapping[int, Entry] = field(default_factory=dict[int, Entry])
    _by_initial: Mapping[str, tuple[Entry, ...]] = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        by_initial: dict[str, dict[str, Entry]] = {}
        for entry in self.entries:
            by_initial.setdefault(entry.word[0].lower(), {})[entry.word] = entry
        ordered = {
            initial: tuple(
                sorted(entries.values(), key=lambda entry: (-len(entry.word), entry.word))
            )
            for initial, entries in by_initial.items()
        }
        object.__setattr__(self, "_by_initial", ordered)

    @classmethod
    def read(cls, path: Path) -> Lexicon:
        """Read a UTF-8 file of lines ``word = pronunciation``.

        A tab, "=", "→" or ":" separates the two; "#" starts a comment. Han words take pinyin with
        tone digits ("chong2 qing4") or tone marks ("chóng qìng"), a syllable a character; other
        words take IPA, bare or between slashes. The last line of a word wins.

        Raises:
            UsageError: No such file, or a line that is no entry.
        """
        entries: list[Entry] = []
        for number, line in enumerate(_content(path).splitlines(), start=1):
            content = re.sub(r"(^|\s)#.*", "", line).strip()
            if content:
                try:
                    entries.append(entry_of(content))
                except ValueError as error:
                    raise UsageError(f"{path}, line {number}: {error}", EXAMPLE) from error
        return cls(tuple(entries))

    def within(self, start: int, end: int) -> Lexicon:
        """The lexicon for a part of the text that its placed entries are for."""
        if not self.placed:
            return self
        part = copy(self)
        placed = {at - start: entry for at, entry in self.placed.items() if start <= at < end}
        object.__setattr__(part, "placed", placed)
        return part

    def match(self, text: str, start: int) -> Entry | None:
        """The entry of a place, else the longest that stands there, as a whole word in Latin."""
        here = self.placed.get(start)
        if here and text[start : start + len(here.word)].lower() == here.word.lower():
            return here
        for entry in self._by_initial.get(text[start].lower(), ()):
            end = start + len(entry.word)
            found = text[start:end]
            if (found if entry.word != entry.word.lower() else found.lower()) != entry.word:
                continue
            if not entry.is_chinese and _cuts_a_word(text, start, end):
                continue
            return entry
        return None


def _content(path: Path) -> str:
    try:
        with path.open("rb") as stream:
            content = stream.read(MAX_BYTES + 1)
    except OSError as error:
        raise UsageError(
            f"The lexicon '{path}' cannot be read: {error.strerror}.", "Give a text file in UTF-8."
        ) from error
    if len(content) > MAX_BYTES:
        raise UsageError(
            f"The lexicon '{path}' holds more than {MAX_BYTES // 1_000_000} million bytes.",
            EXAMPLE,
        )
    try:
        return content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise UsageError(
            f"The lexicon '{path}' is no text in UTF-8.", "Give a text file in UTF-8."
        ) from error


def _cuts_a_word(text: str, start: int, end: int) -> bool:
    letters = f"[{LATIN}0-9\u0300-\u036f]{{2}}"
    return any(
        re.fullmatch(letters, text[max(0, edge - 1) : edge + 1]) is not None
        for edge in (start, end)
        if 0 < edge < len(text)
    )


def entry_of(content: str) -> Entry:
    """The entry of a line ``word = pronunciation``.

    Raises:
        ValueError: It is none; the message is for the user.
    """
    separator = _SEPARATOR.search(content)
    if not separator:
        raise ValueError(f"'{content}' has no '=' between a word and its pronunciation.")
    word = unicodedata.normalize("NFC", fold(content[: separator.start()].strip()))
    said = content[separator.end() :].strip()
    if not word or not said:
        raise ValueError(f"'{content}' lacks the {'pronunciation' if word else 'word'}.")
    if not re.search(f"[{HAN}]", word):
        return Entry(word, _ipa(said), is_chinese=False)
    if not re.fullmatch(f"[{HAN}]+", word):
        raise ValueError(f"'{word}' mixes Chinese and other characters; give each its own line.")
    return Entry(word, _pinyin(said, word), is_chinese=True)


def _ipa(said: str) -> str:
    bare = unicodedata.normalize("NFC", re.sub(r"^[/\[](.*)[/\]]$", r"\1", said)).strip()
    if not _IPA.fullmatch(bare):
        raise ValueError(f"'{said}' is not written in IPA.")
    return bare


def _pinyin(said: str, word: str) -> str:
    syllables = [_syllable(syllable) for syllable in re.split(r"[\s'’-]+", said.strip("/[]"))]
    if len(syllables) != len(word):
        raise ValueError(
            f"'{said}' has {len(syllables)} syllables and '{word}' has {len(word)} characters "
            "(separate the syllables with spaces)."
        )
    return " ".join(syllables)


def _syllable(written: str) -> str:
    letters, tone = "", ""
    plain = written.lower().replace("u:", "ü")
    for char in unicodedata.normalize("NFD", plain):
        if char in _TONE_MARKS:
            tone = _TONE_MARKS[char]
        elif char == "\u0308":
            letters = letters[:-1] + "v"
        else:
            letters += char
    syllable = letters if letters[-1:].isdigit() else letters + (tone or "5")
    syllable = syllable[:-1] + "5" if syllable.endswith("0") else syllable
    if not _SYLLABLE.fullmatch(syllable):
        raise ValueError(f"'{written}' is no pinyin syllable.")
    return syllable
