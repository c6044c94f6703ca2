"""How long planning takes and how much memory it needs, from 10 to 10,000 services.

Each size runs in a process of its own that starts nothing: it loads the file, checks it and plans
everything around the system: every workload, configuration file, rule, route and runbook. Services
have an owner, a port, metrics, health and needs; every tenth has a journey with an SLO. The proofs
(every scenario, every expectation with its planted defect) are listed after that, up to 100
services; `seatrial plan` lists them all, so that the command is a figure of its own. A file of
10,000 services is above what seatrial accepts in one file (1 MiB); the limit is lifted for the
measurement. Two generators of SLO rules do their part of the work in the same run.
"""

import json
import subprocess
import sys
import tempfile
import time
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from benchmarks import generators
from benchmarks.figures import ratio, resident_peak, verdict

SIZES = (10, 100, 1000, 10_000)
ROUNDS = {10: 3, 100: 3, 1000: 2, 10_000: 1}
TEAM = 25  # services of one team
CHAIN = 10  # services that need each other in a row; the last of them needs a store
SLO_EVERY = 10
PROOFS_UP_TO = 100  # services: each planted defect holds a whole file, so they grow faster
PATIENCE = 60  # seconds after which the command is ended
MOST_SECONDS, MOST_GROWTH, MOST_BYTES = 5.0, 1.5, 1.5e9


