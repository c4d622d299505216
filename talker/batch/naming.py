"""The names of films: made of a template, safe on every file system, and each given once."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping
from hashlib import blake2b
from string import Formatter

from talker.errors import UsageError
from talker.media.film_container import FILM_SUFFIXES
from talker.text.splitting import without_tags

USUAL_NAME = "{index:03}-{slug}"
"""Of a film, where nothing else is asked for."""

FOLDER_NAME = "{stem}"
"""The same, where each text has a file of its own."""

PLACEHOLDERS = ("index", "slug", "line", "stem", "voice", "portrait", "language")

_NUMBERS = ("index", "line")
_SPEC = re.compile(r"0?[1-9]?d?")
_MOST_BYTES = 200  # of a file system's 255, so that what is beside the film has room
_SLUG_LETTERS, _SLUG_BYTES = 40, 80
_SLUG_SEEN = 400
_FORBIDDEN = re.compile(r'[\x00-\x1f\x7f<>:"/\\|?*]')
_RESERVED = re.compile(r"(con|prn|aux|nul|com\d|lpt\d)(\..*)?", re.IGNORECASE)
_USUAL_SUFFIX = ".mp4"


def slug(shown: str) -> str:
    """The first words of a text as a part of a file name: "Good evening." is "good-evening".

    Letters of all scripts stay, so "明月几时有？" is "明月几时有".

    Args:
        shown: The text without markup.
    """
    beginning = unicodedata.normalize("NFKC", without_tags(shown[:_SLUG_SEEN]))
    words = re.findall(r"[^\W_]+", beginning.lower())
    name = ""
    for word in words:
        longer = f"{name}-{word}" if name else word
        if len(longer) > _SLUG_LETTERS or len(longer.encode()) > _SLUG_BYTES:
            break
        name = longer
    if not name and words:
        name = words[0][:_SLUG_LETTERS].encode()[:_SLUG_BYTES].decode(errors="ignore")
    return name or "untitled"


def check_template(template: str) -> None:
    """Refuses a template that could give no name.

    Raises:
        UsageError: It names what there is not, or is no template.
    """
    remedy = f"It may hold {', '.join(f'{{{name}}}' for name in PLACEHOLDERS)}; see {USUAL_NAME}"
    try:
        parts = list(Formatter().parse(template))
    except ValueError as error:
        raise UsageError(f"'{template}' is no template of names: {error}.", remedy) from error
    for _, field, spec, conversion in parts:
        if field is None:
            continue
        is_number = field in _NUMBERS
        if field not in PLACEHOLDERS or conversion:
            raise UsageError(f"There is no '{{{field}}}' in the template '{template}'.", remedy)
        if spec and not (is_number and _SPEC.fullmatch(spec)):
            raise UsageError(
                f"'{{{field}:{spec}}}' of the template '{template}' is no way to write it.",
                "Give a number of digits for numbers alone, such as {index:03}.",
            )


def name_of(template: str, values: Mapping[str, str | int]) -> str:
    """The file name that a template gives.

    Args:
        template: Checked with `check_template`; where it ends in no suffix of a film, .mp4 is put.
        values: Of every placeholder.

    Raises:
        UsageError: It would be no safe name: a path, hidden, too long, or kept by a system.
    """
    safe = {
        key: value if isinstance(value, int) else _FORBIDDEN.sub("-", value)
        for key, value in values.items()
    }
    name = unicodedata.normalize("NFC", template.format(**safe))
    if not name.lower().endswith(FILM_SUFFIXES):
        name += _USUAL_SUFFIX
    found = _FORBIDDEN.search(name)
    if found is not None:
        sign = found[0] if found[0].isprintable() else repr(found[0])
        raise UsageError(
            f"The name '{name}' has a {sign} in it.",
            "Give the name of a file alone; all films go into one folder.",
        )
    stem = name.rpartition(".")[0]
    if not stem.strip(" .") or name.startswith(".") or stem != stem.strip():
        raise UsageError(f"'{name}' is no name for a film.", "Begin it with a letter or a digit.")
    if _RESERVED.fullmatch(stem):
        raise UsageError(f"The name '{name}' means a device on Windows.", "Give another name.")
    if len(name.encode()) > _MOST_BYTES:
        raise UsageError(
            f"The name '{name[:40]}…' takes {len(name.encode())} bytes.",
            f"Give one of at most {_MOST_BYTES} bytes.",
        )
    return name


class Names:
    """The names that were given, each with its row; a few dozen bytes a name are held."""

    def __init__(self) -> None:
        self._rows: dict[bytes, int] = {}

    def take(self, name: str, row: int) -> int | None:
        """Gives a name away; returns the row that has it where it was given before.

        Names that differ in case or suffix alone count as one: what lies beside the films would
        meet, and some file systems know no case.
        """
        stem = name.rpartition(".")[0]
        key = blake2b(stem.casefold().encode(), digest_size=12).digest()
        holder = self._rows.setdefault(key, row)
        return None if holder == row else holder
