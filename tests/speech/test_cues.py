from __future__ import annotations

import re
import time
from itertools import pairwise

import numpy as np
import pytest

from talker.speech.cues import Cue, cues, line_cues, moved
from talker.speech.speaking import speak
from talker.speech.timeline import Mark, Speech, sorted_marks

WORD = re.compile(
    r"https?://[\w./-]+|\$?\d[\d.,:]*\d%?|\d%?|[A-Za-zÀ-ÿ][\w'’-]*|[가-힣]+|(?:[ก-ะาำเ-ๆ][ัิ-ฺ็-๎]*){1,6}"
    "|[\u3040-\u30ff\u4e00-\u9fff]"
)
ENGLISH = (
    "On Tuesday, the company said that revenue rose to a billion dollars, which was more than "
    '(almost) all analysts had expected; shares, however, fell. "It is over," she said, and '
    "12.5% of the state-of-the-art e-mail accounts — all $3,000 of them — went dark 😀! Why? "
    "Nobody knows. Visit https://example.com/a/very/long/address/that/fits/no/line/at/all now."
)
CHINESE = (
    "今天是星期一，我在北京的办公室里训练一个非常大的语言模型，结果非常好，大家都很高兴。"
    "他说：“我们用 iPhone 15 看《红楼梦》（上）……”增长了12.5%，共3000元😀！为什么呢？"
    "没有人知道——真的没有人知道这是怎么一回事情啊。"
)
MIXED = "我们的 state-of-the-art model 在 GPU 上跑了 3 days，accuracy 达到 98.6%，比上次 better。"
KOREAN = "오늘은 월요일이고, 우리는 서울의 사무실에서 아주 큰 언어 모델을 훈련하고 있습니다."
THAI = "วันนี้เป็นวันจันทร์และเรากำลังฝึกโมเดลภาษาขนาดใหญ่มากในสำนักงานที่กรุงเทพมหานคร"
BRACES = "Braces {like these}, <b>tags</b>, and C:\\new\\Names & co. are text."
TEXTS = {"en": ENGLISH, "zh": CHINESE, "mixed": MIXED, "ko": KOREAN, "th": THAI, "braces": BRACES}
NO_LINE_STARTS_WITH = tuple("，。；：！？、…—》」』）】”’％%,.;:!?)")


def spoken(
    text: str, *, second: float = 14.0, pause_s: float = 0.35, tail_s: float = 1.5
) -> Speech:
    """A text said at so many Latin characters (or a third as many others) a second."""
    marks: list[Mark] = []
    at_s = 0.2
    for line in text.split("\n"):
        begin_s, end = at_s, 0
        for found in WORD.finditer(line):
            if marks and re.search(r"[,.;:!?，。；：！？…]", line[end : found.start()]):
                at_s += pause_s
            long = sum(1 if char < "\u0e00" else 3 for char in found[0]) / second
            marks.append(Mark("word", found[0], at_s, at_s + long))
            at_s, end = at_s + long, found.end()
        marks.append(Mark("line", line, begin_s, at_s))
        at_s += 2 * pause_s
    samples = np.zeros(round((at_s + tail_s) * 24000), np.float32)
    return Speech(samples, 24000, sorted_marks(marks), "en", text)


def words_of(found: tuple[Cue, ...]) -> list:
    return [word for cue in found for line in cue.lines for word in line]


def shares(line: str) -> float:
    wide = len(re.findall("[\u2e80-\uabff\ud7b0-\U0010ffff]", line))
    return wide / 16 + (len(line) - wide) / 42


@pytest.mark.parametrize("columns", [None, 24])
@pytest.mark.parametrize("name", TEXTS)
def test_cues_hold_the_source_in_two_short_lines(name: str, columns: int | None) -> None:
    text = TEXTS[name]
    found = cues(spoken(text), columns=columns)
    assert "".join(word.text for word in words_of(found)) == text
    for cue in found:
        lines = cue.text.split("\n")
        assert 1 <= len(lines) <= 2
        for line in lines:
            assert shares(line) <= 1.001
            places = len(line) + len(re.findall("[\u2e80-\uabff\ud7b0-\U0010ffff]", line))
            assert places <= (columns or 84)
            assert not line.startswith(NO_LINE_STARTS_WITH)
            assert not line.endswith(tuple("“‘《「（(【"))


@pytest.mark.parametrize("columns", [None, 24])
@pytest.mark.parametrize("name", ["en", "mixed", "ko", "braces"])
def test_no_spaced_word_is_broken(name: str, columns: int | None) -> None:
    text = re.sub(r"\S{25,}", "address", TEXTS[name])
    shown = " ".join(cue.text for cue in cues(spoken(text), columns=columns))
    words = re.compile(r"[A-Za-z가-힣'’\-{}<>/\\]+")
    assert words.findall(shown) == words.findall(text)


@pytest.mark.parametrize("name", TEXTS)
def test_a_cue_appears_with_its_first_word_and_waits_for_its_last(name: str) -> None:
    speech = spoken(re.sub("https[^ ]+", "us", TEXTS[name]))
    starts = {mark.start_s for mark in speech.of_kind("word")}
    for cue in cues(speech):
        words = words_of((cue,))
        assert cue.start_s == words[0].start_s
        assert cue.start_s in starts
        assert cue.end_s >= words[-1].end_s
    for before, after in pairwise(words_of(cues(speech))):
        assert before.end_s <= after.start_s + 1e-9


@pytest.mark.parametrize("second", [10.0, 14.0, 20.0])
@pytest.mark.parametrize("name", TEXTS)
def test_cues_never_overlap_nor_flicker(name: str, second: float) -> None:
    text = f"{TEXTS[name]}\n{TEXTS[name]}"
    speech = spoken(text, second=second)
    found = cues(speech)
    for before, after in pairwise(found):
        gap_s = after.start_s - before.end_s
        assert gap_s == 0 or gap_s >= 0.25
    assert found[-1].end_s <= speech.duration_s


