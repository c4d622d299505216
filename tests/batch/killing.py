"""Batches that are killed at random, and what must hold of them afterwards.

python tests/batch/killing.py --films 200 --bad 20 --seeds 20
"""

from __future__ import annotations

import argparse
import os
import random
import signal
import sqlite3
import subprocess
import sys
import tempfile
import time
from contextlib import closing, suppress
from dataclasses import dataclass
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from batch.manifests import write_manifest
from running import COMMAND


@dataclass
class Survived:
    """What a batch went through until all was made."""

    runs: int = 0
    workers_killed: int = 0
    runs_killed: int = 0
    seconds: float = 0.0


def survive(
    folder: Path, seed: int, films: int, bad: int, every_s: tuple[float, float], most_kills: int
) -> Survived:
    """Runs a batch again and again until it is through, with kills at random times."""
    chance = random.Random(seed)
    names = write_manifest(folder / "jobs.csv", films, bad)
    out = folder / "films"
    command = [*COMMAND, "batch", str(folder / "jobs.csv"), "--out", str(out), "--workers", "2"]
    went = Survived()
    started_s = time.monotonic()
    kills = 0
    while True:
        went.runs += 1
        with (folder / "log.txt").open("ab") as log:
            run = subprocess.Popen(
                [*command, "--retries", "50", "--timeout", "60"], stdout=log, stderr=log
            )
        while kills < most_kills and not ended_first(
            run, out, chance.uniform(*every_s), chance.uniform(0.4, 1) * films / most_kills
        ):
            kills += 1
            workers = children_of(run.pid)
            if workers and chance.random() < 0.6:
                with suppress(ProcessLookupError):
                    os.kill(chance.choice(workers), signal.SIGKILL)
                went.workers_killed += 1
            else:
                run.kill()
                run.wait()
                went.runs_killed += 1
            if run.poll() is not None:
                break
        run.wait()
        if run.returncode in (0, 1):
            break
        assert run.returncode == -signal.SIGKILL, (folder / "log.txt").read_text()
    went.seconds = time.monotonic() - started_s
    check(out, names, bad)
    return went


def ended_first(run: subprocess.Popen[bytes], out: Path, wait_s: float, more_films: float) -> bool:
    """Waits for a time, or for films on a fast machine; whether the run ended before."""
    until_s, had = time.monotonic() + wait_s, len(list(out.glob("*.mp4")))
    while time.monotonic() < until_s and len(list(out.glob("*.mp4"))) < had + more_films:
        with suppress(subprocess.TimeoutExpired):
            run.wait(0.05)
            return True
    return False


def children_of(pid: int) -> list[int]:
    """Process ids of the children of a process."""
    found: list[int] = []
    for task in Path(f"/proc/{pid}/task").glob("*/children"):
        with suppress(OSError):
            found += [int(child) for child in task.read_text().split()]
    return found


def check(out: Path, names: list[str], bad: int) -> None:
    """Every good film is there, whole and made once; the ledger says so; nothing else is there."""
    from talker.media.clip import probe

    films = {path.name for path in out.iterdir() if path.suffix == ".mp4"}
    assert films == set(names), films ^ set(names)
    for name in names:
        facts = probe(out / name)
        assert facts.length > 0
        assert facts.sound_s
        assert facts.sound_s > 0.2
    with closing(sqlite3.connect(out / "ledger.sqlite")) as ledger:
        (sound,) = ledger.execute("PRAGMA integrity_check").fetchone()
        assert sound == "ok"
        states = dict(ledger.execute("SELECT state, count(*) FROM films GROUP BY state"))
        assert states == {"done": len(names)}, states
        done = dict(
            ledger.execute("SELECT name, count(*) FROM attempts WHERE result = 'done' GROUP BY 1")
        )
        assert done == dict.fromkeys(names, 1)
        (open_ones,) = ledger.execute(
            "SELECT count(*) FROM attempts WHERE result IS NULL"
        ).fetchone()
        assert open_ones == 0
        (rows,) = ledger.execute("SELECT count(DISTINCT number) FROM bad_rows").fetchone()
        assert rows == bad, rows
    assert list((out / ".talker" / "making").iterdir()) == []


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("--films", type=int, default=180)
    parser.add_argument("--bad", type=int, default=20)
    parser.add_argument("--seeds", type=int, default=20)
    parser.add_argument("--first", type=int, default=0)
    parser.add_argument("--every", type=float, nargs=2, default=(3.0, 12.0))
    parser.add_argument("--kills", type=int, default=8)
    given = parser.parse_args()
    for seed in range(given.first, given.first + given.seeds):
        with tempfile.TemporaryDirectory(prefix="talker-kills-") as folder:
            went = survive(
                Path(folder), seed, given.films, given.bad, tuple(given.every), given.kills
            )
        print(f"seed {seed}: {went}", flush=True)


if __name__ == "__main__":
    main()
