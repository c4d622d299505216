"""Small wheels, the registry tables that describe them, and what a test server serves."""

import hashlib
import io
import zipfile
from dataclasses import dataclass, field

NOTES = b"the first voice\n" * 500
WEIGHTS = bytes(range(256)) * 4000


def digest(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()


def zipped(members: dict[str, bytes]) -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        for name, content in members.items():
            archive.writestr(zipfile.ZipInfo(name), content)
    return buffer.getvalue()


def zipped_small(members: dict[str, bytes]) -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in members.items():
            archive.writestr(name, content)
    return buffer.getvalue()


def wheel(project: str, members: dict[str, bytes]) -> bytes:
    """A wheel that pip downloads: the members and the metadata it looks for."""
    info = f"{project}-1.0.dist-info"
    return zipped(
        {
            **members,
            f"{info}/METADATA": f"Metadata-Version: 2.1\nName: {project}\nVersion: 1.0\n".encode(),
            f"{info}/WHEEL": b"Wheel-Version: 1.0\nRoot-Is-Purelib: true\nTag: py3-none-any\n",
            f"{info}/RECORD": b"",
        }
    )


TINY_WHEEL = wheel("tiny_voice", {"tiny/weights.bin": WEIGHTS, "tiny/notes.txt": NOTES})


def file_table(name: str, content: bytes) -> dict[str, object]:
    return {"name": name, "size": len(content), "sha256": digest(content)}


def https_source(url: str, content: bytes, members: dict[str, list[str]]) -> dict[str, object]:
    facts = {"size": len(content), "sha256": digest(content)}
    return {"kind": "https", "url": url, "members": members, **facts}


TINY_WHEEL_SOURCE = {
    "kind": "wheel",
    "requirement": "tiny-voice==1.0",
    "archive": "tiny_voice-1.0-py3-none-any.whl",
    "size": len(TINY_WHEEL),
    "sha256": digest(TINY_WHEEL),
    "members": {"weights.bin": ["tiny/weights.bin"], "notes.txt": ["tiny/notes.txt"]},
}


def entry_table(name: str, files: list[object], sources: list[object]) -> dict[str, object]:
    return {
        "name": name,
        "title": name,
        "kind": "speech",
        "licence": "CC0-1.0",
        "embedded": True,
        "files": files,
        "sources": sources,
    }


def tiny_entry(sources: list[object]) -> dict[str, object]:
    files: list[object] = [file_table("weights.bin", WEIGHTS), file_table("notes.txt", NOTES)]
    return entry_table("tiny", files, sources)


@dataclass
class Server:
    """What a loopback web server serves, how badly, and what it was asked."""

    address: str = ""
    files: dict[str, bytes] = field(default_factory=dict)
    break_after: list[int] = field(default_factory=list)
    """For each coming request, the bytes after which the connection is cut."""
    seconds_per_chunk: float = 0.0
    takes_ranges: bool = True
    ranges: list[str | None] = field(default_factory=list)
    """The Range header of each request for a file, in order."""

    def serve(self, name: str, content: bytes) -> str:
        self.files[f"/{name}"] = content
        return f"{self.address}/{name}"
