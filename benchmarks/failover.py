"""A store's primary dies, again and again: how long no write is taken, and which of them are lost.

The example whose store fails over runs with all around it, and `seatrial prove` crashes its
primary, takes it away with its keeper, and stops it, in random order. What is counted is what its
writers saw. `BENCH_FAILOVERS` sets how often each is done, 20 by default, `BENCH_SEED` the order.

What it is held against is a rig of the same engines that was set up and timed by hand, once and on
another machine.
"""

import json
import os
import random
import tempfile
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from benchmarks import interruption
from benchmarks.figures import spread, verdict
from seatrial.app.interrupt import stopping

EACH = int(os.environ.get("BENCH_FAILOVERS", "20"))
SEED = int(os.environ.get("BENCH_SEED", "1"))
# Seconds that the same engines took in a rig made by hand, the slower of two runs each.
BY_HAND: Mapping[str, float | None] = {
    "primary-crash": 6.2,
    "primary-lost": 18.9,
    "primary-hung": None,
}
COUNTED = ("writes acknowledged", "of these lost")
_NAMES = ("no write", "no read", *COUNTED, "two primaries")
_STORE = "database"


def run() -> dict[str, Any]:
    """The gap, the writes and the losses of each drill; what could not be told is None."""
    order = [kind for kind in BY_HAND for _ in range(EACH)]
    random.Random(SEED).shuffle(order)  # noqa: S311 - an order, not a secret
    with stopping(), tempfile.TemporaryDirectory(prefix="seatrial-bench-") as scratch:
        file = interruption.copied(Path(scratch), f"failing-{os.getpid()}", "failover")
        try:
            interruption.seatrial(file, "up")
            found = [drilled(file, kind, _NAMES) for kind in order]
        finally:
            interruption.seatrial(file, "undo", may_fail=True)
            interruption.seatrial(file, "down", "--purge", "--yes", may_fail=True)
    gaps = {kind: spread(_of(found, kind, "no write")) for kind in BY_HAND}
    reads = {kind: spread(_of(found, kind, "no read")) for kind in BY_HAND}
    unproven = sum(each["verdict"] != "proven" for each in found)
    lost = [each["of these lost"] for each in found]
    told = None if None in lost else sum(each for each in lost if each is not None)
    return {
        "each": EACH,
        "seed": SEED,
        "drills": found,
        "gaps": gaps,
        "reads": reads,
        "targets": [
            verdict("drills that were not proven", unproven, 0),
            verdict("acknowledged writes that were lost", told, 0),
            *(
                verdict(f"{kind}: no write, median, s", gaps[kind].get("p50"), most)
                for kind, most in BY_HAND.items()
                if most is not None
            ),
        ],
    }


def drilled(file: Path, kind: str, names: tuple[str, ...]) -> dict[str, Any]:
    """One drill as `prove` tells it, with the figures of these names; None where not told."""
    done = interruption.seatrial(file, "prove", f"{kind}-{_STORE}", "--json", may_fail=True)
    found = [
        each for each in json.loads(done.stdout) if each["expectation"].endswith(f"{kind}-{_STORE}")
    ]
    # of figures of one name the first expectation's: that of the fault itself
    figures = {one["name"]: one["value"] for each in reversed(found) for one in each["figures"]}
    bad = [each for each in found if each["verdict"] != "proven"]
    told = {"kind": kind, "verdict": "proven" if found else "unknown", "load": os.getloadavg()[0]}
    if bad:
        told |= {
            "verdict": bad[0]["verdict"],
            "why": f"{bad[0]['expectation']}: {bad[0]['reason']}",
        }
    print(f"{kind}: {told['verdict']}, no write for {figures.get('no write')} s", flush=True)
    return {**told, **{name: figures.get(name) for name in names}}


def _of(found: list[dict[str, Any]], kind: str, figure: str) -> list[float]:
    return [each[figure] for each in found if each["kind"] == kind and each[figure] is not None]


def _sum(counts: list[float | None]) -> str:
    known = [each for each in counts if each is not None]
    return f"{sum(known):.0f}" if len(known) == len(counts) else "unknown"


def table(result: dict[str, Any]) -> str:
    """One row for each kind."""
    names = ("no write, median s", "95th percentile", "longest", "no read, median s")
    head = ("drill", "n", *names, "acknowledged", "lost")
    rows = [f"| {' | '.join(head)} |", f"|---{'|---:' * (len(head) - 1)}|"]
    for kind, gap in result["gaps"].items():
        own = [each for each in result["drills"] if each["kind"] == kind]
        sums = [_sum([each[name] for each in own]) for name in COUNTED]
        spans = (gap.get(each, "unknown") for each in ("p50", "p95", "max"))
        cells = (kind, gap["n"], *spans, result["reads"][kind].get("p50", "unknown"), *sums)
        rows.append(f"| {' | '.join(str(each) for each in cells)} |")
    return "\n".join([*rows, "", f"seed {result['seed']}."])
