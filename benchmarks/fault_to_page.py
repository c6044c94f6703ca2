"""From a fault to its page, n = 40, beside the timings of two well-known sets of rules.

Forty services of one system run under everything that seatrial puts around them. They are killed
one after the other, spread over the longest scrape interval, and stay dead until everybody has
paged; then they are hung, and at last each hangs for 8 s. Two more pairs of the same Prometheus and
Alertmanager watch the same services meanwhile, with the timings of dockprom and kube-prometheus.
"""

import os
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import httpx
import yaml

from benchmarks.figures import spread, verdict
from seatrial.app.apply import down, planned_for, up
from seatrial.app.environment import open_runtime
from seatrial.contract.action import Kill, Pause
from seatrial.contract.placement import Placement
from seatrial.runtimes.local import LocalRuntime
from seatrial.runtimes.local.engines import Engines

COUNT = int(os.environ.get("BENCH_FAULTS", "40"))
SPREAD = 30.0  # seconds over which faults begin: the longest scrape interval
BLIP = 8.0
SERVICE = """
import sys, http.server
class Page(http.server.BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    def do_GET(self):
        body = b"# TYPE alive gauge\\nalive 1\\n"
        self.send_response(200)
        self.send_header("Content-Type", "text/plain; version=0.0.4")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)
    def log_message(self, *_):
        pass
http.server.ThreadingHTTPServer((sys.argv[1], int(sys.argv[2])), Page).serve_forever()
"""


@dataclass(frozen=True, kw_only=True)
class Rival:
    """Another set of timings (seconds) on the same engines, and its own expression."""

    name: str
    scrape: int
    evaluate: int
    hold: int
    group_wait: int
    expr: str


RIVALS = (
    Rival(
        name="dockprom", scrape=15, evaluate=15, hold=30, group_wait=30,
        expr="up == 0",
    ),
    Rival(
        name="kube-prometheus", scrape=30, evaluate=30, hold=600, group_wait=30,
        expr="100 * count by (job, service) (up == 0) / count by (job, service) (up) > 10",
    ),
)  # fmt: skip


class _Plain(yaml.SafeDumper):
    """No anchors: the file is meant to be read."""

    def ignore_aliases(self, data: object) -> bool:  # noqa: ARG002 - the base's signature
        return True


def run() -> dict[str, Any]:
    """Kill, hang and blip; seconds from fault to page of each, by who paged."""
    with tempfile.TemporaryDirectory(prefix="seatrial-bench-") as scratch:
        folder = Path(scratch)
        folder.chmod(0o755)
        file = _system(folder)
        runtime = open_runtime(file)
        try:
            up(file, overwrite=True, progress=lambda _: None)
            return _measure(runtime, planned_for(file, runtime).placement, folder)
        finally:
            runtime.undo_all()
            down(open_runtime(file), purge=True, progress=lambda _: None)


def _names() -> list[str]:
    return [f"svc-{number:02}" for number in range(COUNT)]


def _system(folder: Path) -> Path:
    (folder / "service.py").write_text(SERVICE)
    service = {
        "owner": "ops",
        "run": f"{sys.executable} -I -S service.py ${{self.address}} ${{self.ports.http}}",
        "ports": {"http": 8000},
        "metrics": {"port": "http", "path": "/metrics"},
        "health": {"ready": "/"},
    }
    document = {
        "seatrial": 1,
        "system": f"bench-{os.getpid()}",
        "teams": {"ops": {"chat": "#ops", "email": "ops@acme.example"}},
        "services": dict.fromkeys(_names(), service),
    }
    file = folder / "seatrial.yaml"
    file.write_text(yaml.dump(document, Dumper=_Plain, sort_keys=False))
    return file


def _measure(runtime: LocalRuntime, placement: Placement, folder: Path) -> dict[str, Any]:
    watchers = [
        process for rival in RIVALS for process in _start(rival, folder / rival.name, placement)
    ]
    try:
        time.sleep(2 * SPREAD + 30)  # everybody has scraped everything twice
        found: dict[str, Any] = {"count": COUNT}
        longest = max(each.hold + 120 for each in RIVALS)
        found["kill"] = _faults(
            runtime, placement, [Kill(workload=each) for each in _names()],
            ("seatrial", *(each.name for each in RIVALS)), within=longest,
        )  # fmt: skip
        time.sleep(150)  # cleared everywhere
        found["hang"] = _faults(
            runtime, placement, [Pause(workload=each) for each in _names()],
            ("seatrial",), within=60,
        )  # fmt: skip
        time.sleep(150)
        found["blips"] = _blips(runtime, placement)
        return found | {"targets": _targets(found)}
    finally:
        for process in watchers:
            process.terminate()
        for process in watchers:
            process.wait(timeout=20)


def _targets(found: Mapping[str, Any]) -> list[dict[str, Any]]:
    kill, hang = found["kill"]["seatrial"], found["hang"]["seatrial"]
    return [
        verdict("killed: fault to page, p95, s", kill.get("p95"), 25),
        verdict("killed: fault to page, maximum, s", kill.get("max"), 60),
        verdict("hung: fault to page, p95, s", hang.get("p95"), 30),
        verdict("hung: fault to page, maximum, s", hang.get("max"), 60),
        verdict(f"pages in {COUNT} blips", found["blips"]["pages"], 0),
    ]


