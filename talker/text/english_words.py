"""English abbreviations, initialisms and symbols, and how they are said."""

from __future__ import annotations

import re
from collections.abc import Mapping
from types import MappingProxyType

from talker.text.english_numbers import roman

TITLES: Mapping[str, str] = MappingProxyType(
    {
        "Dr": "Doctor",
        "Mr": "Mister",
        "Mrs": "Missus",
        "Ms": "Miz",
        "Messrs": "Messieurs",
        "Prof": "Professor",
        "Gov": "Governor",
        "Sen": "Senator",
        "Rep": "Representative",
        "Gen": "General",
        "Lt": "Lieutenant",
        "Col": "Colonel",
        "Maj": "Major",
        "Sgt": "Sergeant",
        "Capt": "Captain",
        "Cmdr": "Commander",
        "Adm": "Admiral",
        "Rev": "Reverend",
        "Hon": "Honorable",
        "Supt": "Superintendent",
        "Atty": "Attorney",
        "Mt": "Mount",
        "Ft": "Fort",
    }
)
"""Abbreviations that stand before a name: a sentence never ends at them."""

MONTHS: Mapping[str, str] = MappingProxyType(
    {
        "Jan": "January",
        "Feb": "February",
        "Mar": "March",
        "Apr": "April",
        "Jun": "June",
        "Jul": "July",
        "Aug": "August",
        "Sep": "September",
        "Sept": "September",
        "Oct": "October",
        "Nov": "November",
        "Dec": "December",
    }
)

WEEKDAYS: Mapping[str, str] = MappingProxyType(
    {
        "Mon": "Monday",
        "Tue": "Tuesday",
        "Tues": "Tuesday",
        "Wed": "Wednesday",
        "Thu": "Thursday",
        "Thur": "Thursday",
        "Thurs": "Thursday",
        "Fri": "Friday",
        "Sat": "Saturday",
        "Sun": "Sunday",
    }
)

LATIN_PHRASES: Mapping[str, str] = MappingProxyType(
    {"e.g": "for example", "i.e": "that is", "viz": "namely", "cf": "compare", "ca": "circa"}
)
"""Abbreviations in the middle of a sentence."""

FINAL: Mapping[str, str] = MappingProxyType(
    {
        "Inc": "Incorporated",
        "Corp": "Corporation",
        "Co": "Company",
        "Cos": "Companies",
        "Ltd": "Limited",
        "Bros": "Brothers",
        "Jr": "Junior",
        "Sr": "Senior",
        "etc": "et cetera",
        "Ave": "Avenue",
        "Blvd": "Boulevard",
        "Rd": "Road",
        "Hwy": "Highway",
        "Dept": "Department",
        "Univ": "University",
        "Assn": "Association",
        "Intl": "International",
        "Esq": "Esquire",
        "est": "established",
        "approx": "approximately",
        "dept": "department",
        "govt": "government",
        "vs": "versus",
        "al": "al",
    }
)
"""Abbreviations that may also end a sentence."""

STATES: Mapping[str, str] = MappingProxyType(
    {
        "Ala": "Alabama",
        "Ariz": "Arizona",
        "Ark": "Arkansas",
        "Calif": "California",
        "Colo": "Colorado",
        "Conn": "Connecticut",
        "Del": "Delaware",
        "Fla": "Florida",
        "Ga": "Georgia",
        "Ill": "Illinois",
        "Ind": "Indiana",
        "Kan": "Kansas",
        "Ky": "Kentucky",
        "La": "Louisiana",
        "Md": "Maryland",
        "Mass": "Massachusetts",
        "Mich": "Michigan",
        "Minn": "Minnesota",
        "Miss": "Mississippi",
        "Mo": "Missouri",
        "Mont": "Montana",
        "Neb": "Nebraska",
        "Nev": "Nevada",
        "Okla": "Oklahoma",
        "Ore": "Oregon",
        "Pa": "Pennsylvania",
        "Tenn": "Tennessee",
        "Tex": "Texas",
        "Va": "Virginia",
        "Vt": "Vermont",
        "Wash": "Washington",
        "Wis": "Wisconsin",
        "Wyo": "Wyoming",
    }
)
"""Abbreviations of states; the short ones stand after a place and a comma."""

_PLAIN_STATES = frozenset("Ariz Calif Conn Fla Mich Minn Okla Tenn Tex".split())

