"""What espeak-ng can say, read from its own tables."""

from __future__ import annotations

import struct
from functools import cache
from pathlib import Path

import espeakng_loader

from talker.speech.espeak_library import espeak_library
from talker.speech.ipa import split_ipa

_NO_SOUNDS = ("_", "|", "%", "=", "'", ",", "#", "?!")


@cache
def labels_of_every_language() -> dict[str, set[str]]:
    """IPA labels of every language's phonemes, spoken one by one."""
    library = espeak_library()
    tables = _phoneme_tables(Path(espeakng_loader.get_data_path()) / "phontab")
    found: dict[str, set[str]] = {}
    for language, table in _languages().items():
        known = tables.get(table) or tables[table.split("-")[0]]
        names = [name for name in sorted(known) if not name.startswith(_NO_SOUNDS)]
        text = " ".join(f"[[{name}]]" for name in names)
        phones = library.speak(text, language, speed=2.5).phones
        found[language] = {label for phone in phones for label in split_ipa(phone.label)}
    return found


def _languages() -> dict[str, str]:
    """Every voice and the phoneme table it speaks by."""
    voices: dict[str, str] = {}
    for path in sorted((Path(espeakng_loader.get_data_path()) / "lang").rglob("*")):
        if path.is_file():
            lines = [line.split() for line in path.read_text("utf-8", "replace").splitlines()]
            keys = {line[0]: line[1] for line in reversed(lines) if len(line) > 1}
            voices[path.name.lower()] = keys.get("phonemes", keys["language"])
    return voices


def _phoneme_tables(path: Path) -> dict[str, set[str]]:
    """Names of the phonemes of every table, those of the tables it builds on included.

    Layout of espeak-ng's `phontab` (synthdata.c of 1.52): the number of tables in a word; then for
    each its number of phonemes and the number of its base table in a word, its name in 32 bytes,
    and 16 bytes a phoneme, the first 4 of which are its name.
    """
    raw = path.read_bytes()
    tables: list[tuple[str, set[str]]] = []
    at = 4
    for _ in range(raw[0]):
        count, base = raw[at], raw[at + 1]
        name = raw[at + 4 : at + 36].split(b"\0")[0].decode()
        at += 36
        names = set(tables[base - 1][1]) if base else set()
        for (mnemonic,) in struct.iter_unpack("4s12x", raw[at : at + 16 * count]):
            names.add(mnemonic.split(b"\0")[0].decode("latin-1"))
        at += 16 * count
        tables.append((name, names - {""}))
    return dict(tables)
