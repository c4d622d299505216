"""The espeak-ng library, bound in one place: sound, phones and words with their times.

espeak-ng is a C library with one state for a whole process (speak_lib.h of espeak-ng 1.52), so
there is one `EspeakLibrary` a process, got from `espeak_library`, and it speaks one text at a
time.
"""

from __future__ import annotations

import ctypes
import sys
from dataclasses import dataclass, replace
from functools import lru_cache
from threading import Lock
from typing import Any

import numpy as np
from numpy.typing import NDArray

from talker.errors import AssetError, LanguageError
from talker.extras import ESPEAK

_SYNCHRONOUS = 2
_PHONEME_EVENTS_AS_IPA = 0x0001 | 0x0002
_DONT_EXIT = 0x8000
_UTF8 = 1
_PHONEME_NAMES_IN_BRACKETS = 0x100
_POSITION_IN_CHARACTERS = 1
_RATE = 1
_WORD_EVENT, _PHONEME_EVENT = 1, 7

_WORDS_A_MINUTE = 175
_MIN_RATE, _MAX_RATE = 80, 450
_PART_OF_ABSORBED = 3

_INSTALL_AGAIN = "Install it again with: pip install --force-reinstall espeakng-loader"

_SYNONYMS = {"zh": "cmn", "no": "nb", "pt": "pt-br", "iw": "he"}


@dataclass(frozen=True, slots=True)
class EspeakPhone:
    """A phone as espeak-ng spoke it.

    Attributes:
        label: IPA with stress marks, empty for silence.
        word_at: Index of the character in the text where its word starts.
        start: First sample.
        end: Sample after the last.
    """

    label: str
    word_at: int
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class EspeakSpeech:
    """Sound and phones; the phones follow each other from the first sample to the last.

    Attributes:
        samples: float32 mono in [-1, 1], shape (n,).
        phones: In order, without gaps.
    """

    samples: NDArray[np.float32]
    phones: tuple[EspeakPhone, ...]


@lru_cache(maxsize=1)
def espeak_library() -> EspeakLibrary:
    """The library of this process, loaded on first use.

    Raises:
        MissingExtraError: The `espeak` extra is not installed.
        AssetError: It is installed, but broken.
    """
    return EspeakLibrary()


class EspeakLibrary:
    """espeak-ng, loaded."""

    def __init__(self) -> None:
        try:
            import espeakng_loader
        except ImportError:
            raise ESPEAK.missing("Speaking with espeak-ng or Piper") from None
        self._lock = Lock()
        self._path = espeakng_loader.get_library_path()
        self._data = espeakng_loader.get_data_path()
        self._library, self.sample_rate = self._load()

    def speak(
        self, text: str, language: str, *, speed: float = 1.0, afresh: bool = False
    ) -> EspeakSpeech:
        """Speaks a text in one language.

        Args:
            text: Plain words and punctuation; [[...]] holds espeak-ng's own phoneme names.
            language: BCP 47 language, or the name of an espeak-ng voice.
            speed: Tempo against the voice's own; espeak-ng can from 0.46 to 2.57.
            afresh: Whether the sound must not depend on what was spoken before. Phones never do.

        Raises:
            LanguageError: espeak-ng has no such voice.
        """
        with self._lock:
            if afresh:
                self._reload()
            self._choose(language)
            rate = round(min(max(_WORDS_A_MINUTE * speed, _MIN_RATE), _MAX_RATE))
            self._library.espeak_SetParameter(_RATE, rate, 0)
            listener = _Listener()
            callback = _CALLBACK(listener)
            self._library.espeak_SetSynthCallback(callback)
            spoken = text.encode()
            self._library.espeak_Synth(
                spoken,
                len(spoken) + 1,
                0,
                _POSITION_IN_CHARACTERS,
                0,
                _UTF8 | _PHONEME_NAMES_IN_BRACKETS,
                None,
                None,
            )
        return listener.speech()

    def _load(self) -> tuple[ctypes.CDLL, int]:
        try:
            library = ctypes.CDLL(self._path)
        except OSError as error:
            raise AssetError(f"espeak-ng cannot be loaded: {error}.", _INSTALL_AGAIN) from error
        rate = library.espeak_Initialize(
            _SYNCHRONOUS, 0, self._data.encode(), _PHONEME_EVENTS_AS_IPA | _DONT_EXIT
        )
        if rate <= 0:
            raise AssetError(f"espeak-ng cannot read its voices in {self._data}.", _INSTALL_AGAIN)
        return library, rate

    def _reload(self) -> None:
        """Loads the library anew, with its first state.

        Its flutter and its gain run on from call to call, in static variables that nothing else
        resets.
        """
        self._library.espeak_Terminate()
        _unload(self._library)
        self._library, _ = self._load()

    def _choose(self, language: str) -> None:
        if not any(self._set(name) for name in _voice_names(language)):
            raise LanguageError(
                f"espeak-ng has no voice for the language {language!r}.",
                "Give one of the languages that `talker voices` lists.",
            )

    def _set(self, name: str) -> bool:
        return self._library.espeak_SetVoiceByName(name.encode()) == 0


