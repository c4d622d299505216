from __future__ import annotations

import logging
import os
import shutil
import signal
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from running import ROOT, Run

# What a shell starts in the background ignores Ctrl-C, and so would all that the tests start.
signal.signal(signal.SIGINT, signal.default_int_handler)


@pytest.fixture
def talker(capfd: pytest.CaptureFixture[str]) -> Callable[..., Run]:
    """The command line, run in this process: arguments in, exit code and both outputs back."""
    from talker_cli import app

    def run(*arguments: object) -> Run:
        capfd.readouterr()
        with pytest.raises(SystemExit) as left:
            app([str(argument) for argument in arguments], prog_name="talker")
        captured = capfd.readouterr()
        return Run(int(left.value.code or 0), captured.out, captured.err)

    return run


@pytest.fixture(scope="session")
def everything_pulled() -> Path:
    """The user's own store, with the embedded models and those that only tests need."""
    from talker.assets import store

    store.pull([*store.embedded_names(), "face-mesh-468", "face-embeddings"])
    return store.path()


@pytest.fixture(scope="session")
def assets(everything_pulled: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[None]:
    """A store with the embedded models and the mesh that measures, and nothing else."""
    home = tmp_path_factory.mktemp("assets")
    shutil.copytree(everything_pulled, home, copy_function=_linked, dirs_exist_ok=True)
    for more in ("wav2lip", "face-embeddings"):
        shutil.rmtree(home / "models" / more, ignore_errors=True)
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("TALKER_HOME", str(home))
        yield


@pytest.fixture
def recognition(assets: None, everything_pulled: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The user's own store, with the model that recognises people."""
    monkeypatch.setenv("TALKER_HOME", str(everything_pulled))


def _linked(source: str, target: str) -> None:
    """A copy that takes no room where the file system allows it."""
    try:
        os.link(source, target)
    except OSError:
        shutil.copy2(source, target)


@pytest.fixture(scope="session")
def media() -> Path:
    """Real speech and faces, which developers and CI have beside the project."""
    folder = ROOT.parent / "shared" / "media"
    if not folder.is_dir():
        pytest.skip(f"the real recordings are not at {folder}")
    return folder


@pytest.fixture(scope="session")
def store_with_weights(assets: None, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A model store with all of the user's, and Wav2Lip weights that nobody trained."""
    from lips.wav2lip.random_weights import random_weights
    from safetensors.numpy import save_file

    from talker.assets import store
    from talker.lips.wav2lip.weights import import_weights

    home = tmp_path_factory.mktemp("store")
    shutil.copytree(store.path(), home, copy_function=_linked, dirs_exist_ok=True)
    file = tmp_path_factory.mktemp("weights") / "random.safetensors"
    save_file(random_weights(5), file)
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("TALKER_HOME", str(home))
        import_weights(file, "wav2lip")
    return home


@pytest.fixture(autouse=True)
def no_errors_logged(caplog: pytest.LogCaptureFixture) -> Iterator[None]:
    """Fails a test in which anything logged an error that the test did not take away."""
    yield
    errors = [record for record in caplog.get_records("call") if record.levelno >= logging.ERROR]
    assert not errors, f"unexpected errors in the log: {[error.getMessage() for error in errors]}"
