"""A batch on a Ray cluster of two nodes, one of which dies."""

from __future__ import annotations

import threading
import time
from pathlib import Path

import pytest
from batch.killing import check
from batch.manifests import write_manifest

from talker.batch.job import BatchJob
from talker.batch.running import run_batch
from talker.errors import TalkerError
from talker.extras import RAY

FILMS, BAD_ROWS = 16, 2

pytestmark = pytest.mark.skipif(not RAY.is_installed, reason=f"Ray is not installed: {RAY.command}")


def test_all_films_are_made_though_a_node_dies(tmp_path: Path, assets: None) -> None:
    from ray.cluster_utils import Cluster

    names = write_manifest(tmp_path / "jobs.csv", FILMS, BAD_ROWS)
    out = tmp_path / "films"
    # The head keeps the books and makes no films.
    cluster = Cluster(initialize_head=True, head_node_args={"num_cpus": 0})
    try:
        nodes = [cluster.add_node(num_cpus=1) for _ in range(2)]
        cluster.wait_for_nodes()

        def kill_one() -> None:
            while len(list(out.glob("*.mp4"))) < FILMS // 4:
                time.sleep(0.1)
            cluster.remove_node(nodes[0], allow_graceful=False)

        killer = threading.Thread(target=kill_one, daemon=True)
        killer.start()
        job = BatchJob(
            tmp_path / "jobs.csv",
            out,
            runner="ray",
            address=cluster.address,
            retries=5,
        )
        result = run_batch(job)
        killer.join(1)
        assert not killer.is_alive()
    finally:
        cluster.shutdown()
    assert (result.done, result.made, result.wrong) == (FILMS, FILMS, BAD_ROWS)
    check(out, names, BAD_ROWS)


def test_an_address_without_a_cluster_is_told_of(tmp_path: Path) -> None:
    write_manifest(tmp_path / "jobs.csv", 1)
    job = BatchJob(tmp_path / "jobs.csv", tmp_path / "films", address="127.0.0.1:9")
    with pytest.raises(TalkerError, match="no Ray cluster at") as none:
        run_batch(job)
    assert "ray start --head" in none.value.remedy
