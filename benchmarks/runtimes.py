"""The reference system as processes and as containers: time of `up`, fault to page, memory.

One after the other on each runtime, a copy of the reference system is started, its worker is killed
again and again (`BENCH_FAULTS`, 5 by default), what runs is weighed, and it is stopped and started
once more. The first start makes the database; `built` tells how many images it had to build or
pull, which is all of them on an engine without images (`scripts/docker.sh clean`). Engines are
installed before (`make engines`).

Memory is proportional: pages that processes share are shared out. What holds the workloads is
supervisord, or the container engine's own processes: those of the whole engine, and one shim and
the port proxies of each of our containers. Needs root, and a container engine on this machine.
"""

import json
import os
import re
import statistics
import tempfile
import time
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import Any

import psutil

from benchmarks import interruption, memory
from benchmarks.figures import verdict
from seatrial.app.environment import open_runtime, states
from seatrial.app.interrupt import stopping
from seatrial.contract.runtime import ReplicaStatus, Runtime

RUNTIMES = ("local", "compose")
COUNT = int(os.environ.get("BENCH_FAULTS", "5"))
SCENARIO = "service-down-worker"
_ENGINE = {"dockerd", "containerd"}
_SHIM = "containerd-shim"  # with its version; a process's name is cut to 15 letters
_PORT = "docker-proxy"
_IMAGE = re.compile(r"^\s+ok\s+image \S+\s+image\s+[\d.]+ s\s+(.*)$", re.MULTILINE)


def run() -> dict[str, Any]:
    """Seconds and bytes, runtime by runtime."""
    # a SIGTERM, too, must leave nothing running
    with stopping():
        found = {name: _on(name) for name in RUNTIMES}
    pages = found["compose"]["pages"]
    worst = max(pages) if len(pages) == COUNT else None
    return {
        "count": COUNT,
        "runtimes": found,
        "targets": [verdict("compose: fault to page, maximum, s", worst, 60)],
    }


def _on(name: str) -> dict[str, Any]:
    with tempfile.TemporaryDirectory(prefix="seatrial-bench-") as scratch:
        file = interruption.copied(Path(scratch), f"{name}-{os.getpid()}")
        try:
            first, said = _up(file, name)
            images = _IMAGE.findall(said)
            pages = [page for _ in range(COUNT) for page in _page(file)]
            weighed = _weighed(file, name)
            interruption.seatrial(file, "down")
            again, _ = _up(file, name)
        finally:
            interruption.seatrial(file, "down", "--purge", "--yes", may_fail=True)
    return {
        "images": len(images),
        "built": sum(each != "there" for each in images),
        "first_up": round(first, 1),
        "second_up": round(again, 1),
        "pages": pages,
        "memory": weighed,
    }


def _up(file: Path, name: str) -> tuple[float, str]:
    """Seconds until all was ready, and what was said meanwhile."""
    began = time.monotonic()
    done = interruption.seatrial(file, "up", "--runtime", name)
    return time.monotonic() - began, done.stderr


def _page(file: Path) -> Iterator[float]:
    """Seconds from the kill to the page; nothing where no page was seen."""
    done = interruption.seatrial(file, "prove", SCENARIO, "--json", may_fail=True)
    documents = json.loads(done.stdout) if done.stdout.strip() else []
    for each in documents:
        if each["expectation"] == f"page/{SCENARIO}":
            yield from (one["value"] for one in each["figures"] if one["name"] == "fault to page")


def _weighed(file: Path, name: str) -> dict[str, int]:
    """Bytes by kind: the system, its engines, seatrial's daemons, and what holds them all."""
    runtime = open_runtime(file)
    desired = states(file.parent.resolve(), name)[runtime.system].read("desired.json")
    origins = {each["name"]: each["origin"] for each in desired["workloads"]}
    there = runtime.status()
    found = dict.fromkeys(("the system", "engines", "seatrial", "holders"), 0)
    for each in there:
        if each.pid is not None:
            found[memory.KINDS[origins[each.workload]]] += memory.tree(each.pid)["pss"]
    found["holders"] = memory.held(_holders(runtime, name, there))["pss"]
    return found


def _holders(
    runtime: Runtime, name: str, replicas: Iterable[ReplicaStatus]
) -> list[psutil.Process]:
    """The processes without which no workload would run on this runtime."""
    if name == "local":
        return [psutil.Process(memory.supervisord(runtime))]
    ours = {each.pid for each in replicas}
    addresses = {each.address for each in replicas}

    def holds(one: psutil.Process) -> bool:
        name = one.info["name"]
        if name == _PORT:
            return bool(addresses & set(one.info["cmdline"] or ()))
        if name.startswith(_SHIM):
            return bool(ours & {each.pid for each in one.children()})
        return name in _ENGINE

    return [each for each in psutil.process_iter(["name", "cmdline"]) if holds(each)]


def table(result: Mapping[str, Any]) -> str:
    """The result in Markdown: one column a runtime."""
    found = result["runtimes"]
    lines = [f"| | {' | '.join(found)} |", f"|---|{'---:|' * len(found)}"]
    lines += [
        f"| {title} | {' | '.join(tell(each) for each in found.values())} |"
        for title, tell in _ROWS.items()
    ]
    return "\n".join(lines)


def _pages(one: Mapping[str, Any]) -> str:
    """The median and the longest; how many were seen."""
    pages = one["pages"]
    if not pages:
        return "unknown: no page was seen"
    return f"{statistics.median(pages):.1f} / {max(pages):.1f} (n = {len(pages)})"


def _mib(kind: str) -> Any:
    return lambda one: f"{one['memory'][kind] / 2**20:.0f}"


_ROWS: Mapping[str, Any] = {
    "images, of which built or pulled now": lambda one: (
        f"{one['images']}, {one['built']}" if one["images"] else "none"
    ),
    "first `up`, s": lambda one: f"{one['first_up']:.1f}",
    "second `up`, s": lambda one: f"{one['second_up']:.1f}",
    "fault to page, median / longest, s": _pages,
    "memory of the system, MiB": _mib("the system"),
    "of the engines around it, MiB": _mib("engines"),
    "of seatrial's daemons, MiB": _mib("seatrial"),
    "of what holds them, MiB": _mib("holders"),
    "of all, MiB": lambda one: f"{sum(one['memory'].values()) / 2**20:.0f}",
}
