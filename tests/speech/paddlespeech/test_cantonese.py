"""Cantonese words become jyutping, cut as the model was taught it."""

from __future__ import annotations

from dataclasses import replace

import pytest
from speech_measures import tokens_of

from talker.errors import LanguageError, UsageError
from talker.speech.ipa import split_ipa
from talker.speech.jyutping import sounds, syllables
from talker.speech.paddlespeech.alphabet import Alphabet
from talker.speech.paddlespeech.phones import phones_of

TAUGHT = (
    "sp", "gw", "ok3", "g", "o3", "aa1", "j", "au5", "e3", "m", "ng", "o5", "4", "5", "aam1",
    "ou", "uk", "1", "aa", "h", "m4", "aai", "s", "yut3",
)  # fmt: skip
ALPHABET = Alphabet({name: number for number, name in enumerate(TAUGHT)}, {})


def readings(text: str) -> list[str]:
    return [syllable.text for syllable in syllables(tokens_of(text, "yue"))]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("各個國家有各個國家嘅國歌", "gok3 go3 gwok3 gaa1 jau5 gok3 go3 gwok3 gaa1 ge3 gwok3 go1"),
        ("我唔係香港人。", "ngo5 m4 hai6 hoeng1 gong2 jan4"),
        ("银行行长", "ngan4 hong4 hong4 zoeng2"),
    ],
)
def test_words_are_read_by_what_stands_around_them(text: str, expected: str) -> None:
    assert readings(text) == expected.split()


def test_numbers_are_said_in_cantonese() -> None:
    expected = "ji6 ling4 ji6 luk6 nin4 sap6 jat1 jyut6"
    assert " ".join(readings("2026年11月")) == expected


def test_the_lexicon_is_jyutping() -> None:
    [word, *rest] = tokens_of("行", "yue")
    given = [replace(word, pronunciation="hang6"), *rest]
    assert [syllable.text for syllable in syllables(given)] == ["hang6"]
    with pytest.raises(UsageError, match="'hang9'"):
        syllables([replace(word, pronunciation="hang9")])


def test_what_is_no_chinese_is_refused() -> None:
    with pytest.raises(LanguageError, match="'П'"):
        syllables([replace(tokens_of("行", "yue")[0], spoken="П")])


def test_syllables_are_cut_as_the_model_was_taught() -> None:
    phones = phones_of(tokens_of("國家嘅歌", "yue"), ALPHABET)
    assert [phone.symbol for phone in phones] == ["gw", "ok3", "g", "aa1", "g", "e3", "sp"]
    assert [phone.owner for phone in phones] == sorted(phone.owner for phone in phones)
    said = phones_of([replace(tokens_of("行", "yue")[0], pronunciation=text)
                      for text in ("ngo5", "ngaam1", "m4", "ou5", "uk1")], ALPHABET)  # fmt: skip
    cut = ["ng", "o5", "aam1", "m", "4", "ou", "5", "uk", "1"]
    assert [phone.symbol for phone in said] == cut


@pytest.mark.parametrize(
    ("syllable", "expected"),
    [
        ("gwok3", "k w ɔː k"), ("ng5", "ŋ̍"), ("m4", "m̩"), ("ngaam1", "ŋ aː m"), ("seoi2", "s ɵ y"),
        ("jyut6", "j yː t"), ("hoeng1", "h œː ŋ"), ("sik6", "s ɪ k"), ("aa3", "aː"),
    ],
)  # fmt: skip
def test_the_lips_have_a_sound_for_every_letter(syllable: str, expected: str) -> None:
    labels = [sound.label for sound in sounds(syllable)]
    assert labels == expected.split()
    assert all(split_ipa(label) == (label,) for label in labels)


def test_what_is_heard_in_a_phone_fills_it() -> None:
    for phone in phones_of(tokens_of("我唔係香港人", "yue"), ALPHABET):
        assert sum(share for _, share in phone.segments) == pytest.approx(1)