def _faults(
    runtime: LocalRuntime,
    placement: Placement,
    actions: Iterable[Kill | Pause],
    watchers: tuple[str, ...],
    *,
    within: float,
) -> dict[str, Any]:
    """Inject all, spread; the seconds to each page; undo."""
    since = time.time()
    injected = {}
    for action in actions:
        injected[action.workload] = runtime.inject(action)
        time.sleep(SPREAD / COUNT)
    deadline = time.time() + within
    while time.time() < deadline:
        pages = _pages(placement, since)
        if all((who, name) in pages for who in watchers for name in injected):
            break
        time.sleep(1)
    pages = _pages(placement, since)
    for each in injected.values():
        runtime.undo(each.id)
    return {
        who: spread(
            [pages[who, name] - one.at for name, one in injected.items() if (who, name) in pages]
        )
        for who in watchers
    }


def _blips(runtime: LocalRuntime, placement: Placement) -> dict[str, Any]:
    since = time.time()
    for name in _names():
        one = runtime.inject(Pause(workload=name))
        time.sleep(BLIP)
        runtime.undo(one.id)
    time.sleep(60)
    pages = {name for who, name in _pages(placement, since) if who == "seatrial"}
    return {"blips": COUNT, "seconds": BLIP, "pages": len(pages), "paged": sorted(pages)}


def _pages(placement: Placement, since: float) -> dict[tuple[str, str], float]:
    """When each watcher's first page about each service arrived."""
    sink = placement.endpoint("sink", "http")
    answer = httpx.get(f"http://{sink}/arrivals?since={since:.3f}", timeout=10)
    found: dict[tuple[str, str], float] = {}
    rivals = {each.name for each in RIVALS}
    for each in answer.json()["arrivals"]:
        if each["status"] != "firing":
            continue
        if each["channel"] == "webhook" and each["receiver"] in rivals:
            who = each["receiver"]
        elif each["channel"] == "pagerduty" and each["receiver"] == "ops-page":
            who = "seatrial"
        else:
            continue
        found.setdefault((who, each["labels"].get("service", "")), each["at"])
    return found


def _start(rival: Rival, folder: Path, placement: Placement) -> list[subprocess.Popen[bytes]]:
    """The rival's Alertmanager and Prometheus, on free ports of loopback."""
    folder.mkdir()
    engines = Engines(None)
    alertmanager, prometheus = _port(), _port()
    _routes(rival, folder, placement)
    _scrapes(rival, folder, placement, alertmanager)
    commands = (
        (
            "alertmanager",
            f"--config.file={folder}/alertmanager.yml",
            f"--storage.path={folder}/am",
            f"--web.listen-address=127.0.0.1:{alertmanager}",
            "--cluster.listen-address=",
        ),
        (
            "prometheus",
            f"--config.file={folder}/prometheus.yml",
            f"--storage.tsdb.path={folder}/data",
            f"--web.listen-address=127.0.0.1:{prometheus}",
        ),
    )
    started = []
    for argv in commands:
        program = engines.program(argv[0], argv[0])
        if program is None:
            sys.exit(f"{argv[0]} is not installed: run `seatrial engines install`")
        with (folder / f"{argv[0]}.log").open("wb") as log:
            started.append(
                subprocess.Popen(
                    [str(program), *argv[1:]],
                    stdout=log,
                    stderr=log,
                    env={**os.environ, **engines.environment(argv[0])},
                )
            )
    return started


def _routes(rival: Rival, folder: Path, placement: Placement) -> None:
    sink = placement.endpoint("sink", "http")
    receiver = {
        "name": "sink",
        "webhook_configs": [{"url": f"http://{sink}/webhook/{rival.name}"}],
    }
    route = {
        "receiver": "sink",
        "group_by": ["alertname", "service"],
        "group_wait": f"{rival.group_wait}s",
        "group_interval": "5m",
    }
    _write(folder / "alertmanager.yml", {"route": route, "receivers": [receiver]})


def _scrapes(rival: Rival, folder: Path, placement: Placement, alertmanager: int) -> None:
    rule = {
        "alert": "TargetDown",
        "expr": rival.expr,
        "for": f"{rival.hold}s",
        "labels": {"severity": "page"},
    }
    _write(folder / "rules.yml", {"groups": [{"name": "rival", "rules": [rule]}]})
    targets = [
        {"targets": [str(placement.endpoint(name, "http"))], "labels": {"service": name}}
        for name in _names()
    ]
    there = [{"static_configs": [{"targets": [f"127.0.0.1:{alertmanager}"]}]}]
    _write(
        folder / "prometheus.yml",
        {
            "global": {
                "scrape_interval": f"{rival.scrape}s",
                "scrape_timeout": "10s",
                "evaluation_interval": f"{rival.evaluate}s",
            },
            "rule_files": ["rules.yml"],
            "alerting": {"alertmanagers": there},
            "scrape_configs": [{"job_name": "services", "static_configs": targets}],
        },
    )


def _write(path: Path, document: Mapping[str, Any]) -> None:
    path.write_text(yaml.safe_dump(document, sort_keys=False))


def _port() -> int:
    with socket.socket() as one:
        one.bind(("127.0.0.1", 0))
        return int(one.getsockname()[1])


def table(result: Mapping[str, Any]) -> str:
    """The result in Markdown."""
    lines = [
        "| fault | who | n | p50 s | p95 s | max s |",
        "|---|---|---|---|---|---|",
    ]
    for fault in ("kill", "hang"):
        for who, one in result.get(fault, {}).items():
            figures = " | ".join(str(one.get(key, "")) for key in ("n", "p50", "p95", "max"))
            lines.append(f"| {fault} | {who} | {figures} |")
    blips = result.get("blips")
    if blips:
        lines.append("")
        lines.append(f"Pages in {blips['blips']} blips of {blips['seconds']} s: {blips['pages']}.")
    return "\n".join(lines)
