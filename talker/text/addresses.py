"""Web and mail addresses, file names and handles, said as letters and words."""

from __future__ import annotations

import re

from talker.text import english_numbers as numbers
from talker.text.part import Part, Rule

_ENDINGS = (
    "com|org|net|edu|gov|mil|int|io|ai|co|cn|uk|us|de|fr|jp|eu|tv|me|info|biz|dev|app|hk|tw|sg|in|au|"
    "ca|ru|kr|ch|nl|se|no|it|es|br|xyz|pdf|txt|csv|json|html?|xml|py|js|exe|zip|docx?|xlsx?|pptx?|"
    "mp3|mp4|wav|png|jpe?g|gif|md|toml|yaml"
)
_LABEL = "[A-Za-z0-9][A-Za-z0-9_-]{0,62}"
_NAMES = {
    ".": "dot",
    "/": "slash",
    "-": "dash",
    "_": "underscore",
    "@": "at",
    ":": "colon",
    "?": "question mark",
    "=": "equals",
    "&": "and",
    "#": "hash",
    "+": "plus",
    "%": "percent",
    "~": "tilde",
}


def spelled_out(address: str) -> str:
    """An address in English words, without its scheme: "w w w dot example dot com"."""
    rest = re.sub("^[a-z]+://", "", address, flags=re.IGNORECASE).rstrip("/")
    pieces = re.findall(r"[A-Za-z]+|\d+|[^A-Za-z\d]", rest)
    words: list[str] = []
    for piece in pieces:
        if piece.isdigit():
            words.append(numbers.pairs(piece) if len(piece) == 4 else numbers.digits(piece))
        elif piece.isalpha():
            words.append(_letters(piece) if _is_letters(piece) else piece)
        else:
            words.append(_NAMES.get(piece, ""))
    return " ".join(word for word in words if word)


def _is_letters(piece: str) -> bool:
    return (
        piece.lower() in ("www", "html", "htm", "uk", "us", "eu", "tv", "ai", "io", "hk")
        or (piece.isupper() and len(piece) <= 4)
        or (not re.search("[aeiouyAEIOUY]", piece) and piece.lower() != "https")
    )  # fmt: skip


def _letters(piece: str) -> str:
    return ".".join(piece.upper())


def _read(match: re.Match[str]) -> tuple[Part, ...]:
    return (Part(match[0], spelled_out(match[0]), "en"),)


RULES: tuple[Rule, ...] = (
    (re.compile(r"[A-Za-z]{2,8}://[A-Za-z0-9./_?&=%#~+:@-]{0,400}[A-Za-z0-9/]"), _read),
    (re.compile(rf"[A-Za-z0-9][A-Za-z0-9._+-]{{0,62}}@{_LABEL}(?:\.{_LABEL}){{1,8}}"), _read),
    (
        re.compile(
            rf"(?<![A-Za-z0-9.])(?:www\.)?(?:{_LABEL}\.){{1,8}}(?:{_ENDINGS})(?![A-Za-z0-9])"
            r"(?:/[A-Za-z0-9./_?&=%#~+-]{0,200}[A-Za-z0-9/])?"
        ),
        _read,
    ),
)
"""Tried where an address may begin."""
