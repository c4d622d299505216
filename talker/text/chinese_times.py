"""How Chinese reads times of day and scores, which are written alike."""

from __future__ import annotations

import re

from talker.text import chinese_numbers as numbers
from talker.text.part import Rule, after, before

_SCORE_BEFORE = re.compile(
    r"(?:比分|半场|[全终]场|最终|点球|以|战胜|击败|大胜|险胜|逆转|领先|不敌|负于|战平|打平|取胜|局)[^，。]{0,6}$"
)
_SET_SCORE_BEFORE = re.compile(r"\d[:：-]\d{1,3}[（(][^（()）\n]*$")
_SCORE_AFTER = re.compile(
    r"\s*[^，。]{0,3}(?:战胜|击败|大胜|完胜|险胜|逆转|领先|不敌|负于|战平|打平|取胜|获胜|落后|的比分|拿下|淘汰|横扫|力克)"
)


def _time(match: re.Match[str]) -> str | None:
    hour, minute, second = int(match["hour"]), int(match["minute"]), match["second"]
    if hour > 24 or minute > 59:
        return None
    if not second and _is_score(match):
        return _score(match)
    words = numbers.counted(str(hour)) + "点"
    if minute:
        words += ("零" if minute < 10 else "") + numbers.cardinal(str(minute)) + "分"
    elif not second:
        words += "整"
    return words + (f"{numbers.cardinal(str(int(second)))}秒" if second else "")


def _is_score(match: re.Match[str]) -> bool:
    return bool(
        _SCORE_BEFORE.search(before(match))
        or _SCORE_AFTER.match(after(match))
        or _SET_SCORE_BEFORE.search(before(match, 60))
    )


def _score(match: re.Match[str]) -> str:
    return "比".join(numbers.cardinal(side) for side in re.split("[-–:：∶]", match[0]))


def _dashed_score(match: re.Match[str]) -> str | None:
    return _score(match) if _is_score(match) else None


def _lasting(match: re.Match[str]) -> str:
    minutes, seconds = (str(int(match[part])) for part in ("minutes", "seconds"))
    return f"{numbers.counted(minutes)}分{numbers.cardinal(seconds)}秒"


RULES: tuple[Rule, ...] = (
    (re.compile(r"(?P<minutes>\d{1,3})['′’](?P<seconds>[0-5]?\d)(?:[\x22″”]|'')"), _lasting),
    (
        re.compile(
            r"(?P<hour>\d{1,2})[:：](?P<minute>[0-5]\d)(?:[:：](?P<second>[0-5]\d))?(?!\d|[:：]\d)"
        ),
        _time,
    ),
    (
        re.compile(
            r"\d{1,3}(?:\.\d{1,3})?[:：∶]\d{1,3}(?:\.\d{1,3})?(?![\d:：])|1[:：∶]\d{3,9}(?!\d)"
        ),
        _score,
    ),
    (re.compile(r"\d{1,3}[-–]\d{1,3}(?![-\d.%])"), _dashed_score),
)
"""Tried in order where a number may begin."""
