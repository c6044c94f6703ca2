"""What every runtime must be able to run: it serves its greeting, and that of what it calls.

The greeting is a file that is read at the start and at SIGHUP. `/keep?TEXT` writes into the volume,
`/kept` reads it, `/write?BYTES` fills the limited one.
"""

import os
import signal
import sys
import time
import urllib.request
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

ADDRESS, PORT, FOLDER, *UPSTREAM = sys.argv[1:]
GREETING = {}
_OPENER = urllib.request.build_opener(urllib.request.ProxyHandler({}))


def greet(*_: object) -> None:
    GREETING["text"] = Path(FOLDER, "conf/greeting").read_text().strip()
    sys.stdout.write(f"greeting {GREETING['text']}\n")
    sys.stdout.flush()


class Handler(BaseHTTPRequestHandler):
    def do_GET(self) -> None:
        path, _, words = self.path.partition("?")
        text = ""
        try:
            if path == "/readyz":
                text = "ready"
            elif path == "/keep":
                Path(FOLDER, "data/kept").write_text(words)
            elif path == "/kept":
                kept = Path(FOLDER, "data/kept")
                text = kept.read_text() if kept.exists() else "nothing"
            elif path == "/write":
                filled = Path(FOLDER, "small/filled")
                try:
                    filled.write_bytes(bytes(int(words)))
                finally:
                    filled.unlink(missing_ok=True)
            else:
                text = f"{GREETING['text']} {os.environ['SECRET'][:4]} {os.environ['VERSION']}"
                if UPSTREAM:
                    with _OPENER.open(f"{UPSTREAM[0]}/", timeout=1) as answer:
                        text += " | " + answer.read().decode()
        except OSError as error:
            self.send_error(502, str(error))
            return
        self.send_response(200)
        self.send_header("content-length", str(len(text)))
        self.end_headers()
        self.wfile.write(text.encode())

    def log_message(self, *_: object) -> None:
        """Nothing to say."""


signal.signal(signal.SIGHUP, greet)
if "STUBBORN" in os.environ:
    signal.signal(signal.SIGTERM, signal.SIG_IGN)
if "BROKEN" in os.environ:
    time.sleep(0.2)
    sys.exit("it cannot begin")
greet()
ThreadingHTTPServer((ADDRESS, int(PORT)), Handler).serve_forever()