def _voice_names(language: str) -> tuple[str, ...]:
    """Names under which espeak-ng may know a language, the closest first."""
    tag = language.lower().replace("_", "-")
    base = tag.split("-", maxsplit=1)[0]
    names = [tag, _SYNONYMS.get(tag, tag), base, _SYNONYMS.get(base, base)]
    return tuple(dict.fromkeys(names))


def _unload(library: ctypes.CDLL) -> None:
    import _ctypes

    if sys.platform == "win32":
        _ctypes.FreeLibrary(library._handle)
    else:
        _ctypes.dlclose(library._handle)


class _EventId(ctypes.Union):
    _fields_ = (
        ("number", ctypes.c_int),
        ("name", ctypes.c_char_p),
        ("string", ctypes.c_char * 8),
    )


class _Event(ctypes.Structure):
    _fields_ = (
        ("type", ctypes.c_int),
        ("unique_identifier", ctypes.c_uint),
        ("text_position", ctypes.c_int),
        ("length", ctypes.c_int),
        ("audio_position", ctypes.c_int),
        ("sample", ctypes.c_int),
        ("user_data", ctypes.c_void_p),
        ("id", _EventId),
    )


_CALLBACK = ctypes.CFUNCTYPE(
    ctypes.c_int, ctypes.POINTER(ctypes.c_short), ctypes.c_int, ctypes.POINTER(_Event)
)


class _Listener:
    """Gathers the sound and the events of one call."""

    def __init__(self) -> None:
        self._chunks: list[NDArray[np.int16]] = []
        self._phones: list[tuple[str, int, int]] = []
        self._word_at = 0

    def __call__(self, wave: Any, count: int, events: Any) -> int:
        if count > 0:
            self._chunks.append(np.ctypeslib.as_array(wave, (count,)).copy())
        index = 0
        while events[index].type:
            self._hear(events[index])
            index += 1
        return 0

    def _hear(self, event: Any) -> None:
        if event.type == _WORD_EVENT:
            self._word_at = max(0, event.text_position - 1)
        elif event.type == _PHONEME_EVENT:
            label = event.id.string.decode("utf-8", "replace")
            self._phones.append((label, self._word_at, event.sample))

    def speech(self) -> EspeakSpeech:
        sound = np.concatenate(self._chunks) if self._chunks else np.zeros(0, np.int16)
        length = len(sound)
        starts = [min(start, length) for _, _, start in self._phones] + [length]
        phones: list[EspeakPhone] = []
        if self._phones and starts[0] > 0:
            phones.append(EspeakPhone("", self._phones[0][1], 0, starts[0]))
        for (label, word_at, _), start, end in zip(self._phones, starts, starts[1:], strict=False):
            if end > start:
                phones.append(EspeakPhone(label, word_at, start, end))
            elif label and phones:
                # A dark l is made inside the vowel before it, and has no time of its own.
                before = phones[-1]
                start = before.end - (before.end - before.start) // _PART_OF_ABSORBED
                phones[-1] = replace(before, end=start)
                phones.append(EspeakPhone(label, word_at, start, before.end))
        return EspeakSpeech(sound.astype(np.float32) / np.float32(32768), tuple(phones))
