"""What runs around the reference system, and how much memory each process holds.

The system must be up. Resident memory counts pages that processes share once for each of them
(PostgreSQL's buffers most of all); the proportional figure shares them out. seatrial's own part is
supervisord and its daemons; its command line is measured apart, because it ends.
"""

import json
import os
import subprocess
import sys
import time
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import psutil

from benchmarks.figures import ROOT, verdict
from seatrial.app.environment import open_runtime
from seatrial.contract.runtime import RuntimeFailure

FILE = Path(
    os.environ.get("BENCH_SYSTEM", ROOT / "examples" / "workflow-platform" / "seatrial.yaml")
)
MOST_BYTES = 150e6
ALL_BYTES = 2.5e9
COMMANDS = ("check", "plan")
_PATIENCE = 600.0  # seconds until all is ready; a proof may be under way
KINDS = {"daemon": "seatrial", "engine": "engines", "service": "the system", "store": "the system"}
_CLI = """
import sys
import time
from seatrial.cli.main import entry
try:
    entry(sys.argv[1:])
finally:
    from benchmarks.figures import resident_peak
    print(f"\\n{resident_peak()}", file=sys.stderr)
"""


def run() -> dict[str, Any]:
    """Bytes of each process, sums by kind, and the peak of the command line."""
    processes = [*_replicas(), _supervisord()]
    kinds: dict[str, dict[str, int]] = {}
    for each in processes:
        one = kinds.setdefault(each["kind"], {"processes": 0, "rss": 0, "pss": 0})
        for key in one:
            one[key] += each[key]
    own = kinds["seatrial"]
    commands = {word: _command(word) for word in COMMANDS}
    most = MOST_BYTES / 1e6
    return {
        "processes": processes,
        "kinds": kinds,
        "commands": commands,
        "targets": [
            verdict("supervisord and seatrial's daemons, resident MB", own["rss"] / 1e6, most),
            verdict("supervisord and seatrial's daemons, proportional MB", own["pss"] / 1e6, most),
            *(
                verdict(
                    f"every process together, {long} MB",
                    sum(each[short] for each in kinds.values()) / 1e6,
                    ALL_BYTES / 1e6,
                )
                for short, long in (("rss", "resident"), ("pss", "proportional"))
            ),
            *(
                verdict(f"`seatrial {word}`, peak resident MB", peak / 1e6, most)
                for word, peak in commands.items()
            ),
        ],
    }


def _replicas() -> list[dict[str, Any]]:
    """Every replica, once all are ready. Raises RuntimeFailure when they do not become so."""
    runtime = open_runtime(FILE)
    deadline = time.monotonic() + _PATIENCE
    status = _status()
    while not status and runtime.status() and time.monotonic() < deadline:
        time.sleep(2)
        status = _status()
    if not status:
        raise RuntimeFailure(f"the system of {FILE} is not up", f"run `seatrial up -f {FILE}`")
    desired = runtime.home.read("desired.json")
    described = {each["name"]: each for each in desired["workloads"]}
    return [_replica(each, described[each["workload"]]) for each in status]


def _status() -> list[dict[str, Any]]:
    """What `seatrial status` says of each replica; nothing unless all are ready."""
    words = ["status", "-f", str(FILE), "--json"]
    done = subprocess.run(
        [sys.executable, "-c", "from seatrial.cli.main import entry; entry()", *words],
        capture_output=True,
        text=True,
        check=False,
    )
    found: list[dict[str, Any]] = json.loads(done.stdout) if done.returncode == 0 else []
    return found


def _replica(status: Mapping[str, Any], workload: Mapping[str, Any]) -> dict[str, Any]:
    return {
        "workload": status["workload"],
        "replica": status["replica"],
        "product": workload["engine"] or workload["origin"],
        "kind": KINDS[workload["origin"]],
    } | tree(status["pid"])


def _supervisord() -> dict[str, Any]:
    """The process that holds all others, without them."""
    alone = held([psutil.Process(supervisord(open_runtime(FILE)))])
    return {"workload": "", "replica": 0, "product": "supervisord", "kind": "seatrial"} | alone


def supervisord(runtime: Any) -> int:
    """The process id of the one that holds all others, on the local runtime."""
    return int((runtime.home.path / "supervisord.pid").read_text())


def tree(pid: int) -> dict[str, int]:
    """How many processes a process and its descendants are, and the bytes that they hold."""
    first = psutil.Process(pid)
    return held([first, *first.children(recursive=True)])


def held(processes: list[psutil.Process]) -> dict[str, int]:
    """The bytes that processes hold: resident, and proportional."""
    found = {"processes": 0, "rss": 0, "pss": 0}
    for each in processes:
        try:
            memory = each.memory_full_info()
        except psutil.NoSuchProcess:
            continue  # it ended meanwhile: a worker of PostgreSQL does
        found["processes"] += 1
        found["rss"] += memory.rss
        found["pss"] += memory.pss
    return found


def _command(word: str) -> int:
    """The most memory that a command held, in bytes."""
    done = subprocess.run(
        [sys.executable, "-c", _CLI, word, "-f", str(FILE)],
        cwd=ROOT, capture_output=True, text=True, check=False,
    )  # fmt: skip
    if done.returncode:
        raise RuntimeFailure(f"seatrial {word} ended with {done.returncode}: {done.stderr[-500:]}")
    return int(done.stderr.splitlines()[-1])


def table(result: Mapping[str, Any]) -> str:
    """The result in Markdown."""
    lines = [
        "| workload | replica | product | part of | processes | resident MiB | proportional MiB |",
        "|---|---:|---|---|---:|---:|---:|",
    ]
    lines += [
        f"| {each['workload']} | {each['replica']} | {each['product']} | {each['kind']} "
        f"| {each['processes']} | {each['rss'] / 2**20:.0f} | {each['pss'] / 2**20:.0f} |"
        for each in result["processes"]
    ]
    lines += [
        f"| **{kind}** | | | | {each['processes']} | {each['rss'] / 2**20:.0f} "
        f"| {each['pss'] / 2**20:.0f} |"
        for kind, each in result["kinds"].items()
    ]
    return "\n".join(lines)