def written(services: int, slo_every: int = SLO_EVERY) -> str:
    """A file of that many services, as a company grows: teams, stores and chains grow with it."""
    teams = -(-services // TEAM)
    lines = ["seatrial: 1", "system: big", "teams:"]
    lines += [
        f'  team-{team}: {{chat: "#team-{team}", email: team-{team}@acme.example}}'
        for team in range(teams)
    ]
    lines += ["stores:"]
    lines += [
        f'  database-{team}: {{engine: postgres, version: "15", owner: team-{team}}}'
        for team in range(teams)
    ]
    lines += ["services:"]
    for index in range(services):
        lines += _service(index, last=index == services - 1)
    kept = range(0, services, slo_every)
    lines += ["journeys:"]
    for index in kept:
        lines += [
            f"  use-{index}:",
            f"    owner: team-{index // TEAM}",
            f"    start: service-{index}",
            "    peak: 50/s",
            "    steps:",
            "      - {get: /, expect: {status: 200}}",
        ]
    lines += ["slos:"]
    lines += [
        f"  use-{index}: {{journey: use-{index}, availability: 99.9, window: 30d}}"
        for index in kept
    ]
    return "\n".join([*lines, ""])


def _service(index: int, *, last: bool) -> list[str]:
    team = index // TEAM
    end = last or index % CHAIN == CHAIN - 1
    return [
        f"  service-{index}:",
        f"    owner: team-{team}",
        "    summary: Does something useful for others.",
        "    run: python -m service --host ${self.address} --port ${self.ports.http}",
        "    ports: {http: 8000}",
        f"    needs: [{f'database-{team}' if end else f'service-{index + 1}'}]",
        "    metrics: {port: http, path: /metrics}",
        "    health: {ready: /readyz, live: /livez}",
    ]


def run() -> dict[str, Any]:
    """Seconds and bytes by size, judged by their targets; the others' seconds beside ours."""
    with tempfile.TemporaryDirectory(prefix="seatrial-bench-") as scratch:
        folder = Path(scratch)
        sizes = {str(size): _measured(folder, size) for size in SIZES}
        slos = {
            str(count): _measured(folder, count, slo_every=1, rounds=2)
            for count in generators.COUNTS
        }
        others = generators.measured(folder / "others", slos)
        command = _command(folder / f"1000-{SLO_EVERY}" / "seatrial.yaml")
    thousand, most = sizes["1000"], sizes["10000"]
    growth = ratio(most["cpu_seconds"] / 10_000, thousand["cpu_seconds"] / 1000)
    return {
        "sizes": sizes,
        "slos": slos,
        "others": others,
        "command_seconds": command,
        "targets": [
            verdict(
                f"`seatrial plan`, 1,000 services, s (ended at {PATIENCE})", command, MOST_SECONDS
            ),
            verdict("planning 1,000 services, s", thousand["seconds"], MOST_SECONDS),
            verdict("CPU time a service, 10,000 against 1,000", growth, MOST_GROWTH),
            verdict(
                "10,000 services, peak memory in GB", most["peak_bytes"] / 1e9, MOST_BYTES / 1e9
            ),
        ],
    }


def _measured(
    folder: Path, services: int, *, slo_every: int = SLO_EVERY, rounds: int = 0
) -> dict[str, Any]:
    """The quickest of some rounds: whatever else this machine does only makes one slower."""
    file = folder / f"{services}-{slo_every}" / "seatrial.yaml"
    file.parent.mkdir()
    file.write_text(written(services, slo_every))
    found = [_child(file) for _ in range(rounds or ROUNDS[services])]
    return min(found, key=lambda each: float(each["seconds"]))


def _command(file: Path) -> float:
    """Seconds of `seatrial plan`, which counts the proofs, too: the quickest of some, as there."""
    return min(_once(file) for _ in range(ROUNDS[1000]))


def _once(file: Path) -> float:
    """Seconds of one call; at most PATIENCE."""
    begin = time.perf_counter()
    words = ["plan", "-f", str(file)]
    try:
        subprocess.run(
            [sys.executable, "-c", "from seatrial.cli.main import entry; entry()", *words],
            capture_output=True,
            check=True,
            timeout=PATIENCE,
        )
    except subprocess.TimeoutExpired:
        return float(PATIENCE)
    return round(time.perf_counter() - begin, 2)


def _child(file: Path) -> dict[str, Any]:
    done = subprocess.run(
        [sys.executable, "-m", "benchmarks.planning", str(file)],
        cwd=Path(__file__).parent.parent,
        capture_output=True,
        text=True,
        check=False,
    )
    if done.returncode:
        raise RuntimeError(f"planning {file} ended with {done.returncode}: {done.stderr[-2000:]}")
    answer: dict[str, Any] = json.loads(done.stdout)
    return answer


def _without_limits() -> None:
    """Lift the file's limits; before anything that copies them is imported."""
    from seatrial.system import parse, read  # noqa: PLC0415 - see above

    read.MAX_BYTES = parse.MAX_VALUES = parse.Builder.most_values = 1 << 30


def child(file: Path) -> dict[str, Any]:
    """Plan the file in this process and measure it."""
    lifted = file.stat().st_size > 1 << 20
    if lifted:
        _without_limits()
    from seatrial.app.environment import open_runtime  # noqa: PLC0415 - after the limits
    from seatrial.app.plan import plan  # noqa: PLC0415

    runtime = open_runtime(file)
    begin, cpu = time.perf_counter(), time.process_time()
    planned = plan(file, runtime)
    seconds, cpu_seconds = time.perf_counter() - begin, time.process_time() - cpu
    groups = planned.declarations.groups
    found: dict[str, Any] = {
        "services": len(planned.system.services),
        "slos": len(planned.system.slos),
        "file_bytes": file.stat().st_size,
        "limits_lifted": lifted,
        "seconds": round(seconds, 3),
        "cpu_seconds": round(cpu_seconds, 3),
        "peak_bytes": resident_peak(),
        "workloads": len(planned.workloads),
        "rules": sum(len(group.alerts) + len(group.records) for group in groups),
    }
    if (
        len(planned.system.services) <= PROOFS_UP_TO
        and len(planned.system.slos) <= PROOFS_UP_TO / 10
    ):
        begin = time.perf_counter()
        scenarios = planned.scenarios()
        found["expectations"] = len(planned.expectations(scenarios))
        found["scenarios"] = len(scenarios)
        found["proofs_seconds"] = round(time.perf_counter() - begin, 3)
        found["proofs_peak_bytes"] = resident_peak()
    return found


def table(result: Mapping[str, Any]) -> str:
    """The result in Markdown."""
    lines = [
        (
            "| services | plan s | CPU ms a service | peak MiB | rules | workloads "
            "| proofs | listing them s | then MiB |"
        ),
        "|---:|---:|---:|---:|---:|---:|---:|---:|---:|",
    ]
    for each in result["sizes"].values():
        proofs = ["", "", ""]
        if "expectations" in each:
            proofs = [
                f"{each['expectations']:,}",
                f"{each['proofs_seconds']:.2f}",
                f"{each['proofs_peak_bytes'] / 2**20:.0f}",
            ]
        lines.append(
            f"| {each['services']:,} | {each['seconds']:.2f} "
            f"| {each['cpu_seconds'] * 1000 / each['services']:.2f} "
            f"| {each['peak_bytes'] / 2**20:.0f} | {each['rules']:,} | {each['workloads']:,} "
            f"| {' | '.join(proofs)} |"
        )
    return "\n".join([*lines, "", generators.lines(result["others"])])


if __name__ == "__main__":
    print(json.dumps(child(Path(sys.argv[1]))))
