"""From a fault to who sees it: the prober, the rule, the pager.

The reference system runs with everything around it, and users' journeys are walked at its pace.
Its worker and its gateway are killed in turns, each time at another instant of the scrape
interval, and stay dead until their owner is paged. The prober tells itself when a run failed;
the rule is asked for four times a second, so that its figure is up to a quarter of a second late;
the sink stamps the page's arrival. `BENCH_FAULTS` sets the number of faults, 20 by default.
"""

import json
import os
import random
import tempfile
import time
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from benchmarks import interruption
from benchmarks.figures import spread, verdict
from seatrial.app.environment import open_runtime
from seatrial.app.interrupt import stopping
from seatrial.contract.action import Kill
from seatrial.contract.runtime import Runtime, RuntimeFailure

COUNT = int(os.environ.get("BENCH_FAULTS", "20"))
STRUCK = ("worker", "gateway")
WITHIN = 60.0  # seconds for all to see it
CLEARED = 180.0
PACE = 0.25
WHO = ("probe", "rule", "page")
_INTERVAL = 5.0  # of the scrapes; the faults are spread over it
_WARM = 60.0


def run() -> dict[str, Any]:
    """Seconds from each fault to the first failed run, the firing rule, and the page."""
    chance = random.Random(1)  # noqa: S311 - instants, not secrets
    with stopping(), tempfile.TemporaryDirectory(prefix="seatrial-bench-") as scratch:
        file = interruption.copied(Path(scratch), f"seen-{os.getpid()}")
        try:
            interruption.seatrial(file, "up")
            runtime = open_runtime(file)
            time.sleep(_WARM)
            found = [
                _fault(runtime, STRUCK[number % len(STRUCK)], chance) for number in range(COUNT)
            ]
        finally:
            interruption.seatrial(file, "undo", may_fail=True)
            interruption.seatrial(file, "down", "--purge", "--yes", may_fail=True)
    spans = {who: spread([each[who] for each in found if each[who] is not None]) for who in WHO}
    return {
        "count": COUNT,
        "faults": found,
        "told": spans,
        "targets": [
            verdict(f"{who}: faults that it did not see", COUNT - spans[who]["n"], 0) for who in WHO
        ]
        + [verdict("fault to page, p95, s", spans["page"].get("p95"), 25)],
    }


def told(result: dict[str, Any]) -> dict[str, float | None]:
    """How long after the fault each saw it, in seconds."""
    return {
        f"fault seen by {who}, {each}, s": result["told"][who].get(each)
        for who in WHO
        for each in ("p50", "p95")
        if (who, each) != ("page", "p95")  # it has a target
    }


def _fault(runtime: Runtime, service: str, chance: random.Random) -> dict[str, Any]:
    """Kill it, wait for all who must see it, and repair it."""
    _settled(runtime, service)
    time.sleep(chance.uniform(0, _INTERVAL))
    injected = runtime.inject(Kill(workload=service))
    seen: dict[str, Any] = {"service": service, **dict.fromkeys(WHO)}
    try:
        while time.time() < injected.at + WITHIN and None in seen.values():
            time.sleep(PACE)
            for who, at in _looks(runtime, service, injected.at):
                if seen[who] is None:
                    seen[who] = round(at - injected.at, 2)
    finally:
        runtime.undo(injected.id)
    return seen


def _looks(runtime: Runtime, service: str, since: float) -> Iterator[tuple[str, float]]:
    """Who sees it by now, and since when."""
    failed = [
        float(line.rsplit(" ", 1)[1])
        for line in _ask(runtime, "prober", "/metrics").decode().splitlines()
        if line.startswith("journey_last_failure_timestamp_seconds{")
    ]
    yield from (("probe", at) for at in failed if at > since)
    if _firing(runtime, service):
        yield "rule", time.time()
    arrived = json.loads(_ask(runtime, "sink", f"/arrivals?since={since:.3f}"))["arrivals"]
    for each in arrived:
        if each["status"] == "firing" and each["labels"].get("service") == service:
            yield "page", each["at"]


def _firing(runtime: Runtime, service: str) -> bool:
    alerts = json.loads(_ask(runtime, "prometheus", "/api/v1/alerts"))["data"]["alerts"]
    return any(
        each["labels"].get("service") == service
        and each["labels"].get("alertname") == "ServiceDown"
        and each["state"] == "firing"
        for each in alerts
    )


def _settled(runtime: Runtime, service: str) -> None:
    """Wait until its last fault has cleared. Raises RuntimeFailure."""
    deadline = time.time() + CLEARED
    while _firing(runtime, service):
        if time.time() > deadline:
            raise RuntimeFailure(f"{service} does not clear", "see `seatrial status`")
        time.sleep(1)
    time.sleep(_INTERVAL)  # its users' runs go well again


def _ask(runtime: Runtime, workload: str, path: str) -> bytes:
    return runtime.request("GET", workload, "http", path).body


def table(result: Mapping[str, Any]) -> str:
    """Who saw how many, after how long."""
    lines = ["| who sees it | n | p50 s | p95 s | max s |", "|---|---:|---:|---:|---:|"]
    names = {"probe": "the prober: a failed run", "rule": "the rule fires", "page": "paged"}
    for who in WHO:
        one = result["told"][who]
        cells = " | ".join(str(one.get(key, "")) for key in ("n", "p50", "p95", "max"))
        lines.append(f"| {names[who]} | {cells} |")
    return "\n".join(lines)
