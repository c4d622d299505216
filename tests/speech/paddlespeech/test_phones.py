"""Words become the phones that PaddleSpeech's models were taught."""

from __future__ import annotations

from pathlib import Path

import pytest
from speech_measures import tokens_of

from talker.errors import AssetError, LanguageError
from talker.speech.ipa import split_ipa
from talker.speech.paddlespeech.alphabet import Alphabet
from talker.speech.paddlespeech.phones import phones_of
from talker.speech.pinyin_parts import parts

FINALS = (
    "ang",
    "iii",
    "ii",
    "i",
    "iou",
    "ve",
    "van",
    "uei",
    "uen",
    "a",
    "e",
    "ai",
    "u",
    "en",
    "an",
)
CONSONANTS = ("B", "L", "D", "HH", "W", "T", "S", "R", "M", "AE1", "AH0", "AH1", "OW1", "ER1")
INITIALS = ("zh", "ch", "sh", "x", "s", "l", "n", "h", "sh", "j", "y", "d", "t", "g", "m", "b", "r")


def alphabet(*more: str) -> Alphabet:
    toned = [f"{final}{tone}" for final in FINALS for tone in (1, 2, 3, 4, 5)]
    names = ["<pad>", *INITIALS, *toned, "er2", *CONSONANTS, "IH1", "IY0", "sp", *more]
    return Alphabet({name: number for number, name in enumerate(names)}, {})


def spoken(text: str, language: str = "zh", *more: str) -> list[str]:
    return [phone.symbol for phone in phones_of(tokens_of(text, language), alphabet(*more))]


@pytest.mark.parametrize(
    ("pinyin", "expected"),
    [
        ("zhi", ("zh", "iii")), ("zi", ("z", "ii")), ("ji", ("j", "i")), ("you", ("", "iou")),
        ("liu", ("l", "iou")), ("hui", ("h", "uei")), ("lun", ("l", "uen")), ("xue", ("x", "ve")),
        ("yuan", ("", "van")), ("lv", ("l", "v")), ("lue", ("l", "ve")), ("wo", ("", "uo")),
        ("weng", ("", "ueng")), ("er", ("", "er")), ("shuang", ("sh", "uang")),
    ],
)  # fmt: skip
def test_pinyin_is_taken_apart_as_it_is_said(pinyin: str, expected: tuple[str, str]) -> None:
    assert parts(pinyin) == expected


def test_mandarin_is_initials_and_toned_finals() -> None:
    assert spoken("学习") == ["x", "ve2", "x", "i2"]
    assert spoken("是四十") == ["sh", "iii4", "s", "ii4", "sh", "iii2"]
    assert spoken("有爱") == ["iou3", "ai4"]


def test_a_curled_final_is_one_phone_where_the_model_has_it_and_else_two() -> None:
    assert spoken("花儿", "zh", "ua1") == ["h", "ua1", "er2"]
    assert spoken("花儿", "zh", "ua1", "uar1") == ["h", "uar1"]
    assert spoken("女儿", "zh", "v3")[-1] == "er2"


def test_tones_are_taken_apart_for_models_that_want_them_so() -> None:
    names = ("sp", "x", "ve", "i", "sh", "iii", "er", "h", "ua")
    apart = Alphabet(
        {name: number for number, name in enumerate(names)},
        {tone: number for number, tone in enumerate("012345")},
    )
    phones = phones_of(tokens_of("学习", "zh"), apart)
    assert [(phone.symbol, phone.tone) for phone in phones] == [
        ("x", "0"), ("ve", "2"), ("x", "0"), ("i", "2"),
    ]  # fmt: skip
    curled = phones_of(tokens_of("花儿", "zh"), apart)
    assert [(phone.symbol, phone.tone) for phone in curled[1:]] == [("ua", "1"), ("er", "2")]


def test_english_is_arpabet_with_its_stress() -> None:
    assert spoken("Hello world", "en") == ["HH", "AH0", "L", "OW1", "W", "ER1", "L", "D"]
    assert spoken("city", "en") == ["S", "IH1", "T", "IY0"]


def test_both_languages_stand_in_one_row_with_their_words() -> None:
    tokens = tokens_of("爱 Bob 爱", "zh")
    phones = phones_of(tokens, alphabet("AA1"))
    assert [phone.symbol for phone in phones] == ["ai4", "B", "AA1", "B", "ai4"]
    assert [tokens[phone.owner].source for phone in phones] == ["爱", "Bob", "Bob", "Bob", "爱"]


def test_what_is_heard_in_a_phone_are_segments_that_fill_it() -> None:
    for phone in phones_of(tokens_of("学习花儿 hello", "zh"), alphabet("ua1", "uar1")):
        assert sum(share for _, share in phone.segments) == pytest.approx(1)
        assert all(split_ipa(label) == (label,) for label, _ in phone.segments)


def test_a_phone_that_the_model_lacks_is_said_by_its_nearest() -> None:
    assert spoken("翁", "zh") == ["uen1"]
    assert spoken("拉", "zh")[0] == "l"


def test_another_language_is_refused() -> None:
    with pytest.raises(LanguageError, match="'fr'"):
        phones_of(tokens_of("Bonjour", "fr"), alphabet())


@pytest.mark.parametrize("content", ["a b c\n", "sp one\n", "a 1\n", "\udcff"])
def test_a_table_that_is_none_is_refused(tmp_path: Path, content: str) -> None:
    table = tmp_path / "phone_id_map.txt"
    table.write_bytes(content.encode("utf-8", "surrogateescape"))
    with pytest.raises(AssetError, match="phone_id_map"):
        Alphabet.read(table)
