"""A store's primary dies, again and again, beside the same engines set up by hand.

The example whose store fails over runs with all around it, and `seatrial prove` crashes its
primary, takes it away with its keeper, and stops it. Beside it runs a rig of the same engines that
was made by hand (`benchmarks/rig.py`), to which the same is done, by turns and in random order.
What is counted is what the writers of each saw, which are the same program. `BENCH_FAILOVERS` sets
how often each is done, 20 by default, `BENCH_SEED` the order. As quick is what takes no twentieth
longer.
"""

import json
import os
import random
import tempfile
from pathlib import Path
from typing import Any

from benchmarks import interruption
from benchmarks.figures import ratio, spread, verdict
from benchmarks.rig import by_hand
from seatrial.app.interrupt import stopping

EACH = int(os.environ.get("BENCH_FAILOVERS", "20"))
SEED = int(os.environ.get("BENCH_SEED", "1"))
KINDS = ("primary-crash", "primary-lost", "primary-hung")
OURS, BY_HAND = "seatrial", "by hand"
MOST = 1.05
COUNTED = ("writes acknowledged", "of these lost")
_NAMES = ("no write", "no read", *COUNTED, "two primaries")
_STORE = "database"


def run() -> dict[str, Any]:
    """The gap, the writes and the losses of each drill; what could not be told is None."""
    order = [(kind, who) for kind in KINDS for who in (OURS, BY_HAND) for _ in range(EACH)]
    random.Random(SEED).shuffle(order)  # noqa: S311 - an order, not a secret
    with stopping(), tempfile.TemporaryDirectory(prefix="seatrial-bench-") as scratch:
        Path(scratch).chmod(0o755)  # the rig runs as nobody
        file = interruption.copied(Path(scratch), f"failing-{os.getpid()}", "failover")
        try:
            interruption.seatrial(file, "up")
            with by_hand(Path(scratch) / "by-hand") as rig:
                found = [
                    {
                        "who": who,
                        **(drilled(file, kind, _NAMES) if who == OURS else rig.drilled(kind)),
                    }
                    for kind, who in order
                ]
        finally:
            interruption.seatrial(file, "undo", may_fail=True)
            interruption.seatrial(file, "down", "--purge", "--yes", may_fail=True)
    return {"each": EACH, "seed": SEED, "drills": found, **_told(found)}


def _told(found: list[dict[str, Any]]) -> dict[str, Any]:
    """Spreads by kind and who, and what they are held against."""
    gaps, reads = (
        {
            kind: {who: spread(_of(found, kind, who, name)) for who in (OURS, BY_HAND)}
            for kind in KINDS
        }
        for name in ("no write", "no read")
    )
    own = [each for each in found if each["who"] == OURS]
    lost = [each["of these lost"] for each in own]
    told = None if None in lost else sum(each for each in lost if each is not None)
    return {
        "gaps": gaps,
        "reads": reads,
        "targets": [
            verdict(
                "drills that were not proven", sum(each["verdict"] != "proven" for each in own), 0
            ),
            verdict("acknowledged writes that were lost", told, 0),
            *(
                verdict(
                    f"{kind}: no write, median, seatrial / by hand",
                    _ratio(gaps[kind][OURS], gaps[kind][BY_HAND]),
                    MOST,
                )
                for kind in KINDS
            ),
        ],
    }


def _ratio(own: dict[str, Any], other: dict[str, Any]) -> float | None:
    return ratio(own["p50"], other["p50"]) if own["n"] and other["n"] else None


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


def _of(found: list[dict[str, Any]], kind: str, who: str, figure: str) -> list[float]:
    own = (each for each in found if (each["kind"], each["who"]) == (kind, who))
    return [each[figure] for each in own if each[figure] is not None]


def _sum(counts: list[float | None]) -> str:
    known = [each for each in counts if each is not None]
    return f"{sum(known):.0f}" if len(known) == len(counts) else "unknown"


def table(result: dict[str, Any]) -> str:
    """One row for each kind, and for who does it."""
    names = ("no write, median s", "95th percentile", "longest", "no read, median s")
    head = ("drill", "who", "n", *names, "acknowledged", "lost")
    rows = [f"| {' | '.join(head)} |", f"|---|---{'|---:' * (len(head) - 2)}|"]
    for kind, both in result["gaps"].items():
        for who, gap in both.items():
            own = [x for x in result["drills"] if (x["kind"], x["who"]) == (kind, who)]
            sums = [_sum([each[name] for each in own]) for name in COUNTED]
            spans = (gap.get(each, "unknown") for each in ("p50", "p95", "max"))
            read = result["reads"][kind][who].get("p50", "unknown")
            cells = (kind, who, gap["n"], *spans, read, *sums)
            rows.append(f"| {' | '.join(str(each) for each in cells)} |")
    return "\n".join([*rows, "", f"seed {result['seed']}."])
