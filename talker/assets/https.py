"""Download a file from a web server, going on where a broken download stopped."""

from __future__ import annotations

import http.client
from collections.abc import Callable
from pathlib import Path
from urllib.error import HTTPError, URLError
from urllib.request import Request, urlopen

from talker.assets.checksum import problem_with
from talker.assets.progress import Watch
from talker.assets.registry import HttpsSource
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
    resumed = part.exists()
    _fill(source, part, watch)
    problem = problem_with(part, source.size, source.sha256)
    if problem and resumed:
        part.unlink()
        _fill(source, part, watch)
        problem = problem_with(part, source.size, source.sha256)
    if problem:
        part.unlink()
        raise SourceError(f"the server gives other bytes: {problem}")
    return part.replace(folder / source.archive)


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


def _fill(source: HttpsSource, part: Path, watch: Watch) -> None:
    """Ask for what is missing until the part is as long as the file."""
    reached = _length(part)
    fruitless = 0
    reason = ""
    while fruitless < FRUITLESS_ATTEMPTS:
        start = _length(part)
        if start >= source.size:
            return
        reason = _ask(source, part, start, watch)
        fruitless = 0 if _length(part) > reached else fruitless + 1
        reached = max(reached, _length(part))
    raise SourceError(reason)


def _length(part: Path) -> int:
    return part.stat().st_size if part.exists() else 0


def _ask(source: HttpsSource, part: Path, start: int, watch: Watch) -> str:
    """Make one request and append what it brings; the reason why it brought no more."""
    request = Request(source.url)  # noqa: S310  # the registry takes https only
    if start:
        request.add_header("Range", f"bytes={start}-")
    try:
        response: http.client.HTTPResponse = urlopen(request, timeout=TIMEOUT_S)  # noqa: S310
    except HTTPError as error:
        if error.code == http.HTTPStatus.REQUESTED_RANGE_NOT_SATISFIABLE:
            part.unlink()
        return f"the server answers {error.code} {error.reason}"
    except URLError as error:
        return f"the server cannot be reached ({error.reason})"
    except (OSError, http.client.HTTPException) as error:
        return f"the server does not answer ({error})"
    with response:
        resuming = response.status == http.HTTPStatus.PARTIAL_CONTENT
        done = start if resuming else 0
        with part.open("ab" if resuming else "wb") as file:
            while True:
                watch.give_up()
                watch.report(done, source.size)
                try:
                    chunk = response.read(CHUNK_BYTES)
                except (OSError, http.client.HTTPException) as error:
                    return f"the connection broke at {done} of {source.size} bytes ({error})"
                if not chunk:
                    return f"the connection ended at {done} of {source.size} bytes"
                done += len(chunk)
                if done > source.size:
                    raise SourceError(f"the server gives more than {source.size} bytes")
                file.write(chunk)
