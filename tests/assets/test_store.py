import os
from pathlib import Path

import pytest
from tiny_assets import (
    NOTES,
    TINY_WHEEL,
    TINY_WHEEL_SOURCE,
    WEIGHTS,
    entry_table,
    file_table,
    https_source,
    tiny_entry,
    wheel,
    zipped,
)

from talker.assets.store import Store
from talker.errors import AssetError, UsageError

WHEEL_NAME = TINY_WHEEL_SOURCE["archive"]


def test_a_wheel_is_fetched_by_pip_and_its_files_are_kept(make_store, wheel_index):
    store = make_store(tiny_entry([TINY_WHEEL_SOURCE]))
    reports = []
    (pulled,) = store.pull(["tiny"], progress=lambda *report: reports.append(report))
    assert pulled.files == ("notes.txt", "weights.bin")
    assert store.file("tiny", "weights.bin").read_bytes() == WEIGHTS
    assert store.file("tiny", "notes.txt").read_bytes() == NOTES
    assert reports[-1] == ("tiny", len(TINY_WHEEL), len(TINY_WHEEL))


def test_the_files_of_a_model_come_in_the_order_of_the_registry(filled):
    assert [path.name for path in filled.files("tiny")] == ["weights.bin", "notes.txt"]
    damage(filled.path("tiny") / "notes.txt")
    with pytest.raises(AssetError, match=r"notes\.txt has"):
        filled.files("tiny")


def test_nothing_of_a_download_is_left_behind(make_store, wheel_index):
    store = make_store(tiny_entry([TINY_WHEEL_SOURCE]))
    store.pull(["tiny"])
    kept = {path.name for path in store.home.rglob("*") if path.is_file()}
    assert kept == {"weights.bin", "notes.txt", "tiny.lock", "tiny.json"}


def test_a_second_pull_fetches_nothing(make_store, wheel_index):
    store = make_store(tiny_entry([TINY_WHEEL_SOURCE]))
    store.pull(["tiny"])
    (wheel_index / WHEEL_NAME).unlink()
    assert store.pull(["tiny"])[0].files == ()


def test_a_missing_model_names_the_command_that_brings_it(make_store):
    store = make_store(tiny_entry([TINY_WHEEL_SOURCE]))
    assert not store.is_ready("tiny")
    with pytest.raises(AssetError, match=r"weights\.bin is not in the store") as caught:
        store.file("tiny", "weights.bin")
    assert caught.value.remedy == "Fetch it with: talker models pull tiny"


def test_an_unknown_model_is_answered_with_the_nearest(make_store):
    with pytest.raises(UsageError, match="Did you mean 'tiny'"):
        make_store(tiny_entry([TINY_WHEEL_SOURCE])).pull(["tinny"])


@pytest.fixture
def filled(make_store, wheel_index) -> Store:
    """A store that holds the tiny wheel's files, and finds them in a folder of wheels."""
    store = make_store(tiny_entry([{"kind": "path", "path": str(wheel_index)}, TINY_WHEEL_SOURCE]))
    store.pull(["tiny"])
    return store


