"""Characters put in order: what cannot be said removed, full width folded, marks named."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping
from types import MappingProxyType

_LINE_ENDS = re.compile("\r\n|[\r\v\f\x85\u2028\u2029]")
_INVISIBLE = re.compile(
    "[\x00-\x08\x0e-\x1f\x7f-\x84\x86-\x9f\xad\u200b\u200e\u200f\u202a-\u202e\u2060-\u2069"
    "\ufeff\ufff9-\uffff\ud800-\udfff]"
)
_LIGATURES = {ord(char): unicodedata.normalize("NFKC", char) for char in "ﬀﬁﬂﬃﬄﬅﬆ"}

_FOLDED = {
    **{code: code - 0xFEE0 for code in range(0xFF01, 0xFF5F) if chr(code - 0xFEE0).isalnum()},
    **{ord(char): ord(char) - 0xFEE0 for char in "％＄＋－．／＠＃＆＝～＜＞＊＿｜"},
    ord("￥"): "¥",
    ord("￡"): "£",
    ord("￠"): "¢",
    ord("￦"): "₩",
    ord("µ"): "μ",
    ord("º"): "°",
    ord("\N{MINUS SIGN}"): "-",
    ord("\N{NON-BREAKING HYPHEN}"): "-",
    ord("\N{HYPHEN}"): "-",
}
_DECIMAL = re.compile(r"(?![0-9])\d")

MARKS: Mapping[str, str] = MappingProxyType(
    {
        ".": ".",
        "。": ".",
        "｡": ".",
        "।": ".",
        "۔": ".",
        ",": ",",
        "，": ",",
        "、": ",",
        "､": ",",
        "،": ",",
        "…": ",",
        "⋯": ",",
        "—": ",",
        "–": ",",
        "―": ",",
        "─": ",",
        "?": "?",
        "？": "?",
        "؟": "?",
        "!": "!",
        "！": "!",
        ";": ";",
        "；": ";",
        "؛": ";",
        ":": ":",
        "：": ":",
    }
)
"""Marks that are heard as a pause, and what they are spoken as."""


def clean(text: str) -> str:
    r"""Text with "\n" as its only line end and no invisible or control characters.

    Composed (NFC); joiners inside words and emoji stay.
    """
    text = _INVISIBLE.sub("", _LINE_ENDS.sub("\n", text))
    return unicodedata.normalize("NFC", text.translate(_LIGATURES))


def fold(text: str) -> str:
    """Text of the same length with full-width letters, digits and signs in ASCII.

    Chinese punctuation stays; the decimal digits of every script become 0 to 9.
    """
    folded = text.translate(_FOLDED)
    return _DECIMAL.sub(lambda match: str(unicodedata.decimal(match[0])), folded)


def has_words(text: str) -> bool:
    """Whether there is any letter or digit to say."""
    return re.search(r"[^\W_]", text) is not None
