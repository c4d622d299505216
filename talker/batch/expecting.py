"""How long films will be and take, told from their texts before anything is made."""

from __future__ import annotations

import re

from talker.plan import HAN_A_SECOND, LETTERS_A_SECOND
from talker.script.scenes import Script
from talker.text.splitting import without_tags
from talker.text.ssml import plain_text

_HAN = re.compile("[\u4e00-\u9fff]")
_PAUSES_S = 1.2  # of a scene, around what is said


def expected_s(shown: str, speed: float) -> float:
    """Seconds that a text without markup takes to say, by its letters; good for a sum of many."""
    han = len(_HAN.findall(shown))
    return (han / HAN_A_SECOND + (len(shown) - han) / LETTERS_A_SECOND) / speed


def script_s(script: Script, speed: float) -> float:
    """The same of a script."""
    return sum(
        max(
            scene.least_s,
            _PAUSES_S
            + sum(
                expected_s(without_tags(plain_text(turn.text)), speed) + turn.pause_s
                for turn in scene.utterances
            ),
        )
        for scene in script.scenes
    )
