"""What scripts become: scenes, who is in them, what is said and shown."""

from __future__ import annotations

from datetime import date
from fractions import Fraction
from pathlib import Path

import pytest
from PIL import Image

from talker.script.loading import load_script
from talker.script.phrases import written_day
from talker.script.scenes import Background, Music, Script, Speaker
from talker.text.reading import read_text
from talker.text.ssml import plain_text


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    Image.new("RGB", (32, 32), "navy").save(tmp_path / "sea.png")
    Image.new("RGB", (32, 32), "olive").save(tmp_path / "my_field_1.png")
    (tmp_path / "hum.wav").write_bytes(b"RIFF")
    (tmp_path / "words.txt").write_text("重庆 = chong2 qing4\n", encoding="utf-8")
    return tmp_path


def loaded(folder: Path, text: str | bytes) -> Script:
    path = folder / "script.md"
    path.write_bytes(text.encode() if isinstance(text, str) else text)
    return load_script(path)


def news(folder: Path, body: str, header: str = "") -> Script:
    return loaded(folder, f"---\nkind: news\nopening: false\nclosing: false\n{header}\n---\n{body}")


def said(script: Script) -> list[str]:
    """The words of all that is said in talks, without markup and tags."""
    return [
        plain_text(utterance.text)
        for scene in script.scenes
        if scene.form == "talk"
        for utterance in scene.utterances
    ]


def test_a_header_says_how_the_programme_is(folder: Path) -> None:
    script = loaded(
        folder,
        "---\nkind: poem\ntitle: 月\nlanguage: zh\nsize: 1080x1920\nfps: 30000/1001\ntheme: plain\n"
        "captions: karaoke\nportrait: storyteller\nvoice: zh\nview: circle\n"
        'background: {file: sea.png, colours: ["#ABCDEF"], zoom: no}\n'
        "music: {file: hum.wav, level: -30, duck: 12 dB}\nlexicon: words.txt\ntransition: cut\n"
        "read_title: no\n---\n明月\n",
    )
    assert (script.title, script.language, script.size) == ("月", "zh", (1080, 1920))
    assert (script.fps, script.theme, script.captions) == (
        Fraction(30000, 1001),
        "plain",
        "karaoke",
    )
    assert dict(script.cast) == {"": Speaker("", "storyteller", "zh")}
    assert {scene.music for scene in script.scenes} == {Music(folder / "hum.wav", -30, 12)}
    assert script.lexicon == (folder / "words.txt").resolve()
    card, talk = script.scenes
    assert (card.form, card.utterances, card.least_s) == ("card", (), 3.0)
    assert (talk.view, talk.transition) == ("circle", "cut")
    assert talk.background == Background(("#abcdef",), (folder / "sea.png").resolve(), zoom=False)


def test_a_scene_may_have_its_own_music_or_none(folder: Path) -> None:
    (folder / "ding.wav").write_bytes(b"RIFF")
    script = loaded(
        folder,
        "---\nkind: news\nmusic: {file: hum.wav, level: -30}\nopening: no\n---\nRain.\n\n"
        "# One\n[music: ding.wav]\nSnow.\n\n# Two\n[music: off]\nSun.\n",
    )
    files = [
        scene.music and (scene.music.file.name, scene.music.level_lufs) for scene in script.scenes
    ]
    assert files == [("hum.wav", -30), ("ding.wav", -30), None, ("hum.wav", -30)]


@pytest.mark.parametrize(
    ("kind", "body", "theme", "captions", "portrait"),
    [
        ("poem", "床前明月光", "ink", "vertical", "poet"),
        ("poem", "The sea is calm tonight", "ink", "line", "poet"),
        ("news", "It rains.", "newsroom", "line", "reader"),
    ],
)
def test_what_is_not_said_has_a_default(
    folder: Path, kind: str, body: str, theme: str, captions: str, portrait: str
) -> None:
    script = loaded(folder, f"---\nkind: {kind}\n---\n{body}\n")
    assert (script.theme, script.captions, script.title) == (theme, captions, "script")
    assert [speaker.portrait for speaker in script.cast.values()] == [portrait]
    assert (script.size, script.fps) == (None, 25)


