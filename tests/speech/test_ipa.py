from __future__ import annotations

import pytest

from talker.errors import UsageError
from talker.speech.espeak_library import espeak_library
from talker.speech.espeak_mnemonics import mnemonics
from talker.speech.ipa import bare, is_vowel, segments, split_ipa


@pytest.mark.parametrize(
    ("label", "parts"),
    [
        ("ˈaɪ", ("a", "ɪ")),
        ("ɑːɹ", ("ɑː", "ɹ")),
        ("tʃ", ("tʃ",)),
        ("t͡ɕʰ", ("tɕʰ",)),
        ("ʈʂʰ", ("ʈʂʰ",)),
        ("n̩", ("n̩",)),
        ("ɔ̃", ("ɔ̃",)),
        ("ç", ("ç",)),
        ("cç", ("cç",)),
        ("iɛ5", ("i", "ɛ")),
        ("(en)", ()),
        ("ˈ", ()),
        ("ʲ", ()),
        ("rʲ", ("rʲ",)),
        ("g", ("ɡ",)),
    ],
)
def test_labels_are_split_into_segments(label, parts):
    assert split_ipa(label) == parts
    if parts:
        assert sum(share for _, share in segments(label)) == pytest.approx(1)


def test_the_first_part_of_a_diphthong_takes_three_fifths():
    assert dict(segments("aʊ")) == pytest.approx({"a": 0.6, "ʊ": 0.4})


def test_vowels_are_told_from_consonants():
    assert all(map(is_vowel, ["a", "iː", "ɚ", "ɔ̃", "y"]))
    assert not any(map(is_vowel, ["m", "tʃ", "j", "ɻ̩", "ɹ"]))
    assert bare("tʰ") == "t"


def test_the_cedilla_is_no_diacritic():
    assert [bare("ç"), bare("çː"), bare("c")] == ["ç", "ç", "c"]


def test_a_lexicon_pronunciation_is_heard_from_espeak():
    said = espeak_library().speak(f"[[{mnemonics('ˈtɔːkə')}]]", "en-us")
    labels = [part for phone in said.phones for part in split_ipa(phone.label)]
    assert [bare(label) for label in labels] == ["t", "ɔ", "k", "ə"]


def test_a_symbol_espeak_cannot_say_is_refused():
    with pytest.raises(UsageError, match="ʘ"):
        mnemonics("ʘa")
