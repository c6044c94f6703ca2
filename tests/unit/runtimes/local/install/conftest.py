"""A tiny engine, and a release server that can stall, refuse and lie."""

from __future__ import annotations

import hashlib
import io
import shutil
import sys
import tarfile
import tempfile
import threading
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest

from seatrial.contract.engine import Engine, Release, Source, StartCheck, VersionProbe

_PYTHON = "/usr/bin/python3" if Path("/usr/bin/python3").exists() else sys.executable
# Its port is its argument; it takes connections until it is told to end.
_PROGRAM = f"""#!{_PYTHON} -IS
import socket, sys
if sys.argv[1] == "--version":
    print("tiny version 1.2.3")
    sys.exit()
one = socket.create_server(("127.0.0.1", int(sys.argv[1])))
while True:
    one.accept()[0].close()
""".encode()


def _archive(
    program: bytes = _PROGRAM, name: str = "tiny-1.2.3/tiny", *, padding: int = 0
) -> bytes:
    """A release archive, gzipped, with so many bytes that do not compress."""
    made = io.BytesIO()
    with tarfile.open(fileobj=made, mode="w:gz") as tar:
        for path, data in ((name, program), ("tiny-1.2.3/LICENCE", bytes(padding))):
            member = tarfile.TarInfo(path)
            member.size, member.mode = len(data), 0o755
            tar.addfile(member, io.BytesIO(data))
    return made.getvalue()


@dataclass
class Server:
    """What it serves, what it was asked for, and where it holds its breath."""

    address: str = ""
    files: dict[str, bytes] = field(default_factory=dict)
    asked: list[str] = field(default_factory=list)
    stall_after: int | None = None
    stalled: threading.Event = field(default_factory=threading.Event)
    go_on: threading.Event = field(default_factory=threading.Event)


def _handler(server: Server) -> type[BaseHTTPRequestHandler]:
    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            server.asked.append(self.path)
            data = server.files.get(self.path)
            self.send_response(404 if data is None else 200)
            data = data or b""
            self.send_header("content-length", str(len(data)))
            self.end_headers()
            if server.stall_after is not None and not self.path.endswith(".txt"):
                self.wfile.write(data[: server.stall_after])
                self.wfile.flush()
                server.stalled.set()
                server.go_on.wait(300)
                return
            self.wfile.write(data)

        def log_message(self, *_: object) -> None:
            """Tests read `asked`."""

    return Handler


@pytest.fixture
def server(monkeypatch: pytest.MonkeyPatch) -> Iterator[Server]:
    for name in ("http_proxy", "HTTP_PROXY", "all_proxy", "ALL_PROXY"):
        monkeypatch.delenv(name, raising=False)
    one = Server()
    listening = ThreadingHTTPServer(("127.0.0.1", 0), _handler(one))
    one.address = f"http://127.0.0.1:{listening.server_port}"
    thread = threading.Thread(target=listening.serve_forever)
    thread.start()
    yield one
    one.go_on.set()
    listening.shutdown()
    thread.join()
    listening.server_close()


@pytest.fixture
def cache() -> Iterator[Path]:
    """A cache that every user may enter: engines are tried as nobody."""
    folder = Path(tempfile.mkdtemp(prefix="seatrial-cache-"))
    folder.chmod(0o755)
    yield folder / "cache"
    shutil.rmtree(folder)


@pytest.fixture
def engine(server: Server) -> Callable[..., Engine]:
    """The engine `tiny`, whose release the server publishes."""

    def one(*, data: bytes | None = None, sources: tuple[Source, ...] | None = None) -> Engine:
        data = _archive() if data is None else data
        server.files["/tiny.tar.gz"] = data
        server.files["/sums.txt"] = f"{hashlib.sha256(data).hexdigest()}  tiny.tar.gz\n".encode()
        release = Release(
            url=server.address + "/tiny.tar.gz",
            version="1.2.3",
            sums_url=server.address + "/sums.txt",
        )
        return Engine(
            name="tiny",
            title="Tiny",
            programs=("tiny",),
            version=VersionProbe(argv=("tiny", "--version"), pattern=r"version (\S+)"),
            minimum="1.0",
            sources=(release,) if sources is None else sources,
            start=StartCheck(argv=("tiny", "{port}")),
            image=None,
            docs="https://tiny.example",
        )

    return one


@pytest.fixture
def program() -> bytes:
    """The engine's one program."""
    return _PROGRAM


@pytest.fixture
def pack() -> Callable[..., bytes]:
    """Make a release archive."""
    return _archive
