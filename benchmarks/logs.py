"""Logs: lines a second through the collector, its processor time, bytes on disk, search.

The collector reads a file of JSON lines, masks and reads them, and sends them to VictoriaLogs: the
configuration is the one that is rendered, without the keeper. The store is then filled directly,
and searched. BENCH_LOG_LINES and BENCH_LOG_SEARCHED are the numbers of lines.
"""

import json
import os
import statistics
import subprocess
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from socket import create_server
from typing import Any

import httpx
import psutil

from seatrial.contract.placement import Endpoint
from seatrial.contract.runtime import RuntimeFailure
from seatrial.engines.otelcol import config, masking, parsing
from seatrial.engines.victorialogs import query
from seatrial.engines.victorialogs import workload as victorialogs
from seatrial.runtimes.local.engines import Engines

COLLECTED = int(os.environ.get("BENCH_LOG_LINES", "200000"))
SEARCHED = int(os.environ.get("BENCH_LOG_SEARCHED", "10000000"))
HOST = "127.88.9.2"
STREAMS = ("system", "region", "service", "replica")
_CHUNK = 50_000
_PATIENCE = 3600.0
_ASKED = 5
QUERIES = {
    "a rare word": '"needle"',
    "a field": 'status:503 "request" | stats count() n',
    "count by level": "* | stats by (level) count() n",
    "the newest 100": "* | sort by (_time) desc limit 100",
}


def run() -> dict[str, Any]:
    """Both parts. Raises RuntimeFailure where an engine is not installed."""
    engines = Engines(None)
    store = engines.program("victorialogs", "victoria-logs")
    collector = engines.program("otelcol", "otelcol-contrib")
    if store is None or collector is None:
        raise RuntimeFailure(
            "VictoriaLogs or the collector is missing", "`seatrial engines install`"
        )
    with tempfile.TemporaryDirectory(prefix="seatrial-bench-logs-") as folder:
        collected = _collected(Path(folder, "collected"), str(store), str(collector))
        searched = _searched(Path(folder, "searched"), str(store))
    return {"collected": collected, "searched": searched}


def _line(number: int) -> str:
    level = "error" if number % 50 == 0 else "info"
    rare = " needle" if number == SEARCHED // 2 else ""
    return json.dumps(
        {
            "level": level,
            "msg": f"request{rare}",
            "logger": "api.access",
            "request_id": f"{number * 2654435761 % 2**64:016x}",
            "duration_ms": number % 997 / 10,
            "method": ("GET", "POST")[number % 2],
            "route": "/api/runs/{run}",
            "path": f"/api/runs/{number}",
            "status": (200, 200, 200, 404, 503)[number % 5],
            "trace_id": f"{number * 11400714819323198485 % 2**128:032x}",
        }
    )


def _collected(folder: Path, store: str, collector: str) -> dict[str, Any]:
    (folder / "logs").mkdir(parents=True)
    (folder / "state").mkdir()
    with create_server((HOST, 0)) as one, create_server((HOST, 0)) as two:
        health, metrics = one.getsockname()[1], two.getsockname()[1]
    with _store(folder, store) as (url, own):
        mask = masking.step(tuple(masking.KINDS))
        text = config.configuration(
            config.Pipeline(
                store=Endpoint(host=HOST, port=httpx.URL(url).port or 0),
                path=victorialogs.INGEST,
                resource={"system": "bench", "region": "here"},
                regions={},
                steps=(*((mask,) if mask else ()), *parsing.steps(STREAMS)),
                streams=STREAMS,
            )
        )
        for name, value in (
            ("${self.logs}", f"{folder}/logs"),
            ("${self.dir}", str(folder)),
            ("${self.address}", HOST),
            ("${self.ports.health}", str(health)),
            ("${self.ports.metrics}", str(metrics)),
        ):
            text = text.replace(name, value)
        (folder / "config.yaml").write_text(text)
        with (folder / "logs/api.0.log").open("w") as log:
            log.writelines(f"{_line(each)}\n" for each in range(COLLECTED))
        raw = (folder / "logs/api.0.log").stat().st_size
        gate = "--feature-gates=stanza.synchronousLogEmitter"
        with _process((collector, f"--config={folder}/config.yaml", gate)) as reader:
            begun = time.monotonic()
            _until(lambda: _count(url) >= COLLECTED)
            took = time.monotonic() - begun
            return {
                "lines": COLLECTED,
                "bytes": raw,
                "seconds": took,
                "collector_cpu": sum(reader.cpu_times()[:2]),
                "store_cpu": sum(own.cpu_times()[:2]),
            }


