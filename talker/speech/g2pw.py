"""Readings of characters by g2pW, the network that PaddleSpeech reads polyphones with.

Chen and others, g2pW: A Conditional Weighted Softmax BERT for Polyphone Disambiguation in Mandarin
(Interspeech 2022). It asks about one character of a sentence at a time, in traditional characters,
and answers with one of its readings in zhuyin. It is used where the user has fetched it.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from functools import lru_cache
from pathlib import Path
from typing import Any

import numpy as np

from talker.assets import store
from talker.errors import AssetError
from talker.onnx import onnx_runtime

MODEL, WORDS = "g2pw", "g2pw-characters"
"""Entries of the model store."""

_LEFT_OUT = frozenset("一不和咋嗲剖差攢倒難奔勁拗肖瘙誒泊听噢")
"""Characters that PaddleSpeech does not ask it about."""

_LONGEST = 510
"""Characters that its BERT takes beside the two marks around them."""

_BATCH = 16


class ZhuyinReader:
    """The network with its tables.

    Args:
        model: Folder of g2pW.onnx, POLYPHONIC_CHARS.txt and its zhuyin table.
        characters: Folder of BERT's vocabulary and the table to traditional characters.

    Raises:
        AssetError: A file is broken.
    """

    def __init__(self, model: Path, characters: Path) -> None:
        try:
            pairs = _pairs(model / "POLYPHONIC_CHARS.txt")
            self._traditional = dict(_pairs(characters / "traditional.txt"))
            self._pinyin: dict[str, str] = json.loads((model / "zhuyin.json").read_text("utf-8"))
            vocabulary = (characters / "vocab.txt").read_text("utf-8").split("\n")
            runtime = onnx_runtime()
            options = runtime.SessionOptions()
            options.intra_op_num_threads = 2
            self._session: Any = runtime.InferenceSession(str(model / "g2pW.onnx"), options)
        except Exception as error:  # onnxruntime raises classes of its own
            raise AssetError(
                f"The model '{MODEL}' cannot be read: {error}.",
                f"Fetch it again with: talker models remove {MODEL}, then talker models pull",
            ) from error
        self._token = {piece: number for number, piece in enumerate(vocabulary)}
        self._labels = sorted({reading for _, reading in pairs})
        self._readings: dict[str, list[int]] = {}
        for char, reading in pairs:
            self._readings.setdefault(char, []).append(self._labels.index(reading))
        self._asked = {char: number for number, char in enumerate(sorted(self._readings))}

    def readings(self, text: str, places: Sequence[int]) -> dict[int, str]:
        """Pinyin with tone digits of some characters of a clause.

        Args:
            text: Without white space; what lies beyond 510 characters is not read.
            places: Of the characters asked about; those it knows one reading of are passed over.
        """
        text = "".join(self._traditional.get(char, char) for char in text[:_LONGEST].lower())
        asked = [
            place
            for place in places
            if place < len(text) and text[place] in self._asked and text[place] not in _LEFT_OUT
        ]
        found: dict[int, str] = {}
        for start in range(0, len(asked), _BATCH):
            found |= self._batch(text, asked[start : start + _BATCH])
        return found

    def _batch(self, text: str, places: Sequence[int]) -> dict[int, str]:
        unknown = self._token["[UNK]"]
        tokens = [self._token.get(char, unknown) for char in text]
        row = [self._token["[CLS]"], *tokens, self._token["[SEP]"]]
        ids = np.tile(np.array(row, np.int64), (len(places), 1))
        allowed = np.zeros((len(places), len(self._labels)), np.float32)
        for index, place in enumerate(places):
            allowed[index, self._readings[text[place]]] = 1
        [scores, *_] = self._session.run(
            None,
            {
                "input_ids": ids,
                "token_type_ids": np.zeros_like(ids),
                "attention_mask": np.ones_like(ids),
                "phoneme_mask": allowed,
                "char_ids": np.array([self._asked[text[place]] for place in places], np.int64),
                "position_ids": np.array(places, np.int64) + 1,
            },
        )
        best = [self._labels[number] for number in np.argmax(scores, axis=1)]
        return {
            place: f"{self._pinyin[zhuyin[:-1]]}{zhuyin[-1]}"
            for place, zhuyin in zip(places, best, strict=True)
            if zhuyin[:-1] in self._pinyin
        }


def fetched_reader() -> ZhuyinReader | None:
    """The reader, where the user has fetched it.

    Raises:
        AssetError: It is broken.
    """
    if not (store.is_ready(MODEL) and store.is_ready(WORDS)):
        return None
    return _opened(store.path(MODEL), store.path(WORDS))


@lru_cache(maxsize=1)
def _opened(model: Path, characters: Path) -> ZhuyinReader:
    return ZhuyinReader(model, characters)


def _pairs(table: Path) -> list[tuple[str, str]]:
    lines = table.read_text("utf-8").split("\n")
    return [(char, other) for char, other in (line.split() for line in lines if line.strip())]
