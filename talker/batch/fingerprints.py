"""What films are made of, as hashes: where one changes, the film does."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Iterator, Mapping
from dataclasses import fields, is_dataclass
from pathlib import Path

from talker.assets.portraits import Portrait
from talker.assets.voices import Voice
from talker.script.scenes import Script

_LENGTH = 24


class Fingerprints:
    """Hashes of voices, portraits and files, each made once."""

    def __init__(self) -> None:
        self._known: dict[tuple[str, str], str] = {}

    def text(self, text: str) -> str:
        """Of a text."""
        return _hash(text.encode())

    def voice(self, named: str, voice: Voice) -> str:
        """Of who speaks; `named` is what the voice was asked for by."""
        return self._once("voice", named, lambda: _hash(voice.model_dump_json().encode()))

    def portrait(self, named: str, portrait: Portrait) -> str:
        """Of who is seen, and of the picture; `named` is what the portrait was asked for by."""

        def made() -> str:
            files = [portrait.image, portrait.landmarks]
            told = [self.file(file) for file in files if file is not None and file.is_file()]
            return _hash(json.dumps([portrait.model_dump_json(), told]).encode())

        return self._once("portrait", named, made)

    def file(self, path: Path) -> str:
        """Of a file's content, as it is the first time that anybody asks."""

        def made() -> str:
            with path.open("rb") as stream:
                return hashlib.file_digest(stream, "sha256").hexdigest()[:_LENGTH]

        return self._once("file", str(path), made)

    def script(self, script: Script) -> str:
        """Of a script and of all files that it names."""
        files = sorted({path for path in _paths_in(script) if path.is_file()})
        return _hash(json.dumps([self.file(path) for path in files]).encode())

    def _once(self, kind: str, name: str, make: Callable[[], str]) -> str:
        key = (kind, name)
        if key not in self._known:
            self._known[key] = make()
        return self._known[key]


def _hash(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()[:_LENGTH]


def _paths_in(value: object) -> Iterator[Path]:
    """Every path in a value, and every text in it that is the path of a file."""
    if isinstance(value, Path):
        yield value
    elif isinstance(value, str):
        if "/" in value and "\n" not in value and len(value) < 1000:
            yield Path(value)
    elif is_dataclass(value):
        for field in fields(value):
            yield from _paths_in(getattr(value, field.name))
    elif isinstance(value, Mapping):
        for item in value.values():  # pyright: ignore[reportUnknownVariableType]
            yield from _paths_in(item)  # pyright: ignore[reportUnknownArgumentType]
    elif isinstance(value, tuple | list):
        for item in value:  # pyright: ignore[reportUnknownVariableType]
            yield from _paths_in(item)  # pyright: ignore[reportUnknownArgumentType]
