"""The README's examples run as they stand."""

from __future__ import annotations

import itertools
import os
import re
import shlex
import shutil
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest
from running import ROOT, Run

FILMING = ("say", "sync", "narrate")

README = (ROOT / "README.md").read_text(encoding="utf-8")


def blocks(language: str) -> list[str]:
    return re.findall(rf"^```{language}\n(.*?)^```", README, re.MULTILINE | re.DOTALL)


def commands() -> list[list[str]]:
    lines = [line for block in blocks("console") for line in block.splitlines()]
    return [shlex.split(line[2:]) for line in lines if line.startswith("$ ")]


@pytest.fixture
def checkout(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, assets: None) -> Path:
    """A folder with the files that the examples name."""
    for folder in ("examples", "portraits"):
        shutil.copytree(ROOT / folder, tmp_path / folder)
    monkeypatch.chdir(tmp_path)
    return tmp_path


def test_the_commands_run_in_their_order(talker: Callable[..., Run], checkout: Path) -> None:
    assert len(commands()) >= 8
    for program, *arguments in commands():
        assert program == "talker"
        # The films are made small: what is tested is the command, not the picture.
        small = ["--size", "128x128", "--fps", "8"] if arguments[0] in FILMING else []
        run = talker(*arguments, *small)
        assert run.code == 0, f"{arguments}: {run.err}"
        for option, value in itertools.pairwise(arguments):
            if option in ("-o", "--marks", "--srt"):
                assert (checkout / value).stat().st_size > 0


def test_the_python_example_runs(checkout: Path) -> None:
    (example,) = blocks("python")
    environment = {**os.environ, "PYTHONPATH": str(ROOT)}
    done = subprocess.run(
        [sys.executable, "-c", example],
        env=environment,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    assert float(done.stdout) > 1
    assert (checkout / "evening.mp4").stat().st_size > 0


def test_the_options_that_the_readme_names_exist(talker: Callable[..., Run]) -> None:
    helps = "".join(
        talker(*command, "--help").out
        for command in (("say",), ("speak",), ("sync",), ("narrate",), ("models", "pull"))
    )
    prose = re.sub(r"^    .*$", "", README, flags=re.MULTILINE)
    for option in set(re.findall(r"`(--[a-z-]+)", prose)):
        assert option in helps, option


def test_pictures_and_files_that_the_readme_names_are_there() -> None:
    for target in re.findall(r"\]\(([^)#]+)\)", README):
        if "://" not in target and not target.startswith("docs/"):
            assert (ROOT / target).exists(), target
    assert (ROOT / "LICENSE").exists()
