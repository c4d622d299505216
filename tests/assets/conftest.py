"""A store for small wheels, and a web server that can misbehave."""

import threading
import time
from collections.abc import Callable, Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest
from tiny_assets import TINY_WHEEL, TINY_WHEEL_SOURCE, Server

from talker.assets.registry import Registry
from talker.assets.store import Store


@pytest.fixture
def server() -> Iterator[Server]:
    state = Server()

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            content = state.files.get(self.path)
            if content is None:
                self.send_error(404)
                return
            asked = self.headers["Range"]
            state.ranges.append(asked)
            start = 0
            if asked and state.takes_ranges:
                start = int(asked.removeprefix("bytes=").removesuffix("-"))
                if start >= len(content):
                    self.send_error(416)
                    return
                self.send_response(206)
                self.send_header(
                    "Content-Range", f"bytes {start}-{len(content) - 1}/{len(content)}"
                )
            else:
                self.send_response(200)
            kind = "text/html" if self.path.endswith("/") else "application/octet-stream"
            self.send_header("Content-Type", kind)
            self.send_header("Content-Length", str(len(content) - start))
            self.end_headers()
            stop = len(content)
            if state.break_after:
                stop = min(stop, start + state.break_after.pop(0))
            try:
                for position in range(start, stop, 16384):
                    self.wfile.write(content[position : min(position + 16384, stop)])
                    time.sleep(state.seconds_per_chunk)
            except OSError:
                pass  # the reader has gone

        def log_message(self, *arguments: object) -> None:
            pass

    web = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    state.address = f"http://127.0.0.1:{web.server_address[1]}"
    thread = threading.Thread(target=web.serve_forever, kwargs={"poll_interval": 0.05})
    thread.start()
    yield state
    web.shutdown()
    web.server_close()
    thread.join()


@pytest.fixture
def make_store(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Callable[..., Store]:
    """Make a store in an empty folder from entry tables."""
    monkeypatch.delenv("TALKER_OFFLINE", raising=False)

    def make(*entries: dict[str, object], home: Path | None = None) -> Store:
        registry = Registry.model_validate({"entries": {entry["name"]: entry for entry in entries}})
        (tmp_path / "registry.json").write_text(registry.model_dump_json())
        return Store(registry, home or tmp_path / "home")

    return make


@pytest.fixture
def wheel_index(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder that pip finds wheels in, and the only one; it holds the tiny wheel."""
    index = tmp_path / "index"
    index.mkdir()
    (index / TINY_WHEEL_SOURCE["archive"]).write_bytes(TINY_WHEEL)
    for name, value in {"CONFIG_FILE": "/dev/null", "NO_INDEX": "1", "FIND_LINKS": index}.items():
        monkeypatch.setenv(f"PIP_{name}", str(value))
    return index
