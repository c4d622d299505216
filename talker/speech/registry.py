"""Every speech engine there is, declared once."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from talker.assets import store
from talker.assets.voices import Voice
from talker.errors import LanguageError, UsageError
from talker.extras import ESPEAK, Extra
from talker.speech import engine_capabilities as capabilities
from talker.speech.engine import SpeechCapabilities, SpeechEngine


@dataclass(frozen=True, slots=True)
class EngineSpec:
    """An engine as it is known before it is loaded.

    Attributes:
        name: What a voice's description calls it.
        extra: The optional extra that brings what it needs; None for the base install.
        capabilities: What it can do with its embedded voice.
        create: Loads it for a voice and a language; raises MissingExtraError without the extra
            and AssetError without the model.
    """

    name: str
    extra: Extra | None
    capabilities: SpeechCapabilities
    create: Callable[[Voice, str], SpeechEngine]


def engines() -> tuple[EngineSpec, ...]:
    """Every engine, in the order of a list."""
    return _ENGINES


def spec_of(name: str) -> EngineSpec:
    """The engine of a name.

    Raises:
        UsageError: There is no such engine.
    """
    for spec in _ENGINES:
        if spec.name == name:
            return spec
    raise UsageError(
        f"There is no speech engine {name!r}.",
        f"The engines are: {', '.join(spec.name for spec in _ENGINES)}.",
    )


def engine_for(voice: Voice, language: str) -> SpeechEngine:
    """Loads the engine of a voice, to speak a language.

    Args:
        voice: Who speaks.
        language: BCP 47 language, one of the voice's.

    Raises:
        LanguageError: The voice does not speak the language.
        UsageError: The voice names an engine that does not exist.
        MissingExtraError: The engine's extra is not installed.
        AssetError: The voice's model is missing or broken.
    """
    if not voice.speaks(language):
        raise LanguageError(
            f"The voice {voice.name!r} does not speak {language!r}.",
            "Choose a voice that does; `talker voices` lists them with their languages.",
        )
    return spec_of(voice.engine).create(voice, language)


def _baker(voice: Voice, language: str) -> SpeechEngine:
    from talker.speech.baker import BakerEngine

    files = store.files(voice.model or "baker")
    return BakerEngine(files[0].parent)


def _piper(voice: Voice, language: str) -> SpeechEngine:
    from talker.speech.piper import PiperEngine

    speaker = None if voice.speaker is None else str(voice.speaker)
    model = voice.model_file
    if model is None:
        files = store.files(voice.model or "piper-joe")
        [model] = [file for file in files if file.suffix == ".onnx"]
    return PiperEngine(model, speaker=speaker)


def _espeak(voice: Voice, language: str) -> SpeechEngine:
    from talker.speech.espeak import EspeakEngine

    return EspeakEngine(str(voice.speaker or language))


def _paddlespeech(voice: Voice, language: str) -> SpeechEngine:
    from talker.speech.paddlespeech.engine import PaddleSpeechEngine

    return PaddleSpeechEngine.of(voice, language)


_ENGINES = (
    EngineSpec("baker", None, capabilities.BAKER, _baker),
    EngineSpec("piper", ESPEAK, capabilities.PIPER, _piper),
    EngineSpec("espeak", ESPEAK, capabilities.ESPEAK, _espeak),
    EngineSpec("paddlespeech", None, capabilities.PADDLESPEECH, _paddlespeech),
)
