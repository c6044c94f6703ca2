"""The page of what is proven where names every drill of the examples, and no other."""

from __future__ import annotations

import re
from fnmatch import fnmatch
from pathlib import Path

from seatrial.app.plan import plan
from seatrial.runtimes.memory import MemoryRuntime

ROOT = Path(__file__).parents[3]
_ROW = re.compile(r"\| (`[^|]*)\|[^|]*\|[^|]*\|")


def test_every_drill_is_in_a_row_and_every_row_is_of_a_drill() -> None:
    page = (ROOT / "docs/runtimes.md").read_text(encoding="utf-8")
    rows = {each for row in _ROW.findall(page) for each in re.findall(r"`([a-z*-]+)`", row)}
    drills = {
        each.name
        for name in ("workflow-platform", "two-regions")
        for each in plan(
            ROOT / f"examples/{name}/seatrial.yaml", MemoryRuntime(clock=lambda: 0.0)
        ).scenarios()
    }
    assert not {each for each in drills if not any(fnmatch(each, row) for row in rows)}
    assert not {row for row in rows if not any(fnmatch(each, row) for each in drills)}
