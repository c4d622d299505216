"""How long a reader waits at a mark inside a sentence."""

from __future__ import annotations

from talker.text.sentence import Token

_AFTER_S = {",": 0.22, ";": 0.3, ":": 0.3, ".": 0.4, "?": 0.4, "!": 0.4}
_AFTER_LIST_ITEM_S = 0.14
"""After the Chinese list comma (、)."""


def pause_after(token: Token) -> float:
    """Seconds of silence at a punctuation token, at the voice's own tempo."""
    if token.kind != "punctuation":
        return 0.0
    if token.source == "、":
        return _AFTER_LIST_ITEM_S
    return _AFTER_S.get(token.spoken, 0.0)