def test_the_first_heading_is_the_title_where_there_is_none(folder: Path) -> None:
    script = loaded(folder, "---\nkind: poem\n---\n# *静夜思*\n床前明月光\n")
    assert [scene.title for scene in script.scenes] == ["静夜思", ""]


def test_the_reciter_names_the_poem(folder: Path) -> None:
    script = loaded(
        folder, "---\nkind: poem\ntitle: 水调歌头\nauthor: 苏轼\ndynasty: 宋\n---\n明月\n"
    )
    card = script.scenes[0]
    assert (card.subtitle, card.captioned) == ("苏轼 · 宋", False)
    assert plain_text(card.utterances[0].text) == "水调歌头。宋，苏轼。"
    script = loaded(folder, "---\nkind: poem\ntitle: Sea\nauthor: A. B\n---\nThe sea\n")
    assert script.scenes[0].subtitle == "by A. B"
    assert plain_text(script.scenes[0].utterances[0].text) == "Sea, by A. B."


def test_stanzas_are_utterances_and_headings_begin_scenes(folder: Path) -> None:
    script = loaded(folder, "---\nkind: poem\ntitle: T\n---\na b\nc d\n\ne f\n\n## Two\n\ng h\n")
    assert [scene.title for scene in script.scenes] == ["T", "", "Two"]
    assert [(u.line, plain_text(u.text).count("\n")) for u in script.scenes[1].utterances] == [
        (5, 1),
        (8, 0),
    ]
    assert [u.pause_s for u in script.scenes[1].utterances] == [1.3, 1.3]


def test_a_long_poem_is_cut_at_stanza_ends(folder: Path) -> None:
    stanza = "one two three\n" * 10
    script = loaded(folder, "---\nkind: poem\ntitle: T\n---\n" + f"{stanza}\n" * 5 + "x y\n" * 30)
    lines = [
        sum(plain_text(utterance.text).count("\n") + 1 for utterance in scene.utterances)
        for scene in script.scenes[1:]
    ]
    assert sum(lines) == 80
    assert max(lines) <= 24
    assert lines[:2] == [20, 20]


def test_a_bulletin_has_cards_a_greeting_and_items(folder: Path) -> None:
    script = loaded(
        folder,
        "---\nkind: news\ntitle: N\nlanguage: en\ndate: 2026-11-23\npresenter: H. M.\n"
        "role: Reader\nticker:\n  - One\n  - 'Two: 2'\nclosing: Bye\n---\nHello.\n\n"
        "# *First*\nIt rains.\n\n## Second #\nIt snows.\n",
    )
    assert [(scene.form, scene.title) for scene in script.scenes] == [
        ("card", "N"),
        ("talk", ""),
        ("talk", "First"),
        ("talk", "Second"),
        ("card", "Bye"),
    ]
    assert script.scenes[0].subtitle == "Monday, 23 November 2026"
    assert script.cast["H. M."].role == "Reader"
    assert script.ticker == ("One", "Two: 2")
    assert script.day == date(2026, 11, 23)


@pytest.mark.parametrize(
    ("language", "written"),
    [
        ("zh", "2026年11月23日 星期一"),
        ("zh-Hant", "2026年11月23日 星期一"),
        ("en", "Monday, 23 November 2026"),
        ("en-US", "Monday, November 23, 2026"),
        ("de", "Montag, 23. November 2026"),
        ("fr", "lundi 23 novembre 2026"),
        ("es", "lunes, 23 de noviembre de 2026"),
        ("ja", "2026年11月23日 月曜日"),
        ("fi", "2026-11-23"),
    ],
)
def test_a_date_is_written_as_the_audience_writes_it(language: str, written: str) -> None:
    assert written_day(date(2026, 11, 23), language) == written


def test_the_first_of_a_french_month() -> None:
    assert written_day(date(2026, 5, 1), "fr") == "vendredi 1er mai 2026"
    assert written_day(date(2026, 5, 1), "en") == "Friday, 1 May 2026"


