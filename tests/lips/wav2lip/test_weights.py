"""Others' checkpoints become our weights: both layouts, what is refused, what the store keeps."""

from __future__ import annotations

import hashlib
import json
import os
import pickle
import shutil
import threading
from collections.abc import Callable, Iterator
from contextlib import suppress
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from checkpoint_files import original_layout
from random_weights import random_weights
from running import Run

from talker.assets import store
from talker.assets.checkpoints import read_checkpoint
from talker.assets.registry import Entry, built_in
from talker.errors import AssetError, TalkerError, UsageError
from talker.importing import fetch_checkpoint
from talker.lips.wav2lip.network import expected_tensors
from talker.lips.wav2lip.weights import (
    ENTRIES,
    KEPT,
    generator_weights,
    import_weights,
    load_weights,
    ready_weights,
)
from talker.progress import Reporter

Talker = Callable[..., Run]
Arrays = dict[str, Any]

NON_COMMERCIAL = "personal and research use only"
MEAN = "face_encoder_blocks.0.0.conv_block.1._mean"
VARIANCE = "audio_encoder.3.conv_block.1._variance"
FIRST = "face_encoder_blocks.0.0.conv_block.0.weight"


@pytest.fixture(scope="module")
def weights() -> dict[str, np.ndarray]:
    return random_weights(21)


@pytest.fixture(scope="module")
def files(
    weights: dict[str, np.ndarray], tmp_path_factory: pytest.TempPathFactory
) -> Iterator[dict[str, Path]]:
    """The same weights as the authors write them, old and new, and as PaddleGAN does."""
    folder = tmp_path_factory.mktemp("checkpoints")
    contents = {
        "wav2lip.pth": original_layout(weights, is_stream=True),
        "newer.pth": original_layout(weights, is_stream=False),
        "wav2lip_hq.pdparams": pickle.dumps(weights, 4),
    }
    for name, content in contents.items():
        (folder / name).write_bytes(content)
    yield {name: folder / name for name in contents}
    shutil.rmtree(folder)


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """A store of the test's own, which does not stay: each would fill 145 MB."""
    monkeypatch.setenv("TALKER_HOME", str(tmp_path / "home"))
    monkeypatch.delenv("TALKER_OFFLINE", raising=False)
    yield tmp_path / "home"
    shutil.rmtree(tmp_path / "home", ignore_errors=True)


def assert_same(found: Arrays, expected: Arrays) -> None:
    assert list(found) == list(expected_tensors())
    for name, array in expected.items():
        assert found[name].dtype == np.float32
        np.testing.assert_array_equal(found[name], array, err_msg=name)


@pytest.mark.parametrize("name", ["wav2lip.pth", "newer.pth", "wav2lip_hq.pdparams"])
def test_every_layout_gives_the_same_tensors(weights, files, name):
    assert_same(generator_weights(read_checkpoint(files[name]).arrays, name), weights)


def test_what_is_imported_is_kept_found_and_loaded(weights, files, home):
    assert ready_weights() is None
    assert ready_weights("wav2lip") is None
    assert import_weights(files["wav2lip.pth"], "wav2lip")
    path = ready_weights()
    assert path == home / "models" / "wav2lip" / KEPT == ready_weights("wav2lip")
    assert_same(load_weights(path), weights)
    origin = json.loads((home / "origins" / "wav2lip.json").read_text())
    assert origin["name"] == "wav2lip.pth"
    assert origin["sha256"] == hashlib.sha256(files["wav2lip.pth"].read_bytes()).hexdigest()
    assert not import_weights(files["wav2lip.pth"], "wav2lip"), "the same file again does nothing"


