"""Two generators of SLO rules beside ours: NthLayer and slokit-sre, installed for the occasion.

Each gets as many SLOs, all in one process, so that starting Python a thousand times is not counted
against it; what one call of its command costs is measured apart. It writes rules for SLOs and no
more, where seatrial's seconds are those of the whole plan. Ratios are of CPU time: what else the
machine does slows one down and not the other.
"""

import json
import re
import statistics
import subprocess
import sys
import time
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from benchmarks.figures import ratio

COUNTS = (100, 1000)
CALLS = 5  # of the command line, for what one costs
_LONGEST = 900  # seconds
_RULE = re.compile(r"^\s*(?:- )?(?:record|alert): ", re.MULTILINE)


@dataclass(frozen=True, kw_only=True)
class Generator:
    """One product: how it is installed, what it reads, how it is called.

    `driver` is Python that its own interpreter runs with the folder of inputs and that of outputs
    as arguments; it calls what the product's command calls, and prints seconds and CPU seconds.
    """

    package: str
    says: str
    write: Callable[[Path, int], None]
    driver: str
    command: Callable[[Path, Path], list[str]]


def _good(name: str, window: str) -> str:
    return f'sum(rate(http_requests_total{{service="{name}",code!~"5.."}}[{window}]))'


def _total(name: str, window: str) -> str:
    return f'sum(rate(http_requests_total{{service="{name}"}}[{window}]))'


def _nthlayer(folder: Path, number: int) -> None:
    name = f"service-{number}"
    slo = {
        "kind": "SLO",
        "name": "availability",
        "spec": {
            "objective": 99.9,
            "window": "30d",
            "indicator": {
                "type": "availability",
                "query": f"{_good(name, '5m')} / {_total(name, '5m')}",
            },
        },
    }
    service = {"name": name, "team": f"team-{number // 25}", "tier": "critical", "type": "api"}
    document = {"service": service, "resources": [slo]}
    (folder / f"{name}.yaml").write_text(json.dumps(document))  # JSON is YAML


def _slokit(folder: Path, number: int) -> None:
    name = f"service-{number}"
    document = {
        "apiVersion": "slo-kit/v1",
        "name": f"{name}-availability",
        "service": name,
        "objective": 0.999,
        "window": "30d",
        "sli": {
            "good_query": _good(name, "{window}"),
            "total_query": _total(name, "{window}"),
        },
        "labels": {"team": f"team-{number // 25}"},
    }
    (folder / f"{name}.yaml").write_text(json.dumps(document))


GENERATORS = (
    Generator(
        package="nthlayer",
        says="recording rules and Sloth specs; burn-rate alerts are left to Sloth",
        write=_nthlayer,
        driver="""
import contextlib, io, pathlib, sys, time
from nthlayer_generate.orchestrator import ServiceOrchestrator
begin, cpu = time.perf_counter(), time.process_time()
for path in sorted(pathlib.Path(sys.argv[1]).iterdir()):
    one = ServiceOrchestrator(path)
    one.output_dir = pathlib.Path(sys.argv[2]) / path.stem
    with contextlib.redirect_stdout(io.StringIO()):
        done = one.apply(only=["slos", "recording-rules"])
    if not done.success:
        sys.exit(str(done.errors))
print(time.perf_counter() - begin, time.process_time() - cpu)
""",
        command=lambda given, out: [
            "nthlayer-generate", "apply", str(given), "--output-dir", str(out),
            "--only", "slos", "recording-rules",
        ],
    ),
    Generator(
        package="slokit-sre",
        says="burn-rate alerts",
        write=_slokit,
        driver="""
import pathlib, sys, time
from slo_kit.alerts.prometheus_rules import generate_rules_yaml
from slo_kit.spec import load_spec
begin, cpu = time.perf_counter(), time.process_time()
for path in sorted(pathlib.Path(sys.argv[1]).iterdir()):
    text = generate_rules_yaml(load_spec(path))
    (pathlib.Path(sys.argv[2]) / path.name).write_text(text)
print(time.perf_counter() - begin, time.process_time() - cpu)
""",
        command=lambda given, out: ["slo-kit", "gen-alerts", str(given), "--out", str(out)],
    ),
)  # fmt: skip


class _Failed(Exception):  # noqa: N818 - of theirs, not an error of ours
    """A product could not be installed or run; the text says why."""


