from __future__ import annotations

from collections.abc import Callable
from functools import cache

import pytest
from speech_measures import SAMPLES, sample_tokens

from talker.assets.voices import load_voice
from talker.speech.engine import SpeechEngine, SpeechSettings
from talker.speech.registry import EngineSpec, engine_for, engines
from talker.speech.speaking import Voices
from talker.speech.timeline import Speech


@pytest.fixture(scope="session")
def engine_of(assets: None) -> Callable[[EngineSpec], SpeechEngine]:
    @cache
    def load(spec: EngineSpec) -> SpeechEngine:
        voice, language, _ = SAMPLES[spec.name]
        return engine_for(load_voice(voice), language)

    return load


@pytest.fixture(params=engines(), ids=lambda spec: spec.name)
def spec(request: pytest.FixtureRequest) -> EngineSpec:
    return request.param


@pytest.fixture(scope="session")
def voices(assets: None) -> Voices:
    """The embedded voices, each loaded once for the whole suite."""
    return Voices()


@pytest.fixture(scope="session")
def spoken(engine_of: Callable[[EngineSpec], SpeechEngine]) -> Callable[..., Speech]:
    """The engine's sample sentence, said once with each set of settings."""

    @cache
    def say(spec: EngineSpec, **settings: float) -> Speech:
        return engine_of(spec).synthesize(sample_tokens(spec), SpeechSettings(**settings))

    return say
