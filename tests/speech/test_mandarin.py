from __future__ import annotations

import pytest

from talker.errors import LanguageError, UsageError
from talker.speech.pinyin import from_pinyin, syllables
from talker.speech.pinyin_ipa import FINALS, INITIALS
from talker.speech.speaking import speak
from talker.text.sentence import Token


def said(text: str) -> str:
    """Pinyin of a text that is one word token a character."""
    found = syllables([Token(char, char, "zh") for char in text])
    return " ".join(f"{syllable.base}{syllable.tone}" for syllable in found)


@pytest.mark.parametrize(
    ("text", "pinyin"),
    [
        ("明月几时有", "ming2 yue4 ji3 shi2 you3"),
        ("你好", "ni2 hao3"),
        ("展览馆", "zhan2 lan2 guan3"),
        ("我很好", "wo2 hen2 hao3"),
        ("不是", "bu2 shi4"),
        ("不好", "bu4 hao3"),
        ("好不好", "hao3 bu5 hao3"),
        ("一个人", "yi2 ge4 ren2"),
        ("一天", "yi4 tian1"),
        ("第一天", "di4 yi1 tian1"),
        ("统一", "tong3 yi1"),
        ("看一看", "kan4 yi5 kan4"),
        ("二零一六年", "er4 ling2 yi1 liu4 nian2"),
        ("十一月", "shi2 yi1 yue4"),
        ("一百", "yi4 bai3"),
        ("重庆银行行长", "chong2 qing4 yin2 hang2 hang2 zhang3"),
        ("妈妈喜欢东西", "ma1 ma5 xi3 huan5 dong1 xi5"),
        ("东西方", "dong1 xi1 fang1"),
        ("绿女略虐", "lv4 nv3 lve4 nve4"),
    ],
)
def test_pinyin_is_what_is_spoken(text, pinyin):
    assert said(text) == pinyin


def test_er_curls_the_syllable_before_it_but_a_child_is_a_syllable():
    curls = [s.curls for s in syllables([Token(c, c, "zh") for c in "玩儿"])]
    child = [s.curls for s in syllables([Token(c, c, "zh") for c in "女儿"])]
    assert curls == [False, True]
    assert child == [False, False]


def test_a_lexicon_pronunciation_is_taken_as_it_is():
    token = Token("单于", "单于", "zh", pronunciation="chan2 yu2")
    found = syllables([token, Token("来", "来", "zh")])
    assert [(s.base, s.tone, s.owner) for s in found] == [
        ("chan", 2, 0),
        ("yu", 2, 0),
        ("lai", 2, 1),
    ]


def test_a_pronunciation_that_is_no_pinyin_is_refused():
    with pytest.raises(UsageError, match="chán"):
        from_pinyin("chán yu2")


def test_a_character_without_a_reading_is_refused():
    with pytest.raises(LanguageError, match="𠮷"):
        said("𠮷")


def test_the_times_of_a_final_sum_to_the_whole():
    for parts in FINALS.values():
        assert sum(share for _, share in parts) == pytest.approx(1)
    assert len(INITIALS) == 21


def test_phones_of_a_verse_are_as_many_as_its_initials_and_finals(voices):
    speech = speak("明月几时有", voices=voices)
    labels = [mark.label for mark in speech.of_kind("phone")]
    assert labels == ["m", "i", "ŋ", "ɥ", "ɛ", "tɕ", "i", "ʂ", "ɻ̩", "j", "o", "u"]
    words = speech.of_kind("word")
    assert [mark.label for mark in words] == list("明月几时有")
    assert all(0.08 < mark.end_s - mark.start_s < 0.6 for mark in words)


def test_rare_syllables_are_said_with_the_nearest_and_never_dropped(voices):
    speech = speak("嗯，呣，噷，诶，哟，黁。", voices=voices)
    for mark in speech.of_kind("word"):
        assert mark.end_s - mark.start_s > 0.05


def test_a_clause_without_marks_is_spoken_whole(voices):
    text = "山" * 150
    speech = speak(text, voices=voices)
    assert len(speech.of_kind("word")) == 150
    assert sum(mark.label == "ʂ" for mark in speech.of_kind("phone")) == 150
