from __future__ import annotations

import re
from pathlib import Path

import numpy as np
import pysubs2
import pytest

from talker.errors import UsageError
from talker.side_files import check_side_files, write_side_files
from talker.speech.cues import Cue, CueWord
from talker.speech.subtitles import ass, srt, vtt
from talker.speech.timeline import Mark, Speech

ODD = "他说：“{x} <b>好</b> & C:\\new” 😀"
CUES = (
    Cue(0.5, 2.25, ((CueWord("Good ", 0.5, 0.8), CueWord("evening, ", 0.8, 1.5)),
                    (CueWord("everybody.", 1.7, 2.2),))),
    Cue(2.25, 4.001, ((CueWord(ODD, 2.25, 3.9),),), "Li"),
)  # fmt: skip


def milliseconds(text: str) -> int:
    hours, minutes, seconds, thousandths = map(int, re.split("[:,.]", text))
    return ((hours * 60 + minutes) * 60 + seconds) * 1000 + thousandths


@pytest.mark.parametrize(("write", "point"), [(srt, ","), (vtt, ".")])
def test_times_and_lines_are_written_as_they_are(write, point: str) -> None:
    text = write(CUES)
    times = re.findall(rf"(\d\d:\d\d:\d\d\{point}\d\d\d) --> (\S+)", text)
    assert [tuple(map(milliseconds, pair)) for pair in times] == [(500, 2250), (2250, 4001)]
    assert "\nGood evening,\neverybody.\n" in text


def test_srt_keeps_every_character() -> None:
    assert f"\n{ODD}\n" in srt(CUES)


def test_vtt_escapes_what_would_be_markup() -> None:
    text = vtt(CUES)
    assert text.startswith("WEBVTT\n")
    escaped = ODD.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
    assert f"\n{escaped}\n" in text


def test_ass_escapes_what_would_be_commands() -> None:
    file = pysubs2.SSAFile.from_string(ass(CUES, (1080, 1920), "Noto Sans"))
    assert (file.info["PlayResX"], file.info["PlayResY"]) == ("1080", "1920")
    assert file.styles["Default"].fontname == "Noto Sans"
    first, second = file
    assert (first.start, first.end, second.start) == (500, 2250, 2250)
    assert first.text == "Good evening,\\Neverybody."
    # A backslash is kept from its letter by a joiner that takes no room.
    assert second.text == "他说：“\\{x\\} <b>好</b> & C:\\\u2060new” 😀"
    assert second.name == "Li"


def test_karaoke_lasts_as_long_as_the_words() -> None:
    first, _ = pysubs2.SSAFile.from_string(ass(CUES, karaoke=True))
    assert first.text == "{\\kf30}Good {\\kf70}evening,\\N{\\k20}{\\kf50}everybody."


@pytest.mark.parametrize(
    ("suffix", "begins"), [(".srt", "1\n00:00:00,000"), (".vtt", "WEBVTT"), (".ass", "[Script")]
)
def test_a_side_file_is_of_the_kind_that_its_name_says(
    tmp_path: Path, suffix: str, begins: str
) -> None:
    marks = (Mark("line", "Yes.", 0.0, 0.4), Mark("word", "Yes", 0.0, 0.4))
    speech = Speech(np.zeros(9600, np.float32), 24000, marks, "en", "Yes.")
    path = tmp_path / f"side{suffix}"
    write_side_files(speech, None, path, overwrite=False)
    assert path.read_text("utf-8").startswith(begins)
    assert "Yes." in path.read_text("utf-8")


def test_other_kinds_of_side_files_are_refused(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match=r"\.srt, \.vtt, \.ass"):
        check_side_files(None, tmp_path / "side.txt", overwrite=False)
