from __future__ import annotations

import json
import time
import tracemalloc
from pathlib import Path

import pytest
from batch.manifests import BAD, write_manifest

from talker.batch.columns import read_defaults
from talker.batch.naming import FOLDER_NAME, USUAL_NAME, check_template, name_of, slug
from talker.batch.order import BadRow, Order, job_of
from talker.batch.reading import read_rows
from talker.batch.vetting import Vetting
from talker.errors import UsageError
from talker.jobs import SayJob
from talker.narration.job import NarrateJob


def vetted(
    manifest: Path, name: str = USUAL_NAME, **defaults: str
) -> tuple[list[Order], list[BadRow]]:
    orders: list[Order] = []
    bad: list[BadRow] = []
    for row in Vetting(read_rows(manifest), defaults, name).orders():
        if isinstance(row, Order):
            orders.append(row)
        else:
            bad += row
    return orders, bad


def written(folder: Path, name: str, content: str | bytes) -> Path:
    path = folder / name
    path.write_bytes(content if isinstance(content, bytes) else content.encode())
    return path


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("jobs.csv", 'text,out,Life\n"Good, evening.",one,0.2\n早上好。,two,\n'),
        ("jobs.csv", "\ufefftext;out;life\r\nGood, evening.;one;0.2\r\n\r\n早上好。;two;\r\n"),
        ("jobs.tsv", "text\tout\tlife\nGood, evening.\tone\t0.2\n早上好。\ttwo\t\n"),
        (
            "jobs.jsonl",
            '{"text": "Good, evening.", "out": "one", "life": 0.2}\n\n'
            '{"text": "早上好。", "out": "two"}\n',
        ),
        (
            "jobs.yaml",
            "- text: Good, evening.\n  out: one\n  life: 0.2\n- text: 早上好。\n  out: two\n"
            "  life: ~\n",
        ),
    ],
)
def test_every_kind_of_manifest_says_the_same(tmp_path: Path, name: str, content: str) -> None:
    orders, bad = vetted(written(tmp_path, name, content))
    assert bad == []
    assert [order.name for order in orders] == ["one.mp4", "two.mp4"]
    assert [order.fields for order in orders] == [{"text": "Good, evening."}, {"text": "早上好。"}]
    assert [order.settings for order in orders] == [{"life": "0.2"}, {}]
    assert [order.number for order in orders] == [1, 2]


def test_a_folder_of_texts_is_a_manifest(tmp_path: Path) -> None:
    written(tmp_path, "b.txt", "Good evening.")
    written(tmp_path, "a.md", "---\nkind: poem\ntitle: Rain\n---\n\nIt rains.\n\nIt pours.\n")
    written(tmp_path, "c.png", b"no text")
    orders, bad = vetted(tmp_path, FOLDER_NAME)
    assert bad == []
    assert [(order.name, order.kind) for order in orders] == [
        ("a.mp4", "narrate"),
        ("b.mp4", "say"),
    ]
    narrated, said = (job_of(order, Path("/films")) for order in orders)
    assert isinstance(narrated, NarrateJob)
    assert narrated.script == tmp_path / "a.md"
    assert narrated.captions == {"burn"}
    assert isinstance(said, SayJob)
    assert (said.text, said.output) == ("Good evening.", Path("/films/b.mp4"))


def test_what_a_script_says_itself_is_refused_in_its_row_and_ignored_as_a_default(
    tmp_path: Path,
) -> None:
    written(tmp_path, "a.md", "---\nkind: poem\ntitle: Rain\n---\n\nIt rains.\n")
    manifest = written(
        tmp_path, "jobs.csv", "script,voice,captions,text\na.md,,soft,\na.md,en,,\n,,soft,Hi.\n"
    )
    orders, bad = vetted(manifest, voice="en")
    assert [order.fields["captions"] for order in orders] == ["soft"]
    assert [(row.line, row.column) for row in bad] == [(3, "voice"), (4, "captions")]


def test_defaults_stand_in_the_header_and_on_the_command_line(tmp_path: Path) -> None:
    lines = '{"defaults": {"life": 0.1, "speed": 1.5}}\n{"text": "A.", "life": 0.3}\n{"text": "B."}'
    tree = "defaults: {life: 0.1, speed: 1.5}\njobs:\n- {text: A., life: 0.3}\n- text: B.\n"
    for manifest in (
        written(tmp_path, "j.jsonl", lines),
        written(tmp_path, "j.yaml", tree),
    ):
        orders, _ = vetted(manifest)
        assert [order.settings for order in orders] == [
            {"speed": "1.5", "life": "0.3"},
            {"speed": "1.5", "life": "0.1"},
        ]
        orders, _ = vetted(manifest, **read_defaults(["Speed=2", "lead-in=0.5"]))
        assert orders[1].settings == {"speed": "2", "life": "0.1", "lead_in_s": "0.5"}
    with pytest.raises(UsageError, match="Did you mean 'speed'"):
        read_defaults(["sped=2"])
    with pytest.raises(UsageError, match="sets nothing"):
        read_defaults(["speed"])