def test_a_picture_is_shown_from_where_it_stands_to_the_end_of_the_item(folder: Path) -> None:
    script = news(
        folder,
        '# A\nOne.\n\n![The sea](sea.png "title")\n\nTwo. [picture: my_field_1.png] Three,\n\n'
        "four. [picture: none] Five.\n\n# B\nSix.\n",
    )
    shown = [
        (plain_text(utterance.text), utterance.picture and utterance.picture.name)
        for scene in script.scenes
        for utterance in scene.utterances
    ]
    assert shown == [
        ("One.", None),
        ("Two.", "sea.png"),
        ("Three,", "my_field_1.png"),
        ("four.", "my_field_1.png"),
        ("Five.", None),
        ("Six.", None),
    ]
    pauses = [utterance.pause_s for utterance in script.scenes[0].utterances]
    assert pauses == [0.6, 0.4, 0.6, 0.4, 0.6]


def test_wrapped_lines_are_joined(folder: Path) -> None:
    assert said(news(folder, "It rains\nand rains.\n\n今天下雨，\n明天晴。")) == [
        "It rains and rains.",
        "今天下雨，明天晴。",
    ]


def test_emphasis_and_links_are_said_as_their_words(folder: Path) -> None:
    body = (
        "It *really* rains, **very\nmuch**, in `town` and [Ulm](https://e.org/a_b_c), "
        "2 * 3 * 4 of_a_kind."
    )
    assert said(news(folder, body)) == [
        "It really rains, very much, in town and Ulm, 2 * 3 * 4 of_a_kind."
    ]


def test_a_backslash_takes_a_sign_as_it_is(folder: Path) -> None:
    body = r"\# One \[two\] \{three\} \*four\* AT&T 1 < 2 \<b> a\b"
    assert said(news(folder, body)) == ["# One [two] {three} *four* AT&T 1 < 2 <b> a\\b"]


def test_an_escaped_pause_is_no_silence(folder: Path) -> None:
    (text,) = said(news(folder, r"Write \[pause 1s] here."))
    assert all(sentence.tokens for sentence in read_text(text))


def test_bullets_are_paragraphs(folder: Path) -> None:
    assert said(news(folder, "- One.\n- Two.\n> Three.")) == ["One.", "Two. Three."]


def test_a_silence_alone_makes_the_pause_longer(folder: Path) -> None:
    script = news(folder, "[pause 2s]\n\nOne.\n\n[pause 1s]\n\nTwo.\n")
    first, second = script.scenes[0].utterances
    assert plain_text(first.text) == "[pause 2s]One."
    assert first.pause_s == pytest.approx(1.6)
    assert plain_text(second.text) == "Two."


def test_a_scene_has_its_own_settings(folder: Path) -> None:
    script = news(
        folder,
        "# A\n[voice: en] [portrait: poet]\n[background: #102030 #203040]\n[view: corner]\n"
        "[transition: dissolve]\n[captions: off]\n\nOne.\n\n# B\nTwo.\n",
        header="presenter: P",
    )
    first, second = script.scenes
    assert (first.view, first.captioned, first.background) == (
        "corner", False, Background(("#102030", "#203040")),
    )  # fmt: skip
    assert script.cast[first.speakers[0]] == Speaker("P", "poet", "en")
    assert script.cast[second.speakers[0]] == Speaker("P", "reader")
    assert (second.view, second.captioned, second.background) == ("bust", True, None)
    assert first.utterances[0].speaker == first.speakers[0]


