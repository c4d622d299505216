"""The examples of docs/script.md, and the scripts of examples/, are what they say."""

from __future__ import annotations

import re
import shutil
from pathlib import Path

import pytest
from running import ROOT

from talker.script.header import ALONE, CAPTIONS, KINDS, TRANSITIONS, Header
from talker.script.loading import load_script
from talker.script.values import THEMES
from talker.text.reading import read_text

DOCS = (ROOT / "docs" / "script.md").read_text(encoding="utf-8")
EXAMPLES = re.findall(r"^```talker\n(.*?)^```", DOCS, re.MULTILINE | re.DOTALL)


@pytest.mark.parametrize("number", range(len(EXAMPLES)))
def test_an_example_of_the_docs_loads(number: int, tmp_path: Path) -> None:
    for name in ("lighthouse.jpg", "map.png"):
        shutil.copy(ROOT / "examples" / "lighthouse.jpg", tmp_path / name)
    path = tmp_path / "example.md"
    path.write_text(EXAMPLES[number], encoding="utf-8")
    script = load_script(path)
    assert script.kind in KINDS
    assert sum(scene.form == "talk" for scene in script.scenes) >= 1
    for scene in script.scenes:
        for utterance in scene.utterances:
            assert list(read_text(utterance.text, language=script.language))


def test_every_kind_has_an_example() -> None:
    kinds = {re.search(r"^kind: (\w+)", example, re.MULTILINE)[1] for example in EXAMPLES}  # type: ignore[index]
    assert kinds == set(KINDS)


def test_the_docs_name_every_key_and_every_choice() -> None:
    for name in Header.__slots__:
        assert f"`{name}`" in DOCS, name
    for word in (*ALONE, "together", *CAPTIONS, *TRANSITIONS, *THEMES):
        assert f"`{word}`" in DOCS, word


@pytest.mark.parametrize(
    ("name", "kind", "talks"),
    [
        ("shuidiao", "poem", 1),
        ("bulletin", "news", 4),
        ("talk", "dialogue", 2),
        ("short", "dialogue", 1),
    ],
)
def test_the_examples_load(name: str, kind: str, talks: int) -> None:
    script = load_script(ROOT / "examples" / f"{name}.md")
    assert script.kind == kind
    assert sum(scene.form == "talk" for scene in script.scenes) == talks
    assert [scene.number for scene in script.scenes] == list(range(1, len(script.scenes) + 1))
    for scene in script.scenes:
        assert set(scene.speakers) <= set(script.cast)
        assert {utterance.speaker for utterance in scene.utterances} <= set(script.cast)