NUMBERED: Mapping[str, str] = MappingProxyType(
    {
        "No": "number",
        "Nos": "numbers",
        "no": "number",
        "Fig": "Figure",
        "fig": "figure",
        "Figs": "Figures",
        "Vol": "Volume",
        "vol": "volume",
        "Ch": "Chapter",
        "Sec": "Section",
        "Art": "Article",
        "Eq": "Equation",
        "pp": "pages",
        "p": "page",
        "Pt": "Part",
        "Ver": "Version",
        "ver": "version",
    }
)
"""Abbreviations that stand before a number."""

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

_SAID_AS_WORDS = frozenset(
    [
        "NASA",
        "NATO",
        "UNESCO",
        "UNICEF",
        "OPEC",
        "AIDS",
        "COVID",
        "FIFA",
        "UEFA",
        "ASEAN",
        "NAFTA",
        "SWAT",
        "OSHA",
        "FEMA",
        "NASDAQ",
        "SARS",
        "MERS",
        "DACA",
        "POTUS",
        "SCOTUS",
        "RAM",
        "ROM",
        "PIN",
        "SIM",
        "CRISPR",
        "AUKUS",
        "BRICS",
        "IKEA",
        "LEGO",
        "VISA",
        "ACE",
        "JAMA",
        "NORAD",
        "AWACS",
        "MENSA",
        "NVIDIA",
        "MAX",
        "MIN",
        "GIF",
        "SAT",
        "VAT",
        "SCUBA",
        "LASER",
        "RADAR",
        "SONAR",
        "WASP",
        "NIMBY",
        "HAMAS",
        "ISIS",
        "ISIL",
        "CHIPS",
        "PISA",
        "TASS",
        "DARPA",
        "USAID",
        "OK",
        "NO",
        "YES",
        "NOT",
        "ALL",
        "AND",
        "THE",
        "FOR",
        "NEW",
        "ONE",
        "TWO",
        "BUT",
        "YOU",
        "ARE",
        "WAS",
        "HAS",
        "HIS",
        "HER",
        "OUR",
        "OUT",
        "NOW",
        "HOW",
        "WHY",
        "CAN",
        "TOP",
        "BIG",
        "BAD",
        "RED",
        "HOT",
        "GET",
        "MAN",
        "MEN",
        "WAR",
        "OIL",
        "GAS",
        "TAX",
        "BAN",
        "KEY",
        "LAW",
        "VOTE",
        "NEWS",
        "LIVE",
        "STOP",
        "IN",
        "ON",
        "OF",
        "TO",
        "BY",
        "OR",
        "AS",
        "AN",
        "IF",
        "SO",
        "UP",
        "WE",
        "HE",
        "ME",
        "MY",
        "IS",
        "BE",
        "DO",
        "GO",
        "AT",
    ]
)
_SPELLED = frozenset(
    [
        "IAEA",
        "UNHCR",
        "USMCA",
        "AFL",
        "CIO",
        "NCAA",
        "IPO",
        "CEO",
        "USA",
        "UAE",
        "EU",
        "UAW",
        "IOC",
        "IMF",
        "IRA",
        "IRS",
        "FDA",
        "EPA",
        "ECB",
        "EEZ",
        "ESPN",
        "HBO",
        "USDA",
        "USGS",
        "NOAA",
        "IEEE",
        "IATA",
        "ICAO",
        "CEOS",
        "AARP",
        "ACLU",
        "UCLA",
        "API",
        "LGBT",
        "USB",
        "SUV",
        "DUI",
        "OECD",
        "OSCE",
        "IPCC",
        "EV",
        "EVS",
        "UFO",
        "ATM",
        "MBA",
        "AI",
        "ML",
        "LLM",
        "GPU",
        "CPU",
        "TPU",
        "UPI",
        "AFP",
        "BBC",
        "CNN",
        "NBC",
        "CBS",
        "ABC",
        "AOL",
        "ICU",
        "LED",
        "LCD",
        "OLED",
        "UK",
        "UN",
        "UI",
        "UX",
        "IP",
        "IQ",
        "PM",
        "TV",
        "PC",
        "PR",
        "HR",
        "VR",
        "AR",
        "XR",
    ]
)
_SPELLED_UNLESS_SHOUTED = frozenset(["IT", "US", "AM", "ID", "ER", "WHO"])

