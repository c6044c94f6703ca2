"""The api and the worker, started as their images start them."""

import json
import os
import signal
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import httpx

from support.wait import free_port, until

ROOT = Path(__file__).parents[2]
_END_SECONDS = 60
# Only these come from outside: what a developer has exported decides no test.
_INHERITED = ("PATH", "HOME", "LANG", "TMPDIR")


class Process:
    """One process of the system; its output is kept in a file, its HTTP answers at `url`."""

    def __init__(
        self, command: list[str], *, port: int, log: Path, environment: Mapping[str, str]
    ) -> None:
        self.port = port
        self.url = f"http://127.0.0.1:{port}"
        self._log = log
        inherited = {name: os.environ[name] for name in _INHERITED if name in os.environ}
        with log.open("wb") as output:
            self._process = subprocess.Popen(
                [sys.executable, *command],
                stdout=output,
                stderr=subprocess.STDOUT,
                cwd=ROOT,
                env={**inherited, "PYTHONDONTWRITEBYTECODE": "1", **environment},
            )
        self._http = httpx.Client(base_url=self.url, timeout=20)

    def request(self, method: str, path: str, **options: Any) -> httpx.Response:
        """Ask it. Raises httpx.TransportError when it is gone."""
        return self._http.request(method, path, **options)

    def get(self, path: str, **options: Any) -> httpx.Response:
        return self.request("GET", path, **options)

    def post(self, path: str, **options: Any) -> httpx.Response:
        return self.request("POST", path, **options)

    def alive(self) -> bool:
        return self._status("/livez") == 200

    def wait_alive(self) -> None:
        until(f"{self._log.stem} to be alive", lambda: self._ended() or self.alive())
        assert self._process.poll() is None, self.output()

    def wait_ready(self) -> None:
        until(f"{self._log.stem} to be ready", lambda: self._ended() or self.ready())
        assert self._process.poll() is None, self.output()

    def ready(self) -> bool:
        return self._status("/readyz") == 200

    def reasons(self) -> dict[str, str]:
        """Why it is not ready; empty when it is. The status must say the same."""
        answer = self.get("/readyz")
        body = answer.json()
        assert answer.status_code == (503 if body["reasons"] else 200)
        assert body["ready"] is (not body["reasons"])
        return dict(body["reasons"])

    def metrics(self) -> dict[str, float]:
        """Every sample by its name and labels, as written."""
        lines = self.get("/metrics").text.splitlines()
        pairs = (line.rpartition(" ") for line in lines if line and not line.startswith("#"))
        return {name: float(value) for name, _, value in pairs}

    def output(self) -> str:
        return self._log.read_text()

    def lines(self) -> list[dict[str, Any]]:
        """Its log. Raises ValueError when a line is no JSON object."""
        whole = self.output().rpartition("\n")[0]
        return [json.loads(line) for line in whole.splitlines()]

    def logged(self, message: str) -> list[dict[str, Any]]:
        return [line for line in self.lines() if line["message"] == message]

    def terminate(self) -> None:
        self._process.send_signal(signal.SIGTERM)

    def kill(self) -> None:
        self._process.kill()
        self._process.wait(_END_SECONDS)

    def wait(self) -> int:
        """Its exit code, once it has ended by itself."""
        return self._process.wait(_END_SECONDS)

    def close(self) -> None:
        self._http.close()
        if self._process.poll() is None:
            self._process.terminate()
            try:
                self._process.wait(_END_SECONDS)
            except subprocess.TimeoutExpired:
                self.kill()

    def _ended(self) -> bool:
        return self._process.poll() is not None

    def _status(self, path: str) -> int | None:
        try:
            return self.get(path).status_code
        except httpx.TransportError:
            return None


def start_api(log: Path, environment: Mapping[str, str]) -> Process:
    """The command of the Dockerfile, on a port of its own."""
    port = free_port()
    options = ["--no-access-log", "--timeout-keep-alive", "30", "--timeout-graceful-shutdown", "10"]
    command = ["-m", "uvicorn", "api.main:app", "--host", "127.0.0.1", "--port", str(port)]
    return Process([*command, *options], port=port, log=log, environment=environment)


def start_worker(log: Path, environment: Mapping[str, str]) -> Process:
    port = free_port()
    given = {"WORKER_METRICS_PORT": str(port), **environment}
    return Process(["-m", "worker"], port=port, log=log, environment=given)


def wait_reasons(process: Process, *names: str) -> dict[str, str]:
    """Wait until exactly these keep it from being ready; why each does."""
    wanted = set(names)
    until(f"its reasons to be {wanted or 'none'}", lambda: process.reasons().keys() == wanted)
    return process.reasons()


def wait_state(
    api: Process, workflow: str, *states: str, headers: Mapping[str, str] | None = None
) -> dict[str, Any]:
    """The workflow's record, once its latest run is in one of `states`."""
    wanted = states or ("done", "failed")

    def look() -> dict[str, Any] | None:
        answer = api.get(f"/api/workflows/{workflow}", headers=dict(headers or {}))
        assert answer.status_code == 200, answer.text
        record: dict[str, Any] = answer.json()
        return record if record["state"] in wanted else None

    found = until(f"workflow {workflow} to be {' or '.join(wanted)}", look)
    assert found is not None
    return found