def test_the_first_of_the_order_that_is_there_is_taken(files, home):
    import_weights(files["wav2lip.pth"], "wav2lip")
    kept = home / "models" / "wav2lip" / KEPT
    import_weights(kept, "wav2lip-hq")  # safetensors of ours, as another machine would give them
    assert ready_weights() == home / "models" / "wav2lip-hq" / KEPT
    assert ready_weights("wav2lip") == kept
    assert ready_weights("wav2lip-gan") is None
    with pytest.raises(UsageError, match=r"no Wav2Lip weights 'wav2lip-gon'.*'wav2lip-gan'"):
        ready_weights("wav2lip-gon")
    assert set(ENTRIES) == {
        name for name, entry in built_in().entries.items() if entry.kind == "lips"
    }


def test_another_file_of_the_same_name_needs_overwriting_or_removing(files, home):
    import_weights(files["wav2lip.pth"], "wav2lip")
    before = store.file("wav2lip", KEPT).stat()
    with pytest.raises(
        UsageError, match=r"was made of wav2lip\.pth \(SHA-256 .* another"
    ) as caught:
        import_weights(files["newer.pth"], "wav2lip")
    assert "--overwrite" in caught.value.remedy
    assert "talker models remove wav2lip" in caught.value.remedy
    assert store.file("wav2lip", KEPT).stat().st_mtime_ns == before.st_mtime_ns
    graph = store.path("wav2lip") / "generator.onnx"
    graph.write_bytes(b"made of the old weights")
    assert import_weights(files["newer.pth"], "wav2lip", overwrite=True)
    assert not graph.exists()
    with pytest.raises(UsageError, match=r"was made of newer\.pth"):
        import_weights(files["wav2lip.pth"], "wav2lip")
    store.remove(["wav2lip"])
    assert ready_weights() is None
    assert import_weights(files["wav2lip.pth"], "wav2lip")


def test_damage_is_seen_and_mended_by_the_same_file_only(files, home):
    import_weights(files["wav2lip.pth"], "wav2lip")
    kept = store.path("wav2lip") / KEPT
    with kept.open("r+b") as stream:
        stream.seek(-100, os.SEEK_END)
        stream.write(b"\x7f")
    with pytest.raises(AssetError, match=r"cannot be used: .* instead of") as caught:
        ready_weights()
    assert "talker models import wav2lip.pth --as wav2lip" in caught.value.remedy
    with pytest.raises(UsageError, match="another file"):
        import_weights(files["newer.pth"], "wav2lip")
    assert import_weights(files["wav2lip.pth"], "wav2lip")
    assert ready_weights() == kept


@pytest.mark.parametrize("kind", [np.float16, np.float64, ">f4"])
def test_other_precisions_become_single(weights, kind):
    given = {name: array.astype(kind) for name, array in weights.items()}
    expected = {name: array.astype(np.float32) for name, array in given.items()}
    assert_same(generator_weights(given, "x"), expected)


@pytest.mark.parametrize(
    "nest",
    [
        lambda w: {"net_g": w},
        lambda w: {"netG": w, "netD": {FIRST: w[FIRST], "more": w[MEAN]}},
        lambda w: {"a": {"b": w}},
        lambda w: {f"module.{name}": array for name, array in w.items()},
    ],
    ids=["net_g", "with a discriminator", "two levels", "module."],
)
def test_the_generator_is_found_where_trainings_put_it(weights, nest):
    assert_same(generator_weights(nest(weights), "x"), weights)


def changed(array: np.ndarray, value: float) -> np.ndarray:
    copy = array.astype(np.float64)
    copy.flat[1] = value
    return copy


