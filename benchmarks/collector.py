"""What a request pays for a collector that is dead or hangs, beside one that is alive.

The application of `python -m benchmarks instrument`, instrumented, every request sampled, in one
process for each collector: one that takes all, a port at which nobody listens, one that accepts
connections and never answers; and one bare, without any. They get blocks of requests by turns, in
random order in each round, so that what the machine does meanwhile meets all of them. Shown are the
median over the rounds of each block's quantiles, what a block has more than that with the
collector that is alive of its round (the median and the worst round), the most CPU time that any
request of all rounds took in its own thread, which no other process lengthens, and how many of
10,000 took over a millisecond, which a busy machine does to the bare ones, too.
"""

import json
import os
import random
import socket
import subprocess
import sys
from collections.abc import Iterator, Mapping
from contextlib import ExitStack, contextmanager
from statistics import median
from typing import Any

from benchmarks.figures import ROOT, verdict
from benchmarks.instrument import HERE, PLACE

ROUNDS, REQUESTS = 40, 1000
MOST = 1000.0  # microseconds a request
FIGURES = ("wall p50", "wall p99")
LONGEST, LONG = "CPU max", "over 1 ms"
BARE, ALIVE, DEAD, HANGS = "no collector, bare", "alive", "dead", "hangs"


def run() -> dict[str, Any]:
    """Microseconds by collector and figure, and what one that is ill costs more."""
    count = int(os.environ.get("BENCH_ROUNDS", ROUNDS))
    seed = int(os.environ.get("BENCH_SEED", "1"))
    found = _measured(count, random.Random(seed))  # noqa: S311 - an order
    more = {
        name: {figure: sorted(one[name][figure] - one[ALIVE][figure] for one in found)
               for figure in FIGURES}
        for name in (DEAD, HANGS)
    }  # fmt: skip
    return {
        "rounds": count,
        "requests": REQUESTS,
        "seed": seed,
        "walls": {
            name: {figure: round(median(one[name][figure] for one in found), 1)
                   for figure in FIGURES}
            for name in (BARE, ALIVE, DEAD, HANGS)
        },
        "longest": {name: round(max(one[name][LONGEST] for one in found)) for name in found[0]},
        "long": {
            name: round(1e4 * sum(one[name][LONG] for one in found) / count / REQUESTS, 1)
            for name in found[0]
        },
        "more": {
            name: {figure: {"median": round(median(each), 1), "worst": round(each[-1], 1)}
                   for figure, each in figures.items()}
            for name, figures in more.items()
        },
        "targets": [
            verdict(f"{name}: {figure} more than alive, us", median(more[name][figure]), MOST)
            for name in (DEAD, HANGS)
            for figure in FIGURES
        ],
    }  # fmt: skip


def _measured(count: int, chance: random.Random) -> list[dict[str, dict[str, float]]]:
    subprocess.run(
        [ROOT / "scripts/venv.sh", str(PLACE), str(HERE / "requirements.txt")],
        check=True, cwd=ROOT,
    )  # fmt: skip
    with ExitStack() as stack:
        endpoints = {
            BARE: "",
            ALIVE: stack.enter_context(_alive()),
            DEAD: f"http://127.0.0.1:{_nobodys()}",
            HANGS: stack.enter_context(_hanging()),
        }
        asked = {name: stack.enter_context(_asked(each)) for name, each in endpoints.items()}
        found = []
        for _ in range(count):
            order = list(asked)
            chance.shuffle(order)
            found.append({name: _block(asked[name]) for name in order})
    return found


@contextmanager
def _asked(endpoint: str) -> "Iterator[subprocess.Popen[str]]":
    """An application of its own; it ends with its input."""
    environment = {**os.environ, "PYTHONPATH": str(ROOT / "instrument/src")}
    with subprocess.Popen(
        [str(PLACE / "bin/python"), str(HERE / "collectors.py"), endpoint, str(REQUESTS)],
        stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True,
        env=environment,
    ) as process:  # fmt: skip
        try:
            yield process
        finally:
            process.kill()  # its last spans are nobody's figure


def _block(process: "subprocess.Popen[str]") -> dict[str, float]:
    assert process.stdin is not None
    assert process.stdout is not None
    process.stdin.write("\n")
    process.stdin.flush()
    answer: dict[str, float] = json.loads(process.stdout.readline())
    return answer


@contextmanager
def _alive() -> Iterator[str]:
    with subprocess.Popen(
        [sys.executable, str(HERE / "sink.py")],
        stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True,
    ) as sink:  # fmt: skip
        assert sink.stdout is not None
        assert sink.stdin is not None
        try:
            yield f"http://127.0.0.1:{int(sink.stdout.readline())}"
        finally:
            sink.stdin.close()


@contextmanager
def _hanging() -> Iterator[str]:
    """The kernel takes connections for it, and nobody ever reads from them."""
    with socket.create_server(("127.0.0.1", 0), backlog=128) as listening:
        yield f"http://127.0.0.1:{listening.getsockname()[1]}"


def _nobodys() -> int:
    """A port at which nobody listens."""
    with socket.create_server(("127.0.0.1", 0)) as taken:
        return int(taken.getsockname()[1])


def table(result: Mapping[str, Any]) -> str:
    """The result in Markdown."""
    head = f"| collector, {result['rounds']} rounds of {result['requests']} requests "
    columns = (
        *("wall p50 us", "wall p99 us", "most CPU us", "over 1 ms, of 10,000"),
        *("p50 more than alive", "p99 more", "p99, worst round"),
    )
    lines = [f"{head}| {' | '.join(columns)} |", f"|---|{'---:|' * len(columns)}"]
    for name, walls in result["walls"].items():
        cells = [f"{walls[each]:g}" for each in FIGURES]
        cells += [f"{result[each][name]:g}" for each in ("longest", "long")]
        more = result["more"].get(name)
        if more:
            p50, p99 = (more[each] for each in FIGURES)
            cells += [f"{each:g}" for each in (p50["median"], p99["median"], p99["worst"])]
        cells += [""] * (7 - len(cells))
        lines.append(f"| {name} | {' | '.join(cells)} |")
    return "\n".join(lines)
