"""The symbols a Piper voice reads, and whose they are."""

from __future__ import annotations

import unicodedata
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from talker.errors import UsageError
from talker.speech.espeak_library import EspeakLibrary
from talker.speech.ipa import MODIFIERS, split_ipa
from talker.speech.words import owners, spell
from talker.text.sentence import Token

BEGIN, PAD, END = "^", "_", "$"
STRESS = frozenset("ˈˌ")
PUNCTUATION = frozenset(",.?!;:")
_HALF_LONG = "ˑ"
_NEAREST = {"g": "ɡ", "ɚ": "ə", "ɝ": "ɜ", "ᵻ": "ɪ", "ɫ": "l", "r": "ɹ", "ɹ": "r", "’": "ˈ"}


@dataclass(frozen=True, slots=True)
class Symbol:
    """One symbol of the voice's alphabet.

    Attributes:
        text: A code point of IPA, a space, or a punctuation mark.
        owner: Index of the token that it belongs to; None for a space or a mark.
    """

    text: str
    owner: int | None


def symbols_of(
    tokens: Sequence[Token],
    library: EspeakLibrary,
    espeak_voice: str,
    alphabet: Mapping[str, list[int]],
) -> list[Symbol]:
    """Symbols of a stretch of tokens, phonemised clause by clause.

    Args:
        tokens: In order.
        library: Gives the pronunciation of a clause.
        espeak_voice: Voice of espeak-ng that the Piper voice was trained with.
        alphabet: The voice's `phoneme_id_map`.

    Raises:
        UsageError: A lexicon pronunciation with a symbol the voice has never heard.
    """
    symbols: list[Symbol] = []
    clause: list[int] = []
    for index, token in enumerate(tokens):
        if token.kind == "word":
            clause.append(index)
        elif token.spoken in PUNCTUATION:
            symbols += _clause(tokens, clause, library, espeak_voice, alphabet, bool(symbols))
            clause = []
            if symbols and symbols[-1].text not in PUNCTUATION:
                symbols.append(Symbol(token.spoken, None))
    symbols += _clause(tokens, clause, library, espeak_voice, alphabet, bool(symbols))
    if symbols and symbols[-1].text not in PUNCTUATION:
        symbols.append(Symbol(".", None))
    return symbols


def is_modifier(symbol: str) -> bool:
    """Whether a symbol only colours the one before it."""
    return symbol in (*MODIFIERS, _HALF_LONG) or unicodedata.combining(symbol) != 0


def _clause(
    tokens: Sequence[Token],
    clause: Sequence[int],
    library: EspeakLibrary,
    espeak_voice: str,
    alphabet: Mapping[str, list[int]],
    follows: bool,
) -> list[Symbol]:
    """Symbols of the words between two marks, a space before them if something `follows`."""
    if not clause:
        return []
    words = [tokens[index] for index in clause]
    spelling = spell(words)
    phones = [p for p in library.speak(spelling.text, espeak_voice).phones if split_ipa(p.label)]
    found = owners(words, spelling.spans, [phone.word_at for phone in phones])
    symbols: list[Symbol] = []
    word_at = None
    replaced: set[int] = set()
    for place, phone in zip(found, phones, strict=True):
        owner = clause[place]
        if owner in replaced:
            continue
        new_word = word_at is None or phone.word_at != word_at
        pronunciation = tokens[owner].pronunciation
        if new_word or pronunciation is not None:
            if symbols or follows:
                symbols.append(Symbol(" ", None))
            word_at = phone.word_at
        if pronunciation is None:
            symbols += [Symbol(char, owner) for char in _known(phone.label, alphabet)]
            continue
        replaced.add(owner)
        word_at = -1
        symbols += [Symbol(char, owner) for char in _checked(pronunciation, alphabet)]
    return symbols


def _known(label: str, alphabet: Mapping[str, list[int]]) -> list[str]:
    """Code points of an espeak label in the voice's alphabet; one it lacks by the nearest."""
    chars = [_in_alphabet(char, alphabet) for char in unicodedata.normalize("NFD", label)]
    return [char for char in chars if char is not None]


def _checked(pronunciation: str, alphabet: Mapping[str, list[int]]) -> list[str]:
    result: list[str] = []
    for char in unicodedata.normalize("NFD", pronunciation):
        known = _in_alphabet(char, alphabet)
        if known is None and not is_modifier(char) and char not in ". ":
            raise UsageError(
                f"The pronunciation {pronunciation!r} holds {char!r}, which this voice cannot say.",
                "Write it in the lexicon with the IPA symbols of the voice's language.",
            )
        if known is not None and char not in ". ":
            result.append(known)
    return result


def _in_alphabet(char: str, alphabet: Mapping[str, list[int]]) -> str | None:
    if char in alphabet:
        return char
    nearest = _NEAREST.get(char)
    return nearest if nearest in alphabet else None
