"""Two stores of lines as the benchmark of logs drives them: started, filled, asked, weighed."""

import json
import subprocess
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from socket import create_server
from urllib.parse import urlencode

import httpx
import psutil

from benchmarks.loki import CONFIG
from seatrial.contract.placement import Endpoint
from seatrial.contract.runtime import RuntimeFailure
from seatrial.engines.victorialogs import query
from seatrial.engines.victorialogs import workload as victorialogs

HOST = "127.88.9.2"
PATIENCE = 1200.0
_MEMORY = 64 << 20  # what the product gives the store's caches unless the file says otherwise
_SPAN = "3h"


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """A line as it is written, of which service, and when (ns since the epoch)."""

    service: str
    at: int
    text: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Store:
    """A store that runs: how it is filled, counted, asked and weighed.

    `ingest` is the path at which it takes OTLP. `questions` are request paths by name.
    """

    name: str
    process: psutil.Process
    endpoint: Endpoint
    ingest: str
    push: Callable[[list[Line]], None]
    count: Callable[[], int]
    flush: Callable[[], None]
    disk: Callable[[], int]
    questions: Mapping[str, str]

    @property
    def cpu(self) -> float:
        """Seconds of processor time that it has used."""
        return sum(self.process.cpu_times()[:2])

    @property
    def memory(self) -> int:
        """Bytes that it holds now."""
        return int(self.process.memory_info().rss)

    def ask(self, path: str) -> bytes:
        """One answer. Raises httpx.HTTPError."""
        answer = httpx.get(f"http://{self.endpoint}{path}", timeout=600)
        answer.raise_for_status()
        return answer.content


def free() -> int:
    """A port on which nobody listens now."""
    with create_server((HOST, 0)) as one:
        return int(one.getsockname()[1])


def until(done: Callable[[], bool], what: str) -> None:
    """Wait for it. Raises RuntimeFailure."""
    end = time.monotonic() + PATIENCE
    while time.monotonic() < end:
        with suppress(httpx.HTTPError):
            if done():
                return
        time.sleep(0.5)
    raise RuntimeFailure(f"{what} did not happen", "give it more time, or fewer lines")


@contextmanager
def process(argv: tuple[str, ...], output: Path) -> Iterator[psutil.Process]:
    """A process until its end; what it says is in `output`."""
    with output.open("ab") as file, subprocess.Popen(argv, stdout=file, stderr=file) as started:
        try:
            yield psutil.Process(started.pid)
        finally:
            started.terminate()


def _size(folder: Path) -> int:
    found = 0
    for each in folder.rglob("*"):
        with suppress(FileNotFoundError):  # what is being merged goes
            found += each.stat().st_size if each.is_file() else 0
    return found


@contextmanager
def victoria(program: Path, folder: Path, rare: str, trace: str) -> Iterator[Store]:
    """VictoriaLogs, with the options that the product gives it."""
    folder.mkdir(parents=True)
    port = free()
    flags = [
        each.replace("${self.dir}", str(folder))
        .replace("${self.address}", HOST)
        .replace("${self.ports.http}", str(port))
        for each in victorialogs.workload(
            retention="30d", size=100 << 30, memory=_MEMORY, owner="any"
        ).argv[1:]
    ]
    place = Endpoint(host=HOST, port=port)
    url = f"http://{place}"
    fields = urlencode({"_stream_fields": "service", "_msg_field": "msg", "_time_field": "ts"})

    def push(lines: list[Line]) -> None:
        body = "".join(f"{each.text}\n" for each in lines).encode()
        httpx.post(f"{url}/insert/jsonline?{fields}", content=body, timeout=300).raise_for_status()

    def count() -> int:
        answer = httpx.get(f"{url}{query.path('* | stats count() n')}", timeout=300)
        return int(json.loads(answer.text or '{"n":"0"}')["n"])

    with process((str(program), *flags), folder / "out") as own:
        until(lambda: httpx.get(f"{url}/health").is_success, "VictoriaLogs' start")
        yield Store(
            name="VictoriaLogs",
            process=own,
            endpoint=place,
            ingest=victorialogs.INGEST,
            push=push,
            count=count,
            flush=lambda: _sent(f"{url}/internal/force_flush"),
            disk=lambda: _size(folder / victorialogs.DATA),
            questions={
                "a rare word": query.path(f'"{rare}"'),
                "a trace": query.path(f"trace_id:={trace}"),
                "count of a field's value": query.path("status:=503 | stats count() n"),
                "count by level": query.path("* | stats by (level) count() n"),
                "the newest 100": query.path("* | sort by (_time) desc limit 100"),
            },
        )


@contextmanager
def loki(program: Path, folder: Path, rare: str, trace: str) -> Iterator[Store]:
    """Loki as one process on a file system, whatever would refuse lines lifted."""
    folder.mkdir(parents=True)
    port = free()
    text = CONFIG.replace("{dir}", str(folder)).replace("{address}", HOST)
    file = folder / "loki.yaml"
    file.write_text(text.replace("{port}", str(port)), encoding="utf-8")
    place = Endpoint(host=HOST, port=port)
    url = f"http://{place}"

    def push(lines: list[Line]) -> None:
        streams: dict[str, list[list[str]]] = {}
        for each in lines:
            streams.setdefault(each.service, []).append([str(each.at), each.text])
        body = {"streams": [{"stream": {"service": n}, "values": v} for n, v in streams.items()]}
        httpx.post(f"{url}/loki/api/v1/push", json=body, timeout=300).raise_for_status()

    def count() -> int:
        found = json.loads(
            httpx.get(
                f"{url}{_metric(f'sum(count_over_time({_ALL}[{_SPAN}]))')}", timeout=600
            ).content
        )["data"]["result"]
        return int(found[0]["value"][1]) if found else 0

    with process((str(program), f"-config.file={file}", "-target=all"), folder / "out") as own:
        until(lambda: httpx.get(f"{url}/ready").is_success, "Loki's start")
        yield Store(
            name="Loki",
            process=own,
            endpoint=place,
            ingest="/otlp/v1/logs",
            push=push,
            count=count,
            flush=lambda: _sent(f"{url}/flush", post=True),
            disk=lambda: _size(folder / "loki") - _size(folder / "loki/wal"),
            questions={
                "a rare word": _range(f'{_ALL} |= "{rare}"'),
                "a trace": _range(f'{_ALL} |= "{trace}"'),
                "count of a field's value": _metric(
                    f'sum(count_over_time({_ALL} | json status="status" | status = "503"[{_SPAN}]))'
                ),
                "count by level": _metric(
                    f'sum by (level) (count_over_time({_ALL} | json level="level" [{_SPAN}]))'
                ),
                "the newest 100": _range(_ALL),
            },
        )


_ALL = '{service=~".+"}'


def _metric(text: str) -> str:
    return f"/loki/api/v1/query?{urlencode({'query': text})}"


def _range(text: str) -> str:
    words = {"query": text, "since": _SPAN, "limit": "100", "direction": "backward"}
    return f"/loki/api/v1/query_range?{urlencode(words)}"


def _sent(url: str, *, post: bool = False) -> None:
    httpx.request("POST" if post else "GET", url, timeout=600).raise_for_status()
