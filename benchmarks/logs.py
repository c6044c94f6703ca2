"""Logs: from a file to the store, bytes on disk, search over ten million lines, beside Loki.

The collector reads a file of JSON lines, masks and parses them by the configuration that is
rendered, and sends them on: through `log-keeper` to VictoriaLogs, as in the product; then, by the
same configuration, to Loki. Processor time is that of all these processes. Then each store is
filled directly with the same lines, through its own door for bulk, flushed, weighed, and asked: a
question until it was asked `BENCH_LOG_ASKED` times or for a minute. Bytes on disk are those of all
of VictoriaLogs' data; of Loki's without its write-ahead log. VictoriaLogs' caches have the 64 MiB
that are the product's default, Loki is not limited. BENCH_LOG_LINES is the number of lines on the
way, BENCH_LOG_SEARCHED has those that are searched, with commas; BENCH_LOG_FILL_S is how many
seconds a store has to take them: whoever needs longer is unknown. BENCH_LOG_LOKI=no leaves Loki
out. A column says when it was measured and under what load: only columns that were measured under a
like load can be compared.
"""

import json
import os
import shutil
import statistics
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from functools import partial
from pathlib import Path
from typing import Any

import httpx

from benchmarks import loki as built
from benchmarks.log_stores import HOST, Line, Store, free, loki, process, until, victoria
from seatrial.contract.placement import Endpoint
from seatrial.contract.runtime import RuntimeFailure
from seatrial.engines.otelcol import config, masking, parsing
from seatrial.runtimes.local.engines import Engines

COLLECTED = int(os.environ.get("BENCH_LOG_LINES", "200000"))
SEARCHED = tuple(
    int(each) for each in os.environ.get("BENCH_LOG_SEARCHED", "1000000,10000000").split(",")
)
FILL_S = float(os.environ.get("BENCH_LOG_FILL_S", "1800"))
ASKED = int(os.environ.get("BENCH_LOG_ASKED", "20"))
STREAMS = ("system", "region", "service", "replica")
SERVICES = 10
RARE = "needle"
_SPREAD_NS = 3600 * 10**9  # the lines are spread over the last hour
_CHUNK = 25_000
_ENOUGH_S = 60.0
_LEAST = 3  # askings, however long one takes
_P95 = 20  # askings below which there is no 95th percentile

Begin = Callable[..., AbstractContextManager[Store]]


def run() -> dict[str, Any]:
    """Every column. Raises RuntimeFailure where an engine is not installed."""
    engines = Engines(None)
    store = engines.program("victorialogs", "victoria-logs")
    collector = engines.program("otelcol", "otelcol-contrib")
    if store is None or collector is None:
        raise RuntimeFailure(
            "VictoriaLogs or the collector is missing", "`seatrial engines install`"
        )
    opened: dict[str, Begin] = {"VictoriaLogs": partial(victoria, store)}
    found: dict[str, Any] = {"lines": COLLECTED, "stores": {}, "unknown": {}}
    other, why = (
        built.program() if os.environ.get("BENCH_LOG_LOKI") != "no" else (None, "it was left out")
    )
    if other is None:
        found["unknown"][f"Loki {built.VERSION}"] = why
    else:
        opened[f"Loki {built.VERSION}"] = partial(loki, other)
    for size in SEARCHED:
        for name, begin in opened.items():
            column = f"{name}, {size:,}"
            try:
                found["stores"][column] = _column(name, begin, size, collector)
            except (RuntimeFailure, httpx.HTTPError) as failure:
                found["unknown"][column] = str(failure)
            else:
                told = json.dumps({column: found["stores"][column]})
                print(told, file=sys.stderr, flush=True)
    return found