def test_turns_have_their_speakers(folder: Path) -> None:
    script = loaded(
        folder,
        "---\nkind: dialogue\nportrait: reader\ncast:\n  Anna: poet\n  Dr. Bo:\n    voice: en\n"
        "    face: 1\n  小明: poet\n---\n# One\nAnna: Hi,\nthere. It is 7: no, 8.\n\nMore.\n"
        "**dr. bo:** *Yes*: **I** am.\n小明：你好。\n\n# Two\nANNA : Bye \\: now.\n",
    )
    told = [
        (scene.title, utterance.speaker, plain_text(utterance.text))
        for scene in script.scenes
        for utterance in scene.utterances
    ]
    assert told == [
        ("One", "Anna", "Hi, there. It is 7: no, 8."),
        ("One", "Anna", "More."),
        ("One", "Dr. Bo", "Yes: I am."),
        ("One", "小明", "你好。"),
        ("Two", "Anna", "Bye : now."),
    ]
    assert script.cast["Dr. Bo"] == Speaker("Dr. Bo", "reader", "en", face_index=1)
    assert script.scenes[0].speakers == ("Anna", "Dr. Bo", "小明")
    assert script.scenes[1].speakers == ("Anna",)


def test_together_all_of_the_cast_are_seen(folder: Path) -> None:
    script = loaded(
        folder,
        "---\nkind: dialogue\nview: together\ncast: {A: poet, B: reader}\n---\nB: Hi.\n",
    )
    assert script.scenes[0].speakers == ("A", "B")


def test_a_long_item_is_cut_at_paragraph_and_sentence_ends(folder: Path) -> None:
    sentence = "The rain goes on and on over the wide grey sea. "
    body = "# A\n" + f"{sentence * 8}\n\n" * 10 + sentence * 100
    script = news(folder, body)
    lengths = [sum(len(u.text) for u in scene.utterances) for scene in script.scenes]
    assert len(lengths) > 4
    assert max(lengths) < 3500
    assert {scene.title for scene in script.scenes} == {"A"}
    assert " ".join(said(script)) == " ".join([sentence.strip()] * 180)


def test_an_hour_is_read_within_a_second_or_two(folder: Path) -> None:
    import time

    began = time.perf_counter()
    script = news(folder, "\n\n".join(f"# Item {n}\n" + "It rains today. " * 60 for n in range(60)))
    assert len(script.scenes) >= 60
    assert time.perf_counter() - began < 5


@pytest.mark.parametrize(
    "change",
    [
        lambda text: b"\xef\xbb\xbf" + text.encode(),
        lambda text: text.replace("\n", "\r\n").encode(),
        lambda text: text.replace("\n", "\r").encode(),
        lambda text: text.replace("\n", " \t\n").encode(),
        lambda text: ("\n\n" + text).encode(),
        lambda text: text.rstrip("\n").encode(),
        lambda text: text.replace("# ", "＃\u3000").replace("[slow]", "［slow］").encode(),
        lambda text: text.replace("It", "\u3000\u3000It").encode(),
    ],
    ids=[
        "BOM",
        "CRLF",
        "CR",
        "spaces",
        "blank lines",
        "no last line end",
        "full width",
        "indented",
    ],
)
def test_a_script_reads_the_same_however_it_was_saved(folder: Path, change: object) -> None:
    text = "---\nkind: news\ntitle: T\n---\n# Rain\n\n[slow]It[/slow] rains.\n"
    plain = loaded(folder, text)
    assert callable(change)
    other = loaded(folder, change(text))
    assert [(s.title, [u.text for u in s.utterances]) for s in other.scenes] == [
        (s.title, [u.text for u in s.utterances]) for s in plain.scenes
    ]


def test_directions_are_read_back_from_the_markup(folder: Path) -> None:
    script = news(
        folder,
        "他[slow]长{pinyin:zhang3}大[/slow]了，[pause 400ms]很[emphasis]长[/emphasis]。",
        header="language: zh",
    )
    (utterance,) = script.scenes[0].utterances
    sentences = list(read_text(utterance.text, language="zh"))
    assert [sentence.source for sentence in sentences] == [
        "他", "长大", "了，", "[pause 400ms]", "很", "长。",
    ]  # fmt: skip
    assert [round(sentence.rate, 2) for sentence in sentences] == [1, 0.8, 1, 1, 1, 0.9]
    assert sentences[1].tokens[0].pronunciation == "zhang3"
    assert sentences[5].tokens[0].pronunciation is None
    assert sentences[3].pause_s == pytest.approx(0.4)
    assert sentences[5].volume_db == 3