@pytest.mark.parametrize("name", ["en", "zh", "mixed"])
def test_cues_can_be_read_where_the_silence_allows(name: str) -> None:
    speech = spoken(TEXTS[name], second=20)
    found = cues(speech)
    ends = [*(cue.start_s for cue in found[1:]), speech.duration_s]
    for cue, until_s in zip(found, ends, strict=True):
        shown = cue.text.replace("\n", "")
        wide = len(re.findall("[\u2e80-\uabff\ud7b0-\U0010ffff]", shown))
        wanted_s = max(1.0, wide / 9 + (len(shown) - wide) / 17)
        shown_s = cue.end_s - cue.start_s
        assert shown_s >= min(wanted_s, until_s - cue.start_s) - 1e-6


def test_fast_speech_stays_until_it_is_read_but_not_into_the_next() -> None:
    marks = [
        Mark("line", "Extraordinarily fast.", 0.0, 0.6),
        *(Mark("word", "Extraordinarily", 0.0, 0.3), Mark("word", "fast", 0.3, 0.6)),
        *(Mark("line", "Slow.", 3.0, 3.5), Mark("word", "Slow", 3.0, 3.5)),
        *(Mark("line", "End.", 3.6, 4.0), Mark("word", "End", 3.6, 4.0)),
    ]
    silence = np.zeros(6 * 24000, np.float32)
    first, second, third = cues(Speech(silence, 24000, sorted_marks(marks), "en", ""))
    assert first.end_s == pytest.approx(21 / 17)
    assert (second.start_s, second.end_s) == (3.0, 3.6)
    assert third.end_s == pytest.approx(4.6)


def test_cues_end_with_sentences_and_lines_with_clauses() -> None:
    text = (
        "The ministry announced a plan on Monday, and the opposition rejected it. "
        "Talks will go on next week. "
        "Nobody expects a result before the summer, when parliament is dissolved."
    )
    found = [cue.text for cue in cues(spoken(text))]
    assert found[0].endswith("rejected it.")
    assert "\n" in found[0]
    assert found[0].split("\n")[0].endswith("Monday,")
    assert found[-1].startswith("Nobody")
    chinese = (
        "明月几时有？把酒问青天。不知天上宫阙，今夕是何年。我欲乘风归去，又恐琼楼玉宇，高处不胜寒。"
    )
    lines = [line for cue in cues(spoken(chinese)) for line in cue.text.split("\n")]
    assert all(line[-1] in "，。？" for line in lines)


def test_quotes_and_brackets_stay_with_what_they_hold() -> None:
    text = "他说：“好。”“不好。”《论语》（上）「子曰」"
    found = cues(spoken(text), columns=8)
    lines = [line for cue in found for line in cue.text.split("\n")]
    assert all(line.count("“") == line.count("”") for line in lines)
    assert all(line.count("《") == line.count("》") for line in lines)
    assert "".join(lines) == text


def test_a_word_too_long_for_a_line_is_shared_out() -> None:
    text = "A" * 100
    mark = Mark("word", text, 0.0, 3.0)
    speech = Speech(
        np.zeros(96000, np.float32), 24000, (Mark("line", text, 0.0, 3.0), mark), "en", text
    )
    found = words_of(cues(speech))
    assert "".join(word.text for word in found) == text
    assert [len(word.text) for word in found] == [42, 42, 16]
    assert [word.start_s for word in found] == pytest.approx([0, 1, 2])
    assert found[-1].end_s == 3.0


def test_verse_has_a_cue_a_line() -> None:
    text = "明月几时有？把酒问青天。\n不知天上宫阙，今夕是何年。\n我欲乘风归去，又恐琼楼玉宇。"
    found = line_cues(spoken(text), speaker="苏轼")
    assert [cue.text for cue in found] == text.split("\n")
    assert all(len(cue.lines) == 1 and cue.speaker == "苏轼" for cue in found)


def test_moved_cues_keep_their_words() -> None:
    found = cues(spoken(CHINESE), speaker="A")
    later = moved(found, 12.5)
    assert [cue.text for cue in later] == [cue.text for cue in found]
    for before, after in zip(words_of(found), words_of(later), strict=True):
        assert after.start_s - before.start_s == pytest.approx(12.5)
        assert after.end_s - before.end_s == pytest.approx(12.5)
    for before, after in zip(found, later, strict=True):
        assert after.speaker == "A"
        assert after.start_s - before.start_s == pytest.approx(12.5)
        assert after.end_s - before.end_s == pytest.approx(12.5)


def test_speech_without_words_has_no_cues() -> None:
    silence = Speech(np.zeros(24000, np.float32), 24000, (), "en", "")
    assert cues(silence) == line_cues(silence) == ()


@pytest.mark.usefixtures("assets")
def test_real_speech_of_two_languages_is_held_whole() -> None:
    text = (
        "他说：“我们用 iPhone 15 看《红楼梦》（上）……”增长了12.5%，共3000元😀。\nWell, it is 7:30!"
    )
    speech = speak(text)
    found = cues(speech)
    assert "".join(word.text for word in words_of(found)) == text.replace("\n", "")
    starts = [mark.start_s for mark in speech.of_kind("word")]
    assert {cue.start_s for cue in found} <= set(starts)
    assert found[-1].text == "Well, it is 7:30!"


def test_a_long_paragraph_is_cut_soon() -> None:
    speech = spoken(CHINESE * 100)
    started_s = time.perf_counter()
    found = cues(speech)
    assert len(words_of(found)) > 8000
    assert time.perf_counter() - started_s < 20
