"""Rows looked at before anything is rendered: each an order, or all that is wrong with it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from pathlib import Path

from talker.assets.portraits import Portrait, load_portrait
from talker.assets.voices import Voice, load_voice
from talker.batch.columns import (
    FLAGS,
    OF_SCRIPTS,
    OF_TEXTS,
    PATHS,
    SCRIPTS_SAY_THEMSELVES,
    SETTINGS,
    SOURCES,
    read_flag,
    unknown_column,
)
from talker.batch.expecting import expected_s, script_s
from talker.batch.faults import Faults, Remembered
from talker.batch.fingerprints import Fingerprints
from talker.batch.naming import Names, check_template, name_of, slug
from talker.batch.order import MARKS, SUBTITLES, BadRow, Order
from talker.batch.rows import Row, Rows
from talker.batch.together import Aside, check_together, shared
from talker.errors import UsageError
from talker.inputs import read_script
from talker.jobs import DEFAULT_PORTRAIT
from talker.narration.job import read_captions
from talker.paths import at_home, names_file
from talker.script.loading import load_script
from talker.settings import FilmSettings, film_settings
from talker.speech.speaking import check_language, spoken_language
from talker.text.ssml import plain_text

_NO_SOURCE = f"Give one of: {', '.join(SOURCES)}."
_SUFFIXES = {"srt": SUBTITLES, "marks": MARKS}
Values = dict[str, str]


class Vetting:
    """Makes orders of rows.

    Args:
        rows: The manifest.
        defaults: Values for all rows that do not give them, over those of the manifest's header;
            files are named from where the command runs.
        template: Of the names of films.

    Raises:
        UsageError: The template or the manifest's defaults are wrong.
    """

    def __init__(self, rows: Rows, defaults: Mapping[str, str], template: str) -> None:
        check_template(template)
        header = rows.defaults
        wrong = header.problem or next(map(unknown_column, header.unknown), None)
        if wrong is not None:
            raise UsageError(f"In the defaults of the manifest: {wrong[0]}", wrong[1])
        self._rows = rows
        self._template = template
        self._defaults = {**_placed(header.values, rows.folder), **_placed(defaults, Path.cwd())}
        self._names = Names()
        self._prints = Fingerprints()
        self._voice = Remembered(load_voice)
        self._portrait = Remembered(load_portrait)
        self._script = Remembered(load_script)
        self._settings = Remembered(_settings)
        self._together = Remembered(check_together)

    def orders(self) -> Iterator[Order | list[BadRow]]:
        """An order for each good row, and what is wrong with each bad one, as they come."""
        for row in self._rows.rows:
            faults = Faults(row)
            order = self._order(row, faults)
            yield faults.found if order is None or faults.found else order

    def _order(self, row: Row, faults: Faults) -> Order | None:
        if row.problem is not None:
            faults.add("", *row.problem)
            return None
        for name, value in row.unknown.items():
            faults.add(name, *unknown_column(name), value=value)
        own = _placed(row.values, self._rows.folder)
        values = {**self._defaults, **own}
        given = [name for name in SOURCES if name in own] or [n for n in SOURCES if n in values]
        if len(given) != 1:
            problem = f"It gives {' and '.join(given)}." if given else "It says nothing."
            faults.add(given[0] if given else "text", problem, _NO_SOURCE)
            return None
        source = given[0]
        is_script = source == "script"
        for name in (*OF_TEXTS, *SCRIPTS_SAY_THEMSELVES) if is_script else OF_SCRIPTS:
            values.pop(name, None)
            if name in own:
                only = "A script says it itself" if is_script else "Only a script can have it"
                faults.add(name, f"'{name}' is of no use here.", f"{only}: take it out.")
        how = self._how(values, faults)
        if how is None:
            return None
        make = self._of_script if is_script else self._of_text
        return make(row, source, values, how, faults)

    def _how(self, values: Values, faults: Faults) -> FilmSettings | None:
        """The settings; all that are wrong are told."""
        settings = tuple((SETTINGS[name], values[name]) for name in SETTINGS if name in values)
        try:
            return self._settings(settings)
        except UsageError:
            for name, value in settings:
                faults.tried(name.removesuffix("_s"), lambda n=name, v=value: _settings(((n, v),)))
            return None

    def _of_text(
        self, row: Row, source: str, values: Values, how: FilmSettings, faults: Faults
    ) -> Order | None:
        given = values[source]
        text = faults.tried(source, lambda: _text_in(given) if source == "text_file" else given)
        shown = None if text is None else faults.tried(source, lambda: _shown(text))
        beside = self._beside(values, faults)
        named = values.get("voice")
        voice = None if named is None else faults.tried("voice", lambda: self._voice(named))
        who = values.get("portrait", DEFAULT_PORTRAIT)
        portrait = faults.tried("portrait", lambda: self._portrait(who))
        if faults.found or text is None or shown is None or portrait is None:
            return None
        language = how.language or spoken_language(shown, voice)
        faults.tried("voice" if voice else "language", lambda: check_language(voice, language))
        if faults.found:
            return None
        lexicon = values.get("lexicon")
        combination = shared(how)
        faults.tried(
            "", lambda: self._together(language, named, who, lexicon, combination, Aside(text))
        )
        if faults.found:
            return None
        placeholders = {"voice": named or language, "portrait": portrait.name, "language": language}
        name = self._name(row, source, values, slug(shown), placeholders, faults)
        if name is None:
            return None
        fields = {key: values[key] for key in ("voice", "portrait", "lexicon") if key in values}
        return Order(
            name=name,
            number=row.number,
            place=row.where,
            kind="say",
            fields={"text": text, **fields},
            settings=_given(values),
            side_files=beside,
            inputs=self._prints_of(text, (named, voice), (who, portrait), lexicon, how),
            expected_s=how.lead_in_s + expected_s(shown, how.speed) + how.tail_s,
        )

    def _of_script(
        self, row: Row, source: str, values: Values, how: FilmSettings, faults: Faults
    ) -> Order | None:
        path = Path(values[source])
        script = faults.tried(source, lambda: self._script(path))
        captions = values.get("captions")
        if captions is not None:
            faults.tried("captions", lambda: read_captions(captions))
        if script is None or faults.found:
            return None
        placeholders = {"voice": "", "portrait": "", "language": script.language}
        name = self._name(row, source, values, slug(script.title), placeholders, faults)
        if name is None:
            return None
        return Order(
            name=name,
            number=row.number,
            place=row.where,
            kind="narrate",
            fields={"script": str(path), **({"captions": captions} if captions else {})},
            settings=_given(values),
            inputs={"script": self._prints.script(script)},
            expected_s=script_s(script, how.speed),
        )

    def _beside(self, values: Values, faults: Faults) -> tuple[str, ...]:
        """Suffixes of the files beside the film."""
        flags = [name for name in FLAGS if name in values]
        wanted = [faults.tried(name, lambda n=name: read_flag(n, values[n])) for name in flags]
        return tuple(_SUFFIXES[n] for n, wants in zip(flags, wanted, strict=True) if wants)

    def _name(
        self,
        row: Row,
        source: str,
        values: Values,
        words: str,
        placeholders: Mapping[str, str],
        faults: Faults,
    ) -> str | None:
        """A name that no row has had before."""
        template = values.get("out", self._template)
        stem = Path(values[source]).stem if source != "text" else words
        known: dict[str, str | int] = {
            **placeholders,
            "index": row.number,
            "line": row.line,
            "slug": words,
            "stem": stem,
        }
        if "out" in values:
            faults.tried("out", lambda: check_template(template))
        name = None if faults.found else faults.tried("out", lambda: name_of(template, known))
        if name is None:
            return None
        holder = self._names.take(name, row.line or row.number)
        if holder is None:
            return name
        where = f"line {holder}" if row.line else f"file {holder}"
        faults.add(
            "out",
            f"The name '{name}' is taken by {where}; this is {row.where}.",
            "Give one of them another name, or names with {index} in them.",
        )
        return None

    def _prints_of(
        self,
        text: str,
        voice: tuple[str | None, Voice | None],
        portrait: tuple[str, Portrait],
        lexicon: str | None,
        how: FilmSettings,
    ) -> dict[str, str]:
        prints = {"text": self._prints.text(text), "portrait": self._prints.portrait(*portrait)}
        if voice[0] is not None and voice[1] is not None:
            prints["voice"] = self._prints.voice(voice[0], voice[1])
        if lexicon is not None:
            prints["lexicon"] = self._prints.file(Path(lexicon))
        if how.face_like is not None:
            prints["face_like"] = self._prints.file(how.face_like)
        return prints


def _settings(given: tuple[tuple[str, str], ...]) -> FilmSettings:
    return film_settings(**dict(given))


def _given(values: Values) -> Values:
    return {SETTINGS[name]: values[name] for name in SETTINGS if name in values}


def _placed(values: Mapping[str, str], folder: Path) -> Values:
    """Values in which files are named from the root; what names no file stays a name."""
    placed = dict(values)
    for name in PATHS:
        if name in placed:
            path = folder / at_home(placed[name])
            if names_file(path) or name not in ("voice", "portrait"):
                placed[name] = str(path)
    return placed


def _text_in(path: str) -> str:
    if not names_file(Path(path)):
        raise UsageError(f"There is no file '{path}'.", "Check the spelling of the path.")
    return read_script(path)


def _shown(text: str) -> str:
    shown = plain_text(text)
    if not shown.strip():
        raise UsageError("The text is empty.", 'Give some words to say, such as "Good evening."')
    return shown
