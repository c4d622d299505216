"""English abbreviations, what they stand for and where a sentence may end at one."""

from __future__ import annotations

import re
from collections.abc import Mapping
from types import MappingProxyType

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
        "Pres": "President",
        "Cpl": "Corporal",
        "Pvt": "Private",
        "Sens": "Senators",
        "Reps": "Representatives",
        "Amb": "Ambassador",
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
    {"e.g": "for example", "i.e": "that is", "viz": "namely", "cf": "compare"}
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


_PLAIN_STATES = frozenset(("Ariz", "Calif", "Conn", "Fla", "Mich", "Minn", "Okla", "Tenn", "Tex"))


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
        "c": "circa",
        "ca": "circa",
        "Pt": "Part",
        "Temp": "temperature",
        "Tel": "telephone",
        "Ext": "extension",
        "ext": "extension",
        "Apt": "Apartment",
        "Ver": "Version",
        "ver": "version",
    }
)
"""Abbreviations that stand before a number."""


_STARTER = re.compile(
    r"\s+[\"'“‘(\[]*(?:The|A|An|He|She|It|They|We|You|I|In|On|At|But|And|Or|So|If|As|For|From|This|"
    r"That|These|Those|There|Then|His|Her|Its|Their|Our|My|What|When|Where|Who|Why|How|While|After|"
    r"Before|Since|Although|Though|However|Meanwhile|Some|Many|Most|All|No|Not|Yes|One|Two|With|By|"
    r"Is|Are|Was|Were|Do|Does|Did|Will|Can|Let|Now|Here|To|Officials|Police|According|Despite|"
    r"During|Once|Until|Under|Because|Both|Each|Every|Another|Such|Also|Still|Yet)\b"
)


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
    if word in ("WWI", "WWII"):
        return f"World War {'one' if word == 'WWI' else 'two'}", False
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


def starts_sentence(following: str) -> bool:
    """Whether what follows a stop and a space begins a sentence rather than a name."""
    return _STARTER.match(following) is not None
