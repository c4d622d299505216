"""The wheel as a user gets it, run outside the project."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[1]


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("wheel")
    command = [sys.executable, "-m", "pip", "wheel", "--quiet", "--no-deps", "--no-index"]
    command += ["--no-build-isolation", "--wheel-dir", str(folder), str(ROOT)]
    subprocess.run(command, check=True)
    (built,) = folder.glob("*.whl")
    return built


@pytest.fixture(scope="module")
def installed(wheel: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder that holds the wheel's content and nothing of the project's tree."""
    folder = tmp_path_factory.mktemp("site")
    command = [sys.executable, "-m", "pip", "install", "--quiet", "--no-deps", "--no-index"]
    subprocess.run([*command, "--target", str(folder), str(wheel)], check=True)
    return folder


def run(installed: Path, *arguments: str) -> str:
    """Standard output of the installed command, away from the project."""
    environment = {**os.environ, "PYTHONPATH": str(installed), "TALKER_OFFLINE": "1"}
    command = [sys.executable, str(installed / "bin" / "talker"), *arguments]
    done = subprocess.run(
        command, cwd=installed, env=environment, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr
    return done.stdout


def test_the_wheel_holds_voices_portraits_types_and_licence(wheel: Path) -> None:
    names = zipfile.ZipFile(wheel).namelist()
    assert "talker/py.typed" in names
    assert "talker/assets/registry.toml" in names
    assert "talker/data/portraits/poet.png" in names
    assert any(name.startswith("talker/data/voices/") and name.endswith(".toml") for name in names)
    assert any(name.endswith("licenses/LICENSE") for name in names)
    assert not any("/data/" in name and name.endswith(".py") for name in names)
    assert not any(name.startswith(("tests/", "bench/", "voices/", "portraits/")) for name in names)


def test_the_installed_command_runs_anywhere(installed: Path) -> None:
    where = "import talker; print(talker.__file__)"
    environment = {**os.environ, "PYTHONPATH": str(installed)}
    found = subprocess.check_output(
        [sys.executable, "-c", where], cwd=installed, env=environment, text=True
    )
    assert found.startswith(str(installed))
    assert "say" in run(installed, "--help")


def test_the_installed_command_finds_its_voices_and_portraits(installed: Path) -> None:
    voices = {row["name"] for row in json.loads(run(installed, "voices", "--json"))}
    portraits = {row["name"] for row in json.loads(run(installed, "portraits", "--json"))}
    assert {path.stem for path in (ROOT / "voices").glob("*.toml")} <= voices
    assert {path.stem for path in (ROOT / "portraits").glob("*.toml")} <= portraits
    assert {"poet", "reader"} <= portraits
