"""Models brought into the store while the user watches."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

from talker.assets import store
from talker.assets.registry import Entry
from talker.errors import AssetError
from talker.importing import fetch_checkpoint
from talker.progress import Reporter, size_of


def fetch_missing(names: Iterable[str], reporter: Reporter) -> None:
    """Pulls the models of a job that are not here yet, said in one line each.

    Raises:
        AssetError: One cannot be had, or one that is here is damaged: a disk that loses bytes is
            worth knowing of. The remedy is the command that brings it.
    """
    wanted = set(names)
    missing: list[Entry] = []
    for status in store.statuses():
        if status.entry.name in wanted and status.state == "damaged":
            raise AssetError(
                f"The model '{status.entry.name}' is damaged ({status.path}).",
                status.entry.way_to_get,
            )
        if status.entry.name in wanted and status.state == "missing":
            missing.append(status.entry)
    for entry in missing:
        if not entry.can_be_fetched:
            continue
        size = f"fetching {size_of(entry.download_size)}" if entry.download_size else "fetching it"
        reporter.note(f"First use of {entry.name} ({entry.title}): {size}, once.")
    if missing:
        fetch([entry.name for entry in missing], reporter)


def fetch(
    names: Iterable[str], reporter: Reporter, from_dir: Path | None = None
) -> dict[str, tuple[str, ...]]:
    """Pulls models with one progress bar for all; returns the files each brought."""
    wanted = list(names)
    made = {status.entry.name: status.entry for status in store.statuses()}
    made = {name: entry for name, entry in made.items() if name in wanted and entry.checkpoint}
    brought = _fetch_files([name for name in wanted if name not in made], reporter, from_dir)
    for name, entry in made.items():
        checks = store.verify([name])
        is_whole = bool(checks) and all(check.state == "good" for check in checks)
        brought[name] = () if is_whole else fetch_checkpoint(entry, reporter, from_dir)
    released = {status.entry.name for status in store.statuses() if status.entry.release}
    for name in wanted:
        if name in released and brought[name]:
            from talker.speech.paddlespeech.models import prepare

            prepare(name)
    return {name: brought[name] for name in wanted}


def _fetch_files(
    wanted: list[str], reporter: Reporter, from_dir: Path | None
) -> dict[str, tuple[str, ...]]:
    sizes = {status.entry.name: status.entry.download_size for status in store.statuses()}
    missing = [name for name in wanted if name in sizes and not store.is_ready(name)]
    if not missing:
        return {pulled.entry: pulled.files for pulled in store.pull(wanted, from_dir)}
    total = sum(sizes[name] for name in missing)
    so_far = dict.fromkeys(wanted, 0)
    what = missing[0] if len(missing) == 1 else f"{len(missing)} models"
    with reporter.stage(f"Fetching {what}", total, "bytes") as advance:

        def heard(entry: str, done: int, total: int | None) -> None:
            del total
            advance(done - so_far[entry])
            so_far[entry] = done

        pulled = store.pull(wanted, from_dir, heard)
    return {entry.entry: entry.files for entry in pulled}
