"""A hundred scripts with one thing wrong: each is refused with its line, the value and a remedy."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from PIL import Image

from talker.errors import UsageError
from talker.script.loading import load_script

POEM = "---\nkind: poem\n{}\n---\n床前明月光，\n疑是地上霜。\n"
NEWS = "---\nkind: news\n{}\n---\n# Rain\nIt rains.\n"
TALK = "---\nkind: dialogue\ncast:\n  Anna: reader\n  Ben: poet\n{}\n---\nAnna: Hello.\n"
POEM_BODY = "---\nkind: poem\n---\n{}\n"
NEWS_BODY = "---\nkind: news\n---\n# Rain\n{}\n"
TALK_BODY = "---\nkind: dialogue\ncast: {{Anna: reader, Ben: poet}}\n---\n{}\n"

# What is wrong: a script, the line, what the problem names, what the remedy says.
WRONG: dict[str, tuple[str, int, str, str]] = {
    # The file and its header.
    "no header": ("床前明月光，\n", 1, "床前明月光", "---"),
    "no header after blank lines": ("\n\n# Title\n", 3, "# Title", "kind: poem"),
    "open header": ("---\nkind: poem\ntitle: x\n", 1, "not closed", "Write ---"),
    "empty header": ("---\n---\nwords\n", 1, "kind", "poem, news or dialogue"),
    "no kind": ("---\ntitle: A\n---\nwords\n", 1, "no 'kind'", "poem, news or dialogue"),
    "header of words": ("---\njust words\n---\nwords\n", 2, "just words", "key: value"),
    "header of a list": ("---\n- kind\n---\nwords\n", 2, "a list", "key: value"),
    "control character": (POEM.format("title: a\x07b"), 3, "U+0007", "Delete"),
    "zero byte": (POEM_BODY.format("床前\0"), 4, "U+0000", "Delete"),
    "unknown kind": ("---\nkind: peom\n---\nwords\n", 2, "'peom'", "Did you mean 'poem'"),
    "other kind": ("---\nkind: opera\n---\nwords\n", 2, "'opera'", "poem, news, dialogue"),
    "empty kind": ("---\nkind:\n---\nwords\n", 2, "'kind' is empty", "take 'kind' out"),
    # YAML.
    "tab in YAML": (POEM.format("background:\n\tfile: a.jpg"), 4, "file: a.jpg", "spaces"),
    "colon in text": (POEM.format("title: Moon: a song"), 3, "Moon: a song", "quotes"),
    "open quotation": (POEM.format('title: "Moon'), 3, '"Moon', "quotation marks"),
    "open list": (POEM.format("background: [a, b"), 3, "no YAML", "quotes"),
    "no colon": (POEM.format("title Moon"), 3, "title Moon", "key: value"),
    "twice": (POEM.format("title: A\ntitle: B"), 4, "first in line 3", "Keep one"),
    "twice in cast": (TALK.format("  Anna: poet"), 6, "'Anna' is there twice", "Keep one"),
    "anchor": (POEM.format("title: &a Moon"), 3, "'&a'", "quotes"),
    "alias": (POEM.format("title: *a"), 3, "'*a'", "quotes"),
    "tag": (POEM.format("title: !!python/object:os.system x"), 3, "!!python", "quotes"),
    "deep nesting": (POEM.format("background: [[[[[[[[[x]]]]]]]]]"), 3, "in each other", "Nest"),
    "list as key": (POEM.format("[a, b]: c"), 3, "a key is no plain text", "key: value"),
    "at sign": (POEM.format("title: @home"), 3, "@home", "quotes"),
    # Keys.
    "unknown key": (POEM.format("voise: zh"), 3, "'voise'", "Did you mean 'voice'"),
    "capital key": (POEM.format("Title: A"), 3, "'Title'", "Did you mean 'title'"),
    "far key": (POEM.format("zzz: 1"), 3, "'zzz'", "The keys are: kind, title"),
    "key of news in poem": (POEM.format("ticker: [a]"), 3, "one of news", "kind: news"),
    "key of poem in news": (NEWS.format("author: A"), 3, "one of poem", "kind: poem"),
    "key of dialogue in news": (NEWS.format("cast: {A: poet}"), 3, "one of dialogue", "Take"),
    "list as title": (POEM.format("title: [a, b]"), 3, "'title' is a list", "title: text"),
    "mapping as title": (POEM.format("title: {a: b}"), 3, "is a mapping", "quotes"),
    "empty title": (POEM.format("title:"), 3, "'title' is empty", "take 'title' out"),
    "long title": (POEM.format(f"title: {'x' * 201}"), 3, "201 characters", "at most 200"),
    # Values of the header.
    "portrait near": (POEM.format("portrait: poett"), 3, "'poett'", "Did you mean 'poet'"),
    "portrait far": (POEM.format("portrait: zebra"), 3, "'zebra'", "talker portraits"),
    "portrait file": (POEM.format("portrait: me.png"), 3, "'me.png'", "looked for from"),
    "portrait is text": (POEM.format("portrait: a/words.txt"), 3, "'a/words.txt'", "picture"),
    "voice near": (POEM.format("voice: zh-mann"), 3, "'zh-mann'", "zh-man"),
    "voice far": (POEM.format("voice: qqqqq"), 3, "'qqqqq'", "talker voices"),
    "voice file": (POEM.format("voice: gone.onnx"), 3, "gone.onnx", "spelling"),
    "view": (POEM.format("view: bustt"), 3, "'bustt'", "Did you mean 'bust'"),
    "together alone": (POEM.format("view: together"), 3, "'together'", "full, bust"),
    "captions": (POEM.format("captions: karaoki"), 3, "'karaoki'", "'karaoke'"),
    "captions far": (POEM.format("captions: 3d"), 3, "'3d'", "line, karaoke, vertical"),
    "transition": (POEM.format("transition: disolve"), 3, "'disolve'", "'dissolve'"),
    "theme near": (POEM.format("theme: inkk"), 3, "'inkk'", "Did you mean 'ink'"),
    "theme file": (POEM.format("theme: my.toml"), 3, "'my.toml'", "looked for from"),
    "theme is no TOML": (POEM.format("theme: picture.png"), 3, "no theme", ".toml"),
    "size": (POEM.format("size: big"), 3, "'big'", "WIDTHxHEIGHT"),
    "odd size": (POEM.format("size: 1281x720"), 3, "'1281x720'", "1282x720"),
    "tiny size": (POEM.format("size: 10x10"), 3, "'10x10'", "64"),
    "fps": (POEM.format("fps: fast"), 3, "'fast'", "29.97"),
    "zero fps": (POEM.format("fps: 0"), 3, "'0'", "1 to 120"),
    "fps by zero": (POEM.format("fps: 1/0"), 3, "'1/0'", "29.97"),
    "language": (POEM.format("language: Chinese!"), 3, "'Chinese!'", "zh"),
    "language of nobody": (POEM.format("language: xx"), 3, "'xx'", "talker voices"),
    "voice of another language": (POEM.format("voice: en-woman"), 5, "'en-woman'", "zh"),
    "colour": (POEM.format('background: "#12"'), 3, "'#12'", "#203040"),
    "colour as comment": (POEM.format("background: #102030"), 3, "begins a comment", '"#203040"'),
    "three colours": (
        POEM.format('background: ["#111111", "#222222", "#333333"]'), 3, "3 colours", "gradient",
    ),
    "background file": (POEM.format("background: sea.jpg"), 3, "'sea.jpg'", "looked for from"),
    "background near": (POEM.format("background: pictur.png"), 3, "'pictur.png'", "'picture.png'"),
    "background key": (POEM.format("background: {fil: a.jpg}"), 3, "'fil'", "'file'"),
    "background of nothing": (POEM.format("background: {zoom: true}"), 3, "neither", "one of them"),
    "zoom": (
        POEM.format("background: {file: picture.png, zoom: slow}"), 3, "'slow'", "true or false",
    ),
    "no picture inside": (POEM.format("background: fake.png"), 3, "'fake.png'", "picture"),
    "empty file": (POEM.format("background: empty.png"), 3, "'empty.png' is empty", "picture"),
    "folder": (POEM.format("background: a"), 3, "'a' is a folder", "file in it"),
    "address": (POEM.format("background: 'https://e.org/a.png'"), 3, "address", "Save it"),
    "music": (POEM.format("music: gone.mp3"), 3, "'gone.mp3'", "looked for from"),
    "music is a picture": (POEM.format("music: picture.png"), 3, "no sound", ".wav"),
    "music without file": (POEM.format("music: {level: -28}"), 3, "no file", "file: music.mp3"),
    "loud music": (POEM.format("music: {file: hum.wav, level: -3}"), 3, "'-3'", "-50 to -18 LUFS"),
    "music key": (POEM.format("music: {file: hum.wav, volume: 3}"), 3, "'volume'", "duck"),
    "duck": (POEM.format("music: {file: hum.wav, duck: -5}"), 3, "'-5'", "0 to 30 dB"),
    "lexicon": (POEM.format("lexicon: gone.txt"), 3, "'gone.txt'", "looked for from"),
    "lexicon line": (POEM.format("lexicon: a/words.txt"), 3, "line 1", "重庆 = chong2 qing4"),
    "read_title": (POEM.format("read_title: maybe"), 3, "'maybe'", "true or false"),
    "date": (NEWS.format("date: 23.11.2026"), 3, "'23.11.2026'", "YYYY-MM-DD"),
    "no such day": (NEWS.format("date: 2026-02-30"), 3, "'2026-02-30'", "YYYY-MM-DD"),
    "role of nobody": (NEWS.format("role: Reader"), 3, "'Reader'", "presenter"),
    "empty ticker": (NEWS.format("ticker: []"), 3, "no list", "[one, two]"),
    "ticker of mappings": (NEWS.format("ticker:\n  - Now: rain"), 4, "a mapping", "quotes"),
    "opening": (NEWS.format("opening: 5"), 3, "'5'", "true or false"),
    # The cast.
    "no cast": ("---\nkind: dialogue\n---\nAnna: Hi.\n", 2, "a cast", "Anna: reader"),
    "empty cast": ("---\nkind: dialogue\ncast:\n---\nA: x\n", 3, "cast is empty", "Anna: reader"),
    "cast of names": (
        "---\nkind: dialogue\ncast: [A, B]\n---\nA: x\n", 3, "no mapping", "Anna: reader",
    ),
    "cast portrait": (TALK.format("  Cy: readr"), 6, "'readr'", "'reader'"),
    "cast voice": (TALK.format("  Cy: {portrait: poet, voice: zhh}"), 6, "'zhh'", "zh"),
    "cast key": (TALK.format("  Cy: {portait: poet}"), 6, "'portait'", "'portrait'"),
    "cast face": (TALK.format("  Cy: {portrait: poet, face: left}"), 6, "'left'", "0 to 99"),
    "cast without portrait": (TALK.format("  Cy: {voice: zh}"), 3, "'Cy'", "reader"),
    "alike names": (TALK.format("  ANNA: poet"), 6, "'Anna' and 'ANNA'", "of their own"),
    "name with bracket": (TALK.format('  "C]y": poet'), 6, "']'", "letters"),
    # Turns.
    "unknown speaker": (TALK_BODY.format("Anna: Hi.\n\nBenn: Hi."), 7, "'Benn'", "'Ben'"),
    "far speaker": (TALK_BODY.format("Anna: Hi.\nZoltan: Hi."), 6, "'Zoltan'", "Anna, Ben"),
    "unknown in Chinese": (TALK_BODY.format("Anna: Hi.\n小明：你好。"), 6, "'小明'", "Anna, Ben"),
    "nobody": (TALK_BODY.format("Hello there."), 5, "nobody says", "Anna: or Ben:"),
    "nobody after heading": (
        TALK_BODY.format("Anna: Hi.\n\n# Later\nHello."), 8, "'Hello.'", "Anna: or Ben:",
    ),
    "silent speaker": (TALK_BODY.format("Anna:\n\nBen: Hi."), 5, "'Anna' says nothing", "colon"),
    "nothing said": (TALK_BODY.format(""), 5, "nobody says", "Anna: Hello."),
    "scene without turns": (
        TALK_BODY.format("# One\n\n# Two\nAnna: Hi."), 5, "'One'", "Anna: Hello.",
    ),
    "voice in a dialogue": (
        TALK_BODY.format("# One\n[voice: en]\nAnna: Hi."), 6, "of its own", "cast",
    ),
    # Settings of scenes.
    "unknown setting": (NEWS_BODY.format("[voise: en]\nRain."), 5, "'voise'", "'voice'"),
    "far setting": (NEWS_BODY.format("[zoom: 3]\nRain."), 5, "'zoom'", "view, transition"),
    "music of a scene": (NEWS_BODY.format("[music: a.mp3]\nRain."), 5, "'a.mp3'", "looked for"),
    "settings, one unknown": (NEWS_BODY.format("[view: full] [zoom: 3]\nA."), 5, "'zoom'", "view"),
    "setting and pause": (NEWS_BODY.format("[view: full] [pause 1s]\nA."), 5, "[pause 1s]", "view"),
    "setting and picture": (NEWS_BODY.format("[view: full] [picture: a]\nA."), 5, "more", "own"),
    "setting too late": (NEWS_BODY.format("Rain.\n\n[view: full]\n\nMore."), 7, "after", "heading"),
    "setting among words": (NEWS_BODY.format("Rain [view: full] falls."), 5, "among words", "own"),
    "setting twice": (NEWS_BODY.format("[view: full]\n[view: bust]\nRain."), 6, "twice", "Keep"),
    "setting of nothing": (NEWS_BODY.format("[view: ]\nRain."), 5, "'view' is empty", "Give it"),
    "scene voice": (NEWS_BODY.format("[voice: enn]\nRain."), 5, "'enn'", "en"),
    "scene portrait": (NEWS_BODY.format("[portrait: readr]\nRain."), 5, "'readr'", "'reader'"),
    "scene view": (NEWS_BODY.format("[view: cornr]\nRain."), 5, "'cornr'", "'corner'"),
    "scene view together": (NEWS_BODY.format("[view: together]\nRain."), 5, "together", "full"),
    "scene transition": (NEWS_BODY.format("[transition: wipe]\nRain."), 5, "'wipe'", "cut, diss"),
    "scene captions": (NEWS_BODY.format("[captions: karaoke]\nRain."), 5, "'karaoke'", "true or"),
    "scene background": (NEWS_BODY.format("[background: no.png]\nRain."), 5, "'no.png'", "looked"),
    "scene colour": (NEWS_BODY.format("[background: #12345]\nRain."), 5, "'#12345'", "#203040"),
    # Directions.
    "unknown direction": (NEWS_BODY.format("It [sloow]rains[/sloow]."), 5, "'[sloow]'", "'slow'"),
    "far direction": (NEWS_BODY.format("It rains [sic]."), 5, "'[sic]'", r"\["),
    "open slow": (NEWS_BODY.format("It\n[slow]rains\nhere.\n\nMore."), 6, "'[slow]'", "[/slow]"),
    "slow over paragraphs": (NEWS_BODY.format("[slow]It\n\nrains.[/slow]"), 5, "'[slow]'", "same"),
    "close without open": (NEWS_BODY.format("It rains.[/slow]"), 5, "'[/slow]'", "[slow] before"),
    "misnested": (
        NEWS_BODY.format("[slow]It [emphasis]rains[/slow]."), 5, "[/slow]", "[/emphasis]",
    ),
    "slow in slow": (NEWS_BODY.format("[slow]It [slow]rains[/slow][/slow]"), 5, "another", "first"),
    "slow with value": (NEWS_BODY.format("[slow 50%]It[/slow] rains."), 5, "[slow 50%]", "[slow]…"),
    "end of pause": (NEWS_BODY.format("It [/pause] rains."), 5, "'[/pause]'", "Take it out"),
    "pause": (NEWS_BODY.format("It [pause long] rains."), 5, "'[pause long]'", "[pause 0.8s]"),
    "endless pause": (NEWS_BODY.format("It [pause 99s] rains."), 5, "'[pause 99s]'", "shorter"),
    "open bracket": (NEWS_BODY.format("It [slow rains."), 5, "'['", r"\["),
    "open brace": (NEWS_BODY.format("It {rains."), 5, "'{'", r"\{"),
    "brace": (NEWS_BODY.format("It {loudly} rains."), 5, "'{loudly}'", "pinyin"),
    "brace near": (POEM_BODY.format("长{pinyn:zhang3}大"), 4, "pinyn", "Did you mean 'pinyin'"),
    "pinyin of no word": (NEWS_BODY.format("It {pinyin:yu3} rains."), 5, "1 syllables", "重庆"),
    "too many syllables": (POEM_BODY.format("大长{pinyin:a1 b2 c3}"), 4, "3 syllables", "重庆"),
    "no pinyin": (POEM_BODY.format("长{pinyin:xyz9}大"), 4, "'xyz9'", "chong2 qing4"),
    "pinyin of nothing": (POEM_BODY.format("长{pinyin:}大"), 4, "says nothing", "重庆"),
    "picture": (NEWS_BODY.format("Rain.\n\n![Rain](rain.png)\n\nMore."), 7, "'rain.png'", "looked"),
    "picture near": (NEWS_BODY.format("[picture: pictures.png] Rain."), 5, "s.png", "picture.png"),
    "picture of nothing": (NEWS_BODY.format("[picture: ] Rain."), 5, "no picture", "file.jpg"),
    "picture in slow": (
        NEWS_BODY.format("[slow]It [picture: picture.png] rains[/slow]."), 5, "inside", "[/slow]",
    ),
    "picture at the end": (
        NEWS_BODY.format("Rain.\n\n![Rain](picture.png)"), 7, "'picture.png'", "before the words",
    ),
    "picture of the web": (NEWS_BODY.format("![](https://e.org/r.png)\nRain."), 5, "address", ""),
    # Markdown that cannot be said.
    "HTML": (NEWS_BODY.format("It <b>rains</b>."), 5, "'<b>'", r"\<"),
    "comment": (NEWS_BODY.format("Rain.\n<!-- more -->"), 6, "<!-- more -->", "Take it out"),
    "break tag": (NEWS_BODY.format("Rain.<br/>More."), 5, "'<br/>'", "Take it out"),
    "SSML": (NEWS_BODY.format("<speak>Rain.</speak>"), 5, "'<speak>'", "Take it out"),
    "table": (NEWS_BODY.format("Rain.\n\n| a | b |"), 7, "table", "sentences"),
    "table rule": (NEWS_BODY.format("a | b\n--- | ---"), 6, "table", "sentences"),
    "code": (NEWS_BODY.format("Rain.\n\n```python\nx = 1\n```"), 7, "```python", "words alone"),
    "rule": (NEWS_BODY.format("Rain.\n\n***\n\nMore."), 7, "'***'", "heading"),
    "underlined heading": (NEWS_BODY.format("Rain\n===="), 6, "'===='", "heading"),
    "deep heading": (NEWS_BODY.format("Rain.\n\n### Rain"), 7, "level 3", "one # or two"),
    "heading without space": (NEWS_BODY.format("#Rain\nIt rains."), 5, "'#Rain'", "space"),
    "empty heading": (NEWS_BODY.format("Rain.\n\n##\n\nMore."), 7, "'##'", "words"),
    "direction in heading": ("---\nkind: news\n---\n# [slow]A[/slow]\nB.\n", 4, "[slow]", "shown"),
    "footnote": (NEWS_BODY.format("It rains.[^1]"), 5, "'[^1]'", r"\["),
    # Words.
    "no verses": (POEM_BODY.format(""), 4, "no verses", "under the header"),
    "heading alone": (POEM_BODY.format("床前\n\n## 二\n"), 6, "'二'", "heading"),
    "no items": ("---\nkind: news\n---\n\n", 4, "no items", "headline"),
    "item without words": ("---\nkind: news\n---\n# A\n\n# B\nC.\n", 4, "'A'", "Write"),
    "only signs": (NEWS_BODY.format("Rain.\n\n…\n"), 7, "'…'", "[pause 1s]"),
    "only emoji": (TALK_BODY.format("Anna: 🙂"), 5, "'🙂'", "[pause 1s]"),
    "voice of other words": (
        TALK.replace("Ben: poet", "Ben: {{portrait: poet, voice: en}}").format("")
        + "Ben: 你好，今天天气很好。\n", 9, "'en'", "zh",
    ),
}  # fmt: skip


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A folder with a few files that a script may name."""
    Image.new("RGB", (32, 32), "navy").save(tmp_path / "picture.png")
    (tmp_path / "fake.png").write_text("no picture")
    (tmp_path / "empty.png").touch()
    (tmp_path / "hum.wav").write_bytes(b"RIFF")
    (tmp_path / "a").mkdir()
    (tmp_path / "a" / "words.txt").write_text("no entry\n")
    return tmp_path


