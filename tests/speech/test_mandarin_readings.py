"""Whole sentences are said as a careful speaker says them."""

from __future__ import annotations

from functools import reduce
from operator import add

import pytest
from mandarin_score import readings, said, score


def test_of_1000_syllables_at_most_2_are_wrong_and_5_have_another_tone() -> None:
    scores = [(text, score(said(text), pinyin)) for text, pinyin in readings()]
    total = reduce(add, (one for _, one in scores))
    missed = [text for text, one in scores if one.tones]
    assert total.syllables > 8000
    assert total.bases <= 0.002 * total.syllables, missed
    assert total.tones <= 0.005 * total.syllables, missed


@pytest.mark.parametrize(
    ("found", "wanted", "bases", "tones"),
    [
        ("ni2 hao3", "ni2/3 hao3", 0, 0),
        ("ma4", "mo4|ma4", 0, 0),
        ("ni4 hao3", "ni2 hao3", 0, 1),
        ("hao3", "ni2 hao3", 1, 1),
        ("ni2 hao3 a5", "ni2 hao3", 1, 1),
    ],
)
def test_a_syllable_counts_as_missed_where_none_of_its_readings_is_said(
    found: str, wanted: str, bases: int, tones: int
) -> None:
    counted = score(found.split(), wanted)
    assert (counted.bases, counted.tones) == (bases, tones)
