"""The log pipeline as it is rendered, on free loopback ports: store, keeper and collector."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, suppress
from pathlib import Path
from socket import create_server

import httpx
import pytest

from seatrial.contract.placement import Endpoint
from seatrial.engines.otelcol import audit, config, docker, masking, parsing
from seatrial.engines.victorialogs import query
from seatrial.engines.victorialogs import workload as victorialogs
from seatrial.runtimes.local.engines import Engines

HOST = "127.88.9.1"
DEADLINE_S = 240
STREAMS = ("system", "region", "service", "replica")


class Pipeline:
    """Three processes; `logs` is the folder that is read. What is killed is started by `start`."""

    def __init__(self, folder: Path) -> None:
        self.folder, self.logs = folder, folder / "logs"
        for each in (self.logs, folder / "collector/state"):
            each.mkdir(parents=True)
        with ExitStack() as held:
            free = [held.enter_context(create_server((HOST, 0))) for _ in range(4)]
            self._store, self._keeper, *own = [each.getsockname()[1] for each in free]
        self._own = dict(zip(("health", "metrics"), own, strict=True))
        (folder / "streams.json").write_text('[["api", 0], ["api", 1], ["gone", 0]]')
        self._running: dict[str, subprocess.Popen[bytes]] = {}
        engines = Engines(None)
        self._programs = {
            "store": engines.program("victorialogs", "victoria-logs"),
            "collector": engines.program("otelcol", "otelcol-contrib"),
        }
        if None in self._programs.values():
            pytest.fail("not installed: run `seatrial engines install`")

    def configure(
        self, *, masked: bool = True, framed: bool = False, audited: bool = False
    ) -> None:
        """Write the collector's file; `framed`: it reads what Docker keeps of `api.0`.

        `audited`: lines of the audit are in the store twice, since theirs is the same one.
        """
        store = Endpoint(host=HOST, port=self._keeper)
        branch = config.Branch(
            name="audit",
            store=store,
            path=victorialogs.INGEST,
            suspects=audit.SUSPECTS,
            wanted=audit.WANTED,
        )
        mask = masking.step(tuple(masking.KINDS)) if masked else None
        text = config.configuration(
            config.Pipeline(
                store=store,
                path=victorialogs.INGEST,
                resource={"system": "tried", "region": "here"},
                regions={},
                steps=(*((mask,) if mask else ()), *parsing.steps(STREAMS)),
                streams=STREAMS,
                reading=docker.reading([("api", 0)]) if framed else config.Reading(),
                branches=(branch,) if audited else (),
            )
        )
        told = {
            "${self.logs}": str(self.logs),
            "${self.dir}": str(self.folder / "collector"),
            "${self.address}": HOST,
            "${self.ports.health}": str(self._own["health"]),
            "${self.ports.metrics}": str(self._own["metrics"]),
        }
        for name, value in told.items():
            text = text.replace(name, value)
        (self.folder / "config.yaml").write_text(text, encoding="utf-8")

    def start(self, name: str) -> None:
        """Start a part and wait until it is ready."""
        commands = {
            "store": (
                str(self._programs["store"]),
                f"-storageDataPath={self.folder}/data",
                f"-httpListenAddr={HOST}:{self._store}",
                "-inmemoryDataFlushInterval=1s",
                "-memory.allowedBytes=32MiB",
            ),
            "keeper": (
                *(sys.executable, "-m", "seatrial.daemons.keeper"),
                *("--host", HOST, "--port", str(self._keeper)),
                *("--store", f"http://{HOST}:{self._store}"),
                *("--state", str(self.folder / "kept")),
                *("--logs", str(self.logs), "--streams", str(self.folder / "streams.json")),
            ),
            "collector": (
                str(self._programs["collector"]),
                f"--config={self.folder}/config.yaml",
                "--feature-gates=stanza.synchronousLogEmitter",
            ),
        }
        ready = {
            "store": f"{self._store}/health",
            "keeper": f"{self._keeper}/readyz",
            "collector": f"{self._own['health']}/",
        }
        with (self.folder / f"{name}.out").open("ab") as output:
            self._running[name] = subprocess.Popen(commands[name], stdout=output, stderr=output)
        until(lambda: httpx.get(f"http://{HOST}:{ready[name]}").status_code == 200)

    def kill(self, name: str) -> None:
        """SIGKILL."""
        process = self._running.pop(name)
        os.kill(process.pid, signal.SIGKILL)
        process.wait()

    def ask(self, text: str, *, hours: float = 1.0) -> list[dict[str, str]]:
        """The rows of a query, of the last hours and of whatever is ahead of now."""
        path = query.path(text, start=time.time() - 3600 * hours)
        answer = httpx.get(f"http://{HOST}:{self._store}{path}", timeout=20)
        assert answer.status_code == 200, answer.text
        return [json.loads(each) for each in answer.text.splitlines()]

    def streams(self) -> bytes:
        """What the keeper tells of the files."""
        answer = httpx.get(f"http://{HOST}:{self._keeper}/streams", timeout=20)
        assert answer.status_code == 200, answer.text
        return answer.content

    def wait_read(self, lines: int) -> None:
        """Wait until the collector has read so many lines."""
        until(lambda: self._figure("otelcol_receiver_accepted_log_records") >= lines)

    def given_up(self) -> int:
        """How many lines the collector sends no more."""
        return self._figure("otelcol_exporter_send_failed_log_records")

    def _figure(self, name: str) -> int:
        text = httpx.get(f"http://{HOST}:{self._own['metrics']}/metrics", timeout=20).text
        found = [each for each in text.splitlines() if each.startswith(name)]
        return sum(int(float(each.rpartition(" ")[2])) for each in found)

    def end(self) -> None:
        for name in tuple(self._running):
            with suppress(ProcessLookupError):
                self.kill(name)


def until(ask: Callable[[], object]) -> None:
    """Ask until the answer is true."""
    end = time.monotonic() + DEADLINE_S
    while time.monotonic() < end:
        with suppress(httpx.TransportError):
            if ask():
                return
        time.sleep(0.2)
    pytest.fail("did not happen")


@pytest.fixture
def wait_until() -> Callable[[Callable[[], object]], None]:
    return until


@pytest.fixture
def pipeline(tmp_path: Path) -> Iterator[Pipeline]:
    found = Pipeline(tmp_path)
    try:
        found.configure()
        for name in ("store", "keeper", "collector"):
            found.start(name)
        yield found
    finally:
        found.end()