_ROYAL = frozenset(
    "Henry Elizabeth Charles George Louis William Edward James Richard Philip Napoleon Nicholas "
    "Alexander Catherine Benedict Francis Paul Leo Pius Gregory Innocent Clement Urban Mary "
    "Frederick Wilhelm Peter Ivan Otto Felipe Carlos Harald Gustaf Margrethe Haakon Rama Ramesses "
    "Ramses Mohammed Abdullah Akbar Cleopatra Ptolemy Darius Xerxes Theodosius Constantine Umberto "
    "Boniface Julius Sixtus Celestine Isabella Ferdinand Joseph Franz Baudouin Albert Rainier "
    "Hussein Farouk Faisal Hassan Juan Pedro João Robert David Stephen Matilda Anne "
    "Christian Erik Oscar Olav Tutankhamun Murad Mehmed Suleiman Selim".replace(
        "Malcolm_", ""
    ).split()
)
_COUNTED = frozenset(
    [
        "War",
        "Part",
        "Chapter",
        "Volume",
        "Vol",
        "Book",
        "Act",
        "Phase",
        "Type",
        "Stage",
        "Title",
        "Article",
        "Section",
        "Class",
        "Bowl",
        "Episode",
        "Season",
        "Level",
        "Grade",
        "Schedule",
        "Division",
        "Group",
        "Tier",
        "Olympiad",
        "Fantasy",
        "Rocky",
        "Apollo",
        "Saturn",
        "Mark",
        "Vatican",
        "Appendix",
        "Figure",
        "Table",
        "Category",
        "Round",
        "Scene",
        "Annex",
        "Factor",
        "Generation",
        "Super",
        "Gemini",
        "Trident",
        "Tomahawk",
    ]
)


_STARTER = re.compile(
    r"\s+[\"'“‘(\[]*(?:The|A|An|He|She|It|They|We|You|I|In|On|At|But|And|Or|So|If|As|For|From|This|"
    r"That|These|Those|There|Then|His|Her|Its|Their|Our|My|What|When|Where|Who|Why|How|While|After|"
    r"Before|Since|Although|Though|However|Meanwhile|Some|Many|Most|All|No|Not|Yes|One|Two|With|By|"
    r"Is|Are|Was|Were|Do|Does|Did|Will|Can|Let|Now|Here|To|Officials|Police|According|Despite|"
    r"During|Once|Until|Under|Because|Both|Each|Every|Another|Such|Also|Still|Yet)\b"
)


def starts_sentence(following: str) -> bool:
    """Whether what follows a stop and a space begins a sentence rather than a name."""
    return _STARTER.match(following) is not None


def expansion(word: str, preceding: str, following: str) -> tuple[str, bool] | None:
    """The full word of an abbreviation.

    Args:
        word: Letters, with inner stops, without the last stop: "Dr", "e.g".
        preceding: The text just before it.
        following: The text just after it, from the last stop on where there is one.

    Returns:
        The words to say and whether the stop after it belongs to it; None for a plain word.
    """
    stop = following.startswith(".")
    rest = following[1:] if stop else following
    is_before_name = re.match(r"\s+[\"'“(]?[A-ZÀ-Þ]", rest) is not None
    is_before_number = re.match(r"\s*#?\d", rest) is not None
    is_courtesy = word in ("Dr", "Mr", "Mrs", "Ms", "Prof")
    if word in TITLES and ((is_before_name and (stop or is_courtesy)) or (is_courtesy and stop)):
        return TITLES[word], stop
    if word == "St" and (stop or is_before_name):
        has_house_number = re.search(r"\b\d+\s+(?:(?!St\b)[A-Z\d]\w*\.?\s+){1,3}$", preceding)
        if is_before_name and not (has_house_number or starts_sentence(rest)):
            return "Saint", stop
        return ("Street", stop) if stop else None
    if not stop:
        return ("versus", False) if word in ("vs", "VS") else None
    if word in NUMBERED and is_before_number:
        return NUMBERED[word], True
    if word in MONTHS and (word != "Mar" or is_before_number):
        return MONTHS[word], True
    if word in WEEKDAYS and re.match(
        r",?\s+(?:\d|at\b|night|morning|afternoon|evening|[A-Z][a-z]{2,8}\.?\s+\d)", rest
    ):
        return WEEKDAYS[word], True
    if word in STATES and (word in _PLAIN_STATES or preceding.endswith((", ", "-"))):
        return STATES[word], True
    for table in (LATIN_PHRASES, FINAL):
        if word in table:
            return table[word], True
    return None


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
    starts_badly = re.match(
        "(?!bl|br|ch|cl|cr|dr|fl|fr|gl|gr|kn|ph|pl|pr|qu|rh|sc|sh|sk|sl|sm|sn|sp|st|sw|th|tr|tw|wh|wr)"
        "[^aeiouy]{2}",
        lower,
    )
    return starts_badly is None
