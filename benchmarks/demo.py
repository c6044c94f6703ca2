"""From a clone to the report: `make demo`, with engines cached and on a clean machine.

A fresh clone of this repository, and `make demo` in it, step by step; then the same in a clean
Debian root (`scripts/fresh.sh demo`), where even the engines are fetched and built first. That
needs root and debootstrap; `BENCH_CLEAN=no` leaves it out, and it is then unknown.
"""

import os
import re
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from benchmarks import interruption
from benchmarks.figures import ROOT, verdict
from seatrial.contract.runtime import RuntimeFailure

CACHED, CLEAN = 300, 600  # seconds
_STEP = "== "
_TOOK = re.compile(r"fresh: make demo took (\d+) s")
_FIRST, _DOWN = "clone and set-up", "down"
_READY = "open "  # the line that says where the report is


def run() -> dict[str, Any]:
    """Seconds: the whole, each step, and what of the proof was seatrial's own work."""
    cached = _cached()
    clean = _clean()
    return {
        "cached": cached,
        "clean": clean,
        "targets": [
            verdict("`make demo`, engines cached, s", cached["whole"], CACHED),
            verdict("`make demo`, clean machine, s", clean, CLEAN),
        ],
    }


def _cached() -> dict[str, Any]:
    with tempfile.TemporaryDirectory(prefix="seatrial-bench-") as scratch:
        clone = Path(scratch) / "seatrial"
        clone.parent.chmod(0o755)  # each replica has a uid of its own
        began = time.monotonic()
        subprocess.run(["git", "clone", "--quiet", ROOT, clone], check=True)
        try:
            lines = list(_said(["make", "demo"], clone))
            ended = time.monotonic()
        finally:  # the demo keeps its stores' data, and nobody comes back to this clone
            file = clone / "examples/workflow-platform/seatrial.yaml"
            interruption.seatrial(file, "down", "--purge", "--yes", may_fail=True)
    starts = [(_FIRST, began)]
    starts += [(line.removeprefix(_STEP), at) for at, line in lines if line.startswith(_STEP)]
    starts += [(_DOWN, at) for at, line in lines if line.startswith(_READY)]
    ends = [at for _, at in starts[1:]] + [ended]
    return {
        "whole": round(starts[-1][1] - began, 1),  # to the report; what follows is its `down`
        "steps": {name: round(end - at, 1) for (name, at), end in zip(starts, ends, strict=True)},
    }


def _clean() -> int | None:
    if os.environ.get("BENCH_CLEAN") == "no":
        return None
    told = [_TOOK.match(line) for _, line in _said(["scripts/fresh.sh", "demo"], ROOT)]
    return next((int(each[1]) for each in told if each), None)


def _said(argv: list[str], folder: Path) -> Iterator[tuple[float, str]]:
    """Each line as it comes, with its instant. Raises RuntimeFailure for one that fails.

    A demo that ends with 3 is well: it proves what is quick, and the rest is unknown.
    """
    last: list[str] = []
    with subprocess.Popen(
        argv, cwd=folder, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True
    ) as process:
        assert process.stdout is not None
        for line in process.stdout:
            print(line, end="", file=sys.stderr)
            last = [*last[-20:], line]
            yield time.monotonic(), line.rstrip()
    if process.returncode not in {0, 3}:
        raise RuntimeFailure(f"{' '.join(argv)} ended with {process.returncode}: {''.join(last)}")


def table(result: Mapping[str, Any]) -> str:
    """The steps of the demo with engines cached, and both wholes."""
    cached, clean = result["cached"], result["clean"]
    lines = ["| step of `make demo`, engines cached | s |", "|---|---:|"]
    lines += [f"| {name} | {seconds:.0f} |" for name, seconds in cached["steps"].items()]
    lines.append(f"| **the whole** | {cached['whole']:.0f} |")
    lines.append(f"| **the whole on a clean machine** | {'unknown' if clean is None else clean} |")
    return "\n".join(lines)