def measured(folder: Path, ours: Mapping[str, Mapping[str, Any]]) -> dict[str, Any]:
    """Each product's figures, or `unknown` with the reason."""
    found: dict[str, Any] = {}
    for each in GENERATORS:
        try:
            found[each.package] = _one(each, folder / each.package, ours)
        except (_Failed, OSError, subprocess.TimeoutExpired) as error:
            found[each.package] = {"verdict": "unknown", "reason": str(error)[-500:]}
    return found


def _one(each: Generator, folder: Path, ours: Mapping[str, Mapping[str, Any]]) -> dict[str, Any]:
    venv = folder / "venv"
    folder.mkdir(parents=True)
    _ran([sys.executable, "-m", "venv", str(venv)])
    _ran([str(venv / "bin/pip"), "install", "--quiet", each.package])
    shown = _ran([str(venv / "bin/pip"), "show", each.package])
    version = next(line.split()[1] for line in shown.splitlines() if line.startswith("Version:"))
    return {
        "verdict": "measured",
        "version": version,
        "says": each.says,
        "counts": {str(count): _count(each, folder, count, ours[str(count)]) for count in COUNTS},
        "command_seconds": _command(each, folder),
    }


def _count(each: Generator, folder: Path, count: int, ours: Mapping[str, Any]) -> dict[str, Any]:
    given, out = folder / f"in-{count}", folder / f"out-{count}"
    given.mkdir()
    for number in range(count):
        each.write(given, number)
    python = str(folder / "venv/bin/python")
    seconds = []
    for turn in range(2):  # the quicker one, as for ours
        out = folder / f"out-{count}-{turn}"
        out.mkdir()
        told = _ran([python, "-c", each.driver, str(given), str(out)])
        wall, cpu = (float(word) for word in told.splitlines()[-1].split())
        seconds.append((wall, cpu))
    rules = _rules(out.rglob("*.yaml"))
    if not rules:
        raise _Failed(f"it wrote no rules for {count} SLOs")
    best, cpu = min(seconds)
    mine = ours["cpu_seconds"]
    return {
        "seconds": round(best, 3),
        "cpu_seconds": round(cpu, 3),
        "rules": rules,
        "ours_seconds": ours["seconds"],
        "ours_rules": ours["rules"],
        "ours_to_theirs": ratio(mine, cpu),
        "ours_to_theirs_per_rule": ratio(mine / ours["rules"], cpu / rules),
    }


def _rules(files: Iterable[Path]) -> int:
    return sum(len(_RULE.findall(each.read_text())) for each in files)


def _command(each: Generator, folder: Path) -> float:
    """The median of some calls of its command with one SLO."""
    given = next((folder / f"in-{COUNTS[0]}").iterdir())
    seconds = []
    for turn in range(CALLS):
        words = each.command(given, folder / f"called-{turn}")
        begin = time.perf_counter()
        _ran([str(folder / "venv/bin" / words[0]), *words[1:]])
        seconds.append(time.perf_counter() - begin)
    return round(statistics.median(seconds), 3)


def _ran(argv: list[str]) -> str:
    done = subprocess.run(
        argv,
        capture_output=True,
        text=True,
        check=False,
        timeout=_LONGEST,
        stdin=subprocess.DEVNULL,
    )
    if done.returncode:
        name = " ".join([Path(argv[0]).name, *argv[1:3]])
        raise _Failed(f"{name} ended with {done.returncode}: {done.stderr.strip()[-400:]}")
    return done.stdout


def lines(found: Mapping[str, Any]) -> str:
    """The figures in Markdown."""
    shown = [
        (
            "| generator | SLOs | s | rules | seatrial s | its rules | seatrial / it (CPU) "
            "| a rule: seatrial / it (CPU) | one call of its command s |"
        ),
        "|---|---:|---:|---:|---:|---:|---:|---:|---:|",
    ]
    notes = []
    for package, one in found.items():
        if one["verdict"] == "unknown":
            shown.append(f"| {package} | | unknown | | | | | | |")
            notes.append(f"{package} is unknown: {' '.join(one['reason'].split())}")
            continue
        notes.append(f"{package} {one['version']} writes {one['says']}.")
        for count, each in one["counts"].items():
            shown.append(
                f"| {package} | {count} | {each['seconds']:.2f} | {each['rules']:,} "
                f"| {each['ours_seconds']:.2f} | {each['ours_rules']:,} "
                f"| {each['ours_to_theirs']:.2f} | {each['ours_to_theirs_per_rule']:.2f} "
                f"| {one['command_seconds']:.2f} |"
            )
    return "\n".join([*shown, "", *notes])
