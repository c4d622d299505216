import pytest
from tiny_assets import WEIGHTS, entry_table, file_table, https_source

from talker.errors import AssetError


@pytest.fixture
def weights_entry(server):
    """One bare file on the server."""
    url = server.serve("weights.bin", WEIGHTS)
    source = https_source(url, WEIGHTS, {"weights.bin": []})
    return entry_table("weights", [file_table("weights.bin", WEIGHTS)], [source])


def part_of(store):
    return store.home / "staging" / "weights" / "0" / "weights.bin.part"


def test_a_bare_file_is_fetched_with_progress_that_only_grows(make_store, server, weights_entry):
    store = make_store(weights_entry)
    reports = []
    store.pull(["weights"], progress=lambda *report: reports.append(report))
    assert store.file("weights", "weights.bin").read_bytes() == WEIGHTS
    done = [report[1] for report in reports]
    assert done == sorted(done)
    assert len(set(done)) > 3
    assert {report[2] for report in reports} == {len(WEIGHTS)}


def test_a_broken_connection_goes_on_where_it_broke(make_store, server, weights_entry):
    server.break_after = [100_000, 200_000]
    store = make_store(weights_entry)
    store.pull(["weights"])
    assert store.is_ready("weights")
    assert server.ranges == [None, "bytes=100000-", "bytes=300000-"]


def test_a_server_that_knows_no_ranges_is_read_from_the_start(make_store, server, weights_entry):
    server.break_after = [100_000]
    server.takes_ranges = False
    store = make_store(weights_entry)
    store.pull(["weights"])
    assert store.file("weights", "weights.bin").read_bytes() == WEIGHTS


def test_a_server_that_gives_nothing_more_is_given_up(make_store, server, weights_entry):
    server.break_after = [100_000, 0, 0, 0]
    store = make_store(weights_entry)
    with pytest.raises(AssetError, match=f"ended at 100000 of {len(WEIGHTS)} bytes"):
        store.pull(["weights"])
    assert not store.path("weights").exists()
    assert part_of(store).stat().st_size == 100_000


def test_a_later_pull_goes_on_with_the_part(make_store, server, weights_entry):
    server.break_after = [100_000, 0, 0, 0]
    store = make_store(weights_entry)
    with pytest.raises(AssetError):
        store.pull(["weights"])
    server.ranges.clear()
    store.pull(["weights"])
    assert server.ranges == ["bytes=100000-"]
    assert store.is_ready("weights")
    assert not part_of(store).exists()


def test_a_part_with_wrong_bytes_is_fetched_anew(make_store, server, weights_entry):
    store = make_store(weights_entry)
    part_of(store).parent.mkdir(parents=True)
    part_of(store).write_bytes(b"?" * 1000)
    store.pull(["weights"])
    assert server.ranges == ["bytes=1000-", None]
    assert store.is_ready("weights")


def test_wrong_bytes_of_the_right_length_are_refused(make_store, server, weights_entry):
    server.serve("weights.bin", bytes(len(WEIGHTS)))
    store = make_store(weights_entry)
    with pytest.raises(AssetError, match=r"gives other bytes: weights\.bin\.part has SHA-256"):
        store.pull(["weights"])
    assert not store.path("weights").exists()
    assert not part_of(store).exists()


def test_a_longer_file_is_cut_off(make_store, server, weights_entry):
    server.serve("weights.bin", WEIGHTS * 2)
    store = make_store(weights_entry)
    with pytest.raises(AssetError, match=f"gives more than {len(WEIGHTS)} bytes"):
        store.pull(["weights"])
    assert part_of(store).stat().st_size <= len(WEIGHTS)


def test_a_shorter_file_is_refused(make_store, server, weights_entry):
    server.serve("weights.bin", WEIGHTS[:1000])
    store = make_store(weights_entry)
    with pytest.raises(AssetError, match=r"1000 of|416"):
        store.pull(["weights"])
    assert not store.path("weights").exists()


def test_a_server_that_is_not_there_is_told(make_store, weights_entry):
    source = {**weights_entry["sources"][0], "url": "http://127.0.0.1:9/weights.bin"}
    store = make_store({**weights_entry, "sources": [source]})
    with pytest.raises(AssetError, match="cannot be reached"):
        store.pull(["weights"])
