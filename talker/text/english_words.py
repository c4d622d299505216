"""English initialisms, Roman numerals and symbols, and how they are said."""

from __future__ import annotations

import re
from collections.abc import Mapping
from types import MappingProxyType

from talker.text.english_numbers import roman

SYMBOLS: Mapping[str, str] = MappingProxyType(
    {
        "&": "and",
        "@": "at",
        "+": "plus",
        "=": "equals",
        "%": "percent",
        "‰": "per mille",
        "°": "degrees",
        "℃": "degrees Celsius",
        "℉": "degrees Fahrenheit",
        "×": "times",
        "÷": "divided by",
        "±": "plus or minus",
        "≈": "approximately",
        "≠": "does not equal",
        "≤": "at most",
        "≥": "at least",
        "§": "section",
        "¶": "paragraph",
        "$": "dollars",
        "€": "euros",
        "£": "pounds",
        "¥": "yen",
        "¢": "cents",
        "√": "square root of",
        "∞": "infinity",
        "№": "number",
        "½": "one half",
        "¼": "one quarter",
        "¾": "three quarters",
        "²": "squared",
        "³": "cubed",
    }
)
"""Symbols that are said when they stand alone."""


def _words(text: str) -> frozenset[str]:
    return frozenset(text.split())


_SAID_AS_WORDS = _words(
    "NASA NATO UNESCO UNICEF OPEC AIDS COVID FIFA UEFA ASEAN NAFTA SWAT OSHA FEMA NASDAQ SARS "
    "MERS DACA POTUS SCOTUS RAM ROM PIN SIM CRISPR AUKUS BRICS IKEA LEGO VISA ACE JAMA NORAD "
    "AWACS MENSA NVIDIA MAX MIN GIF SAT VAT SCUBA LASER RADAR SONAR WASP NIMBY HAMAS ISIS "
    "ISIL CHIPS PISA TASS DARPA USAID OK NO YES NOT ALL AND THE FOR NEW ONE TWO BUT YOU ARE "
    "WAS HAS HIS HER OUR OUT NOW HOW WHY CAN TOP BIG BAD RED HOT GET MAN MEN WAR OIL GAS TAX "
    "BAN KEY LAW VOTE NEWS LIVE STOP IN ON OF TO BY OR AS AN IF SO UP WE HE ME MY IS BE DO GO "
    "AT"
)
_SPELLED = _words(
    "FBI CIA NSA DHS DOJ DOE HIV DNA RNA GDP GOP SEC "
    "FAA FCC FTC CDC NIH DEA ATF NFL NBA MLB NHL MVP "
    "ICBM IBM GPS IVF "
    "IAEA UNHCR USMCA AFL CIO NCAA IPO CEO USA UAE EU UAW IOC IMF IRA IRS FDA EPA ECB EEZ "
    "ESPN HBO USDA USGS NOAA IEEE IATA ICAO CEOS AARP ACLU UCLA API LGBT USB SUV DUI OECD "
    "OSCE IPCC EV EVS UFO ATM MBA AI ML LLM GPU CPU TPU UPI AFP BBC CNN NBC CBS ABC AOL ICU "
    "LED LCD OLED UK UN UI UX IP IQ PM TV PC PR HR VR AR XR"
)
_SPELLED_UNLESS_SHOUTED = _words("IT US AM ID ER WHO")

_ROYAL = _words(
    "Henry Elizabeth Charles George Louis William Edward James Richard Philip Napoleon "
    "Nicholas Alexander Catherine Benedict Francis Paul Leo Pius Gregory Innocent Clement "
    "Urban Mary Frederick Wilhelm Peter Ivan Otto Felipe Carlos Harald Gustaf Margrethe "
    "Haakon Rama Ramesses Ramses Mohammed Abdullah Akbar Cleopatra Ptolemy Darius Xerxes "
    "Theodosius Constantine Umberto Boniface Julius Sixtus Celestine Isabella Ferdinand "
    "Joseph Franz Baudouin Albert Rainier Hussein Farouk Faisal Hassan Juan Pedro João Robert "
    "David Stephen Matilda Anne Christian Erik Oscar Olav Tutankhamun Murad Mehmed Suleiman "
    "Selim"
)
_COUNTED = _words(
    "War Part Chapter Volume Vol Book Act Phase Type Stage Title Article Section Class Bowl "
    "Episode Season Level Grade Schedule Division Group Tier Olympiad Fantasy Rocky Apollo "
    "Saturn Mark Vatican Appendix Figure Table Category Round Scene Annex Factor Generation "
    "Super Gemini Trident Tomahawk"
)


def is_initialism(word: str, preceding: str, following: str) -> bool:
    """Whether letters in capitals are said one by one: "FBI" but not "NASA" nor a headline."""
    if not (2 <= len(word) <= 6 and word.isascii() and word.isupper()):
        return False
    if word in _SAID_AS_WORDS or word in _SPELLED:
        return word in _SPELLED
    if not re.search("[AEIOUY]", word):
        return True
    shouted = re.search(r"\b[A-Z]{4,}\W+$", preceding) or re.match(r"\W+[A-Z]{4,}\b", following)
    if shouted:
        return False
    if word in _SPELLED_UNLESS_SHOUTED:
        return True
    return len(word) <= 3 or not _is_pronounceable(word)


def roman_numeral(word: str, preceding: str, following: str) -> tuple[int, bool] | None:
    """The value of a Roman numeral behind a name and whether it is said as "the second".

    None where the letters are a word or an initialism.
    """
    value = roman(word)
    names = re.findall(r"[A-ZÀ-Þ][\w'’-]*", preceding) if value else []
    if not value or not names or not re.search(r"[A-ZÀ-Þ][\w'’-]*\s+$", preceding):
        return None
    name = names[-1]
    if name in _COUNTED:
        return value, False
    if name in _ROYAL:
        is_pronoun = word == "I" and re.match(r"\s+[a-z]+", following)
        return None if is_pronoun else (value, True)
    if len(word) > 1 and value < 40 and word not in ("MIX", "DI", "MI", "CD", "DC", "MD", "LI"):
        has_first_name = re.search(r"[A-Z][a-z.]+\s+[A-Z][a-z]+\s+$", preceding)
        return value, bool(has_first_name) and value <= 5
    return None


def _is_pronounceable(word: str) -> bool:
    lower = word.lower()
    if re.search("[^aeiouy]{4}|[aeiou]{3}|^[^aeiouy]{3}|q(?!u)|[^aeiouylrnmstc]{3}", lower):
        return False
    ends_badly = re.search(
        "(?<!st|nt|nd|rd|ck|ll|ss|ng|rt|rk|lt|ps|ts|mp|sh|ch|th|ft|pt|ct|sk|rm|rn|ld|lk|ns|ms|rs)"
        "(?<=[^aeiouy]{2})$",
        lower,
    )
    starts_badly = re.match(
        "(?!bl|br|ch|cl|cr|dr|fl|fr|gl|gr|kn|ph|pl|pr|qu|rh|sc|sh|sk|sl|sm|sn|sp|st|sw|th|tr|tw|wh|wr)"
        "[^aeiouy]{2}",
        lower,
    )
    return not (starts_badly or ends_badly)
