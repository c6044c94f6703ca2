"""What a request pays for being seen: seatrial-instrument beside OpenTelemetry's FastAPI.

One FastAPI application is asked in process, without a socket: bare; with seatrial-instrument
(histogram with exemplars, span, and a JSON line a request); with OpenTelemetry's FastAPI
instrumentation and a middleware of prometheus-client (no line). `lean` leaves out its spans of
receive and send. All send their spans to one collector that throws them away. Each round gives each
variant a block of requests, in random order; a cost is what a block has more than the bare one of
its round, in microseconds a request; shown is the median over the rounds, and of the ratio also
the 95 % interval (of the median, by order statistics). The CPU time of the process includes
encoding and sending behind the requests.
"""

import json
import math
import os
import random
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path
from statistics import median
from typing import Any

from benchmarks.figures import ROOT, verdict

HERE = Path(__file__).parent / "telemetry"
PLACE = ROOT / "build" / "bench-telemetry"
ROUNDS, REQUESTS = 60, 1000
MOST = 0.25
FIGURES = ("wall p50", "wall p99", "CPU p50", "CPU p99", "CPU of the process")
_PEERS = ("theirs", "theirs, lean")
_Z = 1.96


def run() -> dict[str, Any]:
    """Costs by variant and figure, ratios with their intervals, judged."""
    count = int(os.environ.get("BENCH_ROUNDS", ROUNDS))
    seed = random.SystemRandom().randrange(10**6)
    found = _measured(count, seed)
    costs = {
        name: {figure: round(median(_costs(found, name, figure)), 1) for figure in FIGURES}
        for name in found[0]
        if name != "bare|False"
    }
    bare = {figure: round(median(one["bare|False"][figure] for one in found), 1)
            for figure in FIGURES}  # fmt: skip
    ratios = {
        f"{peer}|{sampled}": {
            figure: _ratio(
                _costs(found, f"ours|{sampled}", figure), _costs(found, f"{peer}|{sampled}", figure)
            )
            for figure in FIGURES
        }
        for peer in _PEERS
        for sampled in (True, False)
    }
    return {
        "rounds": count,
        "requests": REQUESTS,
        "seed": seed,
        "bare": bare,
        "costs": costs,
        "ratios": ratios,
        "targets": [
            verdict(
                f"{_spoken(sampled)}: {figure}, ours / theirs",
                _told(ratios[f"theirs|{sampled}"][figure]),
                MOST,
            )
            for sampled in (True, False)
            for figure in FIGURES
        ],
    }


def _measured(count: int, seed: int) -> list[dict[str, dict[str, float]]]:
    """The figures of each block, from the environment with everything that is compared."""
    subprocess.run(
        [ROOT / "scripts/venv.sh", str(PLACE), str(HERE / "requirements.txt")],
        check=True, cwd=ROOT,
    )  # fmt: skip
    python = str(PLACE / "bin/python")
    environment = {**os.environ, "PYTHONPATH": str(ROOT / "instrument/src")}
    with subprocess.Popen(
        [sys.executable, str(HERE / "sink.py")],
        stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True,
    ) as sink:  # fmt: skip
        assert sink.stdout is not None
        endpoint = f"http://127.0.0.1:{int(sink.stdout.readline())}"
        done = subprocess.run(
            [python, str(HERE / "drive.py"), endpoint, str(count), str(REQUESTS), str(seed)],
            check=True, env=environment, stdout=subprocess.PIPE, text=True,
        )  # fmt: skip
        assert sink.stdin is not None
        sink.stdin.close()
    answer: list[dict[str, dict[str, float]]] = json.loads(done.stdout)
    return answer


def _costs(found: list[Any], name: str, figure: str) -> list[float]:
    return [one[name][figure] - one["bare|False"][figure] for one in found]


def _ratio(ours: list[float], theirs: list[float]) -> dict[str, float]:
    """The median of the rounds' ratios, and the 95 % interval of that median."""
    each = sorted(
        one / other if other > 0 else math.inf for one, other in zip(ours, theirs, strict=True)
    )
    reach = _Z * math.sqrt(len(each)) / 2
    low = max(0, math.floor(len(each) / 2 - reach))
    high = min(len(each) - 1, math.ceil(len(each) / 2 + reach))
    return {
        "ratio": round(median(each), 3), "low": round(each[low], 3), "high": round(each[high], 3)
    }  # fmt: skip


def _told(found: Mapping[str, float]) -> float | None:
    """The ratio, or None where its interval holds the target: this run cannot tell then."""
    return None if found["low"] <= MOST < found["high"] else found["ratio"]


def _spoken(sampled: object) -> str:
    return "sampled" if sampled in (True, "True") else "unsampled"


def table(result: Mapping[str, Any]) -> str:
    """The result in Markdown."""
    heads = " | ".join(FIGURES)
    lines = [
        f"| us a request, {result['rounds']} rounds of {result['requests']} | {heads} |",
        "|---|" + "---:|" * len(FIGURES),
        _row("bare application, in all", [f"{result['bare'][each]:g}" for each in FIGURES]),
    ]
    for name, costs in result["costs"].items():
        who, _, sampled = name.partition("|")
        lines.append(_row(f"+ {who}, {_spoken(sampled)}", [f"{costs[each]:g}" for each in FIGURES]))
    for name, ratios in result["ratios"].items():
        who, _, sampled = name.partition("|")
        cells = [
            f"{one['ratio']:g} ({one['low']:g} to {one['high']:g})"
            for one in (ratios[each] for each in FIGURES)
        ]
        lines.append(_row(f"ours / {who}, {_spoken(sampled)}", cells))
    return "\n".join(lines)


def _row(name: str, cells: list[str]) -> str:
    return f"| {name} | {' | '.join(cells)} |"
