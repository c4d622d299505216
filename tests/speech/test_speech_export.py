from __future__ import annotations

import json
from itertools import pairwise

import numpy as np

from talker.speech.cues import cues as cues_of
from talker.speech.export import marks_json
from talker.speech.subtitles import srt
from talker.speech.timeline import Mark, Speech, sorted_marks


def made(text: str, language: str, words: list[str], word_s: float = 0.4) -> Speech:
    """A speech of one line in which every word takes as long."""
    marks = [
        Mark("word", word, index * word_s, (index + 1) * word_s) for index, word in enumerate(words)
    ]
    end_s = len(words) * word_s
    samples = np.zeros(round(end_s * 24000), np.float32)
    line = Mark("line", text, 0.0, end_s)
    return Speech(samples, 24000, sorted_marks([line, *marks]), language, text)


ENGLISH = (
    "On Tuesday, the company said that revenue rose to a billion dollars, which was more than "
    "(almost) all analysts had expected; shares, however, fell in early trading."
)
CHINESE = "今天是星期一，我在北京的办公室里训练一个非常大的语言模型，结果非常好，大家都很高兴。"


def cues(text: str) -> list[tuple[str, list[str]]]:
    return [(rows[1], rows[2:]) for rows in (b.split("\n") for b in text.strip().split("\n\n"))]


def test_marks_are_written_as_they_are():
    speech = made("Yes.", "en", ["Yes"])
    written = json.loads(json.dumps(marks_json(speech)))
    assert written == {
        "marks": [
            {"kind": "line", "label": "Yes.", "start_s": 0.0, "end_s": 0.4},
            {"kind": "word", "label": "Yes", "start_s": 0.0, "end_s": 0.4},
        ]
    }


def test_english_subtitles_hold_every_word_in_short_lines():
    words = [word.strip(".,;()") for word in ENGLISH.split()]
    found = cues(srt(cues_of(made(ENGLISH, "en", words))))
    assert " ".join(line for _, lines in found for line in lines) == ENGLISH
    for _, lines in found:
        assert 1 <= len(lines) <= 2
        assert all(len(line) <= 42 for line in lines)


def test_chinese_subtitles_hold_every_character_in_short_lines():
    words = [char for char in CHINESE if char not in "，。"]
    found = cues(srt(cues_of(made(CHINESE, "zh", words, 0.2))))
    assert "".join(line for _, lines in found for line in lines) == CHINESE
    for _, lines in found:
        assert 1 <= len(lines) <= 2
        assert all(len(line) <= 16 for line in lines)
        assert not any(line[0] in "，。" for line in lines)


def test_cues_follow_each_other_without_overlap():
    words = [word.strip(".,;()") for word in ENGLISH.split()]
    times = [times.split(" --> ") for times, _ in cues(srt(cues_of(made(ENGLISH, "en", words))))]
    assert times[0][0] == "00:00:00,000"
    for before, after in pairwise(times):
        assert before[1] <= after[0]
