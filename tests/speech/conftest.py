from __future__ import annotations

import shutil
import subprocess
import sys
from collections.abc import Callable
from dataclasses import replace
from functools import cache
from importlib.util import find_spec
from pathlib import Path

import pytest
from speech_measures import SAMPLES, TRAINED, sample_tokens

from talker.assets.checksum import sha256_of
from talker.assets.origin import Origin
from talker.assets.registry import AssetFile, built_in
from talker.assets.shelf import Shelf
from talker.assets.store import default_home
from talker.assets.voices import load_voice
from talker.speech.engine import SpeechEngine, SpeechSettings
from talker.speech.registry import EngineSpec, engine_for, engines, spec_of
from talker.speech.speaking import Voices
from talker.speech.timeline import Speech


@pytest.fixture(scope="session")
def random_models(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """PaddleSpeech models of random weights, a folder each; see `build_models`."""
    if find_spec("paddle") is None or find_spec("paddlespeech") is None:
        pytest.skip("Paddle and PaddleSpeech are not installed here")
    if find_spec("paddle2onnx") is None:
        pytest.skip("Paddle's graphs cannot be written here: paddle2onnx is not installed")
    folder = tmp_path_factory.mktemp("random") / "models"
    script = Path(__file__).parent / "paddlespeech" / "build_models.py"
    built = subprocess.run(
        [sys.executable, script, folder], capture_output=True, text=True, check=False
    )
    assert built.returncode == 0, built.stderr[-2000:]
    return folder


@pytest.fixture(scope="session")
def store_of_random_models(random_models: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A model store in which every PaddleSpeech release that the tests speak with is such a one."""
    home = tmp_path_factory.mktemp("speaking")
    for folder in random_models.iterdir():
        install_release(home, folder.name, folder)
    for ending in ("", "_onnx"):
        shown = random_models / f"fastspeech2_aishell3{ending}"
        install_release(home, f"fastspeech2_mix{ending}", shown)
    return home


def install_release(home: Path, name: str, folder: Path) -> None:
    """Put a folder's files onto the shelf of a release, as a pull of its archive does."""
    shelf = Shelf(built_in().entries[name], home)
    files: list[AssetFile] = []
    made: dict[str, Path] = {}
    for kept in shelf.entry.kept:
        [found] = [folder / kept] if (folder / kept).exists() else folder.glob("*.onnx")
        made[kept] = home / f"{name}-{kept}"
        shutil.copyfile(found, made[kept])
        size = made[kept].stat().st_size
        files.append(AssetFile(name=kept, size=size, sha256=sha256_of(made[kept])))
    with shelf.locked():
        shelf.replace(Origin(name=folder.name, sha256="0" * 64, files=tuple(files)), made)


@pytest.fixture(scope="session")
def home_of(assets: None, request: pytest.FixtureRequest) -> Callable[[EngineSpec], Path]:
    """The model store that an engine's sample is spoken from."""

    def home(spec: EngineSpec) -> Path:
        if spec.name in TRAINED:
            return default_home()
        return request.getfixturevalue("store_of_random_models")

    return home


@pytest.fixture(scope="session")
def engine_of(home_of: Callable[[EngineSpec], Path]) -> Callable[[EngineSpec], SpeechEngine]:
    @cache
    def load(spec: EngineSpec) -> SpeechEngine:
        voice, language, _ = SAMPLES[spec.name]
        with pytest.MonkeyPatch.context() as patch:
            patch.setenv("TALKER_HOME", str(home_of(spec)))
            return engine_for(load_voice(voice), language)

    return load


_IN_PADDLE = replace(spec_of("paddlespeech"), name="paddlespeech in Paddle")


@pytest.fixture(params=[*engines(), _IN_PADDLE], ids=lambda spec: spec.name)
def spec(request: pytest.FixtureRequest) -> EngineSpec:
    return request.param


@pytest.fixture(params=[spec_of(name) for name in TRAINED], ids=lambda spec: spec.name)
def trained(request: pytest.FixtureRequest) -> EngineSpec:
    """An engine that speaks, where others only keep the form of it."""
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
