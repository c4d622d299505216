"""Words for numbers in languages besides English and Chinese, on num2words."""

from __future__ import annotations

import re
from decimal import Decimal

_POINT_DECIMALS = frozenset({"ja", "ko", "th", "he", "hi", "bn", "ta", "te", "ms", "sw", "mt"})


def number_pattern(language: str) -> re.Pattern[str]:
    """A number as the language writes it: "1.234,5" in German, "1,234.5" in Korean."""
    group, point = (",", r"\.") if language in _POINT_DECIMALS else (r"[.\u00a0\u202f ]", ",")
    return re.compile(
        rf"(?:\d{{1,3}}(?:{group}\d{{3}}){{1,12}}(?!\d)|\d{{1,40}})(?:{point}\d{{1,20}})?"
    )


def cardinal(number: str, language: str) -> str:
    """Words for a number that `number_pattern` matched.

    Where num2words does not know the language the digits stay: every engine for such a language
    reads digits itself.
    """
    if language in _POINT_DECIMALS:
        plain = number.replace(",", "")
    else:
        plain = re.sub(r"[.\u00a0\u202f ]", "", number).replace(",", ".")
    from num2words import num2words

    try:
        value = Decimal(plain) if "." in plain else int(plain)
        return str(num2words(value, lang=language))
    except (NotImplementedError, OverflowError, KeyError, IndexError, TypeError):
        return plain
