"""Whether a system is as it was before a fault: the one judge of what an undo must restore."""

import hashlib
import time
from collections.abc import Iterator, Mapping
from typing import Any

import httpx
import psutil

from seatrial.contract.runtime import Phase
from seatrial.runtimes.local import LocalRuntime
from seatrial.runtimes.local.belonging import belonging
from seatrial.runtimes.shared.journal import Journal

_PAUSE = 0.5  # seconds between two looks
_PATIENCE = 30.0  # seconds for an answer


def digests(runtime: LocalRuntime) -> dict[str, str]:
    """The digest of every rendered file of every replica."""
    found = {}
    for each in runtime.home.read("desired.json")["workloads"]:
        for replica in range(each["replicas"]):
            for file in each["files"]:
                path = runtime.home.replica(each["name"], replica) / file["path"]
                name = str(path.relative_to(runtime.home.path))
                found[name] = (
                    hashlib.sha256(path.read_bytes()).hexdigest() if path.exists() else "missing"
                )
    return found


def journal(runtime: LocalRuntime) -> Journal:
    """The journal of faults that are in place."""
    return Journal(runtime.home.path / "journal.jsonl")


def ready(runtime: LocalRuntime, within: float) -> tuple[float, list[str]]:
    """Seconds until all is ready, and what was not when `within` seconds were over."""
    began = time.monotonic()
    while True:
        rest = [
            f"{each.workload}/{each.replica} is {each.phase}: {each.reason}"
            for each in runtime.status()
            if each.phase is not Phase.READY
        ]
        took = time.monotonic() - began
        if not rest or took > within:
            return took, rest
        time.sleep(_PAUSE)


def left(runtime: LocalRuntime, before: Mapping[str, str]) -> list[str]:
    """What is not as it was, a sentence each; `before` is what `digests` said."""
    holds = runtime.home.holds
    after = digests(runtime)
    return [
        *(f"the journal still holds {what}" for _, what, _ in journal(runtime).pending()),
        *(f"{path.name} is held down" for path in (holds.iterdir() if holds.is_dir() else ())),
        *_stopped(runtime),
        *_strays(runtime),
        *_toxics(runtime),
        *_silences(runtime),
        *(
            f"{path} is not as it was"
            for path in sorted({*before, *after})
            if before.get(path) != after.get(path)
        ),
    ]


def _stopped(runtime: LocalRuntime) -> Iterator[str]:
    for each in runtime.status():
        if any(process.status() == psutil.STATUS_STOPPED for process in _tree(each.pid)):
            yield f"{each.workload}/{each.replica} has a stopped process"


def _strays(runtime: LocalRuntime) -> Iterator[str]:
    """What the killed command had started, if it still runs."""
    manager = int((runtime.home.path / "supervisord.pid").read_text())
    held = {each.pid for each in _tree(manager)}
    for each in belonging(runtime.home):
        if each.pid not in held and each.is_running():
            yield f"pid {each.pid} runs beside the process manager"


def _toxics(runtime: LocalRuntime) -> Iterator[str]:
    for name, proxy in _asked(runtime, "fault-proxy", "api", "/proxies").items():
        if not proxy["enabled"]:
            yield f"the edge {name} is disabled"
        for toxic in proxy["toxics"]:
            yield f"the edge {name} has the toxic {toxic['name']}"


def _silences(runtime: LocalRuntime) -> Iterator[str]:
    for each in _asked(runtime, "alertmanager", "http", "/api/v2/silences"):
        if each["status"]["state"] != "expired":
            yield f"Alertmanager has the silence {each['comment']}"


def _asked(runtime: LocalRuntime, workload: str, port: str, path: str) -> Any:
    """A workload's JSON, without the runtime's client: that keeps its connections open."""
    placement = runtime.home.read("desired.json")["placement"]
    (seat,) = (each for each in placement["locations"] if each["workload"] == workload)
    url = f"http://{seat['address']}:{seat['ports'][port]}{path}"
    return httpx.get(url, timeout=_PATIENCE, trust_env=False).raise_for_status().json()


def _tree(pid: int | None) -> list[psutil.Process]:
    try:
        first = psutil.Process(pid) if pid is not None else None
        return [first, *first.children(recursive=True)] if first is not None else []
    except psutil.NoSuchProcess:
        return []
