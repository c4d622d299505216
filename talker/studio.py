"""What films have in common, made once for all: loaded voices and engines, faces, speech."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Callable
from contextlib import suppress
from dataclasses import replace
from pathlib import Path
from typing import Generic, TypeVar

from talker.assets.portraits import Portrait
from talker.casting import Casting
from talker.kept_speech import read_speech, speech_key, write_speech
from talker.lips.engine import LipEngine
from talker.lips.registry import LipChoice
from talker.media.frames import Picture
from talker.narration.keeping import Keep
from talker.progress import Reporter
from talker.settings import FilmSettings
from talker.sitter import Sitter, seat
from talker.speech.speaking import Voices
from talker.speech.timeline import Speech

_MOST_VOICES = 6
_MOST_SITTERS = 8
_MOST_ENGINES = 2

Value = TypeVar("Value")


class Studio:
    """Holds what the films of one process share; the films are the same with it and without.

    Args:
        threads: Frames rendered at a time; 0 for one a core.
        keep: Where speech is kept, so that the same words of the same voice are spoken once,
            whichever process asks; None to speak them every time.
    """

    def __init__(self, threads: int = 0, keep: Keep | None = None) -> None:
        self.threads = threads
        self.keep = keep
        self._voices: _Few[Voices] = _Few(_MOST_VOICES)
        self._sitters: _Few[tuple[Sitter, list[str]]] = _Few(_MOST_SITTERS)
        self._engines: _Few[LipEngine] = _Few(_MOST_ENGINES)

    def lips(self, choice: LipChoice) -> LipChoice:
        """The choice with the engine of earlier films, which has its network loaded."""
        return replace(choice, engine=self._engines.get(choice.spec.name, lambda: choice.engine))

    def seat(
        self, portrait: Portrait, picture: Picture | None, settings: FilmSettings, told: Reporter
    ) -> Sitter:
        """As `talker.sitter.seat`; the same face of the same picture is found once."""
        files = [portrait.image, portrait.landmarks, settings.face_like]
        which = (settings.size, settings.face_index, settings.face_at)
        key = repr((portrait.model_dump_json(), which, [_state(file) for file in files]))

        def found() -> tuple[Sitter, list[str]]:
            listener = _Warnings(told)
            return seat(portrait, picture, settings, listener), listener.warnings

        sitter, warnings = self._sitters.get(key, found)
        for line in warnings:
            told.warn(line)
        return sitter

    def speak(self, casting: Casting, reporter: Reporter) -> Speech:
        """The speech of a casting, kept from before or spoken now; errors as `Casting.speak`."""
        if self.keep is None:
            return self._spoken(casting, reporter)
        folder = self.keep_speech(casting, reporter, self.keep)
        try:
            return read_speech(folder)
        except (OSError, ValueError, KeyError):  # gone, or broken, meanwhile
            return self._spoken(casting, reporter)

    def keep_speech(self, casting: Casting, reporter: Reporter, keep: Keep) -> Path:
        """The folder in which the speech of a casting is kept; spoken now where it is not there."""
        key = speech_key(casting)
        if keep.find(key) is None:
            speech = self._spoken(casting, reporter)
            with keep.making(key) as folder:
                write_speech(folder, speech)
        return keep.kept(key)

    def _spoken(self, casting: Casting, reporter: Reporter) -> Speech:
        main = None if casting.main is None else casting.main.model_dump_json()
        who = repr((main, sorted(casting.preferred.items())))
        voices = self._voices.get(who, lambda: Voices(casting.main, casting.preferred))
        return casting.speak(reporter, voices)[0]


class _Few(Generic[Value]):
    """Values by key; of too many, the one goes that was not used for longest."""

    def __init__(self, most: int) -> None:
        self._most = most
        self._values: OrderedDict[str, Value] = OrderedDict()

    def get(self, key: str, make: Callable[[], Value]) -> Value:
        if key not in self._values:
            made = make()
            while len(self._values) >= self._most:
                self._values.popitem(last=False)
            self._values[key] = made
        self._values.move_to_end(key)
        return self._values[key]


class _Warnings(Reporter):
    """Notes the warnings instead of telling them; hands on the rest."""

    def __init__(self, outer: Reporter) -> None:
        self._outer = outer
        self.warnings: list[str] = []

    def note(self, line: str) -> None:
        self._outer.note(line)

    def warn(self, line: str) -> None:
        self.warnings.append(line)


def _state(file: Path | None) -> tuple[int, int] | None:
    """What tells a file from what was there before it."""
    with suppress(OSError):
        if file is not None:
            status = file.stat()
            return status.st_size, status.st_mtime_ns
    return None
