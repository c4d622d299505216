"""PaddleSpeech's archives: whole or not at all, unpacked where they belong, and harmless."""

from __future__ import annotations

import hashlib
import io
import pickle
import stat
import zipfile
from collections.abc import Callable, Mapping
from pathlib import Path

import numpy as np
import pytest
from safetensors.numpy import load_file
from tiny_assets import Server, zipped

from talker.assets.registry import built_in
from talker.assets.store import Store
from talker.errors import AssetError

GRAPH = np.random.default_rng(3).integers(0, 256, 600_000, np.uint8).tobytes()
PHONES = b"<pad> 0\nsp 1\n"
GOOD = {"fs2_1.0/fs2.onnx": GRAPH, "fs2_1.0/phone_id_map.txt": PHONES}
MEMBERS = {"fs2.onnx": "fs2.onnx", "phone_id_map.txt": "phone_id_map.txt"}


def release_of(url: str, content: bytes, members: Mapping[str, str] = MEMBERS) -> dict[str, object]:
    md5 = hashlib.md5(content, usedforsecurity=False).hexdigest()
    return {
        "name": "fs2",
        "title": "A release",
        "kind": "speech",
        "licence": "none",
        "embedded": False,
        "release": {"url": url, "md5": md5, "members": dict(members)},
    }


