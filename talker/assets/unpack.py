"""Take one known file out of an archive."""

from __future__ import annotations

import zipfile
import zlib
from contextlib import ExitStack
from pathlib import Path

from talker.assets.registry import WayIn
from talker.assets.source import SourceError

CHUNK_BYTES = 1 << 20


def unpack(archive: Path, way: WayIn, target: Path, size: int) -> None:
    """Write the file at the end of a way through nested zip archives.

    The archive decides the bytes only: the name of the target is ours, and no more than one byte
    beyond the expected size is ever written.

    Args:
        archive: A zip file, or the file itself where the way is empty.
        way: Member names, each but the last an archive in the one before.
        target: The file to write.
        size: Bytes the file should have.

    Raises:
        SourceError: The archive is broken or has no such member.
        OSError: The target cannot be written.
    """
    with ExitStack() as open_files:
        stream = open_files.enter_context(archive.open("rb"))
        for member in way:
            try:
                inside = open_files.enter_context(zipfile.ZipFile(stream))
                stream = open_files.enter_context(inside.open(member))
            except KeyError:
                raise SourceError(f"{archive.name} has no {member}") from None
            except (zipfile.BadZipFile, NotImplementedError, RuntimeError) as error:
                raise SourceError(f"{archive.name} is broken ({error})") from error
        left = size + 1
        with target.open("wb") as output:
            while left > 0:
                try:
                    chunk = stream.read(min(CHUNK_BYTES, left))
                except (zipfile.BadZipFile, zlib.error, EOFError) as error:
                    raise SourceError(f"{archive.name} is broken ({error})") from error
                if not chunk:
                    return
                output.write(chunk)
                left -= len(chunk)
