from __future__ import annotations

import logging
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from running import ROOT, Run


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
def assets() -> None:
    """The embedded models and the mesh that measures, in the user's own store."""
    from talker.assets import store

    store.pull([*store.embedded_names(), "face-mesh-468"])


@pytest.fixture(scope="session")
def media() -> Path:
    """Real speech and faces, which developers and CI have beside the project."""
    folder = ROOT.parent / "shared" / "media"
    if not folder.is_dir():
        pytest.skip(f"the real recordings are not at {folder}")
    return folder


@pytest.fixture(autouse=True)
def no_errors_logged(caplog: pytest.LogCaptureFixture) -> Iterator[None]:
    """Fails a test in which anything logged an error that the test did not take away."""
    yield
    errors = [record for record in caplog.get_records("call") if record.levelno >= logging.ERROR]
    assert not errors, f"unexpected errors in the log: {[error.getMessage() for error in errors]}"
