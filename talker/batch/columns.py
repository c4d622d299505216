"""The columns that a manifest may have: the options of `talker say` and `talker narrate`."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import lru_cache

from talker.assets.near_names import near_names
from talker.errors import UsageError
from talker.settings import FilmSettings

SOURCES = ("text", "text_file", "script")
"""What is said; a row has one of them."""

FLAGS = ("srt", "marks")
"""Whether subtitles and the timeline are written beside the film."""

OF_SCRIPTS = ("captions",)
"""What only a script can have."""

OF_TEXTS = ("voice", "portrait", "lexicon", *FLAGS)
"""What only a text can have: a script says it itself."""

SETTINGS: Mapping[str, str] = {name.removesuffix("_s"): name for name in FilmSettings.model_fields}
"""Columns of settings, and what the settings call them."""

SCRIPTS_SAY_THEMSELVES = ("language", "pitch", "face_index", "face_at", "face_like")
"""Settings that only a text can have."""

PATHS = ("text_file", "script", "portrait", "voice", "lexicon", "face_like")
"""Columns that may name a file, from the manifest's folder."""

COLUMNS = (*SOURCES, "voice", "portrait", "lexicon", *OF_SCRIPTS, "out", *FLAGS, *SETTINGS)


@lru_cache(1024)
def column_of(name: str) -> str:
    """The name of a column however it was written: "Lead-in" is "lead_in"."""
    plain = "_".join(name.strip().lower().replace("-", " ").split())
    return plain.removesuffix("_s") if plain.removesuffix("_s") in SETTINGS else plain


def unknown_column(name: str) -> tuple[str, str]:
    """What to say of a column that there is not, and the remedy."""
    near = near_names(column_of(name), COLUMNS)
    return f"There is no column '{name}'.{near}", f"The columns are: {', '.join(COLUMNS)}."


def read_defaults(pairs: Sequence[str]) -> dict[str, str]:
    """Reads the values of `--set`.

    Args:
        pairs: Such as "voice=en".

    Raises:
        UsageError: No pair, or no such column.
    """
    defaults: dict[str, str] = {}
    for pair in pairs:
        name, sign, value = pair.partition("=")
        if not sign:
            raise UsageError(
                f"'--set {pair}' sets nothing.", "Give a column and its value: --set voice=en"
            )
        if column_of(name) not in COLUMNS:
            raise UsageError(*unknown_column(name))
        defaults[column_of(name)] = value.strip()
    return defaults


def read_flag(name: str, value: str) -> bool:
    """Reads yes or no.

    Raises:
        UsageError: It is neither.
    """
    plain = value.strip().lower()
    if plain in ("yes", "true", "on", "1", "y"):
        return True
    if plain in ("no", "false", "off", "0", "n", ""):
        return False
    raise UsageError(f"The {name} cannot be '{value}'.", "Give yes or no.")
