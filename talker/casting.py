"""Who speaks: a text with the voices it needs, known before any of them is loaded."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from textwrap import shorten

from talker.assets.voices import Voice, load_voice
from talker.errors import LanguageError, UsageError
from talker.jobs import SayJob, SpeakJob
from talker.progress import Reporter
from talker.settings import FilmSettings
from talker.speech import speaking
from talker.speech.engine import SpeechSettings
from talker.speech.registry import EngineSpec, spec_of
from talker.speech.timeline import Speech
from talker.tags import Ingredient
from talker.text.lexicon import Lexicon
from talker.text.reading import read_text
from talker.text.ssml import plain_text

EXCERPT = 40
"""Characters of a text that an error shows."""


@dataclass(frozen=True, slots=True)
class Casting:
    """A text and who will speak it.

    Attributes:
        text: What is said.
        language: BCP 47 language of most of it.
        main: The voice that was asked for; None for the languages' own.
        voices: Those the text calls for, in the order in which they first speak.
        preferred: Names of the voices that suit the portrait, by language.
        lexicon: The user's own pronunciations.
        settings: How to speak.
    """

    text: str
    language: str
    main: Voice | None
    voices: tuple[Voice, ...]
    preferred: Mapping[str, str]
    lexicon: Lexicon | None
    settings: FilmSettings

    @property
    def models(self) -> tuple[str, ...]:
        """Entries of the model store that the voices need."""
        return tuple(model for voice in self.voices for model in voice.models)

    @property
    def engines(self) -> tuple[EngineSpec, ...]:
        """The speech engines of the voices."""
        return tuple(spec_of(voice.engine) for voice in self.voices)

    @property
    def engine_names(self) -> str:
        """The speech engines for a reader."""
        return " + ".join(dict.fromkeys(spec.name for spec in self.engines))

    @property
    def names(self) -> str:
        """The voices for a reader."""
        return " + ".join(voice.name for voice in self.voices)

    @property
    def ingredients(self) -> list[Ingredient]:
        """The voices for a film's tags."""
        return [
            Ingredient(
                "Voice",
                voice.title,
                licence=": ".join(filter(None, (voice.licence, voice.warning))),
            )
            for voice in self.voices
        ]

    def speak(
        self, reporter: Reporter, voices: speaking.Voices | None = None
    ) -> tuple[Speech, str]:
        """Speaks the text, and tells on what.

        Args:
            reporter: Told of the stage.
            voices: Of an earlier text with the same voices, to load no engine twice.

        Raises:
            TalkerError: As `talker.speech.speaking.speak`.
        """
        settings = self.settings
        voices = voices or speaking.Voices(self.main, self.preferred)
        with reporter.stage("Speaking", len(self.text), "characters") as advance:
            speech = speaking.speak(
                self.text,
                voice=self.main,
                language=self.language,
                settings=SpeechSettings(settings.speed, settings.pitch, seed=settings.seed),
                lexicon=self.lexicon,
                on_progress=advance,
                voices=voices,
            )
        return speech, " + ".join(voices.devices)


def cast(job: SayJob | SpeakJob, suits: Mapping[str, str] | None = None) -> Casting:
    """The voices of a text, checked as far as they can be without their models.

    Args:
        job: What is to be said, and by whom.
        suits: Names of the voices that suit who is shown, by language, for a job that names none.

    Raises:
        UsageError: Nothing to say, no such voice or lexicon, or a pitch that a voice cannot take.
        LanguageError: The voice cannot speak the text's language.
        MissingExtraError: A voice's engine is not installed.
    """
    lexicon = None if job.lexicon is None else Lexicon.read(job.lexicon)
    main = None if job.voice is None else load_voice(job.voice)
    language = job.settings.language or speaking.spoken_language(plain_text(job.text), main)
    speaking.check_language(main, language)
    preferred = suits if suits and main is None else {}
    known = speaking.Voices(main, preferred)
    voices: dict[str, Voice] = {}
    for sentence in read_text(job.text, language=language, lexicon=lexicon):
        for token in sentence.tokens:
            if token.kind == "word":
                voice = known.voice_of(token.language)
                voices[voice.name] = voice
    if not voices:
        raise LanguageError(
            f"No voice can speak anything in the text '{shorten(plain_text(job.text), EXCERPT)}'.",
            "Give text in one of the languages of: talker voices",
        )
    for voice in voices.values():
        _check_engine(voice, job.settings)
    spoken = tuple(voices.values())
    return Casting(job.text, language, main, spoken, preferred, lexicon, job.settings)


def _check_engine(voice: Voice, settings: FilmSettings) -> None:
    spec = spec_of(voice.engine)
    if spec.extra and not spec.extra.is_installed:
        raise spec.extra.missing(f"The voice '{voice.name}'")
    if settings.pitch and not spec.capabilities.pitch:
        raise UsageError(
            f"The voice '{voice.name}' cannot change its pitch.",
            "Leave --pitch at 0, or take another voice of `talker voices`.",
        )
