"""Manifests for tests: short films, and rows that are wrong in every way."""

from __future__ import annotations

import csv
from pathlib import Path

COLUMNS = (
    *("text", "text_file", "portrait", "voice", "language", "size", "fps", "speed", "out", "srt"),
    *("lexicon", "life"),
)
SMALL = {"size": "64x64", "fps": "4", "life": "0"}

BAD = (
    ({"portrait": "poet"}, "says nothing"),
    ({"text": "Both.", "text_file": "both.txt"}, "text and text_file"),
    ({"text_file": "missing.txt"}, "no file"),
    ({"text": "Who?", "portrait": "readr"}, "Did you mean 'reader'?"),
    ({"text": "Who?", "voice": "csmc"}, "csmsc"),
    ({"text": "How fast?", "speed": "fast"}, "speed cannot be 'fast'"),
    ({"text": "How large?", "size": "127x128"}, "size cannot be '127x128'"),
    ({"text": "Out.", "out": "../escaped"}, "has a / in it"),
    ({"text": "Twice.", "out": "FILM-1"}, "is taken by line"),
    ({"text": "Говорит Москва.", "voice": "zh"}, "cannot speak"),
    ({"text": "Maybe.", "srt": "perhaps"}, "srt cannot be 'perhaps'"),
    ({"text": "Words.", "lexicon": "missing.lex"}, "missing.lex"),
)
"""Values of bad rows, and what is said of them."""

WORDS = (
    "Good evening.",
    "Hello.",
    "Rain.",
    "早上好。",
    "News.",
    "明月几时有？",
    "One two.",
    "Well.",
)


def write_manifest(path: Path, films: int, bad: int = 0, same_words: bool = True) -> list[str]:
    """A table of so many good rows, with bad ones between them; returns the films' names."""
    every = max(1, films // bad) if bad else 0
    names: list[str] = []
    with path.open("w", encoding="utf-8", newline="") as stream:
        table = csv.DictWriter(stream, COLUMNS)
        table.writeheader()
        wrong = 0
        for number in range(1, films + 1):
            words = WORDS[number % len(WORDS)]
            text = words if same_words else f"{words} {number}."
            portrait = ("reader", "poet")[number % 2]
            row = {"text": text, "portrait": portrait, "out": f"film-{number}", **SMALL}
            table.writerow(row)
            names.append(f"film-{number}.mp4")
            if every and number % every == 0 and wrong < bad:
                table.writerow(BAD[wrong % len(BAD)][0])
                wrong += 1
    return names