def _searched(folder: Path, store: str) -> dict[str, Any]:
    folder.mkdir()
    with _store(folder, store) as (url, _):
        raw, begun = 0, time.monotonic()
        ingest = f"{url}/insert/jsonline?_stream_fields=service&_msg_field=msg&_time_field=ts"
        for first in range(0, SEARCHED, _CHUNK):
            last = min(first + _CHUNK, SEARCHED)
            body = "".join(f"{_line(each)}\n" for each in range(first, last)).encode()
            raw += len(body)
            httpx.post(ingest, content=body, timeout=120).raise_for_status()
        httpx.get(f"{url}/internal/force_flush", timeout=120)
        _until(lambda: _count(url) >= SEARCHED)
        filled = time.monotonic() - begun
        queries = {name: _asked(url, text) for name, text in QUERIES.items()}
        disk = sum(each.stat().st_size for each in folder.rglob("*") if each.is_file())
    return {"lines": SEARCHED, "bytes": raw, "disk": disk, "seconds": filled, "queries": queries}


def _asked(url: str, text: str) -> dict[str, float]:
    """Seconds of several askings: the first, and the median of the others."""
    took = []
    for _ in range(_ASKED):
        begun = time.monotonic()
        httpx.get(f"{url}{query.path(text)}", timeout=600).raise_for_status()
        took.append(time.monotonic() - begun)
    return {"first": took[0], "again": statistics.median(took[1:])}


def _count(url: str) -> int:
    answer = httpx.get(f"{url}{query.path('* | stats count() n')}", timeout=60)
    return int(json.loads(answer.text or '{"n":"0"}')["n"])


def _until(done: Callable[[], bool]) -> None:
    end = time.monotonic() + _PATIENCE
    while time.monotonic() < end:
        with suppress(httpx.TransportError):
            if done():
                return
        time.sleep(0.5)
    raise RuntimeFailure("the lines did not arrive", "give it more time, or fewer lines")


@contextmanager
def _store(folder: Path, program: str) -> Iterator[tuple[str, psutil.Process]]:
    with create_server((HOST, 0)) as one:
        port = one.getsockname()[1]
    argv = (program, f"-storageDataPath={folder}/data", f"-httpListenAddr={HOST}:{port}")
    with _process((*argv, "-memory.allowedBytes=64MiB", "-inmemoryDataFlushInterval=1s")) as own:
        _until(lambda: httpx.get(f"http://{HOST}:{port}/health").status_code == httpx.codes.OK)
        yield f"http://{HOST}:{port}", own


@contextmanager
def _process(argv: tuple[str, ...]) -> Iterator[psutil.Process]:
    quiet = subprocess.DEVNULL
    with subprocess.Popen(argv, stdout=quiet, stderr=quiet) as process:
        try:
            yield psutil.Process(process.pid)
        finally:
            process.terminate()


def table(result: dict[str, Any]) -> str:
    """Two tables."""
    one, two = result["collected"], result["searched"]
    rows = [
        ("lines read, masked, parsed, stored", f"{one['lines']:,}"),
        ("bytes a line", f"{one['bytes'] / one['lines']:.0f}"),
        ("lines a second", f"{one['lines'] / one['seconds']:,.0f}"),
        ("collector's CPU ms per 1,000 lines", f"{1e6 * one['collector_cpu'] / one['lines']:.0f}"),
        ("store's CPU ms per 1,000 lines", f"{1e6 * one['store_cpu'] / one['lines']:.0f}"),
        ("lines searched", f"{two['lines']:,}"),
        ("bytes on disk per raw byte", f"{two['disk'] / two['bytes']:.3f}"),
        ("lines a second into the store alone", f"{two['lines'] / two['seconds']:,.0f}"),
        *(
            (
                f"search: {name}, ms first / again",
                f"{1e3 * it['first']:.0f} / {1e3 * it['again']:.0f}",
            )
            for name, it in two["queries"].items()
        ),
    ]
    return "\n".join(("| figure | |", "| --- | ---: |", *(f"| {a} | {b} |" for a, b in rows)))
