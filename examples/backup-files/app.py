"""Keeps what is uploaded as files, and who uploaded it in a SQLite file."""

import sqlite3
import sys
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

HOST, PORT, UPLOADS, DATA = sys.argv[1], int(sys.argv[2]), Path(sys.argv[3]), Path(sys.argv[4])
_TABLE = "CREATE TABLE IF NOT EXISTS uploads (name TEXT PRIMARY KEY, size INTEGER NOT NULL)"
_ADDED = "INSERT OR REPLACE INTO uploads VALUES (?, ?)"


def database() -> sqlite3.Connection:
    """A connection, closed by whoever asked for it."""
    found = sqlite3.connect(DATA / "app.db", timeout=10)
    found.execute("PRAGMA journal_mode = WAL")
    return found


class Handler(BaseHTTPRequestHandler):
    """PUT /NAME keeps a file, GET /NAME gives it back, GET / tells how many there are."""

    def do_PUT(self) -> None:
        name, size = Path(self.path).name, int(self.headers["content-length"])
        part = UPLOADS.parent / "tmp" / name
        part.write_bytes(self.rfile.read(size))
        part.rename(UPLOADS / name)
        with database() as found:
            found.execute(_ADDED, (name, size))
        found.close()
        self._answer(201, b"kept\n")

    def do_GET(self) -> None:
        name = Path(self.path).name
        if name and not (UPLOADS / name).is_file():
            self._answer(404, b"there is no such file\n")
        elif name:
            self._answer(200, (UPLOADS / name).read_bytes())
        else:
            self._answer(200, f"{len(list(UPLOADS.iterdir()))} files\n".encode())

    def _answer(self, status: int, body: bytes) -> None:
        self.send_response(status)
        self.send_header("content-length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)


if __name__ == "__main__":
    with database() as made:
        made.execute(_TABLE)
    made.close()
    ThreadingHTTPServer((HOST, PORT), Handler).serve_forever()
