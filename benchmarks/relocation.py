"""A store is moved to another region, again and again: by plan, and because its home is lost.

The example with a copy in a second region runs with all around it. By plan the store is moved there
and back by `seatrial failover` and `seatrial failback`; its loss is the drill, in which the region
dies and both pages are followed. In random order; what is counted is what its writers saw.
`BENCH_RELOCATIONS` sets how often each is done, 20 by default, `BENCH_SEED` the order.

What it is held against is a rig of the same engines that was set up and timed by hand, once and on
another machine.
"""

import json
import os
import random
import tempfile
import time
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from benchmarks import interruption
from benchmarks.failover import COUNTED, drilled
from benchmarks.figures import spread, verdict
from seatrial.app.interrupt import stopping

EACH = int(os.environ.get("BENCH_RELOCATIONS", "20"))
SEED = int(os.environ.get("BENCH_SEED", "1"))
PLANNED, LOST = "planned", "region-lost"
ORDER = "from the order to a write"
# Seconds that the same engines took in a rig made by hand: a planned failback, and a promotion
# after the loss of a region, the slower of several.
BY_HAND: Mapping[str, float] = {PLANNED: 5.6, LOST: 4.0}
_NAMES = ("no write", ORDER, *COUNTED, "written within", "two primaries")
_STORE, _HOME, _OTHER = "database", "eu", "us"
_WHOLE_WITHIN = 120.0  # seconds


def run() -> dict[str, Any]:
    """The gaps, the writes and the losses of each move; what could not be told is None."""
    order = [kind for kind in BY_HAND for _ in range(EACH)]
    random.Random(SEED).shuffle(order)  # noqa: S311 - an order, not a secret
    found: list[dict[str, Any]] = []
    with stopping(), tempfile.TemporaryDirectory(prefix="seatrial-bench-") as scratch:
        name = f"moving-{os.getpid()}"
        file = interruption.copied(Path(scratch), name, "failover-regions")
        try:
            interruption.seatrial(file, "up")
            for kind in order:
                found += _moved(file) if kind is PLANNED else [drilled(file, LOST, _NAMES)]
        finally:
            interruption.seatrial(file, "undo", may_fail=True)
            interruption.seatrial(file, "down", "--purge", "--yes", may_fail=True)
    own = {kind: [each for each in found if each["kind"] == kind] for kind in BY_HAND}
    gaps = {
        PLANNED: spread(_known(own[PLANNED], "no write")),
        LOST: spread(_known(own[LOST], ORDER)),
    }
    lost = [each["of these lost"] for each in own[PLANNED]]
    unknown = any(each is None for each in lost)
    within = _known(own[LOST], "written within")
    return {
        "each": EACH,
        "seed": SEED,
        "moves": found,
        "gaps": gaps,
        "targets": [
            verdict("not proven", sum(each["verdict"] != "proven" for each in found), 0),
            verdict(
                "acknowledged writes that were lost by plan", None if unknown else sum(lost), 0
            ),
            verdict(
                "lost with a region: written within, longest, s", max(within, default=None), 10
            ),
            verdict("planned: no write, median, s", gaps[PLANNED].get("p50"), BY_HAND[PLANNED]),
            verdict(f"{LOST}: {ORDER}, median, s", gaps[LOST].get("p50"), BY_HAND[LOST]),
        ],
    }


def _moved(file: Path) -> list[dict[str, Any]]:
    """There and back, each told as a drill is."""
    return [_once(file, to) for to in (_OTHER, _HOME)]


def _once(file: Path, to: str) -> dict[str, Any]:
    _whole(file)
    order = ("failover", _STORE, "--to", to, "--yes", "--json")
    done = interruption.seatrial(file, *order, may_fail=True)
    seen = json.loads(done.stdout)["seen"] if done.stdout else None
    told: dict[str, Any] = dict.fromkeys(_NAMES) | {"kind": PLANNED, "verdict": "unknown"}
    if seen is not None and seen["lost"] is not None:
        spans = [each["seconds"] for each in seen["gaps"]["writes"]["spans"]]
        told |= {
            "verdict": "failed" if seen["double"] or done.returncode else "proven",
            "no write": max(spans, default=0.0),
            "writes acknowledged": seen["writes"]["acknowledged"],
            "of these lost": seen["lost"]["rows"],
            "written within": seen["lost"]["seconds"],
        }
    print(f"to {to}: {told['verdict']}, no write for {told['no write']} s", flush=True)
    return told


def _whole(file: Path) -> None:
    """Wait until every member follows; a move begins from there."""
    deadline = time.monotonic() + _WHOLE_WITHIN
    while interruption.seatrial(file, "failover", may_fail=True).returncode:
        if time.monotonic() > deadline:
            raise TimeoutError(f"the members of {_STORE} were not whole in {_WHOLE_WITHIN:.0f} s")
        time.sleep(1)


def _known(found: list[dict[str, Any]], figure: str) -> list[float]:
    return [each[figure] for each in found if each[figure] is not None]


def table(result: dict[str, Any]) -> str:
    """One row for each kind; of a lost region the gap is from the order, without the page."""
    head = ("move", "n", "no write, median s", "95th percentile", "longest", "acknowledged", "lost")
    rows = [f"| {' | '.join(head)} |", f"|---{'|---:' * (len(head) - 1)}|"]
    for kind, gap in result["gaps"].items():
        own = [each for each in result["moves"] if each["kind"] == kind]
        sums = [sum(_known(own, name)) for name in COUNTED]
        spans = (gap.get(each, "unknown") for each in ("p50", "p95", "max"))
        rows.append(f"| {' | '.join(str(each) for each in (kind, gap['n'], *spans, *sums))} |")
    return "\n".join([*rows, "", f"seed {result['seed']}."])
