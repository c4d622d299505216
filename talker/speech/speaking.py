"""A whole text spoken: every language by its voice, one sound, one loudness, one clock."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import replace

from talker.assets.voices import Voice, load_voice, voice_for_language
from talker.errors import LanguageError, SpeechError, TalkerError, UsageError
from talker.speech.engine import SpeechEngine, SpeechSettings
from talker.speech.pauses import pause_after
from talker.speech.registry import engine_for
from talker.speech.tape import Tape
from talker.speech.timeline import Speech
from talker.text.glyphs import clean
from talker.text.languages import language_of_script, main_language, primary, script_of
from talker.text.lexicon import Lexicon
from talker.text.reading import read_text
from talker.text.sentence import Sentence, Token
from talker.text.ssml import plain_text

_SLOWEST, _FASTEST = 0.5, 2.0
_LOWEST, _HIGHEST = -12.0, 12.0


class Voices:
    """The voices of a job: each chosen by language, its engine loaded when it first speaks.

    Args:
        main: The voice that speaks its own languages; None for the embedded ones.
        preferred: Names of the voices of other languages, by language; where it has none, the
            embedded voice of the language speaks.
    """

    def __init__(
        self, main: Voice | None = None, preferred: Mapping[str, str] | None = None
    ) -> None:
        self._main = main
        self._preferred = preferred or {}
        self._engines: dict[tuple[str, str], SpeechEngine] = {}
        self._chosen: dict[str, Voice] = {}

    def voice_of(self, language: str) -> Voice:
        """The voice that speaks a language.

        Raises:
            LanguageError: None does.
            UsageError: There is no voice of the preferred name.
        """
        if language not in self._chosen:
            name = self._preferred.get(primary(language))
            if self._main and self._main.speaks(language):
                voice = self._main
            else:
                voice = load_voice(name) if name else voice_for_language(language)
            if voice is None:
                raise LanguageError(
                    f"No voice speaks {language!r}.",
                    "`talker voices` lists the voices and their languages.",
                )
            self._chosen[language] = voice
        return self._chosen[language]

    @property
    def devices(self) -> tuple[str, ...]:
        """What the engines that have spoken ran on, each once."""
        return tuple(dict.fromkeys(engine.device for engine in self._engines.values()))

    def engine_of(self, language: str) -> SpeechEngine:
        """The loaded engine of the voice that speaks a language."""
        voice = self.voice_of(language)
        key = (voice.name, primary(language) if voice.any_language else "")
        if key not in self._engines:
            self._engines[key] = engine_for(voice, language)
        return self._engines[key]


def speak(
    text: str,
    *,
    voice: Voice | str | None = None,
    language: str | None = None,
    settings: SpeechSettings | None = None,
    lexicon: Lexicon | None = None,
    on_progress: Callable[[float], None] | None = None,
    voices: Voices | None = None,
) -> Speech:
    """Speaks a text.

    Args:
        text: Any text; see `talker.text.reading.read_text`.
        voice: Who speaks its own languages; None for the embedded voice of the main language.
            Words in other languages are spoken by the embedded voice of theirs.
        language: BCP 47 language of the text; None to tell it from the script and the voice.
        settings: How to speak.
        lexicon: The user's own pronunciations.
        on_progress: Told, after every sentence, how many characters of `text` it took.
        voices: Voices of an earlier call with the same `voice`, to load no engine twice.

    Returns:
        24 kHz at -20 LUFS with a true peak under -1 dB; marks of phones, words, lines and pauses,
        the last of which ends where the sound ends.

    Raises:
        LanguageError: The voice cannot speak the text's main language, or no voice can.
        UsageError: Nothing to say, or a setting out of its range.
        MissingExtraError: An engine's extra is not installed.
        AssetError: A model is missing or broken.
    """
    settings = settings or SpeechSettings()
    _check(settings)
    chosen = load_voice(voice) if isinstance(voice, str) else voice
    shown = plain_text(text)
    main = primary(language) if language else spoken_language(shown, chosen)
    check_language(chosen, main)
    voices = voices or Voices(chosen)
    told = on_progress or _tell_nobody
    tape = Tape(clean(shown))
    spoken = 0
    for sentence in read_text(text, language=main, lexicon=lexicon):
        _speak_sentence(sentence, voices, settings, tape)
        told(float(len(sentence.source)))
        spoken += len(sentence.source)
    told(float(max(0, len(text) - spoken)))
    return tape.speech(main, shown)


def spoken_language(text: str, voice: Voice | None) -> str:
    """The language of most of a text: the voice's own where that is written alike."""
    found = main_language(clean(text))
    if voice is None or voice.any_language:
        return found
    own = voice.languages[0]
    scripts = {script for script in map(script_of, text[:2000]) if script is not None}
    main_scripts = [script for script in scripts if language_of_script(script, found) == found]
    alike = all(language_of_script(script, own) == own for script in main_scripts)
    return own if main_scripts and alike else found


