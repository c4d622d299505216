"""Markup is read as it is meant, and text that only looks like it is left alone."""

from __future__ import annotations

import pytest

from talker.errors import UsageError
from talker.text.reading import read_text
from talker.text.sentence import Sentence
from talker.text.ssml import Passage, Prosody, is_ssml, passages, plain_text


def read(markup: str, language: str | None = None) -> list[Sentence]:
    return list(read_text(markup, language=language))


def said(markup: str) -> list[str]:
    return [
        token.spoken
        for sentence in read(markup)
        for token in sentence.tokens
        if token.kind == "word"
    ]


def test_text_with_a_smaller_than_is_no_markup() -> None:
    for text in ("1 < 2", "<b>bold</b>", "a <speak> b", "<speaker>x</speaker>"):
        assert not is_ssml(text)
        assert passages(text) == (Passage(text),)
    assert is_ssml('  <speak version="1.1">a</speak>')
    assert is_ssml('<?xml version="1.0"?>\n<speak>a</speak>')


def test_plain_words_stay_as_they_are() -> None:
    assert plain_text("<speak>Tom &amp; Ann, 1 &lt; 2.</speak>") == "Tom & Ann, 1 < 2."
    assert said("<speak>Good evening.</speak>") == ["Good", "evening"]


@pytest.mark.parametrize(
    ("tag", "pause_s"),
    [
        ('<break time="700ms"/>', 0.7), ('<break time="2s"/>', 2.0), ("<break/>", 0.4),
        ('<break strength="strong"/>', 0.8),
    ],
)  # fmt: skip
def test_a_break_is_a_silence(tag: str, pause_s: float) -> None:
    pauses = [one.pause_s for one in read(f"<speak>One.{tag}Two.</speak>") if not one.tokens]
    assert pauses == [pytest.approx(pause_s)]


def test_pinyin_is_said_as_it_is_given() -> None:
    [sentence] = read('<speak>我们去<say-as pinyin="chong2 qing4">重庆</say-as>。</speak>')
    assert [token.pronunciation for token in sentence.tokens if token.source == "重庆"] == [
        "chong2 qing4"
    ]


def test_ipa_is_said_as_it_is_given() -> None:
    [sentence] = read('<speak>Mr <phoneme alphabet="ipa" ph="ŋwɪən">Nguyen</phoneme>.</speak>')
    assert "ŋwɪən" in [token.pronunciation for token in sentence.tokens]


def test_an_alias_is_said_instead() -> None:
    markup = '<speak>The <sub alias="World Wide Web">WWW</sub> is old.</speak>'
    assert said(markup) == ["The", "World", "Wide", "Web", "is", "old"]


@pytest.mark.parametrize(
    ("given", "prosody"),
    [
        ('rate="slow"', Prosody(0.8)), ('rate="120%"', Prosody(1.2)), ('rate="+20%"', Prosody(1.2)),
        ('rate="0.9"', Prosody(0.9)), ('pitch="+2st"', Prosody(pitch=2)),
        ('pitch="low"', Prosody(pitch=-2.5)), ('volume="-6dB"', Prosody(volume_db=-6)),
        ('volume="loud" rate="fast"', Prosody(1.25, 0, 4)),
    ],
)  # fmt: skip
def test_prosody_says_how_a_passage_is_spoken(given: str, prosody: Prosody) -> None:
    plain, other, after = passages(f"<speak>One <prosody {given}>two</prosody> three</speak>")
    assert plain == Passage("One ")
    assert (other.text, after.text) == ("two", " three")
    assert other.prosody.rate == pytest.approx(prosody.rate)
    assert other.prosody.pitch == pytest.approx(prosody.pitch)
    assert other.prosody.volume_db == prosody.volume_db


def test_prosody_in_prosody_adds_up() -> None:
    markup = (
        '<prosody rate="0.8" pitch="+1st">a<prosody rate="0.9" pitch="+2st">b</prosody>c</prosody>'
    )
    found = passages(f"<speak>{markup}</speak>")
    assert [(one.text, round(one.prosody.rate, 2), one.prosody.pitch) for one in found] == [
        ("a", 0.8, 1), ("b", 0.72, 3), ("c", 0.8, 1),
    ]  # fmt: skip


def test_sentences_carry_the_way_they_are_spoken_and_the_pauses_between() -> None:
    markup = '<speak>One. <prosody rate="slow">Two,</prosody> three <prosody volume="soft">four'
    sentences = read(f"{markup}</prosody> five.</speak>")
    assert [(one.rate, one.volume_db) for one in sentences] == [
        (1, 0), (0.8, 0), (1, 0), (1, -6), (1, 0),
    ]  # fmt: skip
    pauses = [one.pause_s for one in sentences[:-1]]
    assert pauses[0] > pauses[1] > 0
    assert pauses[2:] == [0, 0]


def test_paragraphs_and_sentences_end_lines() -> None:
    assert [one.line for one in read("<speak><p>One</p><p><s>Two</s><s>Three</s></p></speak>")] == [
        0, 2, 3,
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("markup", "named"),
    [
        ("<speak>a<b></speak>", "line 1"),
        ("<speak>\n<audio src='x'/></speak>", "line 2.*<audio>"),
        ("<speak><break time='long'/></speak>", "'long' is no time"),
        ("<speak><break strength='huge'/></speak>", "'huge'"),
        ("<speak><prosody rate='9'>a</prosody></speak>", "9"),
        ("<speak><prosody colour='red'>a</prosody></speak>", "colour"),
        ("<speak><sub>a</sub></speak>", "no alias"),
        ("<speak><say-as pinyin='xx'>行</say-as></speak>", "xx"),
        ("<speak><say-as pinyin='xing2'>行<break/></say-as></speak>", "lies in <say-as>"),
        ("<speak>" + "<p>" * 40 + "</p>" * 40 + "</speak>", "32 tags"),
        ("<speak>a &amp b</speak>", "broken"),
        ("<speak></speak>", "nothing to say"),
        ("<speak><break/></speak>", "nothing to say"),
    ],
)
def test_what_is_wrong_is_named_with_its_line(markup: str, named: str) -> None:
    with pytest.raises(UsageError, match=named):
        read(markup)


def test_entities_are_never_expanded() -> None:
    bomb = '<!DOCTYPE speak [<!ENTITY a "aaaa"><!ENTITY b "&a;&a;">]><speak>&b;</speak>'
    assert not is_ssml(bomb)
    inside = '<?xml version="1.0"?><speak>&b;</speak>'
    with pytest.raises(UsageError, match="broken"):
        read(inside)


def test_a_megabyte_is_read_in_one_go() -> None:
    markup = "<speak>" + 'One two. <break time="1s"/>' * 20_000 + "</speak>"
    assert plain_text(markup).count("[pause 1s]") == 20_000


def test_a_pronunciation_holds_for_its_own_word_alone() -> None:
    text = (
        '<speak>很长。<say-as pinyin="zhang3">长</say-as>大，'
        '<say-as pinyin="chang2">长</say-as>短，长年</speak>'
    )
    said = [
        (token.source, token.pronunciation)
        for sentence in read_text(text, language="zh")
        for token in sentence.tokens
        if "长" in token.source
    ]
    assert [pronunciation for _, pronunciation in said] == [None, "zhang3", "chang2", None]


def test_no_silence_is_added_after_the_last_passage() -> None:
    *_, last = read_text('<speak>One. <prosody rate="80%">Two.</prosody></speak>', language="en")
    assert last.pause_s == 0
