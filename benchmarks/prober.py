"""Checks: 5,000 a minute on one core, how late they begin, and what each of them costs.

The prober is held to one core; what it asks is a small server on loopback, over a new connection
each time, three quarters of the checks HTTP and one quarter TCP. Blackbox exporter is then asked
for the same probes at the same rate; what scrapes it is not counted, although it needs one. How
many checks a core does in a second is the reverse of the processor time of one.
BENCH_PROBER_SECONDS is how long each of them is measured.
"""

import asyncio
import contextlib
import json
import os
import re
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from socket import create_server
from typing import Any

import aiohttp
import httpx
import psutil

from benchmarks.figures import verdict
from seatrial.contract.runtime import RuntimeFailure
from seatrial.runtimes.local.engines import Engines

CHECKS, EVERY = 5000, 60.0
SECONDS = float(os.environ.get("BENCH_PROBER_SECONDS", "120"))
WARM = 15.0
HOST = "127.88.9.3"
_ANSWER = b"HTTP/1.1 200 OK\r\nContent-Length: 3\r\nConnection: close\r\n\r\nok\n"
_LAG = "check_schedule_lag_seconds"
_P99_AT_MOST = 0.1  # seconds


def run() -> dict[str, Any]:
    """Both in one run. Raises RuntimeFailure where blackbox exporter is not installed."""
    engines = Engines(None)
    blackbox = engines.program("blackbox_exporter", "blackbox_exporter")
    if blackbox is None:
        raise RuntimeFailure("blackbox exporter is missing", "`seatrial engines install`")
    with tempfile.TemporaryDirectory(prefix="seatrial-bench-prober-") as folder, _server() as port:
        ours = _prober(Path(folder), port)
        theirs = _blackbox(Path(folder), str(blackbox), port)
    wanted = CHECKS / EVERY * ours["seconds"]
    return {
        "prober": ours,
        "blackbox": theirs,
        "targets": [
            verdict("checks that did not begin, % of 5,000 a minute",
                    max(0.0, 100 * (1 - ours["ended"] / wanted)), 1.0),
            verdict("begun late, p99 in s", ours["lag_p99"], _P99_AT_MOST),
            verdict("share of one core at 5,000 a minute", ours["cpu"] / ours["seconds"], 1.0),
        ],
    }  # fmt: skip


@contextmanager
def _server() -> Iterator[int]:
    """A process that answers every connection, so that its time is not the measured one's."""
    code = (
        "import asyncio,sys\n"
        "async def answer(reader, writer):\n"
        "    if await reader.read(4096):\n"
        f"        writer.write({_ANSWER!r})\n"
        "    writer.close()\n"
        "async def main():\n"
        f"    server = await asyncio.start_server(answer, {HOST!r}, 0, backlog=1024)\n"
        "    print(server.sockets[0].getsockname()[1], flush=True)\n"
        "    await server.serve_forever()\n"
        "asyncio.run(main())\n"
    )
    with subprocess.Popen((sys.executable, "-c", code), stdout=subprocess.PIPE) as process:
        assert process.stdout is not None
        try:
            yield int(process.stdout.readline())
        finally:
            process.kill()


def _kind(number: int) -> str:
    return "tcp" if number % 4 == 0 else "http"


def _prober(folder: Path, port: int) -> dict[str, float]:
    checks = [
        {
            "name": f"check-{number}",
            "kind": _kind(number),
            "targets": [
                f"{HOST}:{port}" if _kind(number) == "tcp" else f"http://{HOST}:{port}/{number}"
            ],
            "every_s": EVERY,
            "timeout_s": 5,
        }
        for number in range(CHECKS)
    ]
    (folder / "plan.json").write_text(json.dumps({"checks": checks}))
    argv = (sys.executable, "-m", "seatrial.daemons.prober", "--host", HOST, "--port", "0")
    log = folder / "prober.log"
    with (
        log.open("w") as said,
        subprocess.Popen((*argv, "--plan", str(folder / "plan.json")), stdout=said) as process,
    ):
        try:
            while "\n" not in log.read_text():
                time.sleep(0.1)
            url = f"http://{json.loads(log.read_text().splitlines()[0])['http']}/metrics"
            own = psutil.Process(process.pid)
            own.cpu_affinity([max(psutil.Process().cpu_affinity() or [0])])
            time.sleep(WARM)
            first, begun = _told(url), time.monotonic()
            used = sum(own.cpu_times()[:2])
            time.sleep(SECONDS)
            last, took = _told(url), time.monotonic() - begun
            used = sum(own.cpu_times()[:2]) - used
        finally:
            process.kill()
    ended = last["prober_ended_total"] - first["prober_ended_total"]
    lags = {
        float(found[1]): last[name] - first[name]
        for name in last
        if (found := re.fullmatch(rf'{_LAG}_bucket{{le="(.+)"}}', name))
    }
    return {
        "ended": ended,
        "failed": ended - (last["prober_succeeded_total"] - first["prober_succeeded_total"]),
        "seconds": took,
        "cpu": used,
        "lag_p50": _quantile(lags, 0.5),
        "lag_p99": _quantile(lags, 0.99),
        "memory": last.get("process_resident_memory_bytes", 0.0),
    }