def check_language(voice: Voice | None, language: str) -> None:
    """Refuses a voice that does not speak a language.

    Raises:
        LanguageError: It does not; None stands for the embedded voices.
    """
    if voice is None or voice.speaks(language):
        return
    other = voice_for_language(language)
    raise LanguageError(
        f"The text is in {language!r}, which the voice {voice.name!r} cannot speak.",
        f"Take --voice {other.name}." if other else "Take a text in one of the voice's languages.",
    )


def _speak_sentence(
    sentence: Sentence, voices: Voices, settings: SpeechSettings, tape: Tape
) -> None:
    begin = tape.length
    if sentence.rate != 1.0 or sentence.pitch:
        settings = replace(
            settings, speed=settings.speed * sentence.rate, pitch=settings.pitch + sentence.pitch
        )
    try:
        for run in _runs(sentence.tokens, voices):
            _speak_run(run, voices, settings, tape, sentence.volume_db)
    except (LanguageError, UsageError) as error:
        raise type(error)(f"In {_quoted(sentence)}: {error.problem}", error.remedy) from error
    except SpeechError as error:
        raise SpeechError(f"In {_quoted(sentence)}: {error.problem}", error.remedy) from error
    except (TalkerError, ImportError):
        raise
    except Exception as error:  # ONNX Runtime and LiteRT raise classes of no common base
        raise TalkerError(
            f"The voice failed in {_quoted(sentence)}: {error}",
            "Word the sentence differently, or take another voice.",
        ) from error
    tape.line(sentence.line, sentence.source, begin)
    # A pause that the text asks for by a tag is as long as it says; others follow the tempo.
    tempo = settings.speed if sentence.tokens else 1.0
    tape.silence(sentence.pause_s / tempo)


def _speak_run(
    run: tuple[Token, ...],
    voices: Voices,
    settings: SpeechSettings,
    tape: Tape,
    volume_db: float,
) -> None:
    """Speaks tokens of one language and lays them on the tape at the common level, or by it."""
    language = next(token.language for token in run if token.kind == "word")
    voice = voices.voice_of(language)
    personal = replace(
        settings,
        speed=min(max(settings.speed * voice.speed, _SLOWEST), _FASTEST),
        pitch=min(max(settings.pitch + voice.pitch, _LOWEST), _HIGHEST),
        timbre=voice.timbre,
    )
    engine = voices.engine_of(language)
    if (personal.pitch or personal.timbre) and not engine.capabilities.pitch:
        raise UsageError(
            f"The voice {voice.name!r} cannot change its pitch.", "Leave the pitch at 0."
        )
    tape.add(engine.synthesize(run, personal), volume_db)
    if run[-1].kind == "punctuation":
        tape.inner_pause_s = pause_after(run[-1]) / personal.speed


def _runs(tokens: Iterable[Token], voices: Voices) -> list[tuple[Token, ...]]:
    """Tokens grouped by the voice that speaks them; punctuation stays with what is before it."""
    runs: list[list[Token]] = []
    leading: list[Token] = []
    name = None
    for token in tokens:
        if token.kind == "punctuation":
            (runs[-1] if runs else leading).append(token)
            continue
        voice = voices.voice_of(token.language)
        # One voice may still need another engine a language.
        key = (voice.name, token.language if voice.any_language else "")
        if key != name:
            runs.append(leading)
            leading, name = [], key
        runs[-1].append(token)
    return [tuple(run) for run in runs]


def _check(settings: SpeechSettings) -> None:
    if not _SLOWEST <= settings.speed <= _FASTEST:
        raise UsageError(f"The speed cannot be {settings.speed:g}.", "Give 0.5 to 2.")
    if not _LOWEST <= settings.pitch <= _HIGHEST:
        raise UsageError(f"The pitch cannot be {settings.pitch:g}.", "Give -12 to 12 semitones.")


def _quoted(sentence: Sentence) -> str:
    source = sentence.source
    shown = source if len(source) <= 60 else f"{source[:57]}..."
    return f"the sentence {shown!r}"


def _tell_nobody(amount: float) -> None:
    """Progress that nobody waits for."""
