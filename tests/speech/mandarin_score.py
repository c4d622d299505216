"""How near the pinyin of a text comes to what a careful speaker says."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import groupby
from pathlib import Path

from talker.speech.clauses import clauses
from talker.speech.pinyin import syllables
from talker.text.reading import read_text

READINGS = Path(__file__).with_name("mandarin_readings.tsv")
"""Sentences with their syllables as spoken: "hao3/2" may have either tone, "mo4|ma4" either base,
er5 is a curl; comments begin with #, Latin words are left out."""


@dataclass(frozen=True, slots=True)
class Score:
    """Counts of one or more sentences.

    Attributes:
        syllables: That the sentences have.
        bases: Of these, how many are missed, or said for none, tone aside.
        tones: Of these, how many have the wrong base or the wrong tone.
    """

    syllables: int
    bases: int
    tones: int

    def __add__(self, other: Score) -> Score:
        return Score(
            self.syllables + other.syllables, self.bases + other.bases, self.tones + other.tones
        )


def readings() -> Iterator[tuple[str, str]]:
    """Every sentence with its pinyin."""
    for line in READINGS.read_text("utf-8").splitlines():
        if line and not line.startswith("#"):
            text, pinyin = line.split("\t")
            yield text, pinyin


def said(text: str) -> list[str]:
    """The syllables that the Mandarin in a text is spoken with."""
    found: list[str] = []
    for sentence in read_text(text, language="zh"):
        for clause in clauses(sentence.tokens):
            words = [token for token in clause.tokens if token.kind == "word"]
            for language, group in groupby(words, lambda token: token.language):
                if language == "zh":
                    found += [f"{one.base}{one.tone}" for one in syllables(list(group))]
    return found


def score(found: list[str], wanted: str) -> Score:
    """Compares syllables with the pinyin wanted, by the least edits."""
    gold = wanted.split()
    return Score(len(gold), _edits(found, gold, _same_base), _edits(found, gold, _same))


def _edits(found: list[str], gold: list[str], same: object) -> int:
    row = list(range(len(gold) + 1))
    for one in found:
        diagonal, row[0] = row[0], row[0] + 1
        for place, other in enumerate(gold, start=1):
            diagonal, row[place] = (
                row[place],
                min(row[place] + 1, row[place - 1] + 1, diagonal + (not same(one, other))),
            )
    return row[-1]


def _same_base(found: str, gold: str) -> bool:
    return any(found[:-1] == base for base, _ in _alternatives(gold))


def _same(found: str, gold: str) -> bool:
    return any(found[:-1] == base and found[-1] in tones for base, tones in _alternatives(gold))


def _alternatives(gold: str) -> list[tuple[str, str]]:
    found = [re.fullmatch(r"([a-z]+)([1-5](?:/[1-5])*)", one) for one in gold.split("|")]
    return [(match[1], match[2]) for match in found if match]
