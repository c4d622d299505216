from __future__ import annotations

import os
import subprocess
import sys

import numpy as np
import pytest
from speech_measures import tokens_of

from talker.assets import store
from talker.errors import AssetError, UsageError
from talker.onnx import SILENCERS
from talker.speech.engine import SpeechSettings
from talker.speech.espeak_library import espeak_library
from talker.speech.piper import PiperEngine
from talker.speech.piper_graph import open_graph
from talker.speech.piper_symbols import Symbol, symbols_of
from talker.speech.piper_times import phone_marks
from talker.speech.words import owners, spell
from talker.text.sentence import Token


@pytest.fixture(scope="module")
def joe(assets: None) -> PiperEngine:
    store.file("piper-joe", "en_US-joe-medium.onnx.json")
    return PiperEngine(store.file("piper-joe", "en_US-joe-medium.onnx"))


def alphabet() -> dict[str, list[int]]:
    symbols = "_^$ ,.?!;:ˈˌːabdefhijklmnopstuvwzæðŋɐɑɔəɚɛɜɡɪɹɾʃʊʌʒθᵻ\u0329"
    return {symbol: [index] for index, symbol in enumerate(symbols)}


def test_marks_agree_with_an_independent_aligner_within_25_ms(joe):
    pocketsphinx = pytest.importorskip("pocketsphinx")
    import soxr

    text = "Heavy rain is expected across the north of the country before the weekend"
    speech = joe.synthesize(tokens_of(text, "en"), SpeechSettings())
    sound = soxr.resample(speech.samples, speech.sample_rate, 16000)
    decoder = pocketsphinx.Decoder(lm=None, loglevel="FATAL")
    decoder.set_align_text(text.lower())
    decoder.start_utt()
    decoder.process_raw((sound.clip(-1, 1) * 32767).astype("<i2").tobytes(), full_utt=True)
    decoder.end_utt()
    heard = [part.start_frame / 100 for part in decoder.seg() if part.word[0].isalpha()]
    marks = [mark.start_s for mark in speech.of_kind("word")]
    assert len(heard) == len(marks)
    late = np.array(marks) - np.array(heard)
    assert abs(np.median(late)) < 0.015
    assert np.median(np.abs(late)) < 0.025


def test_words_that_espeak_merges_still_have_a_mark_each(joe):
    speech = joe.synthesize(tokens_of("One of the best.", "en"), SpeechSettings())
    words = speech.of_kind("word")
    assert [mark.label for mark in words] == ["One", "of", "the", "best"]
    assert all(mark.end_s - mark.start_s > 0.03 for mark in words)


def test_no_phone_is_lost_between_the_words(assets):
    library = espeak_library()
    found = symbols_of(
        tokens_of("They will already bill O'Neill.", "en"), library, "en-us", alphabet()
    )
    said = "".join(symbol.text for symbol in found)
    assert said == "ðeɪ wɪl ɔːlɹˌɛdi bˈɪl oʊnˈiːl."


def test_punctuation_reaches_the_voice():
    library = espeak_library()
    tokens = tokens_of("Well, is it you?", "en")
    said = "".join(s.text for s in symbols_of(tokens, library, "en-us", alphabet()))
    assert said.startswith("wˈɛl, ")
    assert said.endswith("?")


def test_a_lexicon_pronunciation_reaches_the_voice_between_its_neighbours():
    library = espeak_library()
    tokens = [
        Token("Meet", "Meet", "en", space_after=True),
        Token("Xiu", "Xiu", "en", pronunciation="ʃˈoʊ", space_after=True),
        Token("now", "now", "en"),
    ]
    said = "".join(s.text for s in symbols_of(tokens, library, "en-us", alphabet()))
    assert said == "mˈiːt ʃˈoʊ nˈaʊ."


def test_a_pronunciation_the_voice_cannot_say_is_refused():
    tokens = [Token("x", "x", "en", pronunciation="ʘa")]
    with pytest.raises(UsageError, match="ʘ"):
        symbols_of(tokens, espeak_library(), "en-us", alphabet())


def test_pads_spaces_and_stress_go_to_the_phone_after_them():
    symbols = [
        Symbol("h", 0), Symbol("ˈ", 0), Symbol("a", 0), Symbol(" ", None),
        Symbol("t", 1), Symbol("ʃ", 1), Symbol(".", None),
    ]  # fmt: skip
    durations_s = [0.1] * (2 + 2 * len(symbols) + 1)
    phones, pauses, owner = phone_marks(symbols, durations_s)
    assert [(m.label, round(m.start_s, 3), round(m.end_s, 3)) for m in phones] == [
        ("h", 0.165, 0.3),
        ("a", 0.3, 0.7),
        ("tʃ", 0.7, 1.4),
    ]
    assert [(round(m.start_s, 3), round(m.end_s, 3)) for m in pauses] == [(0, 0.165), (1.4, 1.7)]
    assert owner == [0, 0, 1]


def test_phones_of_merged_words_are_shared_by_letters():
    tokens = tokens_of("one of the", "en")
    spelling = spell(tokens)
    assert owners(tokens, spelling.spans, [0, 0, 0, 4, 4, 4, 4]) == [0, 0, 0, 1, 1, 2, 2]


def test_a_file_that_is_no_voice_is_refused(tmp_path, joe):
    settings = store.file("piper-joe", "en_US-joe-medium.onnx.json").read_text("utf-8")
    broken = tmp_path / "broken.onnx"
    broken.write_bytes(b"not a model at all" * 100)
    (tmp_path / "broken.onnx.json").write_text(settings, "utf-8")
    with pytest.raises(AssetError, match="broken"):
        PiperEngine(broken)
    (tmp_path / "broken.onnx.json").write_text("{}", "utf-8")
    with pytest.raises(AssetError, match="description"):
        PiperEngine(broken)


def test_opening_a_graph_leaves_no_randomness_in_it(assets):
    model = store.file("piper-joe", "en_US-joe-medium.onnx").read_bytes()
    opened = open_graph(model)
    assert model.count(b"\x10RandomNormalLike") == 2
    assert b"\x10RandomNormalLike" not in opened.model
    assert opened.noise_inputs == ("noise_0", "noise_1")


def test_the_runtime_reports_to_nobody(tmp_path):
    program = "from talker.onnx import onnx_runtime; onnx_runtime()"
    places = {"HOME": str(tmp_path), "TMPDIR": str(tmp_path), "XDG_CACHE_HOME": str(tmp_path)}
    kept = {name: value for name, value in os.environ.items() if name not in SILENCERS}
    subprocess.run([sys.executable, "-c", program], env={**kept, **places}, check=True)
    assert not list(tmp_path.rglob("*"))