def _told(url: str) -> dict[str, float]:
    text = httpx.get(url, trust_env=False, timeout=60).text
    lines = (each.rsplit(" ", 1) for each in text.splitlines() if not each.startswith("#"))
    return {name: float(value) for name, value in lines}


def _quantile(buckets: dict[float, float], share: float) -> float:
    """The upper edge of the bucket that holds it: the true one is at most that."""
    total = max(buckets.values(), default=0.0)
    return next((edge for edge, count in sorted(buckets.items()) if count >= share * total), 0.0)


def _blackbox(folder: Path, program: str, port: int) -> dict[str, float]:
    modules = "modules:\n  http: {prober: http, timeout: 5s}\n  tcp: {prober: tcp, timeout: 5s}\n"
    (folder / "blackbox.yml").write_text(modules)
    with create_server((HOST, 0)) as free:
        own_port = free.getsockname()[1]
    argv = (program, f"--config.file={folder}/blackbox.yml")
    with subprocess.Popen(
        (*argv, f"--web.listen-address={HOST}:{own_port}"),
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        env={**os.environ, "GOMAXPROCS": "1"},
    ) as process:
        try:
            url = f"http://{HOST}:{own_port}/probe"
            own = psutil.Process(process.pid)
            own.cpu_affinity([max(psutil.Process().cpu_affinity() or [0])])
            asyncio.run(_drive(url, port, WARM))
            used, begun = sum(own.cpu_times()[:2]), time.monotonic()
            ended, failed = asyncio.run(_drive(url, port, SECONDS))
            took = time.monotonic() - begun
            used = sum(own.cpu_times()[:2]) - used
            memory = own.memory_info().rss
        finally:
            process.kill()
    return {
        "ended": ended, "failed": failed, "seconds": took, "cpu": used, "memory": float(memory),
    }  # fmt: skip


async def _drive(url: str, port: int, seconds: float) -> tuple[float, float]:
    """Ask at the same rate, open model, as a scraper would."""
    ended, failed = 0, 0
    async with aiohttp.ClientSession(connector=aiohttp.TCPConnector(limit=0)) as session:

        async def one(number: int) -> None:
            nonlocal ended, failed
            where = f"{HOST}:{port}"
            target = where if _kind(number) == "tcp" else f"http://{where}/{number}"
            asked = {"module": _kind(number), "target": target}
            text = ""
            with contextlib.suppress(aiohttp.ClientError):
                async with session.get(url, params=asked) as answer:
                    text = await answer.text()
            ended += 1
            failed += "\nprobe_success 1" not in text

        begun, tasks = time.monotonic(), set[asyncio.Task[None]]()
        for number in range(round(CHECKS / EVERY * seconds)):
            await asyncio.sleep(max(0.0, begun + number * EVERY / CHECKS - time.monotonic()))
            task = asyncio.create_task(one(number))
            tasks.add(task)
            task.add_done_callback(tasks.discard)
        await asyncio.gather(*tasks)
    return float(ended), float(failed)


def table(result: dict[str, Any]) -> str:
    """Both beside each other."""
    both = result["prober"], result["blackbox"]
    rows = [
        ("checks that ended", *(f"{each['ended']:,.0f}" for each in both)),
        ("of them failed", *(f"{each['failed']:,.0f}" for each in both)),
        ("in seconds", *(f"{each['seconds']:.0f}" for each in both)),
        ("CPU ms a check", *(f"{1e3 * each['cpu'] / each['ended']:.2f}" for each in both)),
        ("checks a second a core", *(f"{each['ended'] / each['cpu']:,.0f}" for each in both)),
        ("begun late, p50 / p99, at most ms",
         f"{1e3 * both[0]['lag_p50']:g} / {1e3 * both[0]['lag_p99']:g}", "its scraper's"),
        ("memory, MiB", *(f"{each['memory'] / 2**20:.0f}" for each in both)),
    ]  # fmt: skip
    head = ("| | prober | blackbox exporter |", "| --- | ---: | ---: |")
    return "\n".join((*head, *(f"| {a} | {b} | {c} |" for a, b, c in rows)))
