"""How many short films a batch makes a minute: in one process, and in a pool.

python -m bench.batch_throughput --films 24
"""

from __future__ import annotations

import argparse
import os
import sqlite3
import tempfile
import time
from contextlib import closing
from pathlib import Path

from talker.batch import running
from talker.batch.job import BatchJob
from talker.batch.runners.crew import Post
from talker.batch.running import run_batch

WORDS = ("Good evening", "It rains on the hills", "The news at ten", "Hello and welcome")


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("--films", type=int, default=24)
    parser.add_argument("--size", default="256x256")
    parser.add_argument("--repeats", type=int, default=1)
    given = parser.parse_args()
    for _ in range(given.repeats):
        for title, runner, workers, threads in (
            ("one process, a thread a core", "here", 1, 0),
            ("one process, one thread", "pool", 1, 1),
            ("a pool of two, one thread each", "pool", 2, 1),
        ):
            crew = tuple(Post(f"worker {n + 1}", threads) for n in range(workers))
            running.posts = lambda _, crew=crew: crew
            before_s = sum(os.times()[:4])
            started_s = time.monotonic()
            with tempfile.TemporaryDirectory(prefix="talker-bench-") as folder:
                rate = films_a_minute(Path(folder), given.films, given.size, runner, workers)
            cores = (sum(os.times()[:4]) - before_s) / (time.monotonic() - started_s)
            print(
                f"{title:32}{rate:6.1f} films a minute on {cores:.2f} cores "
                f"(load {os.getloadavg()[0]:.1f})",
                flush=True,
            )


def films_a_minute(folder: Path, films: int, size: str, runner: str, workers: int | None) -> float:
    """Films a minute once every worker has made its first, which loads the models."""
    # Other seeds are other films, which no cache knows.
    seed = time.time_ns() % 2**31
    rows = [f"{WORDS[n % len(WORDS)]} {n}.,poet,{size},{seed + n}" for n in range(films)]
    manifest = folder / "jobs.csv"
    manifest.write_text("\n".join(["text,portrait,size,seed", *rows]))
    out = folder / "films"
    run_batch(BatchJob(manifest, out, runner=runner, workers=workers))
    with closing(sqlite3.connect(out / "ledger.sqlite")) as ledger:
        ended = [row[0] for row in ledger.execute("SELECT ended_s FROM films ORDER BY ended_s")]
    return 60 * (len(ended) - workers) / (ended[-1] - ended[workers - 1])


if __name__ == "__main__":
    main()