def test_bad_rows_are_told_with_line_value_and_remedy_all_at_once(tmp_path: Path) -> None:
    write_manifest(tmp_path / "jobs.csv", len(BAD), len(BAD))
    orders, bad = vetted(tmp_path / "jobs.csv")
    assert len(orders) == len(BAD)
    assert [row.line for row in bad] == list(range(3, 3 + 2 * len(BAD), 2))
    for row, (values, words) in zip(bad, BAD, strict=True):
        assert words in row.problem
        assert row.remedy.endswith((".", "portraits", "voices", "in them."))
        assert row.value in ("", *values.values())


def test_everything_that_is_wrong_with_a_row_is_told(tmp_path: Path) -> None:
    row = '{"text": "A.", "sped": 2, "life": 7, "size": "3x3", "srt": "perhaps", "portrait": "x"}'
    _, bad = vetted(written(tmp_path, "j.jsonl", row))
    assert {row.column for row in bad} >= {"sped", "life", "size"}
    (unknown,) = (row for row in bad if row.column == "sped")
    assert unknown.value == "2"
    assert "Did you mean 'speed'" in unknown.problem


@pytest.mark.parametrize(
    ("name", "content", "line", "words"),
    [
        ("j.csv", 'text,out\nA.,a\n"B.,b\nC.,c\n', 3, "never closed"),
        ("j.csv", "text,out\nA.,a\nB,c.,b,d\n", 3, "4 values for 2 columns"),
        ("j.csv", b"text,out\nA.,a\n\xc4\xe3\xba\xc3,b\n", 3, "UTF-8"),
        ("j.jsonl", '{"text": "A."}\n{"text": "B.\n{"text": "C."}\n', 2, "no JSON"),
        ("j.jsonl", '{"text": "A."}\n["B."]\n', 2, "no names and values"),
        ("j.jsonl", '{"text": "A."}\n{"text": ["B."]}\n', 2, "list or a table"),
        ("j.jsonl", b'{"text": "A."}\n{"text": "\xff"}\n', 2, "UTF-8"),
        ("j.yaml", "- text: A.\n- text: [B.]\n- text: C.\n", 2, "list or a table"),
        ("j.yaml", "- text: A.\n- text: 'B.\n", 2, "no YAML"),
        ("j.yaml", "- text: A.\n- text: &a B.\n- text: *a\n", 3, "list or a table"),
        ("j.yaml", b"- text: A.\n- text: \xc4\xe3\n", 2, "UTF-8"),
        ("j.yaml", "- text: A.\n- B.\n", 2, "no names and values"),
    ],
)
def test_a_row_that_cannot_be_read_leaves_the_others(
    tmp_path: Path, name: str, content: str | bytes, line: int, words: str
) -> None:
    orders, bad = vetted(written(tmp_path, name, content))
    assert orders[0].fields["text"] == "A."
    assert [(row.line, words in row.problem) for row in bad] == [(line, True)]


@pytest.mark.parametrize(
    ("name", "content", "words"),
    [
        ("j.csv", "txt,outt\nA.,a\n", "'txt'. Did you mean 'text'"),
        ("j.csv", "text,text\nA.,a\n", "twice"),
        ("j.csv", "", "empty"),
        ("j.csv", b"\xce\xc4\xd7\xd6,out\nA.,a\n", "UTF-8"),
        ("j.jsonl", '{"defaults": {"sped": 1}}\n{"text": "A."}\n', "Did you mean 'speed'"),
        ("j.yaml", "default: {}\njobs: []\n", "no 'default'"),
        ("j.yaml", "just words\n", "no list of jobs"),
        ("j.xlsx", "", "no manifest"),
    ],
)
def test_a_manifest_that_is_wrong_as_a_whole_is_refused(
    tmp_path: Path, name: str, content: str | bytes, words: str
) -> None:
    with pytest.raises(UsageError, match=words):
        vetted(written(tmp_path, name, content))


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Good evening. It is 7:30.", "good-evening-it-is-7-30"),
        ("明月几时有？把酒问青天。", "明月几时有-把酒问青天"),
        ("... !", "untitled"),
        ("[pause 2s] Über Maß & Ziel", "über-maß-ziel"),
        ("../../etc/passwd", "etc-passwd"),
        ("x" * 300, "x" * 40),
        ("word " * 30, "-".join(["word"] * 8)),
    ],
)
def test_slugs_are_the_first_words(text: str, expected: str) -> None:
    assert slug(text) == expected