def damage(path: Path, *, keep_time: bool = False) -> None:
    before = path.stat()
    content = bytearray(path.read_bytes())
    content[len(content) // 2] ^= 1
    path.write_bytes(content)
    if keep_time:
        os.utime(path, ns=(before.st_atime_ns, before.st_mtime_ns))


@pytest.mark.parametrize("harm", [damage, lambda path: path.write_bytes(b"short")])
def test_a_damaged_file_is_never_handed_out(filled, harm):
    harm(filled.path("tiny") / "weights.bin")
    with pytest.raises(AssetError, match=r"weights\.bin has .* instead of") as caught:
        filled.file("tiny", "weights.bin")
    assert "talker models pull tiny" in caught.value.remedy
    assert not filled.is_ready("tiny")
    assert filled.statuses()[0].state == "damaged"


def test_a_pull_mends_a_damaged_file_and_leaves_the_good_one(filled):
    damage(filled.path("tiny") / "weights.bin")
    good = (filled.path("tiny") / "notes.txt").stat()
    assert filled.pull(["tiny"])[0].files == ("weights.bin",)
    assert filled.file("tiny", "weights.bin").read_bytes() == WEIGHTS
    assert (filled.path("tiny") / "notes.txt").stat().st_ino == good.st_ino


def test_verify_and_pull_see_damage_that_keeps_size_and_time(filled):
    damage(filled.path("tiny") / "weights.bin", keep_time=True)
    states = {check.name: check.state for check in filled.verify()}
    assert states == {"weights.bin": "damaged", "notes.txt": "good"}
    assert filled.pull(["tiny"])[0].files == ("weights.bin",)
    assert {check.state for check in filled.verify(["tiny"])} == {"good"}


def test_a_touched_but_whole_file_is_good(filled):
    os.utime(filled.path("tiny") / "weights.bin", ns=(1, 1))
    assert filled.file("tiny", "weights.bin").read_bytes() == WEIGHTS


@pytest.mark.parametrize("record", ["", "[1]", '{"weights.bin": {"sha256": 1}}'])
def test_a_broken_record_of_checks_costs_a_check_only(filled, record):
    (filled.home / "stamps" / "tiny.json").write_text(record)
    assert filled.is_ready("tiny")


def test_remove_frees_the_bytes(filled):
    assert filled.remove(["tiny"]) == len(WEIGHTS) + len(NOTES)
    assert filled.statuses()[0].state == "missing"
    assert filled.remove(["tiny"]) == 0


def test_a_wheel_with_other_bytes_is_refused(make_store, wheel_index):
    (wheel_index / WHEEL_NAME).write_bytes(wheel("tiny_voice", {"tiny/weights.bin": b"evil"}))
    store = make_store(tiny_entry([TINY_WHEEL_SOURCE]))
    with pytest.raises(AssetError, match=r"tiny-voice==1\.0: .* bytes instead of"):
        store.pull(["tiny"])
    assert not store.path("tiny").exists()


def test_a_source_distribution_is_never_taken(make_store, wheel_index):
    (wheel_index / WHEEL_NAME).unlink()
    (wheel_index / "tiny-voice-1.0.tar.gz").write_bytes(b"would run code")
    store = make_store(tiny_entry([TINY_WHEEL_SOURCE]))
    with pytest.raises(AssetError, match=r"tiny-voice==1\.0: pip says") as caught:
        store.pull(["tiny"])
    assert "talker models pull tiny --from DIR" in caught.value.remedy


def test_the_next_source_serves_when_the_first_fails(make_store, wheel_index, server):
    (wheel_index / WHEEL_NAME).unlink()
    mirror = https_source(
        server.serve("tiny.zip", TINY_WHEEL), TINY_WHEEL, TINY_WHEEL_SOURCE["members"]
    )
    store = make_store(tiny_entry([TINY_WHEEL_SOURCE, mirror]))
    store.pull(["tiny"])
    assert store.is_ready("tiny")


def test_every_failed_source_is_told(make_store, wheel_index, server):
    (wheel_index / WHEEL_NAME).unlink()
    url = f"{server.address}/gone.zip"
    mirror = https_source(url, TINY_WHEEL, TINY_WHEEL_SOURCE["members"])
    store = make_store(tiny_entry([TINY_WHEEL_SOURCE, mirror]))
    with pytest.raises(AssetError, match=rf"tiny-voice==1\.0: .*; {url}: .*404"):
        store.pull(["tiny"])


def test_one_failing_model_does_not_keep_the_others(make_store, wheel_index, server):
    bad_source = https_source(f"{server.address}/none", b"x", {"x.bin": []})
    bad = entry_table("bad", [file_table("x.bin", b"x")], [bad_source])
    store = make_store(bad, tiny_entry([TINY_WHEEL_SOURCE]))
    with pytest.raises(AssetError, match="The model 'bad' could not be fetched"):
        store.pull(["bad", "tiny"])
    assert store.is_ready("tiny")


def test_a_file_inside_an_archive_inside_an_archive(make_store, server):
    task = zipped({"mesh.tflite": WEIGHTS, "other": b"-"})
    outer = zipped({"models/face.task": task})
    source = https_source(
        server.serve("face.whl", outer),
        outer,
        {"mesh.tflite": ["models/face.task", "mesh.tflite"]},
    )
    store = make_store(entry_table("mesh", [file_table("mesh.tflite", WEIGHTS)], [source]))
    store.pull(["mesh"])
    assert store.file("mesh", "mesh.tflite").read_bytes() == WEIGHTS


def test_members_that_climb_out_of_an_archive_write_nothing_outside(make_store, server, tmp_path):
    archive = zipped({"../../climbed.txt": b"out", "/abs.txt": b"out", "weights.bin": WEIGHTS})
    members = {"weights.bin": ["weights.bin"], "notes.txt": ["../../climbed.txt"]}
    files = [file_table("weights.bin", WEIGHTS), file_table("notes.txt", b"out")]
    source = https_source(server.serve("a.zip", archive), archive, members)
    store = make_store(entry_table("tiny", files, [source]))
    store.pull(["tiny"])
    assert not list(tmp_path.rglob("climbed.txt"))
    assert not list(tmp_path.rglob("abs.txt"))
    assert store.file("tiny", "notes.txt").parent == store.path("tiny")


def test_a_broken_archive_is_told_as_broken(make_store, server):
    torn = TINY_WHEEL[: len(TINY_WHEEL) // 2]
    source = https_source(server.serve("torn.zip", torn), torn, TINY_WHEEL_SOURCE["members"])
    with pytest.raises(AssetError, match=r"torn\.zip is broken"):
        make_store(tiny_entry([source])).pull(["tiny"])


class TestFromAFolder:
    def test_the_wheel_in_it_is_used_with_no_network(self, make_store, wheel_index, monkeypatch):
        monkeypatch.setenv("TALKER_OFFLINE", "1")
        store = make_store(tiny_entry([TINY_WHEEL_SOURCE]))
        store.pull(["tiny"], from_dir=wheel_index)
        assert store.is_ready("tiny")

    def test_bare_files_do(self, make_store, tmp_path):
        (tmp_path / "weights.bin").write_bytes(WEIGHTS)
        (tmp_path / "notes.txt").write_bytes(NOTES)
        store = make_store(tiny_entry([TINY_WHEEL_SOURCE]))
        store.pull(["tiny"], from_dir=tmp_path)
        assert store.is_ready("tiny")
        assert (tmp_path / "weights.bin").exists()

    def test_what_is_there_is_kept_and_what_lacks_is_told(self, make_store, tmp_path):
        (tmp_path / "notes.txt").write_bytes(NOTES)
        store = make_store(tiny_entry([TINY_WHEEL_SOURCE]))
        with pytest.raises(AssetError, match=r"neither weights\.bin nor"):
            store.pull(["tiny"], from_dir=tmp_path)
        assert store.file("tiny", "notes.txt").read_bytes() == NOTES

    def test_the_models_folder_of_another_store_does(self, filled, make_store, tmp_path):
        store = make_store(tiny_entry([TINY_WHEEL_SOURCE]), home=tmp_path / "other")
        store.pull(["tiny"], from_dir=filled.home / "models")
        assert store.is_ready("tiny")

    def test_a_truncated_wheel_is_refused(self, make_store, wheel_index):
        (wheel_index / WHEEL_NAME).write_bytes(TINY_WHEEL[:-100])
        store = make_store(tiny_entry([TINY_WHEEL_SOURCE]))
        with pytest.raises(AssetError, match=f"has {len(TINY_WHEEL) - 100} bytes instead of"):
            store.pull(["tiny"], from_dir=wheel_index)
        assert not store.path("tiny").exists()

    def test_what_it_should_hold_is_told(self, make_store, tmp_path):
        store = make_store(tiny_entry([TINY_WHEEL_SOURCE]))
        with pytest.raises(AssetError, match=f"neither weights.bin nor {WHEEL_NAME}"):
            store.pull(["tiny"], from_dir=tmp_path)

    def test_it_must_exist(self, make_store, tmp_path):
        store = make_store(tiny_entry([TINY_WHEEL_SOURCE]))
        with pytest.raises(UsageError, match="no folder"):
            store.pull(["tiny"], from_dir=tmp_path / "nowhere")


def test_offline_asks_no_one(make_store, server, monkeypatch):
    monkeypatch.setenv("TALKER_OFFLINE", "1")
    url = server.serve("tiny.zip", TINY_WHEEL)
    mirror = https_source(url, TINY_WHEEL, TINY_WHEEL_SOURCE["members"])
    store = make_store(tiny_entry([TINY_WHEEL_SOURCE, mirror]))
    with pytest.raises(AssetError, match="TALKER_OFFLINE forbids the network") as caught:
        store.pull(["tiny"])
    assert caught.value.remedy.startswith("Unset TALKER_OFFLINE")
    assert server.ranges == []


def test_a_store_that_cannot_be_written_says_so(make_store, tmp_path):
    (tmp_path / "file").write_text("in the way")
    store = make_store(tiny_entry([TINY_WHEEL_SOURCE]), home=tmp_path / "file" / "home")
    with pytest.raises(AssetError, match="cannot be written") as caught:
        store.pull(["tiny"])
    assert "TALKER_HOME" in caught.value.remedy


def test_a_model_larger_than_the_disk_is_refused_at_once(make_store, server):
    source = https_source(f"{server.address}/vast", b"x", {"vast.bin": []})
    vast = {**file_table("vast.bin", b"x"), "size": 10**18}
    store = make_store(entry_table("vast", [vast], [{**source, "size": 10**18}]))
    with pytest.raises(AssetError, match="no room for the model 'vast'"):
        store.pull(["vast"])
    assert server.ranges == []
