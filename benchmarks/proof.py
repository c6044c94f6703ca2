"""Where the time of a proof goes: waiting for physics, against seatrial's own work.

A copy of the reference system is proven quickly and then whole. Scrapes, holds, group waits and
repairs take their time whoever waits for them; the rest is seatrial's own: planning, fresh state
with its seeded history, judging, signing.
"""

import os
import re
import tempfile
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from benchmarks import interruption
from benchmarks.figures import verdict
from seatrial.app.interrupt import stopping

QUICK, WHOLE, OWN = 240, 1800, 10  # seconds, seconds, per cent
_TOLD = re.compile(r"(\d[\d,]*) expectations? in (\d+) s; ([\d.]+) s \(\d+ %\) of it")


def run() -> dict[str, Any]:
    """Of each proof: how it ended, how many expectations, its seconds, and which were its own."""
    with stopping(), tempfile.TemporaryDirectory(prefix="seatrial-bench-") as scratch:
        file = interruption.copied(Path(scratch), f"proven-{os.getpid()}")
        try:
            interruption.seatrial(file, "up")
            quick, whole = _proof(file, "--quick"), _proof(file)
        finally:
            interruption.seatrial(file, "down", "--purge", "--yes", may_fail=True)
    return {
        "quick": quick,
        "whole": whole,
        "targets": [
            verdict("`seatrial prove --quick`, s", quick["seconds"], QUICK),
            verdict("`seatrial prove`, s", whole["seconds"], WHOLE),
            verdict("`seatrial prove`: its own work, %", whole["own_percent"], OWN),
        ],
    }


def _proof(file: Path, *words: str) -> dict[str, Any]:
    done = interruption.seatrial(file, "prove", *words, may_fail=True)
    told = _TOLD.search(done.stderr)
    if told is None:  # it ended before it came to a figure
        return {"status": done.returncode, "seconds": None, "own_percent": None}
    seconds, own = float(told[2]), float(told[3])
    return {
        "status": done.returncode,
        "expectations": int(told[1].replace(",", "")),
        "seconds": seconds,
        "own_seconds": own,
        # of one that did not prove everything the time says nothing
        "own_percent": round(100 * own / seconds, 1) if done.returncode == 0 else None,
    }


def table(result: Mapping[str, Any]) -> str:
    """One line a proof."""
    lines = [
        "| command | ended with | expectations | s | its own work s |",
        "|---|---:|---:|---:|---:|",
    ]
    for name, words in (("quick", "prove --quick"), ("whole", "prove")):
        one = result[name]
        cells = (one.get(key, "unknown") for key in ("expectations", "seconds", "own_seconds"))
        lines.append(f"| `seatrial {words}` | {one['status']} | {' | '.join(map(str, cells))} |")
    return "\n".join(lines)
