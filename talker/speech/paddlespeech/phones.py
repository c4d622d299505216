"""Words to the phones of PaddleSpeech's models, and what the lips do in each.

Mandarin is initials and finals with their tone ("zh", "ang1"), Cantonese the like in jyutping
("gw", "ong2"), English is ARPAbet with its stress ("AA1"); models of several take them in one row.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import groupby

from talker.errors import LanguageError
from talker.speech import jyutping
from talker.speech.espeak_library import espeak_library
from talker.speech.ipa import split_ipa
from talker.speech.listening.arpabet import from_ipa, to_ipa
from talker.speech.paddlespeech.alphabet import Alphabet
from talker.speech.pinyin import Syllable, syllables
from talker.speech.pinyin_ipa import FINALS, INITIALS
from talker.speech.pinyin_parts import nearest_final, parts
from talker.speech.words import owners, spell
from talker.text.sentence import Token

Segments = tuple[tuple[str, float], ...]
"""IPA labels and their shares of a phone's time."""

_ENGLISH = "en-us"
_VOWEL_STRESS = {"ˈ": "1", "ˌ": "2"}
_CURL: Segments = (("ɚ", 1.0),)
# Of a final that ends curled.
_CURLED_SHARE = 0.4
_NO_TONE = "0"


@dataclass(frozen=True, slots=True)
class Phone:
    """A phone as a model takes it.

    Attributes:
        symbol: In the model's alphabet.
        tone: In its alphabet of tones, for models that take them apart.
        segments: What is heard and seen in it; empty in a pause.
        owner: Index of its token in the clause.
    """

    symbol: str
    tone: str
    segments: Segments
    owner: int


def phones_of(tokens: Sequence[Token], alphabet: Alphabet) -> list[Phone]:
    """The phones of a clause.

    Args:
        tokens: Words in Mandarin, Cantonese and English; marks are passed over.
        alphabet: Of the model.

    Raises:
        LanguageError: A word in another language, or without a reading.
        MissingExtraError: English words, and the `espeak` extra is not installed.
    """
    found: list[Phone] = []
    words = [(index, token) for index, token in enumerate(tokens) if token.kind == "word"]
    for language, group in groupby(words, lambda word: word[1].language.partition("-")[0]):
        indices, said = zip(*group, strict=True)
        if language == "zh":
            part = _mandarin(syllables(said), alphabet)
        elif language == "yue":
            part = _cantonese(said, alphabet)
        elif language == "en":
            part = _english(said, alphabet)
        else:
            raise LanguageError(
                f"This voice cannot speak {language!r}.", "Take a voice that speaks it."
            )
        found += [
            Phone(phone.symbol, phone.tone, phone.segments, indices[phone.owner]) for phone in part
        ]
    return found


def _mandarin(spoken: Sequence[Syllable], alphabet: Alphabet) -> list[Phone]:
    found: list[Phone] = []
    for syllable in spoken:
        if syllable.curls and found:
            found[-1:] = _curled(found[-1], syllable, alphabet)
            continue
        initial, final = parts(syllable.base)
        if initial:
            symbol = alphabet.first_known([initial])
            found.append(Phone(symbol, _NO_TONE, ((INITIALS[initial], 1.0),), syllable.owner))
        symbol, tone = _toned(final, syllable.tone, alphabet)
        segments = FINALS.get(final) or FINALS[nearest_final(final)]
        found.append(Phone(symbol, tone, segments, syllable.owner))
    return found


def _toned(final: str, tone: int, alphabet: Alphabet) -> tuple[str, str]:
    """Symbol and tone of a final; one that the model lacks by its nearest."""
    finals = (final, nearest_final(final))
    if alphabet.tones:
        known = str(tone) if str(tone) in alphabet.tones else _NO_TONE
        return alphabet.first_known(finals), known
    # A model that was never taught a final in a tone says it in another.
    tones = (tone, *(other for other in (5, 1, 2, 3, 4) if other != tone))
    return alphabet.first_known(f"{one}{two}" for two in tones for one in finals), _NO_TONE