def _column(name: str, begin: Begin, size: int, collector: Path) -> dict[str, Any]:
    """One store with so many lines; the way to it is measured with the fewest."""
    opened = partial(begin, rare=RARE, trace=_trace(size // 3))
    with tempfile.TemporaryDirectory(prefix="seatrial-bench-logs-") as folder:
        found = _filled(Path(folder, "two"), opened, size)
        if size == SEARCHED[0]:
            keeper = name == "VictoriaLogs"
            found["collected"] = _collected(Path(folder, "one"), collector, opened, keeper=keeper)
    return found


def _trace(number: int) -> str:
    return f"{number * 11400714819323198485 % 2**128:032x}"


def _lines(count: int) -> Iterator[Line]:
    """The same lines at each call, but for their instants."""
    begin, step = time.time_ns() - _SPREAD_NS, _SPREAD_NS // max(count, 1)
    for number in range(count):
        level = "error" if number % 50 == 0 else "info"
        rare = f" {RARE}" if number == count // 2 else ""
        service, at = f"api-{number % SERVICES}", begin + number * step
        yield Line(
            service=service,
            at=at,
            text=f'{{"ts":{at},"service":"{service}","level":"{level}","msg":"request{rare}",'
            f'"logger":"api.access","request_id":"{number * 2654435761 % 2**64:016x}",'
            f'"duration_ms":{number % 997 / 10},"method":"{("GET", "POST")[number % 2]}",'
            f'"route":"/api/runs/{{run}}","path":"/api/runs/{number}",'
            f'"status":{(200, 200, 200, 404, 503)[number % 5]},"trace_id":"{_trace(number)}"}}',
        )


def _collected(folder: Path, collector: Path, begin: Begin, *, keeper: bool) -> dict[str, Any]:
    (folder / "logs").mkdir(parents=True)
    (folder / "state").mkdir()
    log = folder / "logs/api.0.log"
    with log.open("w", encoding="utf-8") as file:
        file.writelines(f"{each.text}\n" for each in _lines(COLLECTED))
    with begin(folder / "store") as store:
        used: dict[str, Callable[[], float]] = {"store": lambda: store.cpu}
        with _kept(folder, store, wanted=keeper) as (place, own):
            if own is not None:
                used["keeper"] = own
            file_ = folder / "config.yaml"
            file_.write_text(_configuration(folder, place, store.ingest), encoding="utf-8")
            gate = "--feature-gates=stanza.synchronousLogEmitter"
            argv = (str(collector), f"--config={file_}", gate)
            before = {name: each() for name, each in used.items()}
            with process(argv, folder / "collector.out") as reader:
                used["collector"] = lambda: sum(reader.cpu_times()[:2])
                begun = time.monotonic()
                until(lambda: store.count() >= COLLECTED, "the last line's arrival")
                took = time.monotonic() - begun
                cpu = {name: each() - before.get(name, 0.0) for name, each in used.items()}
    return {"bytes": log.stat().st_size, "seconds": took, "cpu": cpu}


@contextmanager
def _kept(
    folder: Path, store: Store, *, wanted: bool
) -> Iterator[tuple[Endpoint, Callable[[], float] | None]]:
    """The keeper before a store where one is wanted: where to send, and its processor time."""
    if not wanted:
        yield store.endpoint, None
        return
    place = Endpoint(host=HOST, port=free())
    argv = (
        *(sys.executable, "-m", "seatrial.daemons.keeper"),
        *("--host", HOST, "--port", str(place.port)),
        *("--store", f"http://{store.endpoint}"),
        *("--state", str(folder / "kept")),
    )
    with process(argv, folder / "keeper.out") as own:
        until(lambda: httpx.get(f"http://{place}/readyz").is_success, "the keeper's start")
        yield place, lambda: sum(own.cpu_times()[:2])


def _configuration(folder: Path, place: Endpoint, path: str) -> str:
    mask = masking.step(tuple(masking.KINDS))
    text = config.configuration(
        config.Pipeline(
            store=place,
            path=path,
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
        ("${self.ports.health}", str(free())),
        ("${self.ports.metrics}", str(free())),
    ):
        text = text.replace(name, value)
    return text


def _filled(folder: Path, begin: Begin, size: int) -> dict[str, Any]:
    """Fill it directly, weigh it, ask it."""
    with begin(folder) as store:
        raw, begun, part = 0, time.monotonic(), []
        for each in _lines(size):
            raw += len(each.text) + 1
            part.append(each)
            if len(part) == _CHUNK:
                store.push(part)
                part = []
                if time.monotonic() - begun > FILL_S:
                    raise RuntimeFailure(f"{raw:,} bytes took {FILL_S:.0f} s")
        if part:
            store.push(part)
        filled, cpu = time.monotonic() - begun, store.cpu
        store.flush()
        until(lambda: store.count() >= size, "the last line's arrival")
        _settled(store)
        _true(store, size)
        load = os.getloadavg()[0]
        queries = {name: _asked(store, path) for name, path in store.questions.items()}
        return {
            "lines": size,
            "date": time.strftime("%Y-%m-%d %H:%M UTC", time.gmtime()),
            "bytes": raw,
            "disk": store.disk(),
            "free": shutil.disk_usage(folder).free,
            "seconds": filled,
            "cpu": cpu,
            "memory": store.memory,
            "load": load,
            "queries": queries,
        }


def _settled(store: Store) -> None:
    """Wait until it no longer moves what it has on disk: at most two minutes."""
    end, last = time.monotonic() + 120, -1
    while time.monotonic() < end and (now := store.disk()) != last:
        last = now
        time.sleep(10)


def _true(store: Store, size: int) -> None:
    """Whether its answers are right: fast and wrong is no figure. Raises RuntimeFailure."""
    expected = {
        "a rare word": RARE,
        "a trace": _trace(size // 3),
        "count of a field's value": f'"{-(-size // 5)}"',
        "count by level": f'"{-(-size // 50)}"',
    }
    for name, text in expected.items():
        answer = store.ask(store.questions[name]).decode()
        if text not in answer:
            raise RuntimeFailure(f"{store.name}: {name}: no {text} in {answer[:300]}")


def _asked(store: Store, path: str) -> dict[str, Any]:
    """Seconds of several askings: the first, the median, the 95th percentile where there are 20."""
    took: list[float] = []
    end = time.monotonic() + _ENOUGH_S
    while len(took) < ASKED and (time.monotonic() < end or len(took) < _LEAST):
        begun = time.monotonic()
        try:
            store.ask(path)
        except httpx.HTTPError as error:
            return {"unknown": str(error)[:200]}
        took.append(time.monotonic() - begun)
    ordered = sorted(took)
    p95 = ordered[int(0.95 * (len(ordered) - 1))] if len(took) >= _P95 else None
    return {"n": len(took), "first": took[0], "p50": statistics.median(took), "p95": p95}


def table(result: dict[str, Any]) -> str:
    """One table, a column for each store and number of lines; and what is unknown."""
    stores = result["stores"]
    found = [f"| figure | {' | '.join(stores)} |", f"| --- |{' ---: |' * len(stores)}"]

    def row(title: str, value: Callable[[dict[str, Any]], str]) -> None:
        found.append(f"| {title} | {' | '.join(value(each) for each in stores.values())} |")

    lines = result["lines"]
    row(f"file to store, {lines:,} lines: lines a second", lambda each: _pace(each, lines))
    for part in ("collector", "keeper", "store", "all of it"):
        row(f"{part}: CPU ms per 1,000 lines", partial(_spent, lines=lines, part=part))
    row("bulk into the store: lines a second", lambda e: f"{e['lines'] / e['seconds']:,.0f}")
    row("its CPU ms per 1,000 lines", lambda each: _cpu(each["cpu"], each["lines"]))
    row("bytes on disk per raw byte", lambda each: f"{each['disk'] / each['bytes']:.3f}")
    row("resident MiB after it", lambda each: f"{each['memory'] / 2**20:,.0f}")
    for name in next((each["queries"] for each in stores.values()), ()):
        row(f"search: {name}; first, p50, p95 ms (n)", partial(_took, name=name))
    row("load when it was asked", lambda each: f"{each['load']:.1f}")
    row("measured", lambda each: str(each["date"]))
    unknown = [f"unknown: {name}: {why}" for name, why in result["unknown"].items()]
    return "\n".join(found) + "".join(f"\n\n{each}" for each in unknown)


def told(result: dict[str, Any]) -> dict[str, float | None]:
    """Of each store that was filled; None for each that was not."""
    found: dict[str, float | None] = {}
    for name, one in result["stores"].items():
        found[f"{name} lines: bytes on disk a raw byte"] = round(one["disk"] / one["bytes"], 3)
        found[f"{name} lines: CPU ms per 1,000 lines, store alone"] = round(
            1e6 * one["cpu"] / one["lines"], 1
        )
        way = one.get("collected")
        if way:
            pace = round(result["lines"] / way["seconds"])
            found[f"{name} lines: from a file to the store, lines a second"] = pace
        for query, took in one["queries"].items():
            found[f"{name} lines: search, {query}, p50 ms"] = round(1e3 * took["p50"])
    return found | dict.fromkeys((f"{name} lines" for name in result["unknown"]), None)


def _cpu(seconds: float, lines: int) -> str:
    return f"{1e6 * seconds / lines:.1f}"


def _pace(store: dict[str, Any], lines: int) -> str:
    way = store.get("collected")
    return f"{lines / way['seconds']:,.0f}" if way else ""


def _spent(store: dict[str, Any], *, lines: int, part: str) -> str:
    cpu = store.get("collected", {}).get("cpu", {})
    seconds = sum(cpu.values()) if part == "all of it" else cpu.get(part, 0.0)
    return _cpu(seconds, lines) if seconds else ""


def _took(store: dict[str, Any], *, name: str) -> str:
    query = store["queries"][name]
    if "unknown" in query:
        return f"unknown: {query['unknown']}"
    last = "unknown" if query["p95"] is None else f"{1e3 * query['p95']:,.0f}"
    return f"{1e3 * query['first']:,.0f}, {1e3 * query['p50']:,.0f}, {last} ({query['n']})"