@pytest.mark.parametrize(
    ("change", "said"),
    [
        (lambda w: {FIRST: None}, rf"the tensor {FIRST} \(16, 6, 7, 7\) is missing"),
        (
            lambda w: {FIRST: w[FIRST].transpose(1, 0, 2, 3)},
            rf"{FIRST} is \(6, 16, 7, 7\) instead of \(16, 6, 7, 7\)",
        ),
        (lambda w: {MEAN: w[MEAN][:, None]}, rf"{MEAN} is \(16, 1\) instead of \(16,\)"),
        (lambda w: {MEAN: w[MEAN].astype(np.int64)}, f"{MEAN} holds int64 instead of real"),
        (lambda w: {MEAN: changed(w[MEAN], np.nan)}, f"{MEAN} has 1 of 16 values that are no"),
        (lambda w: {MEAN: changed(w[MEAN], np.inf)}, f"{MEAN} has 1 of 16 values that are no"),
        (lambda w: {MEAN: changed(w[MEAN], 1e300)}, f"{MEAN} has 1 of 16 values that are no"),
        (lambda w: {VARIANCE: changed(w[VARIANCE], -0.1)}, f"{VARIANCE} has a variance of -0.1"),
        (lambda w: {"hue.weight": w[MEAN], "hue.bias": w[MEAN]}, "2 tensors .* 'hue.weight'"),
        (lambda w: {"\x1b[31m" + "x" * 200: w[MEAN]}, r"such as '\\x1b\[31mx{75}'"),
        (lambda w: dict.fromkeys(w), rf"the tensor {FIRST} .* is missing"),
    ],
)
def test_the_first_tensor_that_does_not_fit_is_named(weights, change, said):
    given = {name: a for name, a in {**weights, **change(weights)}.items() if a is not None}
    with pytest.raises(AssetError, match=said) as caught:
        generator_weights(given, "mine.pth")
    assert "'mine.pth' is not a checkpoint of the 96-pixel Wav2Lip generator" in str(caught.value)


def test_a_channel_that_never_fires_is_taken(weights):
    given = {**weights, VARIANCE: changed(weights[VARIANCE], 0)}
    assert generator_weights(given, "x")[VARIANCE].flat[1] == 0


class Heard(Reporter):
    def __init__(self) -> None:
        self.lines: list[str] = []

    def note(self, line: str) -> None:
        self.lines.append(line)


@pytest.fixture
def served(files: dict[str, Path]) -> Iterator[Callable[[str], Entry]]:
    """The entry of PaddleGAN's weights, with an address on a server of the test's own."""

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            content = files["wav2lip_hq.pdparams"].read_bytes()
            cut = len(content) // 2 if self.path.endswith("cut") else len(content)
            self.send_response(404 if self.path.endswith("none") else 200)
            self.send_header("Content-Length", str(len(content)))
            self.end_headers()
            with suppress(OSError):  # nobody reads the page of an error to its end
                self.wfile.write(content[:cut])

        def log_message(self, *arguments: object) -> None:
            pass

    web = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    thread = threading.Thread(target=web.serve_forever, kwargs={"poll_interval": 0.05})
    thread.start()

    def entry(page: str) -> Entry:
        table = built_in().entries["wav2lip-hq"].model_dump()
        table["checkpoint"]["url"] = f"http://127.0.0.1:{web.server_address[1]}/{page}"
        return Entry.model_validate(table)

    yield entry
    web.shutdown()
    web.server_close()
    thread.join()


def test_weights_with_an_address_are_fetched_and_their_licence_is_said(
    served, weights, home, monkeypatch
):
    heard = Heard()
    with pytest.raises(AssetError, match="the server answers 404") as caught:
        fetch_checkpoint(served("none"), heard, None)
    assert "talker models import wav2lip_hq.pdparams --as wav2lip-hq" in caught.value.remedy
    with pytest.raises(AssetError, match=r"ended at .* of .* bytes"):
        fetch_checkpoint(served("cut"), heard, None)
    assert heard.lines == []
    assert fetch_checkpoint(served("good"), heard, None) == (KEPT,)
    assert NON_COMMERCIAL in heard.lines[0]
    assert_same(load_weights(store.file("wav2lip-hq", KEPT)), weights)
    monkeypatch.setenv("TALKER_OFFLINE", "1")
    with pytest.raises(AssetError, match="TALKER_OFFLINE forbids"):
        fetch_checkpoint(served("good"), heard, None)


