"""Imports run downward only, and the front doors are light."""

from __future__ import annotations

import ast
import subprocess
import sys
from graphlib import TopologicalSorter
from pathlib import Path

import pytest
from running import ROOT

# From the ground up; a room may import those of lower floors and what is in it. What has no floor
# here joins the stages of a film and stands above them all, under what makes many films and the
# command line.
FLOORS = (
    {"errors", "paths", "progress", "closing", "litert", "onnx", "paddle"},
    {"extras"},
    {"text", "assets", "settings"},
    {"speech", "media", "script"},
    {"faces", "stage"},
    {"lips"},
)
FILM, BATCH, COMMAND_LINE = len(FLOORS), len(FLOORS) + 1, len(FLOORS) + 2
ENGINES = "cv2 scipy onnx onnxruntime paddle av ai_edge_litert PIL"


def module_of(path: Path) -> str:
    return ".".join(path.relative_to(ROOT).with_suffix("").parts).removesuffix(".__init__")


SOURCES = {module_of(path): path for path in [*ROOT.glob("talker/**/*.py"), ROOT / "talker_cli.py"]}


def imports(module: str) -> set[str]:
    """Every module that a module imports, wherever in it and if only for types."""
    found: set[str] = set()
    for node in ast.walk(ast.parse(SOURCES[module].read_text("utf-8"))):
        if isinstance(node, ast.Import):
            found.update(name.name for name in node.names)
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, f"{module} has a relative import"
            home = str(node.module)
            inner = (f"{home}.{name.name}" for name in node.names)
            found.update(name if name in SOURCES else home for name in inner)
    return found


IMPORTS = {module: imports(module) for module in SOURCES}
# The package itself is left out: it loads its names when they are first used, and modules take
# the version from it.
INSIDE = {module: found & (SOURCES.keys() - {"talker"}) for module, found in IMPORTS.items()}


def room_of(module: str) -> str:
    return module.split(".")[1] if "." in module else module


def floor_of(module: str) -> int:
    if module in ("talker", "talker_cli"):
        return COMMAND_LINE
    if room_of(module) == "batch":
        return BATCH
    return next((n for n, rooms in enumerate(FLOORS) if room_of(module) in rooms), FILM)


def may_import(module: str, other: str) -> bool:
    if room_of(module) == room_of(other) or floor_of(module) == floor_of(other) == FILM:
        return True
    return floor_of(other) < floor_of(module)


def test_every_room_of_a_floor_exists() -> None:
    assert set().union(*FLOORS) <= {room_of(module) for module in SOURCES}


def test_imports_run_downward() -> None:
    upward = [
        f"{module} imports {other}"
        for module, others in INSIDE.items()
        for other in others
        if not may_import(module, other)
    ]
    assert upward == []


def test_lips_know_no_text() -> None:
    lips = [module for module in SOURCES if room_of(module) == "lips"]
    assert not [module for module in lips if "text" in map(room_of, INSIDE[module])]


def test_no_imports_go_round_in_a_circle() -> None:
    TopologicalSorter(INSIDE).prepare()


@pytest.mark.parametrize(
    ("library", "owner"), [("rich", "talker.console"), ("typer", "talker_cli")]
)
def test_one_module_alone_knows_the_library(library: str, owner: str) -> None:
    knowing = {
        module
        for module, found in IMPORTS.items()
        if any(name.split(".")[0] == library for name in found)
    }
    assert knowing == {owner}


@pytest.mark.parametrize("door", ["talker", "talker_cli"])
def test_a_front_door_loads_no_engine(door: str) -> None:
    program = f"import sys, {door}; print(*(set({ENGINES!r}.split()) & sys.modules.keys()))"
    loaded = subprocess.check_output([sys.executable, "-c", program], cwd=ROOT, text=True)
    assert loaded.split() == []