def _curled(final: Phone, curl: Syllable, alphabet: Alphabet) -> list[Phone]:
    """A final with the 儿 after it: one phone where the model has it, else two."""
    if alphabet.tones:
        curled, alone = f"{final.symbol}r", ("er", "2")
    else:
        curled, alone = f"{final.symbol[:-1]}r{final.symbol[-1]}", ("er2", _NO_TONE)
    if curled in alphabet.phones:
        segments = tuple((label, share * (1 - _CURLED_SHARE)) for label, share in final.segments)
        return [Phone(curled, final.tone, (*segments, ("ɚ", _CURLED_SHARE)), final.owner)]
    return [final, Phone(alphabet.first_known([alone[0]]), alone[1], _CURL, curl.owner)]


def _cantonese(words: Sequence[Token], alphabet: Alphabet) -> list[Phone]:
    found: list[Phone] = []
    for syllable in jyutping.syllables(words):
        heard = jyutping.sounds(syllable.text)
        for start, end in _cantonese_cuts(syllable.text, alphabet):
            # What is only a tone holds the sound before it.
            within = [sound for sound in heard if start <= sound.at < end] or [heard[-1]]
            total = sum(sound.weight for sound in within)
            segments = tuple((sound.label, sound.weight / total) for sound in within)
            symbol = alphabet.first_known([syllable.text[start:end]])
            found.append(Phone(symbol, _NO_TONE, segments, syllable.owner))
    return found


def _cantonese_cuts(syllable: str, alphabet: Alphabet) -> list[tuple[int, int]]:
    """Where the model's phones of a syllable begin and end; it cuts many unlike a grammar.

    A syllable in "nga" is said without its initial, as in the data that the model learnt from.
    """
    end = len(syllable)
    if syllable.startswith("nga") and syllable[2:] in alphabet.phones:
        return [(2, end)]
    for cut in range(end - 1, 0, -1):
        if syllable[:cut] in alphabet.phones and syllable[cut:] in alphabet.phones:
            return [(0, cut), (cut, end)]
    return [(0, end)]


def _english(words: Sequence[Token], alphabet: Alphabet) -> list[Phone]:
    library = espeak_library()
    spelling = spell(words)
    heard = [phone for phone in library.speak(spelling.text, _ENGLISH).phones if phone.label]
    found = owners(words, spelling.spans, [phone.word_at for phone in heard])
    phones: list[Phone] = []
    for owner, group in groupby(zip(found, heard, strict=True), lambda pair: pair[0]):
        own = words[owner].pronunciation
        labels = [own] if own is not None else [phone.label for _, phone in group]
        phones += [_arpabet(one, alphabet, owner) for one in _stressed("".join(labels))]
    return phones


def _stressed(ipa: str) -> list[str]:
    """ARPAbet with stress of a word in IPA; a stress mark counts for the vowel after it."""
    result: list[str] = []
    stress = "0"
    # The dictionary that the models learnt from writes the flap of "city" as the t that it is.
    for part in _split_at_stress(ipa.replace("ɾ", "t")):
        stress = _VOWEL_STRESS.get(part[0], "0")
        for phone in from_ipa(split_ipa(part)):
            vowel = phone[0] in "AEIOU"
            if phone == "R" and result and result[-1].startswith("ER"):
                continue
            result.append(f"{phone}{stress}" if vowel else phone)
            if vowel:
                stress = "0"
    return result


def _split_at_stress(ipa: str) -> list[str]:
    pieces: list[str] = []
    for char in ipa:
        if char in _VOWEL_STRESS or not pieces:
            pieces.append(char)
        else:
            pieces[-1] += char
    return pieces


def _arpabet(phone: str, alphabet: Alphabet, owner: int) -> Phone:
    bare = phone.rstrip("012")
    symbol = alphabet.first_known([phone, f"{bare}0", f"{bare}1", f"{bare}2", bare])
    labels = to_ipa(bare)
    shares = (0.6, 0.4) if len(labels) == 2 else (1.0,)
    return Phone(symbol, _NO_TONE, tuple(zip(labels, shares, strict=True)), owner)
