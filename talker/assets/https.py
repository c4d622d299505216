"""Download a file from a web server, going on where a broken download stopped."""

from __future__ import annotations

import http.client
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from urllib.error import HTTPError, URLError
from urllib.request import Request, urlopen

from talker.assets.checksum import md5_problem, problem_with
from talker.assets.progress import Watch
from talker.assets.registry import HttpsSource, Release
from talker.assets.source import SourceError

CHUNK_BYTES = 1 << 16
TIMEOUT_S = 30.0
FRUITLESS_ATTEMPTS = 3
"""Attempts in a row that may bring the file no further before the source is given up."""


def download(source: HttpsSource, folder: Path, watch: Watch) -> Path:
    """Fetch a file and check it against its size and hash.

    Args:
        source: The file.
        folder: Where it is put, and where the part of a broken download waits.
        watch: Told the bytes so far; may stop the download, whose part then stays.

    Returns:
        The file's path.

    Raises:
        SourceError: The server cannot be reached, refuses, or gives other bytes.
        OSError: The folder cannot be written.
    """
    part = folder / f"{source.archive}.part"
    return _download(
        _Wanted(source.url, part, source.size, source.size),
        lambda: problem_with(part, source.size, source.sha256),
        folder / source.archive,
        watch,
    )


def download_release(release: Release, most: int, folder: Path, watch: Watch) -> Path:
    """Fetch an archive and check it against its MD5; arguments and errors as `download`.

    Args:
        release: The archive.
        most: Bytes that it may have.
        folder: As for `download`.
        watch: As for `download`.
    """
    part = folder / f"{release.archive}.part"
    return _download(
        _Wanted(release.url, part, None, most),
        lambda: md5_problem(part, release.md5),
        folder / release.archive,
        watch,
    )


@dataclass(frozen=True, slots=True)
class _Wanted:
    """A file to fetch: its address, where it grows, its size where that is known, and its most."""

    url: str
    part: Path
    size: int | None
    most: int


def _download(
    wanted: _Wanted, problem_of: Callable[[], str | None], target: Path, watch: Watch
) -> Path:
    """Fill a part, and make it the target once nothing is wrong with it."""
    resumed = wanted.part.exists()
    _fill(wanted, watch)
    problem = problem_of()
    if problem and resumed:
        wanted.part.unlink()
        _fill(wanted, watch)
        problem = problem_of()
    if problem:
        wanted.part.unlink()
        raise SourceError(f"the server gives other bytes: {problem}")
    return wanted.part.replace(target)


def download_unvouched(url: str, target: Path, most: int, report: Callable[[int], None]) -> None:
    """Fetch a file whose size and hash nobody knows in advance.

    Args:
        url: Its address.
        target: The file to write.
        most: Bytes that it may have.
        report: Told the bytes so far.

    Raises:
        SourceError: The server cannot be reached, refuses, or breaks off.
        OSError: The target cannot be written.
    """
    try:
        response: http.client.HTTPResponse = urlopen(url, timeout=TIMEOUT_S)  # noqa: S310
    except HTTPError as error:
        raise SourceError(f"the server answers {error.code} {error.reason}") from error
    except URLError as error:
        raise SourceError(f"the server cannot be reached ({error.reason})") from error
    except (OSError, http.client.HTTPException) as error:
        raise SourceError(f"the server does not answer ({error})") from error
    total = response.length
    done = 0
    with response, target.open("wb") as file:
        while True:
            try:
                chunk = response.read(CHUNK_BYTES)
            except (OSError, http.client.HTTPException) as error:
                raise SourceError(f"the connection broke at {done} bytes ({error})") from error
            if not chunk:
                break
            done += len(chunk)
            if done > most:
                raise SourceError(f"the server gives more than {most} bytes")
            file.write(chunk)
            report(done)
    if total is not None and done < total:
        raise SourceError(f"the connection ended at {done} of {total} bytes")


def _fill(wanted: _Wanted, watch: Watch) -> None:
    """Ask for what is missing until the part is as long as the file."""
    reached = _length(wanted.part)
    fruitless = 0
    reason: str | None = ""
    while fruitless < FRUITLESS_ATTEMPTS:
        start = _length(wanted.part)
        if wanted.size is not None and start >= wanted.size:
            return
        reason = _ask(wanted, start, watch)
        if reason is None:
            return
        fruitless = 0 if _length(wanted.part) > reached else fruitless + 1
        reached = max(reached, _length(wanted.part))
    raise SourceError(str(reason))


def _length(part: Path) -> int:
    return part.stat().st_size if part.exists() else 0


def _ask(wanted: _Wanted, start: int, watch: Watch) -> str | None:
    """Make one request and append what it brings; the reason why that is not all, if it is not."""
    request = Request(wanted.url)  # noqa: S310  # the registry takes https only
    if start:
        request.add_header("Range", f"bytes={start}-")
    try:
        response: http.client.HTTPResponse = urlopen(request, timeout=TIMEOUT_S)  # noqa: S310
    except HTTPError as error:
        if error.code == http.HTTPStatus.REQUESTED_RANGE_NOT_SATISFIABLE:
            total = error.headers.get("Content-Range", "").rpartition("/")[2]
            if wanted.size is None and total == str(start):
                return None  # nothing comes after the last byte
            wanted.part.unlink()
        return f"the server answers {error.code} {error.reason}"
    except URLError as error:
        return f"the server cannot be reached ({error.reason})"
    except (OSError, http.client.HTTPException) as error:
        return f"the server does not answer ({error})"
    with response:
        resuming = response.status == http.HTTPStatus.PARTIAL_CONTENT
        done = start if resuming else 0
        total = wanted.size
        if total is None and response.length is not None:
            total = done + response.length
        with wanted.part.open("ab" if resuming else "wb") as file:
            while True:
                watch.give_up()
                watch.report(done, total)
                try:
                    chunk = response.read(CHUNK_BYTES)
                except (OSError, http.client.HTTPException) as error:
                    return f"the connection broke at {done} of {total or '?'} bytes ({error})"
                if not chunk:
                    if total is None or done >= total:
                        return None
                    return f"the connection ended at {done} of {total} bytes"
                done += len(chunk)
                if done > wanted.most:
                    raise SourceError(f"the server gives more than {wanted.most} bytes")
                file.write(chunk)