def test_a_file_is_imported_listed_verified_and_removed(talker: Talker, files, home):
    run = talker("models", "import", files["wav2lip.pth"], "--as", "wav2lip")
    assert run.code == 0
    assert NON_COMMERCIAL in run.err
    assert "was there" in talker("models", "import", files["wav2lip.pth"], "--as", "wav2lip").out
    rows = {row["name"]: row for row in json.loads(talker("models", "list", "--json").out)}
    assert {name: rows[name]["state"] for name in ENTRIES} == {
        "wav2lip": "ready",
        "wav2lip-gan": "missing",
        "wav2lip-hq": "missing",
    }
    assert all("Non-commercial" in rows[name]["licence"] for name in ENTRIES)
    assert "good" in talker("models", "verify").out
    assert "was there" in talker("models", "pull", "wav2lip").out
    run = talker("models", "import", files["newer.pth"], "--as", "wav2lip")
    assert run.code == 2
    assert "--overwrite" in run.err
    run = talker("models", "import", files["newer.pth"], "--as", "wav2lip", "--overwrite")
    assert run.code == 0
    with (home / "models" / "wav2lip" / KEPT).open("r+b") as stream:
        stream.write(b"broken")
    run = talker("models", "verify")
    assert run.code == 1
    assert "talker models import" in run.err
    assert talker("models", "remove", "wav2lip").code == 0
    assert [path for path in home.rglob("*") if path.is_file() and path.suffix != ".lock"] == []


def test_weights_without_an_address_say_how_to_bring_them(talker: Talker, home):
    run = talker("models", "pull", "wav2lip-gan", "--json")
    assert run.code == 1
    told = " ".join(run.err.split())
    assert "talker models import wav2lip_gan.pth --as wav2lip-gan" in told
    assert "https://github.com/Rudrabha/Wav2Lip" in told
    assert not [name for name in ENTRIES if name in store.embedded_names()]


def test_weights_are_pulled_from_a_folder(talker: Talker, files, home):
    folder = files["wav2lip.pth"].parent
    run = talker("models", "pull", "wav2lip", "--from", folder)
    assert run.code == 0
    assert NON_COMMERCIAL in run.err
    assert ready_weights() == home / "models" / "wav2lip" / KEPT
    run = talker("models", "pull", "wav2lip-gan", "--from", folder, "--json")
    assert run.code == 1
    assert "neither wav2lip_gan.pth nor generator.safetensors" in " ".join(run.err.split())


class Order:
    def __init__(self, flag: Path) -> None:
        self.flag = flag

    def __reduce__(self) -> tuple[Any, ...]:
        return os.system, (f"touch {self.flag}",)


def test_a_hostile_file_is_refused_by_name_and_nothing_runs(talker: Talker, home, tmp_path):
    flag = tmp_path / "ran"
    evil = tmp_path / "wav2lip.pth"
    evil.write_bytes(pickle.dumps({"state_dict": Order(flag)}))
    run = talker("models", "import", evil, "--as", "wav2lip", "--json")
    assert run.code == 1
    assert f"{os.system.__module__}.system" in run.err
    assert not flag.exists()
    assert ready_weights() is None


@pytest.mark.parametrize(
    ("name", "code", "said"),
    [
        ("baker", 2, "not made of a file"),
        ("wav2lap", 2, "Did you mean 'wav2lip'"),
        ("wav2lip", 1, "No such file"),
    ],
)
def test_a_wrong_import_is_told_so(talker: Talker, home, tmp_path, name, code, said):
    run = talker("models", "import", tmp_path / "none.pth", "--as", name, "--json")
    assert run.code == code
    assert said in " ".join(run.err.split())


def test_a_damaged_origin_counts_as_none(files, home):
    import_weights(files["wav2lip.pth"], "wav2lip")
    (home / "origins" / "wav2lip.json").write_text("{")
    with pytest.raises(TalkerError, match="not in the store"):
        store.file("wav2lip", KEPT)
    assert import_weights(files["wav2lip.pth"], "wav2lip")
