"""What every benchmark shares: verdicts against targets, the machine, and the page of figures."""

import json
import os
import platform
import statistics
import time
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import psutil

from benchmarks import Benchmark
from seatrial.contract.runtime import RuntimeFailure

ROOT = Path(__file__).parent.parent
RESULTS = Path(__file__).parent / "results"
PAGE = ROOT / "docs" / "figures.md"
_HEAD = """# Figures

What seatrial promises of itself, measured. `python -m benchmarks` measures everything again,
`python -m benchmarks figures` writes this page from the newest results. What is compared was
measured in one run on one machine; seconds differ from machine to machine, ratios much less. A
figure that could not be taken is `unknown`, with the reason, and never counts as met.
"""


def verdict(name: str, value: float | None, target: float) -> dict[str, Any]:
    """A figure that must not be above its target; None: it could not be taken."""
    met = "unknown" if value is None else "met" if value <= target else "missed"
    rounded = None if value is None else round(value, 3)
    return {"figure": name, "value": rounded, "target": target, "verdict": met}


def spread(seconds: Sequence[float]) -> dict[str, Any]:
    """How many there are, their median, their 95th percentile (nearest rank) and the longest."""
    ordered = sorted(seconds)
    if not ordered:
        return {"n": 0}
    place = min(len(ordered) - 1, round(0.95 * (len(ordered) - 1)))
    return {
        "n": len(ordered),
        "p50": round(statistics.median(ordered), 2),
        "p95": round(ordered[place], 2),
        "max": round(ordered[-1], 2),
        "seconds": [round(each, 2) for each in seconds],
    }


def ratio(one: float, other: float) -> float:
    """How many times the other."""
    return round(one / other, 3) if other else float("inf")


def resident_peak(status: Path = Path("/proc/self/status")) -> int:
    """The most memory that a process held since its exec, in bytes.

    Not `ru_maxrss`: that begins at what the process that forked it held.
    """
    for line in status.read_text().splitlines():
        if line.startswith("VmHWM:"):
            return int(line.split()[1]) * 1024
    raise RuntimeFailure(f"{status} has no VmHWM", "run this on Linux")


def surroundings() -> dict[str, Any]:
    """The machine, the instant and the versions that a result belongs to."""
    from importlib.metadata import version  # noqa: PLC0415 - only for a result's head

    from seatrial.runtimes.local.engines import Engines  # noqa: PLC0415 - only for a result's head

    cache = os.environ.get("SEATRIAL_CACHE")
    engines = Engines(Path(cache) if cache else None)
    found = {name: engines.installed(name) for name in sorted(engines.known)}
    return {
        "date": time.strftime("%Y-%m-%d %H:%M UTC", time.gmtime()),
        "machine": {
            "processor": _processor(),
            "cores": os.cpu_count(),
            "memory_gib": round(psutil.virtual_memory().total / 2**30, 1),
            "kernel": f"{platform.system()} {platform.release()}",
            "load": [round(each, 2) for each in os.getloadavg()],
        },
        "versions": {
            "seatrial": version("seatrial"),
            "python": platform.python_version(),
            **{name: each.version for name, each in found.items() if each is not None},
        },
    }


def _processor() -> str:
    for line in Path("/proc/cpuinfo").read_text().splitlines():
        if line.startswith("model name"):
            return " ".join(line.partition(":")[2].split())
    return platform.machine()


def targets(found: list[Mapping[str, Any]]) -> str:
    """The table of a benchmark's verdicts."""
    return "\n".join(
        ("| figure | measured | at most | |", "|---|---:|---:|---|", *map(_row, found))
    )


def page(benchmarks: Mapping[str, Benchmark]) -> str:
    """The page of figures, from the newest result of each benchmark: one table, then how."""
    kept = {
        name: json.loads(path.read_text()) if (path := RESULTS / f"{name}.json").exists() else None
        for name in benchmarks
    }
    sections = [_section(name, benchmarks[name], each) for name, each in kept.items() if each]
    return "\n".join((_HEAD, _everything(benchmarks, kept), *sections))


def _everything(benchmarks: Mapping[str, Benchmark], kept: Mapping[str, Any]) -> str:
    """Every figure in one table, with the benchmark that takes it and the day it was taken."""
    lines = ["## Every figure", "", "| benchmark | figure | measured | at most | | day |"]
    lines.append("|---|---|---:|---:|---|---|")
    for name, one in kept.items():
        if one is None:
            lines.append(f"| `{name}` | {_title(benchmarks[name])} | unknown | | unknown | |")
            continue
        day = one["date"][:10]
        aimed = one["result"].get("targets") or ()
        lines += [f"| `{name}` {_row(each)} {day} |" for each in aimed]
        told = getattr(benchmarks[name], "told", None)
        plain = told(one["result"]) if told else {}
        for figure, value in plain.items():
            known = "" if value is not None else "unknown"
            lines.append(f"| `{name}` | {figure} | {_number(value)} | | {known} | {day} |")
    return "\n".join((*lines, ""))


def _title(module: Benchmark) -> str:
    return (module.__doc__ or "").strip().partition("\n")[0].rstrip(".")


def _number(value: float | None) -> str:
    return "unknown" if value is None else f"{value:g}"


def _row(one: Mapping[str, Any]) -> str:
    figure, target = one["figure"], one["target"]
    return f"| {figure} | {_number(one['value'])} | {target:g} | {one['verdict']} |"


def _section(name: str, module: Benchmark, kept: Mapping[str, Any]) -> str:
    rest = (module.__doc__ or "").strip().partition("\n")[2]
    machine, versions = kept["machine"], kept["versions"]
    others = ", ".join(f"{key} {value}" for key, value in versions.items())
    judged = kept["result"].get("targets")
    lines = [f"## {_title(module)}", "", rest.strip(), "", module.table(kept["result"]), ""]
    if judged:
        lines += [targets(judged), ""]
    lines.append(
        f"Measured {kept['date']} by `python -m benchmarks {name}` on {machine['cores']} cores "
        f"of {machine['processor']}, {machine['memory_gib']} GiB, {machine['kernel']}; load when "
        f"it began {machine['load'][0]}. Versions: {others}.\n"
    )
    return "\n".join(lines)