@pytest.mark.parametrize(
    "out", ["../x", "/etc/x", "a/b", "a\\b", ".hidden", "a\nb", "con", "x" * 250, " ", "a:b"]
)
def test_names_that_leave_the_folder_or_the_safe_side_are_refused(tmp_path: Path, out: str) -> None:
    manifest = written(tmp_path, "j.jsonl", json.dumps({"text": "A.", "out": f"{out}.mp4"}))
    orders, bad = vetted(manifest)
    assert orders == []
    assert [row.column for row in bad] == ["out"]


@pytest.mark.parametrize(
    "template", ["{index.__class__}", "{0}", "{}", "{nope}", "{slug!r}", "{slug:>9}", "{", "{a[0]}"]
)
def test_templates_can_hold_known_names_alone(template: str) -> None:
    with pytest.raises(UsageError):
        check_template(template)


def test_templates_are_filled_in() -> None:
    check_template("{index:03}-{slug}-{voice}.mkv")
    values = {"index": 7, "slug": "rain", "voice": "espeak:fr"}
    assert name_of("{index:03}-{slug}-{voice}.mkv", values) == "007-rain-espeak-fr.mkv"


def test_a_name_that_is_taken_is_refused_with_both_lines(tmp_path: Path) -> None:
    manifest = written(tmp_path, "j.csv", "text,out\nA.,Same.mp4\nB.,b\nC.,same.mkv\n")
    orders, bad = vetted(manifest)
    assert [order.name for order in orders] == ["Same.mp4", "b.mp4"]
    (row,) = bad
    assert "line 2" in row.problem
    assert "line 4" in row.problem


def test_what_a_film_is_made_of_is_told_from_where_its_row_stands(tmp_path: Path) -> None:
    first, _ = vetted(written(tmp_path, "a.csv", "text,out\nA.,a\nB.,b\n"))
    moved, _ = vetted(written(tmp_path, "b.csv", "text,out\n,\n\nB.,b\nA.,a\n"))
    assert {order.made_of for order in first} == {order.made_of for order in moved}
    changed, _ = vetted(written(tmp_path, "c.csv", "text,out,seed\nA.,a,1\nB.,b,\n"))
    assert changed[0].made_of != first[0].made_of
    assert changed[1].made_of == first[1].made_of


def test_a_changed_picture_or_lexicon_is_another_film(tmp_path: Path, assets: None) -> None:
    from running import ROOT

    portrait = (ROOT / "portraits" / "reader.png").read_bytes()
    written(tmp_path, "me.png", portrait)
    written(tmp_path, "words", "Nguyen = /ŋwɪən/\n")
    manifest = written(tmp_path, "j.csv", "text,portrait,lexicon\nA.,me.png,words\n")
    (before,), _ = vetted(manifest)
    written(tmp_path, "words", "Nguyen = /ŋɪən/\n")
    (after,), _ = vetted(manifest)
    assert before.made_of != after.made_of
    written(tmp_path, "me.png", portrait + b"\0")
    (again,), _ = vetted(manifest)
    assert again.made_of != after.made_of


@pytest.mark.parametrize("kind", ["csv", "jsonl", "yaml"])
def test_ten_thousand_rows_are_vetted_within_five_seconds_and_flat_memory(
    tmp_path: Path, kind: str, assets: None
) -> None:
    manifest = tmp_path / f"jobs.{kind}"
    with manifest.open("w", encoding="utf-8") as stream:
        if kind == "csv":
            stream.write("text,portrait,seed\n")
        for number in range(10_000):
            text = f"Item {number}: rain on the mountain, 今天天气晴朗."
            if kind == "csv":
                stream.write(f'"{text}",{("poet", "reader")[number % 2]},{number}\n')
            elif kind == "jsonl":
                stream.write(json.dumps({"text": text, "seed": number}) + "\n")
            else:
                stream.write(f"- text: '{text}'\n  seed: {number}\n")
    vetting = Vetting(read_rows(manifest), {}, USUAL_NAME)
    # Others may use the machine: the time that counts is this process's own.
    started_s = time.process_time()
    assert sum(isinstance(row, Order) for row in vetting.orders()) == 10_000
    assert time.process_time() - started_s < 5
    early = 0
    tracemalloc.start()
    for number, _ in enumerate(Vetting(read_rows(manifest), {}, USUAL_NAME).orders()):
        if number == 1_000:
            early, _ = tracemalloc.get_traced_memory()
    late, _ = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert late - early < 3_000_000