@pytest.mark.parametrize("wrong", WRONG)
def test_a_wrong_script_is_refused_with_its_line(folder: Path, wrong: str) -> None:
    script, line, named, remedy = WRONG[wrong]
    path = folder / "script.md"
    path.write_text(script, encoding="utf-8")
    with pytest.raises(UsageError) as refused:
        load_script(path)
    assert refused.value.problem.startswith(f"In line {line} of '{path}': ")
    assert named in refused.value.problem
    assert remedy in refused.value.remedy
    assert re.fullmatch(r"[^.].*[^.\s]\.", refused.value.problem, re.DOTALL)
    assert "\n" not in f"{refused.value}"


def test_there_are_a_hundred_of_them() -> None:
    assert len(WRONG) >= 100


@pytest.mark.parametrize(
    ("content", "line", "encoding"),
    [
        ("---\nkind: poem\n---\n床前明月光，疑是地上霜。\n".encode("gb18030"), 4, "GB18030"),
        ("---\nkind: poem\ntitle: Café\n---\nUn café.\n".encode("cp1252"), 3, "Windows-1252"),
        ("---\nkind: poem\n---\nOne.\n".encode("utf-16"), 1, "UTF-16"),
    ],
)
def test_another_encoding_is_named(
    tmp_path: Path, content: bytes, line: int, encoding: str
) -> None:
    path = tmp_path / "script.md"
    path.write_bytes(content)
    with pytest.raises(UsageError, match=f"In line {line} of .*UTF-8.*{encoding}") as refused:
        load_script(path)
    assert "iconv" in refused.value.remedy


def test_files_that_are_no_script(tmp_path: Path) -> None:
    empty, large = tmp_path / "empty.md", tmp_path / "large.md"
    empty.write_text("\n \n")
    large.write_text("x" * 5_000_001)
    for path, problem in (
        (empty, "is empty"),
        (large, "5 million bytes"),
        (tmp_path, "is a folder"),
        (tmp_path / "gone.md", "There is no script"),
        (Path("nul\0.md"), "cannot be read"),
    ):
        with pytest.raises(UsageError, match=problem):
            load_script(path)


def test_the_first_of_two_errors_is_told(tmp_path: Path) -> None:
    path = tmp_path / "script.md"
    path.write_text("---\nvoise: en\nkind: opera\n---\n[voise: en]\n")
    with pytest.raises(UsageError, match="In line 2"):
        load_script(path)
    path.write_text("---\nkind: news\n---\n# A\nIt [sic] rains.\n\n# B\n[view: x]\nC.\n")
    with pytest.raises(UsageError, match="In line 5"):
        load_script(path)
