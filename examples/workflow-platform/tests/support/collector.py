"""A collector of spans on loopback: takes OTLP over HTTP and keeps it."""

import json
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any


class Collector:
    """Listens until closed."""

    def __init__(self) -> None:
        self.bodies: list[dict[str, Any]] = []
        bodies = self.bodies

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                bodies.append(json.loads(self.rfile.read(int(self.headers["Content-Length"]))))
                self.send_response(200)
                self.send_header("Content-Length", "0")
                self.end_headers()

            def log_message(self, *_: object) -> None:
                pass

        self._server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self._thread = threading.Thread(target=self._server.serve_forever)
        self._thread.start()
        self.url = f"http://127.0.0.1:{self._server.server_address[1]}"

    def spans(self, trace: str) -> list[tuple[str, dict[str, Any]]]:
        """Each span of a trace, with the name of its service."""
        return [
            (service(each["resource"]), span)
            for body in list(self.bodies)
            for each in body["resourceSpans"]
            for scope in each["scopeSpans"]
            for span in scope["spans"]
            if span["traceId"] == trace
        ]

    def close(self) -> None:
        self._server.shutdown()
        self._server.server_close()
        self._thread.join()


def service(resource: dict[str, Any]) -> str:
    values = {each["key"]: each["value"]["stringValue"] for each in resource["attributes"]}
    return str(values["service.name"])