@pytest.fixture(autouse=True)
def no_cache_of_this_user(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Path:
    home = tmp_path / "paddlespeech"
    monkeypatch.setenv("PPSPEECH_HOME", str(home))
    return home / "models" / "fs2-mix" / "1.0"


@pytest.fixture
def served(
    server: Server, make_store: Callable[..., Store]
) -> Callable[[Mapping[str, bytes] | bytes], Store]:
    """A store whose release is on the server with some content."""

    def serve(files: Mapping[str, bytes] | bytes, **more: object) -> Store:
        content = files if isinstance(files, bytes) else zipped(files)
        return make_store(release_of(server.serve("fs2_1.0.zip", content), content, **more))

    return serve


def nothing_is_there(store: Store) -> bool:
    """Nothing is on the shelf, and nothing of a refused archive lies about."""
    left = [path for path in (store.home / "staging").rglob("*") if path.is_file()]
    is_clean = all(path.suffix == ".part" for path in left)
    return is_clean and not store.path("fs2").exists() and not store.is_ready("fs2")


def test_an_archive_becomes_its_files(served) -> None:
    store = served(GOOD)
    [pulled] = store.pull(["fs2"])
    assert pulled.files == ("fs2.onnx", "phone_id_map.txt")
    assert [path.read_bytes() for path in store.files("fs2")] == [GRAPH, PHONES]
    assert store.pull(["fs2"])[0].files == ()
    assert not list((store.home / "staging").rglob("*.zip"))


def test_a_broken_connection_goes_on_where_it_broke(served, server: Server) -> None:
    store = served(GOOD)
    server.break_after = [100_000, 150_000]
    store.pull(["fs2"])
    assert server.ranges == [None, "bytes=100000-", "bytes=250000-"]
    assert store.is_ready("fs2")


def test_a_later_pull_goes_on_with_the_part(served, server: Server) -> None:
    store = served(GOOD)
    server.break_after = [100_000, 0, 0, 0]
    with pytest.raises(AssetError, match="ended at 100000 of"):
        store.pull(["fs2"])
    assert nothing_is_there(store)
    server.ranges.clear()
    store.pull(["fs2"])
    assert server.ranges == ["bytes=100000-"]


def test_a_slow_server_is_waited_for(served, server: Server) -> None:
    store = served(GOOD)
    server.seconds_per_chunk = 0.01
    store.pull(["fs2"])
    assert store.is_ready("fs2")


def test_another_archive_than_the_table_s_is_refused_and_the_right_one_taken_later(
    served, server: Server
) -> None:
    store = served(GOOD)
    server.serve("fs2_1.0.zip", zipped({**GOOD, "more.txt": b"?"}))
    with pytest.raises(AssetError, match=r"'fs2' could not be fetched.*MD5") as refused:
        store.pull(["fs2"])
    assert "talker models pull fs2" in refused.value.remedy
    assert nothing_is_there(store)
    server.serve("fs2_1.0.zip", zipped(GOOD))
    store.pull(["fs2"])
    assert store.is_ready("fs2")


def test_a_truncated_archive_is_refused(served) -> None:
    store = served(zipped(GOOD)[:300_000])
    with pytest.raises(AssetError, match="broken"):
        store.pull(["fs2"])
    assert nothing_is_there(store)


@pytest.mark.parametrize("name", ["../outside.txt", "/outside.txt", "a/../../b", "..\\b", "C:\\b"])
def test_an_archive_that_leads_out_of_its_folder_is_refused_whole(
    served, tmp_path: Path, name: str
) -> None:
    store = served({**GOOD, name: b"?"})
    with pytest.raises(AssetError, match="leads out"):
        store.pull(["fs2"])
    assert nothing_is_there(store)
    assert not list(tmp_path.rglob("outside.txt"))


def test_a_link_in_an_archive_is_refused(served) -> None:
    content = io.BytesIO()
    with zipfile.ZipFile(content, "w") as archive:
        archive.writestr("fs2_1.0/phone_id_map.txt", PHONES)
        link = zipfile.ZipInfo("fs2_1.0/fs2.onnx")
        link.external_attr = (stat.S_IFLNK | 0o777) << 16
        archive.writestr(link, "/etc/passwd")
    store = served(content.getvalue())
    with pytest.raises(AssetError, match="link"):
        store.pull(["fs2"])
    assert nothing_is_there(store)


def test_an_archive_without_a_file_is_refused(served) -> None:
    store = served({"fs2_1.0/fs2.onnx": GRAPH})
    with pytest.raises(AssetError, match=r"holds no phone_id_map\.txt"):
        store.pull(["fs2"])
    assert nothing_is_there(store)


def test_a_bomb_is_not_unpacked(served) -> None:
    store = served({"fs2.onnx": GRAPH, "phone_id_map.txt": bytes(50 << 20)})
    with pytest.raises(AssetError, match="52428800 bytes, more than"):
        store.pull(["fs2"])
    assert nothing_is_there(store)


@pytest.mark.parametrize("method", [zipfile.ZIP_BZIP2, zipfile.ZIP_LZMA])
def test_an_archive_packed_as_no_release_is_refused(served, method: int) -> None:
    content = io.BytesIO()
    with zipfile.ZipFile(content, "w", method) as archive:
        for name, held in GOOD.items():
            archive.writestr(name, held)
    with pytest.raises(AssetError, match="packed or locked"):
        served(content.getvalue()).pull(["fs2"])


def test_an_archive_with_a_password_is_refused(served) -> None:
    content = bytearray(zipped(GOOD))
    content[content.index(b"PK\1\2") + 8] |= 1
    store = served(bytes(content))
    with pytest.raises(AssetError, match="packed or locked"):
        store.pull(["fs2"])
    assert nothing_is_there(store)


def test_an_archive_of_thousands_of_files_is_refused(served) -> None:
    store = served({**GOOD, **{f"{n}.txt": b"" for n in range(1100)}})
    with pytest.raises(AssetError, match="1102 files"):
        store.pull(["fs2"])


def test_paddlespeech_s_own_copy_is_used_and_no_request_made(
    served, server: Server, no_cache_of_this_user: Path
) -> None:
    store = served(GOOD)
    no_cache_of_this_user.mkdir(parents=True)
    (no_cache_of_this_user / "fs2_1.0.zip").write_bytes(zipped(GOOD))
    store.pull(["fs2"])
    assert server.ranges == []
    assert store.is_ready("fs2")


def test_a_broken_copy_of_paddlespeech_s_is_passed_over(
    served, server: Server, no_cache_of_this_user: Path
) -> None:
    store = served(GOOD)
    no_cache_of_this_user.mkdir(parents=True)
    (no_cache_of_this_user / "fs2_1.0.zip").write_bytes(b"half")
    store.pull(["fs2"])
    assert len(server.ranges) == 1


def test_an_archive_is_taken_from_a_folder(served, server: Server, tmp_path: Path) -> None:
    store = served(GOOD)
    folder = tmp_path / "fetched"
    folder.mkdir()
    with pytest.raises(AssetError, match=r"holds no fs2_1\.0\.zip") as refused:
        store.pull(["fs2"], from_dir=folder)
    assert refused.value.remedy.startswith(f"Put fs2_1.0.zip into {folder}")
    (folder / "fs2_1.0.zip").write_bytes(zipped(GOOD))
    store.pull(["fs2"], from_dir=folder)
    assert server.ranges == []


def test_an_archive_that_the_user_has_is_imported_once(served, server: Server, tmp_path) -> None:
    store = served(GOOD)
    own = tmp_path / "own.zip"
    own.write_bytes(zipped(GOOD))
    assert store.keep_release("fs2", own)
    assert not store.keep_release("fs2", own)
    assert server.ranges == []


def test_an_archive_of_the_user_s_own_is_refused_and_told_the_way(served, tmp_path) -> None:
    store = served(GOOD)
    own = tmp_path / "own.zip"
    own.write_bytes(zipped({"fs2.onnx": b"other"}))
    with pytest.raises(AssetError, match=r"own\.zip' is not fs2_1\.0\.zip.*MD5") as refused:
        store.keep_release("fs2", own)
    assert "voice file" in refused.value.remedy
    with pytest.raises(AssetError, match="cannot be read"):
        store.keep_release("fs2", tmp_path)
    assert nothing_is_there(store)


def test_another_release_s_archive_is_told_its_name(make_store, tmp_path: Path) -> None:
    theirs = zipped({**GOOD, "more.txt": b"?"})
    wanted = release_of("https://localhost/fs2.zip", zipped(GOOD))
    other = {**release_of("https://localhost/other.zip", theirs), "name": "fs2_onnx"}
    store = make_store(wanted, other)
    (tmp_path / "other.zip").write_bytes(theirs)
    with pytest.raises(AssetError) as refused:
        store.keep_release("fs2", tmp_path / "other.zip")
    assert refused.value.remedy.endswith("talker models import other.zip --as fs2_onnx")


def test_a_broken_archive_of_the_user_s_is_refused(served, tmp_path) -> None:
    broken = zipped(GOOD)[:300_000]
    store = served(broken)
    (tmp_path / "own.zip").write_bytes(broken)
    with pytest.raises(AssetError, match=r"cannot be taken into the store.*broken"):
        store.keep_release("fs2", tmp_path / "own.zip")
    assert nothing_is_there(store)


def test_nothing_is_asked_for_offline(
    served, server: Server, monkeypatch: pytest.MonkeyPatch
) -> None:
    store = served(GOOD)
    monkeypatch.setenv("TALKER_OFFLINE", "1")
    with pytest.raises(AssetError, match="TALKER_OFFLINE"):
        store.pull(["fs2"])
    assert server.ranges == []


def test_a_damaged_file_is_seen_and_fetched_again(served) -> None:
    store = served(GOOD)
    store.pull(["fs2"])
    store.path("fs2").joinpath("fs2.onnx").write_bytes(b"?")
    with pytest.raises(AssetError, match="cannot be used"):
        store.files("fs2")
    store.pull(["fs2"])
    assert store.files("fs2")[0].read_bytes() == GRAPH


CHECKPOINT = {"model.safetensors": "snapshot_iter_1.pdz", "speech_stats.npy": "speech_stats.npy"}


def npy(array: np.ndarray, *, allow_pickle: bool = False) -> bytes:
    content = io.BytesIO()
    np.save(content, array, allow_pickle=allow_pickle)
    return content.getvalue()


def test_of_a_checkpoint_s_pickle_the_speaking_weights_are_kept(served) -> None:
    weights = np.arange(6, dtype=np.float32).reshape(2, 3)
    state = {
        "main_params": {"linear.weight": weights},
        "main_optimizer": {"moment": np.zeros(3)},
        "epoch": 4,
    }
    stats = np.stack([np.zeros(80), np.ones(80)]).astype(np.float32)
    files = {"a/snapshot_iter_1.pdz": pickle.dumps(state, 4), "a/speech_stats.npy": npy(stats)}
    store = served(files, members=CHECKPOINT)
    store.pull(["fs2"])
    kept = load_file(store.path("fs2") / "model.safetensors")
    assert list(kept) == ["main_params/linear.weight"]
    np.testing.assert_array_equal(kept["main_params/linear.weight"], weights)
    assert sorted(path.name for path in store.path("fs2").iterdir()) == sorted(CHECKPOINT)


class Bad:
    def __reduce__(self):
        return (print, ("this must never be seen",))


@pytest.mark.parametrize("where", ["checkpoint", "statistics"])
def test_a_pickle_that_would_run_something_is_refused_and_does_not_run(
    served, where: str, capfd: pytest.CaptureFixture[str]
) -> None:
    stats = np.zeros((2, 80), np.float32)
    state: dict[str, object] = {"main_params": {"weight": stats}}
    files = {"snapshot_iter_1.pdz": pickle.dumps(state, 4), "speech_stats.npy": npy(stats)}
    if where == "checkpoint":
        files["snapshot_iter_1.pdz"] = pickle.dumps({**state, "more": Bad()}, 4)
    else:
        bad = npy(np.array([Bad()], object), allow_pickle=True)
        files["speech_stats.npy"] = bad
    store = served(files, members=CHECKPOINT)
    with pytest.raises(AssetError, match=r"refused|cannot be read"):
        store.pull(["fs2"])
    assert nothing_is_there(store)
    assert "never be seen" not in capfd.readouterr().out


def header(shape: str, kind: str = "<f4") -> bytes:
    text = f"{{'descr': '{kind}', 'fortran_order': False, 'shape': {shape}, }}".ljust(117) + "\n"
    return b"\x93NUMPY\x01\x00" + len(text).to_bytes(2, "little") + text.encode()


@pytest.mark.parametrize(
    "stats",
    [
        header("(2, 1000000000000)"),
        header("(2, 10000000000000000000000)"),
        header("((((") + b"?",
        npy(np.zeros((2, 0), np.float32)),
        npy(np.zeros((3, 80), np.float32)),
        npy(np.full((2, 80), np.nan, np.float32)),
        npy(np.array([["mean"], ["deviation"]])),
        npy(np.zeros((2, 3), [("mean", "f4")])),
        zipped({"stats.npy": npy(np.zeros((2, 80), np.float32))}),
        b"",
    ],
    ids=["huge", "overflow", "bracket", "none", "three", "nan", "text", "fields", "npz", "empty"],
)
def test_statistics_that_are_none_are_refused(served, stats: bytes) -> None:
    state = {"main_params": {"weight": np.zeros(3, np.float32)}}
    files = {"snapshot_iter_1.pdz": pickle.dumps(state, 4), "speech_stats.npy": stats}
    store = served(files, members=CHECKPOINT)
    with pytest.raises(AssetError, match="its statistics"):
        store.pull(["fs2"])
    assert nothing_is_there(store)


def test_every_voice_of_paddlespeech_s_has_its_releases() -> None:
    from talker.assets.voices import voices

    entries = built_in().entries
    for voice in voices():
        if voice.acoustic:
            for variant in (voice, voice.variant("paddle")):
                assert variant is not None
                assert all(entries[name].release for name in variant.models)
