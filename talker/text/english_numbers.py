"""English words for numbers, on num2words."""

from __future__ import annotations

import re

_MAX_DIGITS = 15


def cardinal(number: str) -> str:
    """Words for a number such as "1,234.50", "-3" or ".5"; American, without "and".

    Every decimal is said. Leading zeros, and more than 15 digits, are read digit by digit.
    """
    sign, body = ("minus ", number[1:]) if number[:1] in ("-", "−") else ("", number)
    whole, _, decimals = body.replace(",", "").partition(".")
    if len(whole) > _MAX_DIGITS or (len(whole) > 1 and whole[0] == "0"):
        words = digits(whole)
    else:
        words = _words(int(whole), "cardinal") if whole else ""
    if decimals:
        words = f"{words} point {digits(decimals)}"
    return sign + words.strip()


def ordinal(number: str) -> str:
    """Words for a place in an order: "twenty-third" for "23"."""
    value = number.replace(",", "")
    return _words(int(value), "ordinal") if len(value) <= _MAX_DIGITS else digits(value)


def digits(number: str) -> str:
    """The digits one by one; anything else in the text is left out."""
    return " ".join(_words(int(digit), "cardinal") for digit in number if digit.isdigit())


def year(number: str) -> str:
    """A year: "twenty twenty-six", "two thousand five", "nineteen hundred"."""
    return _words(int(number), "year")


def pairs(number: str) -> str:
    """A model, flight or room number as it is called: "three fifty", "forty ninety".

    One or two digits and round hundreds are said as a number; three or four digits as the last
    two behind the rest; longer ones digit by digit.
    """
    if number[0] == "0" or len(number) > 4:
        return digits(number)
    if len(number) <= 2 or number.endswith("00"):
        is_thousands = len(number) == 4 and number[1] == "0"
        return cardinal(number) if len(number) <= 3 or is_thousands else year(number)
    head, tail = number[:-2], number[-2:]
    return f"{cardinal(head)} {'oh ' + cardinal(tail[1]) if tail[0] == '0' else cardinal(tail)}"


def fraction(numerator: str, denominator: str) -> str:
    """A fraction: "three quarters", "one half", "seven over one hundred twenty-eight"."""
    top, bottom = int(numerator), int(denominator)
    named = {2: ("half", "halves"), 4: ("quarter", "quarters")}
    if bottom > 100 or bottom < 2:
        return f"{cardinal(numerator)} over {cardinal(denominator)}"
    one, many = named.get(bottom, (ordinal(denominator), ordinal(denominator) + "s"))
    return f"{cardinal(numerator)} {one if top == 1 else many}"


def plural(words: str) -> str:
    """Number words in the plural: "nineteen nineties", "sixteens", "sixes"."""
    if words.endswith("y"):
        return words[:-1] + "ies"
    return words + ("es" if words.endswith("x") else "s")


def roman(numeral: str) -> int | None:
    """The value of a Roman numeral below 4000; None for letters that are none."""
    if not numeral or not re.fullmatch(
        "M{0,3}(CM|CD|D?C{0,3})(XC|XL|L?X{0,3})(IX|IV|V?I{0,3})", numeral
    ):
        return None
    values = {"I": 1, "V": 5, "X": 10, "L": 50, "C": 100, "D": 500, "M": 1000}
    amounts = [values[letter] for letter in numeral]
    following = [*amounts[1:], 0]
    return sum(
        -here if here < then else here for here, then in zip(amounts, following, strict=True)
    )


def _words(value: int, form: str) -> str:
    from num2words import num2words

    words = str(num2words(value, to=form, lang="en"))
    return words.replace(",", "").replace(" and ", " ")
